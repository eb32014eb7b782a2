"""Lines made of published numbers: several sources side by side as one range, and quotients of two of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kanryu.core.errors import InputError
from kanryu.core.money import Interval
from kanryu.market.facts import Point, Reader, sources_of
from kanryu.market.panel import Found, Part, Unit, single


def _chosen(reader: Reader, wanted: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], Point]]:
    """The latest value of each source, or the one of the period named."""
    found = []
    for one in wanted:
        points = reader.other(str(one.get("case", ""))).points(one["series"], one["entity"], one["metric"])
        if "period" in one:
            points = tuple(p for p in points if p.label == one["period"])
        if points:
            found.append((one, points[-1]))
    return found


def published_line(reader: Reader, choice: dict[str, Any]) -> Found:
    """What several sources say; the range is over the sources, the centre the first one named."""
    unit: Unit = choice.get("unit", "share")
    found = _chosen(reader, choice["of"])
    if not found:
        raise InputError(key="market.not_known_yet")
    values = [point.value for _, point in found]
    compare = [
        Part(
            label="published",
            name=_name(one, point),
            name_ja=str(one.get("name_ja", "")),
            value=single(point.value),
            unit=unit,
            when=point.label,
        )
        for one, point in _chosen(reader, choice.get("compare", []))
    ]
    return Found(
        value=Interval(min(values), values[0], max(values)),
        unit=unit,
        when=found[0][1].label,
        parts=tuple(
            Part(
                label="published",
                name=_name(one, point),
                name_ja=str(one.get("name_ja", "")),
                value=single(point.value),
                unit=unit,
                when=point.label,
            )
            for one, point in found
        ),
        compare=tuple(compare),
        sources=sources_of([point for _, point in found]),
        notes=("market.note.sources_differ",) if len(found) > 1 else (),
    )


def _name(one: dict[str, Any], point: Point) -> str:
    return str(one.get("name", point.figure.entity))


def quotient_line(reader: Reader, choice: dict[str, Any]) -> Found:
    """One published number over another of the same period: the range is over all pairs of sources."""
    above, below = _chosen(reader, choice["above"]), _chosen(reader, choice["below"])
    if not above or not below:
        raise InputError(key="market.not_known_yet")
    pairs = [one.value / other.value for _, one in above for _, other in below if other.value > 0]
    unit: Unit = choice.get("parts_unit", "usd")
    return Found(
        value=Interval(min(pairs), pairs[0] if len(pairs) == 1 else None, max(pairs)),
        unit=choice.get("unit", "ratio"),
        when=above[0][1].label,
        parts=tuple(
            Part(
                label="published",
                name=_name(one, point),
                name_ja=str(one.get("name_ja", "")),
                value=single(point.value),
                unit=unit,
                when=point.label,
            )
            for one, point in [*above, *below]
        ),
        sources=sources_of([point for _, point in [*above, *below]]),
        notes=("market.note.sources_differ",),
    )


KINDS = {"published": published_line, "quotient": quotient_line}
