"""LRB and MRB for one account: the units that were born first (or last) leave first, wherever they have been.

The birth of a unit is the row that minted it or, for money of A, the row with which A last paid it out (definitions
section 4). The variants `lrb-minting` and `mrb-minting` take births from minting alone, so that the money that A pays
on keeps its age; units of one birth are then taken untagged first.

Lots of an account lie in a pairing heap (Fredman, Sedgewick, Sleator, Tarjan 1986, "The pairing heap"). Births are
unique to a tag except under minting-only births; the key is twice the birth plus the tag, so that the order of unit
classes is total and cutting a row in two changes nothing.

Arrays as in `trace_scalar`. Complexity: O(pieces moved x log lots) amortised.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kanryu.core.speed import hot
from kanryu.flows.ledger import Int32, Int64

Int8 = npt.NDArray[np.int8]


@hot
def meld(first: int, second: int, key: Int64, child: Int32, sibling: Int32) -> int:
    """One heap out of two; 0 is the empty heap."""
    if first == 0:
        return second
    if second == 0:
        return first
    if key[second] < key[first]:
        first, second = second, first
    sibling[second] = child[first]
    child[first] = second
    return first


@hot
def without_root(root: int, key: Int64, child: Int32, sibling: Int32) -> int:
    """The heap after its first lot is taken away: children melded in pairs, then together."""
    pairs = 0
    node = child[root]
    while node:
        second = sibling[node]
        after = 0
        if second:
            after = sibling[second]
            sibling[second] = 0
        sibling[node] = 0
        joined = meld(node, second, key, child, sibling)
        sibling[joined] = pairs
        pairs = joined
        node = after
    heap = 0
    while pairs:
        after = sibling[pairs]
        sibling[pairs] = 0
        heap = meld(heap, pairs, key, child, sibling)
        pairs = after
    return heap


@hot
def born(
    src: Int32,
    dst: Int32,
    amount: Int64,
    opening: Int64,
    account: int,
    tag: Int8,
    newest_first: bool,
    minting_only: bool,
    quantity: Int64,
    key: Int64,
    child: Int32,
    sibling: Int32,
    part: Int64,
    budget: int,
) -> int:
    """Run LRB or MRB; `part` (m,) gets the tagged part of each row.

    quantity, key, child, sibling : work space for lots, (n + 2 m + 1,); entry 0 is not used

    Returns
    -------
    int
        Rows done: m, or fewer when the budget was used up.
    """
    n = opening.size
    heap = np.zeros(n, np.int32)
    balance = opening.copy()
    sign = -1 if newest_first else 1
    fresh = 1
    free = 0
    for v in range(n):
        if opening[v] > 0 and (v != account or minting_only):
            quantity[fresh] = opening[v]
            key[fresh] = 0  # births of rows count from 1, so this is before all of them
            child[fresh] = 0
            sibling[fresh] = 0
            heap[v] = fresh
            fresh += 1
    moved = 0
    for i in range(src.size):
        if budget > 0 and moved > budget:
            return i
        payer, receiver, left = src[i], dst[i], amount[i]
        short = left - balance[payer]
        balance[payer] = max(balance[payer] - left, left * 0)
        balance[receiver] += left
        is_outlet = payer == account and not minting_only
        x = left * 0
        while left > 0:
            moved += 1
            if is_outlet or short > 0:
                if free:
                    piece = free
                    free = sibling[piece]
                else:
                    piece = fresh
                    fresh += 1
                if is_outlet:
                    quantity[piece] = left
                    key[piece] = 2 * sign * (i + 1) + int(tag[i])
                else:  # minted here; the whole balance leaves with it, so the order does not matter
                    quantity[piece] = short
                    key[piece] = 2 * sign * (i + 1)
                    short = short * 0
            else:
                lot = heap[payer]
                if quantity[lot] <= left:
                    piece = lot
                    heap[payer] = without_root(lot, key, child, sibling)
                else:
                    if free:
                        piece = free
                        free = sibling[piece]
                    else:
                        piece = fresh
                        fresh += 1
                    quantity[piece] = left
                    key[piece] = key[lot]
                    quantity[lot] -= left
            left -= quantity[piece]
            if payer == account and minting_only:  # what A pays on is tagged (or not) by this row
                key[piece] = (key[piece] & ~1) | int(tag[i])
            if key[piece] & 1:
                x += quantity[piece]
            if receiver == account:
                if not minting_only:
                    sibling[piece] = free
                    free = piece
                    continue
                key[piece] = key[piece] & ~1
            child[piece] = 0
            sibling[piece] = 0
            heap[receiver] = meld(heap[receiver], piece, key, child, sibling)
        part[i] = x
    return int(src.size)
