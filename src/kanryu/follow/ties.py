"""How much of the money put into companies comes from somebody who also trades with them?

The measure follows the idea of BIS Bulletin 137 on investment among AI firms: for each investment, does the investor
also sell to the company (vendor finance), buy from it (customer finance), or both? Shares are given by value and by
count, with coverage; an investment without a disclosed amount counts in the count only. The three types are read from
the legs of the case on the rung asked, so a tie that no source names is not seen: the shares are lower limits.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from kanryu.case.records import Case
from kanryu.core.money import Interval
from kanryu.core.results import Origin
from kanryu.follow.positions import Position, add_column, coverage_of, inputs_of, positions, total_of

TieKind = Literal["investor_sells", "investor_buys", "both", "none_known"]
KINDS: tuple[TieKind, ...] = ("investor_sells", "investor_buys", "both", "none_known")


class TieLine(msgspec.Struct, frozen=True):
    """One type of tie: number of investments, those with an amount, their value, and shares of all."""

    kind: TieKind
    count: int
    count_with_amount: int
    value: Interval | None
    share_by_count: float | None
    share_by_value: float | None
    keys: tuple[str, ...]


class Ties(msgspec.Struct, frozen=True):
    """Investments by the investor's other business with the company. `traded_share_*`: any of the three ties."""

    lines: tuple[TieLine, ...]
    traded_share_by_count: float | None
    traded_share_by_value: float | None
    origin: Origin


def investor_ties(
    case: Case,
    *,
    rung: Literal["talked", "bound", "paid"] = "bound",
    true_by: dt.date | None = None,
    known_by: dt.date | None = None,
) -> Ties:
    """Shares of investment in which the investor also trades with the company.

    Parameters
    ----------
    rung : {"talked", "bound", "paid"}
        The least sure rung of an investment that counts; "talked" adds open talk, "paid" counts money that moved.
    """
    every = positions(case, true_by=true_by, known_by=known_by)
    columns = {"talked": ("talked", "bound"), "bound": ("bound",), "paid": ("paid",)}[rung]
    investments = [
        p for p in every if p.group == "financing" and any(getattr(p, column) is not None for column in columns)
    ]
    trades = {(p.leg.payer, p.leg.payee) for p in every if p.group == "purchases" and p.rung != "ended"}
    members: dict[TieKind, list[Position]] = {kind: [] for kind in KINDS}
    for position in investments:
        investor, company = position.leg.payer, position.leg.payee
        sells, buys = (company, investor) in trades, (investor, company) in trades
        kind: TieKind = (
            "both" if sells and buys else "investor_sells" if sells else "investor_buys" if buys else "none_known"
        )
        members[kind].append(position)
    values = {kind: _value(chosen, every, columns) for kind, chosen in members.items()}
    whole = sum(_best(value) for value in values.values())
    count = len(investments)
    lines = tuple(
        TieLine(
            kind,
            len(members[kind]),
            sum(1 for p in members[kind] if _has_amount(p, columns)),
            values[kind],
            len(members[kind]) / count if count else None,
            _best(values[kind]) / whole if whole else None,
            tuple(p.leg.key for p in members[kind]),
        )
        for kind in KINDS
    )
    return Ties(
        lines,
        1 - lines[-1].count / count if count else None,
        1 - _best(values["none_known"]) / whole if whole else None,
        Origin(
            definition="follow.definition.ties",
            inputs={**inputs_of(case, true_by, known_by), "rung": rung},
            assumptions=("follow.assume.ties_lower_limit",),
            coverage=coverage_of(investments),
        ),
    )


def _has_amount(position: Position, columns: tuple[str, ...]) -> bool:
    amounts = [getattr(position, column) for column in columns]
    return any(amount is not None and not amount.is_unknown for amount in amounts)


def _value(chosen: list[Position], every: tuple[Position, ...], columns: tuple[str, ...]) -> Interval | None:
    found = [total_of(add_column(chosen, column, every)) for column in columns]  # type: ignore[arg-type]
    amounts = [one.amount for one in found if one is not None and one.amount is not None]
    if not amounts:
        return None
    high = None if any(a.high is None for a in amounts) else sum(a.high or 0.0 for a in amounts)
    return Interval(sum(a.low for a in amounts), sum(a.central or a.low for a in amounts), high)


def _best(value: Interval | None) -> float:
    return 0.0 if value is None else value.central if value.central is not None else value.low
