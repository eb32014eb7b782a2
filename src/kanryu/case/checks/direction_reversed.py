"""Payer pays payee: a warrant goes from issuer to holder, a loan from lender to borrower.

Wrong: a loan written from the borrower to the lender, as some databases do.
Right: the lender is the payer; repayment is a leg of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kanryu.case.findings import finding, name_pattern, words_of
from kanryu.case.records import Case, Entity, Leg
from kanryu.core.problems import Level, Problem

CODE = "direction-reversed"
LEVEL: Level = "error"
AT = "deals.csv:2:8"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd,description
loan,1,crusoe,goldman-sachs,debt,total,300000000,Goldman Sachs lends Crusoe 300m to buy chips
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd,description
loan,1,goldman-sachs,crusoe,debt,total,300000000,Goldman Sachs lends Crusoe 300m to buy chips
"""
# <A> = the one who pays in truth, <B> = the one who is paid; "gap" is a short stretch without a full stop
_GAP = r"[^.;]{0,60}?"
_SAYS = {
    "debt": (r"\b<A>\b (?:lends|lent|has lent|gave a loan|loans)\b" + _GAP + r"\b<B>\b",
             r"\b<B>\b (?:borrows|borrowed|takes a loan)\b" + _GAP + r"\bfrom <A>\b",
             r"<A>(?:が|は)<B>に[^。]{0,30}(?:融資|貸)"),
    "equity": (r"\b<A>\b (?:invests|invested|put|puts|bought shares|buys shares|took a stake|takes a stake)\b" + _GAP
               + r"\b(?:in|into|of) <B>\b", r"\b<B>\b (?:raises|raised)\b" + _GAP + r"\bfrom <A>\b",
               r"<A>(?:が|は)<B>に[^。]{0,30}(?:出資|投資)"),
    "warrant": (r"\b<A>\b (?:gave|gives|issued|issues|granted|grants)\b" + _GAP + r"\b<B>\b" + _GAP + r"\bwarrants?\b",
                r"\b<B>\b (?:received|receives|got|gets|holds)\b" + _GAP + r"\bwarrants?\b" + _GAP
                + r"\b(?:from|on|in|of) <A>\b",
                r"\b<B>\b (?:bought|buys) warrants? (?:on|in|of) <A>\b"),
    "purchase": (r"\b<A>\b (?:buys|bought|orders|ordered|will buy|rents|leases)\b" + _GAP + r"\bfrom <B>\b",
                 r"\b<B>\b (?:sells|sold|supplies|leases)\b" + _GAP + r"\bto <A>\b"),
}  # fmt: skip
_GROUP = {
    "debt": "debt", "equity": "equity", "convertible": "equity", "warrant": "warrant", "purchase_goods": "purchase",
    "purchase_service": "purchase", "lease": "purchase",
}  # fmt: skip
_LENDERS = frozenset({"lender", "bank"})
_NOT_LENDERS = frozenset({"lab", "neocloud", "adopter", "carrier", "customer"})


def find(case: Case) -> Iterator[Problem]:
    """Legs whose own words, or whose parties' kinds and stakes, say the opposite direction."""
    entities = {entity.id: entity for entity in case.entities}
    stakes = {(stake.owner, stake.issuer) for stake in case.stakes}
    for leg in case.legs:
        group = _GROUP.get(leg.instrument)
        if group is None or leg.payer == leg.payee:
            continue
        said = _opposite(leg, group, entities)
        if said:
            yield finding(CODE, LEVEL, leg, "payer", found=said, leg=leg.key, payer=leg.payer, payee=leg.payee)
            continue
        payer, payee = entities.get(leg.payer), entities.get(leg.payee)
        is_odd = payer and payee and payer.kind in _NOT_LENDERS and payee.kind in _LENDERS
        if group == "debt" and is_odd and not re.search(r"repa|返済", words_of(leg), re.I):
            yield finding(
                CODE, "warning", leg, "payer", variant="lender", found=payee.kind if payee else "", leg=leg.key,
                payer=leg.payer, payee=leg.payee,
            )  # fmt: skip
        if group == "warrant" and (leg.payer, leg.payee) in stakes and (leg.payee, leg.payer) not in stakes:
            yield finding(
                CODE, "warning", leg, "payer", variant="warrant", leg=leg.key, payer=leg.payer, payee=leg.payee,
            )  # fmt: skip


def _opposite(leg: Leg, group: str, entities: dict[str, Entity]) -> str:
    text = words_of(leg)[:2000]
    if not text:
        return ""
    payer = name_pattern(entities.get(leg.payer), leg.payer)
    payee = name_pattern(entities.get(leg.payee), leg.payee)
    for pattern in _SAYS[group]:
        if re.search(pattern.replace("<A>", payer).replace("<B>", payee), text, re.I):
            return ""  # the words agree with the row
    for pattern in _SAYS[group]:
        match = re.search(pattern.replace("<A>", payee).replace("<B>", payer), text, re.I)
        if match:
            return match.group(0)[:120]
    return ""
