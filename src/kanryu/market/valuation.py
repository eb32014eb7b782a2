"""Value against own history, and how much of a price rests on growth that has not happened yet.

CAPE and its percentile look at the past only. The belief share splits a price into what delivered earnings are worth
if they never grow, and the rest: what believed growth is worth. Both depend on the required return, so they are given
over a range of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from kanryu.core.errors import InputError
from kanryu.core.money import Interval
from kanryu.market.sweep import Floats

TEN_YEARS = 120


def cape(real_price: Floats, real_earnings: Floats) -> Floats:
    """Real price over the mean of the last 120 months of real earnings (months t-120 .. t-1), float64 (n,).

    NaN for the first 120 months and where an input is missing.

    Source
    ------
    Campbell, Shiller (1998), Journal of Portfolio Management 24.
    """
    price, earnings = np.asarray(real_price, dtype=np.float64), np.asarray(real_earnings, dtype=np.float64)
    out = np.full(len(price), np.nan)
    for t in range(TEN_YEARS, len(price)):
        out[t] = price[t] / earnings[t - TEN_YEARS : t].mean()
    return out


def excess_yield(cape_value: float, long_rate: float, consumer_prices: Sequence[float]) -> float:
    """Excess CAPE yield: 1 / CAPE minus the real long rate (long rate minus mean inflation of the last ten years).

    Parameters
    ----------
    long_rate : float
        A year, as a share (0.04 for 4 %).
    consumer_prices : sequence of float
        The last 121 monthly values of the price index.
    """
    if len(consumer_prices) < TEN_YEARS + 1:
        raise InputError(key="market.ten_years", found=len(consumer_prices))
    return excess_yield_of(cape_value, long_rate, consumer_prices[-1], consumer_prices[-TEN_YEARS - 1])


def inflation_of_ten_years(prices_now: float, prices_then: float) -> float:
    """Mean inflation a year between two values of the price index ten years apart."""
    if prices_now <= 0 or prices_then <= 0:
        raise InputError(key="market.belief_input", found=min(prices_now, prices_then))
    return float((prices_now / prices_then) ** (1 / 10) - 1)


def excess_yield_of(cape_value: float, long_rate: float, prices_now: float, prices_then: float) -> float:
    """`excess_yield` from the price index of the month and of the same month ten years before.

    Examples
    --------
    >>> round(excess_yield_of(43.22, 0.0626, 171.2, 128.7), 4)
    -0.0105
    """
    if cape_value <= 0:
        raise InputError(key="market.belief_input", found=cape_value)
    return float(1 / cape_value - (long_rate - inflation_of_ten_years(prices_now, prices_then)))


def past_percentile(values: Sequence[float] | Floats) -> Floats:
    """Share of all earlier values that each value exceeds (half of the ties), float64 (n,); never looks ahead.

    Examples
    --------
    >>> past_percentile([1.0, 2.0, 1.5, 3.0]).tolist()
    [nan, 1.0, 0.5, 1.0]
    """
    y = np.asarray(values, dtype=np.float64)
    out = np.full(len(y), np.nan)
    for t in range(1, len(y)):
        out[t] = (np.count_nonzero(y[:t] < y[t]) + 0.5 * np.count_nonzero(y[:t] == y[t])) / t
    return out


class Belief(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a price that rests on growth not yet delivered, over a range of required returns.

    share : 1 - (earnings / required return) / price; low at the low required return
    growth : earnings growth a year over `years` that the price needs, after which the multiple is `end_multiple`
    """

    price_earnings: float
    required_return: tuple[float, float]
    share: Interval
    growth: Interval
    years: int
    end_multiple: float


def belief_share(price_earnings: float, required_return: float) -> float:
    """Share of a price that is not covered by present earnings going on for ever.

    Source
    ------
    Miller, Modigliani (1961), Journal of Business 34, eq. 12: value = earnings / r + value of growth.

    Examples
    --------
    >>> round(belief_share(50, 0.10), 3)
    0.8
    """
    if price_earnings <= 0 or required_return <= 0:
        raise InputError(key="market.belief_input", found=min(price_earnings, required_return))
    return 1 - 1 / (price_earnings * required_return)


def needed_growth(price_earnings: float, required_return: float, years: int, end_multiple: float) -> float:
    """Growth of earnings a year that a price needs, if nothing is paid out and the multiple ends at `end_multiple`.

    Price today times (1 + r)^years = earnings then times `end_multiple`.

    Examples
    --------
    >>> round(needed_growth(50, 0.10, 10, 20), 4)
    0.2056
    """
    if price_earnings <= 0 or end_multiple <= 0 or years < 1:
        raise InputError(key="market.belief_input", found=price_earnings)
    return float((1 + required_return) * (price_earnings / end_multiple) ** (1 / years) - 1)


def belief(
    price_earnings: float,
    *,
    required_return: tuple[float, float] = (0.08, 0.11),
    years: int = 10,
    end_multiple: float = 20.0,
) -> Belief:
    """What a price-earnings ratio asks one to believe.

    Parameters
    ----------
    required_return : (float, float)
        Lowest and highest return a year that the buyer asks for.
    years, end_multiple
        When growth becomes ordinary, and what multiple is paid then.
    """
    low, high = required_return
    middle = (low + high) / 2
    shares = [belief_share(price_earnings, r) for r in (low, middle, high)]
    growths = [needed_growth(price_earnings, r, years, end_multiple) for r in (low, middle, high)]
    return Belief(
        price_earnings=price_earnings,
        required_return=required_return,
        share=Interval(*shares),
        growth=Interval(*growths),
        years=years,
        end_multiple=end_multiple,
    )
