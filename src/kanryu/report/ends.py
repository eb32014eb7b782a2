"""The answer of `kanryu ends` as a person reads it."""

from __future__ import annotations

from kanryu.core.words import say, say_or
from kanryu.follow.ends import Ends, SourceEnds
from kanryu.report.exact import units
from kanryu.report.layout import cut, table
from kanryu.report.names import Names
from kanryu.report.numbers import money, share

MOST_HOLDERS = 4


def text(result: Ends, lang: str, names: Names | None = None, currency: str = "") -> str:
    """Per source: how much it spent, after how many hops it rests, and with whom."""
    names = names or Names()

    def word(key: str, **values: object) -> str:
        return say(lang, f"ends.text.{key}", **values)

    lines = [word("title", by=word(f"by_{result.by}"))]
    if not result.sources:
        return "\n".join([*lines, "  " + word("nothing")])
    rows = [
        [
            _label(source, result.by, names, lang),
            money(source.spent, lang, currency) if currency else units(source.spent),
            f"{source.hops:.1f}",
            " · ".join(
                f"{cut(names.entity(rest.holder, lang), 28)} {share(rest.share, lang)} ({rest.hops:.1f})"
                for rest in source.rests[:MOST_HOLDERS]
            ),
        ]
        for source in result.sources
    ]
    head = (word("head_source"), word("head_spent"), word("head_hops"), word("head_rests"))
    lines += [table(rows, "<>>", head=head), ""]
    if len(result.sources) > 1:
        few = [
            word("few_one", name=cut(names.entity(name, lang), 28), count=number, all=len(result.sources))
            for name, number in list(result.few.items())[:3]
        ]
        lines.append("  " + word("few", names=", ".join(few)))
    for key in result.origin.assumptions:
        lines.append("  - " + say(lang, key))
    if result.origin.left_out:
        lines.append("  " + word("left_out", count=len(result.origin.left_out)))
    return "\n".join(lines)


def _label(source: SourceEnds, by: str, names: Names, lang: str) -> str:
    if by == "account":
        return names.entity(source.source, lang)
    return say_or(lang, f"ends.{by}.{source.source}", source.source)
