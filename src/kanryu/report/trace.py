"""The answer of `kanryu trace` on a payments file, as a person reads it."""

from __future__ import annotations

from kanryu.core.words import say
from kanryu.follow.trace_records import RuleAnswer, Shares, Trace
from kanryu.report.exact import units
from kanryu.report.layout import table
from kanryu.report.numbers import count, share, share_range


def text(result: Trace, lang: str) -> str:
    """Headline, table of rules, bounds, and how complete the file is; on a case, `trace_case.text`."""

    def word(key: str, **values: object) -> str:
        return say(lang, f"trace.text.{key}", **values)

    lines = [word("title", account=result.account)]
    lines.append(
        "  " + word("inflow", amount=units(result.inflow), rows=count(result.counted_rows), paid=units(result.paid_out))
    )
    if not result.inflow:
        return "\n".join([*lines, "  " + word("nothing_in")])
    bounds = result.bounds
    if bounds.low == bounds.high:
        lines.append("  " + word("certain", amount=units(bounds.low), share=share(bounds.low_share, lang)))
    else:
        dash = "～" if lang == "ja" else "–"
        lines.append(
            "  "
            + word(
                "headline",
                range=f"{units(bounds.low)}{dash}{units(bounds.high)}",
                share=share_range(bounds.low_share, bounds.high_share, lang),
            )
        )
        if result.low is not None and result.high is not None:
            lines.append(
                "  "
                + word(
                    "rules",
                    low=units(result.low),
                    high=units(result.high),
                    share=share_range(result.low_share, result.high_share, lang),
                )
            )
    head = tuple(word(f"head_{name}") for name in ("rule", "back", "share", "held"))
    rows = [_row(name, answer, lang) for name, answer in result.rules.items()]
    dash = "～" if lang == "ja" else "–"
    rows.append(
        [
            word("bounds"),
            f"{units(bounds.low)}{dash}{units(bounds.high)}",
            share_range(bounds.low_share, bounds.high_share, lang),
            "",
        ]
    )
    lines += ["", table(rows, "<>>>", head=head)]
    if result.variants:
        lines += ["", "  " + word("variants")]
        lines.append(table([_row(name, answer, lang) for name, answer in result.variants.items()], "<>>>"))
    for found in result.parts:
        lines += ["", _parts(found, lang)]
    lines.append("")
    if result.touched is not None:
        lines.append("  " + word("touched", touched=count(result.touched), rows=count(result.counted_rows)))
    if result.minted is not None and result.minted.total:
        lines.append("  " + word("minted", share=share(result.minted.share, lang), amount=units(result.minted.total)))
        names = ", ".join(list(result.minted.by_account)[:3])
        lines.append("  " + word("minted_by", names=names))
    lines.append("  " + word("note"))
    return "\n".join(lines)


def everyone(result: Trace, lang: str, most: int = 20) -> str:
    """All accounts with own money back, largest first."""

    def word(key: str, **values: object) -> str:
        return say(lang, f"trace.text.{key}", **values)

    with_own = result.origin.coverage.get("accounts_with_own_money", len(result.everyone))
    lines = [word("everyone", found=count(with_own), accounts=count(result.origin.coverage.get("accounts", 0)))]
    rows = [
        [
            row.account,
            units(row.inflow),
            units(row.fifo),
            units(row.lifo),
            units(row.pro_rata),
            share_range(row.share_low, row.share_high, lang),
        ]
        for row in result.everyone[:most]
    ]
    head = tuple(word(f"head_{name}") for name in ("account", "in_part", "fifo", "lifo", "pro_rata", "share"))
    lines.append(table(rows, "<>>>>>", head=head))
    lines += ["  " + say(lang, key) for key in result.origin.left_out if key.startswith("trace.")]
    return "\n".join([*lines, "  " + word("note")])


def _row(name: str, answer: RuleAnswer, lang: str) -> list[str]:
    label = say(lang, f"trace.rule.{name}")
    if answer.back is None:
        return [label, say(lang, "trace.text.unfinished"), "", ""]
    return [label, units(answer.back), share(answer.share, lang), units(answer.held)]


def _parts(found: Shares, lang: str) -> str:
    title = say(lang, f"trace.text.by_{found.by}", rule=say(lang, f"trace.rule.{found.rule}"))
    rows = [
        [part.label, units(part.back), units(part.inflow), share(part.share, lang) if part.share is not None else ""]
        for part in found.parts
    ]
    head = tuple(say(lang, f"trace.text.head_{name}") for name in ("part", "back", "in_part", "share"))
    return "  " + title + "\n" + table(rows, "<>>>", head=head)
