"""The parts of a total add up to at most the total.

Wrong: parts of 8 and 5bn of a total of 10bn.
Right: correct the amounts, or the leg that `part_of` names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from kanryu.case.findings import figures, finding, same
from kanryu.case.records import Case, Leg
from kanryu.core.problems import Level, Problem

CODE = "parts-above-total"
LEVEL: Level = "error"
AT = "deals.csv:2:43"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,part_of
cloud,1,openai,coreweave,purchase_service,10000000000,
cloud,2,openai,coreweave,purchase_service,8000000000,cloud:1
cloud,3,openai,coreweave,purchase_service,5000000000,cloud:1
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,part_of
cloud,1,openai,coreweave,purchase_service,13000000000,
cloud,2,openai,coreweave,purchase_service,8000000000,cloud:1
cloud,3,openai,coreweave,purchase_service,5000000000,cloud:1
"""


def find(case: Case) -> Iterator[Problem]:
    """Totals whose parts, at the least, are more than they can be at the most."""
    parts: dict[str, list[Leg]] = defaultdict(list)
    for leg in case.legs:
        if leg.part_of:
            parts[leg.part_of].append(leg)
    for total in case.legs:
        below = [p for p in parts.get(total.key, []) if p.amount.basis == total.amount.basis and figures(p.amount)]
        if not below or not figures(total.amount) or (total.amount.high is None and total.amount.central is None):
            continue
        most = max(figures(total.amount))
        least = sum((min(figures(part.amount)) for part in below), Decimal(0))
        if least > most and not same(least, most):
            yield finding(
                CODE, LEVEL, total, "amount_central_usd", related=below[:5], found=f"{least:f}",
                expected=f"<= {most:f}", leg=total.key,
            )  # fmt: skip
