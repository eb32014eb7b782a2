"""The leg's own share cannot be more than what the source states for all of them together.

Wrong: 8bn of a round of 6.6bn.
Right: 1.3bn of a round of 6.6bn.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding, same, size
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "own-above-stated"
LEVEL: Level = "error"
AT = "events.csv:2:47"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,thrive,openai,equity,
events.csv
deal_id,leg,date,status,amount_usd,scope,own_amount_usd,source_url
round,1,2024-10-02,completed,6600000000,joint,8000000000,https://example.org/round
"""
RIGHT = WRONG.replace("8000000000", "1300000000")


def find(case: Case) -> Iterator[Problem]:
    """Events whose own amount is larger than the highest figure of the amount stated."""
    for event in case.events:
        if event.stated is None or event.stated.basis != event.amount.basis:
            continue
        own, whole = size(event.amount), event.stated.ceiling or size(event.stated)
        if own is not None and whole is not None and own > whole and not same(own, whole):
            yield finding(
                CODE, LEVEL, event, "own_amount_usd", found=f"{own:f}", expected=f"<= {whole:f}", leg=event.key
            )
