"""All propositions by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kanryu.core.errors import InputError, NotFound
from kanryu.machine.experiments import belief, betting, circular, costs
from kanryu.machine.experiments.lab import CUT_QUARTER, Answer, Bench, Experiment
from kanryu.machine.simulate import Progress

EXPERIMENTS: dict[str, Experiment] = {
    "P1": circular.p1,
    "P2": circular.p2,
    "P3": circular.p3,
    "P4": circular.p4,
    "P5": circular.p5,
    "P6": belief.p6,
    "P7": belief.p7,
    "P8": belief.p8,
    "P9": circular.p9,
    "P10": belief.p10,
    "P11": belief.p11,
    "P12": costs.p12,
    "P13": costs.p13,
    "P14": costs.p14,
    "P15": costs.p15,
    "P16": costs.p16,
    "P17": costs.p17,
    "P18": costs.p18,
    "P19": costs.p19,
    "P20": betting.p20,
    "P21": betting.p21,
    "P22": betting.p22,
    "P23": costs.p23,
    "P24": belief.p24,
}
SHORTEST = CUT_QUARTER + 10


def run_experiments(
    names: Sequence[str],
    *,
    runs: int = 500,
    quarters: int = 32,
    seed: int = 1,
    parameters: str = "posterior",
    progress: Progress | None = None,
) -> tuple[Answer, ...]:
    """The answers to some propositions; arms that they share are run once.

    Raises
    ------
    NotFound
        No such proposition.
    InputError
        Too few quarters or runs to measure anything.
    """
    keys = [name.strip().upper() for name in names]
    for key, name in zip(keys, names, strict=True):
        if key not in EXPERIMENTS:
            raise NotFound(key="machine.proposition_unknown", name=name, known=list(EXPERIMENTS))
    if quarters < SHORTEST or runs < 20:
        raise InputError(key="machine.experiment_small", quarters=SHORTEST, runs=20)
    bench = Bench(runs, quarters, seed, parameters)
    found: list[Answer] = []
    for number, key in enumerate(keys):
        found.append(EXPERIMENTS[key](bench))
        if progress is not None:
            progress(number + 1, len(keys))
    return tuple(found)


def run_experiment(name: str, **options: Any) -> Answer:
    """The answer to one proposition; options as in `run_experiments`."""
    return run_experiments((name,), **options)[0]
