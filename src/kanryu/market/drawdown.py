"""How far a series has fallen from its highest value so far."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from kanryu.core.errors import InputError
from kanryu.market.sweep import Floats


class Drawdown(msgspec.Struct, frozen=True, kw_only=True):
    """The deepest fall: `depth` in [-1, 0] from `peak` to `trough`; `recovered` is where the peak was reached again.

    now : fall of the last value from the highest so far
    """

    depth: float
    peak: str
    trough: str
    recovered: str | None
    now: float
    now_peak: str


def fall_from_peak(values: Sequence[float] | Floats) -> Floats:
    """Fall from the running maximum, float64 (n,), in [-1, 0].

    Raises
    ------
    InputError
        A value that is not positive.
    """
    y = np.asarray(values, dtype=np.float64)
    if len(y) == 0 or not (y > 0).all():
        raise InputError(key="market.not_positive")
    return np.asarray(y / np.maximum.accumulate(y) - 1)


def drawdown(values: Sequence[float] | Floats, labels: Sequence[str]) -> Drawdown:
    """The deepest fall of a price series and where it stands now.

    Examples
    --------
    >>> found = drawdown([100, 200, 50, 120, 210], ["1", "2", "3", "4", "5"])
    >>> found.depth, found.peak, found.trough, found.recovered, found.now
    (-0.75, '2', '3', '5', 0.0)
    """
    y = np.asarray(values, dtype=np.float64)
    falls = fall_from_peak(y)
    trough = int(falls.argmin())
    peak = int(y[: trough + 1].argmax())
    again = np.flatnonzero(y[trough:] >= y[peak])
    return Drawdown(
        depth=float(falls[trough]),
        peak=labels[peak],
        trough=labels[trough],
        recovered=labels[trough + int(again[0])] if len(again) and falls[trough] < 0 else None,
        now=float(falls[-1]),
        now_peak=labels[int(y.argmax())],
    )
