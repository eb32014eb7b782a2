"""FIFO and LIFO for one account: lots in a queue or on a stack (definitions section 4).

A lot is a quantity that is tagged or not. Neighbouring lots of the same tag are joined, which changes no answer
because neither rule looks further than order and tag. LIFO is unit by unit: the piece taken first is put down first,
so a block arrives in reversed order; `LIFO_BLOCK` keeps its order, and `blended` makes one lot of each payment. Both
are conventions in use, and neither survives booking one payment as two rows. Money that the payer mints was never
received, so under both rules it leaves after all that was: on a stack too, else a payment that overdraws the account
would give another answer booked as two rows (the first of them would mint nothing).

Arrays as in `trace_scalar`. Complexity: O(m + pieces moved) time, O(n + live lots) memory.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kanryu.core.speed import hot
from kanryu.flows.ledger import Int32, Int64

Int8 = npt.NDArray[np.int8]
Float64 = npt.NDArray[np.float64]

FIFO, LIFO, LIFO_BLOCK = 0, 1, 2


@hot
def queues(
    src: Int32,
    dst: Int32,
    amount: Int64,
    opening: Int64,
    account: int,
    tag: Int8,
    rule: int,
    quantity: Int64,
    is_own: Int8,
    link: Int32,
    part: Int64,
    budget: int,
) -> int:
    """Run one of the three rules; `part` (m,) gets the tagged part of each row.

    quantity, is_own, link : work space for lots, (n + 2 m + 1,); entry 0 is not used
    budget : most pieces to move; 0 = no limit

    Returns
    -------
    int
        Rows done: m, or fewer when the budget was used up.
    """
    n = opening.size
    head = np.zeros(n, np.int32)  # FIFO: the oldest lot; LIFO: the top
    tail = np.zeros(n, np.int32)  # FIFO only
    fresh = 1  # first lot never used
    free = 0  # chain of lots given back
    for v in range(n):
        if opening[v] > 0 and v != account:
            quantity[fresh] = opening[v]
            is_own[fresh] = 0
            link[fresh] = 0
            head[v] = fresh
            tail[v] = fresh
            fresh += 1
    moved = 0
    for i in range(src.size):
        if budget > 0 and moved > budget:
            return i
        payer, receiver, left = src[i], dst[i], amount[i]
        chain = 0  # pieces on their way, first taken first
        chain_end = 0
        x = left * 0
        if payer == account:
            if free:
                piece = free
                free = link[piece]
            else:
                piece = fresh
                fresh += 1
            link[piece] = 0
            quantity[piece] = left
            is_own[piece] = tag[i]
            if tag[i]:
                x = left
            left = left * 0
            chain = piece
            chain_end = piece
        while left > 0:
            moved += 1
            lot = head[payer]
            if lot and quantity[lot] <= left:
                head[payer] = link[lot]
                piece = lot
            else:
                if free:
                    piece = free
                    free = link[piece]
                else:
                    piece = fresh
                    fresh += 1
                quantity[piece] = left
                if lot:
                    is_own[piece] = is_own[lot]
                    quantity[lot] -= left
                else:  # all that was received is gone: the rest is minted
                    is_own[piece] = 0
            left -= quantity[piece]
            if is_own[piece]:
                x += quantity[piece]
            if rule == LIFO_BLOCK:  # the last taken shall be put down first
                link[piece] = chain
                chain = piece
            else:
                link[piece] = 0
                if chain:
                    link[chain_end] = piece
                else:
                    chain = piece
                chain_end = piece
        part[i] = x
        while chain:
            piece = chain
            chain = link[piece]
            if receiver == account:  # absorbed
                link[piece] = free
                free = piece
                continue
            last = tail[receiver] if rule == FIFO else head[receiver]
            if head[receiver] and is_own[last] == is_own[piece]:
                quantity[last] += quantity[piece]
                link[piece] = free
                free = piece
            elif rule == FIFO:
                link[piece] = 0
                if head[receiver]:
                    link[last] = piece
                else:
                    head[receiver] = piece
                tail[receiver] = piece
            else:
                link[piece] = head[receiver]
                head[receiver] = piece
    return int(src.size)


@hot
def blended(
    src: Int32,
    dst: Int32,
    amount: Int64,
    opening: Int64,
    account: int,
    tag: Int8,
    quantity: Int64,
    own: Float64,
    link: Int32,
    part: Float64,
    budget: int,
) -> int:
    """LIFO in which a received payment is one lot of mixed money (`lifo-blend`); floating point.

    quantity, own, link : work space for lots, (n + 2 m + 1,); `own` is the tagged part of a lot
    """
    n = opening.size
    head = np.zeros(n, np.int32)
    balance = opening.copy()
    fresh = 1
    free = 0
    for v in range(n):
        if opening[v] > 0 and v != account:
            quantity[fresh] = opening[v]
            own[fresh] = 0.0
            link[fresh] = 0
            head[v] = fresh
            fresh += 1
    moved = 0
    for i in range(src.size):
        if budget > 0 and moved > budget:
            return i
        payer, receiver, paid = src[i], dst[i], amount[i]
        short = paid - balance[payer]
        balance[payer] = max(balance[payer] - paid, paid * 0)
        balance[receiver] += paid
        x = 0.0
        if payer == account:
            if tag[i]:
                x = float(paid)
        else:
            left = paid - short if short > 0 else paid  # what is minted is not tagged
            while left > 0:
                moved += 1
                lot = head[payer]
                if quantity[lot] <= left:
                    head[payer] = link[lot]
                    link[lot] = free
                    free = lot
                    left -= quantity[lot]
                    x += own[lot]
                else:
                    piece = own[lot] * (left / quantity[lot])
                    x += piece
                    own[lot] -= piece
                    quantity[lot] -= left
                    left = left * 0
        part[i] = min(x, float(paid))
        if receiver != account:
            if free:
                lot = free
                free = link[lot]
            else:
                lot = fresh
                fresh += 1
            quantity[lot] = paid
            own[lot] = part[i]
            link[lot] = head[receiver]
            head[receiver] = lot
    return int(src.size)
