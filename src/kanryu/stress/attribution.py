"""Which of several broken links did how much: alone, last, and on average over the orders of breaking (Shapley).

Definitions of stress, section 8: the loss with all links broken is not the sum of the losses of single breaks.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import factorial
from typing import Any

import msgspec
import numpy as np

EXACT_UP_TO = 7  # links: 2^7 scenarios


class LinkShare(msgspec.Struct, frozen=True, kw_only=True):
    """The part of one link: broken alone, broken last, and its Shapley share with its standard error (0 = exact)."""

    name: str
    alone: float
    last: float
    shapley: float
    standard_error: float


def attribute(
    loss: Callable[[Any], Any], names: tuple[str, ...], *, samples: int = 400, seed: int = 1
) -> tuple[LinkShare, ...]:
    """Shares of a loss among links.

    Parameters
    ----------
    loss : callable
        bool (links, S) -> float64 (S,), the loss of each scenario.
    names : names of the links
    samples : int
        Orders drawn when there are more than seven links.

    Returns
    -------
    tuple of LinkShare
        The Shapley shares add up to the loss of all together (exactly for few links, in the mean for many).

    Examples
    --------
    >>> shares = attribute(lambda broken: np.max(broken, axis=0).astype(float), ("a", "b"))
    >>> [share.shapley for share in shares]
    [0.5, 0.5]
    """
    count = len(names)
    eye = np.eye(count, dtype=bool)
    ends = loss(np.column_stack([np.zeros(count, bool), np.ones(count, bool), eye, ~eye]))
    nothing, everything = float(ends[0]), float(ends[1])
    alone = ends[2 : 2 + count] - nothing
    last = everything - ends[2 + count :]
    if count <= EXACT_UP_TO:
        share, error = _exact(loss, count), np.zeros(count)
    else:
        share, error = _sampled(loss, count, samples, seed)
    return tuple(
        LinkShare(
            name=name,
            alone=float(alone[k]),
            last=float(last[k]),
            shapley=float(share[k]),
            standard_error=float(error[k]),
        )
        for k, name in enumerate(names)
    )


def _exact(loss: Callable[[Any], Any], count: int) -> Any:
    """Shapley shares over all subsets."""
    every = np.array([[bool(code >> k & 1) for code in range(2**count)] for k in range(count)])
    worth = loss(every)
    share = np.zeros(count)
    for k in range(count):
        others = [j for j in range(count) if j != k]
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for chosen in combinations(others, size):
                code = sum(1 << j for j in chosen)
                share[k] += weight * (worth[code | 1 << k] - worth[code])
    return share


def _sampled(loss: Callable[[Any], Any], count: int, samples: int, seed: int) -> tuple[Any, Any]:
    """Means and standard errors over random orders, each used forwards and backwards."""
    generator = np.random.default_rng(np.random.SeedSequence([seed, 8]))
    gains = []
    for _ in range(max(1, samples // 2)):
        order = generator.permutation(count)
        both = []
        for way in (order, order[::-1]):
            steps = np.zeros((count, count + 1), bool)
            for place, link in enumerate(way):
                steps[link, place + 1 :] = True
            worth = loss(steps)
            gain = np.empty(count)
            gain[way] = np.diff(worth)
            both.append(gain)
        gains.append((both[0] + both[1]) / 2)
    table = np.array(gains)
    error = table.std(axis=0, ddof=1) / np.sqrt(len(gains)) if len(gains) > 1 else np.full(count, np.nan)
    return table.mean(axis=0), error
