"""A run rate is a speed, a total is a distance: side by side they look like two amounts of money.

Wrong: a 30bn contract and, beside it, the same purchases as a run rate of 6bn.
Right: the run rate is a figure, or the leg says `part_of = contract:1`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import are_linked, figures, finding, legs_by_pair
from kanryu.case.records import Case, Leg
from kanryu.core.problems import Level, Problem

CODE = "total-beside-run-rate"
LEVEL: Level = "warning"
AT = "deals.csv:3:42"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd
cloud,1,anthropic,google,purchase_service,total,30000000000
rate,1,anthropic,google,purchase_service,run_rate,6000000000
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd,part_of
cloud,1,anthropic,google,purchase_service,total,30000000000,
rate,1,anthropic,google,purchase_service,run_rate,6000000000,cloud:1
"""


def _overlap(one: Leg, other: Leg) -> bool:
    if one.end and other.start and one.end.last < other.start.first:
        return False
    return not (other.end and one.start and other.end.last < one.start.first)


def find(case: Case) -> Iterator[Problem]:
    """Run rates and yearly amounts beside a total of the same pair and kind in the same time."""
    legs = {leg.key: leg for leg in case.legs}
    for group in legs_by_pair(case).values():
        totals = [leg for leg in group if leg.amount.basis == "total" and figures(leg.amount)]
        for rate in group:
            if rate.amount.basis not in ("run_rate", "per_year") or not figures(rate.amount):
                continue
            beside = [
                t for t in totals[:200]
                if t.instrument == rate.instrument and _overlap(rate, t) and not are_linked(rate, t, legs)
            ]  # fmt: skip
            if beside:
                yield finding(
                    CODE, LEVEL, rate, "basis", related=beside[:3], found=rate.amount.basis, leg=rate.key,
                    other=beside[0].key,
                )  # fmt: skip
