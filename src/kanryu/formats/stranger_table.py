"""A stranger's table as text cells with places: CSV in any of the usual encodings and separators, Excel, Parquet.

Nothing is interpreted here. A date cell of a workbook becomes `2025-10-01`, a number keeps its digits; column names
keep the letter case of the table, because the mapping names them as written.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from kanryu.core.problems import Place, Problem, problem
from kanryu.formats.excel import cell_name
from kanryu.formats.tables import MAX_COLUMNS, MAX_ROWS, cell_position, decode

SEPARATORS = (",", "\t", ";", "|")


@dataclass(frozen=True)
class StrangerRow:
    """One row; `number` is the line or row as the user sees it."""

    number: int
    cells: dict[str, str]
    place: Callable[[str], Place]
    line_text: str = ""


@dataclass(frozen=True)
class StrangerTable:
    """Named columns and rows of text."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[StrangerRow, ...]


def read_stranger(
    path: Path, problems: list[Problem], *, sheet: str = "", header: int = 0, encoding: str = "", separator: str = ""
) -> StrangerTable | None:
    """The table in a file, or None with problems that say why not.

    Parameters
    ----------
    sheet : sheet of a workbook; the first one when empty
    header : line or row of the column names, from 1; 0 = the first one that is not empty
    encoding : of a CSV file; UTF-8 or Shift_JIS are found out when empty
    separator : of a CSV file; found out from the header when empty
    """
    where = Place(file=path.name)
    suffix = path.suffix.lower()
    try:
        if suffix in (".xlsx", ".xlsm", ".xls", ".ods"):
            return _from_workbook(path, sheet, header, problems)
        if suffix in (".parquet", ".pq"):
            return _from_parquet(path, problems)
        return _from_text(path, header, encoding, separator, problems)
    except OSError as cause:
        reason = cause.strerror or type(cause).__name__
        problems.append(problem("import-table", "error", where, "imports.table", reason=reason))
    except (LookupError, UnicodeError) as cause:
        problems.append(problem("import-table", "error", where, "imports.table", reason=str(cause)[:200]))
    return None


def _from_text(path: Path, header: int, encoding: str, separator: str, problems: list[Problem]) -> StrangerTable | None:
    where = Place(file=path.name)
    data = path.read_bytes()
    text = data.decode(encoding) if encoding else decode(data, where, problems)
    if text is None:
        return None
    text = text.removeprefix("\ufeff")
    lines = text.splitlines(keepends=True)
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    if first is None:
        problems.append(problem("file-empty", "error", where, "formats.file_empty"))
        return None
    start = header - 1 if header else first
    if start >= len(lines):
        problems.append(problem("import-header", "error", where, "imports.header_row", found=header))
        return None
    mark = separator or max(SEPARATORS, key=lines[start].count)
    if lines[start].count(mark) >= MAX_COLUMNS:
        problems.append(problem("table-columns", "error", where, "formats.too_many_columns",
                                found=lines[start].count(mark) + 1, most=MAX_COLUMNS))  # fmt: skip
        return None
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO("".join(lines[start:]), newline=""), delimiter=mark)
    found: list[tuple[int, list[str], str]] = []
    before = 0
    while len(found) <= MAX_ROWS:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as cause:
            place = Place(file=path.name, line=start + before + 1, column=1)
            problems.append(problem("row-unreadable", "error", place, "formats.row_unreadable", reason=str(cause)))
            before = reader.line_num
            continue
        raw = "".join(lines[start + before : start + reader.line_num])
        found.append((start + before + 1, cells, raw))
        before = reader.line_num
    if not found:
        return None
    columns = _names(found[0][1], Place(file=path.name, line=found[0][0], column=1), problems)

    def place_in(line: int, raw: str) -> Callable[[str], Place]:
        def place(column: str) -> Place:
            if column not in columns:
                return Place(file=path.name, line=line, column=1)
            below, at = cell_position(raw, columns.index(column), mark)
            return Place(file=path.name, line=line + below, column=at, path=column)

        return place

    rows = []
    for line, cells, raw in found[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            problems.append(
                problem("row-length", "error", Place(file=path.name, line=line, column=1), "formats.row_length",
                        line_text=raw.rstrip("\r\n")[:1000], found=len(cells), expected=len(columns))
            )  # fmt: skip
        padded = [*cells, *[""] * (len(columns) - len(cells))]
        rows.append(
            StrangerRow(line, _cells(columns, padded), place_in(line, raw), raw.rstrip("\r\n").split("\n")[0][:1000])
        )
    return StrangerTable(path.name, columns, tuple(rows))


def _cells(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return {column: cell.strip() for column, cell in zip(columns, cells) if column}


def _names(cells: Iterable[str], where: Place, problems: list[Problem]) -> tuple[str, ...]:
    columns = tuple(" ".join(cell.split()) for cell in cells)
    seen: set[str] = set()
    for column in columns:
        if column in seen and column:
            problems.append(problem("import-header", "error", where, "imports.column_twice", found=column))
        seen.add(column)
    return columns


def _plain(value: Any) -> str:
    """A cell value of a workbook or Parquet file as text; numbers keep their digits, dates become ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value).strip()


def _from_workbook(path: Path, sheet: str, header: int, problems: list[Problem]) -> StrangerTable | None:
    from python_calamine import CalamineError, CalamineWorkbook

    where = Place(file=path.name)
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = list(book.sheet_names)
        if sheet and sheet not in names:
            expected = ", ".join(names)
            problems.append(problem("import-table", "error", where, "imports.sheet", found=sheet, expected=expected))
            return None
        name = sheet or names[0]
        grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError) as cause:
        problems.append(problem("import-table", "error", where, "imports.table", reason=str(cause)[:200]))
        return None
    texts = [[_plain(value) for value in line] for line in grid[: MAX_ROWS + 1]]
    first = next((i for i, line in enumerate(texts) if any(line)), None) if not header else header - 1
    if first is None or first >= len(texts):
        problems.append(problem("file-empty", "error", where, "formats.file_empty"))
        return None
    columns = _names(texts[first], Place(file=path.name, sheet=name, cell=f"A{first + 1}"), problems)

    def place_in(row: int) -> Callable[[str], Place]:
        def place(column: str) -> Place:
            index = columns.index(column) if column in columns else 0
            return Place(file=path.name, sheet=name, cell=cell_name(row - 1, index), path=column)

        return place

    rows = [
        StrangerRow(first + 2 + i, _cells(columns, line), place_in(first + 2 + i))
        for i, line in enumerate(texts[first + 1 :])
        if any(line)
    ]
    return StrangerTable(path.name, columns, tuple(rows))


def _from_parquet(path: Path, problems: list[Problem]) -> StrangerTable | None:
    import polars as pl

    where = Place(file=path.name)
    try:
        frame = pl.read_parquet(path, n_rows=MAX_ROWS)
    except (pl.exceptions.PolarsError, OSError) as cause:
        problems.append(problem("import-table", "error", where, "imports.table", reason=str(cause)[:200]))
        return None
    columns = _names(frame.columns, where, problems)

    def place_in(row: int) -> Callable[[str], Place]:
        return lambda column: Place(file=path.name, path=f"[{row}].{column}")

    rows = [
        StrangerRow(i + 1, _cells(columns, [_plain(value) for value in line]), place_in(i + 1))
        for i, line in enumerate(frame.iter_rows())
        if any(value is not None for value in line)
    ]
    return StrangerTable(path.name, columns, tuple(rows))
