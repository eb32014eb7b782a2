"""A deal climbs: talked about, bound, paid.

Wrong: a letter of intent after the contract was signed; a signature after everything was paid.
Right: the events in the order in which they happened, or a new leg for new money.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding, own_events
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "status-order"
LEVEL: Level = "warning"
AT = "events.csv:3:20"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,nvidia,openai,equity,30000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,1,2026-02-27,signed,30000000000,https://example.org/a
round,1,2026-06-01,loi,30000000000,https://example.org/b
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,nvidia,openai,equity,30000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,1,2025-09-22,loi,30000000000,https://example.org/b
round,1,2026-02-27,signed,30000000000,https://example.org/a
"""
_AFTER = {
    "loi": frozenset({"signed", "completed", "paid_part", "paid_full"}),
    "signed": frozenset({"completed", "paid_full"}),
    "paid_part": frozenset({"paid_full"}),
}


def find(case: Case) -> Iterator[Problem]:
    """Events that step down from what the leg had already reached on an earlier day."""
    for key, events in own_events(case).items():
        for place, event in enumerate(events):
            higher = _AFTER.get(event.status)
            if higher is None or event.is_repeat:
                continue
            before = next((e for e in events[:place] if e.status in higher and e.date.last < event.date.first), None)
            if before is not None:
                yield finding(
                    CODE, LEVEL, event, "status", related=[before], found=event.status, expected=before.status, leg=key,
                    date=before.date.text,
                )  # fmt: skip
