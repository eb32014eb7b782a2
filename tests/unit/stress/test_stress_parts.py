"""Attribution to links and several periods: values by hand."""

import numpy as np
import pytest

from kanryu.core.errors import InputError, NotFound
from kanryu.stress.attribution import attribute
from kanryu.stress.clearing import clear, from_names
from kanryu.stress.funding import Shock
from kanryu.stress.legs import from_rows
from kanryu.stress.periods import run_periods
from kanryu.stress.reverse import (
    cheapest_shape,
    cheapest_shape_of_clearing,
    smallest_failing_sets,
    smallest_uniform,
)


def test_shapley_of_a_glove_game():
    """One left glove, two right gloves: the left one gets 2/3, each right one 1/6."""

    def worth(broken):
        return (broken[0] & (broken[1] | broken[2])).astype(float)

    shares = attribute(worth, ("left", "right", "other"))
    assert [share.shapley for share in shares] == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    assert [share.alone for share in shares] == [0.0, 0.0, 0.0]
    assert [share.last for share in shares] == [1.0, 0.0, 0.0]
    assert all(share.standard_error == 0.0 for share in shares)


def test_sampled_shares_come_with_their_error():
    """Ten links; the loss is the square of how many are broken: each bears a tenth."""

    def worth(broken):
        return broken.sum(axis=0).astype(float) ** 2

    shares = attribute(worth, tuple("abcdefghij"), samples=2000, seed=3)
    assert sum(share.shapley for share in shares) == pytest.approx(100.0)
    for share in shares:
        assert abs(share.shapley - 10.0) < 5 * share.standard_error + 1e-9
    again = attribute(worth, tuple("abcdefghij"), samples=2000, seed=3)
    assert again == shares


def chain(cash=0.0):
    """A customer pays the cloud 10 a period, the cloud pays the vendor 6, elastic 1, and the rest to staff."""
    rows = [
        {"leg": "bill", "src": "customer", "dst": "cloud", "amount": 10.0},
        {"leg": "staff", "src": "cloud", "dst": "people", "amount": 4.0, "rank": 1},
        {"leg": "chips", "src": "cloud", "dst": "vendor", "amount": 6.0, "rank": 6, "eta": 1.0},
    ]
    return from_rows({"customer": {"outside": 10.0}, "cloud": {"cash": cash}}, rows)


def half():
    legs = np.ones((3, 1))
    legs[0] = 0.5
    return Shock(leg=legs)


def test_cash_is_carried_and_runs_out():
    """Half the bill: 5 in, 4 to staff, 3 wanted for chips. A cushion of 3 pays the missing 2 once, 1 the next time."""
    found = run_periods([chain(3.0)] * 3, [half()])
    assert [period.paid[2] for period in found] == pytest.approx([3.0, 2.0, 1.0])
    assert [period.cash_left[1] for period in found] == pytest.approx([1.0, 0.0, 0.0])


def test_a_lag_delays_the_reaction():
    """With a lag of one the first period still wants 6 for chips; from the second on 3."""
    found = run_periods([chain(20.0)] * 3, [half()], lag=1)
    assert [period.paid[2] for period in found] == pytest.approx([6.0, 3.0, 3.0])
    same = run_periods([chain(20.0)] * 3, [half()])
    assert [period.paid[2] for period in same] == pytest.approx([3.0, 3.0, 3.0])


def test_arrears_wait():
    """Unpaid rent is due again when it is carried: in the second period, whole again, 10 - 4 pays 6 of 6 + 1."""
    rows = [
        {"leg": "bill", "src": "customer", "dst": "cloud", "amount": 10.0},
        {"leg": "rent", "src": "cloud", "dst": "landlord", "amount": 9.0},
    ]
    plan = from_rows({"customer": {"outside": 10.0}}, rows)
    legs = np.ones((2, 1))
    legs[0] = 0.8
    dropped = run_periods([plan, plan], [Shock(leg=legs), Shock()])
    carried = run_periods([plan, plan], [Shock(leg=legs), Shock()], unpaid="carried")
    assert [period.paid[1] for period in dropped] == pytest.approx([8.0, 9.0])
    assert [period.paid[1] for period in carried] == pytest.approx([8.0, 10.0])
    assert carried[1].arrears[1] == pytest.approx(0.0)


def test_no_shock_no_change_over_periods():
    found = run_periods([chain(1.0)] * 4, [Shock()])
    assert all(period.paid == pytest.approx([10.0, 4.0, 6.0]) for period in found)


def test_periods_of_different_shape_are_refused():
    other = from_rows({"customer": {"outside": 10.0}}, [{"leg": "bill", "src": "customer", "dst": "x", "amount": 1.0}])
    with pytest.raises(InputError, match="same entities"):
        run_periods([chain(), other], [Shock()])
    with pytest.raises(InputError, match="one shock"):
        run_periods([chain()] * 3, [Shock()] * 2)


def test_cheapest_shape_of_clearing_by_hand():
    """A (10) owes B 8, B (1) owes C 6; B pays at most 4 when A and B lose 7 in all, of which B can bear 1."""
    web = from_names([("A", "B", 8.0), ("B", "C", 6.0)], {"A": 10.0, "B": 1.0, "C": 0.0})
    found = cheapest_shape_of_clearing(web, "B", 4.0)
    assert found.cost == pytest.approx(7.0)
    assert found.is_exact
    dear = cheapest_shape_of_clearing(web, "B", 4.0, weight=[2.0, 1.0, 1.0])
    assert dear.cost == pytest.approx(13.0)
    assert dear.loss == pytest.approx({"A": 6.0, "B": 1.0})
    after = clear(from_names([("A", "B", 8.0), ("B", "C", 6.0)], {"A": 4.0, "B": 0.0, "C": 0.0}))
    assert after.payments["B"] == pytest.approx(4.0)
    with pytest.raises(InputError, match="reach"):
        cheapest_shape_of_clearing(web, "B", 4.0, most_loss=[1.0, 1.0, 1.0])
    with pytest.raises(NotFound):
        cheapest_shape_of_clearing(web, "D", 4.0)


def test_shaped_search_is_an_upper_bound_that_fails():
    """Fails when x + 2 y >= 10; the cheapest shape puts all on y."""

    def fails(shock):
        return shock[0] + 2 * shock[1] >= 10.0 - 1e-9

    found = cheapest_shape(fails, ("x", "y"), [10.0, 10.0], start=0.5)
    assert fails(np.array([[found.loss.get("x", 0.0)], [found.loss.get("y", 0.0)]]))[0]
    assert 5.0 - 1e-9 <= found.cost <= 10.0
    assert not found.is_exact


def test_uniform_search_finds_the_edge():
    found = smallest_uniform(lambda sizes: sizes >= 0.3712, tolerance=1e-9)
    assert found.safe < 0.3712 <= found.fails
    assert found.fails - found.safe <= 1e-9
    assert smallest_uniform(lambda sizes: np.zeros(sizes.size, bool)).fails is None
    with pytest.raises(InputError, match="already"):
        smallest_uniform(lambda sizes: np.ones(sizes.size, bool))


def test_a_search_out_of_budget_gives_its_bound():
    found = smallest_failing_sets(lambda broken: broken.sum(axis=0) >= 5, tuple("abcdefghij"), budget_seconds=0.0)
    assert found.complete is False
    assert found.best is None
    assert found.lower_bound >= 0.0
