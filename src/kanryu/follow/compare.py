"""Two cases by the same measures, at the same rung, side by side (A5: AI deals beside telecom vendor finance).

Each line asks a measure of this room on both cases with the same options; nothing is scaled to make the cases look
alike. Amounts of 2000 and of 2025 are not converted for inflation: shares and counts compare better than sums.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Literal

import msgspec

from kanryu.case.records import Case, Rung
from kanryu.core.errors import NotFound
from kanryu.core.money import Interval
from kanryu.core.results import Origin
from kanryu.flows.from_case import case_ledger
from kanryu.follow.circulation import circulation
from kanryu.follow.deal_loops import DealLoops, deal_loops
from kanryu.follow.funnel import Funnel, funnel
from kanryu.follow.overview import OwnLine, own_lines
from kanryu.follow.positions import Column, Group, inputs_of, total_of
from kanryu.follow.ties import Ties, investor_ties
from kanryu.follow.vendor import largest_financing_vendor, vendor

Kind = Literal["count", "money", "share", "route", "company"]


class Cell(msgspec.Struct, frozen=True):
    """One value of one case: an interval (money in whole currency, shares in 0 to 1, counts) or entity ids.

    Both None or empty: not known.
    """

    value: Interval | None = None
    entities: tuple[str, ...] = ()


class Line(msgspec.Struct, frozen=True):
    """One measure on both cases. `key` names its sentence, `command` the command that shows how it comes about."""

    key: str
    kind: Kind
    a: Cell
    b: Cell
    command: str


class Comparison(msgspec.Struct, frozen=True):
    """The same measures on two cases."""

    a: str
    b: str
    rung: Rung
    lines: tuple[Line, ...]
    origins: tuple[Origin, Origin]


class _Answers(msgspec.Struct, frozen=True):
    case: Case
    money: Funnel
    loops: DealLoops
    ties: Ties
    own: tuple[OwnLine, ...]
    circular: Interval | None
    vendor: str
    customers: int


def compare(
    a: Case,
    b: Case,
    *,
    rung: Rung | None = None,
    schedule: str = "even",
    true_by: dt.date | None = None,
    known_by: dt.date | None = None,
) -> Comparison:
    """The same measures on two cases.

    Parameters
    ----------
    rung : {"talked", "bound", "paid"} or None
        The least sure rung that counts, in both; None counts bound and surer.
    true_by, known_by : date or None
        Applied to both.
    """
    chosen: Rung = rung or "bound"
    first, second = (_answers(case, chosen, schedule, true_by, known_by) for case in (a, b))

    def line(key: str, kind: Kind, value: Callable[[_Answers], Cell], command: str) -> Line:
        return Line(key, kind, value(first), value(second), command)

    lines = (
        line("deals", "count", lambda x: _number(len(x.money.deals)), "show"),
        line("legs", "count", lambda x: _number(x.money.origin.coverage["legs"]), "show"),
        line("with_amount", "share", _coverage, "funnel"),
        *(
            line(f"{group}_{column}", "money", _column(group, column), "funnel")
            for group in ("financing", "purchases")
            for column in ("talked", "bound", "paid")
        ),
        line("loops", "count", lambda x: _number(x.loops.total), "loops"),
        line("loops_in_time", "count", lambda x: _number(x.loops.in_time_order), "loops"),
        line("boomerangs", "count", lambda x: _number(x.loops.boomerangs), "loops"),
        line("strongest", "route", lambda x: Cell(None, x.loops.loops[0].accounts if x.loops.loops else ()), "loops"),
        line("strongest_amount", "money", _strongest, "loops"),
        line("circular", "share", lambda x: Cell(x.circular), "circulation"),
        line("ties_by_count", "share", lambda x: _share(x.ties.traded_share_by_count), "ties"),
        line("ties_by_value", "share", lambda x: _share(x.ties.traded_share_by_value), "ties"),
        line("vendor", "company", lambda x: Cell(None, (x.vendor,) if x.vendor else ()), "vendor"),
        line("vendor_customers", "count", lambda x: _number(x.customers), "vendor"),
        line("own_most", "company", lambda x: Cell(None, (_most(x).company,) if x.own else ()), "trace"),
        line("own_most_share", "share", _own_share, "trace"),
    )
    return Comparison(
        a.id,
        b.id,
        chosen,
        lines,
        (_origin(a, chosen, first, true_by, known_by), _origin(b, chosen, second, true_by, known_by)),
    )


def _answers(case: Case, rung: Rung, schedule: str, true_by: dt.date | None, known_by: dt.date | None) -> _Answers:
    ledger = case_ledger(case, true_by=true_by, known_by=known_by, rung=rung, schedule=schedule)
    share = circulation(ledger).share if ledger.m else None
    try:
        name = largest_financing_vendor(case, true_by=true_by, known_by=known_by)
        financed = vendor(case, name, true_by=true_by, known_by=known_by)
        customers = sum(1 for customer in financed.customers if customer.put_in)
    except NotFound:
        name, customers = "", 0
    return _Answers(
        case,
        funnel(case, true_by=true_by, known_by=known_by),
        deal_loops(case, true_by=true_by, known_by=known_by, rung=rung, schedule=schedule),
        investor_ties(case, rung=rung if rung != "ended" else "bound", true_by=true_by, known_by=known_by),
        own_lines(case, 5, rung=rung, true_by=true_by, known_by=known_by)[0],
        None if share is None else Interval(share, share, share),
        name,
        customers,
    )


def _number(value: float) -> Cell:
    return Cell(Interval(value, value, value))


def _share(value: float | None) -> Cell:
    return Cell() if value is None else _number(value)


def _coverage(x: _Answers) -> Cell:
    legs = x.money.origin.coverage["legs"]
    return _share(x.money.origin.coverage["legs_with_amount"] / legs if legs else None)


def _column(group: Group, column: Column) -> Callable[[_Answers], Cell]:
    def value(x: _Answers) -> Cell:
        for line in x.money.groups:
            if line.group == group:
                total = total_of(getattr(line.columns, column))
                return Cell(total.amount) if total is not None else _number(0)
        return _number(0)

    return value


def _strongest(x: _Answers) -> Cell:
    return Cell(x.loops.loops[0].goes_round) if x.loops.loops else Cell()


def _most(x: _Answers) -> OwnLine:
    return max(x.own, key=lambda line: (line.own_share.high or 0.0) if line.own_share else 0.0)


def _own_share(x: _Answers) -> Cell:
    share = _most(x).own_share if x.own else None
    return Cell() if share is None else Cell(Interval(share.low, None, share.high))


def _origin(case: Case, rung: Rung, answers: _Answers, true_by: dt.date | None, known_by: dt.date | None) -> Origin:
    return Origin(
        definition="follow.definition.compare",
        inputs={**inputs_of(case, true_by, known_by), "rung": rung},
        assumptions=("follow.assume.no_inflation",),
        coverage=answers.money.origin.coverage,
    )
