"""What `kanryu show` answers for a payments file: how much of what, and who pays whom."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt

from kanryu.case.shown import AccountLine, Shown, Span
from kanryu.core.results import Origin
from kanryu.flows.ledger import Ledger

Mask = npt.NDArray[np.bool_]


def show_payments(ledger: Ledger, name: str = "", *, target: str = "") -> Shown:
    """The whole file, or one account with its partners, largest first.

    Raises
    ------
    NotFound
        No account of that name; near names are suggested.
    """
    has_amount = bool(ledger.inputs.get("has_amount", True))
    if name:
        code = ledger.account(name)
        out, into = ledger.src == code, ledger.dst == code
        accounts: tuple[AccountLine, ...] = (_line(ledger, code, out, into, has_amount),)
        partners: tuple[AccountLine, ...] = _lines(ledger, ledger.dst[out], ledger.src[into], out, into, has_amount)
    else:
        every = np.ones(ledger.m, np.bool_)
        accounts = _lines(ledger, ledger.src, ledger.dst, every, every, has_amount)
        partners = ()
    total = ledger.in_units(sum(ledger.amount.tolist())) if has_amount else None
    first, last = (_time(ledger, 0), _time(ledger, -1)) if ledger.m else ("", "")
    return Shown(
        kind="account" if name else "payments",
        case=target,
        title_en=target,
        title_ja=target,
        currency=ledger.currency,
        name=name,
        entities=(),
        deals=(),
        legs=(),
        stakes=(),
        origin=Origin(definition="flows.show_definition", inputs={"file": target}, coverage=ledger.coverage),
        span=Span(ledger.n, ledger.m, first, last, total),
        accounts=accounts,
        partners=partners,
    )


def _time(ledger: Ledger, row: int) -> str:
    value = int(ledger.t[row])
    if ledger.t_unit == "day" and 0 < value < dt.date.max.toordinal():
        return dt.date.fromordinal(value).isoformat()
    seconds = value / int(ledger.inputs.get("t_scale", 1))
    if ledger.t_unit == "second" and abs(seconds) < 2**38:
        moment = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds)
        return moment.isoformat(sep=" ", timespec="seconds")
    return str(value)


def _line(ledger: Ledger, code: int, out: Mask, into: Mask, has_amount: bool) -> AccountLine:
    return AccountLine(
        ledger.accounts[code],
        int(out.sum()),
        int(into.sum()),
        ledger.in_units(sum(ledger.amount[out].tolist())) if has_amount else None,
        ledger.in_units(sum(ledger.amount[into].tolist())) if has_amount else None,
    )


def _lines(
    ledger: Ledger,
    payers: npt.NDArray[np.int32],
    payees: npt.NDArray[np.int32],
    out: Mask,
    into: Mask,
    has_amount: bool,
) -> tuple[AccountLine, ...]:
    """Rows and sums per account. For the whole ledger `payers` pay; for one account they are whom it paid."""
    pays = np.bincount(payers, minlength=ledger.n)
    receives = np.bincount(payees, minlength=ledger.n)
    paid, received = np.zeros(ledger.n), np.zeros(ledger.n)
    if has_amount:
        np.add.at(paid, payers, ledger.amount[out].astype(np.float64) / ledger.minor)
        np.add.at(received, payees, ledger.amount[into].astype(np.float64) / ledger.minor)
    weight = paid + received if has_amount else (pays + receives).astype(np.float64)
    order = np.lexsort((np.arange(ledger.n), -weight))
    return tuple(
        AccountLine(
            ledger.accounts[code],
            int(pays[code]),
            int(receives[code]),
            float(paid[code]) if has_amount else None,
            float(received[code]) if has_amount else None,
        )
        for code in order.tolist()
        if pays[code] or receives[code]
    )
