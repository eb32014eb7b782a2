"""A programme with many parties is not one payment between two of them.

Wrong: a 50bn building programme as the contract with one builder, although the split is not public.
Right: `is_joint = yes` (the amount is only an upper limit), or the builder's own part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kanryu.case.findings import CASH_BASES, finding, known, same, size, words_of
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "programme-booked-to-pair"
LEVEL: Level = "warning"
AT = "deals.csv:2:53"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd,amount_note
sites,1,anthropic,fluidstack,purchase_service,total,50000000000,50bn investment plan; split not published
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd,amount_note,is_joint
sites,1,anthropic,fluidstack,purchase_service,total,50000000000,50bn investment plan; split not published,yes
"""
_SPLIT = re.compile(
    r"split (?:between [^.;]{0,40} )?(?:is |was |are )?not|not (?:been )?split|is not split|who (?:pays|gets) how much"
    r"|(?:whole|entire) (?:programme|program|plan|initiative|campus|project)|内訳は?(?:未公表|非公表|不明|未開示)",
    re.I,
)
_SHARE = re.compile(r"(?:share|part|portion) (?:is |was )?not (?:split|disclosed|published)", re.I)
_PROGRAMME = re.compile(r"programme|program|investment plan|initiative|joint project|計画|事業全体", re.I)
_METRIC = re.compile(r"programme|program|commitments|investment_plan|spend_target|capex_plan")


def find(case: Case) -> Iterator[Problem]:
    """Legs whose own words call the amount a programme or unsplit, or whose amount is a reported programme."""
    programmes = [f for f in case.figures if f.value is not None and known(f.value) and _METRIC.search(f.metric)]
    for leg in case.legs:
        amount = size(leg.amount)
        if amount is None or amount == 0 or leg.amount.basis not in CASH_BASES or leg.is_joint:
            continue
        text = words_of(leg)
        said = _SPLIT.search(text)
        # a range that starts at nothing already admits that the part is unknown
        is_open = leg.amount.low == 0 and leg.amount.central is None
        if said and not is_open and (_PROGRAMME.search(text) or _SHARE.search(text)):
            yield finding(CODE, LEVEL, leg, "amount_central_usd", found=said.group(0), leg=leg.key)
            continue
        for figure in programmes:
            if figure.entity == leg.payer and figure.value and same(amount, figure.value):
                yield finding(
                    CODE, LEVEL, leg, "amount_central_usd", variant="figure", related=[figure], found=figure.metric,
                    leg=leg.key,
                )  # fmt: skip
                break
