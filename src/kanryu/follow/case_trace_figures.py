"""Reported totals of companies by calendar year: revenue, capital expenditure, purchases of equity stakes.

They are what limits amounts that no deal discloses. A year counts when one figure covers it, or two halves, or four
quarters. Several figures for one year give a range. A fiscal year stands for the calendar year in which most of its
months lie; that is an assumption, and it is named. Figures that repeat a claim under test ("seed") are not used.
"""

from __future__ import annotations

import datetime as dt
import functools
import re

import msgspec

from kanryu.case.records import Case, Figure

_METRICS = {
    "revenue": re.compile(r"revenue(_total|_continuing)?(_restated)?(_year|_half|_quarter|_fiscal_year)?"),
    "capex": re.compile(
        r"capex(_cash_ppe|_purchases_of_ppe|_cash_purchases_of_ppe|_incl_finance_leases)?(_year|_half|_fiscal_year)?"
    ),
    "equity_paid": re.compile(r"purchases_of_equity_investments(_year)?"),
}
_UNITS = {"": 1.0, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9, "trillion": 1e12}

Slot = tuple[int, int, int]  # year, parts of the year (1, 2 or 4), which part from 0


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """A reported total of one company in one calendar year, whole currency. `sources` are addresses."""

    entity: str
    kind: str
    year: int
    low: float
    high: float
    is_fiscal: bool = False
    sources: tuple[str, ...] = ()


class Reported(msgspec.Struct, frozen=True):
    """All totals of a case, by (entity, kind, year)."""

    totals: dict[tuple[str, str, int], Total]

    def total(self, entity: str, kind: str, year: int) -> Total | None:
        """The total, or None when none is reported."""
        return self.totals.get((entity, kind, year))

    def years(self, entity: str, kind: str) -> list[int]:
        """Years with a total."""
        return sorted(year for e, k, year in self.totals if e == entity and k == kind)


def reported_totals(case: Case, *, true_by: dt.date | None = None, known_by: dt.date | None = None) -> Reported:
    """Totals that held by the one day and were public by the other."""
    ids = _names(case)
    found: dict[tuple[str, str, int], dict[Slot, list[_Reading]]] = {}
    for figure in (*case.figures, *(f for f in case.series if f.series not in _NOT_COMPANIES)):
        kind = _kind(figure.metric)
        entity = ids.get(figure.entity.casefold())
        if kind is None or entity is None or figure.value is None or "seed" in figure.period_text:
            continue
        span, scale = _span(figure), _scale(figure.unit, case.currency)
        slot = _slot(span) if span is not None else None
        if span is None or slot is None or scale is None or not _counts(figure, span, true_by, known_by):
            continue
        reading = _Reading(float(figure.value) * scale, _is_calendar(span, slot), figure.source.url)
        found.setdefault((entity, kind, slot[0]), {}).setdefault(slot, []).append(reading)
    totals = {key: _year(*key, slots) for key, slots in found.items()}
    return Reported({key: total for key, total in totals.items() if total is not None})


class _Reading(msgspec.Struct, frozen=True):
    value: float
    is_calendar: bool
    source: str


_NOT_COMPANIES = frozenset(
    {"shiller_sp500", "index_prices", "market_concentration", "market_attribution", "short_interest", "venture"}
)


@functools.cache
def _kind(metric: str) -> str | None:
    return next((kind for kind, shape in _METRICS.items() if shape.fullmatch(metric)), None)


def _names(case: Case) -> dict[str, str]:
    """What figures may call an entity: its id before its name, its ticker, and last the first word of the name."""
    names: dict[str, str] = {}
    entities = sorted((entity for entity in case.entities if not entity.is_aggregate), key=lambda e: len(e.id))
    names_of = (
        [entity.id for entity in entities],
        [entity.name_en for entity in entities],
        [entity.ticker for entity in entities],
        [re.split(r"[ ,(]", entity.name_en)[0] for entity in entities],
    )
    for called in names_of:
        for entity, name in zip(entities, called):
            if name:
                names.setdefault(name.casefold(), entity.id)
    return names


@functools.cache
def _scale(unit: str, currency: str) -> float | None:
    code, _, size = unit.partition(" ")
    return _UNITS.get(size.strip()) if code == currency else None


def _span(figure: Figure) -> tuple[dt.date, dt.date] | None:
    if figure.period is None:
        return None
    first = figure.period_start.first if figure.period_start is not None else figure.period.first
    return first, figure.period.last


def _slot(span: tuple[dt.date, dt.date]) -> Slot | None:
    """The calendar year, half or quarter in which most of a span lies; None for other lengths."""
    days = (span[1] - span[0]).days + 1
    middle = span[0] + dt.timedelta(days=days // 2)
    for parts, least, most in ((1, 355, 376), (2, 174, 190), (4, 80, 103)):
        if least <= days <= most:
            return middle.year, parts, (middle.month - 1) * parts // 12
    return None


def _is_calendar(span: tuple[dt.date, dt.date], slot: Slot) -> bool:
    """Whether the span is the slot, to within a few days (52-week years end on a weekday)."""
    first = dt.date(slot[0], slot[2] * 12 // slot[1] + 1, 1)
    return abs((span[0] - first).days) <= 6


def _counts(figure: Figure, span: tuple[dt.date, dt.date], true_by: dt.date | None, known_by: dt.date | None) -> bool:
    known = figure.known_on or figure.source.date
    public = known.last if known is not None else span[1]
    return (true_by is None or span[1] <= true_by) and (known_by is None or public <= known_by)


def _year(entity: str, kind: str, year: int, slots: dict[Slot, list[_Reading]]) -> Total | None:
    """The total of a year: calendar figures before fiscal ones, a whole year before halves before quarters."""
    choices = []
    for parts in (1, 2, 4):
        tile = [slots.get((year, parts, part)) for part in range(parts)]
        if all(tile):
            readings = [part for part in tile if part]
            is_fiscal = not all(reading.is_calendar for part in readings for reading in part)
            choices.append((is_fiscal and parts == 1, is_fiscal, parts, readings))
    if not choices:
        return None
    _, is_fiscal, _, readings = min(choices, key=lambda choice: choice[:3])
    return Total(
        entity=entity,
        kind=kind,
        year=year,
        low=sum(min(reading.value for reading in part) for part in readings),
        high=sum(max(reading.value for reading in part) for part in readings),
        is_fiscal=is_fiscal,
        sources=tuple(dict.fromkeys(reading.source for part in readings for reading in part)),
    )
