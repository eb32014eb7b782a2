"""Money runs from payer to payee; a negative amount is the opposite leg.

Wrong: -5000000 for a refund.
Right: a leg from the former payee to the former payer with 5000000.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding, known
from kanryu.case.records import Case, Event, Leg
from kanryu.core.problems import Level, Problem

CODE = "amount-negative"
LEVEL: Level = "error"
AT = "deals.csv:2:25"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
refund,1,amd,meta,other,-5000000
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
refund,1,meta,amd,other,5000000
"""


def find(case: Case) -> Iterator[Problem]:
    """Legs and events with a figure below zero."""
    records: tuple[Leg | Event, ...] = (*case.legs, *case.events)
    for record in records:
        amount = record.amount
        for part, value in (("low", amount.low), ("central", amount.central), ("high", amount.high)):
            if value is not None and known(value) and value < 0:
                field = "amount_usd" if isinstance(record, Event) else f"amount_{part}_usd"
                yield finding(CODE, LEVEL, record, field, found=f"{value:f}")
                break
