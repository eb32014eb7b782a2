"""`kanryu debtrank`: distress that spreads before anybody defaults."""

from __future__ import annotations

from typing import Any

import click

from kanryu.cli.shell import answers
from kanryu.stress.debtrank import VARIANTS, Distress, debtrank

RESULT = Distress


@click.argument("claims")
@click.argument("equity")
@click.option("--shock", multiple=True, required=True, help="account=1: share of its equity lost at the start.")
@click.option("--variant", type=click.Choice(VARIANTS), default="multi", show_default=True, help="Who passes on what.")
def _debtrank(lang: str, claims: str, equity: str, shock: tuple[str, ...], variant: Any) -> Any:
    from kanryu.formats import obligations as tables
    from kanryu.report.stress_clear import distress_text

    shocks = tables.read_shocks(shock)
    own, weights = tables.read_values(
        equity, ("equity", "amount", "buffer", "capital"), more=("weight", "weights"), negative=True
    )
    result = debtrank(
        tables.read_claims(claims),
        own,
        shocks,
        variant=variant,
        weights=weights or None,
        inputs={"claims": claims, "equity": equity},
    )
    return result, lambda lang: distress_text(result, lang)


command = answers("debtrank")(_debtrank)
