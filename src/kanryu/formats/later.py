"""Later reported figures to score predictions with: CSV with the columns `entity, metric, period, value`."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import msgspec

from kanryu.core.errors import InputError
from kanryu.core.problems import Place, Problem

COLUMNS = ("entity", "metric", "period", "value")


class LaterFigure(msgspec.Struct, frozen=True):
    """One row; `value` in the unit that the series of the case uses."""

    entity: str
    metric: str
    period: str
    value: float
    line: int


def read_later(path: Path) -> list[LaterFigure]:
    """Rows of the file; further columns are ignored, rows without a value are left out.

    Raises
    ------
    InputError
        The file cannot be read, a column is missing, or a value is not a number; every place is named.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        raise InputError(key="machine.later_unreadable", path=str(path), cause=str(cause)) from cause
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
    if missing:
        raise InputError(key="machine.later_columns", path=str(path), missing=", ".join(missing))
    found: list[LaterFigure] = []
    problems: list[Problem] = []
    for row in reader:
        cell = (row["value"] or "").strip().replace(",", "")
        if not cell:
            continue
        try:
            value = float(cell)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            problems.append(_not_a_number(path, reader.line_num, row["value"] or ""))
            continue
        found.append(
            LaterFigure(
                (row["entity"] or "").strip(),
                (row["metric"] or "").strip(),
                (row["period"] or "").strip(),
                value,
                reader.line_num,
            )
        )
    if problems:
        raise InputError(key="machine.later_numbers", path=str(path), count=len(problems), problems=problems)
    return found


def _not_a_number(path: Path, line: int, text: str) -> Problem:
    from kanryu.core.words import say

    return Problem(
        code="later-value",
        level="error",
        where=Place(file=str(path), line=line, column=1),
        message={lang: say(lang, "machine.later_value", found=text) for lang in ("en", "ja")},
        found=text,
        expected="number",
    )
