"""A case without deals has nothing to follow.

Wrong: a deals table with only its header.
Right: at least one leg.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.records import Case
from kanryu.core.problems import Level, Place, Problem, problem

CODE = "case-empty"
LEVEL: Level = "warning"
AT = "deals.csv"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,nvidia,openai,equity,30000000000
"""


def find(case: Case) -> Iterator[Problem]:
    """A case without legs."""
    if not case.legs:
        yield problem(CODE, LEVEL, Place(file="deals.csv"), f"checks.{CODE}.message", found=case.id)
