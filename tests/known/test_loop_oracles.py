"""Oracles 1 to 6 of the definitions, worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import comb, factorial

import numpy as np
import pytest

from kanryu.flows.ledger import Ledger, from_columns
from kanryu.follow.static_loops import count_static_loops, static_loops
from kanryu.follow.time_loops import count_time_loops, participation
from kanryu.follow.time_loops_list import Tolerance, describe, list_time_loops


def oracle_3() -> Ledger:
    return from_columns("ABBCCBAC", "BCCAAACA", [1, 2, 3, 4, 5, 5, 5, 6])


def positions(ledger: Ledger, window: int, ties: str) -> set[tuple[int, ...]]:
    return {tuple(row + 1 for row in loop) for loop in list_time_loops(ledger, window, ties=ties).loops}


def test_oracle_1_static_loops() -> None:
    """Edges 1→2 2→3 3→1 2→1 3→4 4→1 1→3."""
    ledger = from_columns("1232341", "2311413", [0] * 7)
    assert count_static_loops(ledger).counts == {2: 2, 3: 2, 4: 1}
    assert sum(count_static_loops(ledger, 3).counts.values()) == 4
    found = {"-".join(ledger.accounts[a] for a in loop) for loop in static_loops(ledger)}
    assert found == {"1-2", "1-3", "1-2-3", "1-3-4", "1-2-3-4"}


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_oracle_2_complete_digraph(n: int) -> None:
    """C(n,k)·(k-1)! loops of length k."""
    pairs = list(permutations(range(n), 2))
    ledger = from_columns([str(a) for a, _ in pairs], [str(b) for _, b in pairs], [0] * len(pairs))
    expected = {k: comb(n, k) * factorial(k - 1) for k in range(2, n + 1)}
    assert count_static_loops(ledger).counts == expected
    assert len(list(static_loops(ledger))) == sum(expected.values())


@pytest.mark.parametrize(
    ("window", "loops", "counts"),
    [
        (2, {(4, 7), (7, 8)}, {2: 2}),
        (3, {(4, 7), (7, 8), (1, 2, 4), (1, 3, 4)}, {2: 2, 3: 2}),
        (4, {(4, 7), (7, 8), (1, 2, 4), (1, 3, 4), (1, 2, 5), (1, 3, 5), (1, 6)}, {2: 3, 3: 4}),
        (
            5,
            {(4, 7), (7, 8), (1, 2, 4), (1, 3, 4), (1, 2, 5), (1, 3, 5), (1, 6), (1, 2, 8), (1, 3, 8)},
            {2: 3, 3: 6},
        ),
    ],
)
def test_oracle_3_windows_and_ties(window: int, loops: set[tuple[int, ...]], counts: dict[int, int]) -> None:
    ledger = oracle_3()
    assert count_time_loops(ledger, window).counts == counts
    assert positions(ledger, window, "strict") == loops
    assert positions(ledger, window, "ledger") == loops | {(5, 7)}
    with_tie = {**counts, 2: counts[2] + 1}
    assert count_time_loops(ledger, window, ties="ledger").counts == with_tie


def test_oracle_3_participation() -> None:
    counts, rows = participation(oracle_3(), 5)
    assert counts.counts == {2: 3, 3: 6}
    assert rows.tolist() == [7, 3, 3, 3, 2, 1, 2, 3]


def test_oracle_4_edge_of_the_window() -> None:
    ledger = from_columns("ABC", "BCA", [10, 20, 30])
    assert count_time_loops(ledger, 20).counts == {3: 1}
    assert count_time_loops(ledger, 19).counts == {}
    tied = from_columns("ABC", "BCA", [10, 10, 10])
    assert count_time_loops(tied, 0).counts == {}
    assert count_time_loops(tied, 0, ties="ledger").counts == {3: 1}
    copies = from_columns("ABBBCC", "BCCCAA", [10, 20, 20, 20, 30, 30])
    assert count_time_loops(copies, 20).counts == {3: 6}
    assert participation(copies, 20)[1].tolist() == [6, 2, 2, 2, 3, 3]


def test_oracle_5_accounts_differ() -> None:
    ledger = from_columns("ABCB", "BCBA", [1, 2, 3, 4])
    assert positions(ledger, 10, "strict") == {(2, 3), (1, 4)}
    assert count_time_loops(ledger, 10).counts == {2: 2}


@pytest.mark.parametrize(
    ("amounts", "tolerance", "passes"),
    [
        ([100, 90, 60], Tolerance(low=Fraction("0.6"), high=Fraction(1)), True),
        ([100, 90, 60], Tolerance(low=Fraction("0.7"), high=Fraction(1)), False),
        ([100, 90, 60], Tolerance(evenness=Fraction("0.6")), True),
        ([100, 90, 60], Tolerance(evenness=Fraction("0.601")), False),
        ([100, 90, 60], Tolerance(retention=Fraction("0.6")), True),
        ([100, 90, 60], Tolerance(retention=Fraction("0.601")), False),
        ([100, 50, 100], Tolerance(low=Fraction("0.5"), high=Fraction(2)), True),
        ([100, 50, 100], Tolerance(low=Fraction("0.5"), high=Fraction(1)), False),
    ],
)
def test_oracle_6_amounts(amounts: list[int], tolerance: Tolerance, passes: bool) -> None:
    ledger = from_columns("ABC", "BCA", [1, 2, 3], amounts)
    listing = list_time_loops(ledger, 9, tolerance=tolerance)
    assert listing.counts == ({3: 1} if passes else {})
    assert len(listing.loops) == int(passes)


def test_oracle_6_measures() -> None:
    ledger = from_columns("ABC", "BCA", [1, 2, 3], [100, 90, 60])
    loop = describe(ledger, (0, 1, 2))
    assert (loop.bottleneck, loop.retention, loop.evenness) == (60, 0.6, 0.6)
    even = describe(from_columns("ABC", "BCA", [1, 2, 3], [100, 50, 100]), (0, 1, 2))
    assert (even.retention, even.evenness) == (1, 0.5)


def test_ratios_are_compared_exactly_on_amounts_beyond_2_53() -> None:
    large = 10**17
    ledger = from_columns("AB", "BA", [1, 2], [large, large - 1])
    assert list_time_loops(ledger, 9, tolerance=Tolerance(evenness=Fraction(1))).counts == {}
    equal = from_columns("AB", "BA", [1, 2], np.array([large, large]))
    assert list_time_loops(equal, 9, tolerance=Tolerance(evenness=Fraction(1))).counts == {2: 1}
