"""Problems to text: the list with lines and carets, the summary line, and the explanation of a code."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kanryu.case.catalogue import Entry, catalogue
from kanryu.core.errors import NotFound
from kanryu.core.problems import Level, Problem
from kanryu.core.words import say, say_or
from kanryu.formats.checking import Checked


class Explanation(msgspec.Struct, frozen=True):
    """One code. `wrong` and `right` are tables of a case (or a payments file) as text, `at` the place in `wrong`."""

    code: str
    level: Level
    title: str
    why: str
    to_do: str
    wrong: str
    right: str
    at: str


class Explanations(msgspec.Struct, frozen=True):
    """The asked code, or all codes."""

    codes: tuple[Explanation, ...]


ORDER: dict[Level, int] = {"error": 0, "warning": 1, "note": 2}


def shown(problems: Sequence[Problem], least: Level) -> tuple[Problem, ...]:
    """The problems of level `least` and graver ones."""
    return tuple(problem for problem in problems if ORDER[problem.level] <= ORDER[least])


def listing(problems: Sequence[Problem], lang: str) -> str:
    """Each problem with its line; the first of each code says where it is explained."""
    told: set[str] = set()
    blocks = []
    for problem in problems:
        lines = [problem.text(lang)]
        if problem.code not in told and problem.code in catalogue():
            lines.append("   " + say(lang, "problems.see", code=problem.code))
        told.add(problem.code)
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def text(result: Checked, problems: Sequence[Problem], lang: str, *, least: Level = "warning") -> str:
    """The list and under it one line: how many rows were checked and how many problems of each level there are."""
    listed = shown(problems, least)
    lines = [listing(listed, lang), ""] if listed else []
    tables = say(lang, "problems.separator").join(
        say(lang, f"problems.table_{name}", count=f"{count:,}") for name, count in result.tables.items() if count
    )
    counts = _counts(lang, result.errors, result.warnings, result.notes)
    key = "problems.summary" if result.errors + result.warnings + result.notes else "problems.clean"
    lines.append(say(lang, key, target=result.target, tables=tables or say(lang, "problems.no_tables"), counts=counts))
    hidden = len(problems) - len(listed)
    if hidden:
        lines.append(say(lang, "problems.hidden", count=hidden))
    return "\n".join(lines)


def _counts(lang: str, errors: int, warnings: int, notes: int) -> str:
    pairs = (("error", errors), ("warning", warnings), ("note", notes))
    separator = say(lang, "problems.separator")
    return separator.join(
        say(lang, f"problems.{name}{'' if count == 1 else 's'}", count=count) for name, count in pairs
    )


def _found(code: str) -> Entry:
    known = catalogue()
    name = code.strip().lower().replace("_", "-")
    for prefix in ("error[", "warning[", "note["):
        name = name.removeprefix(prefix)
    entry = known.get(name.strip("[]"))
    if entry is None:
        raise NotFound(key="problems.code_unknown", name=code, known=known)
    return entry


def explain(code: str | None = None, lang: str = "en") -> Explanations:
    """What a problem code means, or all codes in alphabetical order.

    Parameters
    ----------
    code : str or None
        As printed by `kanryu check`; `error[self-payment]` is understood too.

    Raises
    ------
    NotFound
        No such code; near ones are suggested.
    """
    entries = [_found(code)] if code is not None else list(catalogue().values())
    return Explanations(
        tuple(
            Explanation(
                code=entry.code,
                level=entry.level,
                title=say_or(lang, f"checks.{entry.code}.title", ""),
                why=say_or(lang, f"checks.{entry.code}.why", ""),
                to_do=what_to_do(entry, lang),
                wrong=entry.wrong,
                right=entry.right,
                at=entry.at,
            )
            for entry in entries
        )
    )


def explanation(code: str, lang: str) -> str:
    """What a code means, why it matters, what to do, and a wrong and a right example."""
    entry = _found(code)
    title = say_or(lang, f"checks.{entry.code}.title", entry.code)
    lines = [f"{entry.code} ({say(lang, 'problems.level_' + entry.level)})", "", title, ""]
    lines.append(say_or(lang, f"checks.{entry.code}.why", ""))
    hint = what_to_do(entry, lang)
    if hint:
        lines += ["", say(lang, "problems.to_do", hint=hint)]
    for name, example in (("wrong", entry.wrong), ("right", entry.right)):
        if example:
            at = f"  ({entry.at})" if name == "wrong" and entry.at else ""
            lines += ["", say(lang, f"problems.{name}") + at]
            lines += ["    " + line for line in example.rstrip("\n").split("\n")]
    return "\n".join(lines)


def what_to_do(entry: Entry, lang: str) -> str:
    """The hint of a rule where it does not depend on the row."""
    hint = say_or(lang, f"checks.{entry.code}.message.hint", "")
    return "" if "{" in hint else hint


def all_codes(lang: str) -> str:
    """One line per code: level, code, title."""
    entries = list(catalogue().values())
    wide = max((len(entry.code) for entry in entries), default=0)
    lines = []
    for level in ("error", "warning", "note"):
        of_level = [entry for entry in entries if entry.level == level]
        if of_level:
            lines += ["", say(lang, f"problems.level_{level}")]
            lines += [f"  {e.code:<{wide}}  {say_or(lang, f'checks.{e.code}.title', '')}" for e in of_level]
    return "\n".join([*lines, "", say(lang, "problems.explain_one")]).lstrip("\n")
