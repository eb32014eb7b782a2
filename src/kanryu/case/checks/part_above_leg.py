"""A part is smaller than the whole.

Wrong: an event with `scope = part` of 9bn on a leg of at most 5bn.
Right: a part of 2bn; or `scope = joint`, if the 9bn cover more than this leg.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding, same, size
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "part-above-leg"
LEVEL: Level = "error"
AT = "events.csv:2:27"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,amount_high_usd
chips,1,lab,maker,purchase_goods,5000000000,5000000000
events.csv
deal_id,leg,date,status,amount_usd,scope,source_url
chips,1,2025-10-02,signed,9000000000,part,https://example.org/chips
"""
RIGHT = WRONG.replace("9000000000", "2000000000")


def find(case: Case) -> Iterator[Problem]:
    """Events about a part of a leg with more than the leg's highest figure, in the same kind of money."""
    legs = {leg.key: leg for leg in case.legs}
    for event in case.events:
        leg = legs.get(event.key)
        if leg is None or event.scope != "part" or event.amount.basis != leg.amount.basis:
            continue
        part, whole = size(event.amount), leg.amount.ceiling
        if event.amount.currency != leg.amount.currency or part is None or whole is None or not whole.is_finite():
            continue
        if part > whole and not same(part, whole):
            yield finding(
                CODE,
                LEVEL,
                event,
                "amount_usd",
                related=[leg],
                found=f"{part:f}",
                expected=f"<= {whole:f}",
                leg=leg.key,
            )
