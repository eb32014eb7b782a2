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
        """The central figure, else the least that is known; a ceiling alone ("up to 40bn") is no figure: None."""
        if self.central is not None:
            return self.central
        return self.low if self.low is not None and self.low > 0 else None

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

    One ceiling alone or range without a centre leaves the sum without a centre; one amount without a ceiling, without
    an upper limit.

    Raises
    ------
    InputError
        Two bases or two currencies in one sum.
    """
    kinds: set[tuple[str, str]] = set()
    low = Decimal(0)
    central: Decimal | None = Decimal(0)
    high: Decimal | None = Decimal(0)
    unknown = 0
    for amount in amounts:
        if amount.is_unknown:
            unknown += 1
            continue
        kinds.add((amount.basis, amount.currency))
        if len(kinds) > 1:
            raise InputError(key="core.mixed_sum", found=", ".join(sorted(f"{b} {c}" for b, c in kinds)))
        is_exact = amount.low is None and amount.high is None
        low += amount.central if is_exact and amount.central is not None else amount.floor
        ceiling = amount.central if is_exact else amount.high
        high = None if high is None or ceiling is None else high + ceiling
        best = amount.best if amount.central is not None or amount.high is None else None  # a range has no centre
        central = None if central is None or best is None else central + best
    shown = [None if value is None else float(value) for value in (central, high)]
    return Interval(float(low), shown[0], shown[1]), unknown
