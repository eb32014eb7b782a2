"""The arithmetic of a vendor who finances its customer, on ranges.

    gross profit      = margin x purchases that return
    break-even share  = (1 - recovery) / margin           purchases per dollar put in that pay for losing the stake
    if it fails       = gross profit - (1 - recovery) x money put in
    if it is marked   = gross profit + (value of the stake - money put in)
    additional needed = (1 - recovery) x money put in / gross profit
                        the part of the purchases that must not have come anyway

Each formula is monotone in each input, so the limits of the result are attained at limits of the inputs.
Not covered: tax, time value, the vendor's cost of capital.
"""

from __future__ import annotations

import math

import msgspec

from kanryu.core.errors import InputError
from kanryu.core.money import Interval


class Economics(msgspec.Struct, frozen=True):
    """The numbers of a financed customer, in whole currency; None where an input that it needs is not known.

    `break_even_share` is a ratio: 1.4 means that 1.40 of purchases per 1 put in pay for losing it all.
    """

    gross_profit: Interval | None
    break_even_share: Interval
    net_if_it_fails: Interval | None
    net_if_marked: Interval | None
    additional_needed: Interval | None


def vendor_economics(
    invested: Interval | None,
    purchases: Interval | None,
    margin: Interval,
    recovery: Interval,
    stake_value: Interval | None = None,
) -> Economics:
    """What the vendor gains and loses with one customer.

    Parameters
    ----------
    invested, purchases, stake_value : Interval of whole currency, or None for not disclosed
    margin : Interval in (0, 1], gross margin on the purchases
    recovery : Interval in [0, 1], share of the money put in that is left if the customer fails

    Raises
    ------
    InputError
        A margin outside (0, 1] or a recovery outside [0, 1].

    Examples
    --------
    A chip maker puts in 10, sells 14 back at a margin of 0.7 to 0.75, and everything put in is lost:

    >>> ten, fourteen = Interval(10, 10, 10), Interval(14, 14, 14)
    >>> result = vendor_economics(ten, fourteen, Interval(0.7, 0.7, 0.7), Interval(0, 0, 0))
    >>> round(result.break_even_share.low, 4), round(result.net_if_it_fails.low, 4)
    (1.4286, -0.2)
    """
    if not 0 < margin.low <= _top(margin) <= 1:
        raise InputError(key="follow.margin_range", found=f"{margin.low}-{margin.high}")
    if not 0 <= recovery.low <= _top(recovery) <= 1:
        raise InputError(key="follow.recovery_range", found=f"{recovery.low}-{recovery.high}")
    loss_rate = Interval(1 - _top(recovery), _minus(1, recovery.central), 1 - recovery.low)
    profit = _times(margin, purchases)
    lost = _times(loss_rate, invested)
    gain = None
    if stake_value is not None and invested is not None:
        gain = _difference(stake_value, invested)
    return Economics(
        gross_profit=profit,
        break_even_share=_ratio(loss_rate, margin),
        net_if_it_fails=_difference(profit, lost) if profit and lost else None,
        net_if_marked=_sum(profit, gain) if profit and gain else None,
        additional_needed=_ratio(lost, profit) if lost and profit and _top(profit) > 0 else None,
    )


def _top(value: Interval) -> float:
    return math.inf if value.high is None else value.high


def _limit(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _minus(whole: float, part: float | None) -> float | None:
    return None if part is None else whole - part


def _times(a: Interval, b: Interval | None) -> Interval | None:
    """Product of two non-negative ranges."""
    if b is None:
        return None
    central = a.central * b.central if a.central is not None and b.central is not None else None
    high = 0.0 if _top(a) == 0 else _top(a) * _top(b)
    return Interval(a.low * b.low, central, _limit(high))


def _sum(a: Interval, b: Interval) -> Interval:
    central = a.central + b.central if a.central is not None and b.central is not None else None
    return Interval(a.low + b.low, central, _limit(_top(a) + _top(b)))


def _difference(a: Interval, b: Interval) -> Interval | None:
    """None where nothing bounds the loss."""
    if math.isinf(_top(b)):
        return None
    central = a.central - b.central if a.central is not None and b.central is not None else None
    return Interval(a.low - _top(b), central, _limit(_top(a) - b.low))


def _ratio(a: Interval, b: Interval) -> Interval:
    """Quotient of two non-negative ranges; no upper limit where the divisor can be zero."""
    central = a.central / b.central if a.central is not None and b.central else None
    low = 0.0 if math.isinf(_top(b)) else a.low / _top(b)
    return Interval(low, central, _limit(_top(a) / b.low) if b.low > 0 else None)
