"""Every role that one company has towards another (A3): shareholder, lender, supplier, customer, guarantor ...

One company can own a part of another, lend to it, sell to it, buy from it and guarantee its debts at the same time;
each is ordinary, all together are what the essays point at. Firm roles rest on money bound or paid; contingent ones
move money only if something happens and are kept apart; roles that are only talked about, or ended, say so.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from kanryu.case.records import Case, Rung
from kanryu.core.errors import NotFound
from kanryu.core.money import Amount
from kanryu.core.results import Origin
from kanryu.follow.positions import Position, coverage_of, inputs_of, positions

# what an instrument makes of the payer and of the payee; a warrant goes from its issuer to its holder
ROLE_OF: dict[str, tuple[str, str]] = {
    "equity": ("shareholder", "issuer"),
    "convertible": ("convertible_holder", "issuer"),
    "debt": ("lender", "borrower"),
    "lease": ("lessee", "lessor"),
    "purchase_goods": ("customer", "supplier"),
    "purchase_service": ("customer", "supplier"),
    "revenue_share": ("revenue_sharer", "revenue_taker"),
    "credits_in_kind": ("credit_giver", "credit_user"),
    "guarantee_backstop": ("guarantor", "guaranteed"),
    "warrant": ("warrant_issuer", "warrant_holder"),
    "asset_sale": ("asset_buyer", "asset_seller"),
    "subsidy": ("subsidiser", "subsidised"),
    "swap_capacity": ("capacity_swapper", "capacity_swapper"),
    "swap_shares": ("share_swapper", "share_swapper"),
    "other": ("partner", "partner"),
}


class RoleLine(msgspec.Struct, frozen=True):
    """One role of a company towards another, from one leg or one stake.

    `is_contingent`: moves money only if something happens. `key` is the leg, or "stake:owner/issuer".
    """

    role: str
    key: str
    instrument: str
    rung: Rung
    is_contingent: bool
    amount: Amount | None
    pct: float | None = None
    as_of: str = ""


class Pair(msgspec.Struct, frozen=True):
    """Two companies and what each is to the other; `firm_roles` counts different firm roles of both."""

    a: str
    b: str
    roles_of_a: tuple[RoleLine, ...]
    roles_of_b: tuple[RoleLine, ...]
    firm_roles: int
    is_both_ways: bool


class Roles(msgspec.Struct, frozen=True):
    """Pairs of companies, those with the most different firm roles first."""

    pairs: tuple[Pair, ...]
    origin: Origin


def roles(
    case: Case,
    a: str | None = None,
    b: str | None = None,
    *,
    true_by: dt.date | None = None,
    known_by: dt.date | None = None,
) -> Roles:
    """What companies are to each other as of a day.

    Parameters
    ----------
    a, b : entity ids or None
        One pair, all pairs of one company, or all pairs of the case.

    Raises
    ------
    NotFound
        No such entity; near ids are suggested.
    """
    for name in (a, b):
        if name is not None:
            case.entity(name)
    if a is None and b is not None:
        a, b = b, None
    every = positions(case, true_by=true_by, known_by=known_by)
    lines: dict[tuple[str, str], tuple[list[RoleLine], list[RoleLine]]] = {}

    def note(holder: str, other: str, line: RoleLine) -> None:
        first, second = sorted((holder, other))
        mine, theirs = lines.setdefault((first, second), ([], []))
        (mine if holder == first else theirs).append(line)

    used = []
    for position in every:
        leg = position.leg
        if leg.payer == leg.payee or not _asked({leg.payer, leg.payee}, a, b):
            continue
        used.append(position)
        of_payer, of_payee = ROLE_OF[leg.instrument]
        note(leg.payer, leg.payee, _line(of_payer, position))
        note(leg.payee, leg.payer, _line(of_payee, position))
    for stake in case.stakes:
        known = stake.known_on or stake.as_of
        if not _asked({stake.owner, stake.issuer}, a, b) or stake.owner == stake.issuer:
            continue
        if (true_by and not stake.as_of.certainly_by(true_by)) or (known_by and not known.certainly_by(known_by)):
            continue
        pct = float(stake.pct) if stake.pct is not None else None
        key = f"stake:{stake.owner}/{stake.issuer}"
        line = RoleLine("shareholder", key, "equity", "paid", False, None, pct, str(stake.as_of))
        note(stake.owner, stake.issuer, line)
    pairs = [_pair(x, y, mine, theirs) for (x, y), (mine, theirs) in lines.items()]
    if a is not None:
        pairs = [_turned(pair) if pair.b == a else pair for pair in pairs]
    pairs.sort(key=lambda p: (-p.firm_roles, -len(p.roles_of_a) - len(p.roles_of_b), p.a, p.b))
    if a is not None and b is not None and not pairs:
        raise NotFound(key="follow.pair_unknown", a=a, b=b, case=case.id)
    return Roles(
        tuple(pairs),
        Origin(
            definition="follow.definition.roles",
            inputs={**inputs_of(case, true_by, known_by), "a": a, "b": b},
            coverage=coverage_of(used),
        ),
    )


def _asked(parties: set[str], a: str | None, b: str | None) -> bool:
    return (a is None or a in parties) and (b is None or b in parties)


def _line(role: str, position: Position) -> RoleLine:
    leg = position.leg
    amount = next((x for x in (position.bound, position.talked, position.ended, position.paid) if x is not None), None)
    contingent = position.group == "contingent" or bool(leg.is_contingent)
    return RoleLine(role, leg.key, leg.instrument, position.rung, contingent, amount)


def _firm(lines: list[RoleLine] | tuple[RoleLine, ...]) -> set[str]:
    return {line.role for line in lines if line.rung in ("bound", "paid") and not line.is_contingent}


_GIVES = {"shareholder", "convertible_holder", "lender", "credit_giver", "guarantor"}
_TRADES = {"customer", "supplier", "lessee", "lessor"}


def _pair(a: str, b: str, mine: list[RoleLine], theirs: list[RoleLine]) -> Pair:
    # each leg gives a role to both sides; what counts is how many different ties there are
    ties = {(line.role, "a") for line in mine if line.role in _firm(mine) and line.role not in _MIRRORED}
    ties |= {(line.role, "b") for line in theirs if line.role in _firm(theirs) and line.role not in _MIRRORED}
    both = any(line.role in _GIVES for line in [*mine, *theirs]) and any(
        line.role in _TRADES for line in [*mine, *theirs]
    )
    order = {"paid": 0, "bound": 1, "talked": 2, "ended": 3}
    mine.sort(key=lambda line: (order[line.rung], line.role, line.key))
    theirs.sort(key=lambda line: (order[line.rung], line.role, line.key))
    return Pair(a, b, tuple(mine), tuple(theirs), len(ties), both)


# the other end of a tie that the first end already names
_MIRRORED = {
    "issuer",
    "borrower",
    "lessor",
    "supplier",
    "revenue_taker",
    "credit_user",
    "guaranteed",
    "warrant_holder",
    "asset_seller",
    "subsidised",
}


def _turned(pair: Pair) -> Pair:
    return Pair(pair.b, pair.a, pair.roles_of_b, pair.roles_of_a, pair.firm_roles, pair.is_both_ways)
