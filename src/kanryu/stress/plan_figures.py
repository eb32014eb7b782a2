"""What the case's figures say about a company before a day: the last twelve months, the last balance.

Nothing is estimated here: a figure that was not published by the day is None.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from kanryu.case.figures import Reported, figure, figures_of, is_public, span_of, value_of
from kanryu.case.names import entity_of
from kanryu.case.records import Case

OPERATING = ("operating_cash_flow",)
BURN = ("target_cash_burn_year", "cash_burn_year_estimate", "cash_burn_year_estimate_high")
VALUE = (
    "market_value",
    "market_cap_calendar_quarter_end",
    "market_cap_year_end",
    "market_value_non_affiliates",
    "valuation_post_money",
    "valuation",
)
CASH = ("cash_and_securities", "cash_and_securities_half", "cash_and_investments", "cash")
DAY = dt.timedelta(days=1)


class Latest(msgspec.Struct, frozen=True):
    """A figure before a day: limits in whole currency, the days it covers, where it stands."""

    low: float
    central: float
    high: float
    first: dt.date
    last: dt.date
    sources: tuple[str, ...]


def latest_balance(
    case: Case, entity: str, names: tuple[str, ...], day: dt.date, known_by: dt.date | None
) -> Latest | None:
    """The last published state (cash, market value) dated on or before `day`; sources that disagree give the range."""
    found = []
    for name in names:
        for item in figures_of(case, entity, name, known_by):
            span, value = span_of(item), value_of(item)
            if span is None or value is None or value[1] != case.currency:  # currencies are never mixed
                continue
            if span[1] <= day and item.metric == name:
                found.append((span[1], value[0], item))
    if not found:
        return None
    last = max(when for when, _, _ in found)
    values = sorted(float(value) for when, value, _ in found if when == last)
    return Latest(
        values[0],
        values[len(values) // 2],
        values[-1],
        last,
        last,
        tuple(dict.fromkeys(item.source.url for when, _, item in found if when == last)),
    )


def latest_year(case: Case, entity: str, metric: str, day: dt.date, known_by: dt.date | None) -> Latest | None:
    """The last twelve months published by `day`: a reported year, or quarters that follow each other without gap."""
    items = figures_of(case, entity, metric, known_by)
    spans = [span for item in items if (span := span_of(item)) is not None and span[1] <= day]
    if not spans:
        return None
    for end in sorted({last for _, last in spans}, reverse=True)[:12]:
        begin = dt.date(end.year - 1, end.month, min(end.day, 28)) + DAY
        if end.day >= 28:  # month ends: the year begins with a month
            begin = dt.date(end.year - (end.month < 12), end.month % 12 + 1, 1)
        told = figure(case, entity, metric, (begin, end), known_by)
        if (
            told is not None
            and told.is_exact
            and told.currency == case.currency
            and (told.last - told.first).days > 330
        ):
            return _from(told)
    return None


def _from(told: Reported) -> Latest | None:
    known = [x for x in (told.low, told.central, told.high) if x is not None]
    if not known:
        return None
    best = told.central if told.central is not None else sum(known, Decimal(0)) / len(known)
    return Latest(float(min(known)), float(best), float(max(known)), told.first, told.last, told.sources)


def cash_made(case: Case, entity: str, day: dt.date, known_by: dt.date | None) -> Latest | None:
    """Cash from operations in the last twelve months; a published yearly cash burn counts as its negative.

    A burn is after capital expenditure; the caller knows by the negative sign.
    """
    made = latest_year(case, entity, OPERATING[0], day, known_by)
    if made is not None:
        return made
    values = []
    for name in BURN:
        for item in figures_of(case, entity, name, known_by):
            span, value = span_of(item), value_of(item)
            if span is not None and value is not None and value[0] > 0 and value[1] == case.currency:
                values.append((float(value[0]), span, item.source.url))
    if not values:
        return None
    numbers = sorted(value for value, _, _ in values)
    first, last = values[0][1]
    middle = numbers[(len(numbers) - 1) // 2]
    return Latest(-numbers[-1], -middle, -numbers[0], first, last, tuple(dict.fromkeys(url for _, _, url in values)))


def market_values(case: Case, day: dt.date, known_by: dt.date | None) -> tuple[dict[str, Latest], float | None]:
    """Year-end market values of listed companies in the case's market series, and that of the whole index then.

    All of the latest year for which the index is given, so that shares of the index are of one day.
    """
    found: dict[str, dict[dt.date, Latest]] = {}
    for item in case.series.of("market_concentration") if "market_concentration" in case.series.names else ():
        span, value = span_of(item), value_of(item)
        if item.metric != "market_cap_year_end" or span is None or value is None or span[1] > day:
            continue
        if known_by is not None and not is_public(item, known_by):
            continue
        name = entity_of(case, item.entity)
        if name is not None:
            worth = float(value[0])
            found.setdefault(name, {})[span[1]] = Latest(worth, worth, worth, *span, (item.source.url,))
    days = found.pop("sp500", {})
    if not days:
        return {}, None
    last = max(days)
    return {name: values[last] for name, values in found.items() if last in values}, days[last].central
