"""low <= central <= high.

Wrong: a low figure above the high one, or a central figure outside both.
Right: the figures in order.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding, known
from kanryu.case.records import Case, Event, Leg
from kanryu.core.money import Amount
from kanryu.core.problems import Level, Problem

CODE = "amount-order"
LEVEL: Level = "error"
AT = "deals.csv:2:30"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_low_usd,amount_central_usd,amount_high_usd
round,1,nvidia,openai,equity,40000000000,30000000000,35000000000
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_low_usd,amount_central_usd,amount_high_usd
round,1,nvidia,openai,equity,25000000000,30000000000,35000000000
"""


def _wrong(amount: Amount) -> tuple[str, str]:
    """The field that is out of order and what it should be, or two empty texts."""
    low, central, high = amount.low, amount.central, amount.high
    if known(low) and known(high) and low is not None and high is not None and low > high:
        return "amount_low_usd", f"<= {high:f}"
    if known(low) and known(central) and low is not None and central is not None and central < low:
        return "amount_central_usd", f">= {low:f}"
    if known(high) and known(central) and high is not None and central is not None and central > high:
        return "amount_central_usd", f"<= {high:f}"
    return "", ""


def find(case: Case) -> Iterator[Problem]:
    """Amounts of legs and events whose three figures are out of order."""
    records: tuple[Leg | Event, ...] = (*case.legs, *case.events)
    for record in records:
        field, expected = _wrong(record.amount)
        if field:
            shown = " / ".join("-" if x is None else f"{x:f}" for x in (
                record.amount.low, record.amount.central, record.amount.high))  # fmt: skip
            yield finding(CODE, LEVEL, record, field, found=shown, expected=expected)
