"""A deal of 1687 or of 2190 is a typing error.

Wrong: an event in 2205 or in 1625.
Right: 2025.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding
from kanryu.case.records import Case
from kanryu.core.dates import PartialDate
from kanryu.core.problems import Level, Problem

CODE = "date-absurd"
LEVEL: Level = "warning"
AT = "events.csv:2:9"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,nvidia,openai,equity,30000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,1,1625-02-27,signed,30000000000,https://example.org/round
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,nvidia,openai,equity,30000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,1,2025-02-27,signed,30000000000,https://example.org/round
"""
EARLIEST, LATEST_EVENT, LATEST_END = 1700, 2060, 2150


def find(case: Case) -> Iterator[Problem]:
    """Dates outside what a case can mean, and legs of more than a hundred years."""
    for leg in case.legs:
        for field, day in (("start", leg.start), ("end", leg.end)):
            if day and not EARLIEST <= day.first.year <= LATEST_END:
                yield _absurd(leg, field, day)
        if leg.start and leg.end and leg.end.first.year - leg.start.first.year > 100:
            yield finding(CODE, LEVEL, leg, "end", variant="long", found=f"{leg.start} - {leg.end}")
    for event in case.events:
        for field, day in (("date", event.date), ("known_on", event.known_on), ("source_date", event.source.date)):
            if day and not EARLIEST <= day.first.year <= LATEST_EVENT:
                yield _absurd(event, field, day)
                break
    for stake in case.stakes:
        if not EARLIEST <= stake.as_of.first.year <= LATEST_EVENT:
            yield _absurd(stake, "as_of", stake.as_of)


def _absurd(record: object, field: str, day: PartialDate) -> Problem:
    return finding(CODE, LEVEL, record, field, found=day.text, expected=f"{EARLIEST} - {LATEST_EVENT}")
