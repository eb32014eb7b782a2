"""All short loops in time of a large ledger as one flat table, ready to be written down.

The order is that of the first rows, whatever the number of threads. Counting comes first and says how many there will
be; a list of a billion loops is refused before the work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kanryu.core.errors import LimitReached
from kanryu.flows.ledger import Ledger
from kanryu.follow.time_loops import SHORT, SHORT_STEPS, check_limits, pieces_of
from kanryu.follow.time_loops_index import Ties, loop_index
from kanryu.follow.time_loops_list import list_roots
from kanryu.follow.time_loops_short import count_short
from kanryu.follow.work import cores, run_pieces


@dataclass(frozen=True)
class LoopTable:
    """Loops one after another: `rows` are positions in the ledger's arrays, loop i ends before `ends[i]`."""

    rows: Any
    ends: Any

    @property
    def lengths(self) -> Any:
        """Rows of each loop."""
        return np.diff(self.ends, prepend=0)

    def bottlenecks(self, ledger: Ledger) -> Any:
        """Smallest amount of each loop, in minor units."""
        if self.ends.size == 0:
            return np.zeros(0, np.int64)
        return np.minimum.reduceat(ledger.amount[self.rows], self.ends - self.lengths)

    def largest(self, ledger: Ledger, top: int) -> tuple[tuple[int, ...], ...]:
        """The `top` loops with the largest bottleneck; equal ones in the order of the table."""
        order = np.argsort(-self.bottlenecks(ledger), kind="stable")[:top]
        starts = self.ends - self.lengths
        return tuple(tuple(self.rows[starts[i] : self.ends[i]].tolist()) for i in order)

    def take(self, order: Any) -> LoopTable:
        """The loops at these places, in this order."""
        lengths = self.lengths[order]
        ends = np.cumsum(lengths)
        starts = (self.ends - self.lengths)[order]
        place = np.repeat(starts - (ends - lengths), lengths) + np.arange(int(lengths.sum()))
        return LoopTable(self.rows[place], ends)


def loop_table(
    ledger: Ledger,
    window: int,
    *,
    max_length: int,
    ties: Ties = "strict",
    most: int = 20_000_000,
    threads: int | None = None,
    first_before: int | None = None,
) -> LoopTable:
    """All loops in time of up to `max_length` rows.

    Raises
    ------
    LimitReached
        More than `most` loops.
    InputError
        `max_length` below 2 or above 8.
    """
    from kanryu.core.errors import InputError

    check_limits(window, max_length)
    if max_length > SHORT:
        raise InputError(key="loops.table_length", found=max_length, most=SHORT)
    index = loop_index(ledger, window, ties, merge=False, first_before=first_before)
    ratios, nothing = np.zeros(8, np.int64), np.zeros(0, np.int64)
    results: dict[int, list[tuple[Any, Any]]] = {}

    def work(piece: tuple[int, int]) -> None:
        counts, progress = np.zeros(max_length + 3, np.int64), np.zeros(4, np.int64)
        heavy = np.empty(piece[1] - piece[0], np.int32)
        rows, ends = count_short.compiled(
            index.out_ptr, index.out_dst, index.out_key, index.out_count, index.in_ptr, index.in_src, index.in_key,
            index.out_count[index.in_row], index.in_row, index.key_end, piece[0], piece[1], index.key_limit, max_length,
            SHORT_STEPS, most, counts, nothing, heavy, progress,
        )  # fmt: skip
        if progress[2]:
            raise LimitReached(key="loops.table_too_long", most=most)
        found = [(rows, ends)]
        for root in heavy[: int(progress[0])].tolist():
            found.append(_one_root(root))
        results[piece[0]] = found

    def _one_root(root: int) -> tuple[Any, Any]:
        counts, room = np.zeros(max_length + 3, np.int64), 1 << 16
        amount = np.zeros(index.rows, np.int64)
        while True:
            buffer, ends, progress = (
                np.empty(room * max_length, np.int64),
                np.empty(room, np.int64),
                np.zeros(5, np.int64),
            )
            list_roots.compiled(
                index.out_ptr, index.out_dst, index.out_key, index.in_ptr, index.in_src, index.in_key, index.key_end,
                amount, ratios, root, root + 1, int(index.out_ptr[root]), index.key_limit, max_length, 2**62, counts,
                buffer, ends, progress,
            )  # fmt: skip
            written = int(progress[4])
            if progress[3] == 0:
                ends = ends[:written].copy()
                return buffer[: int(ends[-1]) if written else 0].copy(), ends
            if room > most:
                raise LimitReached(key="loops.table_too_long", most=most)
            room *= 8

    if index.n:
        _ = count_short.compiled, list_roots.compiled  # compile before threads start
        run_pieces(work, pieces_of(index, 8 * (threads or cores())), threads)
    parts = [part for start in sorted(results) for part in results[start]]
    lengths = np.concatenate([np.diff(ends, prepend=0) for _, ends in parts] or [nothing])
    if lengths.size > most:
        raise LimitReached(key="loops.table_too_long", most=most)
    rows = index.member[np.concatenate([rows for rows, _ in parts] or [nothing]).astype(np.int64)]
    table = LoopTable(rows, np.cumsum(lengths))
    return table.take(np.argsort(rows[table.ends - lengths], kind="stable")) if lengths.size else table
