"""`kanryu consolidate CASE [MEMBER …] [--year Y]`: the group as one company."""

from __future__ import annotations

from typing import Any

import click

from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.follow.consolidate import Consolidation
from kanryu.formats.source import Request, read_case

RESULT = Consolidation


@facts
@click.argument("members", nargs=-1)
@click.option("--year", type=click.IntRange(1600, 2200), help="Calendar year; default: the last with enough figures.")
def show_consolidation(request: Request, members: tuple[str, ...], year: int | None, lang: str) -> Any:
    """Read the case, eliminate what is internal, print."""
    from kanryu.follow.consolidate import consolidate
    from kanryu.report.consolidate import text
    from kanryu.report.names import Names

    case = read_case(request)
    result = consolidate(
        case,
        members or None,
        year=year,
        rung=request.rung,
        schedule=request.schedule,
        true_by=request.true_by,
        known_by=request.known_by,
    )
    return result, lambda lang: text(result, lang, Names(case))


command = answers("consolidate")(show_consolidation)
