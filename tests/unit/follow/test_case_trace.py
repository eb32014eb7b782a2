"""Own money on small cases whose answers can be worked out by hand."""

import datetime as dt
from decimal import Decimal

import pytest

from kanryu.case.records import Case, Entity, Event, Figure, Leg, Source
from kanryu.core.dates import parse_date
from kanryu.core.errors import NotFound
from kanryu.core.money import Amount
from kanryu.follow.case_trace import own_money
from kanryu.follow.case_trace_figures import reported_totals
from kanryu.follow.case_trace_flows import case_flows
from kanryu.follow.case_trace_headline import as_trace
from kanryu.follow.case_trace_programme import Programme, core_flows
from kanryu.follow.trace import RULES

SOURCE = Source(url="https://example.org")


def amount(*values, basis="total"):
    low, central, high = (None if v is None else Decimal(v) for v in values)
    return Amount(low, central, high, "USD", basis)


def leg(number, payer, payee, instrument, values, start="2024", end="2024"):
    return Leg(
        deal_id=f"d{number}",
        leg="1",
        payer=payer,
        payee=payee,
        instrument=instrument,
        amount=amount(*values),
        start=parse_date(start),
        end=parse_date(end) if end else None,
    )


def signed(a_leg, date="2024-01-01", known="2024-01-01"):
    return Event(
        deal_id=a_leg.deal_id,
        leg="1",
        date=parse_date(date),
        known_on=parse_date(known),
        status="signed",
        amount=amount(None, None, None),
        what="signed",
        source=SOURCE,
    )


def figure(entity, metric, period, value, known="2025-02"):
    return Figure(
        entity=entity,
        metric=metric,
        period_text=period,
        unit="USD",
        source=SOURCE,
        value=Decimal(value),
        period=parse_date(period),
        known_on=parse_date(known),
    )


def small_case(legs, figures=(), roles=None):
    names = dict.fromkeys([x for a_leg in legs for x in (a_leg.payer, a_leg.payee)])
    roles = roles or {}
    entities = [Entity(n, n.title(), n, "lab", roles.get(n, "labs")) for n in names]
    return Case(
        "small",
        "Small",
        "小",
        "USD",
        tuple(entities),
        tuple(legs),
        tuple(signed(a_leg) for a_leg in legs),
        figures=tuple(figures),
    )


VENDOR_FINANCE = [
    leg(1, "vendor", "lab", "equity", (100, 100, 100)),
    leg(2, "lab", "vendor", "purchase_goods", (60, 80, 90)),
    leg(3, "shop", "vendor", "purchase_goods", (10, 10, 10)),
]


def test_bounds_and_split_with_reported_revenue():
    """100 go out, at most 90 come back as purchases; revenue 400 leaves 300 to 330 for outside money."""
    case = small_case(VENDOR_FINANCE, [figure("vendor", "revenue", "2024", 400)], {"shop": "outside"})
    own = own_money(case, "vendor")
    total = own.headline.total
    assert (own.first, own.last) == (2024, 2024)
    assert (total.inflow.low, total.own.low, total.own.high) == (400, 0, 90)
    assert (total.own_share.low, total.own_share.high) == (0, 90 / 400)
    assert (total.insiders.low, total.insiders.high) == (0, 90)
    assert (total.outside.low, total.outside.high) == (310, 340)
    assert (total.deals.low, total.deals.high) == (70, 100)
    shared = as_trace(own)
    assert (shared.inflow, shared.bounds.low, shared.bounds.high) == (400, 0, 90)
    assert shared.rules["own_first"].back == 80


def test_purchases_by_the_company_are_not_its_financing():
    legs = [leg(1, "vendor", "lab", "purchase_service", (100, 100, 100)), *VENDOR_FINANCE[1:]]
    assert own_money(small_case(legs), "vendor").headline.ahead.own.high == 0
    own = own_money(small_case(legs), "vendor", tag=("purchase_service",))
    assert own.headline.ahead.own.high == 90


def test_undisclosed_amount_is_limited_by_capital_expenditure_and_revenue():
    legs = [
        leg(1, "vendor", "lab", "equity", (100, 100, 100)),
        leg(2, "lab", "cloud", "purchase_service", (None, None, None)),
        leg(3, "cloud", "vendor", "purchase_goods", (None, None, None)),
    ]
    no_report = own_money(small_case(legs), "vendor").headline
    assert no_report.ahead.own.high == 100  # what was paid out is the only limit
    assert no_report.unknown == ("d2:1", "d3:1")
    figures = [figure("vendor", "revenue", "2024", 400), figure("cloud", "capex", "2024", 30)]
    own = own_money(small_case(legs, figures), "vendor")
    assert own.headline.total.own.high == 30
    assert own.headline.payers[0].high == 30
    assert {n.name for n in own.narrows} >= {"d2:1", "d3:1"}
    own = own_money(small_case(legs, [*figures, figure("cloud", "revenue", "2024", 20)]), "vendor")
    assert own.headline.total.own.high == 20


def test_unlimited_stays_unlimited():
    legs = [
        leg(1, "vendor", "lab", "equity", (None, None, None)),
        leg(2, "lab", "vendor", "purchase_goods", (None, None, None)),
    ]
    ahead = own_money(small_case(legs), "vendor").headline.ahead
    assert ahead.own.high is None
    assert ahead.own_share is None


def test_money_cannot_come_home_before_it_left():
    legs = [
        leg(1, "vendor", "lab", "equity", (100, 100, 100), "2026", "2026"),
        leg(2, "lab", "vendor", "purchase_goods", (90, 90, 90), "2024", "2024"),
    ]
    own = own_money(small_case(legs, [figure("vendor", "revenue", "2024", 400)]), "vendor")
    assert own.headline.total.own.high == 0


def test_known_other_money_forces_a_return():
    """Oracle 13 on a case: 10 from the vendor, 5 from others, 12 paid back: at least 7 if there is no other money."""
    legs = [
        leg(1, "vendor", "lab", "equity", (10, 10, 10)),
        leg(2, "fund", "lab", "equity", (5, 5, 5)),
        leg(3, "lab", "vendor", "purchase_goods", (12, 12, 12)),
    ]
    legs = [
        leg(n, x.payer, x.payee, x.instrument, [v for v in (x.amount.low, x.amount.low, x.amount.low)])
        for n, x in enumerate(legs)
    ]
    case = small_case(legs)
    data, reported = case_flows(case, rung="bound"), reported_totals(case)
    free = Programme(data, "vendor", reported)
    tight = Programme(data, "vendor", reported, limited=("lab",))
    assert free.solve(free.own([2024]), largest=False)[0] == 0
    assert tight.solve(tight.own([2024]), largest=False)[0] == pytest.approx(7)
    assert tight.solve(tight.own([2024]), largest=True)[0] == pytest.approx(10)
    found = [n for n in own_money(case, "vendor").narrows if n.what == "other_money"]
    assert [(n.name, n.low) for n in found] == [("lab", pytest.approx(7))]


def test_reported_total_beats_the_assumed_schedule():
    legs = [
        leg(1, "vendor", "lab", "equity", (100, 100, 100)),
        leg(2, "lab", "vendor", "purchase_goods", (90, 90, 90)),
    ]
    own = own_money(small_case(legs, [figure("vendor", "revenue", "2024", 50)]), "vendor")
    assert own.headline.total.own.high == 50
    assert [(c.entity, c.legs, c.total) for c in own.headline.conflicts] == [("vendor", 90, 50)]
    assert max(answer.widest for answer in own.headline.rules.values()) <= 50


def test_as_of_never_looks_ahead():
    case = small_case(VENDOR_FINANCE, [figure("vendor", "revenue", "2024", 400)])
    before = own_money(case, "vendor", true_by=dt.date(2023, 1, 1), known_by=dt.date(2023, 1, 1))
    assert before.headline.total is None
    assert before.headline.legs_on_the_way == 0


def test_quarters_halves_and_fiscal_years_add_up_to_years():
    figures = [figure("lab", "revenue_total", f"2024Q{q}", q) for q in (1, 2, 3, 4)]
    figures += [figure("vendor", "revenue_half", "2024H1", 5), figure("vendor", "revenue_half", "2024H2", 6)]
    figures += [figure("shop", "revenue_total", f"2024Q{q}", q) for q in (1, 2, 3)]
    reported = reported_totals(small_case(VENDOR_FINANCE, figures))
    assert reported.total("lab", "revenue", 2024).low == 10
    assert reported.total("vendor", "revenue", 2024).high == 11
    assert reported.total("shop", "revenue", 2024) is None


def test_unknown_company_is_refused_with_near_names():
    with pytest.raises(NotFound) as wrong:
        own_money(small_case(VENDOR_FINANCE), "vendr")
    assert wrong.value.near == ("vendor",)


@pytest.mark.parametrize(("name", "companies"), [("ai", ("nvidia", "microsoft", "amazon")), ("telecom", ("lucent",))])
def test_rules_lie_inside_the_bounds_on_the_built_in_cases(name, companies):
    from kanryu.formats.source import Request, read_case

    case = read_case(Request(target=name))
    for company in companies:
        on = own_money(case, company, all_rungs=False, worth=False).headline
        split = on.total or on.ahead
        assert set(on.rules) == set(RULES)
        for answer in on.rules.values():
            assert split.own.low - 1 <= answer.known <= split.own.high + 1
            assert split.own.low - 1 <= answer.widest <= split.own.high + 1


def test_core_is_empty_without_a_way_home():
    data = case_flows(small_case(VENDOR_FINANCE[:1]), rung="bound")
    assert core_flows(data, "vendor") == []
