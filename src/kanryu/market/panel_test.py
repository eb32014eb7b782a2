"""Explosive growth in a panel: the mean of the BSADF sequences of several series, and its largest value.

Critical values come from a bootstrap that draws the same months for all series, so that what moves them together is
kept. Source: Pavlidis et al. (2016), Journal of Real Estate Finance and Economics 53, section 3.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from kanryu.core.errors import InputError
from kanryu.market.bootstrap import exceed_share
from kanryu.market.sequences import LagRule, Setting, compute
from kanryu.market.series_file import TimeSeries
from kanryu.market.simulate import generator_of
from kanryu.market.sweep import Floats
from kanryu.market.windows import Counts


class PanelTest(msgspec.Struct, frozen=True, kw_only=True):
    """`bsadf` is the mean over the series by end of window; `gsadf` its largest value."""

    series: tuple[str, ...]
    gsadf: float
    peak: str
    critical: float
    p_value: float
    repetitions: int
    bsadf: tuple[float | None, ...]


def panel_sequence(values: Sequence[Floats], setting: Setting, *, exact: bool = True) -> Floats:
    """Mean of the BSADF sequences, float64 (ends,); an end without a statistic in any series is NaN."""
    return np.asarray(np.mean([compute(y, setting, exact=exact).bsadf for y in values], axis=0))


def panel_test(
    series: Sequence[TimeSeries],
    *,
    lag: int = 0,
    lag_rule: LagRule = "fixed",
    min_window: int | None = None,
    counts: Counts = "levels",
    seed: int,
    level: float = 0.95,
    repetitions: int = 499,
) -> PanelTest:
    """Panel GSADF with a joint bootstrap.

    Raises
    ------
    InputError
        Fewer than two series, or series that do not cover the same dates.
    """
    if len(series) < 2:
        raise InputError(key="market.panel_few", found=len(series))
    labels = series[0].labels
    for other in series[1:]:
        if other.labels != labels:
            raise InputError(key="market.panel_dates", first=series[0].name, second=other.name)
    setting = Setting.make(len(labels), lag=lag, rule=lag_rule, minimum=min_window, counts=counts)
    observed = panel_sequence([one.values for one in series], setting)
    steps = np.array([np.diff(one.values) for one in series])
    steps -= steps.mean(axis=1, keepdims=True)
    largest = np.empty(repetitions)
    for r in range(repetitions):
        months = generator_of(seed, 1, r).integers(0, steps.shape[1], steps.shape[1])
        rebuilt = np.concatenate([np.zeros((len(series), 1)), np.cumsum(steps[:, months], axis=1)], axis=1)
        largest[r] = np.nanmax(panel_sequence(list(rebuilt), setting, exact=False))
    gsadf = float(np.nanmax(observed))
    return PanelTest(
        series=tuple(one.name for one in series),
        gsadf=gsadf,
        peak=labels[setting.first_end + int(np.nanargmax(observed))],
        critical=float(np.quantile(largest, level)),
        p_value=exceed_share(largest, gsadf),
        repetitions=repetitions,
        bsadf=tuple(v if np.isfinite(v) else None for v in observed.tolist()),
    )
