"""The kind of a leg and the basis of its amount must fit each other.

Wrong: credits in kind or a share swap with basis `total`: no money moved.
Right: `in_kind` for credits and goods, `non_cash` for shares against shares.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import CASH_BASES, figures, finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "kind-and-basis"
LEVEL: Level = "error"
AT = "deals.csv:2:55"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,basis
credits,1,microsoft,openai,credits_in_kind,2000000000,total
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,basis
credits,1,microsoft,openai,credits_in_kind,2000000000,in_kind
"""
_EXPECTED = {"credits_in_kind": "in_kind", "swap_shares": "non_cash"}
_ODD = {
    ("debt", "stake_value"), ("lease", "stake_value"), ("purchase_goods", "stake_value"),
    ("purchase_service", "stake_value"), ("equity", "run_rate"), ("debt", "run_rate"), ("equity", "per_year"),
}  # fmt: skip


def find(case: Case) -> Iterator[Problem]:
    """Kinds without cash on a cash basis (error), and pairs that make no sense (warning)."""
    for leg in case.legs:
        if not figures(leg.amount):
            continue
        expected = _EXPECTED.get(leg.instrument)
        if expected and leg.amount.basis in CASH_BASES:
            yield finding(
                CODE, LEVEL, leg, "basis", found=leg.amount.basis, expected=expected, leg=leg.key, kind=leg.instrument
            )
        elif (leg.instrument, leg.amount.basis) in _ODD:
            yield finding(
                CODE, "warning", leg, "basis", variant="odd", found=leg.amount.basis, leg=leg.key, kind=leg.instrument
            )
