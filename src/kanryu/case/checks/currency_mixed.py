"""One case, one currency: amounts of two currencies are never added.

Wrong: a leg in EUR in a case in USD.
Right: the amount converted, with the rate and its source in `amount_note`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import figures, finding
from kanryu.case.records import Case, Event, Leg
from kanryu.core.problems import Level, Problem

CODE = "currency-mixed"
LEVEL: Level = "error"
AT = "deals.csv:2:29"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,currency,amount_central
round,1,asml,mistral,equity,EUR,1300000000
cloud,1,openai,oracle,purchase_service,USD,300000000000
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,currency,amount_central
round,1,asml,mistral,equity,USD,1500000000
cloud,1,openai,oracle,purchase_service,USD,300000000000
"""


def find(case: Case) -> Iterator[Problem]:
    """Known amounts of legs and events whose currency is not the case's."""
    records: tuple[Leg | Event, ...] = (*case.legs, *case.events)
    for record in records:
        if record.amount.currency != case.currency and figures(record.amount):
            yield finding(CODE, LEVEL, record, "currency", found=record.amount.currency or "?", expected=case.currency)
