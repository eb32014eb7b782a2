"""The wording of a period as days: calendar periods, fiscal quarters and years, spans.

`2025-Q3`, `FY2026Q3`, `FY2026 (to 2026-01)`, `2024-01 to 2025-12`, `2025-Jan-Sep`. A fiscal period needs the last
month of the company's fiscal year; without it the wording stays and the period is None. What is no period at all
(`to 2030`, `10 years`) stays None too.
"""

from __future__ import annotations

import re

from kanryu.core.dates import PartialDate, parse_date
from kanryu.core.errors import InputError

_TAIL = re.compile(r"\s*\((?:seed|vintage[^)]*)\)\s*\Z")
_SPAN = re.compile(r"(\S+) to (\S+)\Z")
_YEARS = re.compile(r"(\d{4})-(\d{4})\Z")
_MONTHS = re.compile(r"(\d{4})-([A-Z][a-z]{2})-([A-Z][a-z]{2})\Z")
_FISCAL = re.compile(r"FY(\d{4})(?:Q([1-4])|H([12]))?(?:\s*\((?:to|ended|at) ([\d-]+)\))?")
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Period = tuple[PartialDate | None, PartialDate | None]


def read_period(wording: str, fiscal: str = "", fiscal_year_end: int | None = None) -> Period:
    """The period that a source's wording names, as (the period or its last month or day, first month of a span).

    Parameters
    ----------
    fiscal : str
        The company's own name of the period ("FY2026Q3 (ended 2025-10-26)"), if it stands in a column of its own.
    fiscal_year_end : int or None
        Last month (1-12) of the company's fiscal year.

    Examples
    --------
    >>> str(read_period("2025-Q3")[0])
    '2025-Q3'
    >>> [str(day) for day in read_period("FY2026Q3", fiscal_year_end=1)]
    ['2025-10', '2025-08']
    >>> [str(day) for day in read_period("2025-Jan-Sep")]
    ['2025-09', '2025-01']
    """
    if fiscal:
        found = _fiscal(fiscal, fiscal_year_end)
        if found[0] is not None:
            return found
    plain = _TAIL.sub("", wording.strip())
    if not plain:
        return None, None
    period = _date(plain)
    if period is not None:
        return period, None
    span = _SPAN.match(plain) or _YEARS.match(plain)
    if span:
        start, end = _date(span[1]), _date(span[2])
        return (end, start) if start is not None and end is not None and start.first <= end.last else (None, None)
    months = _MONTHS.match(plain)
    if months and months[2] in _NAMES and months[3] in _NAMES:
        first, last = _NAMES.index(months[2]) + 1, _NAMES.index(months[3]) + 1
        return (_month(int(months[1]), last), _month(int(months[1]), first)) if first <= last else (None, None)
    return _fiscal(plain, fiscal_year_end)


def _fiscal(text: str, fiscal_year_end: int | None) -> Period:
    """A fiscal year, half or quarter as its end and its first month; a stated end goes before the arithmetic."""
    match = _FISCAL.match(text)
    if not match:
        return None, None
    months, back = 12, 0
    if match[2]:
        months, back = 3, 3 * (4 - int(match[2]))
    elif match[3]:
        months, back = 6, 6 * (2 - int(match[3]))
    stated = _date(match[4]) if match[4] else None
    if stated is not None:
        day = stated.last
        # a fiscal period that ends in the first days of a month belongs to the month before
        early = stated.precision == "day" and day.day <= 7
        month = day.year * 12 + day.month - 1 - (1 if early else 0)
        return stated, _month_number(month - months + 1)
    if fiscal_year_end is None:
        return None, None
    month = int(match[1]) * 12 + fiscal_year_end - 1 - back
    return _month_number(month), _month_number(month - months + 1)


def _month_number(number: int) -> PartialDate | None:
    return _month(number // 12, number % 12 + 1)


def _month(year: int, month: int) -> PartialDate | None:
    return _date(f"{year:04d}-{month:02d}")


def _date(text: str) -> PartialDate | None:
    try:
        return parse_date(text)
    except InputError:
        return None
