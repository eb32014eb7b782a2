"""`kanryu circulation TARGET`: the part of all payments that can be explained as money going round."""

from __future__ import annotations

from typing import Any

import click

from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.follow.circulation import Circulation, circulation
from kanryu.formats.source import Request, is_payments, read_case, read_ledger

RESULT = Circulation


@answers("circulation")
@facts
@click.option("--account", "accounts", multiple=True, help="Range of this account over all maximum circulations.")
@click.option("--arc", "arcs", multiple=True, help="Range of a pair, written PAYER:RECEIVER.")
@click.option("--balanced", is_flag=True, help="Also the one choice that treats equal routes equally (min sum f²/w).")
def command(
    lang: str, request: Request, accounts: tuple[str, ...], arcs: tuple[str, ...], balanced: bool
) -> tuple[Any, Any]:
    """Find the maximum circulation."""
    from kanryu.core.errors import UsageError
    from kanryu.report.circulation import text
    from kanryu.report.names import Names

    pairs = []
    for arc in arcs:
        payer, colon, receiver = arc.partition(":")
        if not colon:
            raise UsageError(key="circulation.arc_shape", found=arc)
        pairs.append((payer, receiver))
    ledger = read_ledger(request)
    result = circulation(ledger, accounts=accounts, arcs=pairs, balanced=balanced)
    names = Names() if is_payments(request.target) else Names(read_case(request))
    return result, lambda language: text(result, language, names, ledger.currency)
