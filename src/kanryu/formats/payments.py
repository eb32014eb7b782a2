"""A payments file: rows `src, dst, t, amount` in CSV, TSV (also gzipped) or Parquet, to a `Ledger` and back.

Everything wrong is found in one pass and named by line and column. A file with errors gives no ledger, because a
result from the rest of its rows would be a changed number.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from kanryu.core.errors import InputError
from kanryu.core.problems import Place, Problem, problem
from kanryu.flows.ledger import Ledger
from kanryu.formats.payments_cells import Parsed, parse_amounts, parse_times
from kanryu.formats.payments_columns import assign_roles
from kanryu.formats.tables import decode

MAX_COLUMNS = 2_000
SHOWN_PER_KIND = 50  # places named for one kind of fault; the rest is counted


class _Lines:
    """Finds the line and column of a cell of a CSV text, only when something is wrong with it."""

    def __init__(self, text: str, separator: str, file: str) -> None:
        self.text, self.separator, self.file = text, separator, file
        self._starts: list[tuple[int, str]] | None = None

    def place(self, row: int, column: int) -> tuple[Place, str]:
        """Place and text of the line of cell (row from 0, column from 0)."""
        if self._starts is None:
            self._starts = []
            lines = self.text.splitlines()
            reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.separator)
            before = 0
            for cells in reader:
                if cells:
                    self._starts.append((before + 1, lines[before] if before < len(lines) else ""))
                before = reader.line_num
        if row + 1 >= len(self._starts):
            return Place(file=self.file), ""
        line, text = self._starts[row + 1]
        position = 1
        for _ in range(column):
            step = text.find(self.separator, position - 1)
            if step < 0:
                break
            position = step + 2
        return Place(file=self.file, line=line, column=position), text


def read_payments(path: Path, *, columns: Mapping[str, str] | None = None) -> Ledger:
    """The ledger of a payments file.

    Parameters
    ----------
    columns : role -> column name, for names that are not `src, dst, t, amount`

    Raises
    ------
    InputError
        The file cannot be read or has errors; `problems` lists all of them with their places.

    Notes
    -----
    Amounts become integers in the smallest unit that occurs (`Ledger.minor` of them in one unit of the file); a
    missing amount column counts 1 per row. Times stay integers (unit "number"), or become days or seconds when they
    are dates or date-times.
    """
    problems: list[Problem] = []
    where = str(path)
    lines: _Lines | None = None
    if path.is_dir() or path.suffix.lower() in (".parquet", ".pq"):
        frame = _read_parquet(path, problems)
    else:
        frame, lines = _read_text(path, problems)
    if frame is None:
        raise InputError(key="payments.unreadable", file=where, problems=problems)
    roles = assign_roles(frame.columns, columns or {}, where, problems)
    if problems:
        raise InputError(key="payments.columns_wrong", file=where, problems=problems)
    return ledger_of_frame(frame, roles, where, lines=lines)


def ledger_of_frame(frame: pl.DataFrame, roles: Mapping[str, str], file: str, *, lines: Any = None) -> Ledger:
    """The ledger of a table whose columns have their roles.

    Raises
    ------
    InputError
        With all problems of the cells.
    """
    if frame.height == 0:
        where = Place(file=file)
        raise InputError(
            key="payments.unreadable",
            file=file,
            problems=[problem("payments-no-rows", "error", where, "payments.no_rows")],
        )
    problems: list[Problem] = []
    position = {name: i for i, name in enumerate(frame.columns)}

    def report(role: str, reason: str, rows: list[int]) -> None:
        for row in rows[:SHOWN_PER_KIND]:
            column = roles[role]
            if lines is not None:
                place, line_text = lines.place(row, position[column])
            else:
                place, line_text = Place(file=file, path=f"[{row}].{column}"), ""
            found = frame[column][row]
            problems.append(
                problem(
                    f"payments-{reason.replace('_', '-')}", "error", place, f"payments.{reason}",
                    line_text=line_text, found="" if found is None else str(found)[:80], column=column,
                )
            )  # fmt: skip
        if len(rows) > SHOWN_PER_KIND:
            problems.append(
                problem(
                    f"payments-{reason.replace('_', '-')}", "error", Place(file=file), "payments.and_more",
                    found=len(rows) - SHOWN_PER_KIND, column=roles[role],
                )
            )  # fmt: skip

    for role in ("src", "dst"):
        missing = _blank(frame[roles[role]])
        if missing:
            report(role, "account_missing", missing)
    times = parse_times(frame[roles["t"]])
    if "amount" in roles:
        amounts = parse_amounts(frame[roles["amount"]])
    else:
        amounts = Parsed(np.ones(frame.height, np.int64))
    for role, parsed in (("t", times), ("amount", amounts)):
        for reason, rows in parsed.bad.items():
            kind = f"time_{reason}" if role == "t" and reason in ("missing", "out_of_range") else reason
            report(role, "amount_missing" if kind == "missing" else kind, rows)
    if "id" in roles:
        ids = frame[roles["id"]]
        twice = (ids.is_not_null() & ~ids.is_first_distinct()).arg_true().to_list()
        if twice:
            report("id", "id_twice", twice)
    currency = ""
    if "currency" in roles:
        named = frame[roles["currency"]].cast(pl.String).fill_null("")
        kinds = named.unique(maintain_order=True).to_list()
        currency = str(kinds[0])
        if len(kinds) > 1:
            report("currency", "currency_mixed", (named != currency).arg_true().to_list())
    if problems:
        raise InputError(key="payments.has_errors", file=file, count=len(problems), problems=problems)

    notes: list[Problem] = []
    if amounts.rounded:
        notes.append(
            problem(
                "payments-rounded", "warning", Place(file=file), "payments.rounded",
                found=amounts.rounded, decimals=len(str(amounts.scale)) - 1,
            )
        )  # fmt: skip
    names, src, dst = _code_accounts(frame[roles["src"]], frame[roles["dst"]])
    instruments: tuple[str, ...] = ()
    instrument: Any = None
    if "instrument" in roles:
        stated = frame[roles["instrument"]].cast(pl.String).fill_null("")
        instruments = tuple(stated.unique(maintain_order=True).to_list())
        code = {name: i for i, name in enumerate(instruments)}
        instrument = stated.replace_strict(code, return_dtype=pl.Int16).to_numpy()
    order = np.argsort(times.values, kind="stable") if np.any(np.diff(times.values) < 0) else None

    def sort(column: Any) -> Any:
        return column if column is None or order is None else column[order]

    return Ledger(
        accounts=names,
        src=sort(src),
        dst=sort(dst),
        t=sort(times.values),
        amount=sort(amounts.values),
        row=np.arange(frame.height, dtype=np.int64) if order is None else order.astype(np.int64),
        t_unit=times.unit,
        minor=amounts.scale,
        currency=currency,
        name=Path(file).name,
        instrument=sort(instrument),
        instruments=instruments,
        assumptions=() if "amount" in roles else ("payments.one_each",),
        coverage={"rows": frame.height, "accounts": len(names)},
        inputs={"file": file, "t_scale": times.scale, "has_amount": "amount" in roles},
        problems=tuple(notes),
    )


def _blank(column: pl.Series) -> list[int]:
    empty = column.is_null()
    if column.dtype == pl.String:
        empty = empty | (column.str.strip_chars() == "")
    elif column.dtype.is_float():
        empty = empty | column.is_nan()
    return [int(row) for row in empty.arg_true().to_list()]


def _code_accounts(src: pl.Series, dst: pl.Series) -> tuple[tuple[str, ...], Any, Any]:
    """Names in order of first appearance as payer, then as payee, and the codes of both columns."""
    numbers = _code_numbers(src, dst) if src.dtype.is_integer() and dst.dtype.is_integer() else None
    if numbers is not None:
        return numbers
    if src.dtype != dst.dtype or not (src.dtype.is_integer() or src.dtype == pl.String):
        src, dst = src.cast(pl.String), dst.cast(pl.String)
    if src.dtype == pl.String:
        src, dst = src.str.strip_chars(), dst.str.strip_chars()
    both = pl.DataFrame({"name": pl.concat([src.rename("name"), dst.rename("name")])})
    known = both.unique(maintain_order=True).with_row_index("code")
    codes = both.join(known, on="name", how="left", maintain_order="left")["code"].cast(pl.Int32).to_numpy()
    count = len(src)
    names = tuple(known["name"].cast(pl.String).to_list())
    return names, codes[:count].copy(), codes[count:].copy()


def _code_numbers(src: pl.Series, dst: pl.Series) -> tuple[tuple[str, ...], Any, Any] | None:
    """Accounts that are whole numbers close together, coded in order of number by a table; None when far apart."""
    payers, payees = src.cast(pl.Int64).to_numpy(), dst.cast(pl.Int64).to_numpy()
    low, high = min(int(payers.min()), int(payees.min())), max(int(payers.max()), int(payees.max()))
    if high - low > 8 * len(src) + 1_000_000:
        return None
    is_used = np.zeros(high - low + 1, bool)
    is_used[payers - low] = True
    is_used[payees - low] = True
    code = np.cumsum(is_used, dtype=np.int32) - 1
    names = tuple(pl.Series(np.flatnonzero(is_used) + low).cast(pl.String).to_list())
    return names, code[payers - low], code[payees - low]


def _read_parquet(path: Path, problems: list[Problem]) -> pl.DataFrame | None:
    try:
        frame = pl.read_parquet(path / "**/*.parquet" if path.is_dir() else path)
    except (pl.exceptions.PolarsError, OSError, ValueError) as cause:
        reason = str(cause).splitlines()[0][:120] if str(cause) else type(cause).__name__
        problems.append(
            problem("payments-parquet", "error", Place(file=str(path)), "payments.parquet_unreadable", reason=reason)
        )
        return None
    return frame


def _read_text(path: Path, problems: list[Problem]) -> tuple[pl.DataFrame | None, _Lines | None]:
    where = Place(file=str(path))
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as cause:
        reason = str(cause)[:120]
        problems.append(problem("payments-file", "error", where, "payments.file_unreadable", reason=reason))
        return None, None
    if not data.strip():
        problems.append(problem("payments-empty", "error", where, "payments.file_empty"))
        return None, None
    text = decode(data, where, problems)
    if text is None:
        return None, None
    text = text.lstrip("\ufeff").lstrip("\r\n")
    header = text.split("\n", 1)[0]
    separator = max(",\t;|", key=header.count)
    if header.count(separator) >= MAX_COLUMNS:
        found = header.count(separator) + 1
        problems.append(
            problem("payments-columns", "error", where, "payments.too_many_columns", found=found, most=MAX_COLUMNS)
        )
        return None, None
    lines = _Lines(text, separator, str(path))
    names = next(csv.reader([header.rstrip("\r")], delimiter=separator), [])
    if len(set(names)) < len(names):
        for name in sorted({name for name in names if names.count(name) > 1}):
            place = Place(file=str(path), line=1, column=1)
            problems.append(problem("payments-column-twice", "error", place, "payments.column_twice", found=name))
        return None, None
    try:
        frame = pl.read_csv(text.encode(), separator=separator, infer_schema=False, quote_char='"')
    except (pl.exceptions.PolarsError, ValueError):
        _find_ragged(lines, len(names), problems)
        return None, None
    if frame.width:
        frame = frame.filter(~pl.all_horizontal(pl.all().is_null()))
    return frame, lines


def _find_ragged(lines: _Lines, width: int, problems: list[Problem]) -> None:
    """Name the rows that have not as many cells as the header, or a quote that never ends."""
    where = Place(file=lines.file)
    try:
        reader = csv.reader(io.StringIO(lines.text, newline=""), delimiter=lines.separator, strict=True)
        for cells in reader:
            if cells and len(cells) != width:
                place = Place(file=lines.file, line=reader.line_num, column=1)
                problems.append(
                    problem("payments-row-width", "error", place, "payments.row_width", found=len(cells), most=width)
                )
                if len(problems) >= SHOWN_PER_KIND:
                    return
    except csv.Error as cause:
        place = Place(file=lines.file, line=reader.line_num, column=1)
        problems.append(problem("payments-row-quote", "error", place, "payments.row_quote", reason=str(cause)))
    if not problems:
        problems.append(problem("payments-file", "error", where, "payments.file_unreadable", reason="CSV"))


def write_payments(ledger: Ledger, path: Path) -> None:
    """Write a ledger as CSV or Parquet with columns `src, dst, t, amount`, in the order of its rows.

    Amounts are written exactly, in the unit of the file they came from.
    """
    names = pl.Series("name", ledger.accounts, dtype=pl.String)
    frame = pl.DataFrame(
        {
            "src": names.gather(ledger.src),
            "dst": names.gather(ledger.dst),
            "t": ledger.t,
            "amount": ledger.amount,
        }
    )
    decimals = len(str(ledger.minor)) - 1
    if decimals:
        frame = frame.with_columns(
            (pl.col("amount") // ledger.minor).cast(pl.String)
            + "."
            + (pl.col("amount") % ledger.minor).cast(pl.String).str.zfill(decimals)
        )
        if path.suffix.lower() in (".parquet", ".pq"):
            frame = frame.with_columns(pl.col("amount").cast(pl.Decimal(38, decimals)))
    if path.suffix.lower() in (".parquet", ".pq"):
        frame.write_parquet(path)
    else:
        frame.write_csv(path)
