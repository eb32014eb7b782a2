"""Funnel, roles, vendor economics and investor ties on the small case, worked by hand."""

import datetime as dt

import pytest
from small_case import small_case

from kanryu.core.errors import NotFound
from kanryu.core.money import Interval
from kanryu.follow.funnel import funnel
from kanryu.follow.roles import roles
from kanryu.follow.ties import investor_ties
from kanryu.follow.vendor import largest_financing_vendor, vendor

CASE = small_case()


def column(result, group, name):
    line = next(line for line in result.groups if line.group == group)
    return getattr(line.columns, name)


def test_each_leg_counts_in_one_column_and_kinds_are_never_mixed():
    result = funnel(CASE)
    (bound,) = column(result, "financing", "bound")
    assert (bound.amount, bound.legs) == (Interval(13.0, 13.0, 13.0), 2)
    (paid,) = column(result, "financing", "paid")
    assert paid.amount == Interval(4.0, 4.0, 4.0)
    (ended,) = column(result, "financing", "ended")
    assert ended.amount == Interval(7.0, 7.0, 7.0)
    (purchases,) = column(result, "purchases", "bound")
    assert purchases.amount == Interval(8.0, None, 10.0)  # 6-8 and 2; the undisclosed one is not zero
    assert (purchases.legs, purchases.legs_without_amount) == (3, 1)
    (contingent,) = column(result, "contingent", "bound")
    assert (contingent.basis, contingent.amount.high) == ("contingent", 5.0)
    assert result.origin.coverage == {"legs": 8, "legs_with_amount": 7}


def test_a_view_of_the_past_does_not_look_ahead():
    past = funnel(CASE, true_by=dt.date(2025, 2, 15), known_by=dt.date(2025, 2, 15))
    assert column(past, "financing", "paid") == ()
    (talked,) = column(past, "financing", "talked")
    assert talked.amount == Interval(7.0, 7.0, 7.0)  # not yet cancelled
    assert {line.deal_id for line in past.deals} == {"stake", "loan", "back", "gone"}


def test_one_deal_shows_when_each_rung_was_reached():
    (line,) = funnel(CASE, deal="goods").deals
    first = line.legs[0]
    assert (first.talked_on, first.bound_on, first.paid_on) == ("", "2025-05-01", "2025-06-01")
    with pytest.raises(NotFound, match='"goods"'):
        funnel(CASE, deal="godds")


def test_a_tranche_is_not_counted_beside_its_total():
    import msgspec
    from small_case import amount, event, leg

    tranche = leg("loan:2", "bank", "cloud", "debt", amount(1), part_of="loan:1")
    case = msgspec.structs.replace(
        CASE, legs=(*CASE.legs, tranche), events=(*CASE.events, event("loan:2", "2025-02-01", "signed", 1))
    )
    (bound,) = column(funnel(case), "financing", "bound")
    assert bound.amount == Interval(13.0, 13.0, 13.0)


def test_roles_of_a_pair_keep_contingent_ones_apart():
    (pair,) = roles(CASE, "chips", "cloud").pairs
    mine = {line.role: line for line in pair.roles_of_a}
    assert set(mine) == {"guarantor", "supplier"}
    assert mine["guarantor"].is_contingent
    assert not mine["supplier"].is_contingent
    assert {line.role for line in pair.roles_of_b} == {"guaranteed", "customer"}
    assert pair.firm_roles == 1  # only the purchases are firm
    (other,) = roles(CASE, "lab", "chips").pairs
    assert (other.a, other.is_both_ways) == ("lab", True)
    assert {line.key for line in other.roles_of_b if line.role == "shareholder"} == {"stake:1", "stake:chips/lab"}


def test_roles_of_strangers_are_not_found():
    with pytest.raises(NotFound):
        roles(CASE, "bank", "chips")
    with pytest.raises(NotFound, match="chisp"):
        roles(CASE, "chisp")


def test_vendor_worked_by_hand():
    """Chips: margin 50 %. Lab: 10 put in, buys 6-8 back: profit 3-4. Recovery 20 %: a failure costs 8, so -5 to -4.
    The stake of 10 % of 150 is worth 15: 3-4 + 5 at the paper value. The essay's 999 is not an input."""
    result = vendor(CASE, "chips", recovery=Interval(0.2, 0.2, 0.2))
    lab, cloud = result.customers
    assert result.margin == Interval(0.5, 0.5, 0.5)
    assert lab.entity == "lab"
    assert (lab.economics.gross_profit.low, lab.economics.gross_profit.high) == (3.0, 4.0)
    assert (lab.economics.net_if_it_fails.low, lab.economics.net_if_it_fails.high) == (-5.0, -4.0)
    assert lab.stake.value == 15.0
    assert (lab.economics.net_if_marked.low, lab.economics.net_if_marked.high) == (8.0, 9.0)
    assert [bearer.entity for bearer in lab.bearers] == ["chips"]
    assert cloud.entity == "cloud"
    assert cloud.put_in == ()
    assert cloud.economics.net_if_it_fails is None
    assert {bearer.entity for bearer in cloud.bearers} == {"bank", "chips"}
    assert largest_financing_vendor(CASE) == "chips"


def test_vendor_without_margin_says_so_and_computes_nothing():
    result = vendor(CASE, "bank")
    assert result.margin is None
    assert all(customer.economics is None for customer in result.customers)
    assert "follow.margin_missing" in result.origin.assumptions


def test_investor_ties_by_count_and_value():
    """Bound investments: chips -> lab 10 (chips also sells to lab) and bank -> cloud 3 (no trade known)."""
    result = investor_ties(CASE)
    by_kind = {line.kind: line for line in result.lines}
    assert (by_kind["investor_sells"].count, by_kind["none_known"].count) == (1, 1)
    assert result.traded_share_by_count == 0.5
    assert result.traded_share_by_value == pytest.approx(10 / 13)
    talked = investor_ties(CASE, rung="talked")
    assert sum(line.count for line in talked.lines) == 2  # the cancelled loan does not count
    paid = investor_ties(CASE, rung="paid")
    assert paid.traded_share_by_value == 1.0
