"""The group as one company, as text."""

from __future__ import annotations

from kanryu.core.words import say
from kanryu.follow.consolidate import Consolidation, Flow
from kanryu.report import numbers
from kanryu.report.layout import table
from kanryu.report.names import Names, group


def text(result: Consolidation, lang: str, names: Names, *, top: int = 12) -> str:
    """Headline, members with reported revenue, internal flows, circular part, what is not known."""
    currency = str(result.origin.inputs.get("currency", "USD"))
    lines = [
        say(lang, "consolidate.title", count=len(result.members), year=result.year),
        "",
        "  " + _headline(result, lang, currency),
        "",
    ]
    with_revenue = [member for member in result.members if member.reported is not None]
    rows = [
        [
            names.entity(member.entity, lang) + (say(lang, "consolidate.fiscal") if member.is_fiscal_year else ""),
            numbers.interval(member.reported, lang, currency) if member.reported else "",
            flow(member.from_members, lang, currency),
            numbers.interval(member.outside, lang, currency) if member.outside else say(lang, "numbers.unknown"),
        ]
        for member in sorted(with_revenue, key=lambda m: -(m.reported.high or 0) if m.reported else 0)[:top]
    ]
    if rows:
        head = ["", *(say(lang, f"consolidate.{key}") for key in ("reported", "from_members", "outside"))]
        lines += [table(rows, head=head), ""]
    between = []
    for key in ("internal", "from_outside", "to_outside"):
        for name, value in getattr(result, key).items():
            between.append(
                [say(lang, f"consolidate.{key}"), group(name, lang), flow(value, lang, currency), _legs(value, lang)]
            )
    lines += [table(between), ""]
    lines.append(
        "  "
        + say(
            lang,
            "consolidate.circular",
            circular=numbers.money(result.circular, lang, currency),
            total=numbers.money(result.internal_total, lang, currency),
            share=numbers.share(result.circular_share, lang),
        )
    )
    if result.stakes:
        joined = say(lang, "roles.join").join(
            f"{names.entity(s.owner, lang)} → {names.entity(s.issuer, lang)}"
            + (f" {s.pct:g}%" if s.pct is not None else "")
            for s in result.stakes[:6]
        )
        lines.append("  " + say(lang, "consolidate.stakes", count=len(result.stakes), stakes=joined))
    if result.without_revenue:
        shown = say(lang, "roles.join").join(names.entity(e, lang) for e in result.without_revenue[:8])
        lines.append("  " + say(lang, "consolidate.no_revenue", count=len(result.without_revenue), names=shown))
    lines += ["", *("  " + say(lang, key) for key in result.origin.assumptions)]
    return "\n".join(lines)


def _headline(result: Consolidation, lang: str, currency: str) -> str:
    if result.reported is None or result.outside is None or result.outside_share is None:
        return say(lang, "consolidate.nothing_reported")
    return say(
        lang,
        "consolidate.headline",
        reported=numbers.interval(result.reported, lang, currency),
        outside=numbers.interval(result.outside, lang, currency),
        share=numbers.share_range(result.outside_share.low, result.outside_share.high, lang),
    )


def flow(value: Flow, lang: str, currency: str) -> str:
    """An amount, "-" without legs, "not disclosed" where no leg has an amount."""
    if not value.legs:
        return "-"
    return say(lang, "numbers.unknown") if value.amount is None else numbers.interval(value.amount, lang, currency)


def _legs(value: Flow, lang: str) -> str:
    key = "funnel.legs_missing" if value.legs_without_limit else "funnel.legs"
    return say(lang, key, count=value.legs, missing=value.legs_without_limit)
