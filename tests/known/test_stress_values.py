"""Oracles 11-17 of the definitions of stress: cross-held value, failure costs, triggers, forced sales, the index."""

import numpy as np
import pytest

from kanryu.core.errors import InputError
from kanryu.stress.triggers import covenant_holds, fire_sale, leverage_targeting, margin_call, price_move
from kanryu.stress.valuation import cross_held_value, failure_costs, index_effect, revised_value

STAKES = [[0, 0.1], [0.2, 0]]
HALVES = [[0, 0.5], [0.5, 0]]
DEBTS = """0 174862 1960 40311 6679 27015 / 198304 0 2663 227813 2271 54178 / 39458 32977 0 2302 8077 1001
/ 329550 133954 444 0 2108 29938 / 21817 30208 51 3188 0 78005 / 115162 146096 292 26939 21620 0"""
OURS = """.7108 .1283 .1327 .1714 .0723 .1148 / .1775 .7131 .1259 .1065 .0916 .1392
/ .0022 .0017 .6673 .0009 .0005 .0008 / .0670 .1195 .0336 .6933 .0275 .0478
/ .0076 .0033 .0233 .0033 .6707 .0171 / .0350 .0342 .0173 .0247 .1374 .6803"""


def matrix(text):
    return np.array([[float(cell) for cell in row.split()] for row in text.split("/")])


def test_oracle_11_cross_held_value():
    equity, outside = cross_held_value([100.0, 50.0], STAKES)
    assert equity == pytest.approx([750 / 7, 500 / 7], abs=1e-12)
    assert outside.sum() == pytest.approx(150.0)
    assert cross_held_value([100.0, 20.0], STAKES)[0] == pytest.approx([5100 / 49, 2000 / 49], abs=1e-12)


def test_limited_liability_keeps_losses_with_creditors():
    equity, _ = cross_held_value([100.0, -50.0], STAKES)
    assert equity == pytest.approx([100.0, 0.0])
    assert cross_held_value([100.0, -50.0], STAKES, limited=False)[0][1] < 0


def test_oracle_12_one_percent_more_costs_most_of_everything():
    plain = failure_costs([10.0, 8.0], HALVES, [9.0, 8.5], [5.0, 5.0])
    assert plain.dependency == [pytest.approx([2 / 3, 1 / 3]), pytest.approx([1 / 3, 2 / 3])]
    assert plain.market_value == pytest.approx([56 / 3, 52 / 3])
    assert plain.value == pytest.approx([28 / 3, 26 / 3])
    assert failure_costs([9.6, 8.0], HALVES, [9.0, 8.5], [5.0, 5.0]).value == pytest.approx(
        [9.066667, 8.533333], abs=1e-6
    )
    edge = failure_costs([9.5, 8.0], HALVES, [9.0, 8.5], [5.0, 5.0])
    assert edge.failed == ()
    assert edge.value == pytest.approx([9.0, 8.5])
    below = failure_costs([9.4, 8.0], HALVES, [9.0, 8.5], [5.0, 5.0])
    assert below.value == pytest.approx([59 / 15, 52 / 15])
    assert sorted(i for names in below.failed for i in names) == [0, 1]
    assert edge.least_differs is True


def test_oracle_13_six_countries():
    debts = matrix(DEBTS)
    held = debts.T / debts.sum(axis=1)[None, :] / 3
    found = np.array(failure_costs(np.ones(6), held, np.zeros(6), np.zeros(6)).dependency)
    assert np.max(np.abs(found - matrix(OURS))) < 5.1e-5
    assert found.sum(axis=0) == pytest.approx(np.ones(6))


def test_revision_of_earnings():
    assert float(revised_value(10.0, 30.0, 5.0, 0.6, 0.5)) == pytest.approx(178.5)
    assert float(revised_value(10.0, 30.0, 5.0, 0.6, 0.0)) == pytest.approx(210.0)
    assert float(revised_value(10.0, 30.0, 50.0, 0.6, 0.5, debt=7.0, cash=2.0)) == pytest.approx(-5.0)


def test_triggers():
    assert margin_call(8.0, 10.0, 0.85, 0.8) == 0.0
    assert margin_call(8.0, 9.0, 0.85, 0.8) == pytest.approx(0.8)
    assert covenant_holds(30.0, 10.0, 4.0, most_leverage=3.0, least_cover=2.0)
    assert not covenant_holds(31.0, 10.0, 4.0, most_leverage=3.0, least_cover=2.0)
    assert not covenant_holds(1.0, 0.0, 0.0, most_leverage=3.0, least_cover=2.0)
    assert float(price_move(10e9, slope=1e-13)) == pytest.approx(0.001)
    assert float(price_move(4.0, daily_volume=1.0, volatility=0.02, y=0.5)) == pytest.approx(0.02)


def test_oracle_14_leverage_targeting():
    found = leverage_targeting([100.0, 50.0], [[0.5, 0.5], [1.0, 0.0]], [9.0, 4.0], [0.001, 0.002], [-0.02, 0.0])
    assert found.sales == pytest.approx([-8.5, -4.5])
    assert found.price == pytest.approx([-0.0085, -0.009])
    assert found.loss == pytest.approx([0.875, 0.425])
    # equity is assets / (1 + debt to equity): 10 and 10
    assert sum(found.loss) / (100 / 10 + 50 / 5) == pytest.approx(0.065)


def test_oracle_15_two_equilibria():
    found = fire_sale([28.0, 80.0, 65.0], [145.0, 435.0, 300.0], [1170.0, 1245.0, 1190.0], limit=44.0, impact=0.000022)
    assert found.fall == pytest.approx(0.0564800850, abs=1e-10)
    assert found.sold == pytest.approx([1.0, 0.0, 0.0])
    assert found.severe_fall == pytest.approx(0.139140217, abs=1e-9)
    assert found.severe_sold == pytest.approx([1.0, 1.0, 1.0])
    assert found.least_differs
    assert found.residual < 1e-14


def test_oracle_16_index():
    found = index_effect([0.08, 0.06, 0.04], [-0.3, -0.2, -0.5])
    assert found.index_return == pytest.approx(-0.056)
    assert found.weights_after == pytest.approx([0.05932, 0.05085, 0.02119], abs=5e-6)
    assert found.loss is None


def test_oracle_17_published_arithmetic():
    """JPMorgan 2025: 30 names are 44 % of the index; -10 % in them costs 2.7 trillion and 95 billion of spending."""
    wealth = 2.7e12 / 0.044
    found = index_effect([0.44], [-0.1], wealth=wealth, mpc=0.035)
    assert found.index_return == pytest.approx(-0.044)
    assert found.loss == pytest.approx(-2.7e12)
    assert found.consumption_loss == pytest.approx(-95e9, rel=0.01)


@pytest.mark.parametrize("stakes", [[[0, 0.6], [0.2, 0]], [[0, 1.0], [0, 0]], [[0, -0.1], [0, 0]]])
def test_impossible_stakes_are_refused(stakes):
    if stakes[0][1] == 0.6:
        cross_held_value([1.0, 1.0], stakes)
        return
    with pytest.raises(InputError):
        cross_held_value([1.0, 1.0], stakes)
