"""`replaces` and `part_of` name a leg that exists, as deal:leg.

Wrong: part_of = `cloud:9`, of which there is no row.
Right: the key of the total.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from kanryu.case.findings import finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "reference-missing"
LEVEL: Level = "error"
AT = "deals.csv:3:55"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,part_of
cloud,1,openai,coreweave,purchase_service,22400000000,
cloud,2,openai,coreweave,purchase_service,11900000000,cloud:9
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,part_of
cloud,1,openai,coreweave,purchase_service,22400000000,
cloud,2,openai,coreweave,purchase_service,11900000000,cloud:1
"""


def find(case: Case) -> Iterator[Problem]:
    """References to legs that are in no row."""
    keys = {leg.key for leg in case.legs}
    looked = 0
    for leg in case.legs:
        for field in ("replaces", "part_of"):
            key = getattr(leg, field)
            if key and key not in keys:
                looked += 1
                near = difflib.get_close_matches(key, list(keys)[:5000], n=1, cutoff=0.5) if looked < 200 else []
                yield finding(
                    CODE,
                    LEVEL,
                    leg,
                    field,
                    found=key,
                    expected=near[0] if near else "deal:leg",
                    column=field,
                    leg=leg.key,
                )
