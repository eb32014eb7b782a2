"""An amount per year booked as a total counts too little, a monthly one even less.

Wrong: "3bn PER YEAR" with basis total.
Right: the same row with basis `per_year`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kanryu.case.findings import finding, same, size, words_of, written_amounts
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "rate-booked-as-total"
LEVEL: Level = "error"
AT = "deals.csv:2:44"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd,amount_note
cristal,1,softbank,openai,purchase_service,total,3000000000,3bn PER YEAR; term not published
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd,amount_note
cristal,1,softbank,openai,purchase_service,per_year,3000000000,3bn PER YEAR; term not published
"""
_RATE = re.compile(
    r"(?P<amount>\d[\d,.]*\s?(?:thousand|million|billion|trillion|bn|mn?|tn|万|億|兆)(?:ドル|円|ユーロ)?)\s?"
    r"(?P<rate>(?:dollars |euros? |usd )?(?:a|per|each|every) (?:year|month|quarter)|/ ?(?:year|yr|month)|annually"
    r"|annuali[sz]ed|run[- ]rate|ARR\b)"
    r"|(?P<before>年間|年率|毎年|月額|毎月)約?(?P<amount_ja>\d[\d,.]*\s?(?:万|億|兆))",
    re.I,
)


def find(case: Case) -> Iterator[Problem]:
    """Totals that the row's own words call a rate of the same size."""
    for leg in case.legs:
        amount = size(leg.amount)
        if leg.amount.basis != "total" or not amount:
            continue
        for match in _RATE.finditer(words_of(leg)[:2000]):
            named = written_amounts(match.group("amount") or match.group("amount_ja"))
            if named and same(amount, named[0]):
                yield finding(CODE, LEVEL, leg, "basis", found=match.group(0), leg=leg.key)
                break
