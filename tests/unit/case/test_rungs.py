"""Rungs as of a day, on small rows of events whose outcome can be read off, and on the deal that started it all."""

import datetime as dt
import time
from decimal import Decimal

import pytest

from kanryu.case.records import Case, Entity, Event, Leg, Source
from kanryu.case.rungs import Rungs, state_of, states_of
from kanryu.core.dates import parse_date
from kanryu.core.errors import NotFound
from kanryu.core.money import Amount
from kanryu.formats.source import Request, read_case

AI = read_case(Request(target="ai"))
TELECOM = read_case(Request(target="telecom"))
BILLION = Decimal(10**9)
SOURCE = Source("https://example.org")


def money(low, central=..., high=..., basis="total"):
    central = low if central is ... else central
    high = low if high is ... else high
    return Amount(*(None if x is None else Decimal(x) for x in (low, central, high)), "USD", basis)


def plain(value, basis="total"):
    return Amount(None, Decimal(value), None, "USD", basis)


def made(*events, amount=None, legs=None, **leg):
    """A case of one leg "d:1" with these (date, status, amount, more) events."""
    entities = (Entity("a", "A", "A", "lab", "labs"), Entity("b", "B", "B", "cloud", "clouds"))
    first = Leg("d", "1", "a", "b", "purchase_service", amount or Amount(), parse_date("2025"), **leg)
    rows = []
    for date, status, value, *more in events:
        fields = dict(more[0]) if more else {}
        known = fields.pop("known", date)
        name = fields.pop("leg", "1")
        row = Event("d", name, parse_date(date), parse_date(known), status, value or Amount(), "", SOURCE, **fields)
        rows.append(row)
    return Case("c", "C", "C", "USD", entities, (first, *(legs or ())), tuple(rows))


def rung_after(*statuses, **more):
    case = made(*((f"2025-01-{i:02d}", status, None) for i, status in enumerate(statuses, 1)), **more)
    state = state_of(case, "d:1")
    return state.rung, state.reached, state.ended_by


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["rumoured"], ("talked", "talked", "")),
        (["announced", "loi"], ("talked", "talked", "")),
        (["announced", "signed", "announced"], ("bound", "bound", "")),
        (["signed", "paid_part", "amended"], ("paid", "paid", "")),
        (["completed"], ("bound", "bound", "")),
        (["amended"], ("bound", "bound", "")),
        (["loi", "amended"], ("talked", "talked", "")),
        (["loi", "cancelled"], ("ended", "talked", "lapsed")),
        (["signed", "cancelled"], ("ended", "bound", "cancelled")),
        (["signed", "defaulted", "written_off"], ("ended", "bound", "defaulted")),
        (["signed", "cancelled", "announced"], ("ended", "bound", "cancelled")),
        (["signed", "cancelled", "signed"], ("bound", "bound", "")),
        (["defaulted"], ("ended", None, "defaulted")),
    ],
)
def test_where_a_row_of_events_leads(statuses, expected):
    assert rung_after(*statuses) == expected


def test_nothing_known_is_none_and_not_zero():
    state = state_of(made(("2025-01-10", "signed", plain(5))), "d:1", known_by=dt.date(2025, 1, 9))
    assert (state.rung, state.talked, state.bound, state.paid, state.is_open) == (None, None, None, None, False)


def test_two_clocks_are_independent():
    case = made(("2025-03-31", "paid_part", plain(7), {"known": "2025-08"}), amount=money(10))
    assert state_of(case, "d:1", true_by=dt.date(2025, 4, 1)).paid.central == 7
    assert state_of(case, "d:1", true_by=dt.date(2025, 4, 1), known_by=dt.date(2025, 8, 30)).rung is None
    assert state_of(case, "d:1", true_by=dt.date(2025, 3, 30), known_by=dt.date(2026, 1, 1)).rung is None
    assert state_of(case, "d:1", true_by=dt.date(2025, 4, 1), known_by=dt.date(2025, 8, 31)).paid.central == 7


def test_the_tables_amount_is_not_used_while_a_later_amount_is_hidden():
    events = (("2025-01-10", "signed", plain(30)), ("2025-06-10", "amended", plain(50)))
    case = made(*events, amount=money(50))
    assert state_of(case, "d:1", known_by=dt.date(2025, 2, 1)).bound == money(30)
    assert state_of(case, "d:1").bound == money(50)


def test_an_amount_that_nobody_knew_yet_stays_unknown():
    case = made(("2025-01-10", "signed", None), ("2025-06-10", "amended", plain(50)), amount=money(50))
    assert state_of(case, "d:1", known_by=dt.date(2025, 2, 1)).bound.is_unknown


def test_added_amounts_come_on_top():
    more = {"scope": "added"}
    case = made(
        ("2025-01-10", "signed", plain(2)),
        ("2025-02-10", "signed", plain(7), more),
        ("2025-03-10", "amended", plain(9)),
    )
    assert state_of(case, "d:1", known_by=dt.date(2025, 2, 28)).bound == money(9)


def test_a_part_or_another_thing_does_not_say_how_large_the_leg_is():
    case = made(("2025-01-10", "loi", plain(100)), ("2025-01-11", "rumoured", plain(10), {"scope": "part"}))
    assert state_of(case, "d:1").talked == money(100)


def test_the_amount_of_a_whole_deal_is_not_the_legs():
    other = Leg("d", "2", "b", "a", "equity", Amount())
    case = made(("2025-01-10", "completed", plain(66), {"leg": ""}), legs=(other,))
    for key in ("d:1", "d:2"):
        state = state_of(case, key)
        assert (state.rung, state.bound.is_unknown) == ("bound", True)
    alone = made(("2025-01-10", "completed", plain(66), {"leg": ""}))
    assert state_of(alone, "d:1").bound == money(66)


def test_a_joint_amount_is_only_a_ceiling():
    state = state_of(made(("2025-01-10", "signed", plain(9)), amount=money(9), is_joint=True), "d:1")
    assert (state.bound.low, state.bound.central, state.bound.high) == (None, None, 9)


def test_payments_are_summed_once_each():
    case = made(
        ("2025-01-10", "signed", plain(100)),
        ("2025-02-01", "paid_part", plain(10)),
        ("2025-02-02", "paid_part", plain(10), {"is_repeat": True}),
        ("2025-03-01", "paid_part", plain(15)),
        amount=money(100),
    )
    assert state_of(case, "d:1").paid == money(25)


def test_a_running_sum_replaces_what_was_counted_before_it():
    case = made(
        ("2025-02-01", "paid_part", plain(10)),
        ("2025-03-01", "paid_part", plain(66), {"is_cumulative": True}),
        ("2025-04-01", "paid_part", plain(5)),
        amount=money(80),
    )
    assert state_of(case, "d:1").paid == money(71)
    assert state_of(case, "d:1", true_by=dt.date(2025, 2, 15)).paid == money(10)


@pytest.mark.parametrize("basis", ["stake_value", "run_rate", "non_cash", "per_year"])
def test_what_is_no_payment_is_never_summed(basis):
    case = made(("2025-02-01", "paid_part", plain(10)), ("2025-03-01", "paid_part", plain(5, basis)), amount=money(80))
    state = state_of(case, "d:1")
    assert state.paid == money(10)
    assert [event.amount.central for event in state.other_bases] == [5]


def test_an_undisclosed_payment_leaves_a_sum_without_upper_limit():
    case = made(("2025-02-01", "paid_part", plain(10)), ("2025-03-01", "paid_part", None), amount=money(80))
    paid = state_of(case, "d:1").paid
    assert (paid.low, paid.central, paid.high) == (10, 10, None)
    only = state_of(made(("2025-03-01", "paid_part", None), amount=money(80)), "d:1")
    assert (only.rung, only.paid.is_unknown) == ("paid", True)


def test_paid_in_full_without_a_figure_is_what_was_owed_and_with_one_is_the_figure():
    assert state_of(made(("2025-03-01", "paid_full", None), amount=money(70, 80, 90)), "d:1").paid == money(70, 80, 90)
    assert state_of(made(("2025-03-01", "paid_full", plain(743)), amount=money(750)), "d:1").paid == money(743)
    parts = (("2025-02-01", "paid_part", plain(75)), ("2025-03-01", "paid_full", plain(225)))
    assert state_of(made(*parts, amount=money(300)), "d:1").paid == money(300)


def test_a_replacement_counts_once_it_stands_as_sure():
    legs = (Leg("d", "2", "a", "b", "equity", money(30), replaces="d:1"),)
    case = made(("2025-01-10", "loi", plain(100)), ("2026-02-01", "announced", plain(30), {"leg": "2"}), legs=legs)
    before, after = (state_of(case, "d:1", known_by=dt.date(2026, month, 28)) for month in (1, 2))
    assert (before.rung, before.replaced_by) == ("talked", "")
    assert (after.rung, after.ended_by, after.replaced_by) == ("ended", "replaced", "d:2")


def test_the_letter_of_intent_on_both_days():
    """The issue's own example: open on 2025-10-01, over on 2026-07-01 with 30bn of shares beside it."""
    first, later = dt.date(2025, 10, 1), dt.date(2026, 7, 1)
    letter = state_of(AI, "nvda-openai-loi-2025:1", first, first)
    assert (letter.rung, letter.reason, letter.is_open) == ("talked", "case.rung_loi", True)
    assert (letter.talked.low, letter.talked.central, letter.talked.high) == (0, None, 100 * BILLION)
    assert (letter.bound, letter.paid) == (None, None)
    assert state_of(AI, "nvda-openai-2026:1", first, first).rung is None

    letter = state_of(AI, "nvda-openai-loi-2025:1", later, later)
    assert (letter.rung, letter.ended_by, letter.replaced_by) == ("ended", "lapsed", "nvda-openai-2026:1")
    shares = state_of(AI, "nvda-openai-2026:1", later, later)
    assert (shares.rung, shares.bound, shares.paid) == ("bound", money(30 * BILLION), None)


@pytest.mark.parametrize(
    ("case", "key", "day", "bound", "paid"),
    [
        (AI, "coreweave-openai-2025:1", "2025-04-01", 11.9, None),
        (AI, "coreweave-openai-2025:1", "2025-06-01", 15.9, None),
        (AI, "coreweave-openai-2025:1", "2025-10-01", 22.4, None),
        (AI, "crusoe-abilene-2025:2", "2025-03-01", 2.3, None),
        (AI, "crusoe-abilene-2025:2", "2025-06-01", 9.4, None),
        (AI, "oracle-openai-2025:1", "2025-10-01", 300, None),
        (AI, "amzn-openai-2025-cloud:1", "2026-03-01", 38, None),
        (AI, "msft-openai-invest:1", "2026-07-01", 13, 11.6),
        (AI, "softbank-openai-2025:1", "2026-07-01", 30, 30),
        (AI, "softbank-openai-2026:1", "2026-06-30", 30, None),
        (AI, "softbank-openai-2026:1", "2026-07-01", 30, 20),
        (AI, "nvda-groq-2025:1", "2026-07-01", 20, 13),
        (TELECOM, "lucent_winstar_1998:1", "1999-12-31", 2, None),
        (TELECOM, "lucent_winstar_1998:1", "2000-12-31", 2, 0.8358),
        (TELECOM, "motorola_iridium_1996:2", "2000-12-31", 0.75, 0.743),
    ],
)
def test_known_amounts_of_real_deals(case, key, day, bound, paid):
    state = state_of(case, key, parse_date(day).last, parse_date(day).last)
    assert float(state.bound.central / BILLION) == bound
    assert (float(state.paid.central / BILLION) if state.paid else None) == paid


def test_no_leg_of_the_built_in_cases_is_without_a_rung():
    for case in (AI, TELECOM):
        assert [key for key, state in states_of(case).items() if state.rung is None] == []


def test_what_was_known_does_not_change_when_later_facts_are_struck_out():
    """Nothing looks ahead: with every event after the day removed, the states as of the day are the same."""
    for case, days in ((AI, ("2024-12-31", "2025-10-01", "2026-03-15")), (TELECOM, ("1998-12-31", "2000-06-30"))):
        for text in days:
            day = parse_date(text).last
            struck = Case(
                case.id,
                case.title_en,
                case.title_ja,
                case.currency,
                case.entities,
                case.legs,
                tuple(event for event in case.events if event.known_on.last <= day and event.date.last <= day),
            )
            now, then = states_of(case, day, day), states_of(struck)
            for key in now:
                assert (now[key].rung, now[key].reached, now[key].ended_by) == (
                    then[key].rung,
                    then[key].reached,
                    then[key].ended_by,
                ), key


def test_unknown_leg_is_named_with_near_ones():
    with pytest.raises(NotFound) as caught:
        state_of(AI, "nvda-openai-loi:1")
    assert "nvda-openai-loi-2025:1" in caught.value.near


def test_all_states_in_under_50_milliseconds():
    index = Rungs(AI)
    index.states(dt.date(2025, 10, 1), dt.date(2025, 10, 1))
    start = time.perf_counter()
    index.states(dt.date(2026, 7, 1), dt.date(2026, 7, 1))
    assert time.perf_counter() - start < 0.05
