"""Only what was signed can be amended; an amendment of an intention counts as talk.

Wrong: a letter of intent whose terms changed, written as `amended`.
Right: another `loi` or `announced` with the new terms.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import BOUND, PAID, events_by_leg, finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "amended-unsigned"
LEVEL: Level = "note"
AT = "events.csv:3:21"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
letter,1,nvidia,openai,equity,100000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url
letter,1,2025-09-22,loi,100000000000,https://example.org/a
letter,1,2026-02-01,amended,,https://example.org/b
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
letter,1,nvidia,openai,equity,100000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url
letter,1,2025-09-22,loi,100000000000,https://example.org/a
letter,1,2026-02-01,announced,,https://example.org/b
"""


def find(case: Case) -> Iterator[Problem]:
    """Amendments of a leg that nobody had signed by then."""
    told: set[int] = set()
    for key, events in events_by_leg(case).items():
        for place, event in enumerate(events):
            if event.status != "amended" or id(event) in told:
                continue
            firm = BOUND - {"amended"} | PAID
            if any(e.status in firm for e in events[:place]) or any(
                e.status in firm and e.date.first <= event.date.last for e in events
            ):
                break
            told.add(id(event))
            yield finding(CODE, LEVEL, event, "status", found=event.status, leg=key)
            break
