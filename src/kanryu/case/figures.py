"""Reported figures of a case: what a company's revenue, capital expenditure or cash was, as far as known by a day.

A figure counts only once it was published. Two vintages of one number are never mixed: the better graded, then the
later published wins, and where two of the same grade and day disagree the answer is the interval between them. What
no source gives is None: unknown, not zero. Fiscal periods stay what they are: the answer says which days it covers.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from kanryu.case.names import entity_of
from kanryu.case.records import Case, Figure

ZERO = Decimal(0)

# what other rooms ask for -> names of the same measure in tables and series, best first
METRICS: dict[str, tuple[str, ...]] = {
    "revenue": (
        "revenue",
        "revenue_total",
        "revenue_year",
        "revenue_half",
        "revenue_total_fiscal_year",
        "revenue_fiscal_year",
        "revenue_restated",
        "revenue_first_reported",
        "revenue_continuing",
        "revenue_pro_forma_continuing",
        "revenue_continuing_pro_forma",
    ),
    "capex": (
        "capex",
        "capex_purchases_of_ppe",
        "capex_cash_ppe",
        "capex_cash_purchases_of_ppe",
        "capex_purchases_of_ppe_year",
    ),
    "cash": ("cash", "cash_and_securities", "cash_and_securities_half", "cash_and_investments"),
    "operating_cash_flow": ("operating_cash_flow", "operating_cash_flow_year"),
    "net_income": ("net_income", "net_income_year", "net_income_half"),
    "data_center_revenue": ("data_center_revenue", "revenue_data_center", "revenue_data_center_year"),
}
_MARKET_SERIES = ("index_prices", "sp500_long", "market_concentration", "market_attribution")  # no company figures
_UNIT = re.compile(r"([A-Z]{3})(?:\s+(thousand|million|billion|trillion|bn|m))?(?:\s+a year)?\Z")
_SCALE = {"thousand": 3, "m": 6, "million": 6, "bn": 9, "billion": 9, "trillion": 12}
_STOCKS = ("cash",)
_SIGNED = ("operating_cash_flow", "net_income")
_NEAR = dt.timedelta(days=35)  # a fiscal year that ends in January is as near to the calendar year as can be had
_GAP = dt.timedelta(days=10)  # fiscal quarters end on Sundays


class Reported(msgspec.Struct, frozen=True):
    """A figure as far as known: limits and best figure in whole currency, None where nothing limits it.

    first, last : the days that it really covers (a fiscal year is not a calendar year)
    is_exact : whether one figure, or figures that follow each other without gap, give it for those days
    parts : the reported figures it rests on
    """

    entity: str
    metric: str
    low: Decimal | None
    central: Decimal | None
    high: Decimal | None
    currency: str
    first: dt.date
    last: dt.date
    is_exact: bool
    parts: tuple[Figure, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Addresses of the figures used."""
        return tuple(dict.fromkeys(part.source.url for part in self.parts))


def value_of(figure: Figure) -> tuple[Decimal, str] | None:
    """The value in whole units of its currency, and the currency; None when it is no amount of money.

    8288 of "USD million" is (8288000000, "USD").
    """
    match = _UNIT.match(figure.unit)
    if figure.value is None or not match:
        return None
    return figure.value.scaleb(_SCALE.get(match[2] or "", 0)), match[1]


def span_of(figure: Figure) -> tuple[dt.date, dt.date] | None:
    """First and last day that the figure covers, or None where its wording is no period."""
    if figure.period is None:
        return None
    first = figure.period_start.first if figure.period_start is not None else figure.period.first
    return first, figure.period.last


def is_public(figure: Figure, known_by: dt.date | None) -> bool:
    """Whether it was certainly published by the day; one without a day of publication counts only without a limit."""
    return known_by is None or (figure.known_on is not None and figure.known_on.certainly_by(known_by))


def is_relayed(figure: Figure) -> bool:
    """Whether it is only what one of the essays said (kept for comparison with the sources, never used)."""
    return "seed" in figure.source.publisher.lower() or "(seed)" in figure.period_text


def figures_of(case: Case, entity: str, metric: str, known_by: dt.date | None = None) -> tuple[Figure, ...]:
    """All figures of an entity and measure that were public by the day, from the case's own table and its series."""
    names = METRICS.get(metric, (metric,))
    found = [f for f in case.figures if f.entity == entity and f.metric in names]
    called: dict[str, str | None] = {}
    for series in case.series.names:
        if series in _MARKET_SERIES:
            continue
        for f in case.series.of(series):
            if f.metric in names:
                if f.entity not in called:
                    called[f.entity] = entity_of(case, f.entity)
                if called[f.entity] == entity:
                    found.append(f)
    return tuple(f for f in found if is_public(f, known_by) and not is_relayed(f))


def figure(
    case: Case, entity: str, metric: str, period: tuple[dt.date, dt.date], known_by: dt.date | None = None
) -> Reported | None:
    """What `metric` of `entity` was in the period (first and last day, both included), or None if nothing is known.

    Parameters
    ----------
    metric : str
        "revenue", "capex", "cash", "operating_cash_flow", "net_income", "data_center_revenue", or a name used in
        the tables.
    known_by : date or None
        Only figures published by that day.

    Returns
    -------
    Reported or None
        A figure of the period itself, or figures that fill it without gap or overlap; ends may lie up to 35 days
        off (fiscal periods), and `first`, `last` say where they are. Otherwise limits: what lies inside the period
        is the least that a flow that cannot be negative comes to, a figure of a longer period the most. A stock
        (cash) is the latest one dated inside the period.
    """
    first, last = period
    usable = _vintages(figures_of(case, entity, metric, known_by), METRICS.get(metric, (metric,)))
    if metric in _STOCKS or metric.startswith(("cash", "backlog", "rpo", "valuation")):
        inside = [v for v in usable if first <= v.last <= last]
        return _joined(entity, metric, [max(inside, key=lambda v: v.last)]) if inside else None
    chain = _chain(usable, first, last)
    if chain:
        return _joined(entity, metric, chain)
    if metric in _SIGNED:
        return None
    inside = _apart([v for v in usable if first <= v.first and v.last <= last])
    around = [v for v in usable if v.first <= first and last <= v.last and v.high is not None]
    if not inside and not around:
        return None
    parts = tuple(f for v in [*inside, *around] for f in v.parts)
    low = sum((v.low for v in inside), ZERO)
    high = min((v.high for v in around), default=None)
    currency = (inside or around)[0].currency
    return Reported(entity, metric, low, None, high, currency, first, last, False, parts)


def revenue_of(
    case: Case, entity: str, year: int, quarter: int | None = None, known_by: dt.date | None = None
) -> Reported | None:
    """Reported revenue in a calendar year, or in one of its quarters; see `figure`."""
    if quarter is None:
        return figure(case, entity, "revenue", (dt.date(year, 1, 1), dt.date(year, 12, 31)), known_by)
    month = 3 * quarter
    end = dt.date(year + (month == 12), month % 12 + 1, 1) - dt.timedelta(days=1)
    return figure(case, entity, "revenue", (dt.date(year, month - 2, 1), end), known_by)


class _Vintage(msgspec.Struct, frozen=True):
    """What is best known about one span of days."""

    first: dt.date
    last: dt.date
    low: Decimal
    high: Decimal
    currency: str
    parts: tuple[Figure, ...]


def _vintages(figures: Sequence[Figure], names: Sequence[str]) -> list[_Vintage]:
    """One entry per span: the measure named first, then the better grade, then the later publication."""
    spans: dict[tuple[dt.date, dt.date, str], list[Figure]] = {}
    for f in figures:
        span, value = span_of(f), value_of(f)
        if span is not None and value is not None:
            spans.setdefault((*span, value[1]), []).append(f)
    found = []
    for (first, last, currency), same in spans.items():

        def rank(f: Figure) -> tuple[int, str, int]:
            published = -f.known_on.last.toordinal() if f.known_on is not None else 0
            return names.index(f.metric), f.source.grade or "E", published

        best = min(rank(f) for f in same)
        chosen = tuple(f for f in same if rank(f) == best)
        values = [value[0] for f in chosen if (value := value_of(f)) is not None]
        found.append(_Vintage(first, last, min(values), max(values), currency, chosen))
    return sorted(found, key=lambda v: (v.first, v.last))


def _chain(vintages: Sequence[_Vintage], first: dt.date, last: dt.date) -> list[_Vintage]:
    """The fewest spans of one measure that fill the period in turn; the nearest to its ends where several do."""
    best: list[_Vintage] = []

    def off(chain: list[_Vintage]) -> tuple[int, int]:
        return len(chain), abs((chain[0].first - first).days) + abs((chain[-1].last - last).days)

    def grow(chain: list[_Vintage]) -> None:
        nonlocal best
        end = chain[-1].last
        if abs(end - last) <= _NEAR and (not best or off(chain) < off(best)):
            best = list(chain)
        if end >= last or len(chain) > 16 or (best and len(chain) >= len(best)):
            return
        for v in vintages:
            follows = abs(v.first - end - dt.timedelta(days=1)) <= _GAP and v.last <= last + _NEAR
            if follows and v.first > chain[-1].first and _is_alike(v, chain[0]):
                grow([*chain, v])

    for v in vintages:
        if abs(v.first - first) <= _NEAR and v.last <= last + _NEAR:
            grow([v])
    return best


def _is_alike(one: _Vintage, other: _Vintage) -> bool:
    """Same currency and same measure: a revenue with a division and one without it are not added."""
    return one.currency == other.currency and one.parts[0].metric == other.parts[0].metric


def _apart(vintages: Sequence[_Vintage]) -> list[_Vintage]:
    """Spans that do not overlap, longest first: a lower limit must count nothing twice."""
    kept: list[_Vintage] = []
    for v in sorted(vintages, key=lambda v: (v.first - v.last, v.first)):
        if all(v.last < k.first or k.last < v.first for k in kept):
            kept.append(v)
    return sorted(kept, key=lambda v: v.first)


def _joined(entity: str, metric: str, chain: Sequence[_Vintage]) -> Reported:
    low, high = sum((v.low for v in chain), ZERO), sum((v.high for v in chain), ZERO)
    return Reported(
        entity,
        metric,
        low,
        low if low == high else None,
        high,
        chain[0].currency,
        chain[0].first,
        chain[-1].last,
        True,
        tuple(f for v in chain for f in v.parts),
    )
