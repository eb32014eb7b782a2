"""A case as a folder: `kanryu.toml`, the tables as CSV, `series/*.csv`, and single deals in `deals/*.toml`."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kanryu.case.records import Case
from kanryu.core.errors import InputError
from kanryu.core.problems import Place, Problem, problem
from kanryu.formats.case_rows import build_case
from kanryu.formats.case_tables import NUMBERS, about, tables_of
from kanryu.formats.deal_toml import read_deals
from kanryu.formats.tables import Table, decode, guard, read_csv_table, toml_place

TABLES = ("entities", "deals", "events", "stakes", "figures")
NEEDED = ("entities", "deals", "events")
MARK = "\ufeff"  # so that spreadsheet programs show Japanese


def read_folder(path: Path) -> Case:
    """The case in a folder. Bad cells become `Case.problems`; the rest is kept.

    Raises
    ------
    InputError
        The folder holds none of the tables and no deals; every problem met is in `problems`.
    """
    problems: list[Problem] = []
    described = _about(path, problems)
    tables: dict[str, Table] = {}
    deals = sorted((path / "deals").glob("*.toml")) if (path / "deals").is_dir() else []
    for name in TABLES:
        file = path / f"{name}.csv"
        if file.is_file():
            table = read_csv_table(file, name, problems, shown=f"{name}.csv")
            if table is not None:
                tables[name] = table
        elif name == "entities" or (name in NEEDED and not deals):
            where = Place(file=f"{name}.csv")
            problems.append(problem("table-missing", "error", where, "formats.table_missing", expected=f"{name}.csv"))
    for name, table in read_deals(deals, problems).items():
        own = tables.get(name)
        if own is not None:  # the columns of the CSV file, the rows of both
            table = Table(name, own.columns, own.rows + table.rows, own.where, own.heading)
        tables[name] = table
    if not tables:
        raise InputError(key="formats.no_case", folder=str(path), problems=problems)
    return build_case(path.resolve().name, described, tables, problems, folder=str(path), series=_series(path))


def _series(path: Path) -> dict[str, Callable[[list[Problem]], Table | None]]:
    """Readers of `series/*.csv` by name."""

    def reader(file: Path) -> Callable[[list[Problem]], Table | None]:
        return lambda problems: read_csv_table(file, file.stem, problems, shown=f"series/{file.name}")

    folder = path / "series"
    return {file.stem: reader(file) for file in sorted(folder.glob("*.csv"))} if folder.is_dir() else {}


def _about(path: Path, problems: list[Problem]) -> dict[str, Any]:
    """What `kanryu.toml` says: `title = {en, ja}`, `currency`, `notes = {en, ja}`."""
    file = path / "kanryu.toml"
    where = Place(file="kanryu.toml", line=1, column=1)
    if not file.is_file():
        return {}
    text = decode(file.read_bytes(), where, problems)
    if text is None:
        return {}
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as cause:
        where = toml_place(where.file, text, cause)
        problems.append(problem("toml-syntax", "error", where, "formats.toml_syntax", reason=str(cause)[:200]))
        return {}
    described: dict[str, Any] = {}
    for key in ("title", "notes"):
        value = found.get(key, {})
        for lang in ("en", "ja"):
            if isinstance(value, dict) and lang in value:
                described[f"{key}_{lang}"] = str(value[lang])
            elif isinstance(value, str):
                described[f"{key}_{lang}"] = value
    if isinstance(found.get("currency"), str):
        described["currency"] = found["currency"]
    return described


def csv_text(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    """A table as CSV text with a byte-order mark; text that a spreadsheet could run as a formula is neutralised."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    careful = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)  # the other leaves a lone \r unquoted
    writer.writerow(columns)
    plain = [name in NUMBERS for name in columns]
    for row in rows:
        has_return = any("\r" in cell for cell in row)
        (careful if has_return else writer).writerow([x if plain[i] else guard(x) for i, x in enumerate(row)])
    return MARK + out.getvalue()


def write_folder(case: Case, path: Path) -> tuple[Path, ...]:
    """Write a case as a folder; reading it back gives the same records. Returns the files written.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    path.mkdir(parents=True, exist_ok=True)
    described = about(case)
    lines = [f"currency = {_quoted(described['currency'])}"]
    for key in ("title", "notes"):
        lines += ["", f"[{key}]"] + [f"{lang} = {_quoted(described[f'{key}_{lang}'])}" for lang in ("en", "ja")]
    written = [path / "kanryu.toml"]
    written[0].write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, table in tables_of(case).items():
        file = path / f"{name}.csv"
        file.parent.mkdir(exist_ok=True)
        file.write_text(csv_text(table.columns, table.rows), encoding="utf-8", newline="")
        written.append(file)
    return tuple(written)


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's."""
    return msgspec.json.encode(text).decode().replace("\x7f", "\\u007f")
