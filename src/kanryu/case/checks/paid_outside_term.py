"""A payment before the leg begins, or before anybody agreed to it, has a wrong date somewhere.

Wrong: paid in 2023 on a leg that starts in 2025.
Right: the leg starts when its first money moved.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import PAID, finding, own_events
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "paid-outside-term"
LEVEL: Level = "warning"
AT = "events.csv:2:9"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,start
round,1,nvidia,openai,equity,30000000000,2025-06
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,1,2023-02-27,paid_part,10000000000,https://example.org/round
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,start
round,1,nvidia,openai,equity,30000000000,2023-02
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,1,2023-02-27,paid_part,10000000000,https://example.org/round
"""


def find(case: Case) -> Iterator[Problem]:
    """Payments wholly before the first day of their leg."""
    legs = {leg.key: leg for leg in case.legs}
    for key, events in own_events(case).items():
        leg = legs.get(key)
        if leg is None or leg.start is None:
            continue
        for event in events:
            if event.status in PAID and event.date.last < leg.start.first:
                yield finding(
                    CODE, LEVEL, event, "date", related=[leg], found=event.date.text, expected=f">= {leg.start.text}",
                    leg=key,
                )  # fmt: skip
