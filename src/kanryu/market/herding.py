"""Do shares move together more when the market moves much: cross-sectional dispersion against the market return.

`CSAD_t = a + b |r_t| + c r_t^2`: with rational pricing dispersion rises in line with the market's move (c = 0);
c < 0 and significant is read as herding. Source: Chang, Cheng, Khorana (2000), Journal of Banking and Finance 24.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from kanryu.core.errors import InputError
from kanryu.market.sweep import Floats


class Herding(msgspec.Struct, frozen=True, kw_only=True):
    """a, b, c of the regression; t_c by Newey-West with `lags`. is_herding: c < 0 at the 5 % level (one-sided)."""

    a: float
    b: float
    c: float
    t_c: float | None
    lags: int
    periods: int
    shares: int
    is_herding: bool | None


def dispersion(returns: Floats) -> tuple[Floats, Floats]:
    """Market return (equal weights) and CSAD of each period, float64 (periods,) each.

    Parameters
    ----------
    returns : float64 (periods, shares)
    """
    market = returns.mean(axis=1)
    return market, np.abs(returns - market[:, None]).mean(axis=1)


def standard_dispersion(returns: Floats) -> Floats:
    """CSSD of each period: `sqrt(sum (r_i - mean)^2 / (N - 1))`, float64 (periods,)."""
    return np.asarray(returns.std(axis=1, ddof=1))


def herding(returns: Sequence[Sequence[float]] | Floats) -> Herding:
    """The herding regression with Newey-West errors (lag `floor(4 (n / 100)^(2/9))`).

    Raises
    ------
    InputError
        Fewer than two shares or five periods.

    Examples
    --------
    >>> days = [[.01, .03, -.01], [-.02, 0, -.04], [.05, .02, .02], [-.06, -.01, -.05], [0, .01, .02]]
    >>> found = herding(days)
    >>> round(found.a, 6), round(found.b, 6), round(found.c, 6)
    (0.010256, -0.076923, 7.692308)
    """
    r = np.asarray(returns, dtype=np.float64)
    if r.ndim != 2 or r.shape[1] < 2 or r.shape[0] < 5 or not np.isfinite(r).all():
        raise InputError(key="market.herding_input", found=str(r.shape))
    market, spread = dispersion(r)
    design = np.column_stack([np.ones(len(market)), np.abs(market), market**2])
    inverse = np.linalg.pinv(design.T @ design)
    beta = inverse @ design.T @ spread
    n = len(market)
    lags = math.floor(4 * (n / 100) ** (2 / 9))
    moments = design * (spread - design @ beta)[:, None]
    middle = moments.T @ moments
    for lag in range(1, lags + 1):
        shifted = moments[lag:].T @ moments[:-lag]
        middle += (1 - lag / (lags + 1)) * (shifted + shifted.T)
    variance = float((inverse @ middle @ inverse)[2, 2])
    t_c = float(beta[2] / math.sqrt(variance)) if variance > 0 and n > 3 else None
    return Herding(
        a=float(beta[0]),
        b=float(beta[1]),
        c=float(beta[2]),
        t_c=t_c,
        lags=lags,
        periods=n,
        shares=r.shape[1],
        is_herding=None if t_c is None else t_c < -1.645,
    )
