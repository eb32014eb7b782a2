"""`kanryu fit [CASE]`: fit the machine to the reported quarters of a case, freeze predictions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from kanryu.cli.shell import answers
from kanryu.machine.calibrate.answer import FitResult

RESULT = FitResult


@answers("fit")
@click.argument("case", default="ai")
@click.option("--until", default="2025Q4", show_default=True, help="Last quarter of the window.")
@click.option("--known-by", help="Only figures public on this day. [default: last day of the window]")
@click.option("--population", type=click.IntRange(min=50), default=3000, show_default=True, help="Sets per round.")
@click.option("--rounds", type=click.IntRange(min=1), default=18, show_default=True, help="Rounds of the search.")
@click.option("--keep", type=click.IntRange(min=10), default=256, show_default=True, help="Draws of the ensemble.")
@click.option("--ahead", type=click.IntRange(min=1), default=8, show_default=True, help="Quarters to predict.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same numbers.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the ensemble and the frozen predictions.")
@click.option(
    "--origin", "origin_until", help="Also fit until this quarter and score what follows, for example 2024Q4."
)
@click.option("--prior-check", is_flag=True, help="Also: do prior runs stay inside physical bounds?")
@click.option("--recover", "trials", type=click.IntRange(min=0), default=0, help="Also recover N known parameter sets.")
@click.option("--sobol", "sobol_output", help="Also Sobol indices of this series, for example circulating.")
def command(
    lang: str,
    case: str,
    until: str,
    known_by: str | None,
    population: int,
    rounds: int,
    keep: int,
    ahead: int,
    seed: int,
    out: Path | None,
    origin_until: str | None,
    prior_check: bool,
    trials: int,
    sobol_output: str | None,
) -> tuple[Any, ...]:
    """Fit the machine."""
    from kanryu.cli.run import bar
    from kanryu.core.dates import parse_day
    from kanryu.formats.source import Request, read_case
    from kanryu.machine.calibrate.answer import fit_case
    from kanryu.report.machine_fit import fit_text

    day: dt.date | None = parse_day(known_by) if known_by else None
    figures = list(read_case(Request(target=case)).series)
    tell, stop = bar("kanryu fit")
    try:
        result = fit_case(
            figures,
            until=until,
            known_by=day,
            population=population,
            rounds=rounds,
            keep=keep,
            ahead=ahead,
            seed=seed,
            out=out,
            origin_until=origin_until,
            with_prior_check=prior_check,
            trials=trials,
            sobol_output=sobol_output,
            progress=tell,
        )
    finally:
        stop()
    return result, lambda language: fit_text(result, language)
