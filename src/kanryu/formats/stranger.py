"""`kanryu import`: a stranger's table to a case folder by an explicit mapping; all or nothing.

What is ambiguous is refused with its place; what is no payment is left out and listed. The finished case is read back
and checked like any other before it gets its name.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import msgspec

from kanryu.case.checks import check
from kanryu.core.errors import InputError, UsageError
from kanryu.core.problems import Problem
from kanryu.core.results import Origin
from kanryu.formats.csv_folder import read_folder
from kanryu.formats.stranger_mapping import Mapping, read_mapping
from kanryu.formats.stranger_rows import Booked, Booker, LeftOut
from kanryu.formats.stranger_table import StrangerTable, read_stranger
from kanryu.formats.stranger_write import write_case


class Imported(msgspec.Struct, frozen=True):
    """What became of a table.

    rows : data rows of the table; legs, events : what they became (rows of one deal are events of one leg)
    stakes, figures : rows booked as holdings and as reported figures, which are no payments
    left_out : rows not booked, with the reason
    by_basis : legs of each; by_status : events of each
    folder : the case that was written; empty when nothing was written
    draft : the draft mapping, when one was asked for
    """

    table: str
    rows: int
    legs: int
    events: int
    stakes: int
    figures: int
    entities: int
    left_out: tuple[LeftOut, ...]
    by_basis: dict[str, int]
    by_status: dict[str, int]
    folder: str
    draft: str
    origin: Origin


def import_table(
    table: Path, mapping: Path, folder: Path | None = None, *, dry_run: bool = False
) -> tuple[Imported, tuple[Problem, ...]]:
    """Book a table into a new case folder.

    Parameters
    ----------
    table : CSV, Excel or Parquet file
    mapping : TOML file that says what the columns and words mean
    folder : where the case is written; it must not exist, or be empty
    dry_run : read and book, write nothing

    Returns
    -------
    Imported, tuple of Problem
        With any problem of level "error", nothing was written.

    Raises
    ------
    InputError
        The table or the mapping cannot be used; every problem is in `problems`.
    UsageError
        No folder, or one that holds something.
    """
    if not dry_run:
        _free(folder)
    problems: list[Problem] = []
    rules = read_mapping(mapping, problems)
    if rules is None:
        raise InputError(key="imports.mapping_unusable", file=str(mapping), problems=problems)
    found = read_stranger(
        table, problems, sheet=rules.sheet, header=rules.header, encoding=rules.encoding, separator=rules.separator
    )
    if found is None:
        raise InputError(key="imports.table_unusable", file=str(table), problems=problems)
    booked = Booker(found, rules).book()
    problems += booked.problems
    written = ""
    if not any(problem.level == "error" for problem in problems):
        written, more = _write(booked, rules, mapping, None if dry_run else folder, found)
        problems += more
    return _imported(found, booked, written), tuple(problems)


def _imported(table: StrangerTable, booked: Booked, folder: str) -> Imported:
    return Imported(
        table=table.file,
        rows=len(table.rows),
        legs=len(booked.legs),
        events=len(booked.events),
        stakes=len(booked.stakes),
        figures=len(booked.figures),
        entities=len(booked.entities),
        left_out=tuple(booked.left_out),
        by_basis=dict(Counter(leg.amount.basis for leg in booked.legs)),
        by_status=dict(Counter(event.status for event in booked.events)),
        folder=folder,
        draft="",
        origin=Origin(
            definition="imports.definition",
            inputs={"table": table.file},
            coverage={
                "rows": len(table.rows),
                "booked": len(booked.events) + len(booked.stakes) + len(booked.figures),
                "left_out": len(booked.left_out),
                "with_amount": sum(not leg.amount.is_unknown for leg in booked.legs),
            },
        ),
    )


def _free(folder: Path | None) -> None:
    if folder is None:
        raise UsageError(key="imports.no_folder")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(key="imports.folder_taken", folder=str(folder))
    if not folder.absolute().parent.is_dir():
        raise UsageError(key="imports.no_parent", folder=str(folder.absolute().parent))


def _write(
    booked: Booked, rules: Mapping, mapping: Path, folder: Path | None, table: StrangerTable
) -> tuple[str, list[Problem]]:
    """Write to a folder beside the target, check it as a case, and only then give it its name."""
    beside = folder.absolute().parent if folder is not None else None
    try:
        place = Path(tempfile.mkdtemp(prefix=".kanryu-import-", dir=beside))
    except OSError as cause:
        raise InputError(key="imports.cannot_write", folder=str(beside), reason=cause.strerror or "") from cause
    try:
        text = mapping.read_bytes().decode("utf-8-sig")
        title = rules.title or Path(table.file).stem
        write_case(booked, place, title=title, currency=rules.currency, mapping=text)
        found = _at_rows(check(read_folder(place)), booked, rules)
        if folder is None or any(problem.level == "error" for problem in found):
            return "", found
        if folder.is_dir():
            folder.rmdir()
        os.replace(place, folder)
        os.chmod(folder, 0o755)
        return str(folder), found
    except OSError as cause:
        raise InputError(key="imports.cannot_write", folder=str(folder), reason=cause.strerror or "") from cause
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _at_rows(problems: tuple[Problem, ...], booked: Booked, rules: Mapping) -> list[Problem]:
    """Problems of the new case, told at the stranger's rows; a confirmed row's errors become warnings."""
    rows_of = {
        "deals.csv": [booked.rows_of_leg[leg.key] for leg in booked.legs],
        "events.csv": booked.rows_of_events,
    }
    moved = []
    for item in problems:
        if item.code in ("group-as-party", "entity-unused", "leg-without-event"):
            continue
        rows = rows_of.get(item.where.file, [])
        row = rows[item.where.line - 2] if 2 <= item.where.line < len(rows) + 2 else None
        if row is not None:
            item = msgspec.structs.replace(item, where=row.place(""), line_text=row.line_text)
            if row.number in rules.confirmed_rows and item.level == "error":
                item = msgspec.structs.replace(item, level="warning")
        moved.append(item)
    return moved


def draft_mapping(table: Path, *, sheet: str = "", encoding: str = "") -> Imported:
    """A draft mapping for a table: what its names say is filled in, the rest is "?".

    Raises
    ------
    InputError
        The table cannot be read.
    """
    from kanryu.formats.stranger_draft import draft

    problems: list[Problem] = []
    found = read_stranger(table, problems, sheet=sheet, encoding=encoding)
    if found is None:
        raise InputError(key="imports.table_unusable", file=str(table), problems=problems)
    return msgspec.structs.replace(_imported(found, Booked(), ""), draft=draft(found))
