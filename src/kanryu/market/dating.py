"""When a series was explosive: episodes above a critical line, with their sign.

Origin = first end of window above the line, end = last one above it. An episode lasts at least `shortest` steps.
Its sign is that of `y(peak of BSADF) - y(origin - 1)`: BSADF also passes the line in a collapse, and a collapse is
reported as a downturn.

Source: Phillips, Shi, Yu (2015), eq. 7-10. Programs differ in the date they print as the end: psymonitor the last
month above (as here), exuber the first month after.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np

from kanryu.market.sweep import Floats


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch above the line. Indices count levels from 0; `end` is the last one above.

    sign : 1 rise (bubble), -1 fall (crash), 0 no change
    peak_value : BSADF at its peak; None when infinite (an exact fit)
    is_running : the series ends above the line
    """

    start: str
    end: str
    peak: str
    sign: int
    kind: Literal["bubble", "crash", "flat"]
    length: int
    start_index: int
    end_index: int
    peak_index: int
    peak_value: float | None
    is_running: bool


def spans_above(above: np.ndarray, shortest: int = 1, max_gap: int = 0) -> list[tuple[int, int]]:
    """First and last index of every run of True that lasts at least `shortest`.

    Parameters
    ----------
    above : bool (n,)
    max_gap : int
        Runs with at most this many steps between them count as one; 0 merges nothing.

    Examples
    --------
    >>> spans_above(np.array([True, True, False, True]), 1), spans_above(np.array([True, True, False, True]), 2, 1)
    ([(0, 1), (3, 3)], [(0, 3)])
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], above.astype(np.int8), [0]])))
    runs: list[tuple[int, int]] = []
    for first, after in zip(edges[::2].tolist(), edges[1::2].tolist()):
        if runs and first - runs[-1][1] - 1 <= max_gap and max_gap > 0:
            runs[-1] = (runs[-1][0], after - 1)
        else:
            runs.append((first, after - 1))
    return [run for run in runs if run[1] - run[0] + 1 >= shortest]


def date_episodes(
    y: Floats,
    bsadf: Floats,
    line: Floats,
    labels: Sequence[str],
    first_end: int,
    *,
    shortest: int = 1,
    max_gap: int = 0,
) -> tuple[Episode, ...]:
    """Episodes of a series above a critical line.

    Parameters
    ----------
    y : float64 (T,)
        Levels as tested.
    bsadf, line : float64 (ends,)
        The i-th value belongs to the window that ends at level `first_end + i`.
    shortest : int
        Steps an episode must last.
    """
    with np.errstate(invalid="ignore"):
        above = bsadf > line
    found = []
    for first, last in spans_above(above, shortest, max_gap):
        peak = first + int(np.nanargmax(bsadf[first : last + 1]))
        begin, end, top = first + first_end, last + first_end, peak + first_end
        change = y[top] - y[begin - 1]
        sign = int(np.sign(change))
        value = float(bsadf[peak])
        found.append(
            Episode(
                start=labels[begin],
                end=labels[end],
                peak=labels[top],
                sign=sign,
                kind="bubble" if sign > 0 else "crash" if sign < 0 else "flat",
                length=last - first + 1,
                start_index=begin,
                end_index=end,
                peak_index=top,
                peak_value=value if np.isfinite(value) else None,
                is_running=last == len(bsadf) - 1,
            )
        )
    return tuple(found)
