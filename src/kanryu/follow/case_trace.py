"""A company's inflow split into its own money back, other insiders' money and outside money, as honest intervals.

On a case the money that is followed is what the company paid out as financing, and what is counted is what comes home
as revenue: the boomerang of vendor financing. `case_trace_programme` gives the bounds that follow from deals and
reported totals, `case_trace_rules` the answers of the tracing rules inside them, `case_trace_worth` which unknown is
worth finding. Everything is asked per rung and per year.

Years are reported when the company's revenue is known for them: there the split has a denominator. Years ahead (or
without a report) have amounts only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from kanryu.case.records import INSTRUMENTS, REVENUE, Case, Rung
from kanryu.case.rungs import counts
from kanryu.case.rungs import rungs as events_by_leg
from kanryu.core.errors import UsageError
from kanryu.core.results import Origin
from kanryu.flows.from_case import case_ledger
from kanryu.flows.ledger import Ledger
from kanryu.follow.case_trace_figures import Reported, reported_totals
from kanryu.follow.case_trace_flows import TAGGED, CaseFlows, Flow, case_flows
from kanryu.follow.case_trace_programme import Programme
from kanryu.follow.case_trace_records import ByPayer, Narrows, OnRung, OwnMoney, RuleAnswers, Span, Split
from kanryu.follow.case_trace_rules import own_money_by_rule
from kanryu.follow.trace import RULES

RUNGS_ASKED: tuple[Rung, ...] = ("paid", "bound", "talked")


def own_money(
    case: Case,
    company: str,
    *,
    true_by: dt.date | None = None,
    known_by: dt.date | None = None,
    rung: Rung | None = None,
    schedule: str = "even",
    tag: tuple[str, ...] | None = None,
    count: tuple[str, ...] | None = None,
    all_rungs: bool = True,
    worth: bool = True,
) -> OwnMoney:
    """Own money back in a company's revenue, as an interval over all rules and amounts that fit the facts.

    Parameters
    ----------
    rung : the headline ("bound" by default: bound and paid); all three are computed unless `all_rungs` is False
    tag, count : instruments followed when the company pays, and counted when it is paid
    worth : whether to compute which missing fact narrows the interval most

    Raises
    ------
    NotFound
        No such company; near names are suggested.
    UsageError
        A kind of payment that does not exist.
    """
    case.entity(company)
    for name in (*(tag or ()), *(count or ())):
        if name not in INSTRUMENTS:
            raise UsageError(key="trace.instrument_unknown", found=name, known=", ".join(INSTRUMENTS))
    chosen: Rung = rung or "bound"
    reported = reported_totals(case, true_by=true_by, known_by=known_by)
    arms = finance_arms(case, company)
    flows = {
        name: case_flows(
            case,
            rung=name,
            true_by=true_by,
            known_by=known_by,
            schedule=schedule,
            tag=tag or TAGGED,
            count=count or REVENUE,
            arms=arms,
        )
        for name in (RUNGS_ASKED if all_rungs else (chosen,))
    }
    window = _window(flows, company, reported)
    on: dict[str, OnRung] = {}
    programmes: dict[str, Programme] = {}
    for name, data in flows.items():
        programme = Programme(data, company, reported)
        programmes[name] = programme
        rules: dict[str, RuleAnswers] = {}
        if name == chosen:
            ledger = case_ledger(case, true_by=true_by, known_by=known_by, rung=chosen, schedule=schedule)
            rules = _rules(ledger, data, company, reported, programme, window)
        on[name] = _on_rung(name, programme, window, rules, is_headline=name == chosen)
    narrows: tuple[Narrows, ...] = ()
    if worth:
        from kanryu.follow.case_trace_worth import what_narrows

        narrows = what_narrows(programmes[chosen], window or flows[chosen].years)
    return OwnMoney(
        company=company,
        currency=case.currency,
        rung=chosen,
        first=window[0] if window else None,
        last=window[-1] if window else None,
        on=on,
        narrows=narrows,
        missing=_missing(programmes[chosen], company, reported),
        origin=_origin(case, company, programmes[chosen], reported, window, true_by, known_by, schedule, arms, chosen),
    )


def finance_arms(case: Case, company: str) -> dict[str, str]:
    """Finance arms of a vendor that bear its name: what they lend is the vendor's money. Arm -> company."""
    word = case.entity(company).name_en.split()[0].casefold()
    return {
        entity.id: company
        for entity in case.entities
        if entity.kind == "vendor_finance_arm" and entity.id != company and entity.name_en.split()[0].casefold() == word
    }


def _window(flows: dict[Rung, CaseFlows], company: str, reported: Reported) -> tuple[int, ...]:
    """Reported years from the first financing on; all reported years if the company financed nobody by then."""
    years = reported.years(company, "revenue")
    paid = [f.year for data in flows.values() for f in data.tagged(company) if f.high > 0]
    started = [year for year in years if paid and year >= min(paid)]
    return tuple(started or years)


def _span(low: float | None, high: float | None) -> Span:
    return Span(low or 0.0, None if high is None or high == float("inf") else high)


def _on_rung(
    name: str, programme: Programme, window: tuple[int, ...], rules: dict[str, RuleAnswers], *, is_headline: bool
) -> OnRung:
    data, company = programme.data, programme.company
    tagged = data.tagged(company)
    until = [f for f in tagged if not window or f.year <= window[-1]]
    dealt = {f.year for f in (*data.home(company), *tagged) if f.high > 0}
    ahead = [year for year in data.years if year in dealt and (not window or year > window[-1])]
    payers = sorted({f.payer for f in programme.core if f.payee == company}) if is_headline else []
    years = window or data.years
    by_payer = [ByPayer(payer, _span(0.0, _most(programme, years, payer)).high) for payer in payers]
    on_the_way = {f.key for f in programme.core}
    return OnRung(
        rung=name,
        paid_out=_span(sum(f.low for f in until), sum(f.high for f in until)),
        paid_out_in_all=_span(sum(f.low for f in tagged), sum(f.high for f in tagged)),
        total=_split(programme, window) if window else None,
        years=tuple(_split(programme, (year,)) for year in window) if is_headline and len(window) > 1 else (),
        ahead=_split(programme, ahead) if ahead else None,
        rules=rules,
        payers=tuple(sorted(by_payer, key=lambda p: -(p.high if p.high is not None else float("inf")))),
        legs_on_the_way=len(on_the_way),
        unknown=tuple(sorted(on_the_way & set(data.unknown))),
        conflicts=tuple(programme.conflicts),
    )


def _most(programme: Programme, years: Iterable[int], payer: str) -> float | None:
    own = programme.own(years)
    mine = {place for f in programme.core if f.payer == payer for place in programme.own_of(f)}
    return programme.solve({k: v for k, v in own.items() if k in mine}, largest=True)[0]


def _split(programme: Programme, years: Iterable[int]) -> Split:
    years = tuple(years)
    data, company, reported = programme.data, programme.company, programme.reported
    roles = {entity.id: entity.role for entity in data.case.entities}
    home = [f for f in data.home(company) if f.year in years]
    inside = [f for f in home if roles[f.payer] != "outside"]
    own = programme.own(years)
    own_low, own_high = programme.solve(own, largest=False)[0], programme.solve(own, largest=True)[0]
    deals_low, deals_high = _limits(programme, home)
    inside_low, inside_high = _limits(programme, inside)
    rest = {place: 1.0 for place in programme.amounts(inside)}
    for place in own:
        rest[place] = rest.get(place, 0.0) - 1.0
    others_low = programme.solve(rest, largest=False)[0] if own else inside_low
    totals = [reported.total(company, "revenue", year) for year in years]
    known = [total for total in totals if total is not None]
    inflow = outside = share = None
    if known and len(known) == len(years):
        low, high = sum(total.low for total in known), sum(total.high for total in known)
        inflow = Span(low, high)
        outside = Span(max(low - min(inside_high or 0.0, high), 0.0), max(high - (inside_low or 0.0), 0.0))
        most = min(own_high if own_high is not None else high, high)
        share = Span((own_low or 0.0) / high, min(most / low, 1.0)) if low else None
    elif own_high == 0:
        share = Span(0.0, 0.0)
    label = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
    return Split(
        label=label,
        inflow=inflow,
        deals=_span(deals_low, deals_high),
        own=_span(own_low, own_high),
        insiders=_span(max(others_low or 0.0, 0.0), inside_high),
        outside=outside,
        own_share=share,
    )


def _limits(programme: Programme, flows: list[Flow]) -> tuple[float | None, float | None]:
    """Least and most of a sum of amounts; without a programme where no reported total binds them."""
    terms = programme.amounts(flows)
    if not terms:
        return 0.0, 0.0
    return programme.solve(terms, largest=False)[0], programme.solve(terms, largest=True)[0]


def _rules(
    ledger: Ledger, data: CaseFlows, company: str, reported: Reported, programme: Programme, window: tuple[int, ...]
) -> dict[str, RuleAnswers]:
    years = window or data.years
    if not programme.core:
        share = 0.0 if window else None
        return {rule: RuleAnswers(0.0, 0.0, share, share) for rule in RULES}
    known = own_money_by_rule(ledger, data, company, reported, programme.core, lambda flow: flow.central)
    widest = known
    _, point = programme.solve(programme.own(years), largest=True)
    if point is not None:
        best = point
        widest = own_money_by_rule(
            ledger, data, company, reported, programme.core, lambda flow: programme.amount_at(best, flow)
        )
    totals = [reported.total(company, "revenue", year) for year in window]
    inflow = sum(total.low for total in totals if total is not None)

    def in_years(by_year: dict[int, float]) -> float:
        return sum(by_year.get(year, 0.0) for year in years)

    answers = {rule: (in_years(known[rule]), in_years(widest[rule])) for rule in RULES}
    return {
        rule: RuleAnswers(least, most, least / inflow if inflow else None, most / inflow if inflow else None)
        for rule, (least, most) in answers.items()
    }


def _missing(programme: Programme, company: str, reported: Reported) -> tuple[str, ...]:
    """Reported totals that would limit something on the way home and are not in the case: "company:kind"."""
    needed: dict[str, None] = {}
    if not reported.years(company, "revenue"):
        needed[f"{company}:revenue"] = None
    for flow in programme.core:
        if flow.high == float("inf"):
            if flow.instrument == "purchase_goods" and reported.total(flow.payer, "capex", flow.year) is None:
                needed[f"{flow.payer}:capex"] = None
            elif flow.payee != company and reported.total(flow.payee, "revenue", flow.year) is None:
                needed[f"{flow.payee}:revenue"] = None
    return tuple(needed)


def _origin(
    case: Case,
    company: str,
    programme: Programme,
    reported: Reported,
    window: tuple[int, ...],
    true_by: dt.date | None,
    known_by: dt.date | None,
    schedule: str,
    arms: dict[str, str],
    rung: str,
) -> Origin:
    events = events_by_leg(case).events
    urls = []
    for key in dict.fromkeys(f.key for f in programme.core):
        seen = [event for event in events.get(key, []) if counts(event, true_by, known_by)]
        urls += [event.source.url for event in seen[-1:]]
    totals = [reported.total(company, "revenue", year) for year in window]
    figures = [url for total in totals if total is not None for url in total.sources]
    assumptions = ["case_trace.assume_other_money", "case_trace.assume_gone", "case_trace.assume_year"]
    assumptions.append(f"flows.assume_{schedule}")
    if any(total is not None and total.is_fiscal for total in totals):
        assumptions.append("case_trace.assume_fiscal")
    if arms:
        assumptions.append("case_trace.assume_arm")
    if programme.core:
        assumptions.append("case_trace.assume_spend_rest")
    data = programme.data
    on_the_way = {f.key for f in programme.core}
    return Origin(
        definition="case_trace.define",
        inputs={
            "case": case.id,
            "company": company,
            "true_by": str(true_by) if true_by else None,
            "known_by": str(known_by) if known_by else None,
            "rung": rung,
            "arms": ", ".join(arms) or None,
            "tag": ", ".join(data.tag),
            "count": ", ".join(data.count),
        },
        assumptions=tuple(assumptions),
        left_out=(),
        coverage={
            "legs": data.legs,
            "legs_without_amount": len(data.unknown),
            "legs_on_the_way": len(on_the_way),
            "legs_on_the_way_without_amount": len(on_the_way & set(data.unknown)),
        },
        sources=tuple(dict.fromkeys((*figures, *urls))),
    )
