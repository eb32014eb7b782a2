"""How concentrated a market is: Herfindahl index, effective number, top-n share, with limits when only some are known.

State with every number which members, whether share classes are merged, free float or full value, and the date.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from kanryu.core.errors import InputError
from kanryu.core.money import Interval


class Concentration(msgspec.Struct, frozen=True, kw_only=True):
    """hhi in [1/n, 1]; effective_number = 1 / hhi; top : n -> share of the n largest."""

    members: int
    hhi: float
    effective_number: float
    top: dict[int, float]


def concentration(weights: Sequence[float], tops: Sequence[int] = (1, 5, 7, 10)) -> Concentration:
    """Concentration of a whole market.

    Parameters
    ----------
    weights : sequence of float
        Values or shares of all members, not negative; they are divided by their sum.

    Raises
    ------
    InputError
        No members, a negative weight, or all zero.

    Examples
    --------
    >>> found = concentration([0.4, 0.3, 0.2, 0.1], tops=[2])
    >>> round(found.hhi, 12), round(found.effective_number, 6), round(found.top[2], 12)
    (0.3, 3.333333, 0.7)
    """
    values = np.sort(np.asarray(weights, dtype=np.float64))[::-1]
    if len(values) == 0 or not np.isfinite(values).all() or values.min() < 0 or values.sum() <= 0:
        raise InputError(key="market.weights", found=list(weights)[:5])
    shares = values / values.sum()
    hhi = float(shares @ shares)
    return Concentration(
        members=len(shares),
        hhi=hhi,
        effective_number=1 / hhi,
        top={n: float(shares[:n].sum()) for n in tops if n <= len(shares)},
    )


def hhi_limits(largest: Sequence[float], members: int) -> Interval:
    """Limits of the Herfindahl index when only the shares of the largest members are known.

    The rest is spread evenly at the least; at the most it sits in members as large as the smallest known one.

    Parameters
    ----------
    largest : sequence of float
        Shares of the largest members, in [0, 1], together at most 1.
    members : int
        Number of members in all.

    Examples
    --------
    >>> limits = hhi_limits([0.4, 0.3], 4)
    >>> round(limits.low, 6), round(limits.high, 6)
    (0.295, 0.34)
    """
    known = sorted(largest, reverse=True)
    rest = 1 - math.fsum(known)
    others = members - len(known)
    if not known or known[-1] < 0 or rest < -1e-9 or others < 0 or (others == 0 and rest > 1e-9):
        raise InputError(key="market.weights", found=list(largest)[:5])
    rest = max(rest, 0.0)
    if others * known[-1] < rest - 1e-12:
        raise InputError(key="market.weights_not_largest", found=known[-1], rest=rest)
    squares = math.fsum(w * w for w in known)
    low = squares + (rest * rest / others if others else 0.0)
    full = math.floor(rest / known[-1] + 1e-12) if known[-1] > 0 else 0
    left = rest - full * known[-1]
    return Interval(low, None, squares + full * known[-1] ** 2 + left * left)


def gini(weights: Sequence[float]) -> float:
    """Gini coefficient of the weights: 0 all equal, near 1 one holds all.

    Examples
    --------
    >>> gini([1, 1, 1, 1]), round(gini([0, 0, 0, 1]), 6)
    (0.0, 0.75)
    """
    values = np.sort(np.asarray(weights, dtype=np.float64))
    n = len(values)
    return float(max(0.0, 2 * (np.arange(1, n + 1) @ values) / (n * values.sum()) - (n + 1) / n))
