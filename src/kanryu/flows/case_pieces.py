"""The dated pieces of each leg of a case that flows: payments on their day, the rest of what is promised by schedule.

What never flows: stake values, run rates, accounting entries, share swaps, and guarantees or warrants that nobody
has called. What cannot be placed: amounts of which only an upper limit is known. Both are listed with the reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from kanryu.case.paid import is_ordered, payments_of
from kanryu.case.records import NO_CASH, NO_CASH_UNTIL_CALLED, Case, Leg, Rung
from kanryu.case.rungs import ORDER, Rungs, State, rungs
from kanryu.core.money import Amount
from kanryu.flows.schedule import SCHEDULES, quarters, spread

MINOR = 100
AS_MONEY = ("total", "per_year", "in_kind")
ZERO = Decimal(0)
LARGEST = Decimal(10) ** 15  # whole currency; in cents it fits an int64 ninety times over


class Piece(msgspec.Struct, frozen=True):
    """Money on one leg between two days, in minor units; `central` None = no best figure, `high` None = no limit."""

    day: dt.date
    first: dt.date
    low: int
    central: int | None
    high: int | None
    rung: Rung


def flowing(
    case: Case,
    true_by: dt.date | None,
    known_by: dt.date | None,
    rung: Rung | None,
    schedule: str,
    left_out: list[str],
    coverage: dict[str, int],
    used: set[str],
) -> Iterator[tuple[int, Leg, State, list[Piece]]]:
    """Legs that count as of the day, with their pieces.

    Fills `left_out` ("leg: reason"), `coverage` (counts) and `used` (sentence keys of what was assumed).

    Raises
    ------
    UsageError
        An unknown schedule.
    """
    if schedule not in SCHEDULES:
        from kanryu.core.errors import UsageError

        raise UsageError(key="flows.schedule_unknown", found=schedule, expected=", ".join(SCHEDULES))
    least = ORDER[rung or "bound"]
    index = rungs(case)
    states = index.states(true_by, known_by)
    accounts = {entity.id for entity in case.entities}
    in_parts = _tranches(case, states, least)
    for number, leg in enumerate(case.legs):
        state = states[leg.key]
        if state.reached is None:
            continue
        payments = list(_payments(index, leg, state, case.currency, used))
        if ORDER[state.reached] < least or not (state.is_open or payments):
            continue
        if leg.payer not in accounts or leg.payee not in accounts:
            left_out.append(f"{leg.key}: entity_unknown")
            continue
        if leg.payer == leg.payee:
            left_out.append(f"{leg.key}: self_payment")
            continue
        coverage["legs"] += 1
        reason = no_money(leg) or _unusable(leg, state, case.currency)
        pieces = payments
        if rung != "paid" and state.is_open and not reason:
            since = max((piece.day for piece in payments), default=None)
            pieces = payments + _rest(leg, state, schedule, in_parts.get(leg.key, ZERO), since, used)
        if any(piece.central is not None for piece in pieces):
            coverage["legs_with_amount"] += 1
        else:
            left_out.append(f"{leg.key}: {reason or ('amount_ceiling' if _has_ceiling(pieces) else 'amount_unknown')}")
        if pieces:
            yield number, leg, state, pieces


def no_money(leg: Leg) -> str:
    """Why the promised amount of a leg is not money that will flow, or an empty string."""
    if leg.instrument in NO_CASH:
        return "share_swap"
    if leg.instrument in NO_CASH_UNTIL_CALLED and leg.amount.basis != "total":  # "total" is a price paid for it
        return "not_called"
    if leg.amount.basis not in AS_MONEY:
        return f"basis_{leg.amount.basis}"
    if leg.amount.basis == "in_kind" and leg.instrument != "credits_in_kind":
        return "basis_in_kind"
    return ""


def _unusable(leg: Leg, state: State, currency: str) -> str:
    """Why the amount cannot stand in a ledger of this currency, or an empty string."""
    amount = state.bound if state.bound is not None else state.talked
    if amount is None or amount.is_unknown:
        return ""
    if amount.currency != currency:  # one run, one currency: conversion is the user's
        return "currency"
    if not is_ordered(amount):
        return "amount_order"
    figures = [value for value in (amount.low, amount.central, amount.high) if value is not None]
    years = (leg.end.last - leg.start.first).days // 365 + 1 if leg.start is not None and leg.end is not None else 1
    return "amount_size" if max(figures) * (years if amount.basis == "per_year" else 1) > LARGEST else ""


def _has_ceiling(pieces: list[Piece]) -> bool:
    return any(piece.high is not None for piece in pieces)


def _tranches(case: Case, states: dict[str, State], least: int) -> dict[str, Decimal]:
    """What the counted tranches of a total come to: a total beside its tranches counts only the rest."""
    found: dict[str, Decimal] = {}
    for leg in case.legs:
        state = states[leg.key]
        if not leg.part_of or not state.is_open or state.reached is None or ORDER[state.reached] < least:
            continue
        amount = state.bound or state.talked
        value = amount.best if amount is not None else None
        if value is not None and not no_money(leg):
            found[leg.part_of] = found.get(leg.part_of, ZERO) + value
    return found


def _cents(value: Decimal | None) -> int | None:
    return None if value is None else int((value * MINOR).to_integral_value())


def _payments(index: Rungs, leg: Leg, state: State, currency: str, used: set[str]) -> Iterator[Piece]:
    """Payments that happened, on their day or over the time for which they are reported."""
    about = [event for event in state.events if event.leg or leg.key in index.alone]
    last_paid: dt.date | None = None
    for payment in payments_of(leg, about, state.bound):
        event, low, central, high = payment.event, payment.low, payment.central, payment.high
        if high is not None and high <= 0:
            continue
        if not event.amount.is_unknown and event.amount.currency != currency:
            used.add("flows.other_currency_left_out")
            continue
        if event.paid_from is not None and event.paid_to is not None:
            used.add("flows.assume_paid_evenly")
            end = event.paid_to.last
            start = min(event.paid_from.first, end)  # a time that ends before it starts is reported by `kanryu check`
            yield from _spread(start, end, "even", _cents(low) or 0, _cents(central), _cents(high), "paid")
            continue
        begun = leg.start.first if leg.start is not None else None
        if event.is_cumulative and begun is not None and begun < event.date.last:
            used.add("flows.assume_paid_so_far")
            since = max(begun, last_paid + dt.timedelta(days=1)) if last_paid is not None else begun
            start, last_paid = min(since, event.date.last), event.date.last
            yield from _spread(start, event.date.last, "even", _cents(low) or 0, _cents(central), _cents(high), "paid")
            continue
        last_paid = event.date.last
        if event.date.first != event.date.last:
            used.add("flows.assume_last_day")
        yield Piece(event.date.last, event.date.first, _cents(low) or 0, _cents(central), _cents(high), "paid")


def _rest(
    leg: Leg, state: State, schedule: str, in_parts: Decimal, since: dt.date | None, used: set[str]
) -> list[Piece]:
    """What is promised and not yet paid, spread from the last payment (`since`) or the start to the end of the leg."""
    amount = state.bound if state.bound is not None else state.talked
    if amount is None or any(event.status == "paid_full" for event in state.events):
        return []
    rung: Rung = "bound" if state.bound is not None else "talked"
    start = leg.start.first if leg.start else state.events[0].date.last
    end = leg.end.last if leg.end else None
    unknown_end = end is None or end < start
    if end is None or end < start:
        end = start
    if since is not None and since >= start:  # what is still open falls due after what was paid
        start = since + dt.timedelta(days=1)
        end = max(end, start)
    if amount.is_unknown or (amount.basis == "per_year" and unknown_end):
        return [Piece(end, start, 0, None, None, rung)]
    if amount.basis not in AS_MONEY:  # talk can be of another kind than the leg itself
        return []
    if amount.basis == "per_year":
        amount = _times(amount, Decimal((end - start).days + 1) / Decimal("365.25"))
        used.add("flows.assume_rate_times_years")
    if amount.basis == "in_kind":
        used.add("flows.assume_credits_as_money")
    paid = state.paid
    gone_low = (paid.floor if paid is not None else ZERO) + in_parts
    gone = (paid.best or ZERO if paid is not None else ZERO) + in_parts
    best, ceiling = amount.best, amount.ceiling
    if amount.central is None and best is not None:
        used.add("flows.assume_least")
    low = max(amount.floor - gone, ZERO)
    central = None if best is None else max(best - gone, ZERO)
    high = None if ceiling is None else max(ceiling - gone_low, ZERO)
    if central == 0 and high == 0:
        return []
    if schedule == "dates" and leg.due and central is not None:
        used.add("flows.assume_stated_dates")
        return _due(leg, gone, central, end, rung)
    if unknown_end:
        used.add("flows.assume_no_end")
    elif end > start:
        used.add(f"flows.assume_{schedule}")
    return _spread(start, end, schedule, _cents(low) or 0, _cents(central), _cents(high), rung)


def _due(leg: Leg, gone: Decimal, rest: Decimal, end: dt.date, rung: Rung) -> list[Piece]:
    """The stated instalments not yet covered by what was paid; what they leave of the rest stands at the end."""
    pieces: list[Piece] = []
    for due in sorted(leg.due, key=lambda item: item.date.last):
        covered = min(gone, due.amount)
        gone -= covered
        open_part = min(due.amount - covered, rest)
        rest -= open_part
        if open_part > 0:
            cents = _cents(open_part) or 0
            pieces.append(Piece(due.date.last, due.date.first, cents, cents, cents, rung))
    if rest > 0:
        cents = _cents(rest) or 0
        pieces.append(Piece(end, end, cents, cents, cents, rung))
    return pieces


def _times(amount: Amount, factor: Decimal) -> Amount:
    def scale(value: Decimal | None) -> Decimal | None:
        return None if value is None else value * factor

    return Amount(scale(amount.low), scale(amount.central), scale(amount.high), amount.currency, "total")


def _spread(
    start: dt.date, end: dt.date, schedule: str, low: int, central: int | None, high: int | None, rung: Rung
) -> list[Piece]:
    lows = spread(low, start, end, schedule)
    centrals = spread(central, start, end, schedule) if central is not None else None
    highs = spread(high, start, end, schedule) if high is not None else None
    days = quarters(start, end) if len(lows) > 1 else [(lows[0][0], (end - start).days + 1)]
    return [
        Piece(
            day,
            max(day - dt.timedelta(days=days[i][1] - 1), start),
            part,
            centrals[i][1] if centrals is not None else None,
            highs[i][1] if highs is not None else None,
            rung,
        )
        for i, (day, part) in enumerate(lows)
    ]
