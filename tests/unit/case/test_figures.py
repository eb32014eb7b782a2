"""Look-ups of reported figures: fiscal years, vintages, what is known by a day, what stays unknown."""

import datetime as dt
from decimal import Decimal

import pytest

from kanryu.case.figures import figure, figures_of, revenue_of, value_of
from kanryu.case.names import entity_of
from kanryu.case.records import Case, Entity, Figure, Source
from kanryu.core.dates import parse_date
from kanryu.formats.periods import read_period
from kanryu.formats.source import Request, read_case

AI = read_case(Request(target="ai"))
TELECOM = read_case(Request(target="telecom"))
YEAR = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))


def made(*rows):
    """Figures (period, value, known on, grade) of revenue of one company, in millions."""
    figures = []
    for period, value, known, grade in rows:
        when, start = read_period(period)
        source = Source(f"https://example.org/{period}", grade=grade)
        known_on = parse_date(known) if known else None
        row = Figure("a", "revenue", period, "USD million", source, Decimal(value), "", when, start, "", known_on)
        figures.append(row)
    return Case("c", "C", "C", "USD", (Entity("a", "A", "A", "x", "chips"),), (), (), (), tuple(figures))


def limits(found):
    return found and (found.low, found.central, found.high, found.is_exact)


MILLION = Decimal(10**6)


def test_four_quarters_make_a_year():
    case = made(*((f"2025Q{q}", q, "2026", "A") for q in (1, 2, 3, 4)))
    assert limits(revenue_of(case, "a", 2025)) == (10 * MILLION, 10 * MILLION, 10 * MILLION, True)


def test_three_quarters_are_a_lower_limit():
    case = made(*((f"2025Q{q}", q, "2026", "A") for q in (1, 2, 4)))
    assert limits(revenue_of(case, "a", 2025)) == (7 * MILLION, None, None, False)


def test_a_year_is_the_ceiling_of_its_quarter():
    assert limits(revenue_of(made(("2025", 10, "2026", "A")), "a", 2025, 2)) == (0, None, 10 * MILLION, False)


def test_a_half_inside_a_quarter_and_half_is_counted_once():
    case = made(("2025H1", 5, "2026", "A"), ("2025Q1", 2, "2026", "A"), ("2025Q3", 3, "2026", "A"))
    assert limits(revenue_of(case, "a", 2025)) == (8 * MILLION, None, None, False)


def test_the_better_source_then_the_later_vintage_wins_and_ties_are_an_interval():
    assert (
        revenue_of(made(("2025", 10, "2026-01", "C"), ("2025", 11, "2026-02", "C")), "a", 2025).central == 11 * MILLION
    )
    assert (
        revenue_of(made(("2025", 10, "2026-01", "A"), ("2025", 11, "2026-02", "C")), "a", 2025).central == 10 * MILLION
    )
    tie = made(("2025", 10, "2026-01", "C"), ("2025", 11, "2026-01", "C"))
    assert limits(revenue_of(tie, "a", 2025)) == (10 * MILLION, None, 11 * MILLION, True)


def test_a_value_published_later_is_not_used():
    case = made(("2025", 10, "2026-02", "A"), ("2025", 9, "2026-01", "A"))
    assert revenue_of(case, "a", 2025, known_by=dt.date(2026, 2, 27)).central == 9 * MILLION
    assert revenue_of(case, "a", 2025, known_by=dt.date(2026, 2, 28)).central == 10 * MILLION
    assert revenue_of(case, "a", 2025, known_by=dt.date(2026, 1, 30)) is None
    assert revenue_of(made(("2025", 10, "", "A")), "a", 2025, known_by=dt.date(2030, 1, 1)) is None


def test_nvidia_as_known_on_three_days():
    """Nvidia's fiscal year 2026 ran from February 2025 to January 2026: 215.9bn, published in February 2026."""
    late = revenue_of(AI, "nvidia", 2025)
    assert (late.central, late.first, late.last) == (
        Decimal(215_900_000_000),
        dt.date(2025, 2, 1),
        dt.date(2026, 1, 31),
    )
    early = revenue_of(AI, "nvidia", 2025, known_by=dt.date(2025, 12, 1))
    assert (early.central, early.high, early.is_exact) == (None, None, False)
    assert early.low == Decimal(46_743_000_000) + Decimal(44_062_000_000)
    assert revenue_of(AI, "nvidia", 2025, 3).central == Decimal(57_006_000_000)


def test_other_companies():
    assert revenue_of(AI, "openai", 2025, known_by=dt.date(2025, 12, 31)).low == Decimal(4_300_000_000)
    assert revenue_of(AI, "microsoft", 2025).central == Decimal(305_453_000_000)
    assert figure(AI, "openai", "cash", YEAR).central == Decimal(17_500_000_000)
    both = figure(AI, "big-four", "capex", YEAR)
    assert (both.low, both.central, both.high) == (Decimal(410 * 10**9), None, Decimal(520 * 10**9))
    cisco = revenue_of(TELECOM, "cisco", 1999)
    assert (cisco.central, cisco.first, cisco.last) == (
        Decimal(14_960_000_000),
        dt.date(1999, 2, 1),
        dt.date(2000, 1, 31),
    )
    assert revenue_of(TELECOM, "winstar", 1999) is None


def test_what_an_essay_says_is_never_a_figure():
    assert all("seed" not in f.source.publisher for f in figures_of(AI, "openai", "revenue"))
    assert len([f for f in AI.figures if f.entity == "openai" and f.metric == "revenue"]) == 2


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("Nvidia", "nvidia"),
        ("CoreWeave", "coreweave"),
        ("Big four hyperscalers", "big-four"),
        ("openai", "openai"),
        ("Nobody", None),
    ],
)
def test_names_of_the_series(name, entity):
    assert entity_of(AI, name) == entity


@pytest.mark.parametrize(
    ("unit", "value"),
    [
        ("USD million", (Decimal(8_288_000_000), "USD")),
        ("USD bn", (Decimal(8_288 * 10**9), "USD")),
        ("AUD m", (Decimal(8_288_000_000), "AUD")),
        ("percent", None),
        ("GW", None),
    ],
)
def test_units(unit, value):
    made_up = Figure("a", "x", "2025", unit, Source(""), Decimal(8288))
    assert value_of(made_up) == value


@pytest.mark.parametrize(
    ("wording", "fiscal", "month", "period", "start"),
    [
        ("2025-Q3", "", None, "2025-Q3", None),
        ("FY2026Q3", "", 1, "2025-10", "2025-08"),
        ("FY2026", "", 1, "2026-01", "2025-02"),
        ("FY1999", "", 9, "1999-09", "1998-10"),
        ("FY2000Q1", "", 9, "1999-12", "1999-10"),
        ("FY2000Q1", "", None, None, None),
        ("FY2026 (to 2026-01)", "", None, "2026-01", "2025-02"),
        ("2025Q3", "FY2026Q3 (ended 2025-10-26)", 1, "2025-10-26", "2025-08"),
        ("2022Q1", "FY2023Q1 (ended 2022-05-01)", 1, "2022-05-01", "2022-02"),
        ("2024-01 to 2025-12", "", None, "2025-12", "2024-01"),
        ("2023-2029", "", None, "2029", "2023"),
        ("2025-Jan-Sep", "", None, "2025-09", "2025-01"),
        ("2022-11 to 2025 (seed)", "", None, "2025", "2022-11"),
        ("to 2030", "", None, None, None),
        ("10 years", "", None, None, None),
        ("", "", None, None, None),
    ],
)
def test_periods(wording, fiscal, month, period, start):
    found = read_period(wording, fiscal, month)
    assert tuple(None if day is None else str(day) for day in found) == (period, start)
