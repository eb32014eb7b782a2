"""Laws of partial dates and periods: precision is kept, no day is invented, order is that of the calendar."""

import datetime as dt
import itertools

from hypothesis import given
from hypothesis import strategies as st

from kanryu.core.dates import parse_date
from kanryu.core.errors import InputError
from kanryu.flows.schedule import quarters, spread
from kanryu.formats.periods import read_period

days = st.dates(dt.date(1600, 1, 1), dt.date(2200, 12, 31))
near = st.dates(dt.date(1990, 1, 1), dt.date(2040, 12, 31))


def shapes(day):
    quarter, half = (day.month - 1) // 3 + 1, (day.month - 1) // 6 + 1
    year = f"{day.year:04d}"
    return (day.isoformat(), day.isoformat()[:7], f"{year}Q{quarter}", f"{year}-H{half}", year)


@given(days)
def test_every_shape_contains_the_day_and_is_no_narrower_than_the_one_before(day):
    width = -1
    for text in shapes(day):
        found = parse_date(text)
        assert str(found) == text
        assert found.first <= day <= found.last
        assert (found.last - found.first).days >= width
        width = (found.last - found.first).days


@given(days, days)
def test_certainly_is_never_before_possibly(day, other):
    for text in shapes(day):
        found = parse_date(text)
        assert found.possibly_by(other) or not found.certainly_by(other)
        assert found.certainly_by(found.last)
        assert not found.certainly_by(found.last - dt.timedelta(days=1)) or found.first > found.last


def parse_or_refuse(text):
    try:
        return parse_date(text), None
    except InputError as refused:
        return None, refused


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_an_input_error(text):
    found, refused = parse_or_refuse(text)
    if refused is not None:
        assert refused.text("en")
        assert refused.text("ja") != refused.text("en")
    else:
        assert 1600 <= found.first.year <= found.last.year <= 2200


@given(st.text(max_size=40), st.text(max_size=40), st.one_of(st.none(), st.integers(1, 12)))
def test_no_wording_breaks_the_reader_of_periods(wording, fiscal, month):
    end, start = read_period(wording, fiscal, month)
    assert start is None or (end is not None and start.first <= end.last)


@given(st.integers(1990, 2040), st.integers(1, 12))
def test_fiscal_quarters_fill_the_fiscal_year(year, month):
    whole_end, whole_start = read_period(f"FY{year}", "", month)
    parts = [read_period(f"FY{year}Q{quarter}", "", month) for quarter in (1, 2, 3, 4)]
    assert parts[0][1] == whole_start
    assert parts[3][0] == whole_end
    for (end, _), (_, start) in itertools.pairwise(parts):
        assert start.first == end.last + dt.timedelta(days=1)
    assert whole_end.last.month == month


@given(near, near, st.integers(0, 10**17), st.sampled_from(["even", "front", "dates"]))
def test_a_schedule_keeps_every_cent_and_stays_inside(one, other, amount, schedule):
    first, last = min(one, other), max(one, other)
    pieces = spread(amount, first, last, schedule)
    assert sum(part for _, part in pieces) == amount
    assert all(part >= 0 and first <= day <= last for day, part in pieces)


@given(near, near)
def test_quarters_cover_every_day_once(one, other):
    first, last = min(one, other), max(one, other)
    assert sum(count for _, count in quarters(first, last)) == (last - first).days + 1
