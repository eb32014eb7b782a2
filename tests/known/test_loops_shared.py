"""Exact numbers of loops of five public ledgers, computed independently (the counts stand beside the data)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kanryu.follow.static_loops import count_static_loops
from kanryu.follow.time_loops import count_time_loops, participation
from kanryu.formats.payments import read_payments

pytestmark = pytest.mark.shared

TIMED = re.compile(r"\| (\w+) \| [^|]*?(?:\((\d+)\)) \| [\d,]+ in all: ([\d: ]+) \|")
STATIC = re.compile(r"\| (\w+) \| ((?:\d+:\d+ ?)+) \|")


def numbers(text: str) -> dict[int, int]:
    return {int(k): int(v) for k, v in (pair.split(":") for pair in text.split())}


def test_loops_in_time(shared: Path) -> None:
    folder = shared / "data" / "temporal"
    cases = TIMED.findall((folder / "README.md").read_text(encoding="utf-8"))
    assert len(cases) == 15
    for name, window, counts in cases:
        ledger = read_payments(folder / f"{name}.csv.gz")
        found = count_time_loops(ledger, int(window))
        assert (found.counts, found.complete) == (numbers(counts), True), (name, window)
        limited = count_time_loops(ledger, int(window), max_length=5)
        assert limited.counts == {k: v for k, v in numbers(counts).items() if k <= 5}, (name, window)


def test_participation_adds_up(shared: Path) -> None:
    ledger = read_payments(shared / "data" / "temporal" / "dnc_email.csv.gz")
    counts, rows = participation(ledger, 86400)
    assert sum(counts.counts.values()) == 577_289_439
    assert int(rows.sum()) == sum(k * v for k, v in counts.counts.items())


def test_static_loops(shared: Path) -> None:
    folder = shared / "data" / "temporal"
    cases = STATIC.findall((folder / "README.md").read_text(encoding="utf-8"))
    assert len(cases) == 4
    for name, counts in cases:
        ledger = read_payments(folder / f"{name}.csv.gz")
        expected = numbers(counts)
        assert count_static_loops(ledger, max(expected)).counts == expected, name
