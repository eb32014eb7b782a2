"""`kanryu ends TARGET`: where spent money comes to rest and after how many hops."""

from __future__ import annotations

from typing import Any

import click

from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.follow.ends import Ends, ends
from kanryu.formats.source import Request, is_payments, read_case, read_ledger

RESULT = Ends


@answers("ends")
@facts
@click.option("--by", type=click.Choice(["role", "kind", "account"]), help="What a source is; a case takes roles.")
@click.option("--account", "accounts", multiple=True, help="Only the money of this account (repeatable).")
def command(lang: str, request: Request, by: str | None, accounts: tuple[str, ...]) -> tuple[Any, Any]:
    """Follow spent money to where it comes to rest."""
    from kanryu.report.ends import text
    from kanryu.report.names import Names

    ledger = read_ledger(request)
    if is_payments(request.target):
        result = ends(ledger, sources=accounts)
        return result, lambda language: text(result, language)
    case = read_case(request)
    chosen = "account" if accounts else by or "role"
    groups = None
    if chosen != "account":
        groups = {entity.id: getattr(entity, chosen) for entity in case.entities}
    result = ends(ledger, groups=groups, by=chosen, sources=accounts)
    return result, lambda language: text(result, language, Names(case), case.currency)
