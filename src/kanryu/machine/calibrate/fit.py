"""Fit the fitted parameters to the reported quarters: cross-entropy search, then an ensemble around it.

Runs are cheap, so the search simulates whole populations with common shocks. The likelihood treats the squared log
error of a series as one observation with the model's own discrepancy, so ten quarters of one smooth curve do not count
as ten independent facts. The ensemble is drawn by sequential importance sampling with a widening factor (population
Monte Carlo), which is ABC with a Gaussian kernel on the summaries.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from kanryu.case.records import Figure
from kanryu.core.errors import InputError
from kanryu.machine.books.parameters import Values
from kanryu.machine.calibrate.observed import TARGETS, Point, Target, model_value, points_of, quarter_number, trend
from kanryu.machine.capital_loop.posterior import fitted_names
from kanryu.machine.capital_loop.quarter import capital_loop, parameters
from kanryu.machine.capital_loop.series import SERIES

Array = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]

DISCREPANCY = 0.30  # log error that the model is expected to make on a whole series
HYPERSCALERS = (
    ("Microsoft", "operating_cash_flow"),
    ("Alphabet", "operating_cash_flow"),
    ("Amazon", "operating_cash_flow"),
    ("Meta", "operating_cash_flow"),
    ("Oracle", "operating_cash_flow"),
)


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """The calibration window: last quarter (0 = 2023Q1) and the day by which a figure must have been public."""

    last_quarter: int = 11
    known_by: dt.date = dt.date(2025, 12, 31)


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """A fitted ensemble.

    names, draws : parameters and their draws (draws, parameters)
    settings : values taken from the window's data directly (core cash flow and its growth)
    errors : root mean square log error by target at the median draw; counts : reported values used
    """

    window: Window
    names: tuple[str, ...]
    draws: Array
    settings: dict[str, Any]
    errors: dict[str, float]
    counts: dict[str, int]
    loss: float
    runs_used: int


def observations(figures: Iterable[Figure], window: Window) -> dict[Target, list[Point]]:
    """All targets with their reported values in the window; those without any are left out."""
    every = [f for f in figures if f.entity in {t.entity for t in TARGETS}]
    found = {
        target: points_of(target, every, last_quarter=window.last_quarter, known_by=window.known_by)
        for target in TARGETS
    }
    return {
        target: points
        for target, points in found.items()
        if any(p.quarter >= (3 if target.span == "year" else 0) for p in points)
    }


def settings_of(figures: Iterable[Figure], window: Window) -> dict[str, Any]:
    """Level and growth of core cash flow and of other vendor sales from the window's own data."""
    every = list(figures)
    levels: list[float] = []
    growth: list[float] = []
    table = parameters()
    for entity, metric in HYPERSCALERS:
        target = Target(entity=entity, metric=metric, series="", scale=1e6)
        # from 2022Q1, so that the first four-quarter mean stands at the opening
        points = [p for p in _with_earlier(target, every, window) if p.quarter >= quarter_number(2022, 1)]
        if len(points) < 6:
            raise InputError(key="machine.too_few_figures", entity=entity, metric=metric, found=len(points))
        level, slope = trend(points)
        levels.append(level)
        growth.append(float(np.clip(slope, table["core_growth"].low, table["core_growth"].high)))
    return {"core_cash": levels, "core_growth": growth, "window": float(window.last_quarter + 1)}


def _with_earlier(target: Target, figures: list[Figure], window: Window) -> list[Point]:
    from kanryu.machine.calibrate.observed import quarter_of

    found: dict[int, Point] = {}
    for f in figures:
        quarter = quarter_of(f)
        known = f.known_on.last if f.known_on is not None else None
        if f.entity != target.entity or f.metric != target.metric or f.value is None or quarter is None:
            continue
        if "Q" not in f.period_text or quarter > window.last_quarter or known is None or known > window.known_by:
            continue
        found[quarter] = Point(quarter=quarter, value=float(f.value) * target.scale, known_on=known)
    return [found[q] for q in sorted(found)]


def values_of(names: Sequence[str], draws: Array, settings: dict[str, Any]) -> Values:
    """Parameter values with one draw a run; draws are (runs, parameters)."""
    base: dict[str, Any] = {name: line.value for name, line in parameters().items()}
    base.update(settings)
    base.update({name: np.ascontiguousarray(draws[:, i]) for i, name in enumerate(names)})
    return Values(base)


def simulate_draws(
    names: Sequence[str], draws: Array, settings: dict[str, Any], quarters: int, *, seed: int, series: Sequence[str]
) -> Array:
    """Named series for one run per draw, (series, quarters, draws). Runs that blow up become not-a-number."""
    readers = {s.name: s.read for s in SERIES}
    found = np.full((len(series), quarters, len(draws)), np.nan)
    size = 1000
    for first in range(0, len(draws), size):
        part = draws[first : first + size]
        numbers = np.arange(first, first + len(part), dtype=np.uint64)
        run = capital_loop().start(numbers, seed=seed, parameters=values_of(names, part, settings))

        def keep(open_run: Any, first: int = first, count: int = len(part)) -> None:
            for i, name in enumerate(series):
                found[i, open_run.quarter, first : first + count] = readers[name](open_run)

        with np.errstate(all="ignore"):
            for _ in range(quarters):
                run.step(keep)
    return found


def losses(observed: dict[Target, list[Point]], simulated: Array, series: Sequence[str]) -> tuple[Array, Array]:
    """Weighted sum of mean squared log errors by draw, and the errors by target (targets, draws)."""
    rows = []
    weights = []
    for target, points in observed.items():
        path = simulated[list(series).index(target.series)]
        errors = []
        for point in points:
            value = model_value(target, path, point.quarter)
            if value is not None:
                errors.append(np.log(np.maximum(value, 1e-9)) - np.log(point.value))
        if errors:
            rows.append(np.mean(np.square(errors), axis=0))
            weights.append(target.weight)
    squared = np.array(rows)
    whole = np.tensordot(np.array(weights), squared, axes=1)
    return np.where(np.isfinite(whole), whole, 1e9), squared


def box() -> tuple[tuple[str, ...], Array, Array]:
    """Names, lower and upper ends of the prior of the fitted parameters."""
    names = fitted_names()
    table = parameters()
    return names, np.array([table[n].low for n in names]), np.array([table[n].high for n in names])


def fit(
    observed: dict[Target, list[Point]],
    settings: dict[str, Any],
    window: Window,
    *,
    seed: int = 1,
    population: int = 2000,
    rounds: int = 14,
    keep: int = 256,
    progress: Progress | None = None,
) -> Fit:
    """Search and ensemble.

    Parameters
    ----------
    population, rounds : simulated parameter sets per round of the search, and rounds
    keep : draws of the ensemble

    Raises
    ------
    InputError
        No target has a reported value in the window.
    """
    used = {t: p for t, p in observed.items() if t.weight > 0}
    if not used:
        raise InputError(key="machine.nothing_to_fit")
    names, low, high = box()
    series = tuple(dict.fromkeys(t.series for t in used))
    quarters = window.last_quarter + 1
    generator = np.random.Generator(np.random.Philox(key=seed))
    start = np.array([float(np.ravel(parameters()[n].value)[0]) for n in names])
    width = high - low
    centre, spread = (start - low) / width, np.full(len(names), 0.22)
    covariance = np.diag(spread**2)
    everything: list[tuple[Array, Array]] = []
    for turn in range(rounds):
        points = _inside(generator.multivariate_normal(centre, covariance, size=population))
        simulated = simulate_draws(names, low + points * width, settings, quarters, seed=seed, series=series)
        loss, _ = losses(used, simulated, series)
        everything.append((points, loss))
        elite = points[np.argsort(loss)[: max(population // 12, 20)]]
        centre = 0.3 * centre + 0.7 * elite.mean(axis=0)
        covariance = 0.3 * covariance + 0.7 * np.cov(elite.T) + np.diag(np.full(len(names), 4e-5))
        if progress is not None:
            progress(turn + 1, rounds + 3)
    points, loss = _ensemble(
        names,
        low,
        width,
        centre,
        covariance,
        used,
        settings,
        quarters,
        series,
        generator,
        seed,
        population,
        progress,
        rounds,
    )
    temperature = 2.0 * DISCREPANCY**2
    weight = np.exp(-(loss - loss.min()) / temperature)
    chosen = _resample(weight, keep, generator)
    draws = low + points[chosen] * width
    middle = np.median(draws, axis=0)[None]
    best = simulate_draws(names, np.repeat(middle, 200, axis=0), settings, quarters, seed=seed + 1, series=series)
    _, squared = losses(used, np.median(best, axis=2, keepdims=True), series)
    targets = list(used)
    return Fit(
        window=window,
        names=names,
        draws=draws,
        settings=settings,
        errors={t.key: float(np.sqrt(squared[i, 0])) for i, t in enumerate(targets)},
        counts={t.key: len(p) for t, p in used.items()},
        loss=float(loss.min()),
        runs_used=population * (rounds + 3),
    )


def _ensemble(
    names: tuple[str, ...],
    low: Array,
    width: Array,
    centre: Array,
    covariance: Array,
    used: dict[Target, list[Point]],
    settings: dict[str, Any],
    quarters: int,
    series: tuple[str, ...],
    generator: np.random.Generator,
    seed: int,
    population: int,
    progress: Progress | None,
    rounds: int,
) -> tuple[Array, Array]:
    """Three rounds of population Monte Carlo around the optimum with a widened proposal; weighted points, flat prior.

    The returned loss includes the correction for the proposal's density, so that exp(-loss / temperature) weighs by
    posterior over proposal.
    """
    temperature = 2.0 * DISCREPANCY**2
    wide = covariance * 2.5 + np.diag(np.full(len(names), 1e-3))
    found_points, found_loss = [], []
    for turn in range(3):
        points = _inside(generator.multivariate_normal(centre, wide, size=population))
        simulated = simulate_draws(
            names, low + points * width, settings, quarters, seed=seed + 10 + turn, series=series
        )
        loss, _ = losses(used, simulated, series)
        gap = points - centre
        log_proposal = -0.5 * np.einsum("ij,jk,ik->i", gap, np.linalg.inv(wide), gap)
        corrected = loss + temperature * np.maximum(log_proposal, -8.0)
        weight = np.exp(-(corrected - corrected.min()) / temperature)
        weight /= weight.sum()
        centre = weight @ points
        wide = np.cov(points.T, aweights=weight) * 1.6 + np.diag(np.full(len(names), 1e-3))
        found_points.append(points)
        found_loss.append(corrected)
        if progress is not None:
            progress(rounds + turn + 1, rounds + 3)
    return np.concatenate(found_points[1:]), np.concatenate(found_loss[1:])


def _inside(points: Array) -> Array:
    """Reflect at the ends of the unit cube."""
    points = np.abs(points)
    return np.clip(1.0 - np.abs(1.0 - points), 0.0, 1.0)


def _resample(weight: Array, keep: int, generator: np.random.Generator) -> npt.NDArray[np.int64]:
    """Systematic resampling."""
    edges = np.cumsum(weight / weight.sum())
    return np.searchsorted(edges, (np.arange(keep) + generator.uniform()) / keep).clip(0, len(weight) - 1)


def draws_csv(found: Fit) -> bytes:
    """The ensemble as a small CSV file: fitted parameters, and the settings of the window in every row."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(found.names)
    for row in found.draws:
        writer.writerow([f"{value:.5g}" for value in row])
    return buffer.getvalue().encode()
