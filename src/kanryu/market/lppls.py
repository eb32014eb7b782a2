"""Log-periodic power law fits (LPPLS): contested, shown last, and always with the spread of the critical time.

`log p(t) = A + B (tc - t)^m + (tc - t)^m [C1 cos(w log(tc - t)) + C2 sin(w log(tc - t))]`, t in days. For given
(tc, m, w) the rest is linear, so only three numbers are searched: on a grid, then from the best separate cells. The
search has no random numbers. The law has many local minima and no accepted test; it names no crash date.

Source: Filimonov, Sornette (2013), Physica A 392; filters after Sornette et al. (2015), Swiss Finance Institute 15-31.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np

from kanryu.core.errors import InputError
from kanryu.market.sweep import Floats

BOX_M = (0.01, 0.99)
BOX_W = (2.0, 25.0)
REACH = 0.2  # the critical time lies at most this share of the window after its end
GRID_TC, GRID_M, GRID_W = 14, 12, 47
POLISHED = 12  # best separate cells that are polished
UNIT_ROOT_5 = -1.941  # Dickey-Fuller without constant, 5 %


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What an accepted bubble fit must satisfy besides B < 0."""

    m: tuple[float, float] = (0.1, 0.9)
    w: tuple[float, float] = (6.0, 13.0)
    damping: float = 0.8
    oscillations: float = 2.5


class LpplsFit(msgspec.Struct, frozen=True, kw_only=True):
    """One fit. `tc` in the units of `t` (days); `at_bound` names the limits that it sits on.

    kind : "positive" (B < 0), "negative" (B > 0)
    accepted : passes all filters; `failed` names those that it does not pass
    """

    tc: float
    m: float
    w: float
    a: float
    b: float
    c1: float
    c2: float
    squares: float
    damping: float
    oscillations: float
    kind: str
    accepted: bool
    failed: tuple[str, ...]
    at_bound: tuple[str, ...]


def _linear(y: Floats, power: Floats, cosines: Floats, sines: Floats) -> tuple[Floats, Floats]:
    """Least squares on [1, f, f cos, f sin] for many frequencies at once: sums of squares and coefficients."""
    n = len(y)
    waves = np.stack([np.broadcast_to(power, cosines.shape), power * cosines, power * sines], axis=1)
    means = waves.mean(axis=2)
    centred = y - y.mean()
    gram = np.einsum("kin,kjn->kij", waves, waves) - n * means[:, :, None] * means[:, None, :]
    right = waves @ centred
    slope = np.linalg.solve(
        gram + 1e-14 * np.eye(3) * np.trace(gram, axis1=1, axis2=2)[:, None, None], right[..., None]
    )
    slope = slope[..., 0]
    squares = centred @ centred - (slope * right).sum(axis=1)
    constant = y.mean() - (slope * means).sum(axis=1)
    return squares, np.column_stack([constant, slope])


def _at(y: Floats, t: Floats, tc: float, m: float, w: float) -> tuple[Floats, Floats]:
    """Residuals and (A, B, C1, C2) for one (tc, m, w), by orthogonal decomposition."""
    left = tc - t
    power = left**m
    phase = w * np.log(left)
    design = np.column_stack([np.ones_like(t), power, power * np.cos(phase), power * np.sin(phase)])
    coefficients = np.asarray(np.linalg.lstsq(design, y, rcond=None)[0], dtype=np.float64)
    return y - design @ coefficients, coefficients


def fit_lppls(t: Floats, log_price: Floats, *, filters: Filters | None = None) -> LpplsFit:
    """The best fit in the box: tc from the last day + 1 to + 0.2 x window, m in [0.01, 0.99], w in [2, 25].

    Parameters
    ----------
    t : float64 (n,)
        Days (for example proleptic ordinals), increasing.
    log_price : float64 (n,)

    Raises
    ------
    InputError
        Fewer than 30 points, or times that do not increase.

    Notes
    -----
    The result does not depend on a seed or on threads: there are none.
    """
    t, y = np.asarray(t, dtype=np.float64), np.asarray(log_price, dtype=np.float64)
    if len(t) < 30 or len(t) != len(y) or not (np.diff(t) > 0).all() or not np.isfinite(y).all():
        raise InputError(key="market.lppls_input", found=len(t))
    from scipy.optimize import least_squares

    origin = t[-1]
    days = t - origin
    window = -days[0]
    low, high = 1.0, max(1.5, REACH * window)
    tcs = np.geomspace(low, high, GRID_TC)
    ms = np.linspace(0.05, 0.95, GRID_M)
    ws = np.linspace(*BOX_W, GRID_W)
    squares = np.empty((GRID_TC, GRID_M, GRID_W))
    for i, tc in enumerate(tcs):
        left = tc - days
        phase = ws[:, None] * np.log(left)
        cosines, sines = np.cos(phase), np.sin(phase)
        for j, m in enumerate(ms):
            squares[i, j] = _linear(y, left**m, cosines, sines)[0]
    best: tuple[float, Floats] | None = None

    def residual_at(x: Floats) -> Floats:
        return _at(y, days, float(x[0]), float(x[1]), float(x[2]))[0]

    bounds = ([low, BOX_M[0], BOX_W[0]], [high, BOX_M[1], BOX_W[1]])
    for i, j, k in _valleys(squares)[:POLISHED]:
        start = np.clip([tcs[i], ms[j], ws[k]], np.array(bounds[0]) * (1 + 1e-9), np.array(bounds[1]) * (1 - 1e-9))
        found = least_squares(
            residual_at,
            start,
            bounds=bounds,
            x_scale=[max(1.0, 0.05 * window), 0.1, 0.5],
            xtol=1e-13,
            ftol=1e-13,
            gtol=1e-13,
            max_nfev=200,
        )
        if best is None or 2 * found.cost < best[0] - 1e-12:
            best = (2 * float(found.cost), found.x)
    assert best is not None
    tc, m, w = _snap(y, days, best[1], bounds)
    residual, coefficients = _at(y, days, tc, m, w)
    return _judge(t, tc + origin, m, w, coefficients, residual, filters or Filters(), bounds, origin)


def _valleys(squares: Floats) -> list[tuple[int, int, int]]:
    """Grid cells lower than all neighbours, best first: separate starting points."""
    padded = np.pad(squares, 1, constant_values=np.inf)
    lowest = np.ones(squares.shape, dtype=bool)
    n, m, k = squares.shape
    for di in (-1, 0, 1):
        for dj in (-1, 0, 1):
            for dk in (-1, 0, 1):
                if di or dj or dk:
                    lowest &= squares <= padded[1 + di : 1 + di + n, 1 + dj : 1 + dj + m, 1 + dk : 1 + dk + k]
    cells = [(int(i), int(j), int(w)) for i, j, w in np.argwhere(lowest)]
    return sorted(cells, key=lambda cell: float(squares[cell]))


def _snap(y: Floats, days: Floats, x: Floats, bounds: tuple[list[float], list[float]]) -> tuple[float, float, float]:
    """Move a parameter that stops just inside a bound onto it, if that is no worse, and settle the others there."""
    from scipy.optimize import least_squares

    point = [float(v) for v in x]
    for index in range(3):
        for limit in (bounds[0][index], bounds[1][index]):
            if abs(point[index] - limit) > 1e-3 * max(1.0, abs(limit)):
                continue
            free = [i for i in range(3) if i != index]

            def residual(v: Floats, index: int = index, limit: float = limit, free: list[int] = free) -> Floats:
                full = [0.0, 0.0, 0.0]
                full[index] = limit
                full[free[0]], full[free[1]] = float(v[0]), float(v[1])
                return _at(y, days, *full)[0]

            inner = ([bounds[0][i] for i in free], [bounds[1][i] for i in free])
            start = np.clip([point[i] for i in free], np.array(inner[0]) + 1e-9, np.array(inner[1]) - 1e-9)
            found = least_squares(residual, start, bounds=inner, xtol=1e-14, ftol=1e-14, gtol=1e-14)
            before = _at(y, days, *point)[0]
            if 2 * found.cost <= float(before @ before) * (1 + 1e-12):
                point[index], point[free[0]], point[free[1]] = limit, float(found.x[0]), float(found.x[1])
    return point[0], point[1], point[2]


def _judge(
    t: Floats,
    tc: float,
    m: float,
    w: float,
    coefficients: Floats,
    residual: Floats,
    filters: Filters,
    bounds: tuple[list[float], list[float]],
    origin: float,
) -> LpplsFit:
    a, b, c1, c2 = (float(v) for v in coefficients)
    swing = math.hypot(c1, c2)
    damping = m * abs(b) / (w * swing) if swing > 0 else math.inf
    oscillations = w / (2 * math.pi) * math.log((tc - t[0]) / (tc - t[-1]))
    tests = {
        "m": filters.m[0] <= m <= filters.m[1],
        "w": filters.w[0] <= w <= filters.w[1],
        "damping": damping >= filters.damping,
        "oscillations": oscillations >= filters.oscillations,
        "residuals": _is_mean_reverting(residual),
    }
    near = 1e-6
    at_bound = tuple(
        name
        for name, value, low, high in zip(("tc", "m", "w"), (tc - origin, m, w), *bounds)
        if value - low < near or high - value < near
    )
    return LpplsFit(
        tc=float(tc),
        m=m,
        w=w,
        a=a,
        b=b,
        c1=c1,
        c2=c2,
        squares=float(residual @ residual),
        damping=damping,
        oscillations=oscillations,
        kind="positive" if b < 0 else "negative",
        accepted=all(tests.values()),
        failed=tuple(name for name, passed in tests.items() if not passed),
        at_bound=at_bound,
    )


def _is_mean_reverting(residual: Floats) -> bool:
    """Whether a unit root in the residuals is rejected at 5 % (Dickey-Fuller without constant)."""
    level, step = residual[:-1], np.diff(residual)
    own = float(level @ level)
    if own <= 0 or float(residual @ residual) < 1e-18 * len(residual):
        return True  # an exact fit leaves nothing to wander
    slope = float(level @ step) / own
    left = step - slope * level
    error = math.sqrt(float(left @ left) / (len(step) - 1) / own)
    return error == 0 or slope / error < UNIT_ROOT_5
