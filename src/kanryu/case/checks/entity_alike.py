"""Two ids that differ only in case, dashes or blanks are one company under two names.

Wrong: `openai` and `open-ai`.
Right: one of them everywhere: otherwise its loops break in two.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from kanryu.case.findings import finding
from kanryu.case.records import Case, Entity
from kanryu.core.problems import Level, Problem

CODE = "entity-alike"
LEVEL: Level = "warning"
AT = "entities.csv:4:1"
WRONG = """entities.csv
id,name_en,name_ja,kind
nvidia,NVIDIA,エヌビディア,chip_vendor
openai,OpenAI,OpenAI,lab
open-ai,OpenAI,OpenAI,lab
deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,nvidia,openai,equity,30000000000
chips,1,open-ai,nvidia,purchase_goods,
"""
RIGHT = """entities.csv
id,name_en,name_ja,kind
nvidia,NVIDIA,エヌビディア,chip_vendor
openai,OpenAI,OpenAI,lab
deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,nvidia,openai,equity,30000000000
chips,1,openai,nvidia,purchase_goods,
"""


def _core(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def find(case: Case) -> Iterator[Problem]:
    """Entities whose id or English name is, apart from letter case and marks, that of an earlier one."""
    ids: dict[str, Entity] = {}
    names: dict[str, Entity] = {}
    for entity in case.entities:
        for table, text, field in ((ids, entity.id, "id"), (names, entity.name_en, "name_en")):
            core = _core(text)
            first = table.get(core)
            if core and first is not None and first.id != entity.id:
                yield finding(CODE, LEVEL, entity, "id", related=[first], found=entity.id, expected=first.id, by=field)
                break
        for table, text in ((ids, entity.id), (names, entity.name_en)):
            table.setdefault(_core(text), entity)
