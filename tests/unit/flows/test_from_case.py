"""From deals to dated money: what becomes a row, what never does, and how a promise is spread."""

import datetime as dt
import itertools
from decimal import Decimal

import numpy as np
import pytest

from kanryu.case.records import RUNGS, Case, Due, Entity, Event, Leg, Source
from kanryu.core.dates import parse_date
from kanryu.core.errors import UsageError
from kanryu.core.money import Amount
from kanryu.flows.from_case import case_ledger, leg_intervals
from kanryu.flows.schedule import spread
from kanryu.formats.source import Request, read_case, read_ledger

SOURCE = Source("https://example.org")


def usd(low, central=..., high=..., basis="total"):
    central = low if central is ... else central
    high = low if high is ... else high
    return Amount(*(None if x is None else Decimal(x) for x in (low, central, high)), "USD", basis)


def leg(number, amount=None, instrument="purchase_service", start="2025", end="2025", **more):
    first, last = (parse_date(x) if x else None for x in (start, end))
    return Leg("d", str(number), "a", "b", instrument, amount or Amount(), first, last, **more)


def event(number, date, status, value=None, basis="total", **more):
    amount = Amount(None, Decimal(value), None, "USD", basis) if value is not None else Amount()
    return Event("d", str(number), parse_date(date), parse_date(date), status, amount, "", SOURCE, **more)


def made(legs, events):
    entities = tuple(Entity(x, x, x, "other", "outside") for x in "abc")
    return Case("c", "C", "C", "USD", entities, tuple(legs), tuple(events))


def rows(ledger):
    return [
        (dt.date.fromordinal(t).isoformat(), amount / 100, RUNGS[rung], ledger.legs[code])
        for t, amount, rung, code in zip(ledger.t, ledger.amount, ledger.rung, ledger.leg)
    ]


def test_a_total_is_spread_evenly_by_quarter_in_proportion_to_days():
    ledger = case_ledger(made([leg(1, usd(365))], [event(1, "2025-01-01", "signed")]))
    assert rows(ledger) == [
        ("2025-03-31", 90.0, "bound", "d:1"),
        ("2025-06-30", 91.0, "bound", "d:1"),
        ("2025-09-30", 92.0, "bound", "d:1"),
        ("2025-12-31", 92.0, "bound", "d:1"),
    ]
    assert (ledger.accounts, ledger.t_unit, ledger.minor, ledger.currency) == (("a", "b", "c"), "day", 100, "USD")
    assert ledger.coverage == {"legs": 1, "legs_with_amount": 1}
    assert "flows.assume_even" in ledger.assumptions


def test_front_loaded_and_stated_dates():
    case = made([leg(1, usd(100))], [event(1, "2025-01-01", "signed")])
    assert [row[1] for row in rows(case_ledger(case, schedule="front"))] == [40.0, 30.0, 20.0, 10.0]
    assert rows(case_ledger(case, schedule="dates")) == [("2025-12-31", 100.0, "bound", "d:1")]
    due = (Due(parse_date("2025-02-10"), Decimal(30)), Due(parse_date("2025Q2"), Decimal(50)))
    stated = made(
        [leg(1, usd(100), due=due)], [event(1, "2025-01-01", "signed"), event(1, "2025-01-20", "paid_part", 40)]
    )
    assert rows(case_ledger(stated, schedule="dates")) == [
        ("2025-01-20", 40.0, "paid", "d:1"),
        ("2025-06-30", 40.0, "bound", "d:1"),
        ("2025-12-31", 20.0, "bound", "d:1"),
    ]


def test_unknown_schedule_is_a_usage_error():
    with pytest.raises(UsageError):
        case_ledger(made([], []), schedule="random")


def test_what_is_paid_is_not_promised_again():
    case = made([leg(1, usd(100))], [event(1, "2025-01-01", "signed"), event(1, "2025-06-30", "paid_part", 40)])
    assert rows(case_ledger(case)) == [
        ("2025-06-30", 40.0, "paid", "d:1"),
        ("2025-09-30", 30.0, "bound", "d:1"),
        ("2025-12-31", 30.0, "bound", "d:1"),
    ]
    assert rows(case_ledger(case, rung="paid")) == [("2025-06-30", 40.0, "paid", "d:1")]


def test_a_sum_paid_so_far_is_spread_from_the_start():
    case = made([leg(1, usd(100), end="2026")], [event(1, "2025-06-30", "paid_part", 60, is_cumulative=True)])
    found = rows(case_ledger(case, rung="paid"))
    assert [row[0] for row in found] == ["2025-03-31", "2025-06-30"]
    assert sum(row[1] for row in found) == 60.0
    assert "flows.assume_paid_so_far" in case_ledger(case, rung="paid").assumptions


def test_talk_counts_only_when_asked():
    case = made([leg(1, usd(100))], [event(1, "2025-01-01", "loi")])
    assert case_ledger(case).m == 0
    assert sum(row[1] for row in rows(case_ledger(case, rung="talked"))) == 100.0


def test_what_has_ended_promises_nothing_but_its_payments_stay():
    events = [
        event(1, "2025-01-01", "signed"),
        event(1, "2025-02-01", "paid_part", 10),
        event(1, "2025-03-01", "cancelled"),
    ]
    assert rows(case_ledger(made([leg(1, usd(100))], events))) == [("2025-02-01", 10.0, "paid", "d:1")]


@pytest.mark.parametrize(
    ("instrument", "basis", "reason"),
    [
        ("guarantee_backstop", "contingent", "not_called"),
        ("warrant", "contingent", "not_called"),
        ("swap_shares", "non_cash", "share_swap"),
        ("equity", "stake_value", "basis_stake_value"),
        ("equity", "in_kind", "basis_in_kind"),
        ("purchase_service", "run_rate", "basis_run_rate"),
        ("purchase_service", "non_cash", "basis_non_cash"),
        ("equity", "contingent", "basis_contingent"),
    ],
)
def test_what_is_not_money_makes_no_row_and_is_listed(instrument, basis, reason):
    ledger = case_ledger(made([leg(1, usd(100, basis=basis), instrument)], [event(1, "2025-01-01", "signed")]))
    assert ledger.m == 0
    assert ledger.left_out == (f"d:1: {reason}",)
    assert ledger.coverage == {"legs": 1, "legs_with_amount": 0}


def test_a_called_guarantee_moves_what_was_called():
    events = [event(1, "2025-01-01", "signed"), event(1, "2025-05-05", "paid_part", 40)]
    case = made([leg(1, usd(100, basis="contingent"), "guarantee_backstop")], events)
    assert rows(case_ledger(case)) == [("2025-05-05", 40.0, "paid", "d:1")]


def test_credits_in_kind_are_rows_of_their_own_instrument():
    case = made([leg(1, usd(100, basis="in_kind"), "credits_in_kind")], [event(1, "2025-01-01", "signed")])
    ledger = case_ledger(case)
    assert {ledger.instruments[code] for code in ledger.instrument} == {"credits_in_kind"}
    assert "flows.assume_credits_as_money" in ledger.assumptions


def test_a_yearly_rate_is_money_only_over_stated_years():
    rate = usd(1461, basis="per_year")
    case = made(
        [leg(1, rate, start="2025", end="2028"), leg(2, rate, end="")],
        [event(n, "2025-01-01", "signed") for n in (1, 2)],
    )
    ledger = case_ledger(case)
    assert ledger.amount.sum() == 4 * 1461 * 100
    assert ledger.left_out == ("d:2: amount_unknown",)


def test_unknown_amounts_are_counted_and_left_out():
    case = made(
        [leg(1, usd(100)), leg(2), leg(3, usd(None, None, 50))], [event(n, "2025-01-01", "signed") for n in (1, 2, 3)]
    )
    ledger = case_ledger(case)
    assert ledger.coverage == {"legs": 3, "legs_with_amount": 1}
    assert ledger.left_out == ("d:2: amount_unknown", "d:3: amount_ceiling")


def test_a_total_beside_its_tranches_counts_only_the_rest():
    case = made([leg(1, usd(100)), leg(2, usd(30), part_of="d:1")], [event(n, "2025-01-01", "signed") for n in (1, 2)])
    found = {}
    for _, amount, _, key in rows(case_ledger(case)):
        found[key] = found.get(key, 0) + amount
    assert found == {"d:1": 70.0, "d:2": 30.0}


def test_intervals_hold_the_limits_of_each_period():
    case = made(
        [leg(1, usd(40, 100, 200)), leg(2), leg(3, usd(None, None, 50), start="2025-01-01", end="2025-01-31")],
        [event(n, "2025-01-01", "signed") for n in (1, 2, 3)],
    )
    found = leg_intervals(case)
    first = [item for item in found if item.key == "d:1"]
    assert [sum(getattr(item, name) for item in first) for name in ("low", "central", "high")] == [4000, 10000, 20000]
    assert all(item.low <= item.central <= item.high for item in first)
    unknown = next(item for item in found if item.key == "d:2")
    assert (unknown.low, unknown.central, unknown.high) == (0, None, None)
    ceiling = next(item for item in found if item.key == "d:3")
    assert (ceiling.low, ceiling.central, ceiling.high) == (0, None, 5000)


def test_periods_of_intervals_follow_each_other_without_gap():
    case = made([leg(1, usd(100), start="2024-02-10", end="2026-05")], [event(1, "2024-01-01", "signed")])
    found = leg_intervals(case)
    assert found[0].first == dt.date(2024, 2, 10).toordinal()
    assert found[-1].t == dt.date(2026, 5, 31).toordinal()
    assert all(later.first == item.t + 1 for item, later in itertools.pairwise(found))


def test_pieces_of_a_schedule_add_up_exactly():
    for schedule in ("even", "front", "dates"):
        pieces = spread(1_000_003, dt.date(2024, 2, 29), dt.date(2031, 8, 1), schedule)
        assert sum(amount for _, amount in pieces) == 1_000_003
        assert min(amount for _, amount in pieces) >= 0
        assert [day for day, _ in pieces] == sorted({day for day, _ in pieces})


def test_the_worked_example_as_a_case():
    ledger = read_ledger(Request(target="textbook-own-money"))
    names = [
        (ledger.accounts[s], ledger.accounts[d], a // 100) for s, d, a in zip(ledger.src, ledger.dst, ledger.amount)
    ]
    assert names == [("a", "b", 100), ("x", "b", 50), ("b", "c", 90), ("y", "c", 30), ("c", "a", 60), ("b", "a", 40)]


@pytest.mark.parametrize("name", ["ai", "telecom"])
@pytest.mark.parametrize("rung", ["talked", "bound", "paid"])
def test_laws_of_the_built_in_ledgers(name, rung):
    case = read_case(Request(target=name))
    ledger = case_ledger(case, rung=rung)
    assert np.all(np.diff(ledger.t) >= 0)
    assert np.all(ledger.amount > 0)
    assert np.all(ledger.src != ledger.dst)
    assert ledger.coverage["legs_with_amount"] == len(set(ledger.leg.tolist()))
    assert ledger.coverage["legs"] - ledger.coverage["legs_with_amount"] == len(
        [item for item in ledger.left_out if "entity_unknown" not in item and "self_payment" not in item]
    )
    by_leg = {}
    for item in leg_intervals(case, rung=rung):
        low, high = by_leg.get(item.key, (0, 0))
        by_leg[item.key] = (low + item.low, None if high is None or item.high is None else high + item.high)
    for code in set(ledger.leg.tolist()):
        low, high = by_leg[ledger.legs[code]]
        amount = int(ledger.amount[ledger.leg == code].sum())
        assert low <= amount
        assert high is None or amount <= high


def test_nothing_that_is_no_payment_is_booked_in_the_ai_case():
    """The traps: the letter of intent, the stake value, the share deals and the guarantees make no row, on any rung."""
    case = read_case(Request(target="ai"))
    ledger = case_ledger(case, rung="talked")
    booked = {ledger.legs[code] for code in ledger.leg.tolist()}
    for key in (
        "nvda-openai-loi-2025:1",
        "msft-openai-recap-2025:2",
        "spacex-xai-merger:1",
        "spacex-cursor-2026:1",
        "coreweave-corescientific:1",
        "nvda-coreweave-backstop:1",
        "amd-openai-2025:2",
        "amd-meta-2026:2",
        "aligned-aip-2025:1",
        "openai-msft-revshare:2",
        "softbank-ampere:1",
    ):
        assert key not in booked
    share = ledger.amount[ledger.leg == ledger.legs.index("openai-msft-revshare:1")].sum()
    assert share == (493_800_000 + 865_800_000) * 100  # of the 0 to 38bn only what was paid


def test_as_of_a_day_only_what_was_known():
    day = dt.date(2025, 10, 1)
    case = read_case(Request(target="ai"))
    ledger = case_ledger(case, true_by=day, known_by=day)
    booked = {ledger.legs[code].split(":")[0] for code in ledger.leg.tolist()}
    assert "oracle-openai-2025" in booked
    assert not booked & {"amd-openai-2025", "amzn-openai-2025-cloud", "nvda-openai-2026", "nvda-openai-loi-2025"}
    assert ledger.inputs["known_by"] == "2025-10-01"


def test_an_id_that_stands_twice_is_one_account():
    case = made([leg(1, usd(100))], [event(1, "2025-01-01", "signed")])
    twice = Case("c", "C", "C", "USD", (case.entities[0], *case.entities), case.legs, case.events)
    ledger = case_ledger(twice)
    assert ledger.accounts == ("a", "b", "c")
    assert {(ledger.accounts[s], ledger.accounts[d]) for s, d in zip(ledger.src, ledger.dst)} == {("a", "b")}


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (Amount(None, Decimal(5), None, "EUR", "total"), "currency"),
        (usd(9, 5, 1), "amount_order"),
        (usd(-5), "amount_order"),
        (usd(10**15, basis="per_year"), "amount_size"),
    ],
)
def test_an_amount_that_cannot_stand_in_the_ledger_is_left_out_aloud(amount, reason):
    case = made([leg(1, amount, start="1600", end="2200")], [event(1, "2025-01-01", "signed")])
    ledger = case_ledger(case)
    assert (ledger.m, ledger.left_out) == (0, (f"d:1: {reason}",))


def test_the_largest_amount_is_kept_to_the_cent():
    largest = Decimal("999999999999999.99")
    case = made([leg(1, usd(largest), start="1600", end="2200")], [event(1, "2025-01-01", "signed")])
    assert sum(case_ledger(case).amount.tolist()) == 99_999_999_999_999_999


def test_a_negative_or_foreign_payment_is_no_row():
    events = [event(1, "2025-01-01", "signed"), event(1, "2025-02-01", "paid_part", -40)]
    assert case_ledger(made([leg(1, usd(100))], events), rung="paid").m == 0
