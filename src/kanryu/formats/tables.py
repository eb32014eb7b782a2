"""Tables of text with places: what a CSV file or a sheet holds before anybody says what it means.

A cell knows where it stands, so that every later complaint can point at it. Nothing here raises on a bad cell;
a whole file that cannot be a table gives one `Problem` and no table.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kanryu.core.problems import Place, Problem, problem

MAX_BYTES = 200_000_000
MAX_COLUMNS = 500
MAX_ROWS = 2_000_000
MAX_CELL = 100_000
MAX_LINE = 1_000_000


@dataclass(frozen=True)
class Row:
    """One row: column name -> stripped text, and how to find the place of a cell."""

    values: dict[str, str]
    place: Callable[[str], Place]
    line_text: str = ""

    def get(self, column: str) -> str:
        """The text of a cell; empty when the column is missing."""
        return self.values.get(column, "")


@dataclass(frozen=True)
class Table:
    """Rows under named columns."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    where: Place = field(default_factory=Place)
    heading: Callable[[str], Place] = field(default=lambda _: Place())


def decode(data: bytes, where: Place, problems: list[Problem]) -> str | None:
    """Text of a file: UTF-8 with or without mark, else Shift_JIS; None (and a problem) when it is neither.

    A file with NUL bytes is binary and is refused.
    """
    if len(data) > MAX_BYTES:
        problems.append(problem("file-too-large", "error", where, "formats.file_too_large", found=len(data)))
        return None
    if b"\x00" in data or data[:4] in (b"PK\x03\x04", b"\x7fELF"):
        problems.append(problem("file-binary", "error", where, "formats.file_binary"))
        return None
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    problems.append(problem("file-encoding", "error", where, "formats.file_encoding"))
    return None


def toml_place(file: str, text: str, cause: Exception) -> Place:
    """Where TOML says that its text is wrong: line and column, or the last line."""
    at = re.search(r"line (\d+), column (\d+)", str(cause))
    if at:
        return Place(file=file, line=int(at[1]), column=int(at[2]))
    return Place(file=file, line=text.count("\n") + 1 if "end of document" in str(cause) else 1, column=1)


def read_csv_table(path: Path, name: str, problems: list[Problem], *, shown: str = "") -> Table | None:
    """The table in a CSV file, or None with a problem that says why not.

    Parameters
    ----------
    shown : str
        How the file is named in places (default: the path as given).
    """
    where = Place(file=shown or str(path))
    try:
        if path.stat().st_size > MAX_BYTES:
            size = path.stat().st_size
            problems.append(problem("file-too-large", "error", where, "formats.file_too_large", found=size))
            return None
        data = path.read_bytes()
    except OSError as cause:
        reason = cause.strerror or ""
        problems.append(problem("file-unreadable", "error", where, "formats.file_unreadable", reason=reason))
        return None
    text = decode(data, where, problems)
    if text is None:
        return None
    return parse_csv(text, name, where.file, problems)


def parse_csv(text: str, name: str, file: str, problems: list[Problem]) -> Table | None:
    """The table in CSV text. Rows shorter or longer than the header are reported and padded or cut."""
    lines = list(io.StringIO(text, newline=""))
    where = Place(file=file, line=1, column=1)
    if not text.strip():
        problems.append(problem("file-empty", "error", where, "formats.file_empty"))
        return None
    if lines[0].count(",") >= MAX_COLUMNS:
        count = lines[0].count(",") + 1
        problems.append(
            problem("table-columns", "error", where, "formats.too_many_columns", found=count, most=MAX_COLUMNS)
        )
        return None
    csv.field_size_limit(max(MAX_CELL * 10, 1_000_000))
    for number, line in enumerate(lines):
        if len(line) > MAX_LINE:
            place = Place(file=file, line=number + 1, column=1)
            problems.append(problem("row-too-long", "error", place, "formats.row_too_long", found=len(line)))
            lines[number] = "\n"
    reader = csv.reader(lines)
    columns: tuple[str, ...] = ()
    rows: list[Row] = []
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as cause:
            place = Place(file=file, line=before + 1, column=1)
            problems.append(problem("row-unreadable", "error", place, "formats.row_unreadable", reason=str(cause)))
            before = reader.line_num
            continue
        first, before = before + 1, reader.line_num
        if not columns:
            columns = _header(cells, file, first, problems)
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) >= MAX_ROWS:
            place = Place(file=file, line=first, column=1)
            problems.append(problem("table-rows", "error", place, "formats.too_many_rows", most=MAX_ROWS))
            break
        raw = "".join(lines[first - 1 : before])
        if raw.count('"') % 2:
            place = Place(file=file, line=first, column=raw.index('"') + 1 if '"' in lines[first - 1] else 1)
            problems.append(
                problem("quote-open", "error", place, "formats.quote_open", line_text=lines[first - 1][:1000].rstrip())
            )
        elif len(cells) != len(columns):
            place = Place(file=file, line=first, column=1)
            problems.append(
                problem(
                    "row-length",
                    "error",
                    place,
                    "formats.row_length",
                    line_text=raw.rstrip("\r\n")[:1000],
                    found=len(cells),
                    expected=len(columns),
                )
            )
        rows.append(_row(columns, cells, file, first, raw))
    first_line = lines[0]

    def heading(column: str) -> Place:
        index = columns.index(column) if column in columns else 0
        return Place(file=file, line=1, column=cell_position(first_line, index)[1])

    return Table(name, columns, tuple(rows), Place(file=file), heading)


def _header(cells: Sequence[str], file: str, line: int, problems: list[Problem]) -> tuple[str, ...]:
    columns = tuple(cell.strip().lower() for cell in cells)
    seen: set[str] = set()
    for column in columns:
        if column and column in seen:
            problems.append(
                problem(
                    "column-twice", "error", Place(file=file, line=line, column=1), "formats.column_twice", found=column
                )
            )
        seen.add(column)
    return columns


def _row(columns: tuple[str, ...], cells: list[str], file: str, line: int, raw: str) -> Row:
    def place(column: str) -> Place:
        if column not in columns:
            return Place(file=file, line=line, column=1)
        at_line, at_column = cell_position(raw, columns.index(column))
        return Place(file=file, line=line + at_line, column=at_column)

    values: dict[str, str] = {}
    for column, cell in zip(columns, cells):
        values.setdefault(column, _plain(cell))
    return Row(values, place, raw.rstrip("\r\n").split("\n")[0][:1000])


def _plain(cell: str) -> str:
    """The cell without surrounding blanks and without the mark that our writers put before formulas."""
    cell = cell.strip()
    return cell[1:] if _GUARDED.match(cell) else cell


FORMULA = re.compile(r"'*[=+\-@\t\r]")  # what a spreadsheet program could run as a formula
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guard(text: str) -> str:
    """Text that no spreadsheet program runs as a formula; `_plain` takes the mark away again."""
    return "'" + text if FORMULA.match(text) else text


def cell_position(raw: str, index: int, separator: str = ",") -> tuple[int, int]:
    """Lines below the row's first line and column (from 1, in characters) at which cell `index` starts.

    Examples
    --------
    >>> cell_position('a,"b,c",d', 2)
    (0, 9)
    """
    line = column = cell = 0
    quoted = False
    for character in raw:
        if cell == index:
            break
        if character == '"':
            quoted = not quoted
        elif character == separator and not quoted:
            cell += 1
        if character == "\n":
            line, column = line + 1, 0
        else:
            column += 1
    return line, column + 1
