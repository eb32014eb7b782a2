"""A problem is something wrong in the user's facts: collected in one pass, never raised.

Each has a code (one file in `case/checks` explains it), a level, the exact place, what was found, what was
expected and one thing to do, in English and Japanese.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Literal

import msgspec

Level = Literal["error", "warning", "note"]


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where in the user's input: line and column count from 1, columns in characters.

    `sheet` and `cell` replace line and column in a workbook; `path` is a JSON path for records without a file.
    """

    file: str = ""
    line: int = 0
    column: int = 0
    sheet: str = ""
    cell: str = ""
    path: str = ""

    def __str__(self) -> str:
        if self.sheet:
            return f"{self.file}:{self.sheet}!{self.cell}" if self.cell else f"{self.file}:{self.sheet}"
        if self.line:
            return f"{self.file}:{self.line}:{max(self.column, 1)}"
        return self.file or self.path or "-"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing wrong with the facts.

    `found` and `expected` are short values for machines; `message` and `hint` are whole sentences by language.
    """

    code: str
    level: Level
    where: Place
    message: dict[str, str]
    hint: dict[str, str] = {}
    found: str = ""
    expected: str = ""
    line_text: str = ""
    related: tuple[Place, ...] = ()

    def text(self, lang: str = "en") -> str:
        """`file:line:column: level[code]: message`, then the line itself and what to do."""
        head = f"{self.where}: {self.level}[{self.code}]: {self.message.get(lang, self.message.get('en', ''))}"
        lines = [visible(head)]
        if self.line_text and self.where.line:
            label = f"{self.where.line:>5} | "
            shown, shift = self.line_text, max(self.where.column, 1) - 1
            if len(shown) > 160:  # a long row: show the part around the column
                start = max(0, shift - 60)
                shown, shift = shown[start : start + 160], shift - start
            padding = "".join("\u3000" if is_wide(character) else " " for character in shown[:shift])
            lines += [label + visible(shown), " " * 5 + " | " + padding + "^"]
        hint = self.hint.get(lang, self.hint.get("en", ""))
        if hint:
            lines.append(f"   {visible(hint)}")
        return "\n".join(lines)


def visible(text: str) -> str:
    """The text with control and direction characters shown as a dot: a file must not steer the reader's terminal."""
    return "".join(" " if c == "\t" else "\u00b7" if unicodedata.category(c) in _UNSEEN else c for c in text)


def is_wide(character: str) -> bool:
    """Whether a terminal gives the character two columns (Japanese and the like)."""
    return unicodedata.east_asian_width(character) in "WF"


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


_TOLD: ContextVar[list[Problem] | None] = ContextVar("problems told while reading", default=None)


def collect_told() -> list[Problem]:
    """Start to collect what readers tell from here on in this context; the list fills as they read."""
    told: list[Problem] = []
    _TOLD.set(told)
    return told


def tell(problems: Iterable[Problem]) -> None:
    """Hand on the problems met while reading facts, so that no answer from them hides what was not usable."""
    told = _TOLD.get()
    if told is not None:
        told.extend(problem for problem in problems if problem not in told)


def worst(problems: tuple[Problem, ...] | list[Problem]) -> Level | None:
    """The gravest level among `problems`, or None when there are none."""
    levels = {problem.level for problem in problems}
    for level in ("error", "warning", "note"):
        if level in levels:
            return level
    return None


def problem(
    code: str,
    level: Level,
    where: Place,
    key: str,
    *,
    line_text: str = "",
    related: tuple[Place, ...] = (),
    found: object = "",
    expected: object = "",
    **values: object,
) -> Problem:
    """A problem whose sentences stand in `core/words` under `key` and `key.hint`, in every language.

    `found` and `expected` fill the sentences and are kept as short values for machines.
    """
    from kanryu.core.words import LANGUAGES, say, say_or

    found_text, expected_text = visible(str(found)[:200]), visible(str(expected)[:300])
    filled = {"found": found_text, "expected": expected_text, **values}
    hints = {lang: say_or(lang, key + ".hint", "", **filled) for lang in LANGUAGES}
    return Problem(
        code=code,
        level=level,
        where=where,
        message={lang: say(lang, key, **filled) for lang in LANGUAGES},
        hint={lang: hint for lang, hint in hints.items() if hint},
        found=found_text,
        expected=expected_text,
        line_text=line_text,
        related=related,
    )
