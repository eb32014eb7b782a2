"""One door for `kanryu check`: everything that is wrong with a case, a workbook or a payments file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kanryu.case.checks import check, rules
from kanryu.core.errors import InputError
from kanryu.core.problems import Level, Place, Problem, problem
from kanryu.core.results import Origin
from kanryu.flows.ledger import Ledger
from kanryu.formats.pointing import point
from kanryu.formats.source import WORKBOOKS, Request, is_payments, read_case


class Checked(msgspec.Struct, frozen=True):
    """How the facts stand. The problems themselves are in the envelope.

    kind : "case" or "payments"
    tables : rows read of each table
    codes : how often each code was found
    """

    target: str
    kind: str
    errors: int
    warnings: int
    notes: int
    tables: dict[str, int]
    codes: dict[str, int]
    origin: Origin


def check_facts(request: Request) -> tuple[Checked, tuple[Problem, ...]]:
    """All problems of the target in one pass, sorted by place, and their count.

    Parameters
    ----------
    request : Request
        A built-in case, a case folder or workbook, or a payments file (with `columns`).

    Returns
    -------
    Checked, tuple of Problem
        Line and column point at the cell where it can be found.

    Raises
    ------
    NotFound, InputError
        The target is not there or cannot be read at all.
    """
    if is_payments(request.target):
        return _check_payments(request)
    case = read_case(request)
    workbook = request.target if Path(request.target).suffix.lower() in WORKBOOKS and not case.folder else ""
    problems = point(check(case), case.folder, workbook)
    tables = {
        "entities": len(case.entities),
        "legs": len(case.legs),
        "events": len(case.events),
        "stakes": len(case.stakes),
        "figures": len(case.figures),
        "series": len(case.series),
    }
    return _counted(request.target, "case", tables, problems, {"rules": len(rules())}), problems


def _check_payments(request: Request) -> tuple[Checked, tuple[Problem, ...]]:
    from kanryu.formats.payments import read_payments

    try:
        ledger = read_payments(Path(request.target), columns=request.columns)
    except InputError as wrong:
        if wrong.key != "payments.has_errors":
            raise
        problems = tuple(wrong.problems)
        return _counted(request.target, "payments", {}, problems, {}), problems
    problems = (*ledger.problems, *_odd_payments(ledger, request.target))
    tables = {"accounts": ledger.n, "payments": ledger.m}
    return _counted(request.target, "payments", tables, problems, {}), problems


MOST_COMPARED = 5_000_000  # rows; sorting more only to find equal ones is not worth the wait


def _odd_payments(ledger: Ledger, file: str) -> list[Problem]:
    """Payments to oneself and equal payments, each told once with their number and the first row."""
    import numpy as np

    found = []
    selves = np.flatnonzero(ledger.src == ledger.dst)
    if selves.size:
        found.append(_told("payments-self", "warning", file, int(ledger.row[selves].min()), int(selves.size)))
    if 1 < ledger.m <= MOST_COMPARED:
        order = np.lexsort((ledger.amount, ledger.dst, ledger.src, ledger.t))
        equal = np.ones(ledger.m - 1, dtype=bool)
        for column in (ledger.t, ledger.src, ledger.dst, ledger.amount):
            equal &= np.diff(column[order]) == 0
        if equal.any() and ledger.inputs.get("has_amount", True):
            later = np.maximum(ledger.row[order][1:], ledger.row[order][:-1])[equal]
            found.append(_told("payments-twice", "note", file, int(later.min()), int(equal.sum())))
    return found


def _told(code: str, level: Level, file: str, row: int, count: int) -> Problem:
    return problem(code, level, Place(file=file, path=f"[{row}]"), f"problems.{code}", found=count, row=row + 1)


def _counted(
    target: str, kind: str, tables: dict[str, int], problems: Sequence[Problem], coverage: dict[str, int]
) -> Checked:
    levels = Counter(problem.level for problem in problems)
    return Checked(
        target=target,
        kind=kind,
        errors=levels["error"],
        warnings=levels["warning"],
        notes=levels["note"],
        tables=tables,
        codes=dict(sorted(Counter(problem.code for problem in problems).items())),
        origin=Origin(definition="problems.definition", inputs={"target": target}, coverage=coverage),
    )
