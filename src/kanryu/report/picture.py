"""What the map draws: every leg as of a day, and month by month what was newly said, signed and paid."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

import msgspec

from kanryu.case.records import Case, Event, Instrument, Rung
from kanryu.case.rungs import RUNG_OF_STATUS, counts, states_of
from kanryu.core.money import Amount, Interval, add_up
from kanryu.follow.deal_loops import deal_loops

TRACE = 0.012


class Flow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One leg as of a day: on which rung it stands, and its amounts on the rungs it reached.

    None = nothing on that rung; an `Amount` without figures = not disclosed.
    """

    key: str
    payer: str
    payee: str
    instrument: Instrument
    rung: Rung
    reached: Rung | None = None
    talked: Amount | None = None
    bound: Amount | None = None
    paid: Amount | None = None
    ended_by: str = ""
    replaced_by: str = ""


class Picture(msgspec.Struct, frozen=True):
    """The legs that were known and held as of the two days; `not_yet` legs of the case were not."""

    case: str
    true_by: dt.date | None
    known_by: dt.date | None
    flows: tuple[Flow, ...]
    not_yet: int


class Month(msgspec.Struct, frozen=True, omit_defaults=True):
    """What reached a rung for the first time in a month: sums of known totals, and how many had no amount.

    Paid sums payments of the month. The three are stages of the same money and are never added to each other.
    loops_closed : boomerangs (`follow.deal_loops`) whose last link got its first event in this month
    """

    month: str
    talked: Interval | None = None
    bound: Interval | None = None
    paid: Interval | None = None
    legs: int = 0
    unknown: int = 0
    loops_closed: int = 0


class Months(msgspec.Struct, frozen=True):
    """All months from the first event of the case to the last, without gaps.

    drawn_from : the month from which a slider starts: the first with more than a trace (`TRACE`) of the case behind it
    """

    case: str
    months: tuple[Month, ...]
    drawn_from: str = ""


def picture(case: Case, true_by: dt.date | None = None, known_by: dt.date | None = None) -> Picture:
    """Every leg of the case as of two days, as the map draws it.

    Parameters
    ----------
    true_by, known_by : date or None
        Only what held by the one and was public by the other; None sets no limit.
    """
    states = states_of(case, true_by, known_by)
    flows = []
    for leg in case.legs:
        state = states[leg.key]
        if state.rung is None:
            continue
        flows.append(
            Flow(
                leg.key,
                leg.payer,
                leg.payee,
                leg.instrument,
                state.rung,
                state.reached,
                state.talked,
                state.bound,
                state.paid,
                state.ended_by,
                state.replaced_by,
            )
        )
    return Picture(case.id, true_by, known_by, tuple(flows), len(case.legs) - len(flows))


def months(case: Case, known_by: dt.date | None = None) -> Months:
    """Month by month, what was newly talked about, bound and paid, as public on a day.

    An event whose date is no more precise than a year stands in the last month it can have happened in: the only
    place where it never looks ahead.
    """
    first: dict[tuple[str, str], Event] = {}
    payments: list[Event] = []
    amounts = {leg.key: leg.amount for leg in case.legs}
    for event in sorted(case.events, key=lambda e: (e.date.last, e.date.first)):
        rung = RUNG_OF_STATUS[event.status]
        if event.key not in amounts or rung == "ended" or not counts(event, None, known_by):
            continue
        first.setdefault((event.key, rung), event)
        if rung == "paid" and not event.is_repeat:
            payments.append(event)
    found: dict[str, dict[str, list[Amount]]] = {}
    for (key, step), event in first.items():
        if step != "paid":
            stated = amounts[key] if event.amount.is_unknown else event.amount
            found.setdefault(_month(event), {}).setdefault(step, []).append(stated)
    for event in payments:
        if not event.is_cumulative:
            found.setdefault(_month(event), {}).setdefault("paid", []).append(event.amount)
    closed = _closings(case, known_by, {key: event for (key, _), event in reversed(first.items())})
    rows = []
    for month in _run(found):
        new = found.get(month, {})
        (talked, left), (bound, left_too), (paid, left_also) = (
            _total(new.get(rung, ())) for rung in ("talked", "bound", "paid")
        )
        legs = sum(len(values) for values in new.values())
        rows.append(Month(month, talked, bound, paid, legs, left + left_too + left_also, closed[month]))
    return Months(case.id, tuple(rows), _drawn_from(rows))


def _drawn_from(rows: list[Month]) -> str:
    total = sum(row.legs for row in rows)
    seen = 0
    for row in rows:
        seen += row.legs
        if seen > TRACE * total:
            return row.month
    return ""


def _closings(case: Case, known_by: dt.date | None, first: dict[str, Event]) -> Counter[str]:
    """Month -> boomerangs that closed in it: the month of the latest among the first events of their links."""
    found: Counter[str] = Counter()
    for loop in deal_loops(case, known_by=known_by).loops:
        if loop.kind == "boomerang" and loop.in_time_order and not loop.through_group:
            links = [[first[leg.key] for leg in link.legs if leg.key in first] for link in loop.links]
            if all(links):
                found[max(min(_month(event) for event in link) for link in links)] += 1
    return found


def _month(event: Event) -> str:
    return f"{event.date.last:%Y-%m}"


def _total(amounts: Iterable[Amount]) -> tuple[Interval | None, int]:
    """Sum of plain totals, and how many had no amount or were another kind of money."""
    every = list(amounts)
    plain = [amount for amount in every if amount.basis == "total" and not amount.is_unknown]
    if not plain:
        return None, len(every)
    return add_up(plain)[0], len(every) - len(plain)


def _run(found: Iterable[str]) -> list[str]:
    """All months between the first and the last."""
    known = sorted(found)
    if not known:
        return []
    year, month = int(known[0][:4]), int(known[0][5:])
    run = []
    while f"{year:04d}-{month:02d}" <= known[-1]:
        run.append(f"{year:04d}-{month:02d}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return run
