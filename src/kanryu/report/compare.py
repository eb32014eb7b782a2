"""Two cases side by side, as text."""

from __future__ import annotations

from kanryu.core.words import say
from kanryu.follow.compare import Cell, Comparison, Kind
from kanryu.report import numbers
from kanryu.report.layout import table
from kanryu.report.names import Names, rung


def text(result: Comparison, lang: str, titles: tuple[str, str], names: tuple[Names, Names]) -> str:
    """One line per measure."""
    currencies = [str(origin.inputs.get("currency", "USD")) for origin in result.origins]
    rows = [
        [
            say(lang, f"compare.{line.key}"),
            cell(line.a, line.kind, lang, names[0], currencies[0]),
            cell(line.b, line.kind, lang, names[1], currencies[1]),
            f"kanryu {line.command}",
        ]
        for line in result.lines
    ]
    return "\n".join(
        [
            say(lang, "compare.title", rung=rung(result.rung, lang)),
            "",
            table(rows, head=["", *titles, say(lang, "compare.how")]),
            "",
            *("  " + say(lang, key) for key in result.origins[0].assumptions),
            "  " + say(lang, "compare.circular_note"),
        ]
    )


def cell(value: Cell, kind: Kind, lang: str, names: Names, currency: str) -> str:
    """One value as text."""
    if kind == "route" and value.entities:
        return names.route([*value.entities, value.entities[0]], lang)
    if kind == "company" and value.entities:
        return names.short(value.entities[0], lang)
    if value.value is None or kind in ("route", "company"):
        return say(lang, "numbers.unknown")
    if kind == "count":
        return numbers.count(int(value.value.low))
    if kind == "share":
        return numbers.share_range(value.value.low, value.value.high, lang)
    if value.value.low == 0 and value.value.high == 0:
        return "-"
    return numbers.interval(value.value, lang, currency)
