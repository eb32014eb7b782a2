"""The wording of a period as days: calendar periods, fiscal quarters and years, spans.

`2025-Q3`, `FY2026Q3`, `FY2026 (to 2026-01)`, `2024-01 to 2025-12`, `FY1999 (ended July)`. What is no calendar
period (`to 2030`, `10 years`) stays None; the wording is kept in any case.
"""

from __future__ import annotations

import datetime as dt
import re

from kanryu.core.dates import PartialDate, parse_date
from kanryu.core.errors import InputError

_SEED = re.compile(r"\s*\((seed|vintage[^)]*)\)\s*\Z")
_SPAN = re.compile(r"(\S+) to (\S+)\Z")


def read_period(wording: str, fiscal: str = "") -> tuple[PartialDate | None, PartialDate | None]:
    """The period that a source's wording names, as (period or its end, start of a span or None).

    Examples
    --------
    >>> str(read_period("2025-Q3")[0])
    '2025-Q3'
    >>> [str(day) for day in read_period("2024-01 to 2025-12")]
    ['2025-12', '2024-01']
    """
    plain = _SEED.sub("", wording.strip())
    if not plain:
        return None, None
    period = _date(plain)
    if period is not None:
        return period, None
    span = _SPAN.match(plain)
    if span:
        start, end = _date(span[1]), _date(span[2])
        if start is not None and end is not None and start.first <= end.last:
            return end, start
    return None, None


def _date(text: str) -> PartialDate | None:
    try:
        return parse_date(text)
    except InputError:
        return None


def day(text: str) -> dt.date | None:
    """The last day of a date text, or None."""
    parsed = _date(text)
    return parsed.last if parsed else None
