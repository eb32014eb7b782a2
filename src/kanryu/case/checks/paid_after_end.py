"""Money that moves after a deal was cancelled belongs to another deal.

Wrong: cancelled in March, paid in June.
Right: a new leg (with `replaces`), or the cancellation corrected.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import BOUND, PAID, finding, own_events
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "paid-after-end"
LEVEL: Level = "error"
AT = "events.csv:3:20"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,disney,openai,equity,1000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,1,2026-03-24,cancelled,,https://example.org/a
round,1,2026-06-01,paid_full,1000000000,https://example.org/b
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,disney,openai,equity,1000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,1,2026-03-24,paid_full,1000000000,https://example.org/a
"""
_OVER = frozenset({"cancelled", "lapsed", "replaced"})  # a defaulted debt can still be paid in part


def find(case: Case) -> Iterator[Problem]:
    """Payments (error) and new contracts (warning) after a leg had ended."""
    for key, events in own_events(case).items():
        end = None
        for event in events:
            if event.status in _OVER:
                end = end or event
            elif end is not None and event.date.first > end.date.last and not event.is_repeat:
                if event.status in PAID:
                    yield finding(CODE, LEVEL, event, "status", related=[end], found=event.status, leg=key,
                                  end=end.status, date=end.date.text)  # fmt: skip
                elif event.status in BOUND:
                    yield finding(CODE, "warning", event, "status", variant="bound", related=[end], found=event.status,
                                  leg=key, end=end.status, date=end.date.text)  # fmt: skip
