"""A contract that may be left at will is not as firm as its total: the column must say so.

Wrong: "either side may end it with 90 days of notice" and nothing in `is_cancelable`.
Right: `is_cancelable = yes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kanryu.case.findings import figures, finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "exit-unmarked"
LEVEL: Level = "warning"
AT = "deals.csv:2:54"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,conditions
rent,1,anthropic,spacex,purchase_service,45000000000,Either side may end it with 90 days notice
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,conditions,is_cancelable
rent,1,anthropic,spacex,purchase_service,45000000000,Either side may end it with 90 days notice,yes
"""
_SAYS = re.compile(
    r"(?:either|each|any) (?:side|party) (?:may|can) (?:end|leave|terminate|cancel)"
    r"|may (?:leave|be (?:ended|cancelled))"
    r"|days['’]? (?:of )?notice|terminable|at will|解約(?:可|でき)|任意に終了",
    re.I,
)


def find(case: Case) -> Iterator[Problem]:
    """Legs whose conditions tell of a way out that `is_cancelable` does not."""
    for leg in case.legs:
        if leg.is_cancelable is not None or not figures(leg.amount):
            continue
        said = _SAYS.search(leg.conditions)
        if said:
            yield finding(CODE, LEVEL, leg, "is_cancelable", found=said.group(0), leg=leg.key)
