"""What every command takes: a built-in case name, a case folder or workbook, or a payments file.

This is the one door. A measure on a ledger calls `read_ledger`; a measure that needs deals calls `read_case`.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec

from kanryu.case.records import Case, Rung
from kanryu.core.errors import InputError, NotFound, UsageError
from kanryu.core.problems import tell
from kanryu.flows.ledger import Ledger

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
PAYMENTS_SUFFIXES = (".csv", ".gz", ".parquet", ".pq", ".tsv")


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Which facts, as of which day.

    true_by : only what held by then; known_by : only what was public by then (`--as-of` sets both)
    rung : the least sure rung that still counts ("talked", "bound", "paid"); None = the measure's default
    schedule : how a leg with a total is spread over time ("even", "front", "dates")
    columns : for payments files, role -> column name, for example {"src": "sender"}
    """

    target: str
    true_by: dt.date | None = None
    known_by: dt.date | None = None
    rung: Rung | None = None
    schedule: str = "even"
    columns: dict[str, str] = {}


def built_in_cases() -> tuple[str, ...]:
    """Names of the cases that come with the program."""
    folder = Path(__file__).parent.parent / "cases"
    return tuple(sorted(p.name for p in folder.iterdir() if (p / "kanryu.toml").is_file()))


def is_payments(target: str) -> bool:
    """Whether the target is a payments file, or a folder of Parquet parts, rather than a case."""
    path = Path(target)
    if not _is_there(path):
        return False
    if path.is_dir():
        return next(path.glob("*.parquet"), None) is not None or next(path.glob("*/*.parquet"), None) is not None
    return path.suffix.lower() in PAYMENTS_SUFFIXES and path.is_file()


def _is_there(path: Path) -> bool:
    """Whether the path exists; a name that no file can have (too long, with a NUL) is not there."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def read_case(request: Request) -> Case:
    """The whole case of the request (dates and rungs are applied by `case.rungs` and `flows.from_case`).

    Raises
    ------
    NotFound
        No built-in case and no path of that name.
    UsageError
        The target is a payments file, which has no deals.
    """
    if is_payments(request.target):
        raise UsageError(key="formats.needs_case", target=request.target)
    folder = Path(__file__).parent.parent / "cases" / request.target
    path = Path(request.target)
    if request.target in built_in_cases():
        path = folder
    elif not _is_there(path):
        raise NotFound(key="formats.target_unknown", name=request.target, known=built_in_cases())
    if path.is_file():
        case = _read_file(path)
    else:
        from kanryu.formats.csv_folder import read_folder

        case = read_folder(path)
    tell(case.problems)
    return case


def _read_file(path: Path) -> Case:
    """A case in one file: a workbook, a single deal, or JSON."""
    suffix = path.suffix.lower()
    if suffix in WORKBOOKS:
        from kanryu.formats.excel import read_workbook

        return read_workbook(path)
    if suffix == ".json":
        from kanryu.formats.case_json import read_json

        return read_json(path)
    if suffix == ".toml":
        from kanryu.formats.deal_toml import read_deal

        return read_deal(path)
    raise InputError(key="formats.not_a_case", target=str(path))


def read_ledger(request: Request) -> Ledger:
    """The flows of the request, whatever they come from."""
    if is_payments(request.target):
        from kanryu.formats.payments import read_payments

        ledger = read_payments(Path(request.target), columns=request.columns)
        tell(ledger.problems)
        return ledger
    from kanryu.flows.from_case import case_ledger

    return case_ledger(
        read_case(request),
        true_by=request.true_by,
        known_by=request.known_by,
        rung=request.rung,
        schedule=request.schedule,
    )
