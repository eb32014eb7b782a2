"""`kanryu funnel CASE [--deal ID]`: talked about, bound, paid."""

from __future__ import annotations

from typing import Any

import click

from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.follow.funnel import Funnel
from kanryu.formats.source import Request, read_case

RESULT = Funnel


@facts
@click.option("--deal", help="Only this deal, leg by leg.")
@click.option("--top", type=click.IntRange(min=1), default=15, show_default=True, help="How many deals to print.")
def show_funnel(request: Request, deal: str | None, top: int, lang: str) -> Any:
    """Read the case, add up each column, print."""
    from kanryu.follow.funnel import funnel
    from kanryu.report.funnel import text
    from kanryu.report.names import Names

    case = read_case(request)
    result = funnel(case, deal=deal, true_by=request.true_by, known_by=request.known_by)
    return result, lambda lang: text(result, lang, Names(case), top=top)


command = answers("funnel")(show_funnel)
