"""One window, directly: what the fast loop must give, and what replaces its answer where digits are short.

Columns are centred on their own window mean and made orthogonal one after the other (modified Gram-Schmidt), so the
error grows with the condition of the window and not with its square.
"""

from __future__ import annotations

import math

import numpy as np

from kanryu.market.sweep import BIC, COMPATIBLE, FIXED, SINGULAR, Floats, noise_floor

EXACT = 1e-26  # share of the variance left over below which the fit is exact and the statistic infinite


def adf_window(levels: Floats, lag: int = 0, *, rule: int = FIXED) -> tuple[float, int]:
    """ADF t-statistic of one window of levels, and the lag it used.

    Parameters
    ----------
    levels : float64 (n,)
        The window, in order of time.
    lag : int
        Lagged differences; the longest one when `rule` chooses.
    rule : {FIXED, BIC, COMPATIBLE}
        `market.sweep` says what each means.

    Returns
    -------
    (float, int)
        NaN where the statistic does not exist (constant level or difference, too few rows); infinite for an exact fit.

    Source
    ------
    Dickey, Fuller (1979); Phillips, Shi, Yu (2015), eq. 3.

    Examples
    --------
    >>> round(adf_window(np.array([1.0, 2, 4, 3, 5, 8]))[0], 8)
    0.18156826
    """
    if rule == FIXED:
        return _regress(levels, lag, lag)[0], lag
    answers: list[tuple[float, float, int]] = []
    for used in range(lag + 1):
        drop = lag if rule == BIC else used
        statistic, residual, n = _regress(levels, used, drop)
        if n < used + 2 or math.isnan(statistic):
            continue
        if rule == BIC:
            worth = n * math.log(residual / n) + (used + 2) * math.log(n) if residual > 0 else -math.inf
        else:
            common = len(levels) - 1 - lag
            free, own = common - lag - 2, n - used - 2
            statistic *= math.sqrt(free / own) if free > 0 else math.nan
            worth = (math.log(2 * math.pi) * n + residual) / common + (used + 2) * math.log(common) / common
        answers.append((worth, statistic, used))
    if not answers:
        return math.nan, 0
    _, statistic, used = min(answers, key=lambda answer: answer[0])
    return statistic, used


def _regress(levels: Floats, lag: int, drop: int) -> tuple[float, float, int]:
    """t-statistic, residual sum of squares and number of rows after the first `drop` differences."""
    steps = np.diff(levels)
    n = len(steps) - drop
    free = n - lag - 2
    if free < 1:
        return math.nan, math.nan, max(n, 0)
    columns = [steps[drop - q - 1 : len(steps) - q - 1] for q in range(lag)]
    columns += [levels[drop:-1], steps[drop:]]
    columns = [column - column[0] for column in columns]  # from one value of the window: constants become exact zeros
    columns = [column - column.mean() for column in columns]
    sizes = [float(column @ column) for column in columns]
    x, d = columns[-2], columns[-1]
    for q in range(lag):
        own = float(columns[q] @ columns[q])
        if own <= SINGULAR * sizes[q]:
            return math.nan, math.nan, n
        for other in range(q + 1, lag + 2):
            columns[other] = columns[other] - columns[q] * (float(columns[q] @ columns[other]) / own)
    x, d = columns[-2], columns[-1]
    xx, dd = float(x @ x), float(d @ d)
    floor = n * noise_floor(levels)
    if xx <= floor or dd <= floor or xx <= SINGULAR**2 * sizes[-2]:
        return math.nan, math.nan, n
    slope = float(x @ d) / xx
    left = d - slope * x
    left = left - left.mean()
    residual = float(left @ left)
    if residual <= EXACT * sizes[-1]:
        return (math.copysign(math.inf, slope) if slope else math.nan), 0.0, n
    return slope / math.sqrt(residual / free / xx), residual, n


__all__ = ["BIC", "COMPATIBLE", "FIXED", "adf_window"]
