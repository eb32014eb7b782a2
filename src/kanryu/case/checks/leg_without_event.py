"""A leg without any event has no date, no source and no rung.

Wrong: a deal without a line in events.csv.
Right: at least the event by which it became known.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import events_by_leg, finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "leg-without-event"
LEVEL: Level = "warning"
AT = "deals.csv:3:1"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd
round,1,nvidia,openai,equity,total,30000000000
chips,1,openai,nvidia,purchase_goods,total,
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,1,2026-02-27,signed,,https://example.org/round
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd
round,1,nvidia,openai,equity,total,30000000000
chips,1,openai,nvidia,purchase_goods,total,
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,1,2026-02-27,signed,,https://example.org/round
chips,1,2026-02-27,announced,,https://example.org/round
"""


def find(case: Case) -> Iterator[Problem]:
    """Legs of which no event is listed, neither their own nor their deal's."""
    events = events_by_leg(case)
    for leg in case.legs:
        if not events.get(leg.key):
            yield finding(CODE, LEVEL, leg, "deal_id", found=leg.key)
