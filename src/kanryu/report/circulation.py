"""The answer of `kanryu circulation` as a person reads it."""

from __future__ import annotations

from kanryu.core.words import say
from kanryu.follow.circulation import Circulation, Range
from kanryu.report.exact import units
from kanryu.report.layout import cut, table
from kanryu.report.names import Names
from kanryu.report.numbers import count, money, share


def text(result: Circulation, lang: str, names: Names | None = None, currency: str = "") -> str:
    """Total, circular part, components, ranges of chosen accounts, and what the number does not say."""
    names = names or Names()

    def word(key: str, **values: object) -> str:
        return say(lang, f"circulation.text.{key}", **values)

    def amount(value: float) -> str:
        return money(value, lang, currency) if currency else units(value)

    lines = [word("title")]
    if result.share is None:
        return "\n".join([*lines, "  " + word("nothing")])
    lines.append("  " + word("total", amount=amount(result.total), pairs=count(result.pairs)))
    lines.append("  " + word("circular", amount=amount(result.circular), share=share(result.share, lang)))
    lines.append("  " + word("acyclic", amount=amount(result.acyclic)))
    lines.append("  " + word("proved" if not result.certificate.gap else "not_proved"))
    if result.components:
        rows = [
            [
                count(part.accounts),
                amount(part.total),
                amount(part.circular),
                share(part.share, lang),
                cut(", ".join(names.entity(name, lang) for name in part.names), 46),
            ]
            for part in result.components
        ]
        head = tuple(word(f"head_{name}") for name in ("accounts", "total", "circular", "share", "largest"))
        lines += ["", "  " + word("components"), table(rows, ">>>><", head=head)]
    for title, ranges in (("accounts", result.accounts), ("arcs", result.arcs)):
        if ranges:
            lines += ["", "  " + word(title)]
            rows = [[_label(name, names, lang), *_range(found, amount)] for name, found in ranges.items()]
            lines.append(table(rows, "<>>>", head=("", word("head_low"), word("head_high"), word("head_of"))))
    lines += ["", "  " + word("note")]
    for key in result.origin.assumptions[1:]:
        lines.append("  - " + say(lang, key))
    return "\n".join(lines)


def _label(name: str, names: Names, lang: str) -> str:
    return " → ".join(names.entity(part, lang) for part in name.split(" -> "))


def _range(found: Range, amount: object) -> list[str]:
    assert callable(amount)
    return [amount(found.low), amount(found.high), amount(found.of)]
