"""FIFO and LIFO for every account at once: lots that remember the accounts they have passed.

Neither rule looks at tags, so one pass answers the question for every A (definitions section 4). A lot carries the
set of accounts that paid it on, as a node of a tree of histories: parent, last new account, and two words of bits that
say quickly which accounts are surely not in it. A unit is own money of its receiver if the receiver is in its history;
then the history stays as it is when it is paid on again, so a history is as long as it has different accounts. Money
that leaves a strongly connected component never comes back, so its history is dropped there.

Packed arrays keep what is used together in one cache line:

    purse : int64 (n, 8): oldest or top lot, latest lot, balance, history of money minted there, number of lots
    lots : int64 (k, 2): quantity; link * 2^32 + history * 2 + (own money of the holder?)
    tree : int64 (h, 3): parent * 2^32 + account; two words of a bit filter. Entry 0 is the empty history
    state : int64 (4,): next row, lots used, first free lot, histories used

Complexity: O(m + pieces moved), and the walks through histories that the filter does not spare.
"""

from __future__ import annotations

import numpy as np

from kanryu.core.speed import hot
from kanryu.flows.ledger import Int32, Int64

HEAD, TAIL, BALANCE, MINTED, LOTS = 0, 1, 2, 3, 4
NEXT_ROW, LOTS_USED, LOTS_FREE, HISTORIES, MOVED = 0, 1, 2, 3, 4
LOW = 0xFFFFFFFF
BITS = 62  # of each word of the filter; the sign bit stays free


@hot
def run_all(
    src: Int32,
    dst: Int32,
    amount: Int64,
    component: Int32,
    is_stack: bool,
    purse: Int64,
    lots: Int64,
    tree: Int64,
    state: Int64,
    back: Int64,
    budget: int,
) -> None:
    """Go on from `state` until the end, until the tree of histories could overflow, or until the budget is used up.

    component : int32 (n,), strongly connected components; back : int64 (n,), out: own money back, added up
    budget : most pieces to move
    """
    i, used, free, histories, moved = int(state[0]), int(state[1]), int(state[2]), int(state[3]), int(state[4])
    room = tree.shape[0]
    while i < src.size:
        payer, receiver = int(src[i]), int(dst[i])
        if histories + purse[payer, LOTS] >= room or moved > budget:
            break
        left = amount[i]
        short = left - purse[payer, BALANCE]
        purse[payer, BALANCE] = max(-short, left * 0)
        purse[receiver, BALANCE] += left
        stays = component[payer] == component[receiver]
        bit = receiver % (2 * BITS)
        column = 1 + bit // BITS
        mask = 1 << (bit % BITS)
        old_history, new_history, new_own = -1, 0, 0
        first, end = 0, 0  # chain of pieces on their way, first taken first
        while left > 0:
            moved += 1
            lot = int(purse[payer, HEAD])
            is_minted = lot == 0  # what was received is gone: the rest is minted (see `lots`)
            take, history, own = lots[lot, 0], 0, 0
            if is_minted:
                take = left
            else:
                history = (int(lots[lot, 1]) & LOW) >> 1
                own = int(lots[lot, 1]) & 1
            if not stays:
                if old_history < 0:
                    old_history, new_history, new_own = 0, 0, 0
            elif history != old_history or (own and new_history != history):
                old_history = history
                if own:
                    new_history = history
                    old_history = -1  # a lot of the same history that is not own money gets another one
                elif history == 0 and purse[payer, MINTED] > 0:
                    new_history = int(purse[payer, MINTED])
                else:
                    new_history = histories
                    histories += 1
                    tree[new_history, 0] = (history << 32) | payer
                    tree[new_history, 1] = tree[history, 1]
                    tree[new_history, 2] = tree[history, 2]
                    payer_bit = payer % (2 * BITS)
                    tree[new_history, 1 + payer_bit // BITS] |= 1 << (payer_bit % BITS)
                    if history == 0:
                        purse[payer, MINTED] = new_history
                new_own = 0
                if tree[new_history, column] & mask:
                    node = new_history
                    while node:
                        if (int(tree[node, 0]) & LOW) == receiver:
                            new_own = 1
                            break
                        node = int(tree[node, 0]) >> 32
            if not is_minted and take <= left:
                piece = lot
                purse[payer, HEAD] = int(lots[lot, 1]) >> 32
                purse[payer, LOTS] -= 1
            else:
                if not is_minted:
                    lots[lot, 0] = take - left
                    take = left
                if free:
                    piece = free
                    free = int(lots[piece, 1]) >> 32
                else:
                    piece = used
                    used += 1
                lots[piece, 0] = take
            left -= take
            lots[piece, 1] = (new_history << 1) | new_own
            if first:
                lots[end, 1] |= piece << 32
            else:
                first = piece
            end = piece
            if new_own:
                back[receiver] += take
        while first:
            piece = first
            first = int(lots[piece, 1]) >> 32
            mark = int(lots[piece, 1]) & LOW
            top = int(purse[receiver, HEAD])
            last = top if is_stack else int(purse[receiver, TAIL])
            if top and (int(lots[last, 1]) & LOW) == mark:
                lots[last, 0] += lots[piece, 0]
                lots[piece, 1] = free << 32
                free = piece
                continue
            purse[receiver, LOTS] += 1
            if is_stack:
                lots[piece, 1] = (top << 32) | mark
                purse[receiver, HEAD] = piece
            else:
                lots[piece, 1] = mark
                if top:
                    lots[last, 1] |= piece << 32
                else:
                    purse[receiver, HEAD] = piece
                purse[receiver, TAIL] = piece
        i += 1
    state[0], state[1], state[2], state[3], state[4] = i, used, free, histories, moved


@hot
def tidy(purse: Int64, lots: Int64, tree: Int64, state: Int64, place: Int32) -> None:
    """Keep only histories that a lot still has, in their order.

    place : int32 (h,), work space, zeros. A parent stands before its children, so one pass back finds what is needed
    and one pass on moves it.
    """
    histories = int(state[HISTORIES])
    for v in range(purse.shape[0]):
        lot = int(purse[v, HEAD])
        while lot:
            place[(int(lots[lot, 1]) & LOW) >> 1] = 1
            lot = int(lots[lot, 1]) >> 32
    for node in range(histories - 1, 0, -1):
        if place[node]:
            place[int(tree[node, 0]) >> 32] = 1
    kept = 1
    for node in range(1, histories):
        if place[node]:
            parent = int(tree[node, 0]) >> 32
            account = int(tree[node, 0]) & LOW
            tree[kept, 0] = (int(place[parent]) << 32) | account if parent else account
            tree[kept, 1] = tree[node, 1]
            tree[kept, 2] = tree[node, 2]
            place[node] = kept
            kept += 1
    place[0] = 0
    for v in range(purse.shape[0]):
        purse[v, MINTED] = place[int(purse[v, MINTED])]
        lot = int(purse[v, HEAD])
        while lot:
            packed = int(lots[lot, 1])
            history = int(place[(packed & LOW) >> 1])
            lots[lot, 1] = (packed >> 32 << 32) | (history << 1) | (packed & 1)
            lot = packed >> 32
    state[HISTORIES] = kept


def own_money_of_all(
    src: Int32,
    dst: Int32,
    amount: Int64,
    opening: Int64,
    component: Int32,
    *,
    is_stack: bool,
    budget: int,
    histories: int | None = None,
) -> tuple[Int64, int]:
    """Own money back of every account under FIFO or LIFO, (n,) minor units, and the rows done (m unless budgeted).

    Parameters
    ----------
    src, dst, amount : rows without self payments and zero amounts
    opening : int64 (n,), foreign money at the start
    component : int32 (n,), strongly connected components of the accounts
    budget : most pieces to move
    histories : room for histories to begin with; grows by itself when all of it is in use
    """
    n, m = int(opening.size), int(src.size)
    purse = np.zeros((n, 8), np.int64)
    lots = np.zeros((n + 2 * m + 2, 2), np.int64)
    held = np.flatnonzero(opening > 0)
    lots[1 : held.size + 1, 0] = opening[held]
    purse[held, HEAD] = purse[held, TAIL] = np.arange(1, held.size + 1)
    purse[held, LOTS] = 1
    purse[:, BALANCE] = opening
    tree = np.zeros((histories or max(2 * m + n, 1024), 3), np.int64)
    state = np.array([0, held.size + 1, 0, 1, 0], np.int64)
    back = np.zeros(n, np.int64)
    while True:
        run_all(src, dst, amount, component, is_stack, purse, lots, tree, state, back, budget)
        if state[NEXT_ROW] == m or state[MOVED] > budget:
            return back, int(state[NEXT_ROW])
        tidy(purse, lots, tree, state, np.zeros(tree.shape[0], np.int32))
        need = int(state[HISTORIES]) + int(purse[:, LOTS].max(initial=0))
        if 2 * need >= tree.shape[0]:
            tree = np.concatenate((tree, np.zeros((2 * need, 3), np.int64)))
