"""The group as one company: outside money only, sales and stakes between members eliminated (A4).

An auditor who consolidates a group strikes out what its members sell to each other and own of each other. The same is
done here with the deals of a case for one calendar year:

    outside revenue of a member  =  reported revenue - sales to members in the year     (an interval)
    outside revenue of the group =  sum over members whose revenue is reported

Internal is not the same as circular: a chain of sales inside the group that ends at the last member is internal, and
nothing has come back. So the result says both: what is internal, and what part of it can go round (the largest
circulation of the internal flows, `follow.circulation`). Members without reported revenue are named, not guessed; sales
without an amount have no upper limit but the seller's reported revenue and, for goods, the buyer's capital expenditure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from kanryu.case.records import REVENUE, Case, Rung
from kanryu.core.errors import InputError
from kanryu.core.money import Interval
from kanryu.core.results import Origin
from kanryu.flows.from_case import LegInterval, case_ledger, leg_intervals
from kanryu.follow.case_trace_figures import Reported, reported_totals
from kanryu.follow.circulation import circulation
from kanryu.follow.positions import group_of, inputs_of

MACHINE_ROLES = ("chips", "clouds", "labs")


class Flow(msgspec.Struct, frozen=True):
    """Flows of one kind in the year: `amount` None when no leg has one; `legs_without_limit` have no upper limit."""

    amount: Interval | None
    legs: int
    legs_without_limit: int


class Member(msgspec.Struct, frozen=True):
    """One member: reported revenue, what members bought of it, and what is left from outside."""

    entity: str
    reported: Interval | None
    from_members: Flow
    outside: Interval | None
    is_fiscal_year: bool
    sources: tuple[str, ...]


class InternalStake(msgspec.Struct, frozen=True):
    """A holding of one member in another: eliminated."""

    owner: str
    issuer: str
    pct: float | None
    as_of: str


class Consolidation(msgspec.Struct, frozen=True):
    """The group as one company in one calendar year, whole currency.

    internal : flows between members by group of money ("financing", "purchases", "other")
    from_outside, to_outside : flows that cross the border of the group, by group of money
    circular : the part of the internal flows that can go round, and its share of them
    """

    members: tuple[Member, ...]
    year: int
    reported: Interval | None
    outside: Interval | None
    outside_share: Interval | None
    internal: dict[str, Flow]
    from_outside: dict[str, Flow]
    to_outside: dict[str, Flow]
    internal_total: float
    circular: float
    circular_share: float | None
    stakes: tuple[InternalStake, ...]
    without_revenue: tuple[str, ...]
    origin: Origin


def consolidate(
    case: Case,
    members: Sequence[str] | None = None,
    *,
    year: int | None = None,
    rung: Rung | None = None,
    schedule: str = "even",
    true_by: dt.date | None = None,
    known_by: dt.date | None = None,
) -> Consolidation:
    """A group of companies seen as one.

    Parameters
    ----------
    members : entity ids or None
        None takes all named companies whose role is chips, clouds or labs: the machine.
    year : int or None
        Calendar year; None takes the last one in which most money is covered by reported revenue.
    rung : {"talked", "bound", "paid"} or None
        The least sure rung of a leg that counts; None counts bound and surer.

    Raises
    ------
    NotFound
        A member is not in the case.
    InputError
        Fewer than two members.
    """
    chosen = tuple(dict.fromkeys(members)) if members is not None else _machine(case)
    for name in chosen:
        case.entity(name)
    if len(chosen) < 2:
        raise InputError(key="follow.group_too_small", found=", ".join(chosen) or "-")
    reported = reported_totals(case, true_by=true_by, known_by=known_by)
    year = year if year is not None else _best_year(reported, chosen)
    order = {entity.id: i for i, entity in enumerate(case.entities)}
    inside = {order[name] for name in chosen}
    every = leg_intervals(case, true_by=true_by, known_by=known_by, rung=rung, schedule=schedule)
    pieces = [_limited(piece, case, reported, year) for piece in every if _in_year(piece, year)]
    groups = {leg.key: group_of(leg) for leg in case.legs}
    members_found = tuple(
        _member(name, order[name], [p for p in pieces if p.src in inside], reported, year) for name in chosen
    )
    with_revenue = [member for member in members_found if member.reported is not None]
    whole = _add([m.reported for m in with_revenue if m.reported is not None])
    outside = _add([m.outside for m in with_revenue if m.outside is not None])
    total, circular = _circular(case, inside, year, rung, schedule, true_by, known_by)
    return Consolidation(
        members=members_found,
        year=year,
        reported=whole,
        outside=outside,
        outside_share=_share(outside, whole),
        internal=_by_group([p for p in pieces if p.src in inside and p.dst in inside], groups),
        from_outside=_by_group([p for p in pieces if p.src not in inside and p.dst in inside], groups),
        to_outside=_by_group([p for p in pieces if p.src in inside and p.dst not in inside], groups),
        internal_total=total,
        circular=circular,
        circular_share=circular / total if total else None,
        stakes=_stakes(case, chosen, true_by, known_by),
        without_revenue=tuple(m.entity for m in members_found if m.reported is None),
        origin=Origin(
            definition="follow.definition.consolidate",
            inputs={
                **inputs_of(case, true_by, known_by),
                "year": year,
                "rung": rung or "bound",
                "schedule": schedule,
                "members": ", ".join(chosen),
            },
            assumptions=(
                "follow.assume.schedule_in_year",
                "follow.assume.revenue_covers_sales",
                "follow.assume.goods_are_capex",
            ),
            coverage={"members": len(chosen), "members_with_revenue": len(with_revenue)},
            sources=tuple(dict.fromkeys(url for m in with_revenue for url in m.sources)),
        ),
    )


def _machine(case: Case) -> tuple[str, ...]:
    return tuple(e.id for e in case.entities if e.role in MACHINE_ROLES and not e.is_aggregate)


def _best_year(reported: Reported, chosen: tuple[str, ...]) -> int:
    """The last year in which at least half as many members report as in the best year."""
    counts: dict[int, int] = {}
    for name in chosen:
        for year in reported.years(name, "revenue"):
            counts[year] = counts.get(year, 0) + 1
    if not counts:
        return dt.date.today().year - 1
    return max(year for year, count in counts.items() if 2 * count >= max(counts.values()))


def _in_year(piece: LegInterval, year: int) -> bool:
    """A piece without a known amount spans its whole life, so it may fall into any year that it touches."""
    first, last = dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal()
    if piece.high is None:
        return piece.first <= last and piece.t >= first
    return first <= piece.t <= last


def _limited(piece: LegInterval, case: Case, reported: Reported, year: int) -> LegInterval:
    """Goods without a disclosed amount are at most what the buyer spent on capital goods in the year, if it says so."""
    if piece.high is not None or piece.instrument != "purchase_goods":
        return piece
    capex = reported.total(case.entities[piece.src].id, "capex", year)
    return piece if capex is None else msgspec.structs.replace(piece, high=max(piece.low, round(capex.high * 100)))


def _flow(pieces: Sequence[LegInterval], ceiling: float | None = None) -> Flow:
    """Sum in whole currency; a leg without limit leaves no central figure, and no upper limit but `ceiling`."""
    if not pieces:
        return Flow(None, 0, 0)
    legs = len({piece.key for piece in pieces})
    open_legs = len({piece.key for piece in pieces if piece.high is None})
    low = sum(piece.low for piece in pieces) / 100
    high = None if open_legs else sum(piece.high or 0 for piece in pieces) / 100
    if ceiling is not None:
        high = max(low, ceiling if high is None else min(high, ceiling))
    if open_legs and low == 0 and high is None:
        return Flow(None, legs, open_legs)
    centrals = [piece.central for piece in pieces if piece.central is not None]
    central = sum(centrals) / 100 if len(centrals) == len(pieces) and not open_legs else None
    if central is not None and high is not None:
        central = min(central, high)
    return Flow(Interval(low, central, high), legs, open_legs)


def _by_group(pieces: Sequence[LegInterval], groups: Mapping[str, str]) -> dict[str, Flow]:
    found: dict[str, list[LegInterval]] = {}
    for piece in pieces:
        found.setdefault(groups[piece.key], []).append(piece)
    return {group: _flow(members) for group, members in sorted(found.items())}


def _member(name: str, code: int, from_members: Sequence[LegInterval], reported: Reported, year: int) -> Member:
    total = reported.total(name, "revenue", year)
    sold = [p for p in from_members if p.dst == code and p.src != code and p.instrument in REVENUE]
    if total is None:
        return Member(name, None, _flow(sold), None, False, ())
    flow = _flow(sold, ceiling=total.high)
    revenue = Interval(total.low, (total.low + total.high) / 2, total.high)
    if flow.amount is None:
        outside = revenue
    else:
        high = flow.amount.high if flow.amount.high is not None else total.high
        central = flow.amount.central
        middle = None if central is None else max(0.0, (total.low + total.high) / 2 - central)
        outside = Interval(max(0.0, total.low - high), middle, max(0.0, total.high - flow.amount.low))
    return Member(name, revenue, flow, outside, total.is_fiscal, total.sources)


def _add(parts: Sequence[Interval]) -> Interval | None:
    if not parts:
        return None
    centrals = [p.central for p in parts if p.central is not None]
    central = sum(centrals) if len(centrals) == len(parts) else None
    highs = [p.high for p in parts if p.high is not None]
    return Interval(sum(p.low for p in parts), central, sum(highs) if len(highs) == len(parts) else None)


def _share(part: Interval | None, whole: Interval | None) -> Interval | None:
    if part is None or whole is None or not whole.high or not whole.low:
        return None
    central = part.central / whole.central if part.central is not None and whole.central else None
    return Interval(part.low / whole.high, central, min(1.0, (part.high or 0.0) / whole.low))


def _circular(
    case: Case,
    inside: set[int],
    year: int,
    rung: Rung | None,
    schedule: str,
    true_by: dt.date | None,
    known_by: dt.date | None,
) -> tuple[float, float]:
    """Internal flows with a known amount in the year, and the part of them that can go round."""
    ledger = case_ledger(case, true_by=true_by, known_by=known_by, rung=rung, schedule=schedule)
    codes = np.array(sorted(inside), np.int32)
    first, last = dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal()
    mask = np.isin(ledger.src, codes) & np.isin(ledger.dst, codes) & (ledger.t >= first) & (ledger.t <= last)
    inner = ledger.keep(mask)
    if inner.m == 0:
        return 0.0, 0.0
    result = circulation(inner)
    return result.total, result.circular


def _stakes(
    case: Case, chosen: tuple[str, ...], true_by: dt.date | None, known_by: dt.date | None
) -> tuple[InternalStake, ...]:
    latest: dict[tuple[str, str], tuple[dt.date, InternalStake]] = {}
    for stake in case.stakes:
        known = stake.known_on or stake.as_of
        if stake.owner not in chosen or stake.issuer not in chosen or stake.owner == stake.issuer:
            continue
        if (true_by and not stake.as_of.certainly_by(true_by)) or (known_by and not known.certainly_by(known_by)):
            continue
        pct = float(stake.pct) if stake.pct is not None else None
        line = InternalStake(stake.owner, stake.issuer, pct, str(stake.as_of))
        before = latest.get((stake.owner, stake.issuer))
        if before is None or before[0] < stake.as_of.last:
            latest[stake.owner, stake.issuer] = (stake.as_of.last, line)
    return tuple(line for _, line in latest.values())
