"""Every payer, payee, owner and issuer stands in the table of entities.

Wrong: a leg paid by `nvidea`, of which no entity is known.
Right: `nvidia`, as in entities.csv.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from kanryu.case.findings import finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "entity-unknown"
LEVEL: Level = "error"
AT = "deals.csv:2:9"
WRONG = """entities.csv
id,name_en,name_ja,kind
nvidia,NVIDIA,エヌビディア,chip_vendor
openai,OpenAI,OpenAI,lab
deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd
round,1,nvidea,openai,equity,total,30000000000
"""
RIGHT = """entities.csv
id,name_en,name_ja,kind
nvidia,NVIDIA,エヌビディア,chip_vendor
openai,OpenAI,OpenAI,lab
deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd
round,1,nvidia,openai,equity,total,30000000000
"""


def find(case: Case) -> Iterator[Problem]:
    """Names without an entity; near ids are suggested."""
    ids = {entity.id for entity in case.entities}
    near: dict[str, str] = {}
    tables: tuple[tuple[tuple[Any, ...], tuple[str, ...]], ...] = (
        (case.legs, ("payer", "payee")),
        (case.stakes, ("owner", "issuer")),
        (case.figures, ("entity",)),
    )
    for records, fields in tables:
        for record in records:
            for field in fields:
                name = getattr(record, field)
                if name in ids:
                    continue
                if name not in near:
                    close = (
                        difflib.get_close_matches(name, list(ids)[:5000], n=1, cutoff=0.6) if len(near) < 200 else []
                    )
                    near[name] = close[0] if close else ""
                variant = "near" if near[name] else "message"
                yield finding(CODE, LEVEL, record, field, variant=variant, found=name, expected=near[name])
