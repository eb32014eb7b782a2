"""All stakes in one company on one day add up to at most 100 percent.

Wrong: 60 and 55 percent on the same day.
Right: check which is voting and which is economic, or whether one holder stands twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from kanryu.case.findings import finding, known
from kanryu.case.records import Case, Stake
from kanryu.core.problems import Level, Problem

CODE = "stakes-over-all"
LEVEL: Level = "error"
AT = "stakes.csv:3:18"
WRONG = """stakes.csv
owner,issuer,pct,shares,as_of,source_url
meta,beignet,60,,2025-10-27,https://example.org/stake
blue-owl,beignet,55,,2025-10-27,https://example.org/stake
"""
RIGHT = """stakes.csv
owner,issuer,pct,shares,as_of,source_url
meta,beignet,20,,2025-10-27,https://example.org/stake
blue-owl,beignet,80,,2025-10-27,https://example.org/stake
"""
ROUNDING = Decimal("0.5")  # sources round to whole or half percents


def find(case: Case) -> Iterator[Problem]:
    """Issuers whose holders' latest known percentages, on a day that a stake names, add up to more than all.

    On the same day it is an error; with older stakes of other holders carried forward it is a warning, because they
    may have sold meanwhile.
    """
    by_issuer: dict[str, list[Stake]] = defaultdict(list)
    for stake in case.stakes:
        if stake.pct is not None and known(stake.pct) and 0 <= stake.pct <= 100:
            by_issuer[stake.issuer].append(stake)
    for stakes in by_issuer.values():
        stakes.sort(key=lambda s: s.as_of.last)
        carried: dict[str, Stake] = {}
        warned = False
        by_day: dict[str, dict[str, Stake]] = defaultdict(dict)
        for stake in stakes:
            by_day[stake.as_of.text][stake.owner] = stake
            carried[stake.owner] = stake
            total = sum((s.pct or Decimal(0) for s in by_day[stake.as_of.text].values()), Decimal(0))
            if total > 100 + ROUNDING:
                yield _over(stake, LEVEL, total, list(by_day[stake.as_of.text].values()))
                warned = True
            elif not warned and (all_of := sum((s.pct or Decimal(0) for s in carried.values()), Decimal(0))) > 101:
                yield _over(stake, "warning", all_of, list(carried.values()))
                warned = True


def _over(stake: Stake, level: Level, total: Decimal, others: list[Stake]) -> Problem:
    related = [other for other in others if other is not stake]
    return finding(
        CODE, level, stake, "pct", related=related[:5], found=f"{total:f}", expected="<= 100", issuer=stake.issuer,
        date=stake.as_of.text,
    )  # fmt: skip
