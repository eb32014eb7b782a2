"""More cannot have been paid than the whole.

Wrong: 12bn paid on a leg of at most 10bn.
Right: correct the amount, or mark the event as another report (`is_repeat`) or a running sum (`is_cumulative`).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kanryu.case.findings import PAID, figures, finding, own_events, same
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "paid-above-total"
LEVEL: Level = "error"
AT = "events.csv:3:30"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,amount_high_usd
round,1,softbank,openai,equity,10000000000,10000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,1,2026-04-01,paid_part,6000000000,https://example.org/a
round,1,2026-07-01,paid_part,6000000000,https://example.org/b
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,amount_high_usd
round,1,softbank,openai,equity,10000000000,10000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,1,2026-04-01,paid_part,6000000000,https://example.org/a
round,1,2026-07-01,paid_part,4000000000,https://example.org/b
"""


def find(case: Case) -> Iterator[Problem]:
    """Legs whose payments add up to more than their highest figure; repeats do not count, sums replace."""
    legs = {leg.key: leg for leg in case.legs}
    for key, events in own_events(case).items():
        leg = legs.get(key)
        if leg is None or leg.amount.basis not in ("total", "in_kind", "contingent"):
            continue
        # without a high figure the amount has no ceiling, unless it is exact
        ceiling = leg.amount.high if leg.amount.high is not None else None
        if ceiling is None or not ceiling.is_finite() or ceiling < 0:
            continue
        paid = Decimal(0)
        for event in events:
            known = figures(event.amount)
            money = event.amount.basis in ("total", leg.amount.basis) and event.amount.currency == leg.amount.currency
            if event.status not in PAID or event.is_repeat or not known or not money:
                continue
            least = min(known)
            closing = event.status == "paid_full" and least >= paid
            paid = least if event.is_cumulative or closing else paid + least
            if paid > ceiling and not same(paid, ceiling):
                yield finding(
                    CODE,
                    LEVEL,
                    event,
                    "amount_usd",
                    related=[leg],
                    found=f"{paid:f}",
                    expected=f"<= {ceiling:f}",
                    leg=key,
                )
                break
