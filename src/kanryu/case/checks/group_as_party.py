"""A group that no source names is not one company: a loop through it need not be a loop.

Wrong (to know): `public-market` buys Oracle's bonds and sells shares to SoftBank.
Right: mark the entity with `is_aggregate = yes`, so that every measure can say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kanryu.case.findings import finding
from kanryu.case.records import Case, Entity
from kanryu.core.problems import Level, Problem

CODE = "group-as-party"
LEVEL: Level = "note"
AT = "entities.csv:2:1"
WRONG = """entities.csv
id,name_en,name_ja,kind
public-market,Public market buyers,市場の買い手,other
oracle,Oracle,オラクル,hyperscaler
softbank,SoftBank Group,ソフトバンクグループ,investor
deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
bond,1,public-market,oracle,debt,25000000000
sale,1,softbank,public-market,other,5830000000
"""
RIGHT = """entities.csv
id,name_en,name_ja,kind
oracle,Oracle,オラクル,hyperscaler
softbank,SoftBank Group,ソフトバンクグループ,investor
deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd
bond,1,softbank,oracle,debt,25000000000
"""
_GROUP = re.compile(
    r"\b(?:unspecified|various|several|syndicate|consortium|co-investors|lenders (?:to|of)|employees|merchants"
    r"|buyers|suppliers|bond funds|bank group|public market|other investors|customers of|five customers)\b"
    r"|特定なし|各社|銀行団|連合|ほか|従業員|投資家たち|市場の買い手",
    re.I,
)


def looks_like_group(entity: Entity) -> bool:
    """Whether the entity is marked as a group, or its name says so."""
    return entity.is_aggregate or bool(_GROUP.search(f"{entity.name_en} {entity.name_ja}"))


def find(case: Case) -> Iterator[Problem]:
    """Groups through which money could seem to pass: payee of one leg and payer of another; unmarked groups."""
    payers = {leg.payer for leg in case.legs}
    payees = {leg.payee for leg in case.legs}
    for entity in case.entities:
        if not looks_like_group(entity):
            continue
        if entity.id in payers and entity.id in payees:
            yield finding(CODE, LEVEL, entity, "id", found=entity.id)
        elif not entity.is_aggregate and entity.id in payers | payees:
            yield finding(CODE, LEVEL, entity, "id", variant="unmarked", found=entity.id)
