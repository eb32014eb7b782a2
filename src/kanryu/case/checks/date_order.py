"""The end of a leg is not before its start.

Wrong: start 2031, end 2026.
Right: start 2026, end 2031.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "date-order"
LEVEL: Level = "error"
AT = "deals.csv:2:58"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,start,end
cloud,1,openai,oracle,purchase_service,300000000000,2031,2026
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,start,end
cloud,1,openai,oracle,purchase_service,300000000000,2026,2031
"""


def find(case: Case) -> Iterator[Problem]:
    """Legs that end before they start."""
    for leg in case.legs:
        if leg.start and leg.end and leg.end.last < leg.start.first:
            yield finding(CODE, LEVEL, leg, "end", found=leg.end.text, expected=f">= {leg.start.text}", leg=leg.key)
    for event in case.events:
        if event.paid_from and event.paid_to and event.paid_to.last < event.paid_from.first:
            yield finding(
                CODE,
                LEVEL,
                event,
                "paid_to",
                found=event.paid_to.text,
                expected=f">= {event.paid_from.text}",
                leg=event.key,
            )
