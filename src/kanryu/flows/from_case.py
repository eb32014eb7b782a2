"""The flows of a case: dated money between its entities, from deals as of a day and on a rung.

What becomes a row: a payment on its day, and for bound (or, when asked, talked) legs the rest of a total, spread by a
schedule. What never does: stake values, run rates, accounting entries, share swaps, and guarantees or warrants that
nobody has called. An unknown amount is left out and counted.
"""

from __future__ import annotations

import datetime as dt

import msgspec
import numpy as np

from kanryu.case.records import INSTRUMENTS, RUNGS, Case, Rung
from kanryu.flows.case_pieces import MINOR, flowing
from kanryu.flows.ledger import Ledger, from_columns


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
    account = {name: i for i, name in enumerate(dict.fromkeys(entity.id for entity in case.entities))}
    legs = tuple(leg.key for leg in case.legs)
    used: set[str] = set()
    for number, leg, _, pieces in flowing(case, true_by, known_by, rung, schedule, left_out, coverage, used):
        for piece in pieces:
            if not piece.central:  # unknown, or nothing
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
    account = {name: i for i, name in enumerate(dict.fromkeys(entity.id for entity in case.entities))}
    found: list[LegInterval] = []
    legs = flowing(case, true_by, known_by, rung, schedule, [], {"legs": 0, "legs_with_amount": 0}, set())
    for _, leg, _, pieces in legs:
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
