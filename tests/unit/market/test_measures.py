"""Small measures with worked examples: falls, valuation, belief, limits, the short seller."""

import numpy as np
import pytest

from kanryu.core.errors import InputError
from kanryu.market.attribution import attribute, best_group_share, group_share, largest_group_share
from kanryu.market.concentration import concentration, gini, hhi_limits
from kanryu.market.drawdown import drawdown
from kanryu.market.herding import herding
from kanryu.market.short_seller import short_seller
from kanryu.market.valuation import (
    belief,
    belief_share,
    cape,
    excess_yield,
    excess_yield_of,
    needed_growth,
    past_percentile,
)


def test_drawdown_without_recovery():
    found = drawdown([1.0, 2.0, 1.5, 0.5, 1.0], ["a", "b", "c", "d", "e"])
    assert (found.depth, found.peak, found.trough, found.recovered) == (-0.75, "b", "d", None)
    assert (found.now, found.now_peak) == (-0.5, "b")


def test_a_fall_needs_positive_prices():
    with pytest.raises(InputError, match="positive"):
        drawdown([1.0, 0.0], ["a", "b"])


def test_cape_uses_the_120_months_before():
    price, earnings = np.full(125, 30.0), np.arange(125.0) + 1
    found = cape(price, earnings)
    assert np.isnan(found[:120]).all()
    assert found[120] == pytest.approx(30 / 60.5)  # mean of 1..120
    assert found[124] == pytest.approx(30 / 64.5)


def test_excess_yield():
    """CAPE 25, long rate 4 %, prices doubled in ten years (7.18 % a year): 4 % - (4 % - 7.18 %)."""
    prices = list(np.linspace(100, 200, 121))
    assert excess_yield(25, 0.04, prices) == pytest.approx(0.04 - (0.04 - (2**0.1 - 1)))
    with pytest.raises(InputError, match="121"):
        excess_yield(25, 0.04, prices[:50])


def test_percentile_counts_ties_half():
    assert past_percentile([1.0, 1.0, 1.0])[1:].tolist() == [0.5, 0.5]


def test_belief():
    """P/E 50 at 10 %: delivered earnings are worth 10 times, a fifth of the price."""
    assert belief_share(50, 0.10) == pytest.approx(0.8)
    assert needed_growth(20, 0.10, 10, 20) == pytest.approx(0.10)  # at the end multiple earnings grow by the return
    found = belief(50)
    assert found.share.low < found.share.central < found.share.high
    assert belief_share(8, 0.10) < 0  # a price below what present earnings are worth
    with pytest.raises(InputError):
        belief_share(-5, 0.1)


def test_a_share_of_nothing_is_refused():
    flat = attribute({"a": 100.0, "b": 100.0}, {"a": 120.0, "b": 81.0})
    assert flat.shares is None
    assert group_share(100, 120, 200, 201, members=1).share is None
    with pytest.raises(InputError, match="members"):
        attribute({"a": 1.0}, {"b": 1.0})


def test_a_group_chosen_afterwards_explains_more():
    start = {"a": 50.0, "b": 30.0, "c": 10.0, "d": 10.0}
    end = {"a": 55.0, "b": 30.0, "c": 40.0, "d": 25.0}
    after, before = best_group_share(start, end, 2), largest_group_share(start, end, 2)
    assert after.share == pytest.approx(45 / 50)
    assert before.share == pytest.approx(5 / 50)
    assert (after.start_weight, before.start_weight) == pytest.approx((0.2, 0.8))


def test_limits_close_when_all_are_known():
    limits = hhi_limits([0.5, 0.3, 0.2], 3)
    assert (limits.low, limits.high) == pytest.approx((0.38, 0.38))
    with pytest.raises(InputError, match="larger"):
        hhi_limits([0.3, 0.1], 3)  # the third would hold 0.6
    with pytest.raises(InputError):
        concentration([])
    assert gini([1, 1]) == 0


def test_herding_finds_what_was_planted():
    rng = np.random.default_rng(0)
    market = 0.05 * rng.standard_normal(400)
    own = rng.standard_normal((400, 8))
    own -= own.mean(axis=1, keepdims=True)
    width = np.maximum(0.02 + 0.3 * np.abs(market) - 2.0 * market**2, 0.001)
    returns = market[:, None] + own / np.abs(own).mean(axis=1, keepdims=True) * width[:, None]
    found = herding(returns)
    assert found.c == pytest.approx(-2.0, abs=0.2)
    assert found.is_herding
    with pytest.raises(InputError):
        herding(returns[:3])


def test_newey_west_agrees_with_statsmodels():
    tools = pytest.importorskip("statsmodels.api")
    returns = np.random.default_rng(1).standard_normal((150, 5)) * 0.03
    found = herding(returns)
    market = returns.mean(axis=1)
    spread = np.abs(returns - market[:, None]).mean(axis=1)
    design = np.column_stack([np.ones(150), np.abs(market), market**2])
    fit = tools.OLS(spread, design).fit(cov_type="HAC", cov_kwds={"maxlags": found.lags, "use_correction": False})
    assert found.t_c == pytest.approx(fit.tvalues[2], rel=1e-9)


def test_right_too_early_loses():
    found = short_seller(seed=1, paths=4000)
    short = {year: ways["short"] for year, ways in found.by_delay.items()}
    assert short[1] > 0 > short[3]
    assert found.by_delay[3]["put"] == -1.0  # the puts of two years have run out
    ways = {one.way: one for one in found.outcomes}
    assert ways["put"].low == -1.0  # a put cannot lose more than its premium
    assert ways["abstain"].mean == 0
    assert 0 < ways["short"].stopped < 1
    again = short_seller(seed=1, paths=4000)
    assert again == found
    with pytest.raises(InputError):
        short_seller(seed=1, fall=1.5)


def test_excess_yield_from_two_price_levels():
    """By hand, 2000-03: 1 / 43.22 = 2.314 %; inflation (171.2 / 128.7)^0.1 - 1 = 2.895 %; 6.26 - 2.895 = 3.365 %."""
    assert excess_yield_of(43.22, 0.0626, 171.2, 128.7) == pytest.approx(-0.01051, abs=1e-5)
    with pytest.raises(InputError):
        excess_yield_of(0, 0.04, 100, 90)
    with pytest.raises(InputError):
        excess_yield_of(20, 0.04, 100, 0)
