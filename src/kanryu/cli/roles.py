"""`kanryu roles CASE [A [B]]`: what companies are to each other."""

from __future__ import annotations

from typing import Any

import click

from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.follow.roles import Roles
from kanryu.formats.source import Request, read_case

RESULT = Roles


@facts
@click.argument("a", required=False)
@click.argument("b", required=False)
@click.option("--top", type=click.IntRange(min=1), default=12, show_default=True, help="How many pairs to print.")
def show_roles(request: Request, a: str | None, b: str | None, top: int, lang: str) -> Any:
    """Read the case, collect roles, print."""
    from kanryu.follow.roles import roles
    from kanryu.report.names import Names
    from kanryu.report.roles import text

    case = read_case(request)
    result = roles(case, a, b, true_by=request.true_by, known_by=request.known_by)
    return result, lambda lang: text(result, lang, Names(case), top=top)


command = answers("roles")(show_roles)
