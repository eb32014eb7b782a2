"""One entity, one id, one row.

Wrong: two rows with the id `nvidia`.
Right: one row; other names belong in its note.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding
from kanryu.case.records import Case, Entity
from kanryu.core.problems import Level, Problem

CODE = "entity-twice"
LEVEL: Level = "error"
AT = "entities.csv:3:1"
WRONG = """entities.csv
id,name_en,name_ja,kind
nvidia,NVIDIA,エヌビディア,chip_vendor
nvidia,Nvidia Corporation,エヌビディア,chip_vendor
openai,OpenAI,OpenAI,lab
deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,nvidia,openai,equity,30000000000
"""
RIGHT = """entities.csv
id,name_en,name_ja,kind
nvidia,NVIDIA,エヌビディア,chip_vendor
openai,OpenAI,OpenAI,lab
deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,nvidia,openai,equity,30000000000
"""


def find(case: Case) -> Iterator[Problem]:
    """Rows whose id stood in an earlier row."""
    seen: dict[str, Entity] = {}
    for entity in case.entities:
        if entity.id in seen:
            yield finding(CODE, LEVEL, entity, "id", related=[seen[entity.id]], found=entity.id)
        seen.setdefault(entity.id, entity)
