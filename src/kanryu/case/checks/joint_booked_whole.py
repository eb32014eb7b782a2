"""What several agreed together is not the amount of one leg.

Wrong: the event says that 10bn are joint, and the leg has these 10bn as its own.
Right: `is_joint = yes` on the leg (10bn is then its upper limit), or the leg's own share.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding, same, size
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "joint-booked-whole"
LEVEL: Level = "error"
AT = "deals.csv:2:30"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,is_joint
round,1,thrive,openai,equity,6600000000,
events.csv
deal_id,leg,date,status,amount_usd,scope,source_url
round,1,2024-10-02,completed,6600000000,joint,https://example.org/round
"""
RIGHT = WRONG.replace("6600000000,\n", "6600000000,yes\n", 1)


def find(case: Case) -> Iterator[Problem]:
    """Legs as large as an event about them that covers more than the leg, unless marked joint."""
    legs = {leg.key: leg for leg in case.legs}
    told: set[str] = set()
    for event in case.events:
        leg = legs.get(event.key)
        if leg is None or leg.is_joint or leg.key in told or event.scope != "joint" or event.stated is not None:
            continue
        whole, own = size(event.amount), leg.amount.central
        if whole and own is not None and event.amount.basis == leg.amount.basis and same(whole, own):
            told.add(leg.key)
            yield finding(CODE, LEVEL, leg, "amount_central_usd", related=[event], found=f"{own:f}", leg=leg.key)
