"""An entity that appears in nothing is harmless, but often a misspelt id elsewhere.

Wrong: `amd` among the entities and in no deal, stake or figure.
Right: remove it, or find the row that meant it.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "entity-unused"
LEVEL: Level = "note"
AT = "entities.csv:4:1"
WRONG = """entities.csv
id,name_en,name_ja,kind
nvidia,NVIDIA,エヌビディア,chip_vendor
openai,OpenAI,OpenAI,lab
amd,AMD,AMD,chip_vendor
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
    """Entities in no leg, stake, figure or series."""
    used = {name for leg in case.legs for name in (leg.payer, leg.payee)}
    used |= {name for stake in case.stakes for name in (stake.owner, stake.issuer)}
    used |= {figure.entity for figure in (*case.figures, *case.series)}
    for entity in case.entities:
        if entity.id not in used:
            yield finding(CODE, LEVEL, entity, "id", found=entity.id)
