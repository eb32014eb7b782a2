"""A guarantee or a warrant moves no cash until it is called or exercised.

Wrong: a backstop of 6.3bn with basis total, or a `paid_part` on a warrant that nobody exercised.
Right: basis `contingent`; a payment event only when it is called, and its text says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kanryu.case.findings import CASH_BASES, PAID, figures, finding
from kanryu.case.records import NO_CASH_UNTIL_CALLED, Case
from kanryu.core.problems import Level, Problem

CODE = "promise-as-cash"
LEVEL: Level = "error"
AT = "deals.csv:2:59"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,basis
backstop,1,nvidia,coreweave,guarantee_backstop,6300000000,total
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,basis
backstop,1,nvidia,coreweave,guarantee_backstop,6300000000,contingent
"""
_CALLED = re.compile(
    r"\b(?:call(?:ed|s)?|drawn|draws?|exercis\w+|pays?|paid|honou?r\w*|vested|settled)\b|履行|行使|支払|代位", re.I
)


def find(case: Case) -> Iterator[Problem]:
    """Guarantees and warrants with a cash basis, and payments on them that no call explains."""
    legs = {leg.key: leg for leg in case.legs}
    for leg in case.legs:
        if leg.instrument not in NO_CASH_UNTIL_CALLED or leg.amount.basis not in CASH_BASES:
            continue
        if figures(leg.amount) and max(figures(leg.amount)) > 0:
            yield finding(CODE, LEVEL, leg, "basis", found=leg.amount.basis, leg=leg.key, instrument=leg.instrument)
    for event in case.events:
        owner = legs.get(event.key)
        if owner is None or owner.instrument not in NO_CASH_UNTIL_CALLED or event.status not in PAID:
            continue
        if not _CALLED.search(event.what):
            yield finding(
                CODE, LEVEL, event, "status", variant="event", related=[owner], found=event.status, leg=event.key,
                instrument=owner.instrument,
            )  # fmt: skip
