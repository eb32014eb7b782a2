"""`kanryu experiment P4`: a proposition of the essays as an experiment, with its band and whether it is refuted."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from kanryu.cli.shell import answers
from kanryu.machine.experiments.lab import Answer


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """Answers in the order asked for."""

    answers: tuple[Answer, ...]


RESULT = Answers


@answers("experiment")
@click.argument("names", nargs=-1, required=True)
@click.option("--runs", type=int, default=500, show_default=True, help="Runs of every arm.")
@click.option("--quarters", type=int, default=32, show_default=True, help="Quarters from 2023Q1.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same shocks.")
@click.option(
    "--parameters",
    type=click.Choice(["posterior", "start", "prior"]),
    default="posterior",
    show_default=True,
    help="Where parameters come from.",
)
def command(lang: str, names: tuple[str, ...], runs: int, quarters: int, seed: int, parameters: str) -> tuple[Any, ...]:
    """Run propositions; `all` runs P1 to P24."""
    from kanryu.cli.run import bar
    from kanryu.machine.experiments.catalogue import EXPERIMENTS, run_experiments
    from kanryu.report.machine_experiment import answers_text

    wanted = tuple(EXPERIMENTS) if names == ("all",) else names
    tell, stop = bar("kanryu experiment")
    try:
        found = run_experiments(wanted, runs=runs, quarters=quarters, seed=seed, parameters=parameters, progress=tell)
    finally:
        stop()
    result = Answers(answers=found)
    return result, lambda language: answers_text(result.answers, language)
