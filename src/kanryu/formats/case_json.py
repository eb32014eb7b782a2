"""A case as one JSON file: `{"kanryu_case": 1, "about": {...}, "tables": {"deals": [{column: text}]}}`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kanryu.case.records import Case
from kanryu.core.errors import InputError
from kanryu.core.problems import Place, Problem, problem
from kanryu.formats.case_rows import build_case
from kanryu.formats.case_tables import about, tables_of
from kanryu.formats.csv_folder import TABLES
from kanryu.formats.tables import Row, Table, decode


def json_text(case: Case) -> str:
    """The case as JSON; empty cells are left out."""
    tables = {
        name: [{column: cell for column, cell in zip(table.columns, row) if cell} for row in table.rows]
        for name, table in tables_of(case).items()
    }
    body = {"kanryu_case": 1, "about": {"id": case.id, **about(case)}, "tables": tables}
    return msgspec.json.format(msgspec.json.encode(body)).decode()


def write_json(case: Case, path: Path) -> None:
    """Write a case as JSON; reading it back gives the same records."""
    path.write_text(json_text(case), encoding="utf-8")


def read_json(path: Path) -> Case:
    """The case in a JSON file written by `write_json`.

    Raises
    ------
    InputError
        The file is no JSON, or not a case.
    """
    problems: list[Problem] = []
    where = Place(file=path.name)
    text = decode(path.read_bytes(), where, problems)
    if text is None:
        raise InputError(key="formats.json_syntax", reason=problems[0].message["en"], problems=problems)
    try:
        body = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as cause:
        raise InputError(key="formats.json_syntax", reason=str(cause)[:200]) from None
    tables = body.get("tables") if isinstance(body, dict) and body.get("kanryu_case") == 1 else None
    if not isinstance(tables, dict):
        raise InputError(key="formats.json_shape")
    made = {str(name): _table(str(name), rows, path.name, problems) for name, rows in tables.items()}
    described = body.get("about") if isinstance(body.get("about"), dict) else {}

    def reader(table: Table) -> Callable[[list[Problem]], Table | None]:
        return lambda _: table

    series = {name[7:]: reader(table) for name, table in made.items() if name.startswith("series/")}
    core = {name: table for name, table in made.items() if name in TABLES}
    return build_case(str(described.get("id", path.stem)), described, core, problems, series=series)


def _table(name: str, rows: Any, file: str, problems: list[Problem]) -> Table:
    made: list[Row] = []
    for number, entry in enumerate(rows if isinstance(rows, list) else []):
        where = f"tables.{name}[{number}]"
        if not isinstance(entry, dict):
            place = Place(path=f"{file}:{where}")
            problems.append(problem("toml-value", "error", place, "formats.toml_value", column=where))
            continue
        made.append(_row(entry, f"{file}:{where}"))
    columns = tuple(dict.fromkeys(column for row in made for column in row.values))
    whole = Place(path=f"{file}:tables.{name}")
    return Table(name, columns or _least(name), tuple(made), whole, lambda _: whole)


def _least(name: str) -> tuple[str, ...]:
    from kanryu.formats.columns import REQUIRED

    return REQUIRED.get(name, ())


def _row(entry: dict[str, Any], where: str) -> Row:
    values = {str(key).lower(): "" if value is None else str(value) for key, value in entry.items()}
    return Row(values, lambda column: Place(path=f"{where}.{column}"))
