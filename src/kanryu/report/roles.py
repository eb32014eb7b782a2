"""Roles of companies towards each other as text."""

from __future__ import annotations

from kanryu.core.words import say
from kanryu.follow.roles import Pair, RoleLine, Roles
from kanryu.report import numbers
from kanryu.report.layout import table
from kanryu.report.names import Names, instrument, role, rung


def text(result: Roles, lang: str, names: Names, *, top: int = 12) -> str:
    """One pair in full, or the pairs with the most different roles."""
    if len(result.pairs) == 1:
        return _one(result.pairs[0], lang, names)
    inputs = result.origin.inputs
    title = (
        say(lang, "roles.title_one", name=names.entity(str(inputs["a"]), lang))
        if inputs.get("a")
        else say(lang, "roles.title", case=str(inputs["case"]))
    )
    rows = []
    for pair in result.pairs[:top]:
        rows.append(
            [
                f"{names.entity(pair.a, lang)} – {names.entity(pair.b, lang)}",
                str(pair.firm_roles),
                say(lang, "roles.both_ways") if pair.is_both_ways else "",
                _short(pair.roles_of_a, lang),
            ]
        )
    head = ["", say(lang, "roles.count"), "", say(lang, "roles.of_first")]
    rest = len(result.pairs) - top
    lines = [title, "", table(rows, "<><<", head=head)]
    if rest > 0:
        lines.append("  " + say(lang, "roles.more", rest=rest))
    return "\n".join([*lines, "", say(lang, "roles.note")])


def _short(lines: tuple[RoleLine, ...], lang: str) -> str:
    firm = dict.fromkeys(role(x.role, lang) for x in lines if x.rung in ("bound", "paid") and not x.is_contingent)
    loose = dict.fromkeys(role(x.role, lang) for x in lines if x.rung == "talked" or x.is_contingent)
    open_only = [name for name in loose if name not in firm]
    parts = [say(lang, "roles.join").join(firm)] if firm else []
    if open_only:
        parts.append(say(lang, "roles.not_firm", roles=say(lang, "roles.join").join(open_only)))
    return "  ".join(parts) or "-"


def _one(pair: Pair, lang: str, names: Names) -> str:
    a, b = names.entity(pair.a, lang), names.entity(pair.b, lang)
    blocks = [say(lang, "roles.pair", a=a, b=b, count=pair.firm_roles)]
    for first, second, lines in ((a, b, pair.roles_of_a), (b, a, pair.roles_of_b)):
        blocks += ["", say(lang, "roles.towards", a=first, b=second)]
        for is_contingent, title in ((False, ""), (True, say(lang, "roles.contingent"))):
            chosen = [line for line in lines if line.is_contingent == is_contingent]
            if not chosen:
                continue
            if title:
                blocks.append(f"  {title}")
            blocks.append(table([_row(line, lang) for line in chosen], indent=4))
    return "\n".join(blocks)


def _row(line: RoleLine, lang: str) -> list[str]:
    if line.pct is not None:
        amount = say(lang, "roles.stake", pct=f"{line.pct:g}", day=line.as_of)
    elif line.amount is None:
        amount = say(lang, "numbers.unknown")
    else:
        amount = numbers.amount(line.amount, lang)
    return [role(line.role, lang), instrument(line.instrument, lang), rung(line.rung, lang), amount, line.key]
