"""Every collected row stands in the built-in cases, with its own values; what was changed is what CHANGELOG.md says."""

import csv
from pathlib import Path

import pytest

CASES = Path(__file__).parents[2] / "src" / "kanryu" / "cases"
# case, table, row -> {column: (collected, here)}: the whole list of changed facts
CHANGED = {("ai", "deals", "nvda-corning-2026:1"): {"instrument": ("warrant", "equity")}}
SERIES = {
    "ai": (
        "hyperscalers nvidia labs neoclouds semis venture talent adoption datacenter_capex market_concentration "
        "market_attribution short_interest index_prices"
    ),
    "telecom": "dotcom_capex",
}


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("case", "table", "count"),
    [
        ("ai", "entities", 126),
        ("ai", "deals", 234),
        ("ai", "events", 343),
        ("ai", "stakes", 27),
        ("ai", "figures", 123),
        ("telecom", "entities", 83),
        ("telecom", "deals", 113),
        ("telecom", "events", 136),
        ("telecom", "figures", 133),
    ],
)
def test_every_row_of_the_tables_is_here_unchanged(shared, case, table, count):
    collected, here = rows(shared / "facts" / case / f"{table}.csv"), rows(CASES / case / f"{table}.csv")
    assert len(collected) == len(here) == count
    changes = {}
    for ours, theirs in zip(here, collected):
        different = {name: (theirs[name], ours[name]) for name in theirs if theirs[name] != ours[name]}
        if different:
            changes[case, table, f"{theirs.get('deal_id')}:{theirs.get('leg')}"] = different
    assert changes == {key: value for key, value in CHANGED.items() if key[:2] == (case, table)}


@pytest.mark.parametrize(("case", "name"), [(case, name) for case, names in SERIES.items() for name in names.split()])
@pytest.mark.shared
def test_every_row_of_the_series_is_here_unchanged(shared, case, name):
    collected, here = rows(shared / "facts" / "series" / f"{name}.csv"), rows(CASES / case / "series" / f"{name}.csv")
    assert [{column: row[column] for column in collected[0]} for row in here] == collected


def test_each_change_is_explained():
    for case, _, key in CHANGED:
        assert key in (CASES / case / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_package_stays_small():
    assert sum(file.stat().st_size for file in CASES.rglob("*.csv")) < 3_000_000
