"""`kanryu check TARGET`: everything that is wrong with the facts, in one pass."""

from __future__ import annotations

from typing import Any

import click

from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.core.problems import Level
from kanryu.formats.checking import Checked
from kanryu.formats.source import Request

RESULT = Checked


@facts
@click.option(
    "--level",
    type=click.Choice(["error", "warning", "note"]),
    default="warning",
    show_default=True,
    help="List problems of this level and graver ones.",
)
def show_problems(request: Request, level: Level, lang: str) -> Any:
    """Read, check, print."""
    from kanryu.formats.checking import check_facts
    from kanryu.report.problems import shown, text

    result, problems = check_facts(request)
    return result, lambda lang: text(result, problems, lang, least=level), shown(problems, level)


command = answers("check")(show_problems)
