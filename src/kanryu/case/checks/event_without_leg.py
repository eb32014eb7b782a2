"""An event belongs to a leg that exists.

Wrong: a payment on leg 2 of a deal that has only leg 1.
Right: the event on leg 1, or the missing leg added.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "event-without-leg"
LEVEL: Level = "error"
AT = "events.csv:2:7"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd
round,1,nvidia,openai,equity,total,30000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,2,2026-03-31,paid_part,1000000000,https://example.org/round
round,1,2026-02-27,signed,,https://example.org/round
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd
round,1,nvidia,openai,equity,total,30000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,1,2026-03-31,paid_part,1000000000,https://example.org/round
round,1,2026-02-27,signed,,https://example.org/round
"""


def find(case: Case) -> Iterator[Problem]:
    """Events whose deal, or whose leg of the deal, is in no row of the deals."""
    legs_of: dict[str, list[str]] = {}
    for leg in case.legs:
        legs_of.setdefault(leg.deal_id, []).append(leg.leg)
    for event in case.events:
        if event.deal_id not in legs_of:
            yield finding(CODE, LEVEL, event, "deal_id", variant="deal", found=event.deal_id)
        elif event.leg and event.leg not in legs_of[event.deal_id]:
            legs = ", ".join(legs_of[event.deal_id][:10])
            yield finding(CODE, LEVEL, event, "leg", found=event.leg, expected=legs, deal=event.deal_id)
