"""A reader's own case: a folder as zip, an Excel workbook or one CSV table, checked before anything is unpacked.

The readers of `formats` want a folder; the files stand there, under names of our choosing, only while they are read.
What is kept is the case in memory.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

import msgspec

from kanryu.case.records import Case
from kanryu.core.errors import InputError
from kanryu.core.problems import Problem
from kanryu.formats.checking import Checked, check_facts
from kanryu.formats.source import Request, read_case
from kanryu.web.payments_case import case_of_payments
from kanryu.web.settings import Limits

TABLES = ("entities", "deals", "events", "stakes", "figures")
_INSIDE = re.compile(
    r"(kanryu\.toml|(entities|deals|events|stakes|figures)\.csv|(deals|series)/[\w.-]{1,80}\.(toml|csv))"
)
_BY_COLUMNS = {
    "events": {"deal_id", "leg", "date", "status"},
    "deals": {"deal_id", "payer", "payee"},
    "stakes": {"owner", "issuer"},
    "entities": {"id", "kind"},
}


class Received(msgspec.Struct, frozen=True):
    """What an upload was found to be."""

    case: Case
    checked: Checked
    problems: tuple[Problem, ...]


def receive(name: str, data: bytes, limits: Limits) -> Received:
    """Read an upload.

    Parameters
    ----------
    name : str
        The file's name; only its ending is used, and for a table its stem.
    data : bytes

    Raises
    ------
    InputError
        Not a kind we read, damaged, too large once unpacked, or without any table of a case.
    """
    if not data:
        raise InputError(key="web.upload.empty")
    kind = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="kanryu-", dir=_memory()) as place:
        folder = Path(place) / "case"
        folder.mkdir()
        if kind == ".zip":
            _unzip(data, folder, limits)
            target = folder
        elif kind in (".xlsx", ".xlsm"):
            _measure(data, limits)
            target = folder / "book.xlsx"
            target.write_bytes(data)
        elif kind == ".csv" and _is_payments(data):
            table = folder / "payments.csv"
            table.write_bytes(data)
            return _payments(table, _title(name), place)
        elif kind == ".csv":
            target = folder
            (folder / f"{_table_of(data)}.csv").write_bytes(data)
        else:
            raise InputError(key="web.upload.kind", found=kind or name[:40])
        return _read(target, _title(name), place)


def _title(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).stem[:60] or "case"


def _payments(table: Path, title: str, place: str) -> Received:
    """A table of payments: its problems, and a case in which every row is a paid leg."""
    try:
        checked, problems = check_facts(Request(target=str(table)))
        case = case_of_payments(table, title)
    except InputError as error:
        _unname(error, place)
        raise
    checked = msgspec.structs.replace(
        checked, target=title, origin=msgspec.structs.replace(checked.origin, inputs={"target": title})
    )
    return Received(case, checked, tuple(_without(problem, place) for problem in problems))


def _memory() -> str | None:
    """A folder in memory where the system has one."""
    shared = Path("/dev/shm")
    return str(shared) if shared.is_dir() else None


def _read(target: Path, title: str, place: str) -> Received:
    request = Request(target=str(target))
    try:
        checked, problems = check_facts(request)
        case = read_case(request)
    except InputError as error:
        _unname(error, place)
        raise
    named = case.title_en not in ("", "case", "book")
    case = msgspec.structs.replace(
        case,
        title_en=case.title_en if named else title,
        title_ja=case.title_ja if named else title,
        folder="",
        problems=tuple(_without(problem, place) for problem in case.problems),
    )
    len(case.series)  # read now: the files are gone in a moment
    checked = msgspec.structs.replace(
        checked, target=title, origin=msgspec.structs.replace(checked.origin, inputs={"target": title})
    )
    return Received(case, checked, tuple(_without(problem, place) for problem in problems))


def _unname(error: InputError, place: str) -> None:
    """Take the name of the folder out of an error and its problems."""
    error.values = {name: _clean(str(value), place) for name, value in error.values.items()}
    error.problems = tuple(_without(problem, place) for problem in error.problems)


def _clean(text: str, place: str) -> str:
    return text.replace(place + "/case/", "").replace(place + "/case", "").replace(place, "")


def _without(problem: Problem, place: str) -> Problem:
    """The problem without the name of the folder it was read in."""
    where = msgspec.structs.replace(problem.where, file=_clean(problem.where.file, place))
    message = {lang: _clean(text, place) for lang, text in problem.message.items()}
    return msgspec.structs.replace(problem, where=where, message=message)


def _measure(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """The archive, if what it says about itself is within limits."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError):
        raise InputError(key="web.upload.damaged") from None
    members = archive.infolist()
    if len(members) > limits.files:
        raise InputError(key="web.upload.files", found=len(members), most=limits.files)
    if any(member.flag_bits & 1 for member in members):
        raise InputError(key="web.upload.locked")
    if sum(member.file_size for member in members) > limits.unpacked_bytes:
        raise InputError(key="web.upload.unpacked", most=limits.unpacked_bytes >> 20)
    return archive


def _unzip(data: bytes, folder: Path, limits: Limits) -> None:
    """The files of a case out of an archive, wherever in it they stand; everything else is left where it is.

    Sizes are counted while reading, because an archive may lie about them.
    """
    archive = _measure(data, limits)
    names = [member for member in archive.infolist() if not member.is_dir()]
    tops = {PurePosixPath(m.filename).parent for m in names if PurePosixPath(m.filename).name == "deals.csv"}
    tops |= {PurePosixPath(m.filename).parent for m in names if PurePosixPath(m.filename).name == "kanryu.toml"}
    if len(tops) > 1:
        raise InputError(key="web.upload.several")
    top = str(next(iter(tops), PurePosixPath("."))).rstrip("/")
    total = 0
    for member in names:
        inside = member.filename if top in (".", "") else member.filename.removeprefix(top + "/")
        if not _INSIDE.fullmatch(inside):
            continue
        target = folder / inside
        target.parent.mkdir(exist_ok=True)
        try:
            with archive.open(member) as source, target.open("wb") as sink:
                while chunk := source.read(1 << 16):
                    total += len(chunk)
                    if total > limits.unpacked_bytes:
                        raise InputError(key="web.upload.unpacked", most=limits.unpacked_bytes >> 20)
                    sink.write(chunk)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as cause:
            if isinstance(cause, InputError):
                raise
            raise InputError(key="web.upload.damaged") from None


def _columns(data: bytes) -> set[str]:
    head = data[:20_000].split(b"\n", 1)[0].decode("utf-8-sig", "replace").lower()
    return {cell.strip().strip('"') for cell in head.replace("\t", ",").replace(";", ",").split(",")}


def _is_payments(data: bytes) -> bool:
    """Whether a CSV has the columns of a payments table."""
    return {"src", "dst"} <= _columns(data)


def _table_of(data: bytes) -> str:
    """Which table of a case a single CSV is, by its columns."""
    columns = _columns(data)
    for table, needed in _BY_COLUMNS.items():
        if needed <= columns:
            return table
    raise InputError(key="web.upload.columns", found=", ".join(sorted(columns))[:200])
