"""Characters that nobody sees, or that look like others, make two names out of one.

Wrong: `оpenai` with a Cyrillic o, or an id with a zero-width blank or a right-to-left mark.
Right: the id typed again in plain letters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from kanryu.case.findings import finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "hidden-characters"
LEVEL: Level = "error"
AT = "entities.csv:3:1"
WRONG = """entities.csv
id,name_en,name_ja,kind
nvidia,NVIDIA,エヌビディア,chip_vendor
\u043epenai,OpenAI,OpenAI,lab
deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,nvidia,\u043epenai,equity,30000000000
"""
RIGHT = """entities.csv
id,name_en,name_ja,kind
nvidia,NVIDIA,エヌビディア,chip_vendor
openai,OpenAI,OpenAI,lab
deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,nvidia,openai,equity,30000000000
"""
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def hidden(text: str) -> str:
    """The first character that cannot be seen, as its code and name, or an empty text."""
    for character in text:
        if unicodedata.category(character) in ("Cf", "Cc", "Co", "Cn", "Cs") or character in _BIDI:
            return f"U+{ord(character):04X} {unicodedata.name(character, 'control character')}"
    return ""


def mixed(text: str) -> str:
    """The first Cyrillic or Greek letter in a word that also has Latin letters, or an empty text."""
    if text.isascii():
        return ""
    scripts = {unicodedata.name(c, "").split(" ")[0] for c in text if c.isalpha()}
    if "LATIN" not in scripts or not scripts & {"CYRILLIC", "GREEK"}:
        return ""
    for character in text:
        name = unicodedata.name(character, "")
        if name.startswith(("CYRILLIC", "GREEK")):
            return f"U+{ord(character):04X} {name}"
    return ""


def find(case: Case) -> Iterator[Problem]:
    """Ids with hidden or mixed characters (error), texts that turn the direction of writing (warning)."""
    told: set[str] = set()
    for entity in case.entities:
        strange = hidden(entity.id) or mixed(entity.id)
        if strange:
            told.add(entity.id)
            yield finding(CODE, LEVEL, entity, "id", found=entity.id, character=strange)
        elif any(c in _BIDI for c in entity.name_en + entity.name_ja):
            yield finding(CODE, "warning", entity, "name_en", variant="text", found=entity.id,
                          character=hidden(entity.name_en + entity.name_ja))  # fmt: skip
    tables: tuple[tuple[tuple[Any, ...], tuple[str, ...]], ...] = (
        (case.legs, ("deal_id", "leg", "payer", "payee")),
        (case.stakes, ("owner", "issuer")),
    )
    for records, fields in tables:
        for record in records:
            for field in fields:
                text = getattr(record, field)
                strange = hidden(text) or mixed(text)
                if strange and text not in told:
                    told.add(text)
                    yield finding(CODE, LEVEL, record, field, found=text, character=strange)
    for leg in case.legs:
        for field in ("amount_note", "conditions", "description"):
            text = getattr(leg, field)
            if any(character in _BIDI for character in text):
                yield finding(CODE, "warning", leg, field, variant="text", found=leg.key, character=hidden(text))
