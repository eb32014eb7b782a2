"""A figure without a unit is no number.

Wrong: revenue 4300000000 with an empty unit, or with "dollars".
Right: `USD`, `USD m`, `USD bn`, `percent`, `GW`, `count` ...
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kanryu.case.findings import finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "figure-unit"
LEVEL: Level = "warning"
AT = "figures.csv:2:34"
WRONG = """figures.csv
entity,metric,period,value,unit,source_url
openai,revenue,2025H1,4300000000,,https://example.org/a
"""
RIGHT = """figures.csv
entity,metric,period,value,unit,source_url
openai,revenue,2025H1,4300000000,USD,https://example.org/a
"""
_MONEY = re.compile(
    r"[A-Z]{3}(?: (?:k|m|mn|bn|tn|thousand|million|billion|trillion))?(?: (?:a|per|/) ?[a-z]+)?\Z", re.I
)
_OTHER = re.compile(
    r"(?:percent|percentage|%|basis points|bp|ratio|times|x|index|points|count|number|shares|people|persons|lines"
    r"|companies|deals|units|gpus?|GW|MW|TWh|GWh|MWh|flag|text|year|month|day|cents|euros?|dollars per|hours|tokens"
    r"|wafers)"
    r"(?:\b|[a-z]).*\Z",
    re.I,
)

_COUNTED = re.compile(r"\b(?:gpus?|units|shares|wafers|chips)\b", re.I)


def _is_money(unit: str) -> bool:
    return bool(_MONEY.match(unit)) and (len(unit) == 3 or unit[3] == " ")


def find(case: Case) -> Iterator[Problem]:
    """Figures with a value and an empty unit (warning) or a unit that no rule can read (note)."""
    for figure in case.figures:
        unit = figure.unit.strip()
        if figure.value is None:
            continue
        if not unit:
            yield finding(CODE, LEVEL, figure, "unit", found=f"{figure.entity} {figure.metric}")
        elif not (_is_money(unit) or _OTHER.match(unit) or _COUNTED.search(unit)):
            yield finding(CODE, "note", figure, "unit", variant="unknown", found=unit)
