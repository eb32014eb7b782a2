"""A generated ledger in words."""

from __future__ import annotations

from kanryu.core.words import say
from kanryu.formats.ledger_parts import Written
from kanryu.report.numbers import count


def text(result: Written, lang: str) -> str:
    """What was written, and how to ask for its loops."""
    lines = [say(lang, "generate.done", file=result.file, rows=count(result.rows), accounts=count(result.accounts))]
    if result.planted:
        lengths = ", ".join(f"{length}: {count(number)}" for length, number in result.by_length.items())
        lines.append(
            say(lang, "generate.planted", rings=count(result.planted), lengths=lengths, file=result.rings_file)
        )
        if result.plan.acyclic:
            lines.append(say(lang, "generate.only_these"))
    plan = result.plan
    lines.append(f"  kanryu loops {result.file} --window {plan.ring_window} --max-length {plan.ring_length}")
    return "\n".join(lines)
