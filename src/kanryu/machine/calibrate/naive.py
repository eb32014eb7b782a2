"""Naive rules that a model has to beat: each gives a predictive sample for a series from its own past.

All work on logarithms of values at (possibly uneven) quarters and add the noise that they made in the past.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import curve_fit

from kanryu.machine.books import draws
from kanryu.machine.calibrate.observed import Point

Array = npt.NDArray[np.float64]
RULES = ("random walk with drift", "AR(1) growth", "last growth", "logistic")


def _steps(points: list[Point]) -> tuple[Array, Array, Array]:
    quarters = np.array([p.quarter for p in points], dtype=np.float64)
    logs: Array = np.log(np.array([p.value for p in points], dtype=np.float64))
    growth: Array = (logs[1:] - logs[:-1]) / (quarters[1:] - quarters[:-1])
    return quarters, logs, growth


def _spread(growth: Array, fallback: float = 0.15) -> float:
    return max(float(np.std(growth, ddof=1)), 0.02) if len(growth) >= 3 else fallback


def _exp(logs: Array) -> Array:
    return np.asarray(np.exp(logs), dtype=np.float64)


def _noise(seed: int, name: str, size: int, count: int) -> Array:
    return draws.normals(seed, f"naive-{name}", np.arange(size, dtype=np.uint64), 0, count)


def random_walk(points: list[Point], ahead: int, size: int, seed: int) -> Array:
    """Drift = mean past growth; noise = its spread, summed over quarters."""
    _, logs, growth = _steps(points)
    drift = float(np.mean(growth)) if len(growth) else 0.0
    noise = _noise(seed, "walk", size, max(ahead, 1))
    return _exp(logs[-1] + drift * ahead + _spread(growth) * noise[:ahead].sum(axis=0))


def autoregressive(points: list[Point], ahead: int, size: int, seed: int) -> Array:
    """Growth follows an AR(1) fitted by least squares (mean reversion kept between 0 and 0.95)."""
    _, logs, growth = _steps(points)
    if len(growth) < 4:
        return random_walk(points, ahead, size, seed)
    mean = float(growth.mean())
    gap = growth - mean
    slope = float(np.clip(float(gap[:-1] @ gap[1:]) / max(float(gap[:-1] @ gap[:-1]), 1e-12), 0.0, 0.95))
    spread = _spread(gap[1:] - slope * gap[:-1])
    noise = _noise(seed, "ar", size, max(ahead, 1))
    level, state = np.full(size, logs[-1]), np.full(size, gap[-1])
    for step in range(ahead):
        state = slope * state + spread * noise[step]
        level = level + mean + state
    return _exp(level)


def last_growth(points: list[Point], ahead: int, size: int, seed: int) -> Array:
    """The growth of the last step goes on; noise = how much growth changed from step to step."""
    _, logs, growth = _steps(points)
    last = float(growth[-1]) if len(growth) else 0.0
    change: Array = growth[1:] - growth[:-1]
    spread = max(float(np.std(change)), 0.02) if len(change) >= 3 else 0.2
    noise = _noise(seed, "last", size, max(ahead, 1))
    level, state = np.full(size, logs[-1]), np.full(size, last)
    for step in range(ahead):
        state = state + spread * noise[step]
        level = level + state
    return _exp(level)


def logistic(points: list[Point], ahead: int, size: int, seed: int) -> Array:
    """A logistic curve through the past, least squares on logarithms; noise = its residuals."""
    quarters, logs, _ = _steps(points)
    if len(points) < 5:
        return random_walk(points, ahead, size, seed)

    def curve(t: Array, top: float, rate: float, middle: float) -> Array:
        return np.asarray(top - np.logaddexp(0.0, -rate * (t - middle)), dtype=np.float64)

    try:
        best, _ = curve_fit(
            curve,
            quarters,
            logs,
            p0=(logs.max() + 1.0, 0.3, quarters[-1]),
            bounds=((logs.max(), 0.01, quarters[0] - 20), (logs.max() + 6.0, 3.0, quarters[-1] + 40)),
            maxfev=5000,
        )
    except RuntimeError:
        return random_walk(points, ahead, size, seed)
    residual = logs - curve(quarters, *best)
    noise = _noise(seed, "logistic", size, 1)[0]
    centre = curve(np.array([quarters[-1] + ahead]), *best)[0]
    return _exp(centre + max(float(np.std(residual)), 0.03) * np.sqrt(max(ahead, 1)) * noise)


FUNCTIONS = {
    "random walk with drift": random_walk,
    "AR(1) growth": autoregressive,
    "last growth": last_growth,
    "logistic": logistic,
}
