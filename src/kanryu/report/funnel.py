"""The funnel as text: talked about, bound, paid, ended."""

from __future__ import annotations

import msgspec

from kanryu.core.words import say
from kanryu.follow.funnel import Columns, DealLine, Funnel, LegLine
from kanryu.follow.positions import COLUMNS, GROUPS, Sum
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
    """Per group: plain totals, then one row for each other kind of money, then how many legs."""
    rows = []
    for line in result.groups:
        columns = [getattr(line.columns, column) for column in COLUMNS]
        kinds = dict.fromkeys((one.basis, one.currency) for column in columns for one in column if one.basis != "total")
        rows.append([group(line.group, lang), *(_of_kind(column, "total", "", lang) for column in columns)])
        for basis, currency in kinds:
            label = "  " + say(lang, f"numbers.basis.{basis}")
            rows.append([label, *(_of_kind(column, basis, currency, lang) for column in columns)])
        rows.append(["", *(_counts(column, lang) for column in columns)])
    return rows


def _of_kind(column: tuple[Sum, ...], basis: str, currency: str, lang: str) -> str:
    found = [one for one in column if one.basis == basis and currency in ("", one.currency)]
    if not found:
        return "-" if basis == "total" else ""
    return sums([msgspec.structs.replace(one, basis="total") for one in found], lang)


def _counts(column: tuple[Sum, ...], lang: str) -> str:
    count, missing = legs(column), without_amount(column)
    key = "funnel.legs_missing" if missing else "funnel.legs"
    return say(lang, key, count=count, missing=missing) if count else ""


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
