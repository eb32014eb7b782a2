"""What `kanryu fit` does and answers: window, fit, checks, frozen predictions, a rolling origin."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from kanryu import __version__
from kanryu.case.records import Figure
from kanryu.core.errors import InputError
from kanryu.core.results import Origin
from kanryu.machine.calibrate.checks import PriorCheck, Recovery, Sobol, prior_check, recover, sobol
from kanryu.machine.calibrate.fit import Fit, Window, box, fit, observations, settings_of
from kanryu.machine.calibrate.freeze import freeze
from kanryu.machine.calibrate.observed import Point, Target
from kanryu.machine.calibrate.predict import predict
from kanryu.machine.calibrate.score import Later, Score, quarter_of_text, score
from kanryu.machine.calibrate.store import save
from kanryu.machine.simulate import labels

Progress = Callable[[int, int], None]


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """A fitted parameter: prior range, 10%, 50%, 90% of the ensemble."""

    name: str
    low: float
    high: float
    q10: float
    q50: float
    q90: float


class FitResult(msgspec.Struct, frozen=True, kw_only=True):
    """The fit: errors by target, what was learned about each parameter, checks, checksums."""

    until: str
    known_by: str
    errors: dict[str, float]
    counts: dict[str, int]
    overall_error: float
    parameters: tuple[Learned, ...]
    settings: dict[str, Any]
    runs_used: int
    draws: int
    predictions_sha256: str
    folder: str
    prior: PriorCheck | None
    recovery: Recovery | None
    sobol: Sobol | None
    rolling: Score | None
    origin: Origin


def window_of(until: str, known_by: dt.date | None) -> Window:
    """The window that ends with a quarter.

    Raises
    ------
    InputError
        No quarter between 2023Q4 and 2025Q4: later figures are for scoring only.
    """
    number = quarter_of_text(until)
    if number is None or "Q" not in until.upper() or not 3 <= number <= 11:
        raise InputError(key="machine.window_range", found=until)
    year, quarter = 2023 + number // 4, number % 4 + 1
    last = dt.date(year, 3 * quarter, calendar.monthrange(year, 3 * quarter)[1])
    return Window(last_quarter=number, known_by=known_by or last)


def fit_case(
    figures: Sequence[Figure],
    *,
    until: str = "2025Q4",
    known_by: dt.date | None = None,
    population: int = 3000,
    rounds: int = 18,
    keep: int = 256,
    ahead: int = 8,
    seed: int = 1,
    out: Path | None = None,
    origin_until: str | None = None,
    with_prior_check: bool = False,
    trials: int = 0,
    sobol_output: str | None = None,
    progress: Progress | None = None,
) -> FitResult:
    """Fit to reported figures, run the checks asked for, and freeze predictions.

    Raises
    ------
    InputError
        Window or figures cannot be used.
    """
    window = window_of(until, known_by)
    observed = observations(figures, window)
    settings = settings_of(figures, window)
    found = fit(
        observed, settings, window, seed=seed, population=population, rounds=rounds, keep=keep, progress=progress
    )
    frozen = predict(found, observed, ahead=ahead, seed=seed, version=__version__)
    if out is not None:
        save(found, out / "posterior.csv")
        freeze(frozen, out / "predictions.json")
    rolling = None
    if origin_until is not None:
        rolling = rolling_origin(
            figures, window_of(origin_until, None), window, seed=seed, population=population, rounds=rounds
        )
    names, low, high = box()
    q10, q50, q90 = np.quantile(found.draws, (0.1, 0.5, 0.9), axis=0)
    weights = {t.key: t.weight for t in observed if t.key in found.errors}
    total_weight = sum(weights.values())
    overall = float(np.sqrt(sum(weights[k] * found.errors[k] ** 2 for k in weights) / total_weight))
    return FitResult(
        until=until,
        known_by=window.known_by.isoformat(),
        errors=found.errors,
        counts=found.counts,
        overall_error=overall,
        parameters=tuple(
            Learned(
                name=n, low=float(low[i]), high=float(high[i]), q10=float(q10[i]), q50=float(q50[i]), q90=float(q90[i])
            )
            for i, n in enumerate(names)
        ),
        settings=settings,
        runs_used=found.runs_used,
        draws=len(found.draws),
        predictions_sha256=frozen.checksum(),
        folder=str(out or ""),
        prior=prior_check(seed=seed) if with_prior_check else None,
        recovery=recover(observed, settings, window, trials=trials, seed=seed) if trials else None,
        sobol=sobol(found.names, found.draws, settings, output=sobol_output, quarter=window.last_quarter, seed=seed)
        if sobol_output
        else None,
        rolling=rolling,
        origin=Origin(
            definition="machine.definition_fit",
            inputs={
                "until": until,
                "known_by": window.known_by.isoformat(),
                "seed": seed,
                "population": population,
                "rounds": rounds,
            },
            assumptions=("machine.assumed_opening", "machine.assumed_turn"),
            coverage={"targets": len(found.counts), "values": sum(found.counts.values())},
        ),
    )


def rolling_origin(
    figures: Sequence[Figure], early: Window, late: Window, *, seed: int, population: int, rounds: int
) -> Score:
    """Fit to an early window and score what came after it inside the late one."""
    observed = observations(figures, early)
    settings = settings_of(figures, early)
    found: Fit = fit(observed, settings, early, seed=seed, population=population, rounds=rounds)
    ahead = late.last_quarter - early.last_quarter
    frozen = predict(found, observed, ahead=ahead, seed=seed, version=__version__)
    later: list[Later] = []
    everything: dict[Target, list[Point]] = observations(figures, late)
    names = labels(late.last_quarter + 1)
    for target, points in everything.items():
        if target.span == "year" or target not in observed:
            continue
        later += [
            Later(entity=target.entity, metric=target.metric, period=names[p.quarter], value=p.value / target.scale)
            for p in points
            if p.quarter > early.last_quarter
        ]
    return score(frozen, later)
