"""The one array form: payments sorted in ledger order, whatever they came from.

A row is one payment from `src` to `dst`. Rows are ordered by `t` and, where `t` is equal, by position in the input:
the ledger order of definitions section 0. Amounts are integers in minor units (cents), so that exact rules stay exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Int8 = npt.NDArray[np.int8]
Int16 = npt.NDArray[np.int16]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Ledger:
    """Payments between accounts.

    accounts : names, n of them; `src` and `dst` index into it
    src, dst : int32 (m,)
    t : int64 (m,), sorted; unit in `t_unit` ("number" as given, "second", "day")
    amount : int64 (m,), minor units, >= 0
    row : int64 (m,), position in the input, from 0
    instrument, rung, leg : codes (m,) into `instruments`, `case.records.RUNGS`, `legs`; None when not known
    minor : minor units in one unit of the currency
    """

    accounts: tuple[str, ...]
    src: Int32
    dst: Int32
    t: Int64
    amount: Int64
    row: Int64
    t_unit: str = "number"
    minor: int = 100
    currency: str = ""
    name: str = ""
    instrument: Int16 | None = None
    instruments: tuple[str, ...] = ()
    rung: Int8 | None = None
    leg: Int32 | None = None
    legs: tuple[str, ...] = ()
    opening: Int64 | None = None
    assumptions: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    coverage: dict[str, int] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)
    problems: tuple[Any, ...] = ()  # warnings met while reading

    @property
    def n(self) -> int:
        """Number of accounts."""
        return len(self.accounts)

    @property
    def m(self) -> int:
        """Number of rows."""
        return int(self.src.size)

    def account(self, name: str) -> int:
        """Code of the account of that name.

        Raises
        ------
        NotFound
            No such account; near names are suggested.
        """
        from kanryu.core.errors import NotFound

        try:
            return self.accounts.index(name)
        except ValueError:
            raise NotFound(key="flows.account_unknown", name=name, known=self.accounts) from None

    def keep(self, mask: npt.NDArray[np.bool_]) -> Ledger:
        """The rows where `mask` holds, accounts unchanged."""

        def cut(column: Any) -> Any:
            return None if column is None else column[mask]

        return replace(
            self,
            src=self.src[mask],
            dst=self.dst[mask],
            t=self.t[mask],
            amount=self.amount[mask],
            row=self.row[mask],
            instrument=cut(self.instrument),
            rung=cut(self.rung),
            leg=cut(self.leg),
        )

    def in_units(self, minor_amount: float) -> float:
        """An amount of minor units in the unit of the file or currency."""
        return minor_amount / self.minor


def from_columns(
    src: Any,
    dst: Any,
    t: Any,
    amount: Any = None,
    *,
    accounts: tuple[str, ...] | None = None,
    minor: int = 1,
    **more: Any,
) -> Ledger:
    """A ledger from plain columns; names are coded, rows brought into ledger order.

    Parameters
    ----------
    src, dst : sequence of names, or of int codes when `accounts` is given, (m,)
    t : sequence of int (m,)
    amount : sequence of int minor units (m,); 1 per row when missing
    more : further fields of `Ledger`; per-row columns are reordered with the rows

    Examples
    --------
    >>> ledger = from_columns(["a", "b"], ["b", "a"], [2, 1], [100, 40])
    >>> ledger.accounts, ledger.t.tolist(), ledger.amount.tolist()
    (('a', 'b'), [1, 2], [40, 100])
    """
    if accounts is None:
        names = [str(x) for x in [*src, *dst]]
        ordered = dict.fromkeys(names)
        accounts = tuple(ordered)
        code = {name: i for i, name in enumerate(accounts)}
        count = len(src)
        src = np.fromiter((code[x] for x in names[:count]), np.int32, count)
        dst = np.fromiter((code[x] for x in names[count:]), np.int32, count)
    times = np.asarray(t, dtype=np.int64)
    order = np.argsort(times, kind="stable")
    amounts = np.ones(times.size, np.int64) if amount is None else np.asarray(amount, dtype=np.int64)
    for column in ("instrument", "rung", "leg"):
        if more.get(column) is not None:
            more[column] = np.asarray(more[column])[order]
    return Ledger(
        accounts=accounts,
        src=np.asarray(src, dtype=np.int32)[order],
        dst=np.asarray(dst, dtype=np.int32)[order],
        t=times[order],
        amount=amounts[order],
        row=order.astype(np.int64),
        minor=minor,
        **more,
    )
