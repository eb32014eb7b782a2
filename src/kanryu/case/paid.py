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
_MONEY = ("total", "in_kind")
ZERO = Decimal(0)


class Payment(msgspec.Struct, frozen=True):
    """One payment on a leg: what came on top of what was paid before; None = not disclosed."""

    event: Event
    low: Decimal
    central: Decimal | None
    high: Decimal | None


def payments_of(leg: Leg, events: Sequence[Event], bound: Amount | None) -> Iterator[Payment]:
    """The payments among `events` (in order of date), of the leg's basis of payment only.

    `bound` is what is owed in all: it says what a full payment without a figure comes to.
    """
    low, central, high = ZERO, ZERO, ZERO
    has_limit = True
    for event in events:
        if event.status not in PAYMENTS or event.is_repeat or not _is_same(leg, event):
            continue
        new_low, new_central, new_high = _limits(event)
        is_sum = event.is_cumulative
        if event.status == "paid_full" and bound is not None and not bound.is_unknown:
            if event.amount.central is None:  # "paid in full" without a figure settles what is owed
                new_low, new_central, new_high = bound.floor, bound.central, bound.high
                is_sum = True
            elif event.amount.central == bound.central:  # the whole, not another part of it
                is_sum = True
        if is_sum:
            step_central = None if new_central is None else max(new_central - central, ZERO)
            step_high = None if new_high is None or not has_limit else max(new_high - low, ZERO)
            yield Payment(event, max(new_low - high, ZERO) if has_limit else ZERO, step_central, step_high)
            low, central = max(new_low, low), new_central if new_central is not None else max(central, new_low)
            if new_high is not None:
                high, has_limit = new_high, True
            continue
        yield Payment(event, new_low, new_central, new_high)
        low += new_low
        central += new_central if new_central is not None else ZERO
        has_limit = has_limit and new_high is not None
        high += new_high if new_high is not None else ZERO


def paid_so_far(leg: Leg, events: Sequence[Event], bound: Amount | None) -> tuple[Amount | None, tuple[Event, ...]]:
    """Sum of the payments on a leg, and the payment events left out because their basis differs.

    Returns None when there was no payment, an unknown `Amount` when only undisclosed ones; an undisclosed payment
    beside known ones leaves a sum without upper limit.
    """
    other = tuple(
        event for event in events if event.status in PAYMENTS and not event.is_repeat and not _is_same(leg, event)
    )
    payments = list(payments_of(leg, events, bound))
    if not payments:
        return None, other
    basis = _basis(leg)
    low = sum((payment.low for payment in payments), ZERO)
    known = [payment.central for payment in payments if payment.central is not None]
    highs = [payment.high for payment in payments]
    high = None if None in highs else sum((h for h in highs if h is not None), ZERO)
    if not known and low == ZERO and high is None:
        return Amount(None, None, None, leg.amount.currency, basis), other
    central = sum(known, ZERO) if known else None
    if central is not None and high is not None and central > high:
        central = high
    return Amount(low if low > ZERO or known else None, central, high, leg.amount.currency, basis), other


def _basis(leg: Leg) -> Basis:
    return "in_kind" if leg.amount.basis == "in_kind" else "total"


def _is_same(leg: Leg, event: Event) -> bool:
    """Whether the event's figure is money (or goods handed over) of the kind and currency in which this leg is paid."""
    amount = event.amount
    if amount.is_unknown:
        return True
    same_currency = amount.currency == leg.amount.currency or leg.amount.is_unknown
    return amount.basis == _basis(leg) and same_currency and amount.floor >= 0 and (amount.central or ZERO) >= 0


def _limits(event: Event) -> tuple[Decimal, Decimal | None, Decimal | None]:
    amount = event.amount
    if event.scope in ("joint", "other") and event.stated is None:
        ceiling = amount.high if amount.high is not None else amount.central
        return ZERO, None, ceiling if event.scope == "joint" else None
    low = amount.low if amount.low is not None else amount.central
    high = amount.high if amount.high is not None else amount.central
    return low or ZERO, amount.central, high
