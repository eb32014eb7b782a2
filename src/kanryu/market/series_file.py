"""A user's series as CSV: one column of dates (or none), one or more columns of values.

Nothing is filled in. Blank cells before the first and after the last value shorten a series and are noted; any other
gap, a repeated or backward date, a word, or a value that a logarithm cannot take is a problem with its line, and that
column is not tested.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from kanryu.core.dates import PartialDate, parse_date
from kanryu.core.errors import InputError, NotFound
from kanryu.core.problems import Place, Problem, problem
from kanryu.formats.tables import Row, Table, read_csv_table
from kanryu.market.sweep import Floats

Step = Literal["day", "week", "month", "quarter", "year", "count", "unknown"]
CLOCKS = ("date", "month", "period", "time", "day", "quarter", "year", "t", "obs", "index", "日付", "年月")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DECIMAL_MONTH = re.compile(r"(\d{4})\.(\d{1,2})")
_TIME_OF_DAY = re.compile(r"[T ]\d{1,2}:\d{2}.*\Z")
Complain = Callable[..., None]
LONGEST_CLOSURE = 14  # days between two trading days above which a daily series has a hole
SHORTEST = 6  # values below which no regression is worth a word


class TimeSeries(msgspec.Struct, frozen=True, kw_only=True):
    """Values in order of time. `labels` are the dates as the file writes them, or 1, 2, 3 ... without a date column.

    values : float64 (T,)
    """

    name: str
    labels: tuple[str, ...]
    values: Floats
    step: Step = "unknown"
    source: str = ""


def read_series(
    path: Path, columns: Sequence[str] = (), *, log: bool = False
) -> tuple[tuple[TimeSeries, ...], tuple[Problem, ...]]:
    """The series of a CSV file that can be tested, and everything that is wrong with the others.

    Parameters
    ----------
    columns : sequence of str
        Names of the value columns; empty for all of them.
    log : bool
        Return natural logarithms; values must be positive.

    Raises
    ------
    InputError
        No table in the file, or no column of values.
    NotFound
        A named column is not there.
    """
    problems: list[Problem] = []
    table = read_csv_table(path, path.stem, problems)
    if table is None or not table.rows:
        if table is not None:
            problems.append(problem("series-empty", "error", Place(file=str(path)), "market.series_empty"))
        raise InputError(key="market.no_series", file=str(path), problems=problems)
    if all(_number(column) is not None or read_date(column) is not None for column in table.columns):
        where = Place(file=str(path), line=1, column=1)
        problems.append(problem("series-header", "error", where, "market.series_header", found=table.columns[0]))
        raise InputError(key="market.no_series", file=str(path), problems=problems)
    names = _names_as_written(path, table)
    clock = _clock(table)
    wanted = [c for c in table.columns if c and c != clock]
    if columns:
        wanted = []
        for name in columns:
            if name.strip().lower() not in table.columns:
                known = [names[c] for c in table.columns]
                raise NotFound(key="market.column_unknown", name=name, known=known, columns=", ".join(known[:20]))
            wanted.append(name.strip().lower())
    else:
        texts = [c for c in wanted if not any(_number(row.get(c)) is not None for row in table.rows)]
        wanted = [c for c in wanted if c not in texts] or wanted
    found = []
    for column in dict.fromkeys(wanted):
        series = _series(table, column, names[column], clock, log, problems, str(path))
        if series is not None:
            found.append(series)
    if not wanted:
        raise InputError(key="market.no_values", file=str(path), problems=problems)
    return tuple(found), tuple(_once(problems))


def _once(problems: list[Problem]) -> list[Problem]:
    seen: dict[tuple[str, str], Problem] = {}
    for one in problems:
        seen.setdefault((one.code, str(one.where)), one)
    return sorted(seen.values(), key=lambda one: one.where.line)


def _names_as_written(path: Path, table: Table) -> dict[str, str]:
    """Column names with their letter case, which the table reader does not keep."""
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    header = next((row for row in csv.reader(io.StringIO(text)) if row), [])
    written = {cell.strip().lower(): cell.strip() for cell in header}
    return {column: written.get(column, column) for column in table.columns}


def _clock(table: Table) -> str:
    """The column of dates: one with a telling name, else the first if it counts 1, 2, 3 or most of it is dates."""
    for name in CLOCKS:
        if name in table.columns and len(table.columns) > 1:
            return name
    first = table.columns[0]
    if len(table.columns) > 1 and all(row.get(first).isdigit() for row in table.rows):
        counts = [int(row.get(first)) for row in table.rows]
        if counts == list(range(counts[0], counts[0] + len(counts))) and len(counts) > 1:
            return first
    dates = sum(read_date(row.get(first)) is not None for row in table.rows[:200])
    return first if len(table.columns) > 1 and dates > 0.5 * len(table.rows[:200]) else ""


def read_date(text: str) -> PartialDate | None:
    """The date in a cell: also with slashes, with a time of day, or as Shiller writes months (1871.01, 1871.1)."""
    text = text.strip()
    decimal = _DECIMAL_MONTH.fullmatch(text)
    if decimal:
        text = f"{decimal[1]}-{'10' if decimal[2] == '1' else decimal[2].zfill(2)}"
    text = _TIME_OF_DAY.sub("", text).replace("/", "-").replace(" ", "")
    try:
        return parse_date(text) if text else None
    except InputError:
        return None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _series(
    table: Table, column: str, name: str, clock: str, log: bool, problems: list[Problem], file: str
) -> TimeSeries | None:
    before = len(problems)

    def complain(row: Row, code: str, at: str, found: object = "", expected: object = "") -> None:
        key = "market." + code.replace("-", "_")
        problems.append(
            problem(
                code, "error", row.place(at), key, line_text=row.line_text, found=found, expected=expected, column=name
            )
        )

    rows = list(table.rows)
    filled = [i for i, row in enumerate(rows) if row.get(column)]
    if not filled:
        complain(rows[0], "series-empty-column", column)
        return None
    kept = rows[filled[0] : filled[-1] + 1]
    if len(kept) < len(rows):
        where = kept[0].place(column)
        problems.append(
            problem("series-trimmed", "note", where, "market.series_trimmed", column=name, found=len(rows) - len(kept))
        )
    values: list[float] = []
    for row in kept:
        text = row.get(column)
        value = _number(text)
        if not text:
            complain(row, "series-gap", column)
        elif value is None:
            complain(row, "series-text", column, text)
        elif log and value <= 0:
            complain(row, "series-log", column, text)
        else:
            values.append(math.log(value) if log else value)
    step = _check_clock(kept, clock, complain) if clock else "count"
    if not clock:  # the table reader passes over blank lines; without dates a blank line is a missing value
        for above, below in pairwise(kept):
            if below.place(column).line - above.place(column).line > 1:
                complain(below, "series-gap", column)
    if len(problems) > before and any(p.level == "error" for p in problems[before:]):
        return None
    if len(values) < SHORTEST:
        complain(kept[-1], "series-short", column, len(values), SHORTEST)
    elif max(values) == min(values):
        complain(kept[0], "series-constant", column, kept[0].get(column))
    else:
        labels = tuple(row.get(clock) if clock else str(filled[0] + i + 1) for i, row in enumerate(kept))
        return TimeSeries(name=name, labels=labels, values=np.array(values), step=step, source=file)
    return None


def _check_clock(rows: Sequence[Row], clock: str, complain: Complain) -> Step:
    """The step of the dates, with a problem for each date that is missing, repeated, out of order or no date."""
    if all(_number(row.get(clock)) is not None for row in rows) and not _years(rows, clock):
        counts = [float(row.get(clock)) for row in rows]
        usual = float(np.median(np.diff(counts))) if len(counts) > 1 else 1.0
        for row, earlier, later in zip(rows[1:], counts, counts[1:]):
            _judge(row, clock, later - earlier, usual, str(earlier), complain)
        return "count"
    dates: list[PartialDate] = []
    for row in rows:
        date = read_date(row.get(clock))
        if date is None:
            complain(row, "series-date", clock, row.get(clock))
            return "unknown"
        dates.append(date)
    days = np.diff([date.last.toordinal() for date in dates])
    middle = float(np.median(days)) if len(days) else 0.0
    step: Step = "day"
    for name, low, high in (("week", 6, 8), ("month", 27, 32), ("quarter", 88, 93), ("year", 364, 367)):
        if low <= middle <= high:
            step = name  # type: ignore[assignment]
    for row, (early, late) in zip(rows[1:], pairwise(dates)):
        if step in _MONTHS:
            gap = float((late.last.year - early.last.year) * 12 + late.last.month - early.last.month)
            _judge(row, clock, gap, _MONTHS[step], early.text, complain)
        else:
            apart = float((late.last - early.last).days)
            _judge(row, clock, apart, 7 if step == "week" else apart, early.text, complain)
            if step == "day" and apart > LONGEST_CLOSURE:
                complain(row, "series-gap-date", clock, late.text, early.text)
    return step


def _judge(row: Row, clock: str, apart: float, usual: float, earlier: str, complain: Complain) -> None:
    """Say what is wrong with the distance of one date from the one before."""
    if apart == 0:
        complain(row, "series-twice", clock, row.get(clock), earlier)
    elif apart < 0:
        complain(row, "series-backward", clock, row.get(clock), earlier)
    elif apart > usual * 1.5:
        complain(row, "series-gap-date", clock, row.get(clock), earlier)


def _years(rows: Sequence[Row], clock: str) -> bool:
    """Whether numbers in the date column are calendar years, or months written as 1871.01."""
    texts = [row.get(clock) for row in rows]
    if all(_DECIMAL_MONTH.fullmatch(text) and read_date(text) for text in texts):
        return True
    return all(text.isdigit() and 1600 <= int(text) <= 2200 for text in texts)
