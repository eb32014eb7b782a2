"""Chains of accounts with one arc in and one out, as one arc each: the same circulation on a smaller network.

What goes round a chain is the same on every arc of it, so the chain is one arc with the smallest weight, worth as many
units as it has arcs. Long thin rings, on which a minimum-cost flow is slow, become a few arcs.
"""

from __future__ import annotations

from kanryu.core.speed import hot
from kanryu.flows.ledger import Int32, Int64


@hot
def chains(
    tail: Int32, head: Int32, weight: Int64, degree_in: Int32, degree_out: Int32, out: Int32, chain: Int32,
    chain_tail: Int32, chain_head: Int32, chain_weight: Int64, chain_length: Int64,
) -> int:  # fmt: skip
    """Number of chains; every arc gets the number of its chain.

    degree_in, degree_out : int32 (n,); out : int32 (n,), an arc that leaves the account
    chain : int32 (k,), -1 before; chain_tail ... : work space (k,), out. A ring of such accounts alone is a chain from
    an account to itself.
    """
    count = 0
    for only_rings in range(2):
        for first in range(tail.size):
            start = tail[first]
            is_inner = degree_in[start] == 1 and degree_out[start] == 1
            if chain[first] >= 0 or (is_inner and only_rings == 0):
                continue
            arc, least, length = first, weight[first], 0
            while True:
                chain[arc] = count
                length += 1
                least = min(least, weight[arc])
                node = head[arc]
                if node == start or degree_in[node] != 1 or degree_out[node] != 1:
                    break
                arc = out[node]
            chain_tail[count] = start
            chain_head[count] = node
            chain_weight[count] = least
            chain_length[count] = length
            count += 1
    return count
