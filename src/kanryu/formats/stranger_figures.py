"""Rows of a stranger's table that are no deals: holdings for `stakes.csv`, reported figures for `figures.csv`.

What a holding is worth is a figure about its owner. It is kept, and it is never a payment.
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation

from kanryu.case.records import Figure, Source, Stake
from kanryu.core.dates import PartialDate
from kanryu.core.money import Amount
from kanryu.formats.stranger_values import UNKNOWN, Unclear


def stake_of(
    cells: dict[str, str], owner: str, issuer: str, date: PartialDate, known_on: PartialDate, source: Source
) -> Stake:
    """A holding as of a day.

    Parameters
    ----------
    cells : "pct" (7, 7% or 7.5 percent) and "shares" as written; one of them may be empty

    Raises
    ------
    Unclear
        Neither a percentage nor a number of shares, or more than 100 percent.
    """
    pct = _number(cells.get("pct", ""), "pct")
    shares = _number(cells.get("shares", ""), "shares")
    if pct is None and shares is None:
        raise Unclear("import-missing", "imports.stake_size", role="pct", found="")
    if pct is not None and pct > 100:
        raise Unclear("import-amount", "imports.stake_unclear", role="pct", found=cells["pct"])
    return Stake(owner, issuer, date, source, pct=pct, shares=shares, known_on=known_on)


def _number(text: str, role: str) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or plain.lower() in UNKNOWN:
        return None
    digits = plain.lower().removesuffix("percent").removesuffix("%") if role == "pct" else plain.replace(",", "")
    try:
        value = Decimal(digits.strip())
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or value < 0 or value > Decimal(10) ** 15:
        raise Unclear("import-amount", "imports.stake_unclear", role=role, found=text)
    return value


def figure_of(
    entity: str, metric: str, money: Amount, date: PartialDate, known_on: PartialDate, source: Source, note: str
) -> Figure:
    """A reported figure in the case's currency; a range or an undisclosed amount keeps its words, not a number."""
    value = money.central
    text = ""
    if value is None:
        ends = [f"{x:f}" for x in (money.low, money.high) if x is not None]
        text = " to ".join(ends) if len(ends) == 2 else "not disclosed" if not ends else f"limit {ends[0]}"
    unit = money.currency if value is not None else "text"
    return Figure(entity, metric, str(date), unit, source, value=value, text=text, known_on=known_on, note=note)
