"""Lines made of price series: explosive growth, drawdown, percentile against own history, herding."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from kanryu.core.errors import InputError
from kanryu.core.money import Interval
from kanryu.market.drawdown import drawdown
from kanryu.market.explosive import explosive
from kanryu.market.explosive_records import Explosive
from kanryu.market.facts import Point, Reader, last_stretch, sources_of
from kanryu.market.herding import herding
from kanryu.market.panel import Found, Part, single
from kanryu.market.series_file import TimeSeries
from kanryu.market.valuation import past_percentile


def _series(reader: Reader, choice: dict[str, Any]) -> tuple[tuple[str, ...], list[float], tuple[Point, ...]]:
    """Labels, values and points of a price, or of a price divided by another series of the same dates."""
    limits = {"since": str(choice.get("since", "")), "until": str(choice.get("until", ""))}
    points = reader.points(choice["series"], choice["entity"], choice["metric"], **limits)
    used = points
    values = {p.label: p.value for p in points}
    if "over" in choice:
        below = {p.label: p.value for p in reader.points(choice["series"], choice["entity"], choice["over"], **limits)}
        values = {label: v / below[label] for label, v in values.items() if below.get(label)}
        used = tuple(p for p in points if p.label in values)
    if not used:
        raise InputError(key="market.not_known_yet")
    used = last_stretch(used)
    return tuple(p.label for p in used), [values[p.label] for p in used], used


def explosive_line(reader: Reader, choice: dict[str, Any]) -> Found:
    """Explosive growth now: yes or no, since when, and how often the rule errs."""
    labels, values, points = _series(reader, choice)
    log = bool(choice.get("log", True))
    result = explosive(
        [
            TimeSeries(
                name=str(choice["id"]),
                labels=labels,
                values=np.log(values) if log else np.array(values),
                step="month",
                source=sources_of(points)[0],
            )
        ],
        log=log,
        lag=int(choice.get("lag", 0)),
    )
    column = result.columns[str(choice["id"])]
    return Found(
        value=single(column.gsadf),
        unit="statistic",
        when=labels[-1],
        parts=_test_parts(result, str(choice["id"])),
        sources=sources_of(points),
        notes=("market.note.logs" if log else "market.note.levels",),
        is_running=column.is_running,
        since=column.episodes[-1].start if column.is_running else "",
        explosive=result,
    )


def _test_parts(result: Explosive, name: str) -> tuple[Part, ...]:
    column = result.columns[name]
    gsadf = column.statistics["gsadf"]
    parts = [
        Part(label="above_now", value=single(float(column.above_now)), unit="count", when=column.last),
        Part(label="shortest", value=single(float(column.shortest)), unit="count"),
        Part(label="critical", value=single(gsadf.critical["0.95"]), unit="statistic"),
        Part(label="values", value=single(float(column.levels)), unit="count", when=f"{column.first} – {column.last}"),
    ]
    if gsadf.p_value is not None:
        high = gsadf.p_value.value if gsadf.p_value.bound != "above" else 1.0
        low = 0.0 if gsadf.p_value.bound == "below" else gsadf.p_value.value
        centre = None if gsadf.p_value.bound else gsadf.p_value.value
        parts.append(Part(label="p_value", value=Interval(low, centre, high), unit="share"))
    rate = column.false_alarms["family"]
    parts.append(Part(label="false_alarm", value=single(rate.walks_with_episode), unit="share"))
    for episode in column.episodes:
        label = "episode_rise" if episode.sign > 0 else "episode_fall"
        when = f"{episode.start} – {episode.end}" if not episode.is_running else f"{episode.start} –"
        parts.append(Part(label=label, value=single(float(episode.length)), unit="count", when=when))
    return tuple(parts)


def drawdown_line(reader: Reader, choice: dict[str, Any]) -> Found:
    """Fall from the highest value so far, now and at its deepest."""
    labels, values, points = _series(reader, choice)
    found = drawdown(values, labels)
    parts = (
        Part(label="deepest_fall", value=single(found.depth), unit="share", when=f"{found.peak} – {found.trough}"),
        Part(label="months", value=single(float(len(values))), unit="count", when=f"{labels[0]} – {labels[-1]}"),
    )
    compare: list[Part] = []
    used: list[Point] = list(points)
    for other in choice.get("compare", []):
        try:
            again_labels, again, again_points = _series(reader, {**choice, **other})
        except InputError as reason:
            if reason.key != "market.not_known_yet":
                raise
            continue
        fall = drawdown(again, again_labels)
        when = f"{fall.peak} – {fall.trough}"
        compare.append(
            Part(
                label="deepest_fall", name=str(other.get("name", "")), value=single(fall.depth), unit="share", when=when
            )
        )
        used += again_points
    if "published" in choice:
        for entity, metric in choice["published"]:
            published = reader.latest(choice["series"], entity, metric)
            if published is not None:
                compare.append(
                    Part(
                        label="daily_closes",
                        value=single(published.value),
                        unit="share",
                        when=published.label,
                    )
                )
                used.append(published)
    return Found(
        value=single(found.now),
        unit="share",
        when=labels[-1],
        parts=parts,
        compare=tuple(compare),
        sources=sources_of(used),
        notes=("market.note.month_ends",),
    )


def percentile_line(reader: Reader, choice: dict[str, Any]) -> Found:
    """Where the last value stands among all earlier ones; never looks ahead."""
    labels, values, points = _series(reader, choice)
    ranks = past_percentile(values)
    parts = (
        Part(label="level", value=single(values[-1]), unit="ratio", when=labels[-1]),
        Part(label="months", value=single(float(len(values))), unit="count", when=f"{labels[0]} – {labels[-1]}"),
    )
    compare = []
    for month in choice.get("compare_months", []):
        if month in labels:
            at = labels.index(month)
            compare.append(Part(label="level_then", value=single(values[at]), unit="ratio", when=month))
            compare.append(Part(label="percentile_then", value=single(float(ranks[at])), unit="share", when=month))
    return Found(
        value=single(float(ranks[-1])),
        unit="share",
        when=labels[-1],
        parts=parts,
        compare=tuple(compare),
        sources=sources_of(points),
        notes=("market.note.own_past",),
    )


def herding_line(reader: Reader, choice: dict[str, Any]) -> Found:
    """Do the named shares move more alike when they move much."""
    columns: list[dict[str, float]] = []
    used: list[Point] = []
    for entity in choice["entities"]:
        points = reader.points(choice["series"], entity, choice["metric"])
        used += points
        columns.append(_returns(points))
    months = sorted(set.intersection(*(set(column) for column in columns)))
    found = herding([[column[month] for column in columns] for month in months])
    return Found(
        value=single(found.c),
        unit="statistic",
        when=f"{months[0]} – {months[-1]}",
        parts=(
            Part(label="t_value", value=single(found.t_c), unit="statistic"),
            Part(label="shares", value=single(float(found.shares)), unit="count"),
            Part(label="months", value=single(float(found.periods)), unit="count"),
        ),
        sources=sources_of(used),
        notes=("market.note.herding_few", "market.note.herding_read"),
    )


def _returns(points: Sequence[Point]) -> dict[str, float]:
    """Log return by month, only where the month before is there."""
    found = {}
    for one, other in pairwise(points):
        apart = (other.period.last.year - one.period.last.year) * 12 + other.period.last.month - one.period.last.month
        if apart == 1:
            found[other.label] = math.log(other.value / one.value)
    return found


KINDS = {
    "explosive": explosive_line,
    "drawdown": drawdown_line,
    "percentile": percentile_line,
    "herding": herding_line,
}
