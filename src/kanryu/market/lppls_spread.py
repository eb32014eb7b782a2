"""Log-periodic fits over many windows that end on the same day: how far the contested law agrees with itself.

What is reported is the share of accepted fits and the spread of the critical time, never a crash date.
"""

from __future__ import annotations

import msgspec
import numpy as np

from kanryu.core.dates import PartialDate
from kanryu.core.errors import InputError
from kanryu.market.lppls import Filters, LpplsFit, fit_lppls
from kanryu.market.series_file import TimeSeries, read_date
from kanryu.market.sweep import Floats


class LpplsSpread(msgspec.Struct, frozen=True, kw_only=True):
    """Fits over many windows that end on the same day: how far the law agrees with itself.

    confidence : share of accepted fits; tc_low, tc_median, tc_high : 5 %, 50 %, 95 % of the critical times of all fits
    """

    windows: int
    confidence: float
    confidence_negative: float
    tc_low: float
    tc_median: float
    tc_high: float
    last: float
    fits: tuple[LpplsFit, ...]
    filters: Filters


def date_of(label: str) -> PartialDate:
    """The date of a label that the reader of series has accepted."""
    found = read_date(label)
    if found is None:
        raise InputError(key="market.lppls_dates", name=label)
    return found


def spread_of_series(series: TimeSeries, *, is_log: bool) -> LpplsSpread:
    """`lppls_spread` of a series with dates (days counted as proleptic ordinals).

    Raises
    ------
    InputError
        The series has no dates, or too few or not positive values.
    """
    if series.step == "count":
        raise InputError(key="market.lppls_dates", name=series.name)
    if not is_log and not (series.values > 0).all():
        raise InputError(key="market.not_positive")
    days = np.array([date_of(label).last.toordinal() for label in series.labels], dtype=np.float64)
    values = series.values if is_log else np.log(series.values)
    if len(values) < 750:  # short series: windows from half of it on
        return lppls_spread(days, values, shortest=max(30, len(values) // 2), step=max(1, len(values) // 20))
    return lppls_spread(days, values)


def lppls_spread(
    t: Floats,
    log_price: Floats,
    *,
    shortest: int = 125,
    longest: int = 750,
    step: int = 25,
    filters: Filters | None = None,
) -> LpplsSpread:
    """Fits over windows of `shortest` to `longest` observations that end on the last day.

    Returns
    -------
    LpplsSpread
        Share of accepted fits and the spread of the critical time; never a date.

    Raises
    ------
    InputError
        The series is shorter than the shortest window.
    """
    if len(t) < shortest:
        raise InputError(key="market.lppls_input", found=len(t))
    lengths = range(shortest, min(longest, len(t)) + 1, step)
    fits = tuple(fit_lppls(t[-length:], log_price[-length:], filters=filters) for length in lengths)
    low, middle, high = np.quantile([fit.tc for fit in fits], [0.05, 0.5, 0.95])
    return LpplsSpread(
        windows=len(fits),
        confidence=sum(fit.accepted and fit.kind == "positive" for fit in fits) / len(fits),
        confidence_negative=sum(fit.accepted and fit.kind == "negative" for fit in fits) / len(fits),
        tc_low=float(low),
        tc_median=float(middle),
        tc_high=float(high),
        last=float(t[-1]),
        fits=fits,
        filters=filters or Filters(),
    )
