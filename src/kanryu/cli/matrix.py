"""`kanryu matrix [MODEL]`: balance-sheet and flow matrices, equations, who reads what."""

from __future__ import annotations

from typing import Any

import click

from kanryu.cli.shell import answers
from kanryu.machine.matrix import Matrices

RESULT = Matrices


@answers("matrix")
@click.argument("model", default="capital-loop")
@click.option("--quarter", help="Add the balances of one run at the end of this quarter, for example 2025Q4.")
@click.option("--run", "number", type=click.IntRange(min=0), default=0, show_default=True, help="Number of that run.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same numbers.")
def command(lang: str, model: str, quarter: str | None, number: int, seed: int) -> tuple[Any, ...]:
    """Show the model."""
    from kanryu.core.errors import UsageError
    from kanryu.machine.matrix import find_model, matrices
    from kanryu.machine.snapshot import balances_of
    from kanryu.report.machine import matrix_text

    found = find_model(model)
    values = None
    if quarter is not None:
        if model != "capital-loop":
            raise UsageError(key="machine.quarter_only_loop", model=model)
        values = balances_of(quarter, number=number, seed=seed)
    result = matrices(found, values=values, quarter=quarter or "")
    return result, lambda language: matrix_text(result, language)
