"""`kanryu market CASE`: the panel of market measures."""

from __future__ import annotations

from typing import Any

import click

from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.formats.source import Request, read_case
from kanryu.market.panel import Panel

RESULT = Panel


@facts
@click.option("--details", is_flag=True, help="Also definitions, notes and sources of every line.")
def show_market(request: Request, details: bool, lang: str) -> Any:
    """Read the case, compute every line, print."""
    from kanryu.market.panel import market_panel
    from kanryu.report.market import text

    case = read_case(request)
    result = market_panel(case, true_by=request.true_by, known_by=request.known_by)
    titles = {"en": case.title_en, "ja": case.title_ja}
    return result, lambda lang: text(result, lang, title=titles.get(lang, ""), details=details), case.series.problems


command = answers("market")(show_market)
