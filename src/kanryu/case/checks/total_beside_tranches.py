"""A total and its tranches are the same money.

Wrong: a contract of 22.4bn and, beside it, its three parts of 11.9, 4 and 6.5bn.
Right: each part says `part_of = contract:1`, so that the money counts once.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from decimal import Decimal

from kanryu.case.findings import CASH_BASES, are_linked, finding, legs_by_pair, same, size
from kanryu.case.records import Case, Leg
from kanryu.core.problems import Level, Problem

CODE = "total-beside-tranches"
LEVEL: Level = "error"
AT = "deals.csv:2:49"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd
cloud,1,openai,coreweave,purchase_service,total,22400000000
cloud,2,openai,coreweave,purchase_service,total,11900000000
cloud,3,openai,coreweave,purchase_service,total,4000000000
cloud,4,openai,coreweave,purchase_service,total,6500000000
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd,part_of
cloud,1,openai,coreweave,purchase_service,total,22400000000,
cloud,2,openai,coreweave,purchase_service,total,11900000000,cloud:1
cloud,3,openai,coreweave,purchase_service,total,4000000000,cloud:1
cloud,4,openai,coreweave,purchase_service,total,6500000000,cloud:1
"""
_MOST = 9  # subsets of more parts than this are not tried: chance alone would find sums
_EXACT = Decimal("0.0005")


def find(case: Case) -> Iterator[Problem]:
    """Legs of one pair and kind whose amount is the sum of others that are not linked to it."""
    legs = {leg.key: leg for leg in case.legs}
    for group in legs_by_pair(case).values():
        alike: dict[tuple[str, str, str], list[Leg]] = {}
        for leg in group:
            amount = size(leg.amount)
            if amount and amount > 0 and leg.amount.basis in CASH_BASES:
                alike.setdefault((leg.instrument, leg.amount.basis, leg.amount.currency), []).append(leg)
        for family in alike.values():
            for total in family:
                parts = _parts(total, family, legs)
                if parts:
                    level: Level = LEVEL if all(part.deal_id == total.deal_id for part in parts) else "warning"
                    yield finding(
                        CODE, level, total, "amount_central_usd", related=parts, found=f"{size(total.amount):f}",
                        leg=total.key, parts=", ".join(part.key for part in parts[:6]),
                    )  # fmt: skip


def _parts(total: Leg, family: list[Leg], legs: dict[str, Leg]) -> list[Leg]:
    amount = size(total.amount) or Decimal(0)
    others = [o for o in family if o is not total and (size(o.amount) or 0) < amount]
    if len(others) > 200:
        return []
    others = [other for other in others if not are_linked(total, other, legs)]
    if len(others) < 2:
        return []
    choices: Iterator[tuple[Leg, ...]] = iter([tuple(others)])
    if len(others) <= _MOST:
        choices = itertools.chain.from_iterable(itertools.combinations(others, n) for n in range(len(others), 1, -1))
    for choice in choices:
        if same(amount, sum((size(o.amount) or Decimal(0) for o in choice), Decimal(0)), _EXACT):
            return list(choice)
    return []
