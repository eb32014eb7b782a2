"""Every rule about facts: one file per code, found by themselves.

A rule is a module with `CODE`, `LEVEL`, the examples `WRONG` and `RIGHT`, `AT` (the place in the wrong example) and
`find(case)`, which yields problems and never raises. Its sentences are in `core/words`, room `checks`.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, cast

from kanryu.case.records import Case
from kanryu.core.problems import Level, Place, Problem, problem


class Rule(Protocol):
    """What a file in this folder offers."""

    CODE: str
    LEVEL: Level
    WRONG: str
    RIGHT: str
    AT: str
    find: Callable[[Case], Iterator[Problem]]


@functools.cache
def rules() -> dict[str, Rule]:
    """All rules by code, in order of code."""
    found: dict[str, Rule] = {}
    for module in pkgutil.iter_modules(__path__):
        rule = cast(Rule, importlib.import_module(f"{__name__}.{module.name}"))
        found[rule.CODE] = rule
    return dict(sorted(found.items()))


def check(case: Case) -> tuple[Problem, ...]:
    """All problems of a case in one pass, those met while reading included, sorted by place.

    Parameters
    ----------
    case : Case
        Any case, however wrong.

    Returns
    -------
    tuple of Problem
        Sorted by file, line and column; level "error" where a result would be wrong, "warning" where it may
        mislead, "note" where a reader should know.
    """
    found = [*case.problems, *getattr(case.series, "problems", ())]
    for rule in rules().values():
        try:
            found += rule.find(case)
        except Exception as cause:  # a rule must not hide what the others found
            where = Place(file=case.folder or case.id)
            reason = f"{type(cause).__name__}: {cause}"[:200]
            found.append(
                problem("rule-failed", "error", where, "checks.rule-failed.message", found=reason, rule=rule.CODE)
            )
    once = {(item.code, item.where, item.found, item.message["en"]): item for item in found}
    return in_order(once.values())


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems sorted by place: file, sheet, line, column."""
    return tuple(sorted(problems, key=_order))


def _order(item: Problem) -> tuple[object, ...]:
    where = item.where
    return (where.file, where.sheet, where.line, where.column, _cell(where.cell), where.path, item.code, item.found)


def _cell(name: str) -> tuple[int, str]:
    letters = name.rstrip("0123456789")
    digits = name[len(letters) :]
    return (int(digits) if digits else 0, letters.rjust(4))
