"""The rows that tracing reads: ledger order, no self payments, no zero amounts; which are tagged, which are counted.

Definitions section 4: every row of A is tagged and every row into A is counted, unless instruments (or masks) choose
some of them: for example tag what A paid out as financing and count what comes home as revenue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kanryu.case.records import INSTRUMENTS
from kanryu.core.errors import InputError, UsageError
from kanryu.flows.ledger import Int32, Int64, Ledger

Int8 = npt.NDArray[np.int8]
Bool = npt.NDArray[np.bool_]
Choice = Sequence[str] | Bool | None

MOST = 4_000_000_000_000_000_000  # sums of minor units must stay below the 64-bit limit, with room for doubling


@dataclass(frozen=True)
class Rows:
    """What a tracing kernel gets, for one account.

    src, dst : int32 (m,); amount : int64 (m,), > 0; opening : int64 (n,)
    tag, counted : int8 (m,), 1 on tagged rows of A and on counted rows into A
    index : int64 (m,), place of the row in the ledger
    """

    src: Int32
    dst: Int32
    amount: Int64
    opening: Int64
    account: int
    tag: Int8
    counted: Int8
    index: Int64

    @property
    def m(self) -> int:
        """Number of rows."""
        return int(self.src.size)

    @property
    def inflow(self) -> int:
        """Sum of the counted rows into the account, minor units."""
        return int(self.amount[self.counted == 1].sum())

    @property
    def paid_out(self) -> int:
        """Sum of the tagged rows of the account, minor units."""
        return int(self.amount[self.tag == 1].sum())


def prepare(ledger: Ledger, account: str | int, *, tag: Choice = None, count: Choice = None) -> Rows:
    """The rows of a ledger, prepared for tracing the money of one account.

    Parameters
    ----------
    account : name or code of A
    tag, count : instruments whose rows out of A are tagged and whose rows into A are counted, or masks over the
        ledger's rows; None = all

    Raises
    ------
    NotFound
        No such account.
    UsageError
        Instruments are named but the ledger has none, or not these.
    InputError
        A negative amount, or sums too large to be exact.
    """
    code = ledger.account(account) if isinstance(account, str) else int(account)
    check_amounts(ledger)
    active = np.flatnonzero((ledger.src != ledger.dst) & (ledger.amount > 0))
    everything = active.size == ledger.m
    src = ledger.src if everything else ledger.src[active]
    dst = ledger.dst if everything else ledger.dst[active]
    amount = ledger.amount if everything else ledger.amount[active]
    opening = ledger.opening if ledger.opening is not None else np.zeros(ledger.n, np.int64)
    return Rows(
        src=np.ascontiguousarray(src, np.int32),
        dst=np.ascontiguousarray(dst, np.int32),
        amount=np.ascontiguousarray(amount, np.int64),
        opening=np.ascontiguousarray(opening, np.int64),
        account=code,
        tag=((src == code) & _chosen(ledger, tag)[active]).astype(np.int8),
        counted=((dst == code) & _chosen(ledger, count)[active]).astype(np.int8),
        index=active.astype(np.int64),
    )


def check_amounts(ledger: Ledger) -> None:
    """Refuse negative amounts and sums that 64 bits cannot hold exactly."""
    if ledger.m and int(ledger.amount.min()) < 0:
        where = int(ledger.row[int(np.argmin(ledger.amount))]) + 1
        raise InputError(key="trace.negative_amount", row=where)
    total = float(ledger.amount.sum(dtype=np.float64))
    if ledger.opening is not None:
        total += float(ledger.opening.sum(dtype=np.float64))
    if total > MOST:
        raise InputError(key="trace.too_much_money", total=f"{total / ledger.minor:.3g}")


def _chosen(ledger: Ledger, choice: Choice) -> Bool:
    if choice is None:
        return np.ones(ledger.m, np.bool_)
    if isinstance(choice, np.ndarray):
        if choice.shape != (ledger.m,):
            raise UsageError(key="trace.mask_shape", found=choice.shape, expected=ledger.m)
        return choice.astype(np.bool_)
    if ledger.instrument is None:
        raise UsageError(key="trace.no_instruments")
    unknown = [name for name in choice if name not in ledger.instruments]
    if unknown and not set(unknown) <= set(INSTRUMENTS):
        raise UsageError(key="trace.instrument_unknown", found=unknown[0], known=", ".join(ledger.instruments[:12]))
    codes = [ledger.instruments.index(name) for name in choice if name not in unknown]
    return np.isin(ledger.instrument, np.asarray(codes, ledger.instrument.dtype))
