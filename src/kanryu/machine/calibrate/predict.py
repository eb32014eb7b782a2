"""The predictive distribution of reported series, frozen with a checksum before any later figure is read.

Each run of the ensemble carries a series forward from its last reported value by the model's own growth, with the noise
that one-quarter predictions of this kind made inside the window. Runs that were closer to the latest reported values
count more (one step of a particle filter over the ensemble).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from kanryu.machine.books import draws
from kanryu.machine.calibrate.fit import Fit, Window, simulate_draws
from kanryu.machine.calibrate.naive import FUNCTIONS, RULES
from kanryu.machine.calibrate.observed import Point, Target, model_value

Array = npt.NDArray[np.float64]
LEVELS = tuple(round(0.025 * k, 3) for k in range(1, 40))
PARTICLES = 1024
FILTER_WIDTH = 0.35  # log distance that the filter forgives, per series
FEWEST = 3  # reported values needed before a series is predicted


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """One predicted value: quantiles at 2.5%, 5% ... 97.5% for the model and each naive rule, in the series' unit."""

    entity: str
    metric: str
    quarter: int
    span: str
    scale: float
    anchored_on: int
    model: tuple[float, ...]
    naive: dict[str, tuple[float, ...]]


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """All predictions made from one window, with what they were made from."""

    version: str
    last_quarter: int
    known_by: dt.date
    seed: int
    draws_sha256: str
    levels: tuple[float, ...]
    predictions: tuple[Prediction, ...]

    def checksum(self) -> str:
        """SHA-256 of the predictions as stored."""
        return hashlib.sha256(encode(self)).hexdigest()


def encode(frozen: Frozen) -> bytes:
    """The file that is frozen."""
    return msgspec.json.encode(frozen, order="deterministic") + b"\n"


def predict(
    found: Fit, observed: dict[Target, list[Point]], *, ahead: int = 8, seed: int = 1, version: str = ""
) -> Frozen:
    """Predictive quantiles for every target and the next quarters.

    Parameters
    ----------
    ahead : quarters after the last one of the window
    """
    window: Window = found.window
    last = window.last_quarter + ahead
    series = tuple(dict.fromkeys(target.series for target in observed))
    table = found.draws[np.arange(PARTICLES) % len(found.draws)]
    paths = simulate_draws(found.names, table, found.settings, last + 1, seed=seed, series=series)
    weight = filter_weights(observed, paths, series)
    runs = np.arange(PARTICLES, dtype=np.uint64)
    made: list[Prediction] = []
    for target, points in observed.items():
        usable = [p for p in points if p.quarter >= 0]
        if target.span == "year" or len(usable) < FEWEST:
            continue
        path = paths[series.index(target.series)]
        spread = step_spread(path, usable, weight)
        anchor = usable[-1]
        base = np.log(np.maximum(path[anchor.quarter], 1e-9))
        noise = draws.normals(seed, f"predict-{target.key}", runs, 0, last - anchor.quarter)
        for quarter in range(anchor.quarter + 1, last + 1):
            steps = quarter - anchor.quarter
            growth = np.log(np.maximum(path[quarter], 1e-9)) - base
            sample = np.exp(np.log(anchor.value) + growth + spread * noise[:steps].sum(axis=0))
            model = _short(weighted_quantiles(sample / target.scale, weight, LEVELS))
            naive = {
                rule: _short(np.quantile(FUNCTIONS[rule](usable, steps, PARTICLES, seed) / target.scale, LEVELS))
                for rule in RULES
            }
            made.append(
                Prediction(
                    entity=target.entity,
                    metric=target.metric,
                    quarter=quarter,
                    span=target.span,
                    scale=target.scale,
                    anchored_on=anchor.quarter,
                    model=model,
                    naive=naive,
                )
            )
    return Frozen(
        version=version,
        last_quarter=window.last_quarter,
        known_by=window.known_by,
        seed=seed,
        draws_sha256=hashlib.sha256(np.ascontiguousarray(found.draws).tobytes()).hexdigest(),
        levels=LEVELS,
        predictions=tuple(made),
    )


def filter_weights(observed: dict[Target, list[Point]], paths: Array, series: Sequence[str]) -> Array:
    """Weights of the runs by their distance from the latest reported values, summing to one."""
    distance = np.zeros(paths.shape[2])
    for target, points in observed.items():
        if target.weight <= 0:
            continue
        point = points[-1]
        value = model_value(target, paths[list(series).index(target.series)], point.quarter)
        if value is not None:
            gap = np.log(np.maximum(value, 1e-9) / point.value)
            distance += target.weight * np.minimum(np.square(gap / FILTER_WIDTH), 9.0)
    weight = np.exp(-0.5 * (distance - distance.min()) / 3.0)
    return np.asarray(weight / weight.sum())


def step_spread(path: Array, points: list[Point], weight: Array) -> float:
    """Noise per quarter of this kind of prediction: how far reported growth was from the model's, inside the window."""
    centre = np.array(
        [weighted_quantiles(np.log(np.maximum(path[p.quarter], 1e-9)), weight, (0.5,))[0] for p in points]
    )
    quarters = np.array([p.quarter for p in points])
    gaps = np.diff(np.log([p.value for p in points])) - np.diff(centre)
    scaled = gaps / np.sqrt(np.diff(quarters))
    if len(scaled) < 3:
        return 0.15
    # a third of the largest errors belongs to the first year, when nobody expected the jump: median absolute deviation
    robust = 1.4826 * float(np.median(np.abs(scaled)))
    return float(np.clip(0.5 * robust + 0.5 * np.sqrt(np.mean(np.square(scaled))), 0.02, 0.5))


def weighted_quantiles(sample: Array, weight: Array, levels: Sequence[float]) -> tuple[float, ...]:
    """Quantiles of a weighted sample."""
    order = np.argsort(sample)
    position = np.cumsum(weight[order]) - 0.5 * weight[order]
    return tuple(float(x) for x in np.interp(levels, position, sample[order]))


def _short(quantiles: Iterable[float]) -> tuple[float, ...]:
    """Four digits are more than is known, and keep the frozen file small."""
    return tuple(float(f"{x:.4g}") for x in quantiles)
