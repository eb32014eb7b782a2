"""Lines about money spent and earned: investment growth and funding, pay-back, belief, GDP shares, the short seller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kanryu.core.dates import parse_date
from kanryu.core.errors import InputError
from kanryu.core.money import Interval
from kanryu.market.facts import Point, Reader, sources_of, trailing_year
from kanryu.market.panel import Found, Part, single
from kanryu.market.short_seller import short_seller
from kanryu.market.valuation import belief

SEED = 20251120


def _sums(reader: Reader, series: str, parts: Sequence[Sequence[str]]) -> tuple[dict[str, float], list[Point]]:
    """Sum over companies of the last four quarters, by quarter, where every company has all four."""
    each: list[dict[str, float]] = []
    used: list[Point] = []
    for entity, metric in parts:
        points = reader.points(series, entity, metric)
        used += points
        each.append(dict(trailing_year(points)))
    quarters = set.intersection(*(set(one) for one in each)) if each else set()
    return {quarter: sum(one[quarter] for one in each) for quarter in sorted(quarters)}, used


def _year_before(quarter: str) -> str:
    return f"{int(quarter[:4]) - 1}{quarter[4:]}"


def investment_growth(reader: Reader, choice: dict[str, Any]) -> Found:
    """Growth over a year of capital expenditure (last four quarters), beside growth in other years."""
    spent, used = _sums(reader, choice["series"], choice["parts"])
    growth = {q: v / spent[_year_before(q)] - 1 for q, v in spent.items() if _year_before(q) in spent}
    if not growth:
        raise InputError(key="market.not_known_yet")
    last = max(growth)
    parts = [Part(label="spent_year", value=single(spent[last]), unit="usd", when=last)]
    parts += [
        Part(label="growth_then", value=single(v), unit="growth", when=q) for q, v in sorted(growth.items())[-5:-1]
    ]
    compare, more = _published(reader, choice.get("compare", []))
    return Found(
        value=Interval(min(growth.values()), growth[last], max(growth.values())),
        unit="growth",
        when=last,
        parts=tuple(parts),
        compare=tuple(compare),
        sources=sources_of([*used, *more]),
        notes=("market.note.range_over_time",),
    )


def _published(reader: Reader, wanted: Sequence[dict[str, Any]]) -> tuple[list[Part], list[Point]]:
    """Published numbers to hold beside a line: the highest of a series, or one period."""
    parts: list[Part] = []
    used: list[Point] = []
    for one in wanted:
        points = reader.other(str(one.get("case", ""))).points(one["series"], one["entity"], one["metric"])
        if "periods" in one:
            chosen = [p for p in points if p.label in one["periods"]]
        else:
            chosen = [max(points, key=lambda p: p.value)] if points else []
        for point in chosen:
            parts.append(
                Part(
                    label="published",
                    name=str(one.get("name", point.figure.entity)),
                    name_ja=str(one.get("name_ja", "")),
                    value=single(point.value),
                    unit=one.get("unit", "growth"),
                    when=point.label,
                )
            )
            used.append(point)
    return parts, used


def investment_funding(reader: Reader, choice: dict[str, Any]) -> Found:
    """Capital expenditure as a share of operating cash flow, and the gap that others must fund."""
    spent, used = _sums(reader, choice["series"], choice["parts"])
    earned, more = _sums(reader, choice["series"], choice["cash"])
    quarters = sorted(spent.keys() & earned.keys())
    if not quarters:
        raise InputError(key="market.not_known_yet")
    last, first = quarters[-1], quarters[0]
    ratios = {q: spent[q] / earned[q] for q in quarters}
    each = []
    for (entity, capex), (_, cash) in zip(choice["parts"], choice["cash"]):
        one, _ = _sums(reader, choice["series"], [(entity, capex)])
        other, _ = _sums(reader, choice["series"], [(entity, cash)])
        if last in one and last in other:
            each.append(
                Part(label="company_ratio", name=entity, value=single(one[last] / other[last]), unit="share", when=last)
            )
    low = min((p.value.low for p in each if p.value is not None), default=ratios[last])
    high = max((p.value.low for p in each if p.value is not None), default=ratios[last])
    return Found(
        value=Interval(low, ratios[last], high),
        unit="share",
        when=last,
        parts=(
            Part(label="spent_year", value=single(spent[last]), unit="usd", when=last),
            Part(label="earned_year", value=single(earned[last]), unit="usd", when=last),
            Part(label="gap", value=single(max(0.0, spent[last] - earned[last])), unit="usd", when=last),
            *each,
        ),
        compare=(Part(label="ratio_then", value=single(ratios[first]), unit="share", when=first),),
        sources=sources_of([*used, *more]),
        notes=("market.note.range_over_companies",),
    )


def pay_back(reader: Reader, choice: dict[str, Any]) -> Found:
    """New revenue a year for each dollar spent: rise of a year's revenue over the capital expenditure in between."""
    revenue, used = _sums(reader, choice["series"], choice["revenue"])
    spent, more = _sums(reader, choice["series"], choice["parts"])
    quarters = sorted(revenue.keys() & spent.keys())
    if len(quarters) < 5:
        raise InputError(key="market.not_known_yet")
    last = quarters[-1]
    years = [q for q in quarters if q[4:] == last[4:]]
    first = years[0]
    total = sum(spent[q] for q in years[1:])
    rise = revenue[last] - revenue[first]
    margins = [float(m) for m in choice.get("margins", [0.3, 0.6])]
    ratio = rise / total
    return Found(
        value=single(ratio),
        unit="ratio",
        when=f"{first} – {last}",
        parts=(
            Part(label="revenue_rise", value=single(rise), unit="usd", when=f"{first} – {last}"),
            Part(label="spent_between", value=single(total), unit="usd", when=f"{first} – {last}"),
            Part(
                label="pay_back_years",
                value=Interval(1 / (ratio * max(margins)), None, 1 / (ratio * min(margins))) if ratio > 0 else None,
                unit="years",
            ),
            Part(label="margin_assumed", value=Interval(min(margins), None, max(margins)), unit="share"),
        ),
        sources=sources_of([*used, *more]),
        notes=("market.note.pay_back",),
    )


def belief_line(reader: Reader, choice: dict[str, Any]) -> Found:
    """Part of a price that rests on growth not yet delivered, and the growth that the price needs."""
    value = reader.points(choice["series"], choice["entity"], choice["value"])
    income = reader.points(choice["series"], choice["entity"], choice["income"])
    sums = dict(trailing_year(income))
    months = [p for p in value if any(q <= p.label for q in sums)]
    if not months:
        raise InputError(key="market.not_known_yet")
    last = months[-1]
    quarter = max(q for q in sums if q <= last.label)
    if sums[quarter] <= 0:
        raise InputError(key="market.no_earnings")
    found = belief(last.value / sums[quarter])
    return Found(
        value=found.share,
        unit="share",
        when=last.label,
        parts=(
            Part(label="price_earnings", value=single(found.price_earnings), unit="ratio", when=last.label),
            Part(label="earnings_year", value=single(sums[quarter]), unit="usd", when=quarter),
            Part(label="market_value", value=single(last.value), unit="usd", when=last.label),
            Part(label="growth_needed", value=found.growth, unit="growth"),
            Part(
                label="return_asked",
                value=Interval(found.required_return[0], None, found.required_return[1]),
                unit="share",
            ),
        ),
        sources=sources_of([last, *income[-4:]]),
        notes=("market.note.belief",),
    )


def short_line(reader: Reader, choice: dict[str, Any]) -> Found:
    """A short seller's notional and money at risk, kept apart, and what such bets pay in simulation."""
    series, entity = choice["series"], choice["entity"]
    notional = [reader.latest(series, entity, metric) for metric in choice["notional"]]
    premium = [reader.latest(series, entity, metric) if metric else None for metric in choice["premium"]]
    if not any(notional):
        raise InputError(key="market.not_known_yet")
    total = sum(p.value for p in notional if p is not None)
    known = sum(p.value for p in premium if p is not None)
    all_known = all(p is not None for p in premium)
    result = short_seller(seed=SEED)
    outcomes = tuple(
        Part(label=f"way_{one.way}", value=Interval(one.low, one.median, one.high), unit="growth")
        for one in result.outcomes
        if one.way != "abstain"
    )
    delays = tuple(
        Part(label="short_if_year", name=str(year), value=single(ways["short"]), unit="growth")
        for year, ways in result.by_delay.items()
    )
    return Found(
        value=Interval(known, known if all_known else None, known if all_known else None),
        unit="usd",
        when=next(p.label for p in notional if p is not None),
        parts=(Part(label="notional", value=single(total), unit="usd"), *outcomes, *delays),
        sources=sources_of([*notional, *premium]),
        notes=("market.note.notional", "market.note.short_assumed"),
        short=result,
    )


def gdp_share(reader: Reader, choice: dict[str, Any]) -> Found:
    """Investment as a share of GDP by several definitions, which differ by a factor of four."""
    parts, used = _published(reader, choice["published"])
    if not parts:
        raise InputError(key="market.not_known_yet")
    quoted = [
        Part(
            label="quoted",
            name=str(q["name"]),
            name_ja=str(q.get("name_ja", "")),
            value=Interval(q["low"], None, q["high"]),
            unit="share",
            when=q["when"],
        )
        for q in choice.get("quoted", [])
        if reader.known_by is None or parse_date(str(q["known_on"])).certainly_by(reader.known_by)
    ]
    values = [p.value.low for p in parts if p.value is not None]
    return Found(
        value=Interval(min(values), values[-1], max(values)),
        unit="share",
        when=parts[-1].when,
        parts=tuple(parts),
        compare=tuple(quoted),
        sources=(*sources_of(used), *(q["source"] for q in choice.get("quoted", []))),
        notes=("market.note.gdp",),
    )


def group_growth(reader: Reader, choice: dict[str, Any]) -> Found:
    """What named companies added, where the whole of which it is a share is not in the case."""
    sums, used = _sums(reader, choice["series"], choice["parts"])
    quarters = sorted(sums)
    start = str(choice["from"])
    if start not in sums or quarters[-1] <= start:
        raise InputError(key="market.not_known_yet")
    last = quarters[-1]
    claims, more = _published(reader, choice.get("claims", []))
    return Found(
        value=None,
        unit="share",
        when=f"{start} – {last}",
        parts=(
            Part(label="members", value=single(float(len(choice["parts"]))), unit="count"),
            Part(label="added", value=single(sums[last] - sums[start]), unit="usd", when=f"{start} – {last}"),
            Part(label="group_growth", value=single(sums[last] / sums[start] - 1), unit="growth"),
            *claims,
        ),
        sources=sources_of([*used[-4:], *more]),
        why_missing="market.no_index_total",
    )


KINDS = {
    "group_growth": group_growth,
    "investment_growth": investment_growth,
    "investment_funding": investment_funding,
    "pay_back": pay_back,
    "belief": belief_line,
    "short": short_line,
    "gdp_share": gdp_share,
}
