"""How an amount promised for some years becomes dated pieces: an assumption, shown and varied.

"even" spreads by calendar quarter in proportion to days, "front" gives earlier quarters more (weights n, n-1 ... 1),
"dates" puts the whole remainder on the last day. Pieces add up exactly to the amount.
"""

from __future__ import annotations

import datetime as dt

SCHEDULES = ("even", "front", "dates")


def quarters(first: dt.date, last: dt.date) -> list[tuple[dt.date, int]]:
    """Calendar quarters that `first`..`last` touches: (last day inside the span, days inside the span)."""
    found = []
    day = first
    while day <= last:
        month = 3 * ((day.month - 1) // 3) + 3
        end = dt.date(day.year + (month == 12), month % 12 + 1, 1) - dt.timedelta(days=1)
        end = min(end, last)
        found.append((end, (end - day).days + 1))
        day = end + dt.timedelta(days=1)
    return found


def spread(amount: int, first: dt.date, last: dt.date, schedule: str) -> list[tuple[dt.date, int]]:
    """Pieces of `amount` (minor units) by day.

    Examples
    --------
    >>> [(str(day), part) for day, part in spread(365, dt.date(2025, 1, 1), dt.date(2025, 12, 31), "even")]
    [('2025-03-31', 90), ('2025-06-30', 91), ('2025-09-30', 92), ('2025-12-31', 92)]
    """
    if last <= first or schedule == "dates":
        return [(last if last > first else first, amount)]
    spans = quarters(first, last)
    weights = [days for _, days in spans]
    if schedule == "front":
        weights = list(range(len(spans), 0, -1))
    total, passed, given = sum(weights), 0, 0
    pieces = []
    for (day, _), weight in zip(spans, weights):
        passed += weight
        until = amount * passed // total
        pieces.append((day, until - given))
        given = until
    return pieces
