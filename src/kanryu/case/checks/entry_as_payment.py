"""An accounting entry is not a payment: gains, write-downs and accruals move no money.

Wrong: a payment event whose amount is a run rate, a non-cash entry or something contingent.
Right: the entry as a figure; the payment with the cash that moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kanryu.case.findings import CASH_BASES, PAID, figures, finding, words_of
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "entry-as-payment"
LEVEL: Level = "error"
AT = "events.csv:2:20"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
cloud,1,openai,azure,purchase_service,13500000000
events.csv
deal_id,leg,date,status,amount_usd,basis,source_url
cloud,1,2025-06-30,paid_part,13500000000,non_cash,https://example.org/a
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
cloud,1,openai,azure,purchase_service,13500000000
events.csv
deal_id,leg,date,status,amount_usd,basis,source_url
cloud,1,2025-06-30,paid_part,8650000000,total,https://example.org/a
"""
_ENTRY = re.compile(
    r"\b(?:gains? (?:on|from) (?:re)?measurement|remeasurement|impairment|write-?(?:down|up)|accrual|accrued"
    r"|book (?:gain|entry)|equity[- ]method|deferred revenue|backlog|remaining performance obligations?)\b"
    r"|減損|評価(?:益|損)|未払計上|会計上の|持分法|受注残",
    re.I,
)


def find(case: Case) -> Iterator[Problem]:
    """Payment events on a basis that is no cash, and legs whose own words call the amount an entry."""
    for event in case.events:
        if event.status in PAID and event.amount.basis in ("non_cash", "run_rate") and figures(event.amount):
            yield finding(CODE, LEVEL, event, "status", found=event.amount.basis, leg=event.key)
    for leg in case.legs:
        if leg.amount.basis not in CASH_BASES or not figures(leg.amount):
            continue
        said = _ENTRY.search(words_of(leg))
        if said:
            yield finding(CODE, "warning", leg, "basis", variant="words", found=said.group(0), leg=leg.key)
