"""Laws that must hold for any series: section 12 of the bubble definitions."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kanryu.market.attribution import attribute
from kanryu.market.bootstrap import resample, wild
from kanryu.market.concentration import concentration, hhi_limits
from kanryu.market.dating import date_episodes, spans_above
from kanryu.market.drawdown import fall_from_peak
from kanryu.market.lppls import fit_lppls
from kanryu.market.sequences import Setting, compute
from kanryu.market.simulate import random_walk, simulate
from kanryu.market.surface import covered, critical_value, p_value, surface_line
from kanryu.market.valuation import past_percentile

LIMITS = settings(max_examples=25, deadline=None)


def walk(seed, n):
    return np.cumsum(np.random.default_rng(seed).standard_normal(n))


@LIMITS
@given(st.integers(0, 10**6), st.floats(-1e4, 1e4), st.floats(1e-3, 1e4), st.integers(0, 2))
def test_scale_and_shift_change_nothing(seed, shift, scale, lag):
    y = walk(seed, 45)
    setting = Setting.make(45, lag=lag, minimum=12)
    one, other = compute(y, setting), compute(shift + scale * y, setting)
    assert other.bsadf == pytest.approx(one.bsadf, rel=1e-5, abs=1e-5)
    assert other.gsadf == pytest.approx(one.gsadf, rel=1e-5, abs=1e-5)


@LIMITS
@given(st.integers(0, 10**6), st.integers(0, 2))
def test_the_order_of_the_statistics_and_no_look_ahead(seed, lag):
    y = walk(seed, 50)
    setting = Setting.make(50, lag=lag, minimum=12)
    found = compute(y, setting)
    assert (found.bsadf >= found.badf - 1e-12).all()
    assert found.gsadf >= found.sadf >= found.adf
    longer = compute(y, Setting.make(50, lag=lag, minimum=16))
    assert longer.gsadf <= found.gsadf + 1e-12
    shorter = compute(y[:40], setting)
    assert shorter.bsadf.tolist() == pytest.approx(found.bsadf[: len(shorter.bsadf)].tolist(), abs=1e-12)


@LIMITS
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(0, 3), st.floats(-1, 2))
def test_episodes_are_apart_long_enough_and_inside(seed, shortest, max_gap, line):
    y = walk(seed, 80)
    found = compute(y, Setting.make(80, minimum=12))
    labels = [str(i) for i in range(80)]
    episodes = date_episodes(
        y, found.bsadf, np.full(len(found.bsadf), line), labels, found.first_end, shortest=shortest, max_gap=max_gap
    )
    for one in episodes:
        assert found.first_end <= one.start_index <= one.peak_index <= one.end_index < 80
        assert one.length == one.end_index - one.start_index + 1 >= shortest
        assert one.sign == np.sign(y[one.peak_index] - y[one.start_index - 1])
    for one, other in pairwise(episodes):
        assert other.start_index - one.end_index > max_gap + 1


def test_spans_of_nothing():
    assert spans_above(np.zeros(4, dtype=bool)) == []


@pytest.mark.parametrize("threads", [1, 3])
def test_simulation_does_not_depend_on_threads(threads):
    setting = Setting.make(60, minimum=15)
    one = simulate(60, setting, seed=3, repetitions=150, keep=True, threads=threads)
    other = simulate(60, setting, seed=3, repetitions=300, keep=True, threads=2)
    assert one.gsadf.tolist() == other.gsadf[:150].tolist()
    assert one.bsadf.tolist() == other.bsadf[:150].tolist()


@pytest.mark.parametrize(
    "levels",
    [200, pytest.param(800, marks=pytest.mark.slow), pytest.param(1680, marks=pytest.mark.slow)],
)
@pytest.mark.parametrize("counts", ["levels", "rows"])
def test_size_of_the_family_line(levels, counts):
    """5 % +- 1 % of 4,000 fresh random walks pass the family line of the response surface."""
    setting = Setting.make(levels, counts=counts)
    line = surface_line("family", 0.95, levels, setting)[0]
    trial = simulate(levels, setting, seed=77, repetitions=4000)
    assert (trial.gsadf > line).mean() == pytest.approx(0.05, abs=0.01)


def test_the_refined_line_has_no_steps():
    """The refinement fades with the distance from the usual window; a longer smallest window never raises the line."""
    for levels in (400, 1680, 6000):
        usual = Setting.make(levels).minimum
        windows = [int(usual * 2 ** (step / 8)) for step in range(-12, 13)]
        found = [
            critical_value("gsadf", 0.95, levels, Setting.make(levels, minimum=minimum))
            for minimum in dict.fromkeys(windows)
            if covered(levels - 1, Setting.make(levels, minimum=minimum))
        ]
        assert len(found) > 20
        assert all(0 <= one - other < 0.15 for one, other in pairwise(found))


def explosive_design(generator):
    """T = 100, start 100, step 6.79, growth 1 + T^-0.6 from observation 41 to 55, then back to where it began."""
    growth = 1 + 100**-0.6
    y = np.empty(100)
    y[0] = 100.0
    for t in range(1, 100):
        step = 6.79 * generator.standard_normal()
        if t == 55:
            y[t] = y[40] + step
        else:
            y[t] = (growth if 40 <= t < 55 else 1.0) * y[t - 1] + step
    return y


def test_power_on_the_published_design():
    setting = Setting.make(100)
    line = critical_value("gsadf", 0.95, 100, setting)
    sample = simulate(100, setting, seed=12, repetitions=1000, draw=explosive_design)
    rate = (sample.gsadf > line).mean()
    assert rate == pytest.approx(0.77, abs=0.04)  # most runs, not all


def test_p_values_fall_and_match_quantiles():
    setting = Setting.make(300)
    at = [p_value("gsadf", v, 300, setting).value for v in (0.5, 1.0, 1.5, 2.0, 2.5)]
    assert at == sorted(at, reverse=True)
    for level in (0.9, 0.95, 0.99):
        value = critical_value("gsadf", level, 300, setting)
        assert p_value("gsadf", value, 300, setting).value == pytest.approx(1 - level, abs=1e-9)


def jump(generator):
    """A random walk whose standard deviation jumps by a factor of ten half-way."""
    steps = generator.standard_normal(100)
    steps[50:] *= 10
    return np.cumsum(steps)


@pytest.mark.slow
def test_wild_bootstrap_keeps_its_size_when_the_variance_jumps():
    """The plain critical value rejects far too often; the wild bootstrap stays near 5 %."""
    setting = Setting.make(100, minimum=20)
    plain = critical_value("gsadf", 0.95, 100, setting)
    walks = [jump(np.random.default_rng([5, i])) for i in range(300)]
    statistics = [compute(y, setting, exact=False).gsadf for y in walks]
    assert np.mean(np.array(statistics) > plain) > 0.3
    wilds = [np.quantile(wild(y, setting, seed=i, repetitions=199, threads=1).gsadf, 0.95) for i, y in enumerate(walks)]
    assert np.mean(np.array(statistics) > np.array(wilds)) == pytest.approx(0.05, abs=0.03)


def test_one_common_draw_would_be_no_bootstrap():
    """Every residual gets its own weight: two rebuilt series differ by more than their scale."""
    y = walk(1, 80)
    setting = Setting.make(80, minimum=20)
    sample = wild(y, setting, seed=1, repetitions=100)
    assert np.std(sample.gsadf) > 0.2  # a common draw would leave every statistic the same
    horizon = resample(y, setting, horizon=12, seed=1, repetitions=200)
    assert horizon.levels == setting.first_end + 12
    assert np.std(horizon.gsadf) > 0.2


def test_random_walk_has_the_stated_drift():
    y = random_walk(50)(np.random.default_rng(0))
    assert np.diff(y).mean() == pytest.approx(np.random.default_rng(0).standard_normal(50)[1:].mean() + 0.02, abs=1e-9)


@LIMITS
@given(st.lists(st.floats(0.01, 100), min_size=2, max_size=12))
def test_concentration_laws(values):
    found = concentration(values)
    assert 1 / len(values) - 1e-12 <= found.hhi <= 1 + 1e-12
    assert concentration([values[0] + values[1], *values[2:]]).hhi >= found.hhi - 1e-12
    shares = sorted((v / sum(values) for v in values), reverse=True)
    limits = hhi_limits(shares[: max(1, len(shares) // 2)], len(shares))
    assert limits.low - 1e-9 <= found.hhi <= limits.high + 1e-9


@LIMITS
@given(st.lists(st.tuples(st.floats(1, 100), st.floats(1, 100), st.floats(-1, 1)), min_size=1, max_size=10))
def test_contributions_add_up(members):
    start = {str(i): m[0] for i, m in enumerate(members)}
    end = {str(i): m[1] for i, m in enumerate(members)}
    issued = {str(i): m[2] for i, m in enumerate(members)}
    found = attribute(start, end, issued)
    whole = (sum(end.values()) - sum(start.values()) - sum(issued.values())) / sum(start.values())
    assert sum(found.contributions.values()) == pytest.approx(whole, abs=1e-12)
    assert (found.shares is None) == (abs(found.index_return) < 0.02)


@LIMITS
@given(st.lists(st.floats(0.1, 100), min_size=2, max_size=40))
def test_falls_and_ranks_never_look_ahead(values):
    assert fall_from_peak(values)[:-1].tolist() == fall_from_peak(values[:-1]).tolist()
    assert past_percentile(values)[1:-1].tolist() == past_percentile(values[:-1])[1:].tolist()
    assert (fall_from_peak(values) <= 0).all()


def test_log_periodic_fit_returns_what_was_put_in():
    t = np.arange(400.0)
    left = 430.0 - t
    y = (
        7
        - 0.3 * left**0.45
        + 0.012 * left**0.45 * np.cos(8 * np.log(left))
        + 0.009 * left**0.45 * np.sin(8 * np.log(left))
    )
    found = fit_lppls(t, y)
    assert (found.tc, found.m, found.w) == pytest.approx((430, 0.45, 8), abs=1e-6)
    assert (found.a, found.b, found.c1, found.c2) == pytest.approx((7, -0.3, 0.012, 0.009), abs=1e-6)
    shifted = fit_lppls(t + 730_000, y)
    assert shifted.tc - 730_000 == pytest.approx(found.tc, abs=1e-6)
    assert (shifted.m, shifted.w) == pytest.approx((found.m, found.w), abs=1e-6)
