"""Exact helpers: pro-rata in fractions, and the lowest intermediate balance rule of the law of trusts."""

from __future__ import annotations

from fractions import Fraction

from kanryu.flows.ledger import Ledger
from kanryu.follow.trace_rows import Rows, check_amounts


def pro_rata_exact(rows: Rows) -> list[Fraction]:
    """Tagged part of every row under pro-rata, without rounding; slow, for small ledgers and tests.

    Source
    ------
    Definitions section 4: x = q Y / B.
    """
    balance = [Fraction(int(b)) for b in rows.opening]
    tagged = [Fraction(0)] * len(balance)
    parts: list[Fraction] = []
    for payer, receiver, amount, tag in zip(
        rows.src.tolist(), rows.dst.tolist(), rows.amount.tolist(), rows.tag.tolist()
    ):
        held = max(balance[payer], Fraction(amount))
        if payer == rows.account:
            part = Fraction(amount if tag else 0)
        else:
            part = amount * tagged[payer] / held
            tagged[payer] -= part
        balance[payer] = held - amount
        balance[receiver] += amount
        if receiver != rows.account:
            tagged[receiver] += part
        parts.append(part)
    return parts


def lowest_intermediate_balance(ledger: Ledger, mixed: str, claimant: str) -> float:
    """What the claimant can still claim from one mixed account, in units of the ledger.

    The claim grows with what the claimant pays in and can never exceed the lowest balance since: later deposits of
    others do not revive it. After every withdrawal, claim <- min(claim, balance).

    Source
    ------
    Definitions section 4, "LIBR in law"; oracle 9.
    """
    check_amounts(ledger)
    account, owner = ledger.account(mixed), ledger.account(claimant)
    balance = int(ledger.opening[account]) if ledger.opening is not None else 0
    claim = 0
    for payer, receiver, amount in zip(ledger.src.tolist(), ledger.dst.tolist(), ledger.amount.tolist()):
        if payer == receiver:
            continue
        if receiver == account:
            balance += amount
            if payer == owner:
                claim += amount
        elif payer == account:
            balance = max(balance - amount, 0)
            claim = min(claim, balance)
    return ledger.in_units(claim)
