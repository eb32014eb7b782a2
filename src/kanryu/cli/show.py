"""`kanryu show CASE [NAME]`: entities and deals, or one entity, deal or leg with its evidence."""

from __future__ import annotations

from typing import Any

import click

from kanryu.case.shown import Shown
from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.formats.source import Request, read_case

RESULT = Shown


@facts
@click.argument("name", default="")
@click.option("--kind", type=click.Choice(["entity", "deal", "leg"]), help="Which one, where a name fits two.")
@click.option("--top", type=click.IntRange(min=1), default=40, show_default=True, help="How many deals to list.")
def show_facts(request: Request, name: str, kind: str | None, top: int, lang: str) -> Any:
    """Read the case, find what is named, print it."""
    from kanryu.case.shown import show
    from kanryu.report.names import Names
    from kanryu.report.show import text

    case = read_case(request)
    result = show(case, name, true_by=request.true_by, known_by=request.known_by, kind=kind or "")
    return result, lambda lang: text(result, lang, Names(case), top=top)


command = answers("show")(show_facts)
