"""What one cell may say: an amount, a date, a yes or no, one of a list. Bad cells become problems, never errors.

Every function returns the value or None, and None with a problem when the cell is not empty. Nothing is guessed and
nothing is rounded: a number that the program cannot hold exactly is refused aloud.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from kanryu.case.records import Due
from kanryu.core.dates import PartialDate, parse_date
from kanryu.core.errors import InputError
from kanryu.core.problems import Problem, problem
from kanryu.formats.tables import Row

LARGEST = Decimal(10) ** 15  # beyond this no deal is real, and cents no longer fit comfortably
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?([eE][+-]?\d{1,3})?\Z")
_YES, _NO = {"yes", "true", "1", "y", "はい"}, {"no", "false", "0", "n", "いいえ"}


def number(row: Row, column: str, problems: list[Problem], *, largest: Decimal = LARGEST) -> Decimal | None:
    """The exact number in a cell; None when empty, or not a number, or larger than `largest`."""
    text = row.get(column)
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-")
    if len(plain) > 60 or not _NUMBER.match(plain):
        _complain(row, column, problems, "amount-format", "formats.amount_format", text)
        return None
    mantissa, _, exponent = plain.lower().replace(",", "").partition("e")
    if exponent and abs(int(exponent)) > 18:
        _complain(row, column, problems, "amount-size", "formats.amount_size", text, largest)
        return None
    value = Decimal(mantissa).scaleb(int(exponent)) if exponent else Decimal(mantissa)
    if abs(value) > largest:
        _complain(row, column, problems, "amount-size", "formats.amount_size", text, largest)
        return None
    return value


def date(row: Row, column: str, problems: list[Problem]) -> PartialDate | None:
    """The partial date in a cell; None when empty or not a date."""
    text = row.get(column)
    if not text:
        return None
    try:
        return parse_date(text)
    except InputError as wrong:
        code = "date-impossible" if wrong.key in ("core.date_impossible", "core.date_range") else "date-format"
        problems.append(
            Problem(
                code=code,
                level="error",
                where=row.place(column),
                message={lang: f"{column}: {wrong.text(lang)}" for lang in ("en", "ja")},
                hint={lang: wrong.hint(lang) for lang in ("en", "ja") if wrong.hint(lang)},
                found=text[:200],
                expected="YYYY, YYYYH1, YYYYQ3, YYYY-MM, YYYY-MM-DD",
                line_text=row.line_text,
            )
        )
        return None


def flag(row: Row, column: str, problems: list[Problem]) -> bool | None:
    """Yes, no, or None for an empty cell (not disclosed)."""
    text = row.get(column).lower()
    if not text:
        return None
    if text in _YES:
        return True
    if text in _NO:
        return False
    _complain(row, column, problems, "flag-format", "formats.flag_format", row.get(column), "yes, no")
    return None


def choice(row: Row, column: str, allowed: Sequence[str], code: str, problems: list[Problem]) -> str | None:
    """One of `allowed` (letter case does not matter); None when empty or another word."""
    text = row.get(column)
    if not text:
        return None
    word = text.lower().replace(" ", "_").replace("-", "_") if text not in allowed else text
    if word in allowed:
        return word
    if text.upper() in allowed:
        return text.upper()
    near = difflib.get_close_matches(word, allowed, n=1, cutoff=0.6)
    problems.append(
        problem(
            code,
            "error",
            row.place(column),
            "formats.choice_near" if near else "formats.choice",
            line_text=row.line_text,
            column=column,
            found=text,
            expected=", ".join(allowed),
            near=near[0] if near else "",
        )
    )
    return None


def instalments(row: Row, column: str, problems: list[Problem]) -> tuple[Due, ...]:
    """`2026-03-31=1000; 2026Q2=500` as dated amounts; none when the cell is empty or any part is bad."""
    found: list[Due] = []
    for part in filter(None, (piece.strip() for piece in row.get(column).split(";"))):
        day, _, figure = part.partition("=")
        cell = Row({"date": day.strip(), "amount": figure.strip()}, lambda _: row.place(column), row.line_text)
        when, amount = date(cell, "date", problems), number(cell, "amount", problems)
        if when is None or amount is None:
            if not cell.get("date") or not cell.get("amount"):
                _complain(row, column, problems, "due-format", "formats.due_format", part)
            return ()
        found.append(Due(when, amount))
    return tuple(found)


def required(row: Row, column: str, problems: list[Problem]) -> str:
    """The text of a cell that must not be empty; empty with a problem when it is."""
    text = row.get(column)
    if not text:
        _complain(row, column, problems, "cell-missing", "formats.cell_missing", "")
    return text


def _complain(
    row: Row, column: str, problems: list[Problem], code: str, key: str, found: str, expected: object = ""
) -> None:
    problems.append(
        problem(
            code,
            "error",
            row.place(column),
            key,
            line_text=row.line_text,
            column=column,
            found=found,
            expected=expected,
        )
    )
