"""Where each leg of a case stands as of a day, in four groups of money, and sums that never mix kinds.

The question is "how much was talked about, bound, paid", per leg, deal or pair of companies. Groups keep apart money
put into the payee (financing), money for goods and services (purchases), promises that move money only if something
happens (contingent) and the rest, because the same dollars can go through financing and purchases one after the other.
Sums keep apart basis and currency as well; a total that has tranches counts what the tranches leave.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from kanryu.case.records import FINANCING, NO_CASH_UNTIL_CALLED, REVENUE, Case, Leg, Rung
from kanryu.case.rungs import State, states_of
from kanryu.core.money import Amount, Interval

Group = Literal["financing", "purchases", "contingent", "other"]
GROUPS: tuple[Group, ...] = ("financing", "purchases", "contingent", "other")
Column = Literal["talked", "bound", "paid", "ended"]
COLUMNS: tuple[Column, ...] = ("talked", "bound", "paid", "ended")


class Position(msgspec.Struct, frozen=True):
    """One leg as of a day. `talked`, `bound`, `paid`, `ended` hold what counts in that column, None for nothing.

    A leg that is bound no longer counts as talked about; what it has paid counts in `paid` as well, because a paid
    part of a contract is still part of the contract: columns are never added to each other.
    """

    leg: Leg
    group: Group
    rung: Rung
    talked: Amount | None
    bound: Amount | None
    paid: Amount | None
    ended: Amount | None
    state: State


class Sum(msgspec.Struct, frozen=True):
    """A sum of one column over legs: `amount` None when none of them has an amount."""

    amount: Interval | None
    currency: str
    basis: str
    legs: int
    legs_without_amount: int
    keys: tuple[str, ...] = ()


def group_of(leg: Leg) -> Group:
    """The group of money a leg belongs to."""
    if leg.instrument in NO_CASH_UNTIL_CALLED or leg.amount.basis == "contingent":
        return "contingent"
    if leg.instrument in FINANCING:
        return "financing"
    if leg.instrument in REVENUE:
        return "purchases"
    return "other"


def positions(case: Case, *, true_by: dt.date | None = None, known_by: dt.date | None = None) -> tuple[Position, ...]:
    """Every leg of which anything was known by then, in the order of the case."""
    states = states_of(case, true_by, known_by)
    found = []
    for leg in case.legs:
        state = states[leg.key]
        if state.rung is None:
            continue
        ended = state.rung == "ended"
        is_bound = state.reached in ("bound", "paid")
        found.append(
            Position(
                leg,
                group_of(leg),
                state.rung,
                state.talked if state.rung == "talked" else None,
                state.bound if is_bound and not ended else None,
                state.paid,
                (state.bound if is_bound else state.talked) if ended else None,
                state,
            )
        )
    return tuple(found)


def add_column(chosen: Iterable[Position], column: Column, among: Sequence[Position]) -> tuple[Sum, ...]:
    """Sums of one column, one per basis and currency, largest first.

    Parameters
    ----------
    chosen : the positions to add
    among : all positions of the case, to find the tranches of a total
    """
    tranches: dict[str, Decimal] = {}
    for position in among:
        amount = getattr(position, column)
        if position.leg.part_of and amount is not None and amount.best is not None:
            tranches[position.leg.part_of] = tranches.get(position.leg.part_of, Decimal(0)) + amount.best
    sums: dict[tuple[str, str], list[Position]] = {}
    for position in chosen:
        amount = getattr(position, column)
        if amount is not None:
            sums.setdefault((amount.basis, amount.currency), []).append(position)
    found = []
    for (basis, currency), members in sums.items():
        low = central = high = 0.0
        unknown, known = 0, 0
        has_ceiling = has_centre = True
        for position in members:
            amount = getattr(position, column)
            if amount.is_unknown:
                unknown += 1
                continue
            known += 1
            less = float(tranches.get(position.leg.key, Decimal(0)))
            floor, ceiling = float(amount.floor), amount.ceiling
            is_range = amount.central is None and amount.high is not None  # has no centre, nor has a sum with it
            best = float(amount.best) if amount.best is not None and not is_range else None
            if ceiling is None:
                has_ceiling = False
                ceiling = best if best is not None else floor
            top = max(float(ceiling), floor)
            low += max(0.0, floor - less)
            high += max(0.0, top - less)
            has_centre = has_centre and best is not None
            central += max(0.0, (best or 0.0) - less)
        interval = Interval(low, central if has_centre else None, high if has_ceiling else None) if known else None
        found.append(Sum(interval, currency, basis, len(members), unknown, tuple(p.leg.key for p in members)))
    return tuple(sorted(found, key=lambda s: -(s.amount.central or s.amount.low) if s.amount else 0.0))


def total_of(sums: Sequence[Sum], basis: str = "total") -> Sum | None:
    """The sum of one basis, or None."""
    for one in sums:
        if one.basis == basis:
            return one
    return None


def coverage_of(chosen: Sequence[Position]) -> dict[str, int]:
    """How many legs have an amount at all."""
    with_amount = 0
    for position in chosen:
        amounts = (position.talked, position.bound, position.paid, position.ended)
        if any(amount is not None and not amount.is_unknown for amount in amounts):
            with_amount += 1
    return {"legs": len(chosen), "legs_with_amount": with_amount}


def inputs_of(case: Case, true_by: dt.date | None, known_by: dt.date | None) -> dict[str, str | None]:
    """The inputs that every result on a case names."""
    return {
        "case": case.id,
        "currency": case.currency,
        "true_by": str(true_by) if true_by else None,
        "known_by": str(known_by) if known_by else None,
    }
