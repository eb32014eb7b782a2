"""The network of the sharp bounds: only rows that the money of A can have used on its way home.

Definitions section 6. Two scans find the core: forward, what A's money can have reached; backward, what can still
reach a counted receipt of A. An account that can no longer reach A may take any tagged amount and keep it (a rule
such as pro-rata continues from any start), so it is a sink.

A node is an account between two moments: a run of receipts followed by a run of payments. Inside such a run the limits
0 <= Y <= B hold by themselves: a receipt x <= a raises Y by no more than B, and before a payment both were larger by x
and by q >= x; so only the balance after the last payment of a run limits what is carried on. A receipt of others' money
ends a run of payments like any other: it raises B alone.

Arrays as in `trace_scalar`. Complexity: O(m).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kanryu.core.speed import hot
from kanryu.flows.ledger import Int32, Int64

Int8 = npt.NDArray[np.int8]

HOME, AWAY, SOURCE = 0, 1, 2  # the first nodes of every network


@hot
def scan_forward(
    src: Int32, dst: Int32, amount: Int64, balance: Int64, account: int, tag: Int8, able: Int64, after: Int64
) -> None:
    """Balances, and what A's money can have reached.

    balance : int64 (n,), opening holdings; changed
    able : int64 (m,), out: most own money the row can carry: q less what was minted for it, or 0 if none can be in it
    after : int64 (m,), out: balance of the payer after the row
    """
    reached = np.zeros(balance.size, np.int8)
    for i in range(src.size):
        payer, receiver, quantity = src[i], dst[i], amount[i]
        held = balance[payer]
        can = min(held, quantity)
        left = held - can
        balance[payer] = left
        balance[receiver] += quantity
        after[i] = left
        if payer == account:
            can = quantity * tag[i]
        else:
            can = can * reached[payer]
            if left == 0:
                reached[payer] = 0
        able[i] = can
        if can > 0:
            reached[receiver] = 1


@hot
def scan_backward(
    src: Int32, dst: Int32, account: int, counted: Int8, able: Int64, after: Int64, n: int, fate: Int8
) -> None:
    """What can still come home.

    fate : int8 (m,), out: 1 = the receiver can bring the money home (or the row is home itself), plus
        2 = what the payer keeps can still come home by a later row
    """
    useful = np.zeros(n, np.int8)
    for back in range(src.size):
        i = src.size - 1 - back
        payer, receiver = src[i], dst[i]
        leads = counted[i] if receiver == account else useful[receiver]
        if payer == account:
            fate[i] = leads
            continue
        keeps = useful[payer] if after[i] > 0 else 0
        fate[i] = leads + 2 * keeps
        if leads and able[i] > 0:
            useful[payer] = 1
        elif not keeps:
            useful[payer] = 0


@hot
def build(
    src: Int32,
    dst: Int32,
    account: int,
    n: int,
    able: Int64,
    after: Int64,
    fate: Int8,
    tail: Int32,
    head: Int32,
    capacity: Int64,
    row: Int32,
) -> tuple[int, int]:
    """Write the arcs of the core; returns the numbers of nodes and arcs.

    tail, head, capacity, row : work space, out; (3 m,) is always enough. `row` is the row of an arc, -1 for holdings
    """
    nodes = 3
    arcs = 0
    current = np.zeros(n, np.int32)  # node of an account, 0 = its money is not followed
    is_paying = np.zeros(n, np.int8)
    kept = np.zeros(n, np.int64)
    for i in range(src.size):
        payer, receiver, can = src[i], dst[i], able[i]
        leads = fate[i] & 1
        if current[receiver] and is_paying[receiver]:  # any receipt ends a run of payments
            tail[arcs] = current[receiver]
            head[arcs] = nodes
            capacity[arcs] = kept[receiver]
            row[arcs] = -1
            arcs += 1
            current[receiver] = nodes
            is_paying[receiver] = 0
            nodes += 1
        if payer == account:
            if can == 0 or not leads:
                continue
            start = SOURCE
        else:
            start = current[payer]
            if start == 0:
                continue
            is_paying[payer] = 1
            kept[payer] = after[i]
        if can > 0:
            end = AWAY
            if leads and receiver == account:
                end = HOME
            elif leads:
                if current[receiver] == 0:
                    current[receiver] = nodes
                    nodes += 1
                end = current[receiver]
            tail[arcs] = start
            head[arcs] = end
            capacity[arcs] = can
            row[arcs] = i
            arcs += 1
        if payer != account and not fate[i] & 2:
            if after[i] > 0:
                tail[arcs] = start
                head[arcs] = AWAY
                capacity[arcs] = after[i]
                row[arcs] = -1
                arcs += 1
            current[payer] = 0
            is_paying[payer] = 0
    return nodes, arcs
