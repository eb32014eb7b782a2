"""The tracing rules on a case: on the amounts that are known, and on the amounts that allow the most own money.

A rule needs one amount per payment. Two ledgers are made: the central amounts of the deals, and the amounts at which
the programme of `case_trace_programme` reaches its largest value (which decides also what nobody discloses). Both fit
the reported totals, so every rule lies inside the bounds.

A company's other money matters to a rule: what it earns beyond the deals (reported revenue less the legs into it)
arrives from outside quarter by quarter, and what of it the deals do not use up is spent outside in the same quarter.
That is an assumption; companies without a reported revenue only have what the deals bring them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np

from kanryu.case.records import REVENUE
from kanryu.flows.ledger import Ledger, from_columns
from kanryu.follow.case_trace_figures import Reported
from kanryu.follow.case_trace_flows import CaseFlows, Flow
from kanryu.follow.trace import RULES, own_parts
from kanryu.follow.trace_rows import prepare

SOURCE, SINK = "(from outside)", "(to outside)"
Amount = Callable[[Flow], float | None]


def own_money_by_rule(
    ledger: Ledger, flows: CaseFlows, company: str, reported: Reported, core: list[Flow], amount: Amount
) -> dict[str, dict[int, float]]:
    """Own money in the counted inflow, by rule and year, whole currency.

    Parameters
    ----------
    ledger : the case's rows (`flows.from_case.case_ledger`) on the same rung and day
    core : flows on the way home; only their companies are followed
    amount : what each flow is taken to be; None = unknown and left out
    """
    near = {company, *(f.payer for f in core), *(f.payee for f in core)}
    rows = _scaled_rows(ledger, flows, reported, near, amount)
    rows += _outside_rows(rows, near - {company}, reported)
    rows.sort(key=lambda row: row[2])
    if not any(row[0] == company for row in rows):
        return {rule: {} for rule in RULES}
    names = tuple(dict.fromkeys([company, *(name for row in rows for name in row[:2])]))
    instruments = tuple(dict.fromkeys(row[4] for row in rows))
    made = from_columns(
        [names.index(row[0]) for row in rows],
        [names.index(row[1]) for row in rows],
        [row[2] for row in rows],
        [row[3] for row in rows],
        accounts=names,
        minor=ledger.minor,
        instrument=np.array([instruments.index(row[4]) for row in rows], np.int16),
        instruments=instruments,
    )
    chosen = prepare(
        made,
        company,
        tag=[name for name in flows.tag if name in instruments],
        count=[name for name in flows.count if name in instruments],
    )
    home = np.flatnonzero(chosen.counted == 1)
    years = [dt.date.fromordinal(int(t)).year for t in made.t[chosen.index[home]]]
    answers: dict[str, dict[int, float]] = {}
    for rule in RULES:
        part, _ = own_parts(chosen, rule)
        by_year: dict[int, float] = {}
        for year, own in zip(years, part[home].tolist()):
            by_year[year] = by_year.get(year, 0.0) + own / ledger.minor
        answers[rule] = by_year
    return answers


Row = tuple[str, str, int, int, str]  # payer, payee, day, minor units, instrument


def _scaled_rows(ledger: Ledger, flows: CaseFlows, reported: Reported, near: set[str], amount: Amount) -> list[Row]:
    """Rows of the companies near the money, each leg and year brought to its amount."""
    touching = [f for f in flows.flows if f.payer in near or f.payee in near]
    wanted = {(f.key, f.year): amount(f) for f in touching}
    _fit_totals(touching, wanted, reported)
    last = max(flows.years, default=0)
    have: dict[tuple[str, int], list[int]] = {}
    assert ledger.leg is not None
    for i in range(ledger.m):
        year = min(dt.date.fromordinal(int(ledger.t[i])).year, last)
        have.setdefault((ledger.legs[ledger.leg[i]], year), []).append(i)
    rows: list[Row] = []
    for flow in touching:
        target = wanted[flow.key, flow.year]
        if not target:
            continue
        cents = round(target * ledger.minor)
        places = have.get((flow.key, flow.year), [])
        known = sum(int(ledger.amount[i]) for i in places)
        if known:
            passed = given = 0
            for i in places:  # parts add up exactly
                passed += int(ledger.amount[i])
                part = cents * passed // known - given
                given += part
                rows.append((flow.payer, flow.payee, int(ledger.t[i]), part, flow.instrument))
        else:
            for quarter, day in enumerate(_quarter_ends(flow.year)):
                part = cents * (quarter + 1) // 4 - cents * quarter // 4
                rows.append((flow.payer, flow.payee, day, part, flow.instrument))
    return rows


def _fit_totals(flows: list[Flow], wanted: dict[tuple[str, int], float | None], reported: Reported) -> None:
    """Where amounts of one year exceed a reported total, all of them are scaled down to it."""
    from kanryu.follow.case_trace_programme import LIMITS

    for kind, side, instruments in LIMITS:
        groups: dict[tuple[str, int], list[Flow]] = {}
        for flow in flows:
            if flow.instrument in instruments:
                groups.setdefault((getattr(flow, side), flow.year), []).append(flow)
        for (entity, year), members in groups.items():
            total = reported.total(entity, kind, year)
            summed = sum(wanted[f.key, f.year] or 0.0 for f in members)
            if total is not None and summed > total.high:
                for flow in members:
                    value = wanted[flow.key, flow.year]
                    wanted[flow.key, flow.year] = None if value is None else value * total.high / summed


def _outside_rows(rows: list[Row], companies: set[str], reported: Reported) -> list[Row]:
    """Revenue from outside at the start of each quarter, and what the deals leave of it spent at the end."""
    found: list[Row] = []
    for company in companies:
        for year in reported.years(company, "revenue"):
            total = reported.total(company, "revenue", year)
            assert total is not None
            first, last = dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal()
            mine = [row for row in rows if first <= row[2] <= last]
            sold = sum(row[3] for row in mine if row[1] == company and row[4] in REVENUE)
            bought = sum(row[3] for row in mine if row[0] == company)
            beyond = max(round(total.low * 100) - sold, 0)
            for quarter, day in enumerate(_quarter_ends(year)):
                start = dt.date(year, 3 * quarter + 1, 1).toordinal()
                found.append((SOURCE, company, start, beyond // 4, "outside"))
                found.append((company, SINK, day, max(beyond - bought, 0) // 4, "outside"))
    return found


def _quarter_ends(year: int) -> list[int]:
    return [dt.date(year, 3, 31).toordinal()] + [
        dt.date(year, m, d).toordinal() for m, d in ((6, 30), (9, 30), (12, 31))
    ]
