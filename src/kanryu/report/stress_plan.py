"""The plan of sources and uses as a table for people."""

from __future__ import annotations

from kanryu.core.money import Interval
from kanryu.core.words import say
from kanryu.report.numbers import count, money, money_range
from kanryu.stress.results import YearPlan

SHOWN = 25
COLUMNS = ("outside", "revenue_in", "funding_in", "legs_out", "running", "surplus")


def _cell(value: Interval | None, lang: str, currency: str) -> str:
    """An interval in few characters; what is not published stays so."""
    if value is None:
        return say(lang, "numbers.unknown")
    if value.low < 0:
        first, last = money(value.low, lang, currency), money(value.high, lang, currency)
        return first if first == last else f"{first} … {last}"
    return money_range(value.low, value.high, lang, currency)


def text(result: YearPlan, lang: str, currency: str = "USD") -> str:
    """What `kanryu stress CASE --plan` prints."""
    lines = [say(lang, "stress.plan_head", year=result.year), ""]
    shown = [item for item in result.companies if (item.legs_out.high or 0.0) > 0 and not item.is_source][:SHOWN]
    rows = [["", *(say(lang, f"stress.plan_columns_{column}") for column in COLUMNS)]]
    for item in shown:
        name = result.names.get(item.id, {}).get(lang, item.id)
        rows.append([name, *(_cell(getattr(item, column), lang, currency) for column in COLUMNS)])
    widths = [max(_width(row[k]) for row in rows) for k in range(len(COLUMNS) + 1)]
    for row in rows:
        first = row[0] + " " * (widths[0] - _width(row[0]))
        lines.append(first + "".join("  " + " " * (w - _width(cell)) + cell for cell, w in zip(row[1:], widths[1:])))
    lines.append("")
    if result.gaps:
        lines.append(say(lang, "stress.plan_not_feasible", year=result.year))
        for gap in result.gaps:
            values = {
                "name": result.names.get(gap.id, {}).get(lang, gap.id),
                "has": money(gap.has, lang, currency),
                "uses": money(gap.means_to_pay, lang, currency),
                "missing": money(gap.missing, lang, currency),
                "legs": ", ".join(gap.unpaid_legs[:6]),
            }
            lines.append("  - " + say(lang, "stress.gap_line", **values))
    else:
        lines.append(say(lang, "stress.plan_feasible"))
    hidden = [item for item in result.companies if {"revenue", "cash_flow"} & set(item.missing)]
    if hidden:
        names = ", ".join(result.names.get(item.id, {}).get(lang, item.id) for item in hidden[:5])
        lines.append(say(lang, "stress.plan_unknown", count=count(len(hidden)), names=names))
    if result.closed:
        names = ", ".join(result.names.get(name, {}).get(lang, name) for name in result.closed)
        lines.append(say(lang, "stress.plan_closed", names=names))
    lines += ["", say(lang, "core.assumptions") + ":"]
    lines += [
        f"  - {say(lang, key, low='0.16', central='0.26', high='0.55')}" for key in dict.fromkeys(result.assumptions)
    ]
    return "\n".join(lines)


def _width(cell: str) -> int:
    """Columns on a terminal: Japanese characters take two."""
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in cell)
