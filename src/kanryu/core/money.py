"""Amounts as their source gives them: low, central, high, a currency and a basis. Unknown stays unknown.

The basis says what kind of money an amount is. Amounts of different bases are never added; `add_up` refuses.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, get_args

import msgspec

from kanryu.core.errors import InputError

Basis = Literal[
    "total",  # money over the whole life of the leg
    "per_year",  # a rate; becomes money only over stated years
    "run_rate",  # a rate annualised from a short period; not money received
    "stake_value",  # what a holding is worth; nobody paid it
    "contingent",  # due only if something happens (guarantee, option, milestone)
    "in_kind",  # paid in goods, credits or shares
    "non_cash",  # an accounting entry
    "unknown",
]
BASES: tuple[str, ...] = get_args(Basis)


class Amount(msgspec.Struct, frozen=True):
    """low <= central <= high in whole currency; any of the three may be None (not disclosed).

    An amount of which nothing is known has `is_unknown`; it is not zero and never counts as zero.
    """

    low: Decimal | None = None
    central: Decimal | None = None
    high: Decimal | None = None
    currency: str = "USD"
    basis: Basis = "total"

    @property
    def is_unknown(self) -> bool:
        """No figure at all is known."""
        return self.low is None and self.central is None and self.high is None

    @property
    def best(self) -> Decimal | None:
        """The central figure, or the only bound that is known, or None."""
        if self.central is not None:
            return self.central
        if self.low is not None and self.high is not None:
            return None  # a range without a centre has no best figure
        return self.low if self.low is not None else self.high

    @property
    def floor(self) -> Decimal:
        """The least it can be: low, else 0 (an amount cannot be negative)."""
        return self.low if self.low is not None else Decimal(0)

    @property
    def ceiling(self) -> Decimal | None:
        """The most it can be, or None if there is no limit."""
        return self.high


class Interval(msgspec.Struct, frozen=True):
    """A number between limits. None for `central` means no best figure, None for `high` no upper limit."""

    low: float
    central: float | None
    high: float | None


def add_up(amounts: Iterable[Amount]) -> tuple[Interval, int]:
    """Sum of known amounts as an interval, and how many were unknown and left out.

    Raises
    ------
    InputError
        Two bases or two currencies in one sum.
    """
    kinds: set[tuple[str, str]] = set()
    low = central = high = Decimal(0)
    unknown = 0
    for amount in amounts:
        if amount.is_unknown:
            unknown += 1
            continue
        kinds.add((amount.basis, amount.currency))
        if len(kinds) > 1:
            raise InputError(key="core.mixed_sum", found=", ".join(sorted(f"{b} {c}" for b, c in kinds)))
        known = [x for x in (amount.low, amount.central, amount.high) if x is not None]
        low += amount.low if amount.low is not None else min(known)
        high += amount.high if amount.high is not None else max(known)
        central += amount.best if amount.best is not None else (min(known) + max(known)) / 2
    return Interval(float(low), float(central), float(high)), unknown
