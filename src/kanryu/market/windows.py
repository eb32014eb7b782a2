"""How long the smallest window is, and the two ways to count it.

Phillips, Shi and Yu's programs count levels; the R package exuber counts regression rows. A window of n levels has
n - 1 - lag rows. The two give different sequences, so the convention is an input and is printed with every result.
"""

from __future__ import annotations

import math
from typing import Literal

from kanryu.core.errors import InputError

Counts = Literal["levels", "rows"]


def smallest_window(levels: int) -> int:
    """`floor((0.01 + 1.8 / sqrt(T)) T)`, the rule of Phillips, Shi and Yu (2015).

    Examples
    --------
    >>> smallest_window(100), smallest_window(400), smallest_window(1680)
    (19, 40, 90)
    """
    return math.floor((0.01 + 1.8 / math.sqrt(levels)) * levels + 1e-9)


def rows_of(minimum: int, counts: Counts, lag: int, levels: int) -> int:
    """Regression rows of the smallest window.

    Raises
    ------
    InputError
        Fewer rows than the regression needs (lag + 3), or a window longer than the series.
    """
    rows = minimum if counts == "rows" else minimum - 1 - lag
    if rows < lag + 3:
        raise InputError(key="market.window_short", minimum=minimum, counts=counts, lag=lag, rows=rows, needed=lag + 3)
    if rows > levels - 1 - lag:
        raise InputError(key="market.window_long", minimum=minimum, counts=counts, lag=lag, levels=levels)
    return rows


def shortest_episode(levels: int, delta: float = 1.0) -> int:
    """`floor(delta log T)`: months an episode must last at least (7 for T = 1,680 and delta = 1)."""
    return max(1, math.floor(delta * math.log(levels)))
