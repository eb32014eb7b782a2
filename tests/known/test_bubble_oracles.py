"""Oracles 1, 2, 4 (in part), 11, 13, 14 and 15 of the bubble definitions: worked by hand or by independent programs."""

import numpy as np
import pytest

from kanryu.core.errors import InputError
from kanryu.market.attribution import attribute, implied_share, link, needed_start_weight
from kanryu.market.concentration import concentration
from kanryu.market.herding import dispersion, herding, standard_dispersion
from kanryu.market.sequences import Setting, compute
from kanryu.market.simulate import quantile, simulate
from kanryu.market.surface import covered, critical_value
from kanryu.market.windows import shortest_episode, smallest_window


def rows(levels, minimum, lag=0):
    return Setting.make(levels, lag=lag, minimum=minimum, counts="rows")


def test_oracle_1_six_levels():
    found = compute(np.array([1.0, 2, 4, 3, 5, 8]), rows(6, 3))
    assert found.adf == pytest.approx(0.18156826, abs=1e-8)
    assert found.badf == pytest.approx([-1.27017059, -0.92582010, 0.18156826], abs=1e-8)
    assert found.bsadf == pytest.approx([-1.27017059, -0.92582010, 0.24743583], abs=1e-8)


def test_oracle_2_ten_levels():
    y = np.array([1.0, 2, 4, 3, 5, 8, 13, 20, 31, 30])
    plain = compute(y, rows(10, 4))
    assert plain.badf == pytest.approx(
        [-0.92582010, 0.18156826, 1.68498863, 3.56168820, 6.77307407, 0.53098352], abs=1e-8
    )
    assert plain.bsadf == pytest.approx(
        [-0.92582010, 0.18156826, 1.68498863, 12.54752869, 27.28002933, 0.53098352], abs=1e-8
    )
    lagged = compute(y, rows(10, 5, lag=1))
    assert lagged.badf == pytest.approx([1.23035964, 1.88502644, 2.57717610, 0.03265303], abs=1e-8)
    assert lagged.bsadf == pytest.approx([1.23035964, 2.38584444, 6.55916563, 0.46293420], abs=1e-8)


def test_the_window_rule_and_the_shortest_episode():
    assert [smallest_window(t) for t in (100, 400, 1680)] == [19, 40, 90]
    assert shortest_episode(1680) == 7


def test_levels_and_rows_are_two_conventions():
    """A window of 8 levels has 7 rows at lag 0 and 6 at lag 1."""
    y = np.cumsum(np.random.default_rng(4).standard_normal(60))
    by_levels = compute(y, Setting.make(60, minimum=8, counts="levels"))
    by_rows = compute(y, Setting.make(60, minimum=7, counts="rows"))
    assert by_levels.bsadf.tolist() == by_rows.bsadf.tolist()
    lagged = compute(y, Setting.make(60, lag=1, minimum=8, counts="levels"))
    assert lagged.bsadf.tolist() == compute(y, Setting.make(60, lag=1, minimum=6, counts="rows")).bsadf.tolist()


# T, minimum in rows: SADF and GSADF at 90, 95, 99 %, 10,000 repetitions, and the standard errors for T = 100
TABLE = {
    (100, 19): ((0.996, 1.306, 1.893), (1.672, 1.979, 2.574)),
    (200, 27): ((1.106, 1.405, 2.011), (1.825, 2.120, 2.688)),
    (400, 40): ((1.133, 1.413, 2.000), (1.941, 2.196, 2.700)),
    (800, 58): ((1.230, 1.519, 2.058), (2.073, 2.319, 2.848)),
    (1600, 88): ((1.276, 1.565, 2.099), (2.174, 2.388, 2.792)),
    (1680, 90): ((1.307, 1.568, 2.090), (2.206, 2.429, 2.861)),
}
LEVELS = (0.90, 0.95, 0.99)


@pytest.mark.parametrize(("levels", "minimum"), TABLE)
def test_oracle_4_the_response_surface(levels, minimum):
    for name, values in zip(("sadf", "gsadf"), TABLE[levels, minimum]):
        for level, value in zip(LEVELS, values):
            found = critical_value(name, level, levels, rows(levels, minimum))
            assert found == pytest.approx(value, abs=0.05 if level < 0.99 else 0.08), (name, level)


# 3,000 simulated walks each, minimum in rows: lag, GSADF at 90 and 95 %
LAGGED = {(800, 40, 4): (2.869, 3.193), (800, 40, 2): (2.576, 2.886), (250, 20, 8): (3.682, 4.095)}


@pytest.mark.parametrize(("levels", "minimum", "lag"), LAGGED)
def test_the_response_surface_with_lags(levels, minimum, lag):
    setting = rows(levels, minimum, lag)
    found = [critical_value("gsadf", level, levels, setting) for level in LEVELS[:2]]
    assert found == pytest.approx(LAGGED[levels, minimum, lag], abs=0.1)


def test_the_response_surface_refuses_what_it_never_saw():
    """Lag 8 on 1,680 levels has more room for choosing a window than any simulated walk with that lag."""
    assert covered(1671, rows(1680, 90, 8)) is False
    assert covered(1679, rows(1680, 90)) is True
    with pytest.raises(InputError, match="response surface"):
        critical_value("gsadf", 0.95, 1680, rows(1680, 81, 8))


def test_oracle_4_simulated():
    sample = simulate(100, rows(100, 19), seed=8, repetitions=10_000)
    for name, values in zip(("sadf", "gsadf"), TABLE[100, 19]):
        for level, value in zip(LEVELS, values):
            found = quantile(getattr(sample, name), level)
            assert found.value == pytest.approx(value, abs=0.06 if level < 0.99 else 0.12)
            assert 0.005 < found.std_error < 0.06


def test_oracle_11_herding():
    days = np.array(
        [[0.01, 0.03, -0.01], [-0.02, 0, -0.04], [0.05, 0.02, 0.02], [-0.06, -0.01, -0.05], [0, 0.01, 0.02]]
    )
    market, spread = dispersion(days)
    assert market == pytest.approx([0.01, -0.02, 0.03, -0.04, 0.01], abs=1e-12)
    assert spread == pytest.approx([0.013333, 0.013333, 0.013333, 0.02, 0.006667], abs=1e-6)
    found = herding(days)
    assert (found.a, found.b, found.c) == pytest.approx((0.010256, -0.076923, 7.692308), abs=1e-6)
    assert standard_dispersion(days)[0] == pytest.approx(0.02, abs=1e-12)  # sqrt((0 + .0004 + .0004) / 2)


def test_oracle_13_concentration():
    found = concentration([0.4, 0.3, 0.2, 0.1], tops=(2,))
    assert found.hhi == pytest.approx(0.30)
    assert found.effective_number == pytest.approx(3.333333, abs=1e-6)
    assert found.top[2] == pytest.approx(0.7)


def test_oracle_14_contributions():
    found = attribute({"a": 100, "b": 50, "c": 30, "d": 20}, {"a": 160, "b": 60, "c": 27, "d": 25})
    assert list(found.contributions.values()) == pytest.approx([0.30, 0.05, -0.015, 0.025])
    assert found.index_return == pytest.approx(0.36)
    assert list(found.shares.values()) == pytest.approx([0.833333, 0.138889, -0.041667, 0.069444], abs=1e-6)


def test_contributions_link_over_months():
    """Two months, index 100 -> 110 -> 99: linked contributions add up to -1 %."""
    one = attribute({"a": 60.0, "b": 40.0}, {"a": 72.0, "b": 38.0})
    two = attribute({"a": 72.0, "b": 38.0}, {"a": 60.0, "b": 39.0})
    linked = link([one, two])
    assert sum(linked.values()) == pytest.approx(-0.01, abs=1e-12)
    assert linked["a"] == pytest.approx(0.0, abs=1e-12)  # 60 -> 72 -> 60


def test_oracle_15_claims_need_a_start_weight():
    assert needed_start_weight(0.75, 1.81, 0.25) == pytest.approx(0.293, abs=5e-4)
    assert implied_share(0.293, 1.81, 0.25) == pytest.approx(0.75, abs=5e-4)
