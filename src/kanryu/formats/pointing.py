"""From a record's row to the very cell: reads the named file again and finds the column of the field.

Records know their row; a check names the field (`Place.path`). Here both become line and column in characters (or
sheet and cell), with the line itself for the caret. What cannot be found keeps the row's place.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from kanryu.case.checks import in_order
from kanryu.core.problems import Place, Problem
from kanryu.formats.tables import Row, Table, read_csv_table

# a field may stand in the table under these names, best first
_NAMES = {
    "amount_low_usd": ("amount_low_usd", "amount_low", "amount_central_usd", "amount_central", "amount_high_usd"),
    "amount_central_usd": (
        "amount_central_usd", "amount_central", "amount_usd", "amount", "amount_high_usd", "amount_high",
        "amount_low_usd", "amount_low",
    ),
    "amount_high_usd": ("amount_high_usd", "amount_high", "amount_central_usd", "amount_central"),
    "amount_usd": ("amount_usd", "amount", "amount_central_usd", "amount_central"),
    "name_en": ("name_en", "name"),
    "known_on": ("known_on", "source_date", "date"),
    "basis": ("basis", "instrument"),
    "is_cancelable": ("is_cancelable", "conditions"),
    "currency": ("currency", "amount_central", "amount_central_usd", "amount"),
}  # fmt: skip


def point(problems: Iterable[Problem], folder: str) -> tuple[Problem, ...]:
    """The problems with line, column and line text filled in where the field can be found again.

    Parameters
    ----------
    problems : as `case.checks.check` gives them
    folder : the case's folder, to which the file names belong; empty for a case without files
    """
    tables: dict[str, dict[int, Row]] = {}
    return in_order(_pointed(item, folder, tables) for item in problems)


def _pointed(item: Problem, folder: str, tables: dict[str, dict[int, Row]]) -> Problem:
    where = item.where
    if not where.path or not where.line or not where.file.endswith(".csv") or not folder:
        return item
    if where.file not in tables:
        tables[where.file] = _rows(Path(folder) / where.file, where.file)
    row = tables[where.file].get(where.line)
    if row is None:
        return item
    column = next((name for name in _NAMES.get(where.path, (where.path,)) if name in row.values), "")
    place = row.place(column) if column else where
    if place.line != where.line:  # a cell further down in a row of several lines
        return msgspec.structs.replace(item, where=msgspec.structs.replace(place, path=where.path))
    place = Place(file=where.file, line=place.line, column=place.column, path=where.path)
    return msgspec.structs.replace(item, where=place, line_text=row.line_text)


def _rows(path: Path, shown: str) -> dict[int, Row]:
    table: Table | None = read_csv_table(path, path.stem, [], shown=shown)
    if table is None or not table.columns:
        return {}
    return {row.place(table.columns[0]).line: row for row in table.rows}
