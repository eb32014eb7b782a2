"""The answer for a case in one look: what is promised and paid, the strongest loops, own money, what is unknown.

Nothing is computed here: it asks the measures of this room and picks what a first reader needs.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from kanryu.case.records import FINANCING, Case, Rung
from kanryu.core.results import Origin
from kanryu.follow.case_trace import own_money
from kanryu.follow.case_trace_figures import reported_totals
from kanryu.follow.case_trace_records import Span
from kanryu.follow.deal_loops import DealLoop, deal_loops
from kanryu.follow.funnel import GroupLine, funnel
from kanryu.follow.positions import inputs_of, positions

MACHINE_ROLES = ("chips", "clouds", "labs")


class OwnLine(msgspec.Struct, frozen=True):
    """One company: reported years, what it paid out as financing by then, and own money back in its revenue."""

    company: str
    first: int
    last: int
    revenue: Span | None
    paid_out: Span
    own: Span
    own_share: Span | None
    unknown_legs: int


class Overview(msgspec.Struct, frozen=True):
    """A case in one look.

    latest : the last day on which an event of the case became public, within the dates asked
    without_revenue : companies that financed others and whose revenue nobody reports in the case
    """

    companies: int
    deals: int
    legs: int
    latest: str
    groups: tuple[GroupLine, ...]
    loops_total: int
    loops_in_time: int
    boomerangs: int
    loops: tuple[DealLoop, ...]
    own: tuple[OwnLine, ...]
    without_revenue: tuple[str, ...]
    legs_with_amount: int
    origin: Origin


def overview(
    case: Case,
    *,
    true_by: dt.date | None = None,
    known_by: dt.date | None = None,
    loops: int = 5,
    companies: int = 5,
) -> Overview:
    """The first look at a case.

    Parameters
    ----------
    loops, companies : how many of each; companies are those with reported revenue that put most money into others
    """
    money = funnel(case, true_by=true_by, known_by=known_by)
    every = deal_loops(case, true_by=true_by, known_by=known_by)
    lines, without = own_lines(case, companies, true_by=true_by, known_by=known_by)
    seen = positions(case, true_by=true_by, known_by=known_by)
    known = [e.known_on.last for e in case.events if known_by is None or e.known_on.certainly_by(known_by)]
    strongest = [loop for loop in every.loops if loop.in_time_order] or list(every.loops)
    return Overview(
        companies=len({name for p in seen for name in (p.leg.payer, p.leg.payee)}),
        deals=len(money.deals),
        legs=money.origin.coverage["legs"],
        latest=str(max(known)) if known else "",
        groups=money.groups,
        loops_total=every.total,
        loops_in_time=every.in_time_order,
        boomerangs=every.boomerangs,
        loops=tuple(strongest[:loops]),
        own=lines,
        without_revenue=without,
        legs_with_amount=money.origin.coverage["legs_with_amount"],
        origin=Origin(
            definition="follow.definition.overview",
            inputs=inputs_of(case, true_by, known_by),
            coverage=money.origin.coverage,
        ),
    )


def own_lines(
    case: Case,
    count: int,
    *,
    rung: Rung | None = None,
    true_by: dt.date | None = None,
    known_by: dt.date | None = None,
) -> tuple[tuple[OwnLine, ...], tuple[str, ...]]:
    """Own money of the companies that put most money into others, and those of them whose revenue nobody reports."""
    chosen, without = _main_companies(case, count, true_by, known_by)
    lines = []
    for name in chosen:
        answer = own_money(case, name, rung=rung, all_rungs=False, worth=False, true_by=true_by, known_by=known_by)
        total = answer.headline.total
        if total is None or answer.first is None or answer.last is None:
            continue
        lines.append(
            OwnLine(
                answer.company,
                answer.first,
                answer.last,
                total.inflow,
                answer.headline.paid_out,
                total.own,
                total.own_share,
                len(answer.headline.unknown),
            )
        )
    return tuple(lines), without


def _main_companies(
    case: Case, count: int, true_by: dt.date | None, known_by: dt.date | None
) -> tuple[list[str], tuple[str, ...]]:
    """Companies inside the circle that put most money into others: with reported revenue, and without."""
    roles = {entity.id: entity for entity in case.entities}
    put_in: dict[str, float] = {}
    for position in positions(case, true_by=true_by, known_by=known_by):
        amount = position.bound
        payer = roles.get(position.leg.payer)
        if position.leg.instrument not in FINANCING or amount is None or payer is None:
            continue
        if payer.role in MACHINE_ROLES and not payer.is_aggregate:
            best = amount.best if amount.best is not None else amount.floor
            put_in[payer.id] = put_in.get(payer.id, 0.0) + float(best)
    ranked = sorted(put_in, key=lambda name: (-put_in[name], name))
    reported = reported_totals(case, true_by=true_by, known_by=known_by)
    with_revenue = [name for name in ranked if reported.years(name, "revenue")]
    return with_revenue[:count], tuple(name for name in ranked if name not in with_revenue)
