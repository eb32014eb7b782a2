"""The overlays of a case: which eras `market.toml` sets side by side, on every clock that it names."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import msgspec

from kanryu.case.records import Case
from kanryu.core.dates import parse_day
from kanryu.core.errors import InputError
from kanryu.market.facts import Point, Reader, last_stretch, sources_of
from kanryu.market.overlay import Clock, Era, Overlay, overlay
from kanryu.market.panel import read_choices

PEAK_IS_PAST = 0.2  # the usual measure of a bear market


class CaseOverlay(msgspec.Struct, frozen=True, kw_only=True):
    """One picture of eras: `by_clock` holds the same eras on each clock.

    peak_is_assumed : eras that have not fallen by a fifth since their highest value: a higher one may follow, and the
        clock `peak` assumes that none will
    starts : era -> what its start was, by language, where the case says so
    no_share : eras without a measure of investment; the clock `share` cannot place them
    """

    id: str
    title: dict[str, str]
    by_clock: dict[str, Overlay]
    peak_is_assumed: tuple[str, ...]
    starts: dict[str, dict[str, str]] = {}
    no_share: tuple[str, ...] = ()


class CaseOverlays(msgspec.Struct, frozen=True, kw_only=True):
    """All pictures of eras of a case as of a day."""

    case: str
    overlays: tuple[CaseOverlay, ...]


def case_overlays(
    case: Case, *, true_by: dt.date | None = None, known_by: dt.date | None = None
) -> tuple[CaseOverlay, ...]:
    """All overlays of a case as of a day, for drawing.

    Raises
    ------
    InputError
        The case has no `market.toml`, or an overlay names a series or start that is not there.
    """
    chosen = read_choices(case)
    cut_off = parse_day(str(chosen["cut_off"])) if "cut_off" in chosen else None
    reader = Reader(case, true_by or cut_off, known_by or cut_off)
    found = []
    for one in chosen.get("overlay", []):
        eras = [era for choice in one.get("era", []) if (era := _era(reader, choice)) is not None]
        clocks: list[Clock] = one.get("clocks", ["start"])
        threshold = one.get("threshold")
        by_clock: dict[str, Overlay] = {}
        for clock in clocks:
            usable = [era for era in eras if clock != "start" or era.start in era.labels]
            by_clock[clock] = overlay(usable, clock=clock, base=one.get("base", "none"), threshold=threshold)
        found.append(
            CaseOverlay(
                id=str(one["id"]),
                title={lang: str(one.get(f"title_{lang}", one["id"])) for lang in ("en", "ja")},
                by_clock=by_clock,
                peak_is_assumed=tuple(era.name for era in eras if not _has_fallen(era)),
                starts=_starts(one.get("era", [])),
                no_share=tuple(era.name for era in eras if not era.share),
            )
        )
    return tuple(found)


def _has_fallen(era: Era) -> bool:
    """Whether the era has since fallen from its highest value by at least `PEAK_IS_PAST`."""
    top = max(range(len(era.values)), key=lambda i: era.values[i])
    return min(era.values[top:]) <= (1 - PEAK_IS_PAST) * era.values[top]


def _name(choice: dict[str, Any]) -> str:
    return str(choice.get("name", choice.get("entity", "?")))


def _starts(choices: Sequence[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """What each era's start was, where both languages say it."""
    return {
        _name(choice): {lang: str(choice[f"start_{lang}"]) for lang in ("en", "ja")}
        for choice in choices
        if "start_en" in choice and "start_ja" in choice
    }


def _share(reader: Reader, choice: dict[str, Any], points: Sequence[Point]) -> tuple[float, ...]:
    """The era's measure of investment at each label: its latest value by then, NaN before the first; () without one."""
    if "share_metric" not in choice:
        return ()
    source = reader.other(str(choice.get("share_case", choice.get("case", ""))))
    series, entity = choice.get("share_series", choice["series"]), choice.get("share_entity", choice["entity"])
    known = source.points(series, entity, choice["share_metric"])
    found = []
    for point in points:
        past = [one.value for one in known if one.period.last <= point.period.last]
        found.append(past[-1] if past else math.nan)
    return tuple(found)


def _era(reader: Reader, choice: dict[str, Any]) -> Era | None:
    """An era as of the day; None when nothing of it was known."""
    source = reader.other(str(choice.get("case", "")))
    try:
        points = source.points(
            choice["series"],
            choice["entity"],
            choice["metric"],
            since=str(choice.get("since", "")),
            until=str(choice.get("until", "")),
        )
    except KeyError as missing:
        raise InputError(
            key="market.choice_missing", line=str(choice.get("name", "?")), field=str(missing.args[0])
        ) from None
    points = last_stretch(points)
    if not points:
        return None
    return Era(
        name=_name(choice),
        labels=tuple(p.label for p in points),
        values=tuple(p.value for p in points),
        start=str(choice.get("start", "")),
        share=_share(reader, choice, points),
        source=" ".join(sources_of(points)),
    )
