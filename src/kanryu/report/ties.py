"""Investors who also trade with the companies they fund, as text."""

from __future__ import annotations

from kanryu.core.words import say
from kanryu.follow.ties import Ties
from kanryu.report import numbers
from kanryu.report.layout import table


def text(result: Ties, lang: str) -> str:
    """One row per type of tie, with shares by number and by value."""
    total = sum(line.count for line in result.lines)
    with_amount = sum(line.count_with_amount for line in result.lines)
    rows = [
        [
            say(lang, f"ties.{line.kind}"),
            numbers.count(line.count),
            numbers.share(line.share_by_count, lang) if total else "-",
            "-"
            if not line.count
            else numbers.interval(line.value, lang, str(result.origin.inputs.get("currency", "USD")))
            if line.value is not None
            else say(lang, "numbers.unknown"),
            numbers.share(line.share_by_value, lang) if line.share_by_value is not None else "-",
        ]
        for line in result.lines
    ]
    head = ["", say(lang, "ties.count"), "", say(lang, "ties.value"), ""]
    headline = say(
        lang,
        "ties.headline",
        count=numbers.share(result.traded_share_by_count, lang),
        value=numbers.share(result.traded_share_by_value, lang),
    )
    return "\n".join(
        [
            say(lang, "ties.title", case=str(result.origin.inputs["case"])),
            "",
            *(["  " + headline, ""] if total else []),
            table(rows, "<>><>", head=head),
            "",
            "  " + say(lang, "ties.coverage", with_amount=with_amount, total=total),
            *("  " + say(lang, key) for key in result.origin.assumptions),
        ]
    )
