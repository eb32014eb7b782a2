"""The same event twice in the table would be two payments.

Wrong: one payment of 10bn in two equal rows.
Right: one row; another report of it says `is_repeat = yes`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import PAID, figures, finding
from kanryu.case.records import Case, Event
from kanryu.core.problems import Level, Problem

CODE = "event-twice"
LEVEL: Level = "warning"
AT = "events.csv:3:1"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,softbank,openai,equity,30000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,1,2026-04-01,paid_part,10000000000,https://example.org/a
round,1,2026-04-01,paid_part,10000000000,https://example.org/b
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,softbank,openai,equity,30000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url,is_repeat
round,1,2026-04-01,paid_part,10000000000,https://example.org/a,
round,1,2026-04-01,paid_part,10000000000,https://example.org/b,yes
"""


def find(case: Case) -> Iterator[Problem]:
    """Equal payments on one day that are not marked as repeats, and rows that are equal down to their source."""
    paid: dict[tuple[object, ...], Event] = {}
    rows: dict[tuple[object, ...], Event] = {}
    for event in case.events:
        row = (event.deal_id, event.leg, event.date.text, event.status, event.amount, event.source.url, event.what)
        first = rows.setdefault(row, event)
        if first is not event:
            yield finding(CODE, LEVEL, event, "deal_id", variant="row", related=[first], found=event.key)
            continue
        if event.status in PAID and figures(event.amount) and not event.is_repeat and not event.is_cumulative:
            same_day = (event.deal_id, event.leg, event.date.text, event.status, event.amount)
            first = paid.setdefault(same_day, event)
            if first is not event:
                yield finding(CODE, LEVEL, event, "deal_id", related=[first], found=event.key)
