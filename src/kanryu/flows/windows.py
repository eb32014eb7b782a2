"""Lengths of time as a user writes them, in the ticks of a ledger: `604800`, `7d`, `12h`, `30min`."""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np

from kanryu.core.errors import UsageError
from kanryu.flows.ledger import Ledger

_SECONDS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "day": 86400, "days": 86400, "w": 604800}
_SHAPE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)\Z")
_UNIX_FROM, _UNIX_TO = 10**8, 10**10  # 1973 to 2286 in seconds


def parse_window(text: str, ledger: Ledger) -> int:
    """The window in ticks of `ledger.t`.

    A plain number is in the file's own unit (days for dates, seconds for date-times). A number with a unit needs times
    that have one: dates, date-times, or numbers that can only be Unix seconds or milliseconds. A plain number finer
    than the file's times is cut to whole ticks, which is exact: times differ by whole ticks only.

    Raises
    ------
    UsageError
        Not a length of time, not a whole number of ticks, or a unit where the file's numbers have none.
    """
    match = _SHAPE.match(text.strip().lower())
    if not match or (match[2] and match[2] not in _SECONDS):
        raise UsageError(key="loops.window_shape", found=text[:40])
    number = Decimal(match[1])
    scale = int(ledger.inputs.get("t_scale", 1))
    if not match[2]:
        ticks = number * scale
    else:
        ticks = number * _SECONDS[match[2]] * scale / _seconds_per_unit(ledger, text)
    if ticks != int(ticks) and (match[2] or ledger.t_unit == "day"):
        if ledger.t_unit == "day":
            raise UsageError(key="loops.window_days", found=text[:40])
        raise UsageError(key="loops.window_whole", found=text[:40])
    return min(int(ticks), 2**62)


def _seconds_per_unit(ledger: Ledger, text: str) -> Decimal:
    if ledger.t_unit == "day":
        return Decimal(86400)
    if ledger.t_unit == "second" or ledger.m == 0:
        return Decimal(1)
    scale = int(ledger.inputs.get("t_scale", 1))
    low, high = int(np.min(ledger.t)) // scale, int(np.max(ledger.t)) // scale
    if low >= _UNIX_FROM and high < _UNIX_TO:
        return Decimal(1)
    if low >= _UNIX_FROM * 1000 and high < _UNIX_TO * 1000:
        return Decimal(1) / 1000
    raise UsageError(key="loops.window_no_unit", found=text[:40], low=low, high=high)
