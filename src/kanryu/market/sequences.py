"""ADF, SADF, GSADF and the BADF and BSADF sequences of one series."""

from __future__ import annotations

import math
from typing import Literal

import msgspec
import numpy as np

from kanryu.core.errors import InputError
from kanryu.market.regression import adf_window
from kanryu.market.sweep import BIC, COMPATIBLE, FIXED, Floats, noise_floor, sweep, sweep_lags
from kanryu.market.windows import Counts, rows_of, smallest_window

LagRule = Literal["fixed", "bic", "psymonitor"]
RULES = {"fixed": FIXED, "bic": BIC, "psymonitor": COMPATIBLE}
DIGITS_LOST = 1e3  # above this loss of digits the winning window is computed again, directly


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """How a test is done. `rows` is the smallest window in regression rows, whatever it was counted in."""

    lag: int = 0
    rule: LagRule = "fixed"
    minimum: int = 0
    counts: Counts = "levels"
    rows: int = 0

    @staticmethod
    def make(
        levels: int,
        *,
        lag: int = 0,
        rule: LagRule = "fixed",
        minimum: int | None = None,
        counts: Counts = "levels",
    ) -> Setting:
        """A setting for a series of `levels` values; the smallest window by rule unless given.

        Raises
        ------
        InputError
            The window is too short for the lag or longer than the series.
        """
        if lag < 0:
            raise InputError(key="market.lag_negative", found=lag)
        chosen = smallest_window(levels) if minimum is None else minimum
        if minimum is None:  # the rule does not know the lag: leave room for the regression
            chosen = max(chosen, lag + 3 + (lag + 1 if counts == "levels" else 0))
        return Setting(lag=lag, rule=rule, minimum=chosen, counts=counts, rows=rows_of(chosen, counts, lag, levels))

    @property
    def first_end(self) -> int:
        """Index of the level at which the first window ends."""
        return self.rows + self.lag

    def of_length(self, levels: int) -> Setting:
        """The same setting; raises if a series of `levels` values is too short for it."""
        rows_of(self.minimum, self.counts, self.lag, levels)
        return self


class Sequences(msgspec.Struct, frozen=True, kw_only=True):
    """Statistics of one series.

    badf, bsadf : float64 (n,), by end of window; the i-th window ends at level `first_end + i`
    starts : int64 (n,), first level of the winning window of each BSADF; -1 where none exists
    """

    adf: float
    sadf: float
    gsadf: float
    first_end: int
    badf: Floats
    bsadf: Floats
    starts: np.ndarray

    @property
    def sadf_end(self) -> int:
        """Level at which the SADF window ends; -1 if there is none."""
        return _peak(self.badf, self.first_end)

    @property
    def gsadf_end(self) -> int:
        """Level at which the GSADF window ends; -1 if there is none."""
        return _peak(self.bsadf, self.first_end)


def _peak(values: Floats, first: int) -> int:
    return first + int(np.nanargmax(values)) if np.isfinite(values).any() or np.isposinf(values).any() else -1


def compute(y: Floats, setting: Setting, *, exact: bool = True) -> Sequences:
    """All statistics of a series of levels.

    Parameters
    ----------
    y : float64 (T,)
    setting : Setting
    exact : bool
        Compute winning windows again where the fast sums have lost digits (simulations do not need it).

    Returns
    -------
    Sequences
        NaN where a statistic does not exist (a constant window), infinite for an exact fit.

    Source
    ------
    Phillips, Wu, Yu (2011), eq. 5; Phillips, Shi, Yu (2015), eq. 5-6.

    Examples
    --------
    >>> y = np.array([1.0, 2, 4, 3, 5, 8])
    >>> compute(y, Setting.make(6, minimum=3, counts="rows")).bsadf.round(8).tolist()
    [-1.27017059, -0.9258201, 0.24743583]
    """
    n_rows = len(y) - 1
    y = np.ascontiguousarray(y, dtype=np.float64)
    top, start, whole = np.full(n_rows, np.nan), np.full(n_rows, -1.0), np.full(n_rows, np.nan)
    # a power of two takes out the scale without rounding, so that squares of squares neither overflow nor vanish
    largest = float(np.abs(y - y[0]).max())
    exponent = 0 if setting.rule == "psymonitor" or largest == 0 else -math.frexp(largest)[1]
    scaled = np.ldexp(y, exponent)
    floor = noise_floor(scaled)
    with np.errstate(all="ignore"):
        if setting.lag == 0:
            sweep(scaled, setting.rows, floor, top, start, whole)
        else:
            sweep_lags(
                scaled, setting.lag, setting.rows, RULES[setting.rule], floor, top, start, whole, np.zeros(n_rows)
            )
        begin = setting.first_end - 1
        bsadf, badf = root(top[begin:]), root(whole[begin:])
    starts = start[begin:].astype(np.int64)
    if exact:
        _sharpen(y, setting, bsadf, starts)
        _sharpen(y, setting, badf, np.zeros_like(starts))
        np.fmax(bsadf, badf, out=bsadf)
    adf = float(badf[-1])
    return Sequences(
        adf=adf,
        sadf=_largest(badf),
        gsadf=_largest(bsadf),
        first_end=setting.first_end,
        badf=badf,
        bsadf=bsadf,
        starts=starts,
    )


def root(scores: Floats) -> Floats:
    return np.sign(scores) * np.sqrt(np.abs(scores))


def _largest(values: Floats) -> float:
    return float(np.nanmax(values)) if not np.isnan(values).all() else math.nan


def _sharpen(y: Floats, setting: Setting, values: Floats, starts: np.ndarray) -> None:
    """Replace statistics of windows whose fit is so close that the fast sums have lost digits."""
    free = setting.rows + np.arange(len(values)) - np.maximum(starts, 0) - setting.lag - 2
    loss = 1 + values**2 / np.maximum(free, 1)
    for i in np.flatnonzero((loss > DIGITS_LOST) & (starts >= 0)):
        values[i], _ = adf_window(y[starts[i] : setting.first_end + i + 1], setting.lag, rule=RULES[setting.rule])
