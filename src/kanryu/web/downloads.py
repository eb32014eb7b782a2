"""The facts of a case as files to take away: CSV tables, one workbook, one JSON, or all tables as zip.

Text from a ledger is data: in CSV a cell that a spreadsheet would take for a formula gets an apostrophe before it,
in a workbook every text is written as text, never as a formula or link.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from kanryu.case.records import Case
from kanryu.core.dates import PartialDate
from kanryu.core.errors import NotFound
from kanryu.core.money import Amount
from kanryu.core.problems import Place
from kanryu.web.answers import encode

TABLES = ("entities", "legs", "events", "stakes", "figures")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(text: str) -> str:
    """A CSV cell that no spreadsheet runs.

    Examples
    --------
    >>> safe_cell("=cmd()"), safe_cell("Nvidia"), safe_cell("-5")
    ("'=cmd()", 'Nvidia', "'-5")
    """
    return "'" + text if text.startswith(_FORMULA) else text


def facts_file(case: Case, name: str) -> tuple[str, bytes]:
    """Media type and content of one file.

    Raises
    ------
    NotFound
        No file of that name.
    """
    _, _, ending = name.rpartition(".")
    made: dict[str, Callable[[], bytes]] = {
        "facts.json": lambda: _json(case),
        "facts.xlsx": lambda: _workbook(case),
        "facts.zip": lambda: _zip(case),
        **{f"{table}.csv": lambda table=table: _csv(rows_of(case, table)) for table in TABLES},  # type: ignore[misc]
    }
    if name not in made:
        raise NotFound(key="web.error.file_unknown", name=name, known=made)
    return _TYPES[ending], made[name]()


def rows_of(case: Case, table: str) -> list[dict[str, Any]]:
    """The records of a table as flat rows; what is not known is None."""
    rows = []
    for record in getattr(case, table):
        row: dict[str, Any] = {}
        for field in record.__struct_fields__:
            _spread(row, field, getattr(record, field))
        rows.append(row)
    return rows


def _spread(row: dict[str, Any], name: str, value: Any) -> None:
    if isinstance(value, Place):
        return
    if isinstance(value, Amount):
        for part in ("low", "central", "high", "currency", "basis"):
            row[f"{name}_{part}"] = getattr(value, part)
    elif isinstance(value, PartialDate):
        row[name] = value.text
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            _spread(row, f"{name}_{field}", getattr(value, field))
    else:
        row[name] = value


def _columns(rows: Iterable[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    return safe_cell(str(value)) if isinstance(value, str) else str(value)


def _csv(rows: Sequence[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    columns = _columns(rows)
    writer.writerow(columns)
    writer.writerows([_text(row.get(name)) for name in columns] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _json(case: Case) -> bytes:
    return encode({table: getattr(case, table) for table in TABLES})


def _zip(case: Case) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in TABLES:
            archive.writestr(f"{table}.csv", _csv(rows_of(case, table)))
    return out.getvalue()


def _workbook(case: Case) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, plain) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        for table in TABLES:
            rows = rows_of(case, table)
            columns = _columns(rows)
            sheet = book.add_worksheet(table)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, columns, head)
            for number, row in enumerate(rows, 1):
                for place, name in enumerate(columns):
                    _write(sheet, number, place, row.get(name))
            sheet.set_column(0, max(len(columns) - 1, 0), 18)
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, Decimal | int | float):
        sheet.write_number(row, column, float(value))
    else:
        sheet.write_string(row, column, str(value)[:32_000])
