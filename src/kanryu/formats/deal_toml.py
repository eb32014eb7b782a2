"""Single deals as TOML: one file per deal with its legs, instalments, events and quotes.

    id = "lab-cloud"

    [[legs]]
    payer = "lab"
    payee = "cloud"
    instrument = "purchase_service"
    amount = { low = 10e9, central = 12e9, high = 15e9, basis = "total" }
    due = [{ date = "2026-06-30", amount = 3e9 }]

    [[events]]
    date = 2025-10-01
    status = "signed"
    amount = 12e9
    source = { url = "https://...", publisher = "...", date = "2025-10-01", quote = "..." }

A file becomes rows of the same tables as the CSV form, so that both give the same records.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from kanryu.case.records import Case
from kanryu.core.errors import InputError
from kanryu.core.problems import Place, Problem, problem
from kanryu.formats.case_rows import build_case
from kanryu.formats.tables import Row, Table, decode, toml_place

_HEADER = re.compile(r"\s*\[\[\s*(\w+)\s*\]\]")
_KEY = re.compile(r"\s*([\w.-]+)\s*=\s*")
_SECTIONS = {"legs": "deals", "events": "events", "entities": "entities", "stakes": "stakes", "figures": "figures"}
_NESTED = {
    "amount": {"low": "amount_low", "central": "amount_central", "high": "amount_high"},
    "source": {"url": "source_url", "publisher": "source_publisher", "date": "source_date"},
}


def read_deals(files: Sequence[Path], problems: list[Problem]) -> dict[str, Table]:
    """The rows of single deals by table name; a file that is no TOML is a problem and gives none."""
    rows: dict[str, list[Row]] = {}
    for file in files:
        _read_deal(file, f"deals/{file.name}", rows, problems)
    return {name: _table(name, found) for name, found in rows.items()}


def read_deal(file: Path) -> Case:
    """The case that one deal makes alone.

    Raises
    ------
    InputError
        The file gives no leg; every problem met is in `problems`.
    """
    problems: list[Problem] = []
    tables = read_single(file, problems)
    if not tables.get("deals"):
        raise InputError(key="formats.no_case", folder=file.name, problems=problems)
    return build_case(file.stem, {}, tables, problems)


def read_single(file: Path, problems: list[Problem]) -> dict[str, Table]:
    """The rows of one deal; entities that it names but does not describe are added from their ids."""
    rows: dict[str, list[Row]] = {}
    _read_deal(file, file.name, rows, problems)
    described = {row.get("id") for row in rows.get("entities", [])}
    for leg in rows.get("deals", []):
        for end in ("payer", "payee"):
            name = leg.get(end)
            if name and name not in described:
                described.add(name)
                rows.setdefault("entities", []).append(Row({"id": name}, leg.place, leg.line_text))
    return {name: _table(name, found) for name, found in rows.items()}


def _table(name: str, rows: list[Row]) -> Table:
    columns = tuple(dict.fromkeys(column for row in rows for column in row.values))
    needed = {"deals": ("deal_id", "payer", "payee", "instrument"), "events": ("deal_id", "date", "status")}

    def heading(column: str) -> Place:
        return next((row for row in rows if column in row.values), rows[0]).place(column)

    named = tuple(dict.fromkeys([*columns, *needed.get(name, ())]))
    return Table(name, named, tuple(rows), rows[0].place(""), heading)


def _read_deal(file: Path, shown: str, rows: dict[str, list[Row]], problems: list[Problem]) -> None:
    where = Place(file=shown, line=1, column=1)
    try:
        data = file.read_bytes()
    except OSError as cause:
        reason = cause.strerror or ""
        problems.append(problem("file-unreadable", "error", where, "formats.file_unreadable", reason=reason))
        return
    text = decode(data, where, problems)
    if text is None:
        return
    if not text.strip():
        problems.append(problem("file-empty", "error", where, "formats.file_empty"))
        return
    try:
        found = tomllib.loads(text, parse_float=str)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as cause:
        where = toml_place(shown, text, cause)
        problems.append(problem("toml-syntax", "error", where, "formats.toml_syntax", reason=str(cause)[:200]))
        return
    deal_id = str(found.get("id") or found.get("deal_id") or file.stem)
    lines = text.split("\n")
    starts = _section_lines(lines)
    for section, name in _SECTIONS.items():
        entries = found.get(section, [])
        if not isinstance(entries, list):
            entries = [entries]
        for number, entry in enumerate(entries):
            if not isinstance(entry, dict):
                problems.append(problem("toml-value", "error", where, "formats.toml_value", column=section))
                continue
            first = starts.get((section, number), 1)
            row = _row(entry, deal_id if name in ("deals", "events") else "", shown, lines, first, problems)
            if name == "deals":
                row.values.setdefault("leg", str(number + 1))
            rows.setdefault(name, []).append(row)


def _section_lines(lines: list[str]) -> dict[tuple[str, int], int]:
    """(section, number) -> line of its `[[section]]` header, from 1."""
    found: dict[tuple[str, int], int] = {}
    counts: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        match = _HEADER.match(line)
        if match:
            name = match[1]
            found[name, counts.get(name, 0)] = number
            counts[name] = counts.get(name, 0) + 1
    return found


def _row(entry: dict[str, Any], deal_id: str, shown: str, lines: list[str], first: int, problems: list[Problem]) -> Row:
    keys: dict[str, tuple[int, int]] = {}
    for number in range(first, len(lines)):
        line = lines[number]
        if line.lstrip().startswith("[") and "=" not in line.split("]")[0]:
            break
        match = _KEY.match(line)
        if match:
            keys.setdefault(match[1], (number + 1, match.end() + 1))
    outer = {column: key for key, inner in _NESTED.items() for column in inner.values()}

    def place(column: str) -> Place:
        named = (column, outer.get(column, ""), "source" if column in ("grade", "quote") else "")
        at = next((keys[key] for key in named if key in keys), None)
        return Place(file=shown, line=at[0], column=at[1]) if at else Place(file=shown, line=first, column=1)

    values: dict[str, str] = {"deal_id": deal_id} if deal_id else {}
    for key, value in entry.items():
        if key == "due" and isinstance(value, list):
            values["due"] = "; ".join(
                f"{_text(item.get('date'))}={_text(item.get('amount'))}" for item in value if isinstance(item, dict)
            )
        elif isinstance(value, dict) and key in _NESTED:
            for inner, part in value.items():
                column = str(inner)
                values[_NESTED[key].get(column, column)] = _text(part)
        elif isinstance(value, dict | list):
            problems.append(problem("toml-value", "error", place(key), "formats.toml_value", column=key))
        elif key == "amount":
            values["amount_central"] = _text(value)
            keys.setdefault("amount_central", keys.get("amount", (first, 1)))
        else:
            values[key] = _text(value)
    if values.get("deal_id") == "" and deal_id:
        values["deal_id"] = deal_id
    return Row(values, place, lines[first - 1][:1000] if lines else "")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str) and re.fullmatch(r"[+-]?[\d_]+(\.[\d_]+)?([eE][+-]?\d{1,2})?", value):
        try:
            return format(Decimal(value), "f") if "e" in value.lower() else value.replace("_", "")
        except InvalidOperation:
            return value
    return str(value).strip()
