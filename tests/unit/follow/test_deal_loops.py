"""Loops of deals on cases small enough to work out by hand."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import networkx
from hypothesis import given, settings
from hypothesis import strategies as st
from small_case import amount, entity, event, leg, small_case

from kanryu.case.records import Case
from kanryu.core.money import Interval
from kanryu.flows.from_case import LegInterval
from kanryu.follow.deal_loops import deal_loops
from kanryu.follow.deal_loops_cut import smallest_cut
from kanryu.follow.deal_loops_time import goes_round


def case_of(legs: tuple, events: tuple) -> Case:
    names = sorted({x for one in legs for x in (one.payer, one.payee)})
    return Case("t", "T", "T", "USD", tuple(entity(name, "labs") for name in names), legs, events)


def test_the_small_case_by_hand() -> None:
    """Chips → Lab → Chips (equity, then goods) and Chips → Lab → Cloud → Chips (the service only talked about)."""
    found = deal_loops(small_case())
    assert found.counts == {"2": 1, "3": 1}
    assert found.by_rung == {"paid": 0, "bound": 1, "talked": 1}
    first, second = found.loops
    assert first.accounts == ("chips", "lab")
    assert (first.kind, first.weakest, first.weakest_rung) == ("boomerang", 1, "bound")
    assert [leg.key for leg in first.links[1].legs] == ["stake:2"]
    assert first.bottleneck == Interval(6, None, 8) or first.bottleneck.low == 6
    assert first.in_time_order
    assert second.accounts == ("chips", "lab", "cloud")
    assert second.weakest_rung == "talked"
    assert second.sure == Interval(0, 0, 0)
    assert {leg.key for leg in second.links[2].legs} == {"goods:1", "goods:2"}
    assert second.links[2].amount == Interval(2, None, None)  # goods:2 is not disclosed, never zero
    assert deal_loops(small_case(), rung="bound").counts == {"2": 1}
    assert deal_loops(small_case(), rung="paid").counts == {}


def test_a_guarantee_is_no_money_until_it_is_called() -> None:
    """Chips guarantee Cloud, Cloud buys from Chips: a loop only if the guarantee is called."""
    legs = (
        leg("g:1", "chips", "cloud", "guarantee_backstop", amount(5, basis="contingent")),
        leg("g:2", "cloud", "chips", "purchase_goods", amount(5)),
    )
    signed = (event("g:1", "2025-01-01", "signed"), event("g:2", "2025-01-01", "signed"))
    found = deal_loops(case_of(legs, signed))
    assert (found.total, found.if_called) == (0, 1)
    assert found.origin.left_out == ("g:1: not_called",)


def test_a_share_swap_is_no_loop_of_money() -> None:
    legs = (
        leg("s:1", "a", "b", "swap_shares", amount(5)),
        leg("s:2", "b", "a", "swap_shares", amount(5)),
    )
    found = deal_loops(case_of(legs, (event("s:1", "2025-01-01", "signed"), event("s:2", "2025-01-01", "signed"))))
    assert (found.total, found.if_called) == (0, 0)
    assert found.origin.left_out == ("s:1: share_swap", "s:2: share_swap")


def test_conditions_and_the_day_of_knowing() -> None:
    legs = (
        leg("d:1", "a", "b", "equity", amount(10), is_contingent=True),
        leg("e:1", "a", "b", "debt", amount(3)),
        leg("d:2", "b", "a", "purchase_goods", amount(10), is_cancelable=True),
    )
    events = (
        event("d:1", "2025-01-01", "loi"),
        event("e:1", "2025-03-01", "signed"),
        event("d:2", "2025-02-01", "signed"),
        event("d:1", "2026-01-01", "lapsed"),
    )
    early = deal_loops(case_of(legs, events), true_by=dt.date(2025, 2, 15), known_by=dt.date(2025, 2, 15))
    assert [loop.weakest_rung for loop in early.loops] == ["talked"]
    assert early.without == {"cancelable": 0, "contingent": 0, "unfunded": 1, "all": 0}
    late = deal_loops(case_of(legs, events), true_by=dt.date(2026, 2, 1), known_by=dt.date(2026, 2, 1))
    assert [one.key for one in late.loops[0].links[0].legs] == ["e:1"]
    assert late.without == {"cancelable": 0, "contingent": 1, "unfunded": 1, "all": 0}
    assert deal_loops(case_of(legs, events), true_by=dt.date(2025, 1, 15), known_by=dt.date(2025, 1, 15)).total == 0


def piece(first: int, last: int, low: int | None, central: int | None = None, high: int | None = None) -> LegInterval:
    return LegInterval("k", 0, 1, "equity", "bound", first, last, 100 * (low or 0),
                       None if central is None else 100 * central, None if high is None else 100 * high)  # fmt: skip


def exact(day: int, value: int) -> LegInterval:
    return piece(day, day, value, value, value)


def test_what_goes_round_never_leaves_before_it_came_in() -> None:
    """10 out on day 5; of the 4 + 7 that come back only the 7 after day 5 can be it."""
    assert goes_round([[exact(5, 10)], [exact(3, 4), exact(8, 7)]]) == Interval(7, 7, 7)
    assert goes_round([[exact(5, 10)], [exact(3, 4)]]) == Interval(0, 0, 0)
    assert goes_round([[exact(1, 5), exact(9, 5)], [exact(2, 3), exact(10, 9)], [exact(11, 20)]]) == Interval(
        10, 10, 10
    )


def test_what_is_not_disclosed_stays_so() -> None:
    assert goes_round([[exact(1, 10)], [piece(2, 9, 0)]]) == Interval(0, None, 10)
    assert goes_round([[piece(1, 9, 0)], [piece(2, 9, 0)]]) == Interval(0, None, None)
    assert goes_round([[exact(1, 0)], [piece(2, 9, 0)]]) == Interval(0, 0, 0)


pairs = st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")).filter(lambda pair: pair[0] != pair[1])


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(pairs, st.integers(1, 2), max_size=8))
def test_no_smaller_cut_exists(weights: dict[tuple[str, str], int]) -> None:
    """Against all subsets of links."""
    links = {pair: [f"{pair[0]}{pair[1]}{i}" for i in range(count)] for pair, count in weights.items()}
    found = smallest_cut(links)
    assert found.is_smallest

    def ends_all(removed: tuple[tuple[str, str], ...]) -> bool:
        return networkx.is_directed_acyclic_graph(networkx.DiGraph(p for p in links if p not in removed))

    assert ends_all(found.links)
    best = min(
        sum(weights[p] for p in chosen)
        for size in range(len(links) + 1)
        for chosen in combinations(links, size)
        if ends_all(chosen)
    )
    assert len(found.legs) == found.lower_bound == best
