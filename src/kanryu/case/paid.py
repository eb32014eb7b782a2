"""What has been paid on a leg: the payment events that are payments, each once, of one basis.

A second report is no second payment. A cumulative figure ("6.6bn paid so far") replaces what was counted before it.
Accounting entries, stake values and run rates are never payments. A figure that covers more than the leg (a whole
round) is only an upper limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from kanryu.case.records import Event, Leg
from kanryu.core.money import Amount, Basis

PAYMENTS = ("paid_part", "paid_full")
_TOTALS = ("total", "in_kind", "contingent")  # amounts that can be settled; a rate a year cannot
ZERO = Decimal(0)


class Payment(msgspec.Struct, frozen=True):
    """One payment on a leg: what came on top of what was paid before. `central`, `high` None = not disclosed."""

    event: Event
    low: Decimal
    central: Decimal | None
    high: Decimal | None


class Paid(msgspec.Struct, frozen=True):
    """All that was paid so far: low <= central <= high, `high` None = no limit.

    is_known : whether any payment had a figure; otherwise `central` only repeats `low`
    """

    low: Decimal = ZERO
    central: Decimal = ZERO
    high: Decimal | None = ZERO
    is_known: bool = False

    def plus(self, low: Decimal, central: Decimal | None, high: Decimal | None) -> Paid:
        """After one more payment; one without a best figure counts at its least."""
        return Paid(
            self.low + low,
            self.central + (central if central is not None else low),
            None if self.high is None or high is None else self.high + high,
            self.is_known or central is not None,
        )

    def grown_to(self, low: Decimal, central: Decimal | None, high: Decimal | None) -> Paid:
        """When a source says what was paid in all; what was paid before cannot become less."""
        new_low = max(self.low, low)
        new_central = max(self.central, central if central is not None else new_low, new_low)
        new_high = None if high is None else max(high, new_central)
        return Paid(new_low, new_central, new_high, self.is_known or central is not None)


def payments_of(leg: Leg, events: Sequence[Event], bound: Amount | None) -> Iterator[Payment]:
    """The payments among `events` (in order of date), of the leg's basis of payment only.

    `bound` is what is owed in all: it says what a full payment without a figure comes to.
    """
    for event, before, after, has_figure in _running(leg, events, bound):
        yield Payment(
            event,
            ZERO if before.high is None else max(after.low - before.high, ZERO),
            after.central - before.central if has_figure else None,
            None if after.high is None else after.high - before.low,
        )


def paid_so_far(leg: Leg, events: Sequence[Event], bound: Amount | None) -> tuple[Amount | None, tuple[Event, ...]]:
    """Sum of the payments on a leg, and the payment events left out because their basis or currency differs.

    Returns None when there was no payment, an unknown `Amount` when only undisclosed ones; an undisclosed payment
    beside known ones leaves a sum without upper limit.
    """
    other = tuple(
        event for event in events if event.status in PAYMENTS and not event.is_repeat and not _is_same(leg, event)
    )
    steps = list(_running(leg, events, bound))
    if not steps:
        return None, other
    paid = steps[-1][2]
    basis = _basis(leg)
    if not paid.is_known and paid.low == ZERO and paid.high is None:
        return Amount(None, None, None, leg.amount.currency, basis), other
    low = paid.low if paid.low > ZERO or paid.is_known else None
    return Amount(low, paid.central if paid.is_known else None, paid.high, leg.amount.currency, basis), other


def _running(leg: Leg, events: Sequence[Event], bound: Amount | None) -> Iterator[tuple[Event, Paid, Paid, bool]]:
    """Each payment event with what was paid before and after it, and whether it gives a best figure."""
    paid = Paid()
    settles = bound is not None and bound.basis in _TOTALS and not bound.is_unknown and is_ordered(bound)
    for event in events:
        if event.status not in PAYMENTS or event.is_repeat or not _is_same(leg, event):
            continue
        low, central, high = _limits(event)
        is_sum = event.is_cumulative
        if event.status == "paid_full" and bound is not None and settles:
            if event.amount.is_unknown:  # "paid in full" without a figure settles what is owed
                low, central, high = bound.floor, bound.central, bound.high
                is_sum = True
            elif event.amount.central == bound.central:  # the whole, not another part of it
                is_sum = True
        after = paid.grown_to(low, central, high) if is_sum else paid.plus(low, central, high)
        yield event, paid, after, central is not None
        paid = after


def _basis(leg: Leg) -> Basis:
    return "in_kind" if leg.amount.basis == "in_kind" else "total"


def _is_same(leg: Leg, event: Event) -> bool:
    """Whether the event's figure is money (or goods handed over) of the kind and currency in which this leg is paid."""
    amount = event.amount
    if amount.is_unknown:
        return True
    return amount.basis == _basis(leg) and amount.currency == leg.amount.currency and is_ordered(amount)


def is_ordered(amount: Amount) -> bool:
    """Whether the figures that are known are no less than zero and low <= central <= high."""
    figures = [value for value in (amount.low, amount.central, amount.high) if value is not None]
    return figures == sorted(figures) and (not figures or figures[0] >= 0)


def _limits(event: Event) -> tuple[Decimal, Decimal | None, Decimal | None]:
    """low, central and high of what one event says; a figure that covers more than the leg is only a ceiling."""
    amount = event.amount
    single = amount.central if amount.central is not None else None
    if event.scope in ("joint", "other") and event.stated is None:
        ceiling = amount.high if amount.high is not None else single
        return ZERO, None, ceiling if event.scope == "joint" else None
    low = amount.low if amount.low is not None else single
    high = amount.high if amount.high is not None else single
    central = single if single is not None else (low if high is None and low else None)
    return low or ZERO, central, high
