"""History as judge: what the telecom case says at the end of 2000, from what was public by then and nothing else.

Statements that can be wrong: the size of the hole at a vendor whose customer loans fail, the largest single names,
who is next among shared customers, and sign and range of vendor revenue.
"""

from __future__ import annotations

import datetime as dt

import msgspec
import numpy as np

from kanryu.case.figures import figures_of
from kanryu.case.records import Case
from kanryu.core.money import Interval
from kanryu.stress.answer import stress_test
from kanryu.stress.plan import CasePlan, plan_of_case
from kanryu.stress.plan_draws import scenarios
from kanryu.stress.plan_figures import latest_balance
from kanryu.stress.results import EntityHit
from kanryu.stress.situation import parameters


class NameAtRisk(msgspec.Struct, frozen=True, kw_only=True):
    """A debtor of the vendor: what it owes, what it may still draw in the year, None = not disclosed."""

    id: str
    owed: Interval | None
    to_draw: Interval | None


class NextLender(msgspec.Struct, frozen=True, kw_only=True):
    """Another lender to customers of the vendor; `unknown` loans have no published amount."""

    id: str
    shared: tuple[str, ...]
    owed: Interval
    unknown: int


class VendorRevenue(msgspec.Struct, frozen=True, kw_only=True):
    """Change of a vendor's revenue in the year when its own customer loans fail and are not renewed."""

    id: str
    change: Interval | None


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """Everything said about one vendor on one day.

    financed_share : share of vendors' business with young carriers under vendor finance, as analysts put it
    """

    case: str
    day: str
    year: int
    vendor: str
    drawn: Interval
    hole: Interval
    receipts_lost: Interval
    reserve: float | None
    names: tuple[NameAtRisk, ...]
    next: tuple[NextLender, ...]
    revenue: tuple[VendorRevenue, ...]
    financed_share: Interval | None


def judge(case: Case, vendor: str, day: dt.date, *, draws: int = 200) -> Judgement:
    """What follows for a vendor and its neighbours if its customer loans fail, as known on a day.

    Raises
    ------
    NotFound
        The vendor is not in the case.
    """
    plan = plan_of_case(case, day=day, ranges=parameters())
    hit = _hit(case, vendor, day, draws)
    debts = [debt for debt in plan.legs.debts if debt.creditor == vendor]
    names = dict.fromkeys(debt.debtor for debt in debts)
    for leg in plan.legs.legs:
        if leg.src == vendor and leg.instrument in ("debt", "convertible"):
            names.setdefault(leg.dst)
    found = [_name(plan, vendor, who) for who in names]
    found.sort(key=lambda item: (item.id.startswith("customers:"), -((item.owed.high or 0.0) if item.owed else 0.0)))
    reserve = latest_balance(case, vendor, ("bad_debt_reserve",), day, day)
    lenders = sorted({debt.creditor for debt in plan.legs.debts if debt.creditor.partition(":")[0] != "customers"})
    vendors = [name for name in lenders if case.entity(name).role == "chips"]
    return Judgement(
        case=case.id,
        day=day.isoformat(),
        year=plan.year,
        vendor=vendor,
        drawn=_drawn(plan, vendor),
        hole=hit.debt_lost,
        receipts_lost=hit.receipts_lost,
        reserve=None if reserve is None else reserve.central,
        names=tuple(found),
        next=_next(case, plan, vendor),
        revenue=tuple(VendorRevenue(id=name, change=_hit(case, name, day, draws).revenue_change) for name in vendors),
        financed_share=_financed(case, day),
    )


def _financed(case: Case, day: dt.date) -> Interval | None:
    ends = []
    for end in ("low", "high"):
        told = figures_of(case, "large_vendors", f"vendor_financed_share_of_business_{end}", day)
        if not told or told[0].value is None:
            return None
        ends.append(float(told[0].value) / 100.0)
    return Interval(ends[0], None, ends[1])


def _drawn(plan: CasePlan, vendor: str) -> Interval:
    """What customers owe the vendor or have drawn under its guarantees; a reported total of loans leaves no range."""
    drawn = scenarios(plan, parameters(), count=500, seed=1).situation.owed
    mine = np.array([debt.creditor == vendor for debt in plan.legs.debts], bool)
    total = drawn[mine].sum(axis=0)
    return Interval(float(np.quantile(total, 0.05)), float(np.median(total)), float(np.quantile(total, 0.95)))


def _hit(case: Case, vendor: str, day: dt.date, draws: int) -> EntityHit:
    result = stress_test(case, [f"loans:{vendor}"], day=day, draws=draws)
    return next(item for item in result.entities if item.id == vendor)


def _name(plan: CasePlan, vendor: str, who: str) -> NameAtRisk:
    owed = [debt for debt in plan.legs.debts if debt.creditor == vendor and debt.debtor == who]
    draws = [leg for leg in plan.legs.legs if leg.src == vendor and leg.dst == who and leg.is_funding]

    def add(items: list[object]) -> Interval | None:
        if not items:
            return None
        return Interval(*(float(np.sum([getattr(item, end) for item in items])) for end in ("low", "central", "high")))

    return NameAtRisk(id=who, owed=add(list(owed)), to_draw=add(list(draws)))


def _next(case: Case, plan: CasePlan, vendor: str) -> tuple[NextLender, ...]:
    """Other lenders to customers whom the vendor lends to, sells to, or has promised loans to."""
    loans = {leg.key for leg in case.legs if leg.instrument in ("debt", "convertible")}
    customers = {debt.debtor for debt in plan.legs.debts if debt.creditor == vendor}
    customers |= {leg.dst for leg in plan.legs.legs if leg.src == vendor and leg.is_funding}
    customers |= {leg.src for leg in plan.legs.legs if leg.dst == vendor}
    customers |= {dst for key, (src, dst) in plan.legs.unknown.items() if src == vendor and key in loans}
    customers |= {src for src, dst in plan.legs.unknown.values() if dst == vendor}
    found = []
    for lender in plan.situation.plan.accounts:
        if lender == vendor:
            continue
        debts = [debt for debt in plan.legs.debts if debt.creditor == lender and debt.debtor in customers]
        hidden = {
            dst: key
            for key, (src, dst) in plan.legs.unknown.items()
            if src == lender and dst in customers and key in loans
        }
        if not debts and not hidden:
            continue
        shared = tuple(dict.fromkeys([*(debt.debtor for debt in debts), *hidden]))
        owed = Interval(*(float(sum(getattr(debt, end) for debt in debts)) for end in ("low", "central", "high")))
        found.append(NextLender(id=lender, shared=shared, owed=owed, unknown=len(hidden)))
    return tuple(sorted(found, key=lambda item: (-(item.owed.high or 0.0), -item.unknown, item.id)))
