"""What pure random walks do: simulated statistics, critical values and critical lines.

Repetition r draws from `SeedSequence([seed, r])`, so the result is the same for any number of threads and any order,
and more repetitions keep the first ones.

Source: Phillips, Shi, Yu (2015), section 3; lines as in the definitions (bubble, section 2).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import msgspec
import numpy as np

from kanryu.core.errors import UsageError
from kanryu.market.sequences import RULES, Setting, root
from kanryu.market.sweep import Floats, noise_floor, sweep, sweep_lags

Line = Literal["pointwise", "running", "family"]
LINES: tuple[Line, ...] = ("pointwise", "running", "family")
DEFAULT_REPETITIONS = 2000

Draw = Callable[[np.random.Generator], Floats]


class NullSample(msgspec.Struct, frozen=True, kw_only=True):
    """Statistics of simulated series.

    adf, sadf, gsadf : float64 (repetitions,)
    badf, bsadf : float64 (repetitions, ends) or None when sequences were not kept
    """

    levels: int
    setting: Setting
    seed: int
    adf: Floats
    sadf: Floats
    gsadf: Floats
    badf: Floats | None = None
    bsadf: Floats | None = None


class CriticalValue(msgspec.Struct, frozen=True):
    """A quantile of a simulated statistic with its standard error."""

    quantile: float
    value: float
    std_error: float


def random_walk(levels: int) -> Draw:
    """A random walk with N(0, 1) steps and drift 1/T."""

    def draw(generator: np.random.Generator) -> Floats:
        walk = np.empty(levels)
        generator.standard_normal(out=walk)
        walk += 1.0 / levels
        return np.cumsum(walk, out=walk)

    return draw


def generator_of(seed: int, *key: int) -> np.random.Generator:
    """The generator of one repetition."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, *key])))


def simulate(
    levels: int,
    setting: Setting,
    *,
    seed: int,
    repetitions: int = DEFAULT_REPETITIONS,
    draw: Draw | None = None,
    keep: bool = False,
    threads: int | None = None,
) -> NullSample:
    """Statistics of `repetitions` simulated series of `levels` values.

    Parameters
    ----------
    levels : int
        Length of the series.
    setting : Setting
    seed : int
        Required: a critical value without its seed cannot be repeated.
    draw : function of a generator, or None
        Makes one series; a random walk by default.
    keep : bool
        Keep the BADF and BSADF sequences, shape (repetitions, ends).
    threads : int or None
        Threads to use (default: all processors). The result does not depend on it.

    Returns
    -------
    NullSample

    Raises
    ------
    UsageError
        Fewer than 100 repetitions.
    """
    if repetitions < 100:
        raise UsageError(key="market.repetitions", found=repetitions)
    setting = setting.of_length(levels)
    make = draw or random_walk(levels)
    ends = levels - setting.first_end
    badf = np.empty((repetitions, ends)) if keep else None
    bsadf = np.empty((repetitions, ends)) if keep else None
    three = np.empty((3, repetitions))
    begin = setting.first_end - 1
    kernel, kernel_lags = (
        (sweep.compiled, sweep_lags.compiled) if levels * repetitions > 20_000 else (sweep, sweep_lags)
    )

    def work(which: range) -> None:
        with np.errstate(all="ignore"):
            run(which)

    def run(which: range) -> None:
        top, start, whole = (np.full(levels - 1, np.nan) for _ in range(3))
        chosen = np.zeros(levels - 1)
        for repetition in which:
            y = make(generator_of(seed, repetition))
            if setting.lag == 0:
                kernel(y, setting.rows, noise_floor(y), top, start, whole)
            else:
                kernel_lags(
                    y, setting.lag, setting.rows, RULES[setting.rule], noise_floor(y), top, start, whole, chosen
                )
            three[:, repetition] = whole[-1], np.nanmax(whole[begin:]), np.nanmax(top[begin:])
            if badf is not None and bsadf is not None:
                badf[repetition], bsadf[repetition] = root(whole[begin:]), root(top[begin:])

    workers = max(1, min(threads or os.cpu_count() or 1, repetitions))
    parts = [range(i, repetitions, workers) for i in range(workers)]
    if workers == 1:
        work(parts[0])
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, parts))
    adf, sadf, gsadf = root(three)
    return NullSample(
        levels=levels, setting=setting, seed=seed, adf=adf, sadf=sadf, gsadf=gsadf, badf=badf, bsadf=bsadf
    )


def quantile(sample: Floats, probability: float) -> CriticalValue:
    """A quantile and its standard error, from the spread of the order statistics one error of rank away."""
    n = len(sample)
    step = (probability * (1 - probability) / n) ** 0.5
    low, value, high = np.quantile(sample, np.clip([probability - step, probability, probability + step], 0, 1))
    return CriticalValue(probability, float(value), float((high - low) / 2))


def line_of(sample: NullSample, line: Line, probability: float) -> Floats:
    """One critical value for every end of window, float64 (ends,).

    pointwise : the quantile of BSADF at that end
    running : the quantile of the largest BADF up to that end (SADF with that many observations)
    family : the GSADF quantile of the whole sample, a constant
    """
    if sample.bsadf is None or sample.badf is None:
        raise UsageError(key="market.sequences_not_kept")
    if line == "pointwise":
        return np.asarray(np.quantile(sample.bsadf, probability, axis=0))
    if line == "running":
        return np.asarray(np.quantile(np.maximum.accumulate(sample.badf, axis=1), probability, axis=0))
    return np.full(sample.bsadf.shape[1], float(np.quantile(sample.gsadf, probability)))
