"""A letter of intent and the deal that came instead of it must not both count.

Wrong: an open 100bn letter and a signed 30bn between the same two, with nothing that joins them.
Right: the 30bn says `replaces = letter:1`, or the letter has an event that ends it.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import (
    BOUND,
    ENDED,
    FINANCE,
    PAID,
    TALKED,
    TRADE,
    are_linked,
    events_by_leg,
    finding,
    legs_by_pair,
)  # fmt: skip
from kanryu.case.records import Case, Leg
from kanryu.core.problems import Level, Problem

CODE = "letter-beside-replacement"
LEVEL: Level = "warning"
AT = "deals.csv:2:1"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd
letter,1,nvidia,openai,equity,total,100000000000
round,1,nvidia,openai,equity,total,30000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url
letter,1,2025-09-22,loi,,https://example.org/letter
round,1,2026-02-27,signed,,https://example.org/round
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd,replaces
letter,1,nvidia,openai,equity,total,100000000000,
round,1,nvidia,openai,equity,total,30000000000,letter:1
events.csv
deal_id,leg,date,status,amount_usd,source_url
letter,1,2025-09-22,loi,,https://example.org/letter
round,1,2026-02-27,signed,,https://example.org/round
"""


def _family(leg: Leg) -> str:
    return "finance" if leg.instrument in FINANCE else "trade" if leg.instrument in TRADE else leg.instrument


def find(case: Case) -> Iterator[Problem]:
    """Open letters with a later binding leg of the same kind between the same two, and no link."""
    legs = {leg.key: leg for leg in case.legs}
    events = events_by_leg(case)
    for group in legs_by_pair(case).values():
        for letter in group:
            history = events.get(letter.key, [])
            letters = [e for e in history if e.status == "loi"]
            if not letters or any(e.status in BOUND - {"amended"} | PAID | ENDED for e in history):
                continue
            for other in group:
                bound = [e for e in events.get(other.key, []) if e.status in (BOUND - {"amended"}) | PAID]
                later = [e for e in bound if e.date.last >= letters[0].date.first]
                if (
                    other.key != letter.key
                    and later
                    and not any(e.status in TALKED and e.date.last < letters[0].date.first for e in later)
                    and _family(other) == _family(letter)
                    and not are_linked(letter, other, legs)
                ):
                    yield finding(CODE, LEVEL, letter, "deal_id", related=[other], found=letter.key, other=other.key)
                    break
