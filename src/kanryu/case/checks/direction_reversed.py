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
    "debt": (
        r"\b<A>\b (?:lends|lent|has lent|gave a loan|loans)\b" + _GAP + r"\b<B>\b",
        r"\b<A>\b (?:provides|provided|extends|extended|grants|granted|gives|gave)\b" + _GAP
        + r"\b(?:loan|credit|facility|financing)\b" + _GAP + r"\b(?:to|for) <B>\b",
        r"\b(?:loan|credit|facility|financing)\b" + _GAP + r"\bfrom <A> to <B>\b",
        r"\b<B>\b (?:borrows|borrowed|takes a loan|took a loan)\b" + _GAP + r"\bfrom <A>\b",
        r"<A>(?:が|は)<B>(?:に|へ)[^。]{0,30}(?:融資|貸)",
    ),
    "equity": (
        r"\b<A>\b (?:invests|invested|put|puts|bought shares|buys shares|takes a stake|took a stake)\b" + _GAP
        + r"\b(?:in|into|of) <B>\b",
        r"\b<A>\b (?:acquires|acquired|buys|bought)\b (?:an? )?(?:minority )?(?:stake|[\d.]+%)" + _GAP
        + r"\b(?:in|of) <B>\b",
        r"\b<B>\b (?:raises|raised)\b" + _GAP + r"\bfrom <A>\b",
        r"\b<B>\b (?:sells|sold|issues|issued)\b" + _GAP + r"\bshares\b" + _GAP + r"\bto <A>\b",
        r"<A>(?:が|は)<B>(?:に|へ)[^。]{0,30}(?:出資|投資)",
    ),
    "warrant": (
        r"\b<A>\b (?:gave|gives|issued|issues|granted|grants)\b" + _GAP + r"\b<B>\b" + _GAP + r"\bwarrants?\b",
        r"\b<A>\b (?:gave|gives|issued|issues|granted|grants)\b" + _GAP + r"\bwarrants?\b" + _GAP + r"\bto <B>\b",
        r"\b<B>\b (?:received|receives|got|gets|holds)\b" + _GAP + r"\bwarrants?\b" + _GAP
        + r"\b(?:from|on|in|of|for)\b" + _GAP + r"\b<A>\b",
        r"\b<B>\b (?:bought|buys) warrants? (?:on|in|of) <A>\b",
        r"<A>(?:が|は)<B>(?:に|へ)[^。]{0,30}(?:新株予約権|ワラント)",
    ),
    "purchase": (
        r"\b<A>\b (?:buys|bought|orders|ordered|will buy|rents|leases)\b" + _GAP + r"\bfrom <B>\b",
        r"\b<B>\b (?:sells|sold|supplies|supplied|leases)\b" + _GAP + r"\bto <A>\b",
        r"<A>(?:が|は)<B>から[^。]{0,30}(?:購入|買|借)",
    ),
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
    names = _Names(entities)
    stakes = {(stake.owner, stake.issuer) for stake in case.stakes}
    for leg in case.legs:
        group = _GROUP.get(leg.instrument)
        if group is None or leg.payer == leg.payee:
            continue
        said = _opposite(leg, group, names)
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


class _Names:
    """Finds an entity in a text; patterns are made once per entity."""

    def __init__(self, entities: dict[str, Entity]) -> None:
        self.entities = entities
        self.made: dict[str, re.Pattern[str]] = {}

    def of(self, entity_id: str) -> re.Pattern[str]:
        if entity_id not in self.made:
            self.made[entity_id] = re.compile(name_pattern(self.entities.get(entity_id), entity_id), re.I)
        return self.made[entity_id]


def _opposite(leg: Leg, group: str, names: _Names) -> str:
    """The words that say the opposite direction, as written; empty when none do, or when some agree with the row."""
    text = words_of(leg)[:2000]
    payer, payee = names.of(leg.payer), names.of(leg.payee)
    if not text or not payer.search(text) or not payee.search(text):
        return ""
    # the longer name first: "SB OpenAI Japan" is not "OpenAI"
    both = [(payer, "PAYERX"), (payee, "PAYEEX")]
    marked = text
    for pattern, token in sorted(both, key=lambda pair: len(pair[0].pattern), reverse=True):
        marked = pattern.sub(token, marked)
    if any(pattern.search(marked) for pattern in _AGREE[group]):
        return ""
    found = next((match for pattern in _OPPOSE[group] if (match := pattern.search(marked))), None)
    if found is None:
        return ""
    return found.group(0).replace("PAYERX", leg.payer).replace("PAYEEX", leg.payee)[:120]


def _made(payer: str, payee: str) -> dict[str, list[re.Pattern[str]]]:
    return {
        group: [re.compile(one.replace("<A>", payer).replace("<B>", payee), re.I) for one in patterns]
        for group, patterns in _SAYS.items()
    }


_AGREE, _OPPOSE = _made("PAYERX", "PAYEEX"), _made("PAYEEX", "PAYERX")
