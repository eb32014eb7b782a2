"""What a reverse stress test aims at, in words: "openai cannot pay", "revenue of nvidia down 30%", "index down 20%".

Short forms: `pay:COMPANY`, `revenue:COMPANY:30%`, `leg:DEAL:LEG:30%`, `value:COMPANY:50%`, `index:20%`, `defaults:3`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from kanryu.core.errors import NotFound, UsageError
from kanryu.stress.break_case import Run
from kanryu.stress.certificate import TOLERANCE
from kanryu.stress.plan import CasePlan

_SIZE = r"(?P<size>[\d.]+)\s*(?P<pct>[%％]?)"
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?:{shape})\Z", re.IGNORECASE))
    for kind, shape in (
        ("pay", r"pay:\s*(?P<name>\S+)|(?P<name2>.+?)\s+cannot\s+pay|(?P<name3>.+?)が払えない"),
        ("revenue", rf"(?:revenue:\s*(?P<name>[^:\s]+):|revenue\s+of\s+(?P<name2>.+?)\s+down\s+){_SIZE}"),
        ("revenue", rf"(?P<name>.+?)の売上{_SIZE}減"),
        ("value", rf"(?:value:\s*(?P<name>[^:\s]+):|value\s+of\s+(?P<name2>.+?)\s+down\s+){_SIZE}"),
        ("value", rf"(?P<name>.+?)の価値{_SIZE}減"),
        ("leg", rf"leg:\s*(?P<name>\S+):{_SIZE}"),
        ("index", rf"(?:index\s*:|index\s+down\s+|指数){_SIZE}安?"),
        ("defaults", r"defaults:\s*(?P<size>\d+)|(?P<size2>\d+)\s+(?:defaults|companies\s+fail)|(?P<size3>\d+)社破綻"),
    )
)
MATERIAL = 0.01  # assumption: short of less than one percent of its fixed payments, a company finds the money


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A failure to reach: kind, the company or leg (number), the size (a share, or a count of defaults)."""

    text: str
    kind: str
    name: str = ""
    row: int = -1
    size: float = 0.0


def parse_target(text: str, plan: CasePlan) -> Target:
    """The target that `text` names.

    Raises
    ------
    UsageError
        Not one of the shapes, or a share outside (0, 100 %].
    NotFound
        No such company or leg; near names are suggested.
    """
    for kind, shape in _SHAPES:
        found = shape.match(text.strip())
        if not found:
            continue
        parts = found.groupdict()
        name = next((parts[key] for key in ("name", "name2", "name3") if parts.get(key)), "").strip()
        number = next((parts[key] for key in ("size", "size2", "size3") if parts.get(key)), "")
        size = float(number) if number else 0.0
        if number and kind != "defaults":
            size = size / 100.0 if parts.get("pct") or size > 1.0 else size
            if not 0.0 < size <= 1.0:
                raise UsageError(key="stress.target_size", found=text)
        row = -1
        if kind == "leg":
            row = _find(name, plan.situation.plan.legs, {})
        elif name:
            words = {e.name_en.lower(): e.id for e in plan.case.entities} | {
                e.name_ja: e.id for e in plan.case.entities
            }
            row = _find(name, plan.situation.plan.accounts, words)
        return Target(text=text, kind=kind, name=name, row=row, size=size)
    raise UsageError(key="stress.target_shape", found=text)


def _find(name: str, known: tuple[str, ...], words: dict[str, str]) -> int:
    wanted = name if name in known else words.get(name.lower(), words.get(name, name))
    if wanted not in known:
        near = difflib.get_close_matches(name.lower(), [*known, *words], n=4, cutoff=0.5)
        raise NotFound(key="stress.target_unknown", found=name, near_names=", ".join(near) or "-")
    return known.index(wanted)


def tester(target: Target) -> Callable[[Run], Any]:
    """Whether the target fails, per scenario of a run, bool (S,)."""

    def test(run: Run) -> Any:
        outcome, row, edge = run.outcome, target.row, 1.0 - TOLERANCE
        plan = run.scenarios.situation.plan
        fixed = np.zeros_like(outcome.short)
        np.add.at(fixed, plan.src, np.where(run.scenarios.given.eta > 0, 0.0, outcome.planned))
        stuck = outcome.short > np.maximum(MATERIAL * fixed, 1.0)
        if target.kind == "pay":
            return stuck[row]
        if target.kind == "revenue":
            return outcome.revenue[row] < outcome.planned_revenue[row] * (1.0 - target.size) * edge
        if target.kind == "leg":
            return outcome.paid[row] < outcome.planned[row] * (1.0 - target.size) * edge
        if target.kind == "value":
            before = outcome.value_before[row]
            return outcome.value[row] < before * (1.0 - target.size) * edge
        if target.kind == "index":
            return outcome.index_return < -target.size * edge
        return np.sum(stuck, axis=0) >= target.size

    return test
