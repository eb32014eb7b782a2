"""As of a day, the answer is the same as from a folder that was closed on that day.

The second folder holds nothing that came later: no event, leg, stake or figure that was not certainly true and public
by then. The amounts of the deals table are written with hindsight, so where a later event says how large a leg is, the
closed folder knows no amount for it.
"""

import datetime as dt
import functools
import random

import msgspec
import numpy as np
import pytest

from kanryu.case.records import Case, series_in_memory
from kanryu.case.rungs import RUNG_OF_STATUS, counts, states_of
from kanryu.core.money import Amount
from kanryu.flows.from_case import case_ledger
from kanryu.follow.case_trace import own_money
from kanryu.follow.deal_loops import deal_loops
from kanryu.follow.funnel import funnel
from kanryu.formats.source import Request, read_case

SPAN = {"ai": (dt.date(2019, 6, 1), dt.date(2026, 9, 1)), "telecom": (dt.date(1997, 1, 1), dt.date(2003, 1, 1))}
case_of = functools.cache(lambda name: read_case(Request(target=name)))


def days(name, count):
    """Days drawn over the life of the case, always with the day before and after an event that moved money."""
    first, last = SPAN[name]
    draw = random.Random(f"days of {name}")
    drawn = [first + dt.timedelta(days=draw.randrange((last - first).days)) for _ in range(count - 2)]
    event = draw.choice([e for e in case_of(name).events if e.status == "signed" and first < e.known_on.last < last])
    return [*drawn, event.known_on.last - dt.timedelta(days=1), event.known_on.last]


def later(figure, day):
    is_hidden = figure.known_on is not None and not figure.known_on.certainly_by(day)
    return is_hidden or (figure.period is not None and not figure.period.certainly_by(day))


def closed(case, day):
    """The case as its folder stood on the day."""
    events = tuple(event for event in case.events if counts(event, day, day))
    hidden = [event for event in case.events if not counts(event, day, day)]
    sized = {
        (event.deal_id, event.leg)
        for event in hidden
        if not event.is_repeat and RUNG_OF_STATUS[event.status] != "ended" and not event.amount.is_unknown
    }
    seen = {(event.deal_id, event.leg) for event in events}
    legs = []
    for leg in case.legs:
        names = {(leg.deal_id, leg.leg), (leg.deal_id, "")}
        if not names & seen:
            continue
        if names & sized:
            unknown = Amount(None, None, None, leg.amount.currency, leg.amount.basis)
            leg = msgspec.structs.replace(leg, amount=unknown)
        legs.append(leg)
    series = {
        name: (tuple(figure for figure in case.series.of(name) if not later(figure, day)), ())
        for name in case.series.names
    }
    return msgspec.structs.replace(
        case,
        events=events,
        legs=tuple(legs),
        stakes=tuple(
            stake
            for stake in case.stakes
            if stake.as_of.certainly_by(day) and (stake.known_on is None or stake.known_on.certainly_by(day))
        ),
        figures=tuple(figure for figure in case.figures if not later(figure, day)),
        series=series_in_memory(series),
    )


def plain(result):
    return msgspec.to_builtins(result, enc_hook=str)


def moments(count):
    return [(name, day) for name in SPAN for day in days(name, count)]


def test_the_closed_folder_is_smaller_in_between():
    """Else the tests below could not fail."""
    case: Case = case_of("ai")
    kept = closed(case, dt.date(2025, 10, 1))
    assert 0 < len(kept.events) < len(case.events)
    assert 0 < len(kept.legs) < len(case.legs)
    known = {leg.key for leg in case.legs if not leg.amount.is_unknown}
    assert any(leg.amount.is_unknown and leg.key in known for leg in kept.legs)


@pytest.mark.parametrize(("name", "day"), moments(8))
def test_states_loops_and_funnel(name, day):
    case = case_of(name)
    past = closed(case, day)
    when = {"true_by": day, "known_by": day}
    then = {key: state for key, state in states_of(case, day, day).items() if state.rung is not None}
    assert then == states_of(past, day, day)
    assert plain(funnel(case, **when)) == plain(funnel(past, **when))
    assert plain(deal_loops(case, **when)) == plain(deal_loops(past, **when))


@pytest.mark.parametrize(("name", "day"), moments(6))
@pytest.mark.parametrize("schedule", ["even", "front", "dates"])
def test_ledger(name, day, schedule):
    case = case_of(name)
    one, other = (
        case_ledger(which, true_by=day, known_by=day, rung="talked", schedule=schedule)
        for which in (case, closed(case, day))
    )
    assert one.accounts == other.accounts
    for column in ("src", "dst", "t", "amount"):
        assert np.array_equal(getattr(one, column), getattr(other, column)), column


@pytest.mark.parametrize(("name", "company"), [("ai", "nvidia"), ("ai", "microsoft"), ("telecom", "lucent")])
def test_own_money(name, company):
    case = case_of(name)
    for day in days(name, 3):
        one, other = (
            plain(own_money(which, company, true_by=day, known_by=day, all_rungs=False, worth=False))
            for which in (case, closed(case, day))
        )
        assert one == other, day
