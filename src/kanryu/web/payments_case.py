"""A payments table as a case that the page can draw: every row a paid leg of its own, nothing added.

Only a small table with dates becomes a picture; larger ledgers belong to `kanryu loops` and `kanryu trace`.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

from kanryu.case.records import INSTRUMENTS, Case, Entity, Event, Leg, Source
from kanryu.core.dates import parse_date
from kanryu.core.errors import InputError
from kanryu.core.money import Amount
from kanryu.core.problems import Place
from kanryu.flows.ledger import Ledger
from kanryu.formats.payments import read_payments

MOST_ROWS = 3000
SECONDS = 86_400


def case_of_payments(path: Path, title: str) -> Case:
    """Read the table and make one entity of every account and one paid leg of every row.

    Raises
    ------
    InputError
        The table has errors, no dates, or more rows than can be drawn.
    """
    ledger = read_payments(path)
    if ledger.m > MOST_ROWS:
        raise InputError(key="web.upload.rows", found=ledger.m, most=MOST_ROWS)
    if ledger.t_unit not in ("day", "second"):
        raise InputError(key="web.upload.no_dates")
    entities = tuple(Entity(name, name, name, "account", "outside") for name in ledger.accounts)
    legs, events = [], []
    for row in range(ledger.m):
        leg, event = _row(ledger, row, path.name)
        legs.append(leg)
        events.append(event)
    return Case(title, title, title, ledger.currency, entities, tuple(legs), tuple(events))


def _row(ledger: Ledger, row: int, file: str) -> tuple[Leg, Event]:
    line = int(ledger.row[row]) + 2
    place = Place(file=file, line=line, column=1)
    value = Decimal(int(ledger.amount[row])) / ledger.minor
    amount = Amount(value, value, value, ledger.currency)
    code = int(ledger.instrument[row]) if ledger.instrument is not None else -1
    kind = ledger.instruments[code] if 0 <= code < len(ledger.instruments) else "other"
    payer, payee = ledger.accounts[ledger.src[row]], ledger.accounts[ledger.dst[row]]
    number = f"row-{line}"
    instrument = kind if kind in INSTRUMENTS else "other"
    made = Leg(number, "1", payer, payee, instrument, amount, place=place)  # type: ignore[arg-type]
    day = parse_date(str(_day(ledger, row)))
    source = Source(f"{file}:{line}", file, day)
    return made, Event(number, "1", day, day, "paid_full", amount, "", source, place=place)


def _day(ledger: Ledger, row: int) -> dt.date:
    if ledger.t_unit == "day":
        return dt.date.fromordinal(int(ledger.t[row]))
    moment = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(seconds=float(ledger.t[row]))
    return moment.date()
