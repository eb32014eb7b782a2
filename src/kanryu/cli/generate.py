"""`kanryu generate OUT --rows N`: a seeded ledger of any size with known loops."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kanryu.cli.shell import answers
from kanryu.core.errors import InputError
from kanryu.formats.ledger_parts import Written

RESULT = Written


@answers("generate")
@click.argument("out")
@click.option("--rows", type=click.IntRange(min=1), required=True, help="Payments of the background.")
@click.option("--accounts", type=click.IntRange(min=2), help="Accounts. [default: a tenth of the rows]")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same file.")
@click.option("--days", type=click.IntRange(min=1), default=30, show_default=True, help="Length of the ledger.")
@click.option("--communities", type=click.IntRange(min=1), help="Groups that pay mostly each other.")
@click.option("--inside", type=click.FloatRange(0, 1), default=0.8, show_default=True, help="Part that stays inside.")
@click.option("--activity", type=click.FloatRange(min=1), default=2.0, show_default=True, help="1: all alike.")
@click.option("--rings", type=click.IntRange(min=0), default=0, help="Planted loops in time.")
@click.option("--ring-length", type=click.IntRange(min=3), default=6, show_default=True, help="Most payments of one.")
@click.option("--ring-hours", type=click.IntRange(min=1), default=24, show_default=True, help="Longest time of one.")
@click.option("--acyclic", is_flag=True, help="No other loops: the answer is known exactly.")
def command(
    lang: str,
    out: str,
    rows: int,
    accounts: int | None,
    seed: int,
    days: int,
    communities: int | None,
    inside: float,
    activity: float,
    rings: int,
    ring_length: int,
    ring_hours: int,
    acyclic: bool,
) -> tuple[Any, Any]:
    """Make a ledger."""
    from kanryu.flows.generate import Plan
    from kanryu.formats.ledger_parts import write_generated
    from kanryu.report.generate import text

    people = accounts or max(20, rows // 10)
    plan = Plan(
        rows=rows,
        accounts=people,
        seed=seed,
        span=days * 86400,
        communities=communities or max(1, min(people // 2, people // 1000)),
        inside=inside,
        activity=activity,
        rings=rings,
        ring_length=ring_length,
        ring_window=ring_hours * 3600,
        acyclic=acyclic,
    )
    try:
        result = write_generated(plan, Path(out))
    except OSError as cause:
        raise InputError(key="generate.cannot_write", file=out, reason=cause.strerror or str(cause)) from cause
    return result, lambda language: text(result, language)
