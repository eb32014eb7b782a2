"""The line of the excess CAPE yield: what shares earn over what bonds pay after inflation, now and in marked months."""

from __future__ import annotations

from typing import Any

from kanryu.core.errors import InputError
from kanryu.market.facts import Point, Reader, sources_of
from kanryu.market.panel import Found, Part, single
from kanryu.market.valuation import excess_yield_of, inflation_of_ten_years


def excess_yield_line(reader: Reader, choice: dict[str, Any]) -> Found:
    """1 / CAPE minus the real long rate, in every month for which the case holds all four figures.

    The case carries the rate and the consumer prices of a few months only: the value is that of the last of them.
    """
    months: dict[str, tuple[Point, ...]] = {}
    capes = {p.label: p for p in reader.points(choice["series"], choice["entity"], choice["metric"])}
    rates = {p.label: p for p in reader.points(choice["rates"], choice["entity"], choice["long_rate"])}
    prices = {p.label: p for p in reader.points(choice["rates"], choice["entity"], choice["consumer_prices"])}
    for month in sorted(capes.keys() & rates.keys() & prices.keys()):
        before = f"{int(month[:4]) - 10}{month[4:]}"
        if before in prices:
            months[month] = (capes[month], rates[month], prices[month], prices[before])
    if not months:
        raise InputError(key="market.not_known_yet")
    yields = {m: excess_yield_of(*(point.value for point in four)) for m, four in months.items()}
    last = max(months)
    cape, rate, now, then = months[last]
    inflation = inflation_of_ten_years(now.value, then.value)
    return Found(
        value=single(yields[last]),
        unit="share",
        when=last,
        parts=(
            Part(label="cape_yield", value=single(1 / cape.value), unit="share", when=last),
            Part(label="long_rate", value=single(rate.value), unit="share", when=last),
            Part(label="inflation_ten", value=single(inflation), unit="share", when=last),
        ),
        compare=tuple(
            Part(label="excess_then", value=single(v), unit="share", when=m) for m, v in yields.items() if m != last
        ),
        sources=sources_of([point for four in months.values() for point in four]),
        notes=("market.note.excess_yield",),
    )


KINDS = {"excess_yield": excess_yield_line}
