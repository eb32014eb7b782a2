"""One holder, one issuer, one day: two different percentages cannot both hold.

Wrong: 27 and 32.5 percent on the same day.
Right: one row; the other source goes into the note or gets its own day.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding
from kanryu.case.records import Case, Stake
from kanryu.core.problems import Level, Problem

CODE = "stake-twice"
LEVEL: Level = "warning"
AT = "stakes.csv:3:18"
WRONG = """stakes.csv
owner,issuer,pct,shares,as_of,source_url
microsoft,openai,32.5,,2025-10-28,https://example.org/a
microsoft,openai,27,,2025-10-28,https://example.org/b
"""
RIGHT = """stakes.csv
owner,issuer,pct,shares,as_of,source_url
microsoft,openai,32.5,,2025-10-27,https://example.org/a
microsoft,openai,27,,2025-10-28,https://example.org/b
"""


def find(case: Case) -> Iterator[Problem]:
    """Second rows of the same holder, issuer and day."""
    seen: dict[tuple[str, str, str], Stake] = {}
    for stake in case.stakes:
        first = seen.setdefault((stake.owner, stake.issuer, stake.as_of.text), stake)
        if first is not stake:
            pct = "-" if stake.pct is None else f"{stake.pct:f}"
            before = "-" if first.pct is None else f"{first.pct:f}"
            yield finding(CODE, LEVEL, stake, "pct", related=[first], found=pct, expected=before)
