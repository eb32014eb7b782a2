"""Dates that keep the precision of their source: `2025`, `2025H1`, `2025Q3`, `2025-10`, `2025-10-01`.

A partial date is an interval of days; no day is ever invented. Comparing two of them asks for the first or the
last day on purpose.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Literal

import msgspec

from kanryu.core.errors import InputError

Precision = Literal["day", "month", "quarter", "half", "year"]

_SHAPES: tuple[tuple[Precision, re.Pattern[str]], ...] = (
    ("day", re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")),
    ("month", re.compile(r"(\d{4})-(\d{2})\Z")),
    ("quarter", re.compile(r"(\d{4})-?Q([1-4])\Z")),
    ("half", re.compile(r"(\d{4})-?H([12])\Z")),
    ("year", re.compile(r"(\d{4})\Z")),
)
_MONTHS = {"quarter": 3, "half": 6, "year": 12}
EARLIEST, LATEST = 1600, 2200


class PartialDate(msgspec.Struct, frozen=True, order=False):
    """A day, month, quarter, half-year or year, as precise as its source.

    `first` and `last` are the days it covers, both included.
    """

    text: str
    precision: Precision
    first: dt.date
    last: dt.date

    def __str__(self) -> str:
        return self.text

    def certainly_by(self, day: dt.date) -> bool:
        """Whether the whole of it lies on or before `day`: the only reading that never looks ahead."""
        return self.last <= day

    def possibly_by(self, day: dt.date) -> bool:
        """Whether at least its first day lies on or before `day`."""
        return self.first <= day


def parse_date(text: str) -> PartialDate:
    """The partial date that `text` names.

    Raises
    ------
    InputError
        Not a date in one of the five shapes, not in the calendar, or outside 1600-2200.

    Examples
    --------
    >>> parse_date("2025Q3").last
    datetime.date(2025, 9, 30)
    """
    text = text.strip()
    for precision, shape in _SHAPES:
        match = shape.match(text)
        if not match:
            continue
        numbers = [int(part) for part in match.groups()]
        year = numbers[0]
        if not EARLIEST <= year <= LATEST:
            raise InputError(key="core.date_range", found=text, earliest=EARLIEST, latest=LATEST)
        try:
            if precision == "day":
                day = dt.date(*numbers)
                return PartialDate(text, precision, day, day)
            if precision == "month":
                start_month, months = numbers[1], 1
            else:
                months = _MONTHS[precision]
                start_month = (numbers[1] - 1) * months + 1 if len(numbers) > 1 else 1
            first = dt.date(year, start_month, 1)
            end_month = start_month + months - 1
            return PartialDate(
                text, precision, first, dt.date(year, end_month, calendar.monthrange(year, end_month)[1])
            )
        except ValueError:
            raise InputError(key="core.date_impossible", found=text) from None
    raise InputError(key="core.date_shape", found=text[:40])


def parse_day(text: str) -> dt.date:
    """A full day (`2025-10-01`); a partial date is read as its last day, so that `--as-of 2025-10` includes October."""
    return parse_date(text).last
