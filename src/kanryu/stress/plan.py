"""The plan of sources and uses of a case for one year, built in the open: every gap is named.

Per company: money from outside (reported revenue less the case's own purchases), legs in, cash; against operations
(reported revenue less cash made, less legs already counted), legs out. Where figures are missing the cushion is
unknown: the answer is then given for both ends, "absorbs everything" and "passes everything on". A plan that is not
feasible is reported with the legs that cannot be paid; the cascade then starts from the plan completed by a named,
unpromised source of money (`gap`), and says so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

from kanryu.case.records import Case, Rung
from kanryu.core.dates import PartialDate
from kanryu.flows.from_case import leg_intervals
from kanryu.stress.legs import Plan, check_plan
from kanryu.stress.links import Names
from kanryu.stress.plan_figures import CASH, VALUE, Latest, cash_made, latest_balance, latest_year, market_values
from kanryu.stress.plan_legs import YearLegs, year_legs
from kanryu.stress.situation import Parameter, Situation

SINK = "(outside)"
OPERATIONS = "operations:"


@dataclass(frozen=True)
class CasePlan:
    """A case ready for stress: situation at central amounts, the limits to draw from, the words of the grammar.

    leg_limits : float64 (m, 3) low, central, high; owed_limits : (k, 3); outside_limits : (n, 3), NaN = unknown;
    cash, other_uses : (n,), NaN = unknown; is_source : bool (n,), pays with money from outside unless broken
    """

    case: Case
    year: int
    situation: Situation
    names: Names
    legs: YearLegs
    leg_limits: Any
    owed_limits: Any
    revenue_limits: Any
    made: Any
    cash: Any
    is_burn: Any
    is_source: Any
    operations_of: Any  # (n,) number of the operations leg of an entity
    elastic: Any  # bool (m,)
    invests: Any  # bool (m,)
    firm: Any  # bool (m,)
    figures: dict[str, tuple[str, ...]]
    base_sales: Any  # (n,) sales inside the case in the time of the reported revenue
    base_services: Any  # (n,) services of the case paid in that time


def default_year(case: Case, day: dt.date | None) -> int:
    """The year of the day (of the last event, without a day), or the next one from October on."""
    if day is None:
        day = max((event.date.first for event in case.events), default=dt.date(2000, 1, 1))
    return day.year + (day.month >= 10)


def year_of_legs(case: Case, named: frozenset[str], day: dt.date | None, schedule: str = "even") -> int:
    """The year of the plan for legs or deals by name: the default year, or the nearest one in which they pay anything.

    The 300bn contract of a lab that starts in two years can only be broken in a year in which it is to be paid.
    """
    usual = default_year(case, day)
    if not named:
        return usual
    pieces = leg_intervals(case, true_by=day, known_by=day, rung="talked", schedule=schedule)
    years = {
        dt.date.fromordinal(piece.t).year
        for piece in pieces
        if piece.key in named or piece.key.rpartition(":")[0] in named
    }
    if not years or usual in years:
        return usual
    later = [year for year in years if year > usual]
    return min(later) if later else usual


def plan_of_case(
    case: Case,
    *,
    year: int | None = None,
    day: dt.date | None = None,
    rung: Rung = "bound",
    also: frozenset[str] = frozenset(),
    ranges: dict[str, Parameter],
    schedule: str = "even",
) -> CasePlan:
    """Everything the four channels need, from the deals and figures known on a day.

    Parameters
    ----------
    year : int, optional
        The year of the plan (default: see `default_year`).
    day : date or None
        Only what held and was public by then.
    rung : the least sure rung that counts; `also` : legs or deals that count on any rung.
    """
    chosen = year if year is not None else default_year(case, day)
    legs = year_legs(case, chosen, day, rung=rung, also=also, drawn=ranges["drawn_share"], schedule=schedule)
    last_event = max((event.date.last for event in case.events), default=dt.date(chosen, 12, 31))
    today = day or min(dt.date(chosen, 12, 31), max(last_event, dt.date(chosen - 1, 12, 31)))
    used = dict.fromkeys(
        name
        for pair in (
            *((leg.src, leg.dst) for leg in legs.legs),
            *((debt.debtor, debt.creditor) for debt in legs.debts),
            *legs.unknown.values(),
        )
        for name in pair
    )
    for item in legs.guarantees:
        if item.covered:
            used.setdefault(item.guarantor)
    stakes = _stakes(case, day)
    for owner, issuer, _ in stakes:
        used.setdefault(owner)
        used.setdefault(issuer)
    unnamed = tuple(item.id for item in legs.unnamed)
    accounts = (*[entity.id for entity in case.entities if entity.id in used], *unnamed, SINK)
    code = {name: k for k, name in enumerate(accounts)}
    n = len(accounts)
    role = {entity.id: entity.role for entity in case.entities}
    receives = {leg.dst for leg in legs.legs} | {dst for _, dst in legs.unknown.values()}
    # who only gives money and is not a company of the story pays from outside money unless it is broken itself
    is_source = np.array([role.get(a) in ("capital", "outside") and a not in receives for a in accounts])
    is_source[code[SINK]] = True
    worths = market_values(case, today, day)
    revenue, made = np.full((n, 3), np.nan), np.full((n, 3), np.nan)
    cash, value, earnings = np.full((n, 3), np.nan), np.full(n, np.nan), np.full(n, np.nan)
    is_burn = np.zeros(n, bool)
    base_sales, base_services = np.zeros(n), np.zeros(n)
    cited: dict[str, tuple[str, ...]] = {}
    for name, k in code.items():
        if name == SINK:
            continue
        found = {
            "revenue": latest_year(case, name, "revenue", today, day),
            "made": cash_made(case, name, today, day),
            "cash": latest_balance(case, name, CASH, today, day),
            "value": latest_balance(case, name, VALUE, today, day),
            "earnings": latest_year(case, name, "net_income", today, day),
        }
        _put(revenue, k, found["revenue"])
        told = found["revenue"]
        if told is not None:  # what of the reported revenue and costs lay inside the case at that time
            first, last = told.first.toordinal(), told.last.toordinal()
            for payer, payee, when, amount, is_service in legs.history:
                if first <= when <= last:
                    base_sales[k] += amount if payee == name else 0.0
                    base_services[k] += amount if payer == name and is_service else 0.0
        _put(made, k, found["made"])
        _put(cash, k, found["cash"])
        if found["made"] is not None:
            is_burn[k] = found["made"].central < 0
        if (worth := found["value"] or worths[0].get(name)) is not None:
            value[k] = worth.central
        if (profit := found["earnings"]) is not None:
            earnings[k] = profit.central
        cited[name] = tuple(dict.fromkeys(url for item in found.values() if item for url in item.sources))
    return _assemble(
        case,
        chosen,
        legs,
        accounts,
        code,
        stakes,
        is_source,
        revenue,
        made,
        is_burn,
        cash,
        value,
        earnings,
        cited,
        worths,
        base_sales,
        base_services,
    )


def _put(table: Any, row: int, found: Latest | None) -> None:
    if found is not None:
        table[row] = (found.low, found.central, found.high)


def _stakes(case: Case, day: dt.date | None) -> list[tuple[str, str, float]]:
    """The latest known holding per owner and issuer, as a share of the issuer."""
    latest: dict[tuple[str, str], tuple[dt.date, float]] = {}
    last_known = max((event.known_on.last for event in case.events), default=dt.date.max)
    for stake in case.stakes:
        known: PartialDate = stake.known_on or stake.as_of
        if stake.pct is None or (day is not None and not (known.certainly_by(day) and stake.as_of.certainly_by(day))):
            continue
        if day is None and stake.as_of.first > last_known:
            continue
        pair, when = (stake.owner, stake.issuer), stake.as_of.last
        if pair not in latest or latest[pair][0] < when:
            latest[pair] = (when, float(stake.pct) / 100.0)
    return [(owner, issuer, share) for (owner, issuer), (_, share) in latest.items() if share > 0]


def _assemble(
    case: Case,
    year: int,
    legs: YearLegs,
    accounts: tuple[str, ...],
    code: dict[str, int],
    stakes: list[tuple[str, str, float]],
    is_source: Any,
    revenue: Any,
    made: Any,
    is_burn: Any,
    cash: Any,
    value: Any,
    earnings: Any,
    cited: dict[str, tuple[str, ...]],
    worths: tuple[dict[str, Latest], float | None],
    base_sales: Any,
    base_services: Any,
) -> CasePlan:
    n, sink = len(accounts), code[SINK]
    companies = [k for k in range(n) if not is_source[k]]
    keys = [leg.key for leg in legs.legs] + [OPERATIONS + accounts[k] for k in companies]
    m, extra = len(keys), len(companies)
    operations_of = np.full(n, -1)
    operations_of[companies] = np.arange(len(legs.legs), m)
    limits = np.zeros((m, 3))
    limits[: len(legs.legs)] = [(leg.low, leg.central, leg.high) for leg in legs.legs] or np.zeros((0, 3))
    lends = np.array([leg.is_funding for leg in legs.legs] + [False] * extra, bool)
    plan = Plan(
        accounts=accounts,
        legs=tuple(keys),
        src=np.array([code[leg.src] for leg in legs.legs] + companies, np.int64),
        dst=np.array([code[leg.dst] for leg in legs.legs] + [sink] * extra, np.int64),
        amount=limits[:, 1].copy(),
        rank=np.array([leg.rank for leg in legs.legs] + [1] * extra, np.int64),
        is_funding=lends,
        outside=np.zeros(n),
    )
    matrix = np.zeros((n, n))
    for owner, issuer, share in stakes:
        matrix[code[owner], code[issuer]] = share
    held = matrix.sum(axis=0)
    whole = (held >= 1.0) & (held <= 1.005)  # wholly owned inside the case: a hair is left outside, so that E is unique
    matrix[:, whole] *= (1.0 - 1e-6) / held[whole]
    elastic = np.array([leg.is_elastic and not leg.is_funding for leg in legs.legs] + [False] * extra, bool)
    invests = np.array([leg.is_elastic and leg.is_funding for leg in legs.legs] + [False] * extra, bool)
    firm = np.array([leg.is_firm for leg in legs.legs] + [False] * extra, bool)
    owed = np.array([(debt.low, debt.central, debt.high) for debt in legs.debts]).reshape(-1, 3)
    listed, index = worths
    weights = np.zeros(n)
    for k, name in enumerate(accounts):
        if index and name in listed:
            weights[k] = listed[name].central / index
    number = {key: k for k, key in enumerate(keys)}
    cover = [
        (code[item.guarantor], number[key], item.cap)
        for item in legs.guarantees
        for key in item.covered
        if key in number and item.cap is not None and item.guarantor in code
    ]
    situation = Situation(
        guarantor=np.array([row[0] for row in cover], np.int64),
        covered=np.array([row[1] for row in cover], np.int64),
        guarantee_cap=np.array([row[2] for row in cover], np.float64),
        plan=plan,
        debtor=np.array([code[debt.debtor] for debt in legs.debts], np.int64),
        creditor=np.array([code[debt.creditor] for debt in legs.debts], np.int64),
        owed=owed[:, 1].copy() if len(owed) else np.zeros(0),
        is_secured=np.array([debt.is_secured for debt in legs.debts], bool),
        debt_names=tuple(debt.key for debt in legs.debts),
        own_value=value - matrix @ np.nan_to_num(value),
        earnings=earnings,
        stakes=matrix,
        weights=weights,
        market_value=value,
        raises=np.array([leg.instrument == "equity" for leg in legs.legs] + [False] * extra, bool),
        cushion_known=~np.isnan(revenue[:, 1]) & ~np.isnan(made[:, 1]) | is_source,
    )
    check_plan(plan)
    groups = {**legs.groups, "legs": tuple(leg.key for leg in legs.legs)}
    return CasePlan(
        case=case,
        year=year,
        situation=situation,
        names=Names(situation, legs.deals, groups, legs.unknown, legs.reasons, year),
        legs=legs,
        leg_limits=limits,
        owed_limits=owed,
        revenue_limits=revenue,
        made=made,
        cash=cash,
        is_burn=is_burn,
        is_source=is_source,
        operations_of=operations_of,
        elastic=elastic,
        invests=invests,
        firm=firm,
        figures=cited,
        base_sales=base_sales,
        base_services=base_services,
    )
