"""The funnel as text: talked about, bound, paid, ended."""

from __future__ import annotations

from kanryu.core.words import say
from kanryu.follow.funnel import Columns, DealLine, Funnel, LegLine
from kanryu.follow.positions import COLUMNS, GROUPS
from kanryu.report import numbers
from kanryu.report.layout import table
from kanryu.report.names import Names, group, instrument, rung
from kanryu.report.sums import legs, sums, without_amount


def text(result: Funnel, lang: str, names: Names, *, top: int = 15, sources: bool = False) -> str:
    """What a person reads: sums by group of money, then the largest deals (or the legs of the one deal asked)."""
    head = ["", *(say(lang, f"funnel.column.{column}") for column in COLUMNS)]
    lines = [say(lang, "funnel.title", **_when(result, lang)), "", table(_group_rows(result, lang), head=head), ""]
    lines.append("  " + say(lang, "funnel.never_added"))
    if len(result.deals) == 1:
        lines += ["", *_one_deal(result.deals[0], lang, names)]
    elif result.deals:
        shown = result.deals[:top]
        lines += ["", say(lang, "funnel.largest", shown=len(shown), all=len(result.deals))]
        rows = [
            [deal.deal_id if first else "", group(line.group, lang), *_cells(line.columns, lang)]
            for deal in shown
            for first, line in zip([True, *[False] * len(GROUPS)], deal.groups)
        ]
        lines.append(table(rows, head=["", "", *head[1:]]))
    lines += ["", say(lang, "funnel.coverage", **result.origin.coverage)]
    return "\n".join(lines)


def _when(result: Funnel, lang: str) -> dict[str, str]:
    known = result.origin.inputs.get("known_by")
    return {
        "case": str(result.origin.inputs["case"]),
        "when": say(lang, "funnel.as_known_on", day=known) if known else say(lang, "funnel.all_facts"),
    }


def _cells(columns: Columns, lang: str) -> list[str]:
    return [sums(getattr(columns, column), lang) for column in COLUMNS]


def _group_rows(result: Funnel, lang: str) -> list[list[str]]:
    rows = []
    for line in result.groups:
        rows.append([group(line.group, lang), *_cells(line.columns, lang)])
        notes = []
        for column in COLUMNS:
            found = getattr(line.columns, column)
            count, missing = legs(found), without_amount(found)
            key = "funnel.legs_missing" if missing else "funnel.legs"
            notes.append(say(lang, key, count=count, missing=missing) if count else "")
        rows.append(["", *notes])
    return rows


def _one_deal(deal: DealLine, lang: str, names: Names) -> list[str]:
    lines = [f"{deal.deal_id}: {rung(deal.rung, lang)}"]
    for leg in deal.legs:
        lines.append(
            f"  {leg.key}  {names.route([leg.payer, leg.payee], lang)}  "
            f"{instrument(leg.instrument, lang)} · {rung(leg.rung, lang)}"
        )
        lines += _steps(leg, lang)
    return lines


def _steps(leg: LegLine, lang: str) -> list[str]:
    rows = []
    for column, day in (("talked", leg.talked_on), ("bound", leg.bound_on), ("paid", leg.paid_on), ("ended", "")):
        amount = getattr(leg, column)
        if amount is not None or day:
            shown = numbers.amount(amount, lang) if amount is not None else say(lang, "funnel.counted_elsewhere")
            rows.append([say(lang, f"funnel.column.{column}"), day, shown])
    return [table(rows, indent=6)] if rows else []
