"""Rows of a ledger laid out for the search of loops in time.

Both tie modes become one question: every row gets an integer `key`, keys must strictly increase along a loop, and the
window of a first row ends at a key. In mode `strict` the key is the rank of the time; rows of one pair at one time
are then interchangeable and become one row that counts several times. In mode `ledger` the key is the position.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from kanryu.core.speed import hot
from kanryu.flows.ledger import Ledger

Ties = Literal["strict", "ledger"]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
COMPONENTS_UP_TO = 4_000_000  # rows up to which strongly connected components are worth their time


@dataclass(frozen=True)
class LoopIndex:
    """Rows that can be part of a loop, by payer and by payee.

    n : accounts that lie on some static loop, renumbered; `account[i]` is the code in the ledger
    out_ptr : int64 (n+1,); rows paid by account a are `out_ptr[a]:out_ptr[a+1]`, in order of key
    out_dst, out_key : int32 (rows,); out_count : int64 (rows,), equal rows that stand behind this one
    in_ptr, in_src, in_key : the same rows by payee, in order of key; in_row : int32, their positions in `out_*`
    key_end : int32 (keys,), the last key inside the window that opens at a key
    key_limit : first rows of loops have keys below it
    member_ptr, member : rows of the ledger (positions in its arrays) behind each row of `out_*`
    """

    n: int
    account: Int64
    out_ptr: Int64
    out_dst: Int32
    out_key: Int32
    out_count: Int64
    in_ptr: Int64
    in_src: Int32
    in_key: Int32
    in_row: Int32
    key_end: Int32
    key_limit: int
    member_ptr: Int64
    member: Int64

    @property
    def rows(self) -> int:
        """Number of distinct rows."""
        return int(self.out_dst.size)


def on_static_loops(src: Any, dst: Any, n: int) -> npt.NDArray[np.bool_]:
    """Which rows have both ends in one strongly connected component (only they can be part of a loop)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(src.size, np.int8)
    graph = coo_array((ones, (src, dst)), shape=(n, n)).tocsr()
    _, component = connected_components(graph, directed=True, connection="strong")
    inside: npt.NDArray[np.bool_] = (component[src] == component[dst]) & (src != dst)
    return inside


@hot
def peel(src, dst, n, keep):  # type: ignore[no-untyped-def]
    """Clear `keep` for rows whose payer is never paid or whose payee never pays, again and again; a cheap superset."""
    for _ in range(20):
        pays = np.zeros(n, np.bool_)
        is_paid = np.zeros(n, np.bool_)
        for i in range(src.size):
            if keep[i]:
                pays[src[i]] = True
                is_paid[dst[i]] = True
        cleared = 0
        for i in range(src.size):
            if keep[i] and not (is_paid[src[i]] and pays[dst[i]]):
                keep[i] = False
                cleared += 1
        if cleared * 50 < src.size:
            break


@hot
def order_by(account, n):  # type: ignore[no-untyped-def]
    """Positions in order of account, keeping the order of equal ones, and where each account begins."""
    begin = np.zeros(n + 1, np.int64)
    for i in range(account.size):
        begin[account[i] + 1] += 1
    for a in range(n):
        begin[a + 1] += begin[a]
    place = begin.copy()
    order = np.empty(account.size, np.int32)
    for i in range(account.size):
        a = account[i]
        order[place[a]] = i
        place[a] += 1
    return begin, order


@hot
def lay_out(payer, payee, key, n):  # type: ignore[no-untyped-def]
    """Rows in order of time to rows by payer and rows by payee, each in order of time, in one pass.

    Returns both beginnings, then payees, keys and places in the input by payer, and payers, keys and places among
    the rows by payer, by payee.
    """
    rows = payer.size
    out_ptr = np.zeros(n + 1, np.int64)
    in_ptr = np.zeros(n + 1, np.int64)
    for i in range(rows):
        out_ptr[payer[i] + 1] += 1
        in_ptr[payee[i] + 1] += 1
    for a in range(n):
        out_ptr[a + 1] += out_ptr[a]
        in_ptr[a + 1] += in_ptr[a]
    next_out, next_in = out_ptr[:n].copy(), in_ptr[:n].copy()
    out_dst, out_key, place = np.empty(rows, np.int32), np.empty(rows, np.int32), np.empty(rows, np.int32)
    in_src, in_key, in_row = np.empty(rows, np.int32), np.empty(rows, np.int32), np.empty(rows, np.int32)
    for i in range(rows):
        a, b = payer[i], payee[i]
        o, p = next_out[a], next_in[b]
        next_out[a] = o + 1
        next_in[b] = p + 1
        out_dst[o], out_key[o], place[o] = b, key[i], i
        in_src[p], in_key[p], in_row[p] = a, key[i], o
    return out_ptr, in_ptr, out_dst, out_key, place, in_src, in_key, in_row


def useful_rows(ledger: Ledger) -> Int64:
    """Positions of the rows that can be part of a loop (or a little more, in very large ledgers)."""
    if ledger.m == 0:
        return np.zeros(0, np.int64)
    if ledger.m <= COMPONENTS_UP_TO:
        return np.flatnonzero(on_static_loops(ledger.src, ledger.dst, ledger.n))
    keep = ledger.src != ledger.dst
    peel(ledger.src, ledger.dst, ledger.n, keep)
    return np.flatnonzero(keep)


def loop_index(
    ledger: Ledger, window: int, ties: Ties, *, merge: bool = True, first_before: int | None = None
) -> LoopIndex:
    """The index of a ledger for one window and tie mode.

    Parameters
    ----------
    window : in the ticks of `ledger.t`; a loop may last exactly that long
    merge : whether interchangeable rows become one (not where amounts matter)
    first_before : time before which the first row of a loop must lie; None for any
    """
    rows = useful_rows(ledger)
    src, dst, t = ledger.src[rows], ledger.dst[rows], ledger.t[rows]
    if ties == "strict":
        is_later = np.ones(rows.size, bool)
        is_later[1:] = t[1:] != t[:-1]
        times = t[is_later]
        key = (np.cumsum(is_later) - 1).astype(np.int32)
        key_end = np.searchsorted(times, _add(times, window), side="right") - 1
    else:
        key = np.arange(rows.size, dtype=np.int32)
        key_end = np.searchsorted(t, _add(t, window), side="right") - 1
        times = t
    key_limit = times.size if first_before is None else int(np.searchsorted(times, first_before, side="left"))
    used = np.zeros(ledger.n, bool)
    used[src] = True
    used[dst] = True
    account = np.flatnonzero(used)
    n = int(account.size)
    number = np.cumsum(used, dtype=np.int32) - 1
    payer, payee = number[src], number[dst]
    out_ptr, in_ptr, out_dst, out_key, place, in_src, in_key, in_row = lay_out(payer, payee, key, n)
    member_ptr, member = np.arange(rows.size + 1, dtype=np.int64), rows[place]
    if merge and ties == "strict" and rows.size:
        out_src = np.repeat(np.arange(n, dtype=np.int32), np.diff(out_ptr))
        payee, member_m, is_new = _group_equal(out_src, out_dst, out_key, member)
        if is_new.sum() * 1.02 < rows.size:  # enough equal rows to be worth it
            starts = np.flatnonzero(is_new)
            member, member_ptr = member_m, np.append(starts, rows.size).astype(np.int64)
            payer, payee, key = out_src[starts], payee[starts], out_key[starts]
            by_time = order_by(key, int(key.max()) + 1)[1]
            out_ptr, in_ptr, out_dst, out_key, place, in_src, in_key, in_row = lay_out(
                payer[by_time], payee[by_time], key[by_time], n
            )
            # rows of one payer and time may have changed places: follow them
            order = by_time[place]
            sizes = np.diff(member_ptr)[order]
            ends = np.cumsum(sizes)
            inside = np.arange(int(ends[-1])) - np.repeat(ends - sizes, sizes)
            member = member[np.repeat(member_ptr[:-1][order], sizes) + inside]
            member_ptr = np.append(0, ends).astype(np.int64)
    return LoopIndex(
        n=n,
        account=account.astype(np.int64),
        out_ptr=out_ptr,
        out_dst=out_dst,
        out_key=out_key,
        out_count=np.diff(member_ptr),
        in_ptr=in_ptr,
        in_src=in_src,
        in_key=in_key,
        in_row=in_row,
        key_end=key_end.astype(np.int32),
        key_limit=key_limit,
        member_ptr=member_ptr,
        member=member.astype(np.int64),
    )


def _group_equal(payer: Any, payee: Any, key: Any, rows: Any) -> tuple[Any, Any, Any]:
    """Bring rows of one payer, time and payee together; payees, rows, and where a new group begins."""
    is_tied = np.zeros(rows.size, bool)
    is_tied[1:] = (payer[1:] == payer[:-1]) & (key[1:] == key[:-1])
    is_tied[:-1] |= is_tied[1:]
    tied = np.flatnonzero(is_tied)
    if tied.size:
        order = tied[np.lexsort((rows[tied], payee[tied], key[tied], payer[tied]))]
        payee, rows = payee.copy(), rows.copy()
        payee[tied], rows[tied] = payee[order], rows[order]
    is_new = np.ones(rows.size, bool)
    is_new[1:] = (payer[1:] != payer[:-1]) | (payee[1:] != payee[:-1]) | (key[1:] != key[:-1])
    return payee, rows, is_new


def _add(times: Int64, window: int) -> Int64:
    """`times + window` without wrapping round."""
    largest = np.iinfo(np.int64).max
    room = largest - np.maximum(times, 0)
    ends: Int64 = times + np.minimum(room, np.int64(min(window, largest)))
    return ends
