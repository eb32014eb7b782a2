"""A row that says "do not add twice" must also say to which other row it belongs.

Wrong: "included in the 13bn of the other deal", and nothing in `part_of`.
Right: `part_of` names that leg, so that no sum counts the money twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kanryu.case.findings import figures, finding, words_of
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "overlap-unlinked"
LEVEL: Level = "warning"
AT = "deals.csv:3:1"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,amount_note
invest,1,microsoft,openai,equity,13000000000,
round,1,microsoft,openai,equity,750000000,Included in the 13bn of invest; do not add twice
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,part_of
invest,1,microsoft,openai,equity,13000000000,
round,1,microsoft,openai,equity,750000000,invest:1
"""
_SAYS = re.compile(
    r"do not add|not to be added|counted (?:inside|in|twice|within)|included in (?:the )?[\d.]"
    r"|already (?:included|counted)"
    r"|(?:may |might )?overlaps? with|same purchases as|重複|二重計上|内数|に含まれる",
    re.I,
)


def find(case: Case) -> Iterator[Problem]:
    """Legs with an amount whose words tell of an overlap that no column holds."""
    totals = {leg.part_of for leg in case.legs} | {leg.replaces for leg in case.legs}
    for leg in case.legs:
        if leg.part_of or leg.replaces or leg.key in totals or not figures(leg.amount):
            continue
        said = _SAYS.search(words_of(leg))
        if said:
            yield finding(CODE, LEVEL, leg, "deal_id", found=said.group(0), leg=leg.key)
