"""`kanryu show FILE` as text: a payments file at a glance, or one of its accounts."""

from __future__ import annotations

from kanryu.case.shown import AccountLine, Shown
from kanryu.core.words import say
from kanryu.report import numbers
from kanryu.report.layout import cut, table


def text(shown: Shown, lang: str, *, top: int = 40) -> str:
    """What a person reads; long lists say how many lines they leave out."""
    span = shown.span
    lines = [shown.title_en, ""]
    if span is not None:
        lines.append(
            say(
                lang,
                "show.span",
                rows=numbers.count(span.rows),
                accounts=numbers.count(span.accounts),
                first=span.first or "-",
                last=span.last or "-",
            )
        )
        if span.amount is not None:
            lines.append(say(lang, "show.span_amount", amount=numbers.money(span.amount, lang, shown.currency)))
    if shown.kind == "account":
        one = shown.accounts[0]
        lines += ["", one.name, *_sums(one, lang, shown.currency)]
        lines += _list(shown.partners, say(lang, "show.partners", count=len(shown.partners)), shown, lang, top)
    else:
        lines += _list(shown.accounts, say(lang, "show.accounts"), shown, lang, top)
        lines += ["", say(lang, "show.how_payments", file=shown.title_en)]
    return "\n".join(lines)


def _sums(one: AccountLine, lang: str, currency: str) -> list[str]:
    found = []
    for key, rows, amount in (
        ("show.account_pays", one.pays, one.paid),
        ("show.account_gets", one.receives, one.received),
    ):
        shown = "" if amount is None else numbers.money(amount, lang, currency)
        found.append("  " + say(lang, key, rows=numbers.count(rows), amount=shown).rstrip(" :："))
    return found


def _list(lines: tuple[AccountLine, ...], title: str, shown: Shown, lang: str, top: int) -> list[str]:
    has_amount = shown.span is not None and shown.span.amount is not None
    columns = ("pays", "paid", "receives", "received") if has_amount else ("pays", "receives")
    rows = [
        [cut(one.name, 40), *(_cell(one, column, shown.currency, lang) for column in columns)] for one in lines[:top]
    ]
    head = [title, *(say(lang, f"show.column.{column}") for column in columns)]
    found = ["", table(rows, "<>>>>", head=head)]
    if len(lines) > top:
        found.append("  " + say(lang, "show.more", count=numbers.count(len(lines) - top), all=len(lines)))
    return found


def _cell(one: AccountLine, column: str, currency: str, lang: str) -> str:
    value: float | int | None = getattr(one, column)
    if column in ("paid", "received"):
        return numbers.money(value, lang, currency)
    return numbers.count(int(value or 0))
