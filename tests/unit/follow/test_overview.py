"""The first look at a case, and two cases side by side: they repeat what the measures say."""

import datetime as dt

import pytest
from small_case import small_case

from kanryu.follow.compare import compare
from kanryu.follow.deal_loops import deal_loops
from kanryu.follow.funnel import funnel
from kanryu.follow.overview import overview
from kanryu.formats.source import Request, read_case


@pytest.fixture(scope="module")
def ai():
    return read_case(Request(target="ai"))


def test_overview_says_what_the_measures_say(ai):
    found = overview(ai)
    loops = deal_loops(ai)
    assert found.groups == funnel(ai).groups
    assert (found.loops_total, found.loops_in_time) == (loops.total, loops.in_time_order)
    assert found.loops == tuple(loop for loop in loops.loops if loop.in_time_order)[:5]
    assert all(line.own.low <= (line.own.high or 0) for line in found.own)


def test_on_1_october_2025_the_essays_loop_is_the_strongest_and_is_only_talked_about(ai):
    day = dt.date(2025, 10, 1)
    strongest = overview(ai, true_by=day, known_by=day).loops[0]
    assert set(strongest.accounts) == {"nvidia", "openai", "oracle"}
    assert strongest.weakest_rung == "talked"
    assert strongest.goes_round.low == 0
    assert overview(ai, true_by=day, known_by=day).latest <= "2025-10-01"


def test_overview_of_a_case_in_which_nobody_reports_revenue():
    found = overview(small_case())
    assert found.own == ()
    assert found.without_revenue == ("chips",)
    assert found.loops[0].accounts == ("chips", "lab")


def test_comparison_asks_the_same_of_both(ai):
    telecom = read_case(Request(target="telecom"))
    result = compare(ai, telecom)
    turned = compare(telecom, ai)
    assert [line.key for line in result.lines] == [line.key for line in turned.lines]
    assert [(line.a, line.b) for line in result.lines] == [(line.b, line.a) for line in turned.lines]
    cells = {line.key: line for line in result.lines}
    assert cells["vendor"].a.entities == ("nvidia",)
    assert cells["vendor"].b.entities == ("lucent",)
    assert cells["loops"].a.value.low == deal_loops(ai, rung="bound").total


def test_a_case_compared_with_itself_has_equal_columns():
    result = compare(small_case(), small_case())
    assert all(line.a == line.b for line in result.lines)
