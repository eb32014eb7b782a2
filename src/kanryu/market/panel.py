"""The panel of market measures of a case: side by side, each with range, definition, source and what was claimed.

No single number decides, and no line says "bubble: yes". Which series feed which lines is data: `market.toml` in the
case's folder, one table per line with a `kind`. A line that cannot be computed as of the day stands there with the
reason; it is never left out silently.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec

from kanryu.case.records import Case
from kanryu.core.dates import parse_day
from kanryu.core.errors import InputError
from kanryu.core.money import Interval
from kanryu.core.results import Origin
from kanryu.market.explosive_records import Explosive
from kanryu.market.facts import Reader
from kanryu.market.short_seller import ShortSeller

Unit = Literal["share", "ratio", "usd", "index", "count", "years", "growth", "statistic"]
SECTIONS = (
    "explosive",
    "valuation",
    "belief",
    "concentration",
    "attribution",
    "investment",
    "drawdown",
    "venture",
    "talent",
    "adoption",
    "herding",
    "short_seller",
)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A labelled number. `value` None = not disclosed; low and high may differ from the centre.

    label : key of `market.part` in the words
    name, name_ja : whose number it is, in English and (where the case gives it) Japanese
    when : the period it holds for, as the source gives it
    """

    label: str
    value: Interval | None
    unit: Unit
    when: str = ""
    name: str = ""
    name_ja: str = ""


class PanelLine(msgspec.Struct, frozen=True, kw_only=True):
    """One measure.

    title, said : sentence by language; `said` is what the essay or a quoted source claims, `claim` its id
    value : with its range; None = not known as of the day
    parts : what the value is made of or must be read with
    compare : the same measure elsewhere or at another time, above all in the dot-com years
    notes : keys of sentences in the words
    why_missing : sentence key when there is no value
    """

    id: str
    section: str
    kind: str
    title: dict[str, str]
    value: Interval | None
    unit: Unit
    when: str = ""
    parts: tuple[Part, ...] = ()
    compare: tuple[Part, ...] = ()
    claim: str = ""
    said: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    why_missing: str = ""
    is_running: bool | None = None
    since: str = ""


class Found(msgspec.Struct, kw_only=True):
    """What a kind of line computes; the panel adds title, claim and section."""

    value: Interval | None = None
    unit: Unit = "ratio"
    when: str = ""
    parts: tuple[Part, ...] = ()
    compare: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    why_missing: str = ""
    is_running: bool | None = None
    since: str = ""
    explosive: Explosive | None = None
    short: ShortSeller | None = None


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """All lines of a case as of a day, and what the page draws with them.

    explosive : line id -> test of its series
    not_yet : values in the files that were not yet published on the day
    """

    case: str
    true_by: dt.date | None
    known_by: dt.date | None
    lines: tuple[PanelLine, ...]
    explosive: dict[str, Explosive]
    short_seller: ShortSeller | None
    not_yet: int
    origin: Origin


Kind = Callable[[Reader, dict[str, Any]], Found]


def kinds() -> dict[str, Kind]:
    """The kinds of lines that `market.toml` can name."""
    from kanryu.market import panel_money, panel_prices, panel_published, panel_shares, panel_yield

    return {
        **panel_prices.KINDS,
        **panel_shares.KINDS,
        **panel_money.KINDS,
        **panel_published.KINDS,
        **panel_yield.KINDS,
    }


def single(value: float | None) -> Interval | None:
    """A number without a range of its own."""
    return None if value is None else Interval(value, value, value)


def market_panel(case: Case, *, true_by: dt.date | None = None, known_by: dt.date | None = None) -> Panel:
    """The panel of a case.

    Parameters
    ----------
    true_by, known_by : date or None
        Only values that hold and were published by these days; None = the case's own cut-off, if it has one.

    Returns
    -------
    Panel
        Lines in the order of `SECTIONS`.

    Raises
    ------
    InputError
        The case has no `market.toml`, or it cannot be read, or it names an unknown kind of line.

    Source
    ------
    Definitions, bubble, section 0.
    """
    chosen = read_choices(case)
    cut_off = parse_day(str(chosen["cut_off"])) if "cut_off" in chosen else None
    true_by, known_by = true_by or cut_off, known_by or cut_off
    known = kinds()
    reader = Reader(case, true_by, known_by)
    lines: list[PanelLine] = []
    tests: dict[str, Explosive] = {}
    short: ShortSeller | None = None
    for choice in _tables(case, chosen.get("line", [])):
        kind = str(choice.get("kind", ""))
        if kind not in known:
            raise InputError(key="market.kind_unknown", found=kind, known=", ".join(sorted(known)))
        try:
            found = known[kind](reader, choice)
        except InputError as reason:
            if reason.key in ("market.series_missing", "market.choice_shape"):
                raise  # a mistake in the file, not a day before publication
            found = Found(why_missing="market.line_failed" if reason.values else reason.key)
        except KeyError as missing:
            field = str(missing.args[0])
            raise InputError(key="market.choice_missing", line=str(choice.get("id", "?")), field=field) from None
        except (TypeError, AttributeError, ValueError) as cause:
            line = str(choice.get("id", "?"))
            raise InputError(key="market.choice_shape", line=line, reason=str(cause)) from None
        if found.explosive is not None:
            tests[str(choice["id"])] = found.explosive
        short = found.short or short
        lines.append(_line(choice, kind, found))
    order = {section: i for i, section in enumerate(SECTIONS)}
    lines.sort(key=lambda line: order.get(line.section, len(order)))
    return Panel(
        case=case.id,
        true_by=true_by,
        known_by=known_by,
        lines=tuple(lines),
        explosive=tests,
        short_seller=short,
        not_yet=reader.late,
        origin=Origin(
            definition="market.define_panel",
            inputs={"case": case.id, "true_by": str(true_by or ""), "known_by": str(known_by or "")},
            coverage={"lines": len(lines), "lines_with_value": sum(_has_answer(line) for line in lines)},
            sources=tuple(dict.fromkeys(url for line in lines for url in line.sources)),
        ),
    )


def _tables(case: Case, found: Any) -> list[dict[str, Any]]:
    """The tables of an array of tables; each needs an id."""
    if not isinstance(found, list) or not all(isinstance(one, dict) and "id" in one for one in found):
        raise InputError(key="market.choices_syntax", case=case.id, reason="[[line]] id")
    return found


def _has_answer(line: PanelLine) -> bool:
    return line.value is not None or line.is_running is not None


def _line(choice: dict[str, Any], kind: str, found: Found) -> PanelLine:
    return PanelLine(
        id=str(choice["id"]),
        section=str(choice.get("section", "")),
        kind=kind,
        title={lang: str(choice.get(f"title_{lang}", choice["id"])) for lang in ("en", "ja")},
        value=found.value,
        unit=found.unit,
        when=found.when,
        parts=found.parts,
        compare=found.compare,
        claim=str(choice.get("claim", "")),
        said={lang: str(choice[f"said_{lang}"]) for lang in ("en", "ja") if f"said_{lang}" in choice},
        notes=(*found.notes, *(f"market.note.{name}" for name in choice.get("notes", []))),
        sources=found.sources,
        why_missing=found.why_missing,
        is_running=found.is_running,
        since=found.since,
    )


def read_choices(case: Case) -> dict[str, Any]:
    """`market.toml` of a case.

    Raises
    ------
    InputError
        No such file, or it is not TOML.
    """
    path = Path(case.folder) / "market.toml"
    if not case.folder or not path.is_file():
        raise InputError(key="market.no_choices", case=case.id)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as cause:
        raise InputError(key="market.choices_syntax", case=case.id, reason=str(cause)) from None
