"""The legs of a case as yearly flows between limits: what the tracing programme has as variables.

A leg with an amount gives its scheduled share of each year, low to high; a leg whose amount nobody discloses can have
carried anything from zero upwards in each year of its life. The rungs are those of `case.rungs`; a leg that was paid
in an unknown amount counts on the rung "paid" with its bound amount as the upper limit, if there is one.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from kanryu.case.records import FINANCING, NO_CASH, NO_CASH_UNTIL_CALLED, REVENUE, Case, Leg, Rung
from kanryu.case.rungs import states_of
from kanryu.flows.from_case import leg_intervals

TAGGED = (*FINANCING, "guarantee_backstop")  # a guarantee pays only when it is called
UNLIMITED = float("inf")
NOT_KNOWN = float("nan")


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """What one leg can have carried in one year, whole currency; `high` may be infinite."""

    key: str
    payer: str
    payee: str
    instrument: str
    year: int
    low: float
    central: float | None
    high: float

    @property
    def is_range(self) -> bool:
        """Whether the amount is not settled."""
        return self.high > self.low


@dataclass(frozen=True)
class CaseFlows:
    """Yearly flows of a case on one rung.

    tag, count : instruments that are followed when the company pays, and counted when it is paid
    unknown : legs without any amount
    """

    case: Case
    flows: tuple[Flow, ...]
    tag: tuple[str, ...]
    count: tuple[str, ...]
    years: tuple[int, ...]
    unknown: tuple[str, ...]
    legs: int

    def tagged(self, company: str) -> list[Flow]:
        """What the company pays out that is followed."""
        return [f for f in self.flows if f.payer == company and f.instrument in self.tag]

    def home(self, company: str) -> list[Flow]:
        """What comes in and is counted."""
        return [f for f in self.flows if f.payee == company and f.instrument in self.count]


def case_flows(
    case: Case,
    *,
    rung: Rung,
    true_by: dt.date | None = None,
    known_by: dt.date | None = None,
    schedule: str = "even",
    tag: tuple[str, ...] = TAGGED,
    count: tuple[str, ...] = REVENUE,
    ahead: int = 8,
    arms: Mapping[str, str] | None = None,
) -> CaseFlows:
    """Yearly flows between limits.

    Parameters
    ----------
    ahead : years after the last dated event that are kept apart; everything later stands in the last of them
    arms : entities that count as another one (finance arm -> company)
    """
    legs = {leg.key: leg for leg in case.legs}
    ids = [entity.id for entity in case.entities]
    intervals = leg_intervals(case, true_by=true_by, known_by=known_by, rung=rung, schedule=schedule)
    now = _today(case, true_by)
    last_year = now.year + ahead
    sums: dict[tuple[str, int], list[float]] = {}
    unknown: dict[str, tuple[int, int, float]] = {}
    have = {piece.key for piece in intervals}
    for piece in intervals:
        if piece.central is None and piece.high is None and piece.low == 0:
            leg = legs[piece.key]
            if leg.part_of in have:
                continue  # an undisclosed part of a total that counts already
            first = dt.date.fromordinal(piece.first).year
            until = dt.date.fromordinal(piece.t).year if leg.end is not None else last_year
            unknown[piece.key] = (first, until, UNLIMITED)
            continue
        year = min(dt.date.fromordinal(piece.t).year, last_year)
        total = sums.setdefault((piece.key, year), [0.0, 0.0, 0.0])
        total[0] += piece.low / 100
        total[1] += (piece.central if piece.central is not None else piece.low) / 100
        total[2] += UNLIMITED if piece.high is None else piece.high / 100
    if rung == "paid":
        unknown.update(_paid_unknown(case, have, true_by, known_by, now))
    for key, (first, until, high) in unknown.items():
        for year in range(min(first, last_year), min(until, last_year) + 1):
            sums.setdefault((key, year), [0.0, NOT_KNOWN, 0.0])[2] += high
    flows = [
        _flow(legs[key], year, low, None if math.isnan(central) else central, high)
        for (key, year), (low, central, high) in sums.items()
    ]
    one = arms or {}
    flows = [
        msgspec.structs.replace(f, payer=one.get(f.payer, f.payer), payee=one.get(f.payee, f.payee)) for f in flows
    ]
    flows = [f for f in flows if f.payer in ids and f.payee in ids and f.payer != f.payee]
    return CaseFlows(
        case=case,
        flows=tuple(flows),
        tag=tag,
        count=count,
        years=tuple(sorted({f.year for f in flows})),
        unknown=tuple(unknown),
        legs=len({f.key for f in flows}),
    )


def _flow(leg: Leg, year: int, low: float, central: float | None, high: float) -> Flow:
    return Flow(
        key=leg.key,
        payer=leg.payer,
        payee=leg.payee,
        instrument=leg.instrument,
        year=year,
        low=low,
        central=central,
        high=max(high, low),
    )


def _today(case: Case, true_by: dt.date | None) -> dt.date:
    """The day up to which facts are known: the day asked for, or the last event of the case."""
    last = max((event.date.last for event in case.events), default=dt.date(1970, 1, 1))
    return min(true_by, last) if true_by is not None else last


def _paid_unknown(
    case: Case, have: set[str], true_by: dt.date | None, known_by: dt.date | None, now: dt.date
) -> dict[str, tuple[int, int, float]]:
    """Legs of which a payment is certain and its amount is not: years, and the bound amount as upper limit."""
    found: dict[str, tuple[int, int, float]] = {}
    states = states_of(case, true_by, known_by)
    for leg in case.legs:
        state = states[leg.key]
        if state.reached != "paid" or leg.key in have or leg.part_of in have:
            continue
        if leg.instrument in (*NO_CASH, *NO_CASH_UNTIL_CALLED):
            continue
        start = leg.start.first.year if leg.start is not None else state.events[0].date.last.year
        until = max(min(leg.end.last.year if leg.end is not None else now.year, now.year), start)
        limit = state.bound.ceiling if state.bound is not None else None
        found[leg.key] = (start, until, float(limit) if limit is not None else UNLIMITED)
    return found
