"""A stake is between nothing and all of a company.

Wrong: 120 percent, or -5 percent.
Right: a number from 0 to 100; a share such as 0.07 is written 7.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding, known
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "stake-range"
LEVEL: Level = "error"
AT = "stakes.csv:2:18"
WRONG = """stakes.csv
owner,issuer,pct,shares,as_of,source_url
nvidia,coreweave,120,,2025-09-30,https://example.org/stake
"""
RIGHT = """stakes.csv
owner,issuer,pct,shares,as_of,source_url
nvidia,coreweave,7,,2025-09-30,https://example.org/stake
"""


def find(case: Case) -> Iterator[Problem]:
    """Percentages below 0 or above 100, negative numbers of shares, rows with neither."""
    for stake in case.stakes:
        if stake.pct is not None and known(stake.pct) and not 0 <= stake.pct <= 100:
            yield finding(CODE, LEVEL, stake, "pct", found=f"{stake.pct:f}", expected="0 - 100")
        if stake.shares is not None and known(stake.shares) and stake.shares < 0:
            yield finding(CODE, LEVEL, stake, "shares", found=f"{stake.shares:f}", expected=">= 0")
        if stake.pct is None and stake.shares is None:
            yield finding(CODE, "note", stake, "pct", variant="unknown", found=f"{stake.owner}, {stake.issuer}")
