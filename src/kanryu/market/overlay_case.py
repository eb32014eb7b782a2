"""The overlays of a case: which eras `market.toml` sets side by side, on every clock that it names."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from kanryu.case.records import Case
from kanryu.core.dates import parse_day
from kanryu.core.errors import InputError
from kanryu.market.facts import Reader, last_stretch, sources_of
from kanryu.market.overlay import Clock, Era, Overlay, overlay
from kanryu.market.panel import read_choices


class CaseOverlay(msgspec.Struct, frozen=True, kw_only=True):
    """One picture of eras: `by_clock` holds the same eras on each clock.

    peak_is_assumed : eras whose highest value is their last one; by the clock `peak` they are taken to stand at it
    """

    id: str
    title: dict[str, str]
    by_clock: dict[str, Overlay]
    peak_is_assumed: tuple[str, ...]


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
                peak_is_assumed=tuple(era.name for era in eras if era.values[-1] == max(era.values)),
            )
        )
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
        name=str(choice.get("name", choice["entity"])),
        labels=tuple(p.label for p in points),
        values=tuple(p.value for p in points),
        start=str(choice.get("start", "")),
        source=" ".join(sources_of(points)),
    )
