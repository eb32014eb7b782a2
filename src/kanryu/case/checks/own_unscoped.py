"""An event with an own share must say what its whole amount covers.

Wrong: 6.6bn stated, 1.3bn of it the leg's own, and no scope: a reader takes the 6.6bn for the leg.
Right: `scope = joint`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding, same, size
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "own-unscoped"
LEVEL: Level = "warning"
AT = "events.csv:2:41"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,thrive,openai,equity,
events.csv
deal_id,leg,date,status,amount_usd,scope,own_amount_usd,source_url
round,1,2024-10-02,completed,6600000000,,1300000000,https://example.org/round
"""
RIGHT = WRONG.replace(",,1300000000", ",joint,1300000000")


def find(case: Case) -> Iterator[Problem]:
    """Events with an own amount that differs from the stated one, whose scope says that the amount is the leg's."""
    for event in case.events:
        if event.stated is None or event.scope not in ("leg", "added"):
            continue
        own, whole = size(event.amount), size(event.stated)
        if own is not None and whole is not None and not same(own, whole):
            yield finding(
                CODE, LEVEL, event, "scope", found=event.scope, expected="joint", leg=event.key, own=f"{own:f}",
                whole=f"{whole:f}",
            )  # fmt: skip
