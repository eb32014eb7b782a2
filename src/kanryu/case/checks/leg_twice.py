"""A deal's leg stands once: the same key twice, or the same money under two names, counts double.

Wrong: `round:1` in two rows; or two deals with the same payer, payee, kind, amount and start.
Right: one row; further reports are events.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import are_linked, figures, finding, words_of
from kanryu.case.records import Case, Leg
from kanryu.core.problems import Level, Problem

CODE = "leg-twice"
LEVEL: Level = "error"
AT = "deals.csv:3:7"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,nvidia,openai,equity,30000000000
round,1,nvidia,openai,equity,20000000000
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
round,1,nvidia,openai,equity,30000000000
round,2,nvidia,openai,equity,20000000000
"""


def find(case: Case) -> Iterator[Problem]:
    """Keys that stand twice (error) and equal content under different keys (warning)."""
    keys: dict[str, Leg] = {}
    contents: dict[tuple[object, ...], Leg] = {}
    legs = {leg.key: leg for leg in case.legs}
    for leg in case.legs:
        if leg.key in keys:
            yield finding(CODE, LEVEL, leg, "leg", related=[keys[leg.key]], found=leg.key)
            continue
        keys[leg.key] = leg
        if not figures(leg.amount):
            continue
        start = leg.start.text if leg.start else ""
        end = leg.end.text if leg.end else ""
        content = (leg.payer, leg.payee, leg.instrument, leg.amount, start, end)
        first = contents.setdefault(content, leg)
        told_apart = first.deal_id == leg.deal_id and words_of(first) != words_of(leg)
        if first is not leg and not told_apart and not are_linked(first, leg, legs):
            yield finding(
                CODE, "warning", leg, "deal_id", variant="content", related=[first], found=leg.key, expected=first.key
            )
