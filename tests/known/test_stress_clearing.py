"""Clearing oracles 1-8 of the definitions of stress (section 2), in floating point and in fractions."""

from fractions import Fraction

import numpy as np
import pytest

from kanryu.stress.clearing import clear, from_names, lay_out, run
from kanryu.stress.clearing_law import solve_exactly
from kanryu.stress.debtrank import endogenous_recovery, fixed_recovery, linear_distress, network_value

F = Fraction


def exactly(web, alpha=1.0, beta=1.0):
    """Payments, receipts and equities in fractions, by name."""
    laid = lay_out(web)
    columns = solve_exactly(web, alpha, beta, run(laid, alpha, beta), laid)
    return [dict(zip(web.accounts, column)) for column in columns]


def manual():
    """Three firms of the manual of the R package systemicrisk."""
    debts = [("1", "2", 0.5), ("1", "3", 0.5), ("2", "1", 0.5), ("2", "3", 0.5), ("3", "1", 0.5), ("3", "2", 0.5)]
    debts += [("1", "out", 1.5), ("2", "out", 0.5), ("3", "out", 0.5)]
    return from_names(debts, {"1": 0.5, "2": 0.625, "3": 0.75, "out": 0.0})


def ring(assets):
    return from_names(
        [(str(i), str(i % 6 + 1), 2.0 if i % 2 else 3.0) for i in range(1, 7)],
        {str(i): 0.0 if i % 2 else assets for i in range(1, 7)},
    )


def test_oracle_1_net_worth_under_four_rules():
    debts = [("1", "2", 4.0, 2), ("2", "3", 3.0, 2), ("3", "1", 2.0, 2)]
    debts += [("1", "out", 17.0, 1), ("2", "out", 18.0, 1), ("3", "out", 8.0, 1)]
    found = clear(from_names(debts, {"1": 18.0, "2": 18.0, "3": 9.0, "out": 0.0}))
    assert found.defaults == (("1",),)
    assert [found.payments[k] for k in "123"] == pytest.approx([20.0, 21.0, 10.0])
    assert found.equity["2"] == pytest.approx(0.0, abs=1e-12)
    assert found.equity["3"] == pytest.approx(2.0)
    owes = np.array([[0, 4, 0], [0, 0, 3], [2, 0, 0]], float)
    own, before = np.array([1.0, 0.0, 1.0]), np.array([1.0, 3.0, 3.0])
    wanted = {
        endogenous_recovery: (-1, 0, 2),
        fixed_recovery(0.0): (-3, -3, -1),
        fixed_recovery(0.5): (-1, -1, 0.5),
        linear_distress: (-3, -3, -1),
    }
    for rule, worth in wanted.items():
        found_worth, certificate = network_value(own, owes.T, owes.sum(axis=1), rule, before=before)
        assert found_worth == pytest.approx(worth)
        assert certificate.residual == 0.0


def test_oracle_2_eisenberg_noe_and_costs_of_default():
    plain = clear(manual())
    assert [plain.payments[k] for k in "123"] == pytest.approx([165 / 112, 159 / 112, 1.5], abs=1e-13)
    assert plain.defaults == (("1",), ("2",))
    costly = clear(manual(), alpha=0.5, beta=0.7)
    assert [costly.payments[k] for k in "123"] == pytest.approx([4225 / 8416, 160275 / 311392, 176055 / 311392])
    assert costly.defaults == (("1",), ("2", "3"))
    assert exactly(manual())[0] == {"1": F(165, 112), "2": F(159, 112), "3": F(3, 2), "out": 0}
    paid, _, _ = exactly(manual(), 0.5, 0.7)
    assert paid == {"1": F(4225, 8416), "2": F(160275, 311392), "3": F(176055, 311392), "out": 0}


def test_oracle_3_starting_from_nothing_may_stop_at_no_solution():
    pair = from_names([("1", "2", 2.0), ("2", "1", 2.2)], {"1": 1.0, "2": 1.0})
    found = clear(pair, alpha=0.5, beta=0.5)
    assert found.payments == {"1": 2.0, "2": 2.2}
    assert found.certificate.least_differs is False
    wide = from_names([("1", "2", 2.2), ("2", "1", 2.2)], {"1": 1.0, "2": 1.0})
    found = clear(wide, alpha=0.5, beta=0.5)
    assert found.payments == {"1": 2.2, "2": 2.2}
    assert found.certificate.least_differs is True
    low = run(lay_out(wide), 0.5, 0.5, rising=True)
    assert low.ratio * low.group_due == pytest.approx([1.0, 1.0])


def test_oracle_4_ring_of_six():
    found = clear(ring(0.8), alpha=0.5, beta=0.5)
    assert found.defaults == (("2", "4", "6"), ("1", "3", "5"))
    assert [found.payments[str(i)] for i in range(1, 7)] == pytest.approx([4 / 15, 8 / 15] * 3)
    assert set(exactly(ring(0.8), 0.5, 0.5)[0].values()) == {F(4, 15), F(8, 15)}
    plain = clear(ring(0.8))
    assert plain.defaults == (("2", "4", "6"),)
    assert [plain.payments[str(i)] for i in range(1, 7)] == pytest.approx([2.0, 2.8] * 3)


def test_oracle_5_ranks():
    rows = [("A", "out", 5.0, 1), ("A", "B", 4.0, 2), ("B", "A", 3.0, 1), ("B", "other", 6.0, 2)]
    found = clear(from_names(rows, {"A": 4.0, "B": 1.0}))
    assert found.received == pytest.approx({"A": 3.0, "out": 5.0, "B": 2.0, "other": 0.0})
    flat = clear(from_names([row[:3] for row in rows], {"A": 4.0, "B": 1.0}))
    assert flat.payments["A"] == pytest.approx(117 / 23, abs=1e-13)
    assert flat.payments["B"] == pytest.approx(75 / 23, abs=1e-13)


@pytest.mark.parametrize("size", [2, 5])
def test_oracle_6_no_outside_money(size):
    names = [str(i) for i in range(size)]
    found = clear(from_names([(a, names[(i + 1) % size], 1.0) for i, a in enumerate(names)], dict.fromkeys(names, 0.0)))
    assert set(found.payments.values()) == {1.0}
    assert found.certificate.least_differs is True
    assert set(found.certificate.least_defaults) == set(names)


@pytest.mark.parametrize(("has", "receives"), [(20.0, 9.0), (3.0, 5.0)])
def test_oracle_7_backstop(has, receives):
    rows = [("o", "b", 10.0, 1), ("g", "senior", 2.0, 1)]
    web = from_names(rows, {"o": 4.0, "g": has, "b": 0.0}, backstops=[("g", "o", "b", 5.0, 2)])
    found = clear(web)
    assert found.received["b"] == pytest.approx(receives)
    assert found.received["senior"] == 2.0
    assert found.certificate.residual <= 1e-12
    assert exactly(web)[1]["b"] == F(receives)


@pytest.mark.parametrize(
    ("assets", "equity", "received"),
    [(2.0, (F(2), F(0)), F(22, 5)), (6.0, (F(130, 47), F(120, 47)), F(6))],
)
def test_oracle_8_stakes_and_debt(assets, equity, received):
    """A quarter of A's debt of 8 is held by B: 6 outside, 2 to B, one rank."""
    rows = [("A", "creditors of A", 6.0), ("A", "B", 2.0), ("B", "creditors of B", 6.0)]
    web = from_names(rows, {"A": 10.0, "B": assets}, stakes=[("A", "B", 0.3), ("B", "A", 0.2)])
    found = clear(web)
    assert (found.equity["A"], found.equity["B"]) == pytest.approx([float(x) for x in equity])
    assert found.received["creditors of B"] == pytest.approx(float(received))
    _, paid_to, worth = exactly(web)
    assert (worth["A"], worth["B"]) == equity
    assert paid_to["creditors of B"] == received
