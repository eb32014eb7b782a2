"""How much was talked about, how much is bound, how much has been paid: per deal and in all (A1, A4).

A funnel of money in four columns. Each leg counts in one of talked about, bound or ended, by where it stands as of the
day; what was paid is shown beside. Columns are never added up, nor are financing and purchases, nor different bases.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from kanryu.case.records import Case, Event, Rung
from kanryu.case.rungs import RUNG_OF_STATUS
from kanryu.core.errors import NotFound
from kanryu.core.money import Amount
from kanryu.core.results import Origin
from kanryu.follow.positions import (
    COLUMNS,
    GROUPS,
    Group,
    Position,
    Sum,
    add_column,
    coverage_of,
    inputs_of,
    positions,
)


class Columns(msgspec.Struct, frozen=True):
    """One line of the funnel: the sums of each column, one per basis and currency."""

    talked: tuple[Sum, ...]
    bound: tuple[Sum, ...]
    paid: tuple[Sum, ...]
    ended: tuple[Sum, ...]


class GroupLine(msgspec.Struct, frozen=True):
    """The funnel of one group of money over all deals."""

    group: Group
    columns: Columns


class LegLine(msgspec.Struct, frozen=True):
    """One leg in the funnel of its deal, with the day on which it first stood on each rung."""

    key: str
    payer: str
    payee: str
    instrument: str
    group: Group
    rung: Rung
    ended_by: str
    talked: Amount | None
    bound: Amount | None
    paid: Amount | None
    ended: Amount | None
    talked_on: str
    bound_on: str
    paid_on: str


class DealLine(msgspec.Struct, frozen=True):
    """The funnel of one deal, by group of money; `rung` is its surest open leg's, "ended" when all have ended."""

    deal_id: str
    rung: Rung
    groups: tuple[GroupLine, ...]
    legs: tuple[LegLine, ...]


class Funnel(msgspec.Struct, frozen=True):
    """Talked about, bound, paid, ended: in all by group of money, and per deal."""

    groups: tuple[GroupLine, ...]
    deals: tuple[DealLine, ...]
    origin: Origin


def funnel(
    case: Case,
    *,
    deal: str | None = None,
    true_by: dt.date | None = None,
    known_by: dt.date | None = None,
) -> Funnel:
    """Talked about, bound and paid as of a day.

    Parameters
    ----------
    deal : str or None
        Only this deal.
    true_by, known_by : date or None
        Only what held and was public by then.

    Returns
    -------
    Funnel
        Amounts in whole currency; deals in order of their largest bound, then talked amount.

    Raises
    ------
    NotFound
        No such deal; near ids are suggested.
    """
    every = positions(case, true_by=true_by, known_by=known_by)
    if deal is not None:
        known = dict.fromkeys(leg.deal_id for leg in case.legs)
        if deal not in known:
            raise NotFound(key="follow.deal_unknown", name=deal, known=known, case=case.id)
    chosen = [p for p in every if deal is None or p.leg.deal_id == deal]
    by_deal: dict[str, list[Position]] = {}
    for position in chosen:
        by_deal.setdefault(position.leg.deal_id, []).append(position)
    deals = [_deal_line(deal_id, members, every) for deal_id, members in by_deal.items()]
    deals.sort(key=lambda line: (-_weight(line, "bound"), -_weight(line, "talked"), line.deal_id))
    return Funnel(
        _group_lines(chosen, every),
        tuple(deals),
        Origin(
            definition="follow.definition.funnel",
            inputs=inputs_of(case, true_by, known_by),
            assumptions=("follow.assume.tranches",) if any(p.leg.part_of for p in chosen) else (),
            coverage=coverage_of(chosen),
        ),
    )


def _group_lines(chosen: list[Position], every: tuple[Position, ...]) -> tuple[GroupLine, ...]:
    found = []
    for group in GROUPS:
        members = [p for p in chosen if p.group == group]
        if members:
            found.append(GroupLine(group, Columns(*(add_column(members, column, every) for column in COLUMNS))))
    return tuple(found)


def _weight(deal: DealLine, column: str) -> float:
    """The largest single sum of a column; sums of different groups are not added."""
    sums = [one for line in deal.groups for one in getattr(line.columns, column)]
    return max((s.amount.central or s.amount.low for s in sums if s.amount is not None), default=0.0)


def _deal_line(deal_id: str, members: list[Position], every: tuple[Position, ...]) -> DealLine:
    open_rungs = [p.rung for p in members if p.rung != "ended"]
    rung: Rung = next((r for r in ("paid", "bound", "talked") if r in open_rungs), "ended")
    return DealLine(deal_id, rung, _group_lines(members, every), tuple(_leg_line(p) for p in members))


def _leg_line(position: Position) -> LegLine:
    leg, events = position.leg, position.state.events
    return LegLine(
        leg.key,
        leg.payer,
        leg.payee,
        leg.instrument,
        position.group,
        position.rung,
        position.state.ended_by,
        position.talked,
        position.bound,
        position.paid,
        position.ended,
        _first(events, "talked"),
        _first(events, "bound") if position.state.reached in ("bound", "paid") else "",
        _first(events, "paid"),
    )


def _first(events: tuple[Event, ...], rung: str) -> str:
    return next((str(event.date) for event in events if RUNG_OF_STATUS[event.status] == rung), "")
