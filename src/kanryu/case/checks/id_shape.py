"""An id is short and has no blank and no colon: `deal:leg` must stay readable.

Wrong: the deal id `round: 2026`.
Right: `round-2026`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kanryu.case.findings import finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "id-shape"
LEVEL: Level = "warning"
AT = "deals.csv:2:1"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round: 2026,1,nvidia,openai,equity,30000000000
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round-2026,1,nvidia,openai,equity,30000000000
"""
_COLON = re.compile(r"[:\s]")
LONGEST = 100


def find(case: Case) -> Iterator[Problem]:
    """Ids of entities, deals and legs with a colon or a blank, or longer than a line."""
    told: set[str] = set()
    tables: tuple[tuple[tuple[Any, ...], tuple[str, ...]], ...] = (
        (case.entities, ("id",)),
        (case.legs, ("deal_id", "leg")),
    )
    for records, fields in tables:
        for record in records:
            for field in fields:
                text = getattr(record, field)
                if text not in told and (_COLON.search(text) or len(text) > LONGEST):
                    told.add(text)
                    yield finding(CODE, LEVEL, record, field, found=text[:LONGEST])
