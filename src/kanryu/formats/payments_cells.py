"""Columns of text or numbers to exact integers: amounts in minor units, times in ticks.

Nothing passes through binary floating point on its way: a decimal is split at its point. Only where the amounts of a
file have more decimals than 64 bits can hold for their sum, the last ones are rounded, and the answer says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import polars as pl

LARGEST = 10**15  # in the file's unit; beyond it no payment is real
_TOTAL_LIMIT = 9.0e18  # the sum of all amounts stays inside a signed 64-bit integer
_TIME_LIMIT = 2**60
ORDINAL_1970 = 719163  # days are counted as in a case: proleptic ordinals
_PLAIN = r"^\+?(?:\d+\.?\d*|\.\d+)$"


@dataclass
class Parsed:
    """An int64 column, and the rows that could not be read: reason -> row numbers from 0."""

    values: np.ndarray[Any, np.dtype[np.int64]]
    scale: int = 1  # integer steps in one unit of the file
    unit: str = "number"
    bad: dict[str, list[int]] = field(default_factory=dict)
    rounded: int = 0  # rows of which decimals were dropped

    def complain(self, reason: str, rows: pl.Series) -> None:
        """Note the rows where the boolean `rows` holds."""
        where = rows.fill_null(False).arg_true().to_list()
        if where:
            self.bad.setdefault(reason, []).extend(where)


def parse_amounts(column: pl.Series) -> Parsed:
    """Amounts as integers in minor units, `scale` of them in one unit of the file."""
    if column.dtype.is_integer():
        found = Parsed(np.zeros(len(column), np.int64))
        found.complain("missing", column.is_null())
        found.complain("negative", column < 0)
        found.complain("too_large", column > LARGEST)
        if not found.bad:
            total = float(column.cast(pl.Float64).sum() or 0.0)
            if total > _TOTAL_LIMIT:
                found.bad["total"] = [0]
            else:
                found.values = column.cast(pl.Int64).to_numpy().copy()
        return found
    text = column.cast(pl.String).str.strip_chars()
    whole_numbers = text.cast(pl.Int64, strict=False)
    if whole_numbers.null_count() == 0:
        return parse_amounts(whole_numbers)
    return _parse_decimals(text)


def _parse_decimals(text: pl.Series) -> Parsed:
    found = Parsed(np.zeros(len(text), np.int64))
    is_empty = text.is_null() | (text == "")
    found.complain("missing", is_empty)
    odd = (~text.str.contains(_PLAIN)).fill_null(False) & ~is_empty
    if odd.any():
        rows = odd.arg_true().to_list()
        known: dict[str, str] = {}
        for row in rows:
            cell = str(text[row])
            if cell not in known:
                known[cell] = _spell_out(cell)
            if known[cell] in ("negative", "not_a_number", "too_large"):
                found.bad.setdefault(known[cell], []).append(row)
        swap = {cell: plain for cell, plain in known.items() if plain[0].isdigit()}
        if swap:
            text = text.replace(swap)
    parts = text.str.strip_chars_start("+").str.split_exact(".", 1).struct.unnest()
    whole = parts["field_0"].replace("", "0").fill_null("0")
    fraction = parts["field_1"].fill_null("").str.strip_chars_end("0")
    is_plain = text.str.contains(_PLAIN).fill_null(False)
    is_long = (whole.str.strip_chars_start("0").str.len_chars() > 16) & is_plain
    units = whole.cast(pl.Int64, strict=False).fill_null(0)
    found.complain("too_large", is_plain & (is_long | (units > LARGEST)))
    if found.bad:
        return found
    total = float(units.cast(pl.Float64).sum() or 0.0) + len(units)
    most = max(0, min(18, math.floor(math.log10(_TOTAL_LIMIT / max(total, 1.0)))))
    if total > _TOTAL_LIMIT:
        found.bad["total"] = [0]
    if found.bad:
        return found
    lengths = fraction.str.len_chars()
    needed = int(lengths.max() or 0)  # type: ignore[arg-type]
    decimals = min(needed, most)
    digits = fraction.str.slice(0, decimals).str.pad_end(decimals, "0") if decimals else None
    minor = units * 10**decimals
    if digits is not None:
        minor = minor + digits.cast(pl.Int64)
    if needed > decimals:  # round half up at the first digit that does not fit
        minor = minor + (fraction.str.slice(decimals, 1).cast(pl.Int64, strict=False).fill_null(0) >= 5).cast(pl.Int64)
        found.rounded = int((lengths > decimals).sum())
    found.values = minor.to_numpy().copy()
    found.scale = 10**decimals
    return found


def _spell_out(cell: str) -> str:
    """A number in another shape (1.5e3) written plainly, or the reason why it is none."""
    try:
        value = Decimal(cell) if len(cell) < 60 else Decimal("NaN")
    except InvalidOperation:
        return "not_a_number"
    if not value.is_finite():
        return "not_a_number"
    if value < 0:
        return "negative"
    if value > LARGEST:
        return "too_large"
    if value and value.adjusted() < -40:
        return "0." + "0" * 40 + "1"  # far below any unit: rounded to nothing, and reported as rounded
    return f"{value:f}"


def parse_times(column: pl.Series) -> Parsed:
    """Times as integers: `unit` is "number", "second" or "day", `scale` steps in one unit."""
    if column.dtype.is_integer():
        found = Parsed(np.zeros(len(column), np.int64))
        found.complain("missing", column.is_null())
        found.complain("out_of_range", column.cast(pl.Float64).abs() > _TIME_LIMIT)
        if not found.bad:
            found.values = column.cast(pl.Int64).to_numpy().copy()
        return found
    if column.dtype == pl.Date:
        return _from_days(column)
    if column.dtype == pl.Datetime:
        return _from_datetimes(column)
    text = column.cast(pl.String).str.strip_chars()
    numbers = text.cast(pl.Int64, strict=False)
    if numbers.null_count() == 0:
        return parse_times(numbers)
    if column.dtype.is_numeric() or bool(text.str.contains(r"^[+-]?\d+\.\d+$").any()):
        return _from_decimals(text)
    if numbers.null_count() < len(text) / 2:  # a column of numbers with some bad cells
        found = Parsed(np.zeros(len(text), np.int64))
        found.complain("missing", text.is_null() | (text == ""))
        found.complain("not_a_time", numbers.is_null() & text.is_not_null() & (text != ""))
        return found
    text = text.str.replace_all("/", "-", literal=True)
    days = text.str.to_date("%Y-%m-%d", strict=False)
    if days.null_count() == 0:
        return _from_days(days)
    moments = _read_datetimes(text)
    if days.null_count() <= moments.null_count():  # mostly dates: the rest is wrong
        return _from_days(days, text)
    return _from_datetimes(moments, text)


def _read_datetimes(text: pl.Series) -> pl.Series:
    """Moments in UTC from ISO text, with or without zone; null where it is none (a bare date has no moment)."""
    plain = text.str.replace("T", " ", literal=True).str.replace(r"Z$", "+00:00")
    zoned = plain.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%:z", strict=False, time_unit="us", time_zone="UTC")
    bare = plain.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
    minutes = plain.str.to_datetime("%Y-%m-%d %H:%M", strict=False, time_unit="us")
    if zoned.null_count() == len(text):
        return bare.fill_null(minutes)
    return zoned.dt.replace_time_zone(None)


def _from_days(days: pl.Series, text: pl.Series | None = None) -> Parsed:
    found = Parsed(np.zeros(len(days), np.int64), unit="day")
    _note_missing(found, days, text)
    if not found.bad:
        found.values = days.to_physical().cast(pl.Int64).to_numpy() + ORDINAL_1970
    return found


def _from_datetimes(moments: pl.Series, text: pl.Series | None = None) -> Parsed:
    found = Parsed(np.zeros(len(moments), np.int64), unit="second")
    _note_missing(found, moments, text)
    if found.bad:
        return found
    ticks = moments.dt.epoch("us").cast(pl.Int64).to_numpy().copy()
    if np.all(ticks % 1_000_000 == 0):
        found.values = ticks // 1_000_000
    else:
        found.values, found.scale = ticks, 1_000_000
    return found


def _note_missing(found: Parsed, values: pl.Series, text: pl.Series | None) -> None:
    if text is None:
        found.complain("missing", values.is_null())
        return
    found.complain("missing", text.is_null() | (text == ""))
    found.complain("not_a_time", values.is_null() & text.is_not_null() & (text != ""))


def _from_decimals(text: pl.Series) -> Parsed:
    sign = pl.select(pl.when(text.str.starts_with("-")).then(-1).otherwise(1)).to_series()
    found = _parse_decimals(text.str.strip_chars_start("-"))
    found.bad = {("not_a_time" if reason != "missing" else reason): rows for reason, rows in found.bad.items()}
    if not found.bad:
        found.values = found.values * sign.to_numpy()
    return found
