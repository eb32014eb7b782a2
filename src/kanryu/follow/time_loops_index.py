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

from kanryu.flows.ledger import Ledger

Ties = Literal["strict", "ledger"]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LoopIndex:
    """Rows that can be part of a loop, by payer and by payee.

    n : accounts that lie on some static loop, renumbered; `account[i]` is the code in the ledger
    out_ptr : int64 (n+1,); rows paid by account a are `out_ptr[a]:out_ptr[a+1]`, in order of key
    out_dst, out_key : int32 (rows,); out_count : int64 (rows,), equal rows that stand behind this one
    in_ptr, in_src, in_key : the same rows by payee, in order of key
    key_end : int32 (keys,), the last key inside the window that opens at a key
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
    key_end: Int32
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


def loop_index(ledger: Ledger, window: int, ties: Ties, *, merge: bool = True) -> LoopIndex:
    """The index of a ledger for one window and tie mode.

    Parameters
    ----------
    window : in the ticks of `ledger.t`; a loop may last exactly that long
    merge : whether interchangeable rows become one (not where amounts matter)
    """
    rows = np.flatnonzero(on_static_loops(ledger.src, ledger.dst, ledger.n)) if ledger.m else np.zeros(0, np.int64)
    src, dst, t = ledger.src[rows], ledger.dst[rows], ledger.t[rows]
    if ties == "strict":
        times, key = np.unique(t, return_inverse=True)
        key_end = np.searchsorted(times, _add(times, window), side="right") - 1
    else:
        key = np.arange(rows.size)
        key_end = np.searchsorted(t, _add(t, window), side="right") - 1
    account, code = np.unique(np.concatenate([src, dst]), return_inverse=True)
    n = int(account.size)
    payer, payee = code[: rows.size], code[rows.size :]
    order = np.lexsort((rows, payee, key, payer))
    payer, payee, key, rows = payer[order], payee[order], key[order], rows[order]
    is_new = np.ones(rows.size, bool)
    if merge and ties == "strict" and rows.size:
        is_new[1:] = (payer[1:] != payer[:-1]) | (payee[1:] != payee[:-1]) | (key[1:] != key[:-1])
    starts = np.flatnonzero(is_new)
    member_ptr = np.append(starts, rows.size).astype(np.int64)
    payer, payee, key = payer[starts], payee[starts], key[starts]
    by_payee = np.lexsort((key, payee))
    return LoopIndex(
        n=n,
        account=account.astype(np.int64),
        out_ptr=np.searchsorted(payer, np.arange(n + 1)).astype(np.int64),
        out_dst=payee.astype(np.int32),
        out_key=key.astype(np.int32),
        out_count=np.diff(member_ptr),
        in_ptr=np.searchsorted(payee[by_payee], np.arange(n + 1)).astype(np.int64),
        in_src=payer[by_payee].astype(np.int32),
        in_key=key[by_payee].astype(np.int32),
        key_end=key_end.astype(np.int32),
        member_ptr=member_ptr,
        member=rows.astype(np.int64),
    )


def _add(times: Int64, window: int) -> Int64:
    """`times + window` without wrapping round."""
    largest = np.iinfo(np.int64).max
    room = largest - np.maximum(times, 0)
    ends: Int64 = times + np.minimum(room, np.int64(min(window, largest)))
    return ends
