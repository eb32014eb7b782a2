"""Lines about the weight of a few names: concentration, and who made the gain of an index."""

from __future__ import annotations

from typing import Any

from kanryu.core.errors import InputError
from kanryu.core.money import Interval
from kanryu.market.attribution import GroupShare, group_share, needed_start_weight
from kanryu.market.concentration import hhi_limits
from kanryu.market.facts import Point, Reader, sources_of
from kanryu.market.panel import Found, Part, single


def concentration_line(reader: Reader, choice: dict[str, Any]) -> Found:
    """Share of named members in an index by market value, and the Herfindahl index between its limits."""
    series, metric = choice["series"], choice["metric"]
    index = reader.points(series, choice["index"], metric)
    members = {name: reader.points(series, name, metric) for name in choice["members"]}
    if not index:
        raise InputError(key="market.not_known_yet")
    used: list[Point] = []
    history: list[tuple[str, float, list[float]]] = []
    for whole in index:
        found = [next((p for p in points if p.label == whole.label), None) for points in members.values()]
        present = [p for p in found if p is not None]
        if len(present) == len(found):
            weights = [p.value / whole.value for p in present]
            history.append((whole.label, sum(weights), weights))
            used += [whole, *present]
    if not history:
        raise InputError(key="market.not_known_yet")
    when, share, weights = history[-1]
    published = []
    for entity, name in choice.get("published", []):
        point = reader.latest(series, entity, name)
        if point is not None:
            published.append(point)
    limits: Interval | None
    try:
        limits = hhi_limits(weights, int(choice.get("index_members", 500)))
    except InputError:  # the named members are not the largest: nothing limits the index from their shares
        limits = None
    values = [share, *(p.value for p in published if p.label[:4] == when[:4])]
    compare = [
        Part(label="same_names_then", value=single(then), unit="share", when=label)
        for label, then, _ in (history[0], min(history, key=lambda h: h[1]))
        if label != when
    ][:1]
    for entity, name in choice.get("compare", []):
        compare += [
            Part(label="top10", value=single(p.value), unit="share", when=p.label)
            for p in reader.points(series, entity, name)
            if p.label in choice.get("compare_periods", [p.label])
        ]
    return Found(
        value=Interval(min(values), share, max(values)),
        unit="share",
        when=when,
        parts=(
            Part(label="members", value=single(float(len(weights))), unit="count"),
            Part(label="largest", value=single(max(weights)), unit="share", when=when),
            Part(label="hhi", value=limits, unit="ratio", when=when),
            Part(label="effective", value=Interval(1 / limits.high, None, 1 / limits.low), unit="count", when=when)
            if limits is not None and limits.high
            else Part(label="effective", value=None, unit="count"),
            *(
                Part(label="published_weight", value=single(p.value), unit="share", when=p.label)
                for p in published[-3:]
            ),
        ),
        compare=tuple(compare),
        sources=sources_of([*used[-len(members) - 1 :], *published]),
        notes=("market.note.full_value", "market.note.named_after"),
    )


def attribution_line(reader: Reader, choice: dict[str, Any]) -> Found:
    """A group's share of the rise of an index's market value, with size, start weight and earlier windows."""
    series, metric = choice["series"], choice["metric"]
    index = {p.label: p for p in reader.points(series, choice["index"], metric)}
    group = {p.label: p for p in reader.points(series, choice["group"], metric)}
    both = sorted(index.keys() & group.keys())
    start = str(choice["from"])
    if start not in both or both[-1] <= start:
        raise InputError(key="market.not_known_yet")
    end = both[-1]
    size = int(choice["group_size"])

    def share(first: str, last: str) -> GroupShare:
        return group_share(group[first].value, group[last].value, index[first].value, index[last].value, members=size)

    found = share(start, end)
    earlier = []
    span = int(end[:4]) - int(start[:4])
    for first in both:
        last = str(int(first[:4]) + span)
        if last in both and last <= start:
            past = share(first, last)
            if past.share is None:
                continue  # the index hardly moved: a share of its gain means nothing
            earlier.append(
                Part(label="same_group_before", value=single(past.share), unit="share", when=f"{first} – {last}")
            )
    claims, used = _claims(reader, choice)
    return Found(
        value=single(found.share),
        unit="share",
        when=f"{start} – {end}",
        parts=(
            Part(label="members", value=single(float(size)), unit="count"),
            Part(label="start_weight", value=single(found.start_weight), unit="share", when=start),
            Part(label="group_return", value=single(found.group_return), unit="growth"),
            Part(label="rest_return", value=single(found.rest_return), unit="growth"),
            Part(label="index_return", value=single(found.index_return), unit="growth"),
            *claims,
        ),
        compare=tuple(earlier),
        sources=sources_of([index[start], index[end], group[start], group[end], *used]),
        notes=("market.note.issuance", "market.note.named_after", "market.note.price_return"),
    )


def _claims(reader: Reader, choice: dict[str, Any]) -> tuple[list[Part], list[Point]]:
    """Published shares of other groups, and the start weight that each would need."""
    parts: list[Part] = []
    used: list[Point] = []
    for claim in choice.get("claims", []):
        series, entity = claim["series"], claim["entity"]
        points = {
            name: reader.latest(series, entity, claim[name]) for name in ("share", "group", "rest") if name in claim
        }
        said = points.get("share")
        if said is None:
            continue
        used += [p for p in points.values() if p is not None]
        parts.append(
            Part(
                label="claimed_share",
                name=claim.get("name", entity),
                name_ja=str(claim.get("name_ja", "")),
                value=single(said.value),
                unit="share",
                when=said.label,
            )
        )
        group, rest = points.get("group"), points.get("rest")
        if group is not None and rest is not None:
            weight = needed_start_weight(said.value, group.value, rest.value)
            parts.append(Part(label="needed_weight", value=single(weight), unit="share"))
    return parts, used


KINDS = {"concentration": concentration_line, "attribution": attribution_line}
