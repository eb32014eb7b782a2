"""Oracles 18, 19 and 21, 22 of the definitions of stress: the DebtRank family and the supply cascade."""

import numpy as np
import pytest

from kanryu.core.errors import InputError, NotFound
from kanryu.stress.debtrank import debtrank, network_value, structural
from kanryu.stress.supply import SupplyWeb

MANUAL = [("1", "2", 1.0), ("2", "1", 10.0), ("2", "3", 3.0), ("3", "1", 3.0), ("3", "2", 2.0)]
EQUITY = {"1": 2.0, "2": 5.0, "3": 2.0}
PAIR = [("1", "2", 0.5), ("2", "1", 0.4)]
LINKS = [(2, 1), (2, 3), (9, 5), (3, 7), (6, 7), (10, 7), (7, 4), (9, 10), (7, 11), (8, 11)]
SECTORS = np.array([1, 2, 1, 3, 4, 2, 4, 1, 2, 3, 5]) - 1


def stress(claims, equity, shock, **more):
    return list(debtrank(claims, equity, shock, **more).stress.values())


def test_oracle_18_closed_form():
    one = {"1": 1.0, "2": 1.0}
    assert stress(PAIR, one, {"1": 0.1, "2": 0.05}) == pytest.approx([0.15625, 0.1125], abs=1e-15)
    assert stress(PAIR, one, {"1": 0.1}) == pytest.approx([0.125, 0.05], abs=1e-15)
    assert stress(PAIR, one, {"1": 0.1}, variant="single") == pytest.approx([0.12, 0.04], abs=1e-15)
    assert stress(PAIR, one, {"1": 0.1}, variant="threshold") == pytest.approx([0.1, 0.0])


@pytest.mark.parametrize(
    ("failed", "variant", "wanted"),
    [
        ("1", "multi", (1.5, 2.6, 2.5)),
        ("2", "multi", (0.5, 2.6, 1.75)),
        ("3", "multi", (0.5, 1.6, 2.75)),
        ("3", "single", (0.3, 1.2, 2.05)),
    ],
)
def test_oracle_19_manual_of_a_package(failed, variant, wanted):
    found = debtrank(MANUAL, EQUITY, {failed: 1.0}, variant=variant)
    assert list(found.stress_uncapped.values()) == pytest.approx(wanted, abs=1e-12)
    assert all(0.0 <= h <= 1.0 for h in found.stress.values())


def test_structural_valuation_lies_between_no_loss_and_all_lost():
    owes = np.array([[0, 4, 0], [0, 0, 3], [2, 0, 0]], float)
    worth, certificate = network_value(np.array([5.0, 4.0, 6.0]), owes.T, owes.sum(axis=1), structural(0.3))
    assert certificate.converged
    assert np.all(worth < np.array([5.0, 4.0, 6.0]) + owes.sum(axis=0) - owes.sum(axis=1))
    calm, _ = network_value(np.array([5.0, 4.0, 6.0]), owes.T, owes.sum(axis=1), structural(0.01))
    assert np.all(calm >= worth)


def test_bad_input_is_named():
    with pytest.raises(InputError, match="cannot be negative"):
        debtrank([("a", "b", -1.0)], {"a": 1.0}, {"a": 1.0})
    with pytest.raises(InputError, match="above 0"):
        debtrank([("a", "b", 1.0)], {"a": 0.0}, {"b": 1.0})
    with pytest.raises(InputError, match="between 0 and 1"):
        debtrank([("a", "b", 1.0)], {"a": 2.0}, {"b": 1.5})
    with pytest.raises(NotFound, match="bank_a"):
        debtrank([("bank_a", "bank_b", 1.0)], {"bank_a": 2.0}, {"bank_aa": 1.0})


def test_oracle_21_a_closed_circle_falls_whatever_fails():
    assert SupplyWeb([0, 1], [1, 0], [1, 1], [0, 0], [[0]]).each().index == pytest.approx([1.0, 1.0])
    open_circle = SupplyWeb([0, 1], [1, 0], [1, 1], [0, 0], [[0]], revenue=[2.0, 2.0])
    own = np.array([[0.0], [1.0]])
    _, up, _, _ = open_circle.cascade(own)
    assert up[1, 0] == pytest.approx(0.5)
    found = open_circle.each()
    assert found.index == pytest.approx([0.75, 0.75])
    assert found.outside_share == pytest.approx([0.5, 0.5])
    assert not found.closed


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (1, [0.1, 0.366667, 0.266667, 0.35, 0.1, 0.166667, 0.7, 0.1, 0.366667, 0.266667, 0.45]),
        (2, [0.1, 0.5, 0.4, 0.35, 0.1, 0.3, 0.7, 0.1, 0.5, 0.4, 0.45]),
    ],
)
def test_oracle_22_eleven_firms(kind, wanted):
    supplier, buyer = (np.array(side) - 1 for side in zip(*LINKS))
    web = SupplyWeb(supplier, buyer, np.ones(len(LINKS)), SECTORS, np.full((5, 5), kind))
    assert web.each(replacement=False).index == pytest.approx(wanted, abs=5e-7)


def test_revenue_below_sales_is_refused():
    with pytest.raises(InputError, match="revenue"):
        SupplyWeb([0], [1], [3.0], [0, 0], [[1]], revenue=[2.0, 1.0])
