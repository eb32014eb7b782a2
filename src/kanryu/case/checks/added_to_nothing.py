"""What is added needs something to be added to.

Wrong: the first event of a leg has `scope = added`: the amount before it is not in the case.
Right: the first contract as an event of its own, then the amount added.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import PAID, events_by_leg, finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "added-to-nothing"
LEVEL: Level = "warning"
AT = "events.csv:2:38"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
cloud,1,openai,coreweave,purchase_service,
events.csv
deal_id,leg,date,status,amount_usd,scope,source_url
cloud,1,2025-05-15,signed,4000000000,added,https://example.org/more
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
cloud,1,openai,coreweave,purchase_service,
events.csv
deal_id,leg,date,status,amount_usd,scope,source_url
cloud,1,2025-03-10,signed,11900000000,,https://example.org/first
cloud,1,2025-05-15,signed,4000000000,added,https://example.org/more
"""


def find(case: Case) -> Iterator[Problem]:
    """Events that add to a leg of which no earlier event, a payment included, says an amount."""
    legs = {leg.key for leg in case.legs}
    for key, events in events_by_leg(case).items():
        if key not in legs:
            continue
        for event in events:
            if event.amount.is_unknown:
                continue
            if event.scope == "added" and event.leg and event.status not in PAID:
                yield finding(CODE, LEVEL, event, "scope", found=event.scope, leg=key, date=event.date.text)
            break
