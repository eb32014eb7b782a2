"""p-values and critical values for any length, lag and smallest window, without simulating.

A response surface: for each probability, the quantile of each statistic under a random walk as a polynomial in the
number of rows, the rows of the smallest window and the lag. The coefficients are fitted to simulations by
`python -m kanryu.market.make_surface` and shipped in `surface.json` with their seed and their error.

Source: the idea is MacKinnon (1996), Journal of Applied Econometrics 11; the simulations are our own.
"""

from __future__ import annotations

import functools
import math
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from kanryu.core.errors import InputError
from kanryu.market.sequences import Setting
from kanryu.market.simulate import Line
from kanryu.market.sweep import Floats
from kanryu.market.windows import smallest_window

Statistic = Literal["adf", "sadf", "bsadf", "gsadf"]
STATISTICS: tuple[Statistic, ...] = ("adf", "sadf", "bsadf", "gsadf")
_FILE = Path(__file__).with_name("surface.json")
REFINED_FILE = Path(__file__).with_name("surface_refined.json")


class Range(msgspec.Struct, frozen=True):
    """What the simulations covered. Outside it the surface refuses and simulation must be asked for.

    spans : by lag of `Surface.lags`, the largest log(rows / rows of the smallest window)
    """

    rows: tuple[int, int]
    window_rows: tuple[int, int]
    lag: tuple[int, int]
    free_at_least: int
    spans: tuple[float, ...]


class Surface(msgspec.Struct, frozen=True):
    """The fitted coefficients.

    coefficients : statistic -> per lag of `lags`, per probability, one coefficient per term of `terms`; they give the
        inverse hyperbolic sine of the quantile
    rms_gap : statistic -> root mean square of fitted minus simulated quantile at 0.95; mostly noise of the simulation
    """

    seed: int
    repetitions: str
    covers: Range
    probabilities: tuple[float, ...]
    lags: tuple[int, ...]
    coefficients: dict[str, list[list[list[float]]]]
    rms_gap: dict[str, float]


class Refined(msgspec.Struct, frozen=True):
    """What the family line of the surface lacks at the usual smallest window without lags (`refine_surface`).

    coefficients : per probability of the surface, one per term of `refined_terms`; added to the GSADF quantile
    rms_gap : root mean square of smoothed minus simulated gap at 0.95; mostly noise of the simulation
    """

    seed: int
    levels: tuple[int, int]
    walks: dict[str, int]
    coefficients: tuple[tuple[float, ...], ...]
    rms_gap: float


class PValue(msgspec.Struct, frozen=True, kw_only=True):
    """Chance that a random walk reaches the statistic. `bound` says when only a limit is known."""

    value: float
    bound: Literal["", "below", "above"] = ""


@functools.cache
def load() -> Surface:
    """The shipped surface."""
    return msgspec.json.decode(_FILE.read_bytes(), type=Surface)


@functools.cache
def load_refined() -> Refined:
    """The shipped refinement."""
    return msgspec.json.decode(REFINED_FILE.read_bytes(), type=Refined)


def refined_terms(levels: Floats) -> Floats:
    """A cubic in the inverse logarithm of the length, shape (points, 4)."""
    inverse = 1.0 / np.log(np.asarray(levels, dtype=np.float64))
    return np.stack([np.ones_like(inverse), inverse, inverse**2, inverse**3], axis=-1)


def terms(rows: Floats, window_rows: Floats, lag: int) -> Floats:
    """The regressors of the surface for one lag, shape (points, terms)."""
    n, m = np.asarray(rows, dtype=np.float64), np.asarray(window_rows, dtype=np.float64)
    span = np.log(n / m)  # how much room there is for choosing a window
    root = np.sqrt(span)
    small = 1.0 / (m - lag - 2.0)  # one over the degrees of freedom of the smallest window
    one = np.ones_like(n)
    return np.stack(
        [
            one, root, span, span * root, span**2, span**2 * root, span**3,
            small, small**2, small**3, small * root, small * span, small * span * root, small * span**2,
            small**2 * span, small**2 * root, 1 / n, root / n,
        ],
        axis=-1,
    )  # fmt: skip


def covered(rows: int, setting: Setting) -> bool:
    """Whether the simulations behind the surface reach this case."""
    if setting.rule != "fixed":
        return False
    surface = load()
    reach = surface.covers
    if not reach.lag[0] <= setting.lag <= reach.lag[1] or not rows >= setting.rows:
        return False
    above = next(i for i, known in enumerate(surface.lags) if known >= setting.lag)
    below = above if surface.lags[above] == setting.lag else above - 1
    span = math.log(rows / setting.rows)
    return (
        span <= min(reach.spans[below], reach.spans[above]) + 1e-3
        and reach.rows[0] <= rows <= reach.rows[1]
        and reach.window_rows[0] <= setting.rows <= reach.window_rows[1]
        and setting.rows - setting.lag - 2 >= reach.free_at_least
    )


def _quantiles(statistic: Statistic, rows: Floats, window_rows: int, lag: int) -> Floats:
    """Quantiles at all probabilities, shape (points, probabilities), refined where measured, made monotone."""
    found = fitted_quantiles(statistic, rows, window_rows, lag)
    if statistic == "gsadf" and lag == 0:
        found += _refinement(rows, window_rows)
    return np.maximum.accumulate(found, axis=-1)


def _refinement(rows: Floats, window_rows: int) -> Floats:
    """What to add to GSADF quantiles without lags, shape (points, probabilities).

    Measured at the usual window; fades in the logarithm of the window and is nothing at half or twice that window.
    """
    known = load_refined()
    levels = np.asarray(rows, dtype=np.float64) + 1
    usual = np.array([smallest_window(int(n)) - 1.0 for n in levels])
    near = np.clip(1 - np.abs(np.log2(window_rows / usual)), 0.0, 1.0)
    near = np.where((levels >= known.levels[0]) & (levels <= known.levels[1] + 10), near, 0.0)
    return np.asarray(near[:, None] * (refined_terms(levels) @ np.array(known.coefficients).T))


def fitted_quantiles(statistic: Statistic, rows: Floats, window_rows: int, lag: int) -> Floats:
    """Quantiles of the fitted polynomials alone, shape (points, probabilities), made monotone.

    Between two fitted lags, both surfaces are read at the same degrees of freedom and mixed.
    """
    surface = load()
    above = next(i for i, known in enumerate(surface.lags) if known >= lag)
    below = above if surface.lags[above] == lag else above - 1
    share = 0.0 if above == below else (lag - surface.lags[below]) / (surface.lags[above] - surface.lags[below])
    mixed = np.zeros((len(rows), len(surface.probabilities)))
    for index, weight in ((below, 1 - share), (above, share)):
        shift = surface.lags[index] - lag
        design = terms(rows + shift, np.full(len(rows), float(window_rows + shift)), surface.lags[index])
        mixed += weight * np.sinh(design @ np.array(surface.coefficients[statistic][index]).T)
    return np.maximum.accumulate(mixed, axis=-1)


def _require(rows: int, setting: Setting) -> None:
    if not covered(rows, setting):
        reach = load().covers
        raise InputError(
            key="market.surface_outside",
            rows=rows,
            window=setting.rows,
            lag=setting.lag,
            rule=setting.rule,
            low=reach.rows[0],
            high=reach.rows[1],
        )


def p_value(statistic: Statistic, value: float, levels: int, setting: Setting) -> PValue:
    """Chance that a random walk of `levels` values gives `statistic` at least `value`.

    Raises
    ------
    InputError
        The length, lag, window or lag rule lies outside what was simulated: simulate instead.

    Notes
    -----
    Interpolates on the scale of the normal distribution between fitted quantiles; beyond the outermost ones only a
    bound is given. `load().rms_gap` holds the error of the fit.
    """
    rows = levels - 1 - setting.lag
    _require(rows, setting)
    if math.isnan(value):
        raise InputError(key="market.no_statistic", statistic=statistic)
    from scipy.special import ndtr, ndtri

    probabilities = np.array(load().probabilities)
    quantiles = _quantiles(statistic, np.array([float(rows)]), setting.rows, setting.lag)[0]
    if value >= quantiles[-1]:
        return PValue(value=1 - float(probabilities[-1]), bound="below")
    if value <= quantiles[0]:
        return PValue(value=1 - float(probabilities[0]), bound="above")
    return PValue(value=float(1 - ndtr(np.interp(value, quantiles, ndtri(probabilities)))))


def critical_value(statistic: Statistic, probability: float, levels: int, setting: Setting) -> float:
    """The value that a random walk stays below with `probability`.

    Raises
    ------
    InputError
        Outside what was simulated, or a probability beyond the fitted ones.
    """
    return float(critical_values(statistic, probability, np.array([levels]), setting)[0])


def critical_values(statistic: Statistic, probability: float, levels: np.ndarray, setting: Setting) -> Floats:
    """`critical_value` for several lengths, float64 (n,)."""
    from scipy.special import ndtri

    known = np.array(load().probabilities)
    if not known[0] <= probability <= known[-1]:
        raise InputError(key="market.probability_outside", found=probability, low=known[0], high=known[-1])
    rows = np.asarray(levels) - 1 - setting.lag
    _require(int(rows.min()), setting)
    _require(int(rows.max()), setting)
    quantiles = _quantiles(statistic, rows.astype(float), setting.rows, setting.lag)
    return np.array([np.interp(ndtri(probability), ndtri(known), one) for one in quantiles])


def surface_line(line: Line, probability: float, levels: int, setting: Setting) -> Floats:
    """A critical line from the surface, one value per end of window, float64 (ends,).

    The pointwise value at an end is the BSADF quantile of a series that ends there, the running value its SADF
    quantile, the family value the GSADF quantile of the whole sample.
    """
    ends = np.arange(setting.first_end + 1, levels + 1)
    if line == "family":
        return np.full(len(ends), critical_value("gsadf", probability, levels, setting))
    return critical_values("bsadf" if line == "pointwise" else "sadf", probability, ends, setting)
