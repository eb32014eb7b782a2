"""A fact cannot be known before it is true: a plan is known, the payment is not.

Wrong: a payment of October 2026 that was published in July 2026.
Right: the event of July is `announced` or `signed`; the payment gets its own event when it is made.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import PAID, finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "known-before-true"
LEVEL: Level = "error"
AT = "events.csv:2:50"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,softbank,openai,equity,30000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url,known_on
round,1,2026-10-01,paid_part,1,https://a.example,2026-07-01
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,softbank,openai,equity,30000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url,known_on
round,1,2026-10-01,paid_part,1,https://a.example,2026-10-02
"""


def find(case: Case) -> Iterator[Problem]:
    """Events and stakes whose day of publication lies wholly before the day on which they hold."""
    for event in case.events:
        if event.known_on.last < event.date.first:
            level: Level = LEVEL if event.status in PAID else "warning"
            yield finding(
                CODE, level, event, "known_on", found=event.known_on.text, expected=f">= {event.date.text}",
                what=event.status,
            )  # fmt: skip
    for stake in case.stakes:
        if stake.known_on and stake.known_on.last < stake.as_of.first:
            yield finding(
                CODE, "warning", stake, "known_on", found=stake.known_on.text, expected=f">= {stake.as_of.text}",
                what="stake",
            )  # fmt: skip
