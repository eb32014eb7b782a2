"""From a record's row to the very cell: reads the named file again and finds the column of the field.

Records know their row; a check names the field (`Place.path`). Here both become line and column in characters (or
sheet and cell), with the line itself for the caret. What cannot be found keeps the row's place.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from pathlib import Path
from typing import Any

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
    "own_amount_usd": ("own_amount_usd", "own_amount"),
    "scope": ("scope", "own_amount_usd", "own_amount"),
    "name_en": ("name_en", "name"),
    "known_on": ("known_on", "source_date", "date"),
    "basis": ("basis", "instrument"),
    "is_cancelable": ("is_cancelable", "conditions"),
    "currency": ("currency", "amount_central", "amount_central_usd", "amount"),
}  # fmt: skip


def point(problems: Iterable[Problem], folder: str, workbook: str = "") -> tuple[Problem, ...]:
    """The problems with line, column and line text (or the cell of a sheet) filled in where the field is found again.

    Parameters
    ----------
    problems : as `case.checks.check` gives them
    folder : the case's folder, to which the file names belong; empty for a case without files
    workbook : path of the workbook that the case was read from
    """
    tables: dict[str, dict[int, Row]] = {}
    headers: dict[str, tuple[str, ...]] = {}
    texts: dict[str, list[str]] = {}
    found = []
    for item in problems:
        where = item.where
        if where.path and where.line and where.file.endswith(".csv") and folder:
            item = _in_text(item, folder, tables)
        elif where.path and where.line and where.file.endswith(".toml") and folder:
            item = _in_toml(item, folder, texts)
        elif where.path and where.cell and workbook:
            item = _in_sheet(item, workbook, headers)
        found.append(item)
    return in_order(found)


def _named(field: str, columns: Container[str]) -> str:
    return next((name for name in _NAMES.get(field, (field,)) if name in columns), "")


def _in_text(item: Problem, folder: str, tables: dict[str, dict[int, Row]]) -> Problem:
    where = item.where
    if where.file not in tables:
        tables[where.file] = _rows(Path(folder) / where.file, where.file)
    row = tables[where.file].get(where.line)
    if row is None:
        return item
    column = _named(where.path, row.values)
    place = row.place(column) if column else where
    if place.line != where.line:  # a cell further down in a row of several lines
        return msgspec.structs.replace(item, where=msgspec.structs.replace(place, path=where.path))
    place = Place(file=where.file, line=place.line, column=place.column, path=where.path)
    return msgspec.structs.replace(item, where=place, line_text=row.line_text)


def _in_toml(item: Problem, folder: str, texts: dict[str, list[str]]) -> Problem:
    """The line of the field below the record's `[[...]]`, up to the next one."""
    where = item.where
    if where.file not in texts:
        try:
            texts[where.file] = (Path(folder) / where.file).read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError):
            texts[where.file] = []
    lines = texts[where.file]
    names = (*_NAMES.get(where.path, (where.path,)), "amount" if where.path.startswith("amount") else where.path)
    pattern = re.compile(rf"\s*(?:{'|'.join(map(re.escape, names))})\s*=\s*")
    for number in range(where.line, len(lines) + 1):
        line = lines[number - 1]
        if number > where.line and line.lstrip().startswith("["):
            break
        match = pattern.match(line)
        if match:
            place = Place(file=where.file, line=number, column=match.end() + 1, path=where.path)
            return msgspec.structs.replace(item, where=place, line_text=line[:1000])
    return item


def _in_sheet(item: Problem, workbook: str, headers: dict[str, tuple[str, ...]]) -> Problem:
    from kanryu.formats.excel import cell_name

    where = item.where
    if where.sheet not in headers:
        headers[where.sheet] = _header(workbook, where.sheet)
    columns = headers[where.sheet]
    column = _named(where.path, columns)
    number = where.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if not column or not number.isdigit():
        return item
    cell = cell_name(int(number) - 1, columns.index(column))
    return msgspec.structs.replace(item, where=msgspec.structs.replace(where, cell=cell))


def _header(workbook: str, sheet: str) -> tuple[str, ...]:
    """The names in the first row of a sheet that holds anything; empty when it cannot be read again."""
    import python_calamine

    from kanryu.formats.excel import cell_text

    try:
        book = python_calamine.load_workbook(workbook)
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=100)
    except (python_calamine.CalamineError, OSError):
        return ()
    first: list[Any] = next((row for row in rows if any(value != "" for value in row)), [])
    return tuple(cell_text(value).lower() for value in first)


def _rows(path: Path, shown: str) -> dict[int, Row]:
    table: Table | None = read_csv_table(path, path.stem, [], shown=shown)
    if table is None or not table.columns:
        return {}
    return {row.place(table.columns[0]).line: row for row in table.rows}
