"""Listing loops in time row by row, with amounts: bottleneck, retention, evenness, and the filters of section 3.

Listing costs as much as there are loops, so it has a limit of loops and of time. The loops with the largest
bottleneck are found without listing the others: a threshold on amounts is lowered until counting says that enough
loops stay above it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import msgspec
import numpy as np

from kanryu.core.errors import UsageError
from kanryu.core.speed import hot
from kanryu.flows.ledger import Ledger
from kanryu.follow.time_loops import SMALL, check_limits, count_time_loops
from kanryu.follow.time_loops_count import latest_departures
from kanryu.follow.time_loops_index import Ties, loop_index
from kanryu.follow.time_loops_memo import first_above
from kanryu.follow.work import Clock


class Tolerance(msgspec.Struct, frozen=True):
    """Filters on the amounts of a loop, each a ratio or None; compared exactly, bounds included.

    low, high : next amount / amount (`pass-through`); evenness : smallest / largest; retention : last / first
    """

    low: Fraction | None = None
    high: Fraction | None = None
    evenness: Fraction | None = None
    retention: Fraction | None = None

    @property
    def is_open(self) -> bool:
        """Whether it lets every loop pass."""
        return self.low is None and self.high is None and self.evenness is None and self.retention is None


class Loop(msgspec.Struct, frozen=True):
    """One loop in time. `rows` are positions in the input, from 1; amounts in the unit of the file."""

    accounts: tuple[str, ...]
    rows: tuple[int, ...]
    times: tuple[float, ...]
    amounts: tuple[float, ...]
    bottleneck: float
    retention: float | None
    evenness: float | None


class Listing(msgspec.Struct, frozen=True):
    """Row loops as positions in the ledger's arrays, with counts; `complete` False when a limit ended the search."""

    loops: tuple[tuple[int, ...], ...]
    counts: dict[int, int]
    complete: bool


def parse_ratio(text: str | float | Fraction, name: str) -> Fraction:
    """A ratio written as 0.95, 19/20 or a number, exactly.

    Raises
    ------
    UsageError
        Not a number >= 0, or with more than 9 digits after the point.
    """
    try:
        value = Fraction(str(text)) if not isinstance(text, Fraction) else text
    except (ValueError, ZeroDivisionError):
        raise UsageError(key="loops.ratio_shape", found=str(text)[:40], name=name) from None
    if value < 0 or value.denominator > 10**9 or value.numerator > 10**9:
        raise UsageError(key="loops.ratio_range", found=str(text)[:40], name=name)
    return value


@hot
def product_exceeds(a, b, c, d):  # type: ignore[no-untyped-def]
    """Whether a * b > c * d, exactly, for 0 <= a, c < 2^62 and 0 <= b, d < 2^31 (the products need 93 bits)."""
    left_low = (a & 2147483647) * b
    right_low = (c & 2147483647) * d
    left = (a >> 31) * b + (left_low >> 31)
    right = (c >> 31) * d + (right_low >> 31)
    if left != right:
        return left > right
    return (left_low & 2147483647) > (right_low & 2147483647)


@hot
def list_roots(  # type: ignore[no-untyped-def]
    out_ptr, out_dst, out_key, in_ptr, in_src, in_key, key_end, amount, ratios,
    root, root_to, first, key_limit, max_length, step_limit, counts, buffer, ends, progress,
):  # fmt: skip
    """Walk all loops from `root`, `first` on; write their rows to `buffer` until it is full, count them all.

    ratios : int64 (8,): numerator and denominator of low, high, evenness, retention; denominator 0 = no filter
    buffer : int64, rows of the loops one after another; ends : int64, where each ends; empty arrays: only count
    progress : int64 (5,): root, first row to go on with, steps, status (0 done, 1 steps, 2 buffer full), loops written
    """
    n = out_ptr.size - 1
    departure = np.full(n, -1, np.int32)
    scanned = np.full(n, -1, np.int32)
    waiting = np.zeros(n, np.bool_)
    on_path = np.zeros(n, np.bool_)
    queue = np.empty(n + 1, np.int32)
    touched = np.empty(n, np.int32)
    path = np.empty(n + 2, np.int64)
    position = np.empty(n + 2, np.int64)
    low = np.empty(n + 2, np.int64)
    high = np.empty(n + 2, np.int64)
    found = np.zeros(counts.size, np.int64)
    steps, written, filled = 0, 0, 0
    while root < root_to:
        n_touched = 0
        closing = in_ptr[root]
        first = max(first, out_ptr[root])
        while first < out_ptr[root + 1] and out_key[first] < key_limit:
            start_key = out_key[first]
            last_key = key_end[start_key]
            closing_end = first_above(in_key, in_ptr[root], in_ptr[root + 1], last_key)
            if closing_end > in_ptr[root] and in_key[closing_end - 1] > start_key:
                n_touched = latest_departures(
                    root, start_key + 1, closing, closing_end, in_ptr, in_src, in_key, departure, scanned, queue,
                    waiting, touched, n_touched,
                )  # fmt: skip
                closing = max(closing, closing_end)
                before, filled_before = written, filled
                status = 0
                depth = 0
                account = out_dst[first]
                path[0], low[0], high[0] = first, amount[first], amount[first]
                if departure[account] > start_key:
                    on_path[account] = True
                    position[0] = first_above(out_key, out_ptr[account], out_ptr[account + 1], start_key)
                else:
                    depth = -1
                while depth >= 0:
                    account = out_dst[path[depth]]
                    row = position[depth]
                    if row >= out_ptr[account + 1] or out_key[row] > departure[account]:
                        on_path[account] = False
                        depth -= 1
                        continue
                    position[depth] += 1
                    steps += 1
                    payee, key = out_dst[row], out_key[row]
                    is_home = payee == root
                    if not is_home and (on_path[payee] or key >= departure[payee]):
                        continue
                    if max_length > 0 and depth + (2 if is_home else 3) > max_length:
                        continue
                    paid, here = amount[path[depth]], amount[row]
                    if ratios[1] > 0 and product_exceeds(paid, ratios[0], here, ratios[1]):
                        continue
                    if ratios[3] > 0 and product_exceeds(here, ratios[3], paid, ratios[2]):
                        continue
                    least, most = min(low[depth], here), max(high[depth], here)
                    if ratios[5] > 0 and product_exceeds(most, ratios[4], least, ratios[5]):
                        continue
                    if is_home:
                        if ratios[7] > 0 and product_exceeds(amount[first], ratios[6], here, ratios[7]):
                            continue
                        found[depth + 2] += 1
                        if buffer.size > 0:
                            if written >= ends.size or filled + depth + 2 > buffer.size:
                                status = 2
                                break
                            for j in range(depth + 1):
                                buffer[filled + j] = path[j]
                            buffer[filled + depth + 1] = row
                            filled += depth + 2
                            ends[written] = filled
                            written += 1
                        continue
                    if steps > step_limit:
                        status = 1
                        break
                    depth += 1
                    path[depth], low[depth], high[depth] = row, least, most
                    on_path[payee] = True
                    position[depth] = first_above(out_key, out_ptr[payee], out_ptr[payee + 1], key)
                if status == 1:
                    written, filled = before, filled_before
                if status != 0:
                    progress[0], progress[1], progress[2], progress[3], progress[4] = (
                        root,
                        first,
                        steps,
                        status,
                        written,
                    )
                    return
                for j in range(min(found.size, n + 2)):
                    if found[j] > 0:
                        counts[j] += found[j]
                        found[j] = 0
            first += 1
        for j in range(n_touched):
            departure[touched[j]], scanned[touched[j]] = -1, -1
        root += 1
    progress[0], progress[1], progress[2], progress[3], progress[4] = root, first, steps, 0, written


def list_time_loops(
    ledger: Ledger,
    window: int,
    *,
    ties: Ties = "strict",
    max_length: int | None = None,
    tolerance: Tolerance | None = None,
    limit: int = 10_000,
    budget: float | None = 60.0,
    first_before: int | None = None,
) -> Listing:
    """Loops in time as rows, in order of their root and first row, `limit` of them at most.

    With `limit` 0 the loops that pass `tolerance` are only counted. When more than `limit` loops exist the list is
    cut, `complete` is False and `counts` are those of the first rows that were finished.

    Examples
    --------
    >>> from kanryu.flows.ledger import from_columns
    >>> ledger = from_columns("ABC", "BCA", [1, 2, 3], [100, 90, 60])
    >>> list_time_loops(ledger, 5, tolerance=Tolerance(low=Fraction(3, 5))).loops
    ((0, 1, 2),)
    """
    check_limits(window, max_length)
    index = loop_index(ledger, window, ties, merge=False, first_before=first_before)
    clock = Clock(budget)
    ratios = _ratios(tolerance or Tolerance())
    amount = ledger.amount[index.member]
    longest = max_length or 0
    counts = np.zeros((longest or index.n) + 3, np.int64)
    ends = np.zeros(limit, np.int64)
    buffer = np.zeros(limit * min(index.n + 1, 64) if limit else 0, np.int64)
    progress = np.zeros(5, np.int64)
    is_small = index.rows <= SMALL
    kernel = list_roots.plain if is_small else list_roots.compiled
    steps = 30_000 if is_small else 50_000_000
    loops: list[tuple[int, ...]] = []
    complete = True
    while index.n:
        kernel(
            index.out_ptr, index.out_dst, index.out_key, index.in_ptr, index.in_src, index.in_key, index.key_end,
            amount, ratios, int(progress[0]), index.n, int(progress[1]), index.key_limit, longest, steps, counts,
            buffer, ends, progress,
        )  # fmt: skip
        at = 0
        for end in ends[: int(progress[4])].tolist():
            loops.append(tuple(index.member[buffer[at:end]].tolist()))
            at = end
        if progress[3] == 0:
            break
        if progress[3] == 2 or clock.is_over() or (limit and len(loops) >= limit):
            complete = False
            break
        kernel, steps = list_roots.compiled, max(50_000_000, 3 * steps)
    return Listing(tuple(loops[:limit]), {int(k): int(counts[k]) for k in np.flatnonzero(counts)}, complete)


def _ratios(tolerance: Tolerance) -> Any:
    parts: list[int] = []
    for ratio in (tolerance.low, tolerance.high, tolerance.evenness, tolerance.retention):
        parts += [0, 0] if ratio is None else [ratio.numerator, ratio.denominator]
    return np.array(parts, np.int64)


def largest_loops(
    ledger: Ledger,
    window: int,
    *,
    ties: Ties = "strict",
    max_length: int | None = None,
    tolerance: Tolerance | None = None,
    top: int = 10,
    budget: float | None = 30.0,
    first_before: int | None = None,
) -> tuple[tuple[tuple[int, ...], ...], bool]:
    """The `top` loops with the largest bottleneck, and whether that is certain.

    A threshold on the amounts of rows falls (to a larger and larger part of the rows) until at least `top` loops use
    only rows above it; only those are listed. Equal bottlenecks: the first in the order of the ledger.
    """
    if top <= 0 or ledger.m == 0:
        return (), True
    clock = Clock(budget)
    tolerance = tolerance or Tolerance()
    values, copies = np.unique(ledger.amount, return_counts=True)
    values, above = values[::-1], np.cumsum(copies[::-1])  # above[i]: rows of at least values[i]

    def has_enough(floor: int) -> bool:
        part = ledger.keep(ledger.amount >= floor)
        if tolerance.is_open:
            counted = count_time_loops(
                part, window, ties=ties, max_length=max_length, budget=5.0, first_before=first_before
            )
            return sum(counted.counts.values()) >= top
        listing = list_time_loops(
            part, window, ties=ties, max_length=max_length, tolerance=tolerance, limit=top, budget=5.0,
            first_before=first_before,
        )  # fmt: skip
        return len(listing.loops) >= top

    # a floor that is low enough, then the highest such floor (when loops are many, few of them are listed)
    high, place = -1, 0
    while place < values.size - 1 and not clock.is_over() and not has_enough(int(values[place])):
        high, place = place, min(values.size - 1, int(np.searchsorted(above, max(64, 3 * int(above[place])))))
    while place - high > 1 and not clock.is_over():
        middle = (high + place) // 2
        if has_enough(int(values[middle])):
            place = middle
        else:
            high = middle
    kept = np.flatnonzero(ledger.amount >= values[place])
    found = list_time_loops(
        ledger.keep(ledger.amount >= values[place]), window, ties=ties, max_length=max_length, tolerance=tolerance,
        limit=max(20 * top, 2000), budget=5.0, first_before=first_before,
    )  # fmt: skip
    loops = [tuple(int(kept[row]) for row in loop) for loop in found.loops]
    loops.sort(key=lambda loop: (-min(ledger.amount[list(loop)].tolist()), loop))
    return tuple(loops[:top]), found.complete and (len(loops) >= top or place == values.size - 1)


def describe(ledger: Ledger, loop: tuple[int, ...]) -> Loop:
    """A loop of row positions as a record."""
    rows = list(loop)
    amounts = ledger.amount[rows].tolist()
    scale = int(ledger.inputs.get("t_scale", 1))
    least, most = min(amounts), max(amounts)
    times = ledger.t[rows].tolist()
    return Loop(
        tuple(ledger.accounts[a] for a in ledger.src[rows].tolist()),
        tuple(int(row) + 1 for row in ledger.row[rows]),
        tuple(t if scale == 1 else t / scale for t in times),
        tuple(ledger.in_units(a) for a in amounts),
        ledger.in_units(least),
        amounts[-1] / amounts[0] if amounts[0] else None,
        least / most if most else None,
    )
