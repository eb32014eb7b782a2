"""What replaces what, and what is part of what, cannot go round.

Wrong: a replaces b, b replaces a.
Right: only the later one says `replaces`.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "reference-cycle"
LEVEL: Level = "error"
AT = "deals.csv:2:44"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,replaces
letter,1,nvidia,openai,equity,100000000000,round:1
round,1,nvidia,openai,equity,30000000000,letter:1
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,replaces
letter,1,nvidia,openai,equity,100000000000,
round,1,nvidia,openai,equity,30000000000,letter:1
"""


def find(case: Case) -> Iterator[Problem]:
    """Each ring of references once, at its first leg."""
    legs = {leg.key: leg for leg in case.legs}
    for field in ("replaces", "part_of"):
        done: set[str] = set()
        for leg in case.legs:
            path: dict[str, int] = {}
            key = leg.key
            while key in legs and key not in done and key not in path:
                path[key] = len(path)
                key = getattr(legs[key], field)
            if key in path:
                ring = list(path)[path[key] :]
                yield finding(
                    CODE, LEVEL, legs[ring[0]], field, related=[legs[k] for k in ring[1:6]],
                    found=" > ".join([*ring[:6], ring[0]]), column=field,
                )  # fmt: skip
            done |= set(path)
