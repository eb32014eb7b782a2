"""Nobody pays himself: money inside one company is not a flow.

Wrong: payer and payee are both `meta`.
Right: name the subsidiary as an entity of its own, or remove the row.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "self-payment"
LEVEL: Level = "error"
AT = "deals.csv:2:13"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
site,1,meta,meta,equity,1300000000
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
site,1,meta,beignet,equity,1300000000
"""


def find(case: Case) -> Iterator[Problem]:
    """Legs and stakes of an entity in itself."""
    for leg in case.legs:
        if leg.payer == leg.payee:
            yield finding(CODE, LEVEL, leg, "payee", found=leg.payee, leg=leg.key)
    for stake in case.stakes:
        if stake.owner == stake.issuer:
            yield finding(CODE, "warning", stake, "issuer", variant="stake", found=stake.issuer)
