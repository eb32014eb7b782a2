"""`kanryu show CASE [NAME]`: entities and deals, or one entity, deal or leg with its evidence."""

from __future__ import annotations

from typing import Any

import click

from kanryu.case.shown import Shown
from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.formats.source import Request, is_payments, read_case, read_ledger

RESULT = Shown


@facts
@click.argument("name", default="")
@click.option("--kind", type=click.Choice(["entity", "deal", "leg"]), help="Which one, where a name fits two.")
@click.option(
    "--top", type=click.IntRange(min=1), default=40, show_default=True, help="How many deals or accounts to list."
)
def show_facts(request: Request, name: str, kind: str | None, top: int, lang: str) -> Any:
    """Read the case, find what is named, print it."""
    from kanryu.case.shown import show
    from kanryu.report.names import Names
    from kanryu.report.show import text

    if is_payments(request.target):
        from kanryu.flows.shown import show_payments
        from kanryu.report.show_payments import text as payments_text

        found = show_payments(read_ledger(request), name, target=request.target)
        return found, lambda lang: payments_text(found, lang, top=top)
    case = read_case(request)
    result = show(case, name, true_by=request.true_by, known_by=request.known_by, kind=kind or "")
    return result, lambda lang: text(result, lang, Names(case), top=top)


command = answers("show")(show_facts)
