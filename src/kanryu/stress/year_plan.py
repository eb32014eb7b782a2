"""The plan of sources and uses as a table: what comes in, what goes out, what is missing, what is unknown."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from kanryu.case.records import Case, Rung
from kanryu.core.money import Interval
from kanryu.core.results import Origin
from kanryu.stress.answer import plan_assumptions, plan_gaps, plan_names
from kanryu.stress.plan import SINK, plan_of_case
from kanryu.stress.plan_draws import scenarios
from kanryu.stress.results import CompanyPlan, YearPlan
from kanryu.stress.situation import Parameter, interval, parameters

DRAWS = 400


def stress_plan(
    case: Case,
    *,
    day: dt.date | None = None,
    rung: Rung = "bound",
    year: int | None = None,
    changes: dict[str, float | Parameter] | None = None,
    schedule: str = "even",
    seed: int = 1,
) -> YearPlan:
    """Sources and uses of every company in a year, before anything breaks; options as in `stress_test`.

    Intervals are the 5, 50 and 95 % points of draws from the ranges of amounts and figures.

    Examples
    --------
    >>> from kanryu.formats.source import Request, read_case
    >>> plan = stress_plan(read_case(Request(target="telecom")), day=dt.date(2000, 12, 31))
    >>> plan.year
    2001
    """
    ranges = parameters(changes)
    plan = plan_of_case(case, year=year, day=day, rung=rung, ranges=ranges, schedule=schedule)
    drawn = scenarios(plan, ranges, count=DRAWS, seed=seed)
    legs = plan.situation.plan
    amount = drawn.given.amount
    deals = np.arange(legs.m) < len(plan.legs.legs)
    lends = np.asarray(legs.is_funding, bool)
    unknown: dict[str, list[str]] = {}
    for key, pair in plan.legs.unknown.items():
        for name in pair:
            unknown.setdefault(name, []).append(key)
    gaps = {gap.id: gap for gap in plan_gaps(plan, ranges)}

    def total(rows: Any, ends: Any) -> Any:
        table = np.zeros((legs.n, DRAWS))
        np.add.at(table, ends[rows], amount[rows])
        return table

    sales, lent = total(deals & ~lends, legs.dst), total(deals & lends, legs.dst)
    spent, running = total(deals, legs.src), total(~deals, legs.src)
    has_revenue = ~np.isnan(plan.revenue_limits[:, 1])
    has_made, has_cash = ~np.isnan(plan.made[:, 1]), ~np.isnan(plan.cash[:, 1])
    companies = []
    closed = []
    for i, name in enumerate(legs.accounts):
        if name == SINK:
            continue
        outside = drawn.given.outside[i]
        part = outside / np.maximum(outside + sales[i], 1e-9)
        if has_revenue[i] and float(np.median(part)) < 1e-3:
            closed.append(name)
        whole = has_revenue[i] and has_made[i]
        missing = [
            word
            for word, there in (("revenue", has_revenue[i]), ("cash_flow", has_made[i]), ("cash", has_cash[i]))
            if not there
        ]
        companies.append(
            CompanyPlan(
                id=name,
                outside=interval(outside) if has_revenue[i] else None,
                revenue_in=interval(sales[i]),
                funding_in=interval(lent[i]),
                cash=interval(np.repeat(plan.cash[i, 1], 1)) if has_cash[i] else None,
                legs_out=interval(spent[i]),
                running=interval(running[i]) if whole else None,
                surplus=interval(drawn.surplus[i]) if whole else None,
                gap=interval(drawn.gap[i]) if whole else Interval(0.0, None, float(np.quantile(drawn.gap[i], 0.95))),
                outside_share=interval(part) if has_revenue[i] else None,
                is_source=bool(plan.is_source[i]),
                missing=() if plan.is_source[i] else tuple(missing),
                unknown_legs=tuple(unknown.get(name, ())),
                unpaid_legs=gaps[name].unpaid_legs if name in gaps else (),
                sources=plan.figures.get(name, ()),
            )
        )
    companies.sort(key=lambda item: -(item.legs_out.high or 0.0))
    return YearPlan(
        case=case.id,
        year=plan.year,
        day=day.isoformat() if day else "",
        feasible=not gaps,
        companies=tuple(companies),
        gaps=tuple(gaps.values()),
        closed=tuple(closed),
        names=plan_names(plan),
        talked=plan.legs.talked,
        assumptions=("stress.assumed_last_year", *plan_assumptions(plan, ranges)[-2:]),
        origin=Origin(
            definition="stress.definition_plan",
            inputs={"case": case.id, "year": plan.year, "rung": rung, "schedule": schedule},
            left_out=plan.legs.left_out,
            coverage={"legs": len(plan.legs.legs), "legs_without_amount": len(plan.legs.unknown)},
        ),
    )
