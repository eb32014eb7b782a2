"""Loops in time: money leaves the root, changes hands in order of time, and is home inside the window.

Definitions sections 2 and 3. Counts are of row loops (parallel rows multiply); `routes` gives what a person can read.
What it does not do: say that the same money went round (`trace`), or list what only needs counting.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
import numpy as np

from kanryu.core.errors import InputError
from kanryu.flows.ledger import Ledger
from kanryu.follow.time_loops_count import count_roots
from kanryu.follow.time_loops_index import LoopIndex, Ties, loop_index
from kanryu.follow.time_loops_short import count_short
from kanryu.follow.work import Clock, cores, run_pieces

SMALL = 3_000  # rows up to which the plain speed is tried first
PLAIN_STEPS = 30_000
SHORT = 8  # up to this length loops are walked from both ends
SHORT_STEPS = 2_000  # rows walked per first row before the search with memory takes over
STEPS = 2_000_000  # between two looks at the clock: at most a few seconds
MOST_STATES = 1 << 24  # about 4 GB of memory for participation; counting alone never needs more than 2^20


class TimeCounts(msgspec.Struct, frozen=True):
    """Loops in time by number of rows.

    counts : length -> row loops; complete : False when the budget ended first, then `counts` are lower limits
    first_rows_done, first_rows : how many rows were tried as the first of a loop, of how many
    too_many : the number of loops went beyond 9 * 10^18
    """

    counts: dict[int, int]
    complete: bool
    first_rows_done: int
    first_rows: int
    too_many: bool = False


def count_time_loops(
    ledger: Ledger,
    window: int,
    *,
    ties: Ties = "strict",
    max_length: int | None = None,
    budget: float | None = 60.0,
    threads: int | None = None,
    first_before: int | None = None,
) -> TimeCounts:
    """How many loops in time there are, by length, without listing them.

    Parameters
    ----------
    window : int
        Longest time from first to last row, bound included, in the ticks of `ledger.t` (`flows.windows`).
    ties : {"strict", "ledger"}
        Whether equal times count as no order, or as the order of the file.
    max_length : int or None
        Most rows of a loop; None for no limit.
    budget : float or None
        Seconds after which the counts so far are given as lower limits.
    first_before : int or None
        Count only loops whose first row lies before this time (for ledgers searched in slices).

    Raises
    ------
    InputError
        A negative window or a length below 2.

    Notes
    -----
    Time grows with the number of distinct states (place, accounts that could be met again), not with the number of
    loops: 577 million loops of a public e-mail network take about a second.

    Source
    ------
    Definitions section 2. Latest departures as in Blanusa et al. (2023), bundles as in Kumar and Calders (2018,
    2SCENT); the memory over visited accounts that still matter is in the spirit of frontier-based counting.

    Examples
    --------
    >>> from kanryu.flows.ledger import from_columns
    >>> ledger = from_columns("ABBCCBAC", "BCCAAACA", [1, 2, 3, 4, 5, 5, 5, 6])
    >>> count_time_loops(ledger, 5).counts
    {2: 3, 3: 6}
    """
    counts, _ = _count(ledger, window, ties, max_length, budget, threads, share=False, first_before=first_before)
    return counts


def participation(
    ledger: Ledger,
    window: int,
    *,
    ties: Ties = "strict",
    max_length: int | None = None,
    budget: float | None = 60.0,
    threads: int | None = None,
    first_before: int | None = None,
) -> tuple[TimeCounts, Any]:
    """The counts, and for every row of the ledger (in its order) the number of loops that contain it, int64 (m,)."""
    return _count(ledger, window, ties, max_length, budget, threads, share=True, first_before=first_before)


def _count(
    ledger: Ledger,
    window: int,
    ties: Ties,
    max_length: int | None,
    budget: float | None,
    threads: int | None,
    *,
    share: bool,
    first_before: int | None = None,
) -> tuple[TimeCounts, Any]:
    check_limits(window, max_length)
    index = loop_index(ledger, window, ties, first_before=first_before)
    clock = Clock(budget)
    limit = max_length or 0
    is_small = index.rows <= SMALL
    size = (limit or index.n) + 3
    in_count = index.out_count[index.in_row]
    # how many rows before each position may be the first of a loop
    tried = np.concatenate([[0], np.cumsum(index.out_key < index.key_limit)])[index.out_ptr]
    results: list[tuple[Any, Any, int, int]] = []

    def work_short(piece: tuple[int, int]) -> None:
        counts, progress = np.zeros(size, np.int64), np.zeros(4, np.int64)
        shares = np.zeros(index.rows if share else 0, np.int64)
        heavy = np.empty(piece[1] - piece[0], np.int32)
        if clock.is_over():
            results.append((counts, shares, 0, 1))
            return
        count_short.compiled(
            index.out_ptr, index.out_dst, index.out_key, index.out_count, index.in_ptr, index.in_src, index.in_key,
            in_count, index.in_row, index.key_end, piece[0], piece[1], index.key_limit, limit, SHORT_STEPS, 0, counts,
            shares, heavy, progress,
        )  # fmt: skip
        left = heavy[: int(progress[0])].tolist()
        done = int(tried[piece[1]] - tried[piece[0]]) - sum(int(tried[root + 1] - tried[root]) for root in left)
        results.append((counts, shares, done, 0))
        for root in left:
            work((root, root + 1))

    def work(piece: tuple[int, int]) -> None:
        counts, progress = np.zeros(size, np.int64), np.zeros(6, np.int64)
        shares = np.zeros(index.rows if share else 0, np.int64)
        at, first, to = piece[0], int(index.out_ptr[piece[0]]), piece[1]
        kernel = count_roots.plain if is_small else count_roots.compiled
        steps, states = (PLAIN_STEPS, 256) if is_small else (STEPS, 1 << 18)
        while True:
            progress[2:4] = 0
            kernel(
                index.out_ptr, index.out_dst, index.out_key, index.out_count, index.in_ptr, index.in_src, index.in_key,
                index.key_end, at, to, first, index.key_limit, limit, steps, states, counts, shares, progress,
            )  # fmt: skip
            status = int(progress[3])
            if status in (0, 2) or clock.is_over():
                break
            is_stuck = (at, first) == (int(progress[0]), int(progress[1]))
            at, first = int(progress[0]), int(progress[1])
            if kernel is count_roots.plain:
                kernel, steps, states = count_roots.compiled, STEPS, 1 << 18
            elif status == 3:  # participation needs all states of a window at once
                if states >= MOST_STATES:
                    break
                states *= 4
            elif is_stuck:
                steps, states = 4 * steps, min(4 * states, 1 << 22)
        results.append((counts, shares, int(progress[4]), int(progress[3])))

    if index.n:
        is_short = not is_small and 2 <= limit <= SHORT
        if not is_small:  # compile before threads start
            _ = count_short.compiled if is_short else count_roots.compiled
        run_pieces(
            work_short if is_short else work, pieces_of(index, 1 if is_small else 8 * (threads or cores())), threads
        )
    total = sum((r[0] for r in results), np.zeros(size, np.int64))
    firsts = ledger.m if first_before is None else int(np.searchsorted(ledger.t, first_before, side="left"))
    statuses = [r[3] for r in results]
    answer = TimeCounts(
        {int(k): int(total[k]) for k in np.flatnonzero(total)},
        not any(statuses),
        firsts - (int(tried[-1]) - sum(r[2] for r in results)),  # rows on no static loop are done at once
        firsts,
        2 in statuses,
    )
    return answer, _per_row(ledger, index, results) if share else None


def check_limits(window: int, max_length: int | None) -> None:
    """Refuse a window or a length that no loop can have."""
    if window < 0:
        raise InputError(key="loops.window_negative", found=window)
    if max_length is not None and max_length < 2:
        raise InputError(key="loops.length_small", found=max_length)


def pieces_of(index: LoopIndex, count: int) -> list[tuple[int, int]]:
    """Ranges of roots with about equally many rows."""
    marks = np.linspace(0, index.rows, count + 1)
    cuts = np.unique(np.concatenate([[0], np.searchsorted(index.out_ptr, marks[1:-1]), [index.n]]))
    return [(a, b) for a, b in pairwise(cuts.tolist()) if a < b]


def _per_row(ledger: Ledger, index: LoopIndex, results: list[tuple[Any, Any, int, int]]) -> Any:
    """Participation of the rows of the ledger: rows counted as one share alike, because they are interchangeable."""
    merged = sum((r[1] for r in results), np.zeros(index.rows, np.int64))
    rows = np.zeros(ledger.m, np.int64)
    if index.rows:
        rows[index.member] = np.repeat(merged // index.out_count, index.out_count)
    return rows
