"""Loops against the definition written down plainly, on random ledgers with many ties and parallel rows; and laws."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kanryu.flows.ledger import Ledger, from_columns
from kanryu.follow.chance import shuffled
from kanryu.follow.static_loops import count_static_loops, static_loops
from kanryu.follow.time_loops import count_time_loops, participation
from kanryu.follow.time_loops_count import count_roots
from kanryu.follow.time_loops_index import loop_index
from kanryu.follow.time_loops_list import Tolerance, largest_loops, list_time_loops

row = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 12), st.integers(1, 6))
ledgers = st.lists(row, max_size=22).map(
    lambda rows: from_columns(
        [str(r[0]) for r in rows], [str(r[1]) for r in rows], [r[2] for r in rows], [r[3] for r in rows]
    )
)
windows = st.integers(0, 14)
ties_modes = st.sampled_from(["strict", "ledger"])
limits = st.sampled_from([None, 2, 3, 4])


def brute_force(ledger: Ledger, window: int, ties: str, limit: int | None) -> list[tuple[int, ...]]:
    """Every sequence of rows that meets conditions 1 to 4, found without any cleverness."""
    src, dst, t = ledger.src.tolist(), ledger.dst.tolist(), ledger.t.tolist()
    found = []

    def go(path: list[int], accounts: list[int]) -> None:
        last = path[-1]
        for nxt in range(ledger.m):
            later = t[nxt] > t[last] if ties == "strict" else nxt > last
            if src[nxt] != dst[last] or not later or t[nxt] - t[path[0]] > window:
                continue
            if limit is not None and len(path) + 1 > limit:
                continue
            if dst[nxt] == src[path[0]]:
                found.append((*path, nxt))
            elif dst[nxt] not in accounts:
                go([*path, nxt], [*accounts, dst[nxt]])

    for first in range(ledger.m):
        if src[first] != dst[first]:
            go([first], [src[first], dst[first]])
    return found


@settings(max_examples=250, deadline=None)
@given(ledgers, windows, ties_modes, limits)
def test_loops_in_time_are_those_of_the_definition(ledger: Ledger, window: int, ties: str, limit: int | None) -> None:
    expected = brute_force(ledger, window, ties, limit)
    counts = dict(Counter(len(loop) for loop in expected))
    assert count_time_loops(ledger, window, ties=ties, max_length=limit).counts == counts
    listing = list_time_loops(ledger, window, ties=ties, max_length=limit)
    assert sorted(listing.loops) == sorted(expected)
    assert listing.counts == counts
    shares, rows = participation(ledger, window, ties=ties, max_length=limit)
    assert shares.counts == counts
    in_loops = Counter(r for loop in expected for r in loop)
    assert rows.tolist() == [in_loops[r] for r in range(ledger.m)]


@settings(max_examples=120, deadline=None)
@given(ledgers, windows, ties_modes, st.integers(1, 4))
def test_filters_and_largest(ledger: Ledger, window: int, ties: str, top: int) -> None:
    every = brute_force(ledger, window, ties, None)
    amount = ledger.amount.tolist()

    def passes(loop: tuple[int, ...]) -> bool:
        a = [amount[r] for r in loop]
        return (
            all(3 * y >= 2 * x and 2 * y <= 3 * x for x, y in pairwise(a))
            and 2 * min(a) >= max(a)
            and 4 * a[-1] >= 3 * a[0]
        )

    tolerance = Tolerance(Fraction(2, 3), Fraction(3, 2), Fraction(1, 2), Fraction(3, 4))
    listing = list_time_loops(ledger, window, ties=ties, tolerance=tolerance)
    assert sorted(listing.loops) == sorted(filter(passes, every))
    best = sorted((min(amount[r] for r in loop) for loop in every), reverse=True)[:top]
    loops, certain = largest_loops(ledger, window, ties=ties, top=top)
    assert [min(amount[r] for r in loop) for loop in loops] == best
    assert certain


@settings(max_examples=80, deadline=None)
@given(ledgers, windows, ties_modes)
def test_growing_window_or_length_never_removes_a_loop(ledger: Ledger, window: int, ties: str) -> None:
    small = set(list_time_loops(ledger, window, ties=ties, max_length=3).loops)
    assert small <= set(list_time_loops(ledger, window + 1, ties=ties, max_length=3).loops)
    assert small <= set(list_time_loops(ledger, window, ties=ties, max_length=4).loops)


@settings(max_examples=80, deadline=None)
@given(ledgers, windows, st.integers(-50, 50), st.integers(1, 7), st.permutations(range(6)))
def test_names_shift_and_scale_of_time_change_nothing(
    ledger: Ledger, window: int, shift: int, factor: int, names: list[int]
) -> None:
    base = count_time_loops(ledger, window).counts
    moved = from_columns(
        [str(names[int(ledger.accounts[a])]) for a in ledger.src],
        [str(names[int(ledger.accounts[a])]) for a in ledger.dst],
        [factor * int(t) + shift for t in ledger.t],
        ledger.amount,
    )
    assert count_time_loops(moved, factor * window).counts == base


@settings(max_examples=80, deadline=None)
@given(ledgers, st.integers(0, 30))
def test_shuffled_times_leave_static_loops(ledger: Ledger, seed: int) -> None:
    assert count_static_loops(shuffled(ledger, "times", seed, 0)).counts == count_static_loops(ledger).counts


@settings(max_examples=80, deadline=None)
@given(ledgers, limits)
def test_static_loops_are_those_of_networkx(ledger: Ledger, limit: int | None) -> None:
    import networkx

    graph = networkx.DiGraph((a, b) for a, b in zip(ledger.src.tolist(), ledger.dst.tolist()) if a != b)
    rings = [ring for ring in networkx.simple_cycles(graph, length_bound=limit) if len(ring) > 1]
    assert count_static_loops(ledger, limit).counts == dict(Counter(map(len, rings)))
    listed = list(static_loops(ledger, limit))
    assert {loop for loop in listed} == {tuple(r[r.index(min(r)) :] + r[: r.index(min(r))]) for r in rings}
    assert len(listed) == len(rings)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 6), st.integers(0, 5), st.integers(0, 1000))
def test_a_planted_ring_is_found_from_its_first_payer(length: int, extra: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    times = np.cumsum(random.integers(1, 9, length))
    noise = random.integers(0, 5, (3, 20))
    src = [f"r{i}" for i in range(length)] + [f"n{a}" for a in noise[0]]
    dst = [f"r{(i + 1) % length}" for i in range(length)] + [f"n{a}" for a in noise[1]]
    ledger = from_columns(src, dst, [*times.tolist(), *noise[2].tolist()])
    span = int(times[-1] - times[0])
    roots = [
        ledger.accounts[ledger.src[loop[0]]]
        for loop in list_time_loops(ledger, span + extra).loops
        if ledger.accounts[ledger.src[loop[0]]].startswith("r")
    ]
    assert roots == ["r0"]


@settings(max_examples=80, deadline=None)
@given(ledgers, windows, ties_modes, limits, st.sampled_from([8, 16, 64]), st.integers(1, 60))
def test_a_small_memory_and_interruptions_change_no_count(
    ledger: Ledger, window: int, ties: str, limit: int | None, states: int, steps: int
) -> None:
    """The hash table is emptied when full, the search stops and goes on: the counts stay."""
    index = loop_index(ledger, window, ties)
    counts, progress = np.zeros(index.n + 8, np.int64), np.zeros(6, np.int64)
    none = np.zeros(0, np.int64)
    at, first = 0, 0
    while index.n:
        progress[2:4] = 0
        count_roots.plain(
            index.out_ptr, index.out_dst, index.out_key, index.out_count, index.in_ptr, index.in_src, index.in_key,
            index.key_end, at, index.n, first, index.key_limit, limit or 0, steps, states, counts, none, progress,
        )  # fmt: skip
        if progress[3] == 0:
            break
        at, first, steps = int(progress[0]), int(progress[1]), 3 * steps
    expected = Counter(len(loop) for loop in brute_force(ledger, window, ties, limit))
    assert {int(k): int(counts[k]) for k in np.flatnonzero(counts)} == dict(expected)


def dense(m: int = 4000) -> Ledger:
    random = np.random.default_rng(7)
    return from_columns(
        [str(a) for a in random.integers(0, 60, m)],
        [str(a) for a in random.integers(0, 60, m)],
        random.integers(0, 1500, m),
        random.integers(1, 9, m),
    )


def test_both_speeds_and_any_number_of_threads_agree() -> None:
    """Large enough to be compiled; the walk that lists every loop is the reference."""
    ledger = dense()
    one, two = count_time_loops(ledger, 80, threads=1), count_time_loops(ledger, 80, threads=2)
    listed = list_time_loops(ledger, 80, limit=0)
    assert one.counts == two.counts == listed.counts
    assert sum(one.counts.values()) > 1000
    part = ledger.keep(np.arange(ledger.m) < 400)  # small enough for the plain speed
    assert count_time_loops(part, 80).counts == list_time_loops(part, 80, limit=0).counts
    shares = participation(ledger, 80, threads=2)[1]
    assert shares.sum() == sum(k * count for k, count in one.counts.items())


@pytest.mark.slow
def test_a_budget_ends_the_search_with_lower_limits() -> None:
    """A complete digraph with hundreds of rows has more loops than anybody can walk."""
    ledger = dense()
    found = list_time_loops(ledger, 1500, limit=0, budget=0.0)
    assert not found.complete
    counted = count_time_loops(ledger, 1500, budget=0.0)
    assert not counted.complete
    assert counted.first_rows_done < counted.first_rows
