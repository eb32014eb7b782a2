"""The flows of a case: dated money between its entities, from deals as of a day and on a rung.

What becomes a row: a payment on its day, and for bound (or, when asked, talked) legs the rest of a total, spread by a
schedule. What never does: stake values, run rates, accounting entries, share swaps, and guarantees or warrants that
nobody has called. An unknown amount is left out and counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import msgspec
import numpy as np

from kanryu.case.records import INSTRUMENTS, NO_CASH, NO_CASH_UNTIL_CALLED, RUNGS, Case, Event, Leg, Rung
from kanryu.case.rungs import ORDER, State, states_of
from kanryu.core.money import Amount
from kanryu.flows.ledger import Ledger, from_columns
from kanryu.flows.schedule import SCHEDULES, quarters, spread

MINOR = 100
AS_MONEY = ("total", "per_year", "in_kind")


class LegInterval(msgspec.Struct, frozen=True):
    """What can have flowed on one leg in one period, in minor units; `high` None = no limit is known.

    `t` is the row's day (as in the ledger), `first` the first day of the period.
    """

    key: str
    src: int
    dst: int
    instrument: str
    rung: Rung
    first: int
    t: int
    low: int
    central: int | None
    high: int | None


class _Piece(msgspec.Struct, frozen=True):
    day: dt.date
    first: dt.date
    low: int
    central: int | None
    high: int | None
    rung: Rung


def case_ledger(
    case: Case,
    *,
    true_by: dt.date | None = None,
    known_by: dt.date | None = None,
    rung: Rung | None = None,
    schedule: str = "even",
) -> Ledger:
    """The flows of a case as arrays, one account per entity, amounts in cents, `t` in days (proleptic ordinal).

    Parameters
    ----------
    true_by, known_by : date or None
        Only what held and was public by then. Bound legs keep the part of their schedule that lies after the day:
        it is promised on that day.
    rung : {"talked", "bound", "paid"} or None
        The least sure rung that still counts; None counts bound and surer. "paid" gives payments only.
    schedule : {"even", "front", "dates"}
        How what is promised but not yet paid is spread from start to end of a leg.

    Returns
    -------
    Ledger
        `leg`, `instrument` and `rung` per row; `left_out`, `assumptions` and `coverage` say what is not in it.

    Raises
    ------
    UsageError
        An unknown schedule.
    """
    rows: list[tuple[int, int, int, int, int, int, int]] = []
    left_out: list[str] = []
    coverage = {"legs": 0, "legs_with_amount": 0}
    account = {entity.id: i for i, entity in enumerate(case.entities)}
    legs = tuple(leg.key for leg in case.legs)
    used: set[str] = set()
    for number, leg, _, pieces in _flowing(case, true_by, known_by, rung, schedule, left_out, coverage, used):
        for piece in pieces:
            if piece.central is None:
                continue
            rows.append(
                (
                    account[leg.payer],
                    account[leg.payee],
                    piece.day.toordinal(),
                    piece.central,
                    INSTRUMENTS.index(leg.instrument),
                    RUNGS.index(piece.rung),
                    number,
                )
            )
    columns = list(zip(*rows)) if rows else [()] * 7
    return from_columns(
        np.array(columns[0], np.int32),
        np.array(columns[1], np.int32),
        np.array(columns[2], np.int64),
        np.array(columns[3], np.int64),
        accounts=tuple(account),
        minor=MINOR,
        instrument=np.array(columns[4], np.int16),
        instruments=INSTRUMENTS,
        rung=np.array(columns[5], np.int8),
        leg=np.array(columns[6], np.int32),
        legs=legs,
        t_unit="day",
        currency=case.currency,
        name=case.id,
        assumptions=tuple(sorted(used)),
        left_out=tuple(left_out),
        coverage=coverage,
        inputs={
            "case": case.id,
            "true_by": str(true_by) if true_by else None,
            "known_by": str(known_by) if known_by else None,
            "rung": rung or "bound",
            "schedule": schedule,
        },
    )


def leg_intervals(
    case: Case,
    *,
    true_by: dt.date | None = None,
    known_by: dt.date | None = None,
    rung: Rung | None = None,
    schedule: str = "even",
) -> tuple[LegInterval, ...]:
    """The same flows as limits: low and high per leg and period, for programmes in which amounts are variables.

    A leg of which no amount is known gives one interval over its whole span with `low` 0, `central` and `high` None
    (unless it moves no cash). `low <= central <= high` holds wherever they are known.
    """
    account = {entity.id: i for i, entity in enumerate(case.entities)}
    found: list[LegInterval] = []
    flowing = _flowing(case, true_by, known_by, rung, schedule, [], {"legs": 0, "legs_with_amount": 0}, set())
    for _, leg, _, pieces in flowing:
        for piece in pieces:
            found.append(
                LegInterval(
                    leg.key,
                    account[leg.payer],
                    account[leg.payee],
                    leg.instrument,
                    piece.rung,
                    piece.first.toordinal(),
                    piece.day.toordinal(),
                    piece.low,
                    piece.central,
                    piece.high,
                )
            )
    return tuple(found)


def _flowing(
    case: Case,
    true_by: dt.date | None,
    known_by: dt.date | None,
    rung: Rung | None,
    schedule: str,
    left_out: list[str],
    coverage: dict[str, int],
    used: set[str],
) -> Iterator[tuple[int, Leg, State, list[_Piece]]]:
    """Legs that count, with their dated pieces; fills the lists of what is left out and assumed."""
    if schedule not in SCHEDULES:
        from kanryu.core.errors import UsageError

        raise UsageError(key="flows.schedule_unknown", found=schedule, expected=", ".join(SCHEDULES))
    least = ORDER[rung or "bound"]
    states = states_of(case, true_by, known_by)
    known_accounts = {entity.id for entity in case.entities}
    in_parts: dict[str, Decimal] = {}
    for leg in case.legs:  # a total beside its tranches counts only what the tranches leave
        state = states[leg.key]
        if leg.part_of and state.is_open and state.reached and ORDER[state.reached] >= least and state.bound:
            in_parts[leg.part_of] = in_parts.get(leg.part_of, Decimal(0)) + (state.bound.best or state.bound.floor)
    for number, leg in enumerate(case.legs):
        state = states[leg.key]
        if state.reached is None or leg.payer not in known_accounts or leg.payee not in known_accounts:
            continue
        if leg.payer == leg.payee:
            left_out.append(f"{leg.key}: self_payment")
            continue
        payments = [p for p in _payments(leg, state, used)]
        counts = ORDER[state.reached] >= least and (state.is_open or bool(payments))
        if not counts:
            continue
        coverage["legs"] += 1
        reason = _no_money(leg)
        if reason and not payments:
            left_out.append(f"{leg.key}: {reason}")
            continue
        pieces = list(payments)
        if rung != "paid" and state.is_open and not reason:
            rest = _rest(leg, state, schedule, in_parts.get(leg.key, Decimal(0)), used)
            if rest is None:
                left_out.append(f"{leg.key}: no_dates")
            else:
                pieces += rest
        if not any(piece.central is not None for piece in pieces):
            left_out.append(f"{leg.key}: amount_unknown")
        else:
            coverage["legs_with_amount"] += 1
        if pieces:
            yield number, leg, state, pieces


def _no_money(leg: Leg) -> str:
    """Why the promised amount of a leg is not money that will flow, or an empty string."""
    if leg.instrument in NO_CASH:
        return "share_swap"
    if leg.instrument in NO_CASH_UNTIL_CALLED:
        return "not_called"
    if leg.amount.basis not in AS_MONEY:
        return f"basis_{leg.amount.basis}"
    if leg.amount.basis == "in_kind" and leg.instrument != "credits_in_kind":
        return "basis_in_kind"
    return ""


def _cents(value: Decimal | None) -> int | None:
    return None if value is None else int((value * MINOR).to_integral_value())


def _payments(leg: Leg, state: State, used: set[str]) -> Iterator[_Piece]:
    """Payments that happened, each on its day; of cumulative figures only the increase."""
    before = Decimal(0)
    for event in state.events:
        if event.status not in ("paid_part", "paid_full") or event.is_repeat or event in state.other_bases:
            continue
        value = _paid_value(event, state)
        if value is None:
            continue
        step = value
        if event.is_cumulative or (event.status == "paid_full" and value >= before > 0):
            step = value - before
        before += step
        if step <= 0:
            continue
        if event.date.first != event.date.last:
            used.add("flows.assume_last_day")
        cents = _cents(step)
        yield _Piece(event.date.last, event.date.first, cents or 0, cents, cents, "paid")


def _paid_value(event: Event, state: State) -> Decimal | None:
    if event.amount.best is not None:
        return event.amount.best
    if event.status == "paid_full" and state.bound is not None:
        return state.bound.best
    return None


def _rest(leg: Leg, state: State, schedule: str, in_parts: Decimal, used: set[str]) -> list[_Piece] | None:
    """What is promised and not yet paid, spread from start to end; None when no day at all is known."""
    amount = state.bound if state.bound is not None else state.talked
    if amount is None:
        return []
    rung: Rung = "bound" if state.bound is not None else "talked"
    start = leg.start.first if leg.start else state.events[0].date.last
    end = leg.end.last if leg.end else None
    if end is None or end < start:
        used.add("flows.assume_no_end")
        end = leg.start.last if leg.start and leg.start.precision == "day" else start
    if amount.is_unknown:
        return [_Piece(end, start, 0, None, None, rung)]
    if amount.basis == "per_year":
        if leg.end is None:
            return [_Piece(end, start, 0, None, None, rung)]
        amount = _times(amount, Decimal((end - start).days + 1) / Decimal("365.25"))
        used.add("flows.assume_rate_times_years")
    if amount.basis == "in_kind":
        used.add("flows.assume_credits_as_money")
    paid = state.paid.best if state.paid is not None and state.paid.best is not None else Decimal(0)
    gone = paid + in_parts
    low = max(amount.floor - gone, Decimal(0))
    best, ceiling = amount.best, amount.ceiling
    central = None if best is None else max(best - gone, Decimal(0))
    high = None if ceiling is None else max(ceiling - gone, Decimal(0))
    if central is None and high is not None:
        used.add("flows.assume_middle")
        central = (low + high) / 2
    if central == 0 and high == 0:
        return []
    if end > start:
        used.add(f"flows.assume_{schedule}")
    return _pieces(start, end, schedule, _cents(low) or 0, _cents(central), _cents(high), rung)


def _times(amount: Amount, factor: Decimal) -> Amount:
    def scale(value: Decimal | None) -> Decimal | None:
        return None if value is None else value * factor

    return Amount(scale(amount.low), scale(amount.central), scale(amount.high), amount.currency, "total")


def _pieces(
    start: dt.date, end: dt.date, schedule: str, low: int, central: int | None, high: int | None, rung: Rung
) -> list[_Piece]:
    lows = spread(low, start, end, schedule)
    centrals = spread(central, start, end, schedule) if central is not None else None
    highs = spread(high, start, end, schedule) if high is not None else None
    spans = quarters(start, end) if len(lows) > 1 else [(lows[0][0], (end - start).days + 1)]
    return [
        _Piece(
            day,
            day - dt.timedelta(days=spans[i][1] - 1) if len(lows) > 1 else start,
            part,
            centrals[i][1] if centrals is not None else None,
            highs[i][1] if highs is not None else None,
            rung,
        )
        for i, (day, part) in enumerate(lows)
    ]
