"""Is the fit to be trusted: prior predictive check, recovery of known parameters, Sobol indices."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from kanryu.core.errors import optional
from kanryu.machine.books import draws
from kanryu.machine.calibrate.fit import Fit, Window, box, fit, simulate_draws
from kanryu.machine.calibrate.observed import Point, Target, model_value

Array = npt.NDArray[np.float64]

# physical bounds: no series of the boom years can lie outside them, whatever the parameters (dollars, shares)
BOUNDS: dict[str, tuple[float, float]] = {
    "data_center_nvidia": (1e8, 1e12),  # below the world's capital expenditure on equipment in a quarter
    "capex_five": (1e9, 1.2e12),
    "revenue_labs": (1e5, 5e11),
    "market_value_machine": (1e11, 1.5e14),  # below the value of all listed shares
    "belief": (0.0, 1.0),
    "adoption": (0.0, 1.0),
    "compute_price": (0.05, 20.0),
    "venture_ai": (0.0, 1.0),
}


class PriorCheck(msgspec.Struct, frozen=True, kw_only=True):
    """Share of prior runs that stay finite and inside physical bounds, and by series."""

    runs: int
    quarters: int
    inside: float
    by_series: dict[str, float]
    passes: bool


def prior_check(runs: int = 1000, quarters: int = 12, seed: int = 1) -> PriorCheck:
    """Nine of ten prior runs must stay finite and inside physical bounds."""
    names, low, high = box()
    numbers = np.arange(runs, dtype=np.uint64)
    unit = np.stack([draws.uniforms(seed, f"prior-{name}", numbers, 0, 1)[0] for name in names], axis=1)
    paths = simulate_draws(names, low + unit * (high - low), {}, quarters, seed=seed, series=list(BOUNDS))
    fine = np.ones(runs, dtype=bool)
    by_series: dict[str, float] = {}
    for i, (name, (least, most)) in enumerate(BOUNDS.items()):
        inside = (np.isfinite(paths[i]) & (paths[i] >= least) & (paths[i] <= most)).all(axis=0)
        by_series[name] = float(inside.mean())
        fine &= inside
    share = float(fine.mean())
    return PriorCheck(runs=runs, quarters=quarters, inside=share, by_series=by_series, passes=share >= 0.9)


class Recovery(msgspec.Struct, frozen=True, kw_only=True):
    """Ranks of known parameters in ensembles fitted to their synthetic data; uniform if the fit is calibrated.

    learned : how much narrower the ensemble is than the prior (1 - ratio of standard deviations), by parameter
    within_80 : share of known values inside the 80% band
    """

    trials: int
    ranks: dict[str, list[float]]
    learned: dict[str, float]
    within_80: float


def synthetic(
    observed: dict[Target, list[Point]],
    truth: Array,
    settings: dict[str, Any],
    seed: int,
    quarters: int,
    error: float = 0.15,
) -> dict[Target, list[Point]]:
    """The reported values replaced by what the model with known parameters makes, with reporting error."""
    names, _, _ = box()
    series = tuple(dict.fromkeys(t.series for t in observed))
    path = simulate_draws(names, truth[None], settings, quarters, seed=seed, series=series)
    made: dict[Target, list[Point]] = {}
    for number, (target, points) in enumerate(observed.items()):
        noise = draws.normals(seed, f"error-{number}", np.zeros(1, np.uint64), 0, len(points))[:, 0]
        found = []
        for k, point in enumerate(points):
            value = model_value(target, path[series.index(target.series)], point.quarter)
            if value is not None and np.isfinite(value[0]) and value[0] > 0:
                made_value = float(value[0] * np.exp(error * noise[k]))
                found.append(Point(quarter=point.quarter, value=made_value, known_on=None))
        if found:
            made[target] = found
    return made


def recover(
    observed: dict[Target, list[Point]],
    settings: dict[str, Any],
    window: Window,
    *,
    trials: int = 10,
    seed: int = 1,
    population: int = 600,
    rounds: int = 8,
) -> Recovery:
    """Simulation-based calibration on the periods and series of the real data."""
    names, low, high = box()
    ranks: dict[str, list[float]] = {name: [] for name in names}
    learned: dict[str, list[float]] = {name: [] for name in names}
    inside = []
    for trial in range(trials):
        number = np.array([trial], dtype=np.uint64)
        # the middle 80% of the prior, so that a known value can be on either side of the ensemble
        unit = np.array([0.1 + 0.8 * draws.uniforms(seed, f"truth-{name}", number, 0, 1)[0, 0] for name in names])
        truth = low + unit * (high - low)
        data = synthetic(observed, truth, settings, seed + 100 + trial, window.last_quarter + 1)
        found: Fit = fit(data, settings, window, seed=seed + trial, population=population, rounds=rounds, keep=200)
        for i, name in enumerate(names):
            rank = float(np.mean(found.draws[:, i] < truth[i]))
            ranks[name].append(rank)
            inside.append(0.1 <= rank <= 0.9)
            learned[name].append(1.0 - float(np.std(found.draws[:, i])) / ((high[i] - low[i]) / np.sqrt(12.0)))
    return Recovery(
        trials=trials,
        ranks=ranks,
        learned={name: float(np.mean(values)) for name, values in learned.items()},
        within_80=float(np.mean(inside)),
    )


class Sobol(msgspec.Struct, frozen=True, kw_only=True):
    """First-order and total Sobol indices of one output by parameter, with their 95% half-widths."""

    output: str
    quarter: int
    runs: int
    first: dict[str, float]
    total: dict[str, float]
    total_error: dict[str, float]


def sobol(
    names: tuple[str, ...],
    table: Array,
    settings: dict[str, Any],
    *,
    output: str = "circulating",
    quarter: int = 11,
    base: int = 128,
    seed: int = 1,
) -> Sobol:
    """Indices on the box between the 5% and 95% quantiles of the ensemble.

    Raises
    ------
    MissingExtra
        SALib is not installed.
    """
    sample = optional("SALib.sample.sobol")
    analyze = optional("SALib.analyze.sobol")
    ends = np.quantile(table, (0.05, 0.95), axis=0)
    problem = {"num_vars": len(names), "names": list(names), "bounds": ends.T.tolist()}
    points = sample.sample(problem, base, calc_second_order=False, seed=seed)
    path = simulate_draws(names, np.asarray(points), settings, quarter + 1, seed=seed, series=(output,))[0, quarter]
    path = np.log(np.maximum(np.nan_to_num(path, nan=1.0), 1.0)) if np.nanmax(path) > 10.0 else np.nan_to_num(path)
    found = analyze.analyze(problem, path, calc_second_order=False, seed=seed)
    return Sobol(
        output=output,
        quarter=quarter,
        runs=len(points),
        first={name: float(x) for name, x in zip(names, found["S1"], strict=True)},
        total={name: float(x) for name, x in zip(names, found["ST"], strict=True)},
        total_error={name: float(x) for name, x in zip(names, found["ST_conf"], strict=True)},
    )
