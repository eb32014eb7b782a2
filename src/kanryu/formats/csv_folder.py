"""A case as a folder: `kanryu.toml`, the tables as CSV, `series/*.csv`, and single deals in `deals/*.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kanryu.case.records import Case
from kanryu.core.errors import InputError
from kanryu.core.problems import Place, Problem, problem
from kanryu.formats.case_rows import build_case
from kanryu.formats.tables import Table, decode, read_csv_table

TABLES = ("entities", "deals", "events", "stakes", "figures")
NEEDED = ("entities", "deals", "events")


def read_folder(path: Path) -> Case:
    """The case in a folder. Bad cells become `Case.problems`; the rest is kept.

    Raises
    ------
    InputError
        The folder holds none of the tables; every problem met is in `problems`.
    """
    problems: list[Problem] = []
    about = _about(path, problems)
    tables: dict[str, Table] = {}
    for name in TABLES:
        file = path / f"{name}.csv"
        if file.is_file():
            table = read_csv_table(file, name, problems, shown=f"{name}.csv")
            if table is not None:
                tables[name] = table
        elif name in NEEDED and not any(path.glob("deals/*.toml")):
            where = Place(file=str(path))
            problems.append(problem("table-missing", "error", where, "formats.table_missing", expected=f"{name}.csv"))
    if not tables:
        raise InputError(key="formats.no_case", folder=str(path), problems=problems)
    return build_case(path.name, about, tables, problems, folder=str(path), series=_series(path))


def _series(path: Path) -> dict[str, Callable[[list[Problem]], Table | None]]:
    """Readers of `series/*.csv` by name."""

    def reader(file: Path) -> Callable[[list[Problem]], Table | None]:
        return lambda problems: read_csv_table(file, file.stem, problems, shown=f"series/{file.name}")

    folder = path / "series"
    return {file.stem: reader(file) for file in sorted(folder.glob("*.csv"))} if folder.is_dir() else {}


def _about(path: Path, problems: list[Problem]) -> dict[str, Any]:
    """What `kanryu.toml` says: `title = {en, ja}`, `currency`, `notes = {en, ja}`."""
    file = path / "kanryu.toml"
    where = Place(file="kanryu.toml")
    if not file.is_file():
        return {}
    text = decode(file.read_bytes(), where, problems)
    if text is None:
        return {}
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        problems.append(problem("toml-syntax", "error", where, "formats.toml_syntax", reason=str(cause)))
        return {}
    about: dict[str, Any] = {}
    for key in ("title", "notes"):
        value = found.get(key, {})
        for lang in ("en", "ja"):
            if isinstance(value, dict) and lang in value:
                about[f"{key}_{lang}"] = str(value[lang])
            elif isinstance(value, str):
                about[f"{key}_{lang}"] = value
    if isinstance(found.get("currency"), str):
        about["currency"] = found["currency"]
    return about
