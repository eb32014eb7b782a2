"""A case as a workbook: one sheet per table, `about` for title, notes and currency, `series NAME` for each series."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from kanryu.case.records import Case
from kanryu.core.errors import InputError
from kanryu.core.problems import Place, Problem, problem
from kanryu.formats.case_rows import build_case
from kanryu.formats.case_tables import NUMBERS, about, tables_of
from kanryu.formats.csv_folder import NEEDED, TABLES
from kanryu.formats.tables import MAX_COLUMNS, MAX_ROWS, Row, Table

MAX_UNPACKED = 1_000_000_000
_MAX_NAME = 31  # a sheet name is no longer


def read_workbook(path: Path) -> Case:
    """The case in a workbook (xlsx, xlsm, xls, ods). Bad cells become `Case.problems` with sheet and cell.

    Raises
    ------
    InputError
        The file is no workbook, or holds none of the tables.
    """
    import python_calamine

    problems: list[Problem] = []
    _refuse_bombs(path)
    try:
        book = python_calamine.load_workbook(str(path))
        names = list(book.sheet_names)
    except Exception as cause:  # the reader's own errors share no base class
        raise InputError(key="formats.workbook_unreadable", file=path.name, reason=str(cause)[:200]) from None
    sheets = {name.strip().lower(): name for name in names}
    tables: dict[str, Table] = {}
    for name in TABLES:
        if name in sheets:
            table = _table(book, sheets[name], name, path.name, problems)
            if table is not None:
                tables[name] = table
        elif name in NEEDED:
            where = Place(file=path.name, sheet=name)
            found = ", ".join(names[:20])
            problems.append(problem("table-missing", "error", where, "formats.sheet_name", found=found, expected=name))
    if not tables:
        raise InputError(key="formats.no_case", folder=path.name, problems=problems)
    described = _about(book, sheets["about"], path.name) if "about" in sheets else {}

    def reader(sheet: str, short: str) -> Callable[[list[Problem]], Table | None]:
        return lambda found: _table(book, sheet, short, path.name, found)

    series = {low[7:]: reader(sheet, low[7:]) for low, sheet in sheets.items() if low.startswith("series ")}
    case_id = described.get("id") or path.stem
    return build_case(case_id, described, tables, problems, folder="", series=series)


def _refuse_bombs(path: Path) -> None:
    """A small file that unpacks to gigabytes is refused before anybody unpacks it."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        return  # not a zip: an old format, or the reader will say what is wrong
    if size > MAX_UNPACKED:
        raise InputError(key="formats.workbook_unreadable", file=path.name, reason=f"{size} bytes unpacked")


def _about(book: Any, sheet: str, file: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=50):
        if len(row) > 1 and isinstance(row[0], str):
            found[row[0].strip().lower()] = cell_text(row[1])
    return found


def _table(book: Any, sheet_name: str, name: str, file: str, problems: list[Problem]) -> Table | None:
    where = Place(file=file, sheet=sheet_name)
    try:
        sheet = book.get_sheet_by_name(sheet_name)
        if sheet.total_width > MAX_COLUMNS:
            problems.append(
                problem(
                    "table-columns",
                    "error",
                    where,
                    "formats.too_many_columns",
                    found=sheet.total_width,
                    most=MAX_COLUMNS,
                )
            )
            return None
        if sheet.total_height > MAX_ROWS:
            problems.append(problem("table-rows", "error", where, "formats.too_many_rows", most=MAX_ROWS))
        cells = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS)
    except Exception as cause:  # see read_workbook
        problems.append(problem("file-unreadable", "error", where, "formats.file_unreadable", reason=str(cause)[:200]))
        return None
    filled = [number for number, row in enumerate(cells) if any(value != "" for value in row)]
    if not filled:
        problems.append(problem("file-empty", "error", where, "formats.file_empty"))
        return None
    columns = tuple(cell_text(value).lower() for value in cells[filled[0]])
    for column in dict.fromkeys(columns):
        if column and columns.count(column) > 1:
            problems.append(problem("column-twice", "error", where, "formats.column_twice", found=column))
    rows = [_row(columns, cells[number], number, where) for number in filled[1:]]

    def heading(column: str) -> Place:
        index = columns.index(column) if column in columns else 0
        return Place(file=where.file, sheet=where.sheet, cell=cell_name(filled[0], index))

    return Table(name, tuple(filter(None, columns)), tuple(rows), where, heading)


def _row(columns: tuple[str, ...], cells: list[Any], number: int, where: Place) -> Row:
    def place(column: str) -> Place:
        index = columns.index(column) if column in columns else 0
        return Place(file=where.file, sheet=where.sheet, cell=cell_name(number, index))

    values: dict[str, str] = {}
    for column, value in zip(columns, cells):
        if column:
            values.setdefault(column, cell_text(value))
    return Row(values, place)


def cell_name(row: int, column: int) -> str:
    """The name of a cell from zero-based row and column.

    Examples
    --------
    >>> cell_name(6, 2), cell_name(0, 27)
    ('C7', 'AB1')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def cell_text(value: Any) -> str:
    """A cell's value as the text that the same cell would have in CSV."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f") if value == value and abs(value) < 1e300 else str(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value).strip()


def write_workbook(case: Case, path: Path) -> None:
    """Write a case as .xlsx; reading it back gives the same records. No text becomes a formula or a link.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("about")
    for number, (key, value) in enumerate({"id": case.id, **about(case)}.items()):
        sheet.write_string(number, 0, key)
        sheet.write_string(number, 1, value)
    for name, table in tables_of(case).items():
        sheet = book.add_worksheet(name.replace("/", " ")[:_MAX_NAME])
        sheet.freeze_panes(1, 0)
        numeric = [column in NUMBERS for column in table.columns]
        for index, column in enumerate(table.columns):
            sheet.write_string(0, index, column, bold)
        for number, row in enumerate(table.rows, 1):
            for index, text in enumerate(row):
                if not text:
                    continue
                if numeric[index] and _fits(text):
                    sheet.write_number(number, index, float(text))
                else:
                    sheet.write_string(number, index, text)
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as cause:
        raise OSError(str(cause)) from None


def _fits(text: str) -> bool:
    """Whether a spreadsheet's number holds this one exactly."""
    try:
        value = Decimal(text)
        return (
            value.is_finite()
            and len(value.as_tuple().digits) <= 15
            and cell_text(float(text)) == format(value.normalize(), "f")
        )
    except ArithmeticError:
        return False
