"""Oracles 9, 10 and 24: the web of a lab, a cloud and a vendor (definitions of stress, sections 3 and 11)."""

from fractions import Fraction

import numpy as np
import pytest

from kanryu.core.errors import InputError
from kanryu.stress.funding import Shock, run_funding
from kanryu.stress.funding_law import solve_funding_exactly
from kanryu.stress.legs import from_rows, gaps
from kanryu.stress.reverse import smallest_failing_sets, smallest_uniform

ENTITIES = {"I": {"outside": 10.0}, "L": {"outside": 4.0}, "C": {"outside": 20.0}, "V": {"outside": 7.0}, "staff": {}}
LEGS = [
    {"leg": "tranche I", "src": "I", "dst": "L", "amount": 10.0, "funding": True},
    {"leg": "tranche V", "src": "V", "dst": "L", "amount": 2.0, "funding": True, "rank": 7, "eta": 1.0},
    {"leg": "operations", "src": "L", "dst": "staff", "amount": 3.0, "rank": 1},
    {"leg": "cloud", "src": "L", "dst": "C", "amount": 8.0, "rank": 3},
    {"leg": "chips", "src": "L", "dst": "V", "amount": 5.0, "rank": 5},
    {"leg": "capex", "src": "C", "dst": "V", "amount": 10.0, "rank": 6, "eta": 1.0},
]
LINKS = ("a", "b", "c", "d", "e")  # I's tranche, V's tranche, outside money of L, C, V


def web():
    return from_rows(ENTITIES, LEGS)


def shock(broken):
    """Factors for bool (5, S)."""
    legs, outside = np.ones((6, broken.shape[1])), np.ones((5, broken.shape[1]))
    legs[0], legs[1] = ~broken[0], ~broken[1]
    outside[1:4] = ~broken[2:5]
    return Shock(leg=legs, outside=outside)


def broken(letters):
    return np.array([[link in letters] for link in LINKS])


def test_the_plan_is_feasible():
    plan = web()
    assert gaps(plan) == ()
    found = run_funding(plan, Shock())
    assert found.paid[:, 0] == pytest.approx(plan.amount)
    assert found.rounds == 0


def test_oracle_9_the_tranche_does_not_come():
    plan = web()
    found = run_funding(plan, shock(broken("a")), history=True)
    paid = dict(zip(plan.legs, found.paid[:, 0]))
    assert paid["tranche V"] == pytest.approx(203 / 149, abs=1e-13)
    assert paid["cloud"] == pytest.approx(352 / 149, abs=1e-13)
    assert paid["chips"] == pytest.approx(0.0, abs=1e-13)
    assert paid["capex"] == pytest.approx(1190 / 149, abs=1e-13)
    assert found.revenue[2:4, 0] == pytest.approx([3332 / 149, 2233 / 149], abs=1e-13)
    losses = float((plan.amount - found.paid[:, 0]).sum())
    assert losses == pytest.approx(3470 / 149)
    assert losses / 10.0 == pytest.approx(347 / 149)
    assert found.residual < 1e-12
    # round 1 is who is hit directly: only the tranche itself
    assert np.flatnonzero(found.history[1] < found.history[0]).tolist() == [0]


def test_oracle_9_in_fractions():
    plan = web()
    near = run_funding(plan, shock(broken("a")))
    paid = dict(zip(plan.legs, solve_funding_exactly(plan, [0, 1, 1, 1, 1, 1], near)))
    assert paid["tranche V"] == Fraction(203, 149)
    assert paid["cloud"] == Fraction(352, 149)
    assert paid["chips"] == 0
    assert paid["capex"] == Fraction(1190, 149)
    lost = sum(map(Fraction, plan.amount.tolist())) - sum(paid.values())
    assert lost == Fraction(3470, 149)


@pytest.mark.parametrize(
    ("letters", "wanted"),
    [
        ("b", (28, 20, 8)),
        ("c", (28, 17.6, 8)),
        ("d", (8, 14.142857, 8)),
        ("e", (28, 14.3, 8)),
        ("ad", (1.691275, 7.604027, 1.691275)),
        ("de", (8, 6.442857, 8)),
        ("ce", (27.906040, 9.966443, 7.906040)),
    ],
)
def test_oracle_10_other_breaks(letters, wanted):
    found = run_funding(web(), shock(broken(letters)))
    assert (found.revenue[2, 0], found.revenue[3, 0], found.paid[3, 0]) == pytest.approx(wanted, abs=5e-7)


def test_gain_of_the_loop():
    """L -> C -> V -> L: 1 x capex share 10/28 x investment share 2/22, times the part of L's loss that hits C."""
    gain = (10 / 28) * (2 / 22)
    assert gain == pytest.approx(5 / 154)
    found = run_funding(web(), shock(broken("a")))
    chips_gone = 5.0
    direct = 10.0 - chips_gone
    first_v = chips_gone * 2 / 22
    assert 8.0 - found.paid[3, 0] == pytest.approx((direct + first_v) / (1 - gain))


def revenue_of_vendor(links):
    return run_funding(web(), shock(links)).revenue[3] < 10.0 * (1 - 1e-9)


def cloud_bill(links):
    return run_funding(web(), shock(links)).paid[3] < 8.0 * (1 - 1e-9)


def test_oracle_24_smallest_sets():
    found = smallest_failing_sets(revenue_of_vendor, LINKS)
    assert found.minimal == (("a", "d"), ("a", "e"), ("c", "d"), ("c", "e"), ("d", "e"))
    assert (found.cost, found.lower_bound, found.gap, found.complete) == (2.0, 2.0, 0.0, True)
    found = smallest_failing_sets(cloud_bill, LINKS)
    assert found.minimal == (("a",), ("b", "c"), ("c", "d"), ("c", "e"))
    assert found.best == ("a",)


def test_oracle_24_with_prices():
    found = smallest_failing_sets(cloud_bill, LINKS, cost=[10.0, 2.0, 4.0, 20.0, 7.0])
    assert set(found.best) == {"b", "c"}
    assert found.cost == 6.0
    assert ("a",) in found.minimal


def test_oracle_24_uniform_cut_of_outside_inflow():
    """All outside inflow of L, C and V shrinks; I's tranche is the shock of link a and stays."""

    def outside(sizes):
        factors = np.ones((5, sizes.size))
        factors[1:4] = 1.0 - sizes
        return Shock(outside=factors)

    found = smallest_uniform(lambda s: run_funding(web(), outside(s)).revenue[3] < 10.0 * (1 - 1e-12))
    assert found.fails == pytest.approx(0.601288, abs=1e-6)
    found = smallest_uniform(lambda s: run_funding(web(), outside(s)).paid[3] < 8.0 * (1 - 1e-12))
    assert found.fails == pytest.approx(0.859951, abs=1e-6)


def test_unreachable_and_trivial_targets_are_refused():
    with pytest.raises(InputError, match="reach"):
        smallest_failing_sets(lambda links: np.zeros(links.shape[1], bool), LINKS)
    with pytest.raises(InputError, match="already"):
        smallest_failing_sets(lambda links: np.ones(links.shape[1], bool), LINKS)


def test_an_infeasible_plan_is_named_and_stops():
    plan = from_rows(
        {"lab": {"outside": 5.0}}, [{"leg": "rent", "src": "lab", "dst": "cloud", "amount": 8.0, "rank": 2}]
    )
    (gap,) = gaps(plan)
    assert (gap.id, gap.missing, gap.unpaid_legs) == ("lab", 3.0, ("rent",))
    with pytest.raises(InputError, match="not feasible"):
        run_funding(plan, Shock())


def test_conditions_are_steps():
    """The second draw needs the customer contract at 90 % of plan."""
    rows = [
        {"leg": "contract", "src": "customer", "dst": "cloud", "amount": 10.0},
        {
            "leg": "draw",
            "src": "bank",
            "dst": "cloud",
            "amount": 6.0,
            "funding": True,
            "requires": "contract",
            "theta": 0.9,
        },
        {"leg": "chips", "src": "cloud", "dst": "vendor", "amount": 16.0},
    ]
    plan = from_rows({"customer": {"outside": 10.0}, "bank": {"cash": 6.0}}, rows)
    for cut, chips in ((0.05, 15.5), (0.1, 15.0), (0.11, 8.9)):
        legs = np.ones((3, 1))
        legs[0] = 1 - cut
        assert run_funding(plan, Shock(leg=legs)).paid[2, 0] == pytest.approx(chips)


def test_contradictory_conditions_are_refused():
    rows = [
        {"leg": "never", "src": "a", "dst": "b", "amount": 0.0},
        {"leg": "draw", "src": "a", "dst": "b", "amount": 1.0, "requires": "never", "theta": 0.5},
    ]
    with pytest.raises(InputError, match="can never hold"):
        from_rows({"a": {"outside": 1.0}}, rows)
