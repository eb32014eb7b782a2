"""Laws that hold for any legs and events: limits stay in order, nothing is negative, nothing looks ahead."""

import datetime as dt
from decimal import Decimal

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kanryu.case.records import INSTRUMENTS, SCOPES, STATUSES, Case, Due, Entity, Event, Leg, Source
from kanryu.case.rungs import ORDER, states_of
from kanryu.core.dates import parse_date
from kanryu.core.money import BASES, Amount
from kanryu.flows.from_case import case_ledger, leg_intervals

ENTITIES = tuple(Entity(x, x, x, "other", "outside") for x in "abc")
SOURCE = Source("https://example.org")
DAY = dt.date(2025, 6, 1)
dates = st.sampled_from(["2024-05", "2024Q4", "2025-01-03", "2025Q3", "2026-02-02"]).map(parse_date)
figures = st.one_of(st.none(), st.integers(-3, 100).map(Decimal))
bases = st.sampled_from([*["total"] * 6, *BASES])
amounts = st.builds(Amount, figures, figures, figures, st.sampled_from(["USD", "USD", "EUR"]), bases)
flags = st.booleans()
legs = st.builds(
    Leg,
    st.just("d"),
    st.sampled_from("012"),
    st.sampled_from("abcx"),
    st.sampled_from("abc"),
    st.sampled_from(INSTRUMENTS),
    amounts,
    st.one_of(st.none(), dates),
    st.one_of(st.none(), st.sampled_from(["2023", "2026", "2027-03-01"]).map(parse_date)),
    is_joint=flags,
    replaces=st.sampled_from(["", "", "d:0", "d:9"]),
    part_of=st.sampled_from(["", "", "d:0"]),
    due=st.one_of(st.just(()), st.just((Due(parse_date("2025Q4"), Decimal(7)),))),
)
events = st.builds(
    Event,
    st.just("d"),
    st.sampled_from(["", "0", "1", "2"]),
    dates,
    dates,
    st.sampled_from(STATUSES),
    amounts,
    st.just(""),
    st.just(SOURCE),
    is_repeat=flags,
    is_cumulative=flags,
    scope=st.sampled_from(SCOPES),
    paid_from=st.one_of(st.none(), dates),
    paid_to=st.one_of(st.none(), dates),
)
cases = st.builds(
    lambda legs, events: Case("c", "c", "c", "USD", ENTITIES, tuple(legs), tuple(events)),
    st.lists(legs, max_size=3, unique_by=lambda leg: leg.key),
    st.lists(events, max_size=7),
)
ENDED = ("cancelled", "lapsed", "replaced", "defaulted", "written_off")
relaxed = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
clocks = st.sampled_from([None, DAY, dt.date(2024, 6, 30), dt.date(2026, 3, 1)])


@relaxed
@given(cases, clocks, st.sampled_from(["talked", "bound", "paid"]), st.sampled_from(["even", "front", "dates"]))
def test_limits_of_flows_stay_in_order(case, day, rung, schedule):
    ledger = case_ledger(case, true_by=day, known_by=day, rung=rung, schedule=schedule)
    assert ledger.m == 0 or ledger.amount.min() > 0
    assert (ledger.src != ledger.dst).all()
    for item in leg_intervals(case, true_by=day, known_by=day, rung=rung, schedule=schedule):
        assert item.low >= 0
        assert item.first <= item.t
        assert item.high is None or item.low <= item.high
        assert item.central is None or item.low <= item.central
        assert item.central is None or item.high is None or item.central <= item.high


@relaxed
@given(cases, clocks)
def test_what_is_paid_has_limits_in_order_and_one_basis(case, day):
    for key, state in states_of(case, day, day).items():
        leg = next(leg for leg in case.legs if leg.key == key)
        paid = state.paid
        if paid is None or paid.is_unknown:
            continue
        assert paid.basis in ("total", "in_kind")
        assert paid.currency == leg.amount.currency
        known = [value for value in (paid.low, paid.central, paid.high) if value is not None]
        assert known == sorted(known)
        assert known[0] >= 0


@relaxed
@given(cases)
def test_later_clocks_never_know_less(case):
    """An event seen early is seen later; the surest rung reached never falls (ends and amendments aside: to learn
    that something had ended, or had only been talked about, before it was amended, does lower it)."""
    kept = [e for e in case.events if e.status not in (*ENDED, "amended")]
    case = msgspec.structs.replace(case, events=tuple(kept))
    before, after = states_of(case, DAY, DAY), states_of(case, dt.date(2026, 3, 1), dt.date(2026, 3, 1))
    for key, state in before.items():
        assert set(map(id, state.events)) <= set(map(id, after[key].events))
        if state.reached is not None:
            assert ORDER[after[key].reached] >= ORDER[state.reached]


@relaxed
@given(cases, clocks)
def test_a_repeat_changes_no_payment(case, day):
    case = msgspec.structs.replace(case, events=tuple(e for e in case.events if e.status not in ENDED))
    twice = [e for e in case.events if e.status in ("paid_part", "paid_full") and not e.is_repeat]
    repeats = tuple(msgspec.structs.replace(event, is_repeat=True) for event in twice)
    more = msgspec.structs.replace(case, events=(*case.events, *repeats))
    for key, state in states_of(case, day, day).items():
        assert states_of(more, day, day)[key].paid == state.paid


@relaxed
@given(cases, legs, events)
def test_an_unrelated_deal_changes_nothing(case, leg, event):
    other = msgspec.structs.replace(leg, deal_id="z", replaces="", part_of="")
    extra = msgspec.structs.replace(event, deal_id="z")
    more = msgspec.structs.replace(case, legs=(*case.legs, other), events=(*case.events, extra))
    before, after = states_of(case), states_of(more)
    assert all(after[key] == before[key] for key in before)
