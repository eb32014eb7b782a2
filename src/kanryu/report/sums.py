"""Sums of one column as text: the plain total first, other kinds of money beside it, never added."""

from __future__ import annotations

from collections.abc import Sequence

from kanryu.core.words import say
from kanryu.follow.positions import Sum
from kanryu.report import numbers


def sums(found: Sequence[Sum], lang: str) -> str:
    """The sums of one column; "-" where there is no leg, "not disclosed" where no leg has an amount."""
    if not found:
        return "-"
    parts = []
    for one in found:
        text = say(lang, "numbers.unknown") if one.amount is None else numbers.interval(one.amount, lang, one.currency)
        if one.basis != "total" and one.amount is not None:
            text = say(lang, "numbers.with_basis", value=text, basis=say(lang, f"numbers.basis.{one.basis}"))
        if text not in parts:
            parts.append(text)
    unknown = say(lang, "numbers.unknown")
    if len(parts) > 1 and unknown in parts:
        parts.remove(unknown)
    return say(lang, "numbers.beside").join(parts)


def without_amount(found: Sequence[Sum]) -> int:
    """How many legs of the column have no amount."""
    return sum(one.legs_without_amount for one in found)


def legs(found: Sequence[Sum]) -> int:
    """How many legs stand in the column."""
    return sum(one.legs for one in found)
