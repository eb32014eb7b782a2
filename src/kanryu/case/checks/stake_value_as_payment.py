"""What a holding is worth is not a payment: nobody paid it.

Wrong: the 135bn at which a stake was valued, booked as a total that went from the lab to its shareholder.
Right: the same row with basis `stake_value`, which no measure adds to money.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kanryu.case.findings import CASH_BASES, PAID, finding, known, same, size, words_of
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "stake-value-as-payment"
LEVEL: Level = "error"
AT = "deals.csv:2:39"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd,amount_note
recap,1,openai,microsoft,equity,total,135000000000,Value of the roughly 27% stake; no money moved
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd,amount_note
recap,1,openai,microsoft,equity,stake_value,135000000000,Value of the roughly 27% stake; no money moved
"""
_HOLDINGS = frozenset({"equity", "convertible", "warrant", "asset_sale", "other"})
_SAYS = re.compile(
    r"no (?:money|cash) (?:was |has )?(?:moved|changed hands|paid)"
    r"|value of (?:the |its |their |a )?(?:roughly |about )?(?:[\d.]+% )?(?:stake|holding|position)"
    r"|(?:stake|holding)s? (?:is |are |was )?(?:now )?(?:worth|valued)"
    r"|fair value of|marked to market|mark-to-market|unrealised|unrealized"
    r"|(?:持分|持ち分|出資|保有株|株式)の?(?:評価額|価値|時価)|含み益|現金の移動はな",
    re.I,
)
_METRIC = re.compile(r"stake|fair_value|holding")


def find(case: Case) -> Iterator[Problem]:
    """Holdings booked as money: by their own words, by a reported fair value, by the basis of a paid event."""
    values = [f for f in case.figures if f.value is not None and known(f.value) and _METRIC.search(f.metric)]
    for leg in case.legs:
        if leg.amount.basis not in CASH_BASES or leg.instrument not in _HOLDINGS:
            continue
        amount = size(leg.amount)
        if amount is None:
            continue
        said = _SAYS.search(words_of(leg))
        if said:
            yield finding(
                CODE, LEVEL, leg, "amount_central_usd", found=said.group(0), leg=leg.key, amount=f"{amount:f}"
            )
            continue
        for figure in values:
            other = {leg.payer: leg.payee, leg.payee: leg.payer}.get(figure.entity)
            if other and other.replace("-", "_") in figure.metric and figure.value and same(amount, figure.value):
                yield finding(
                    CODE, LEVEL, leg, "amount_central_usd", variant="figure", related=[figure], found=figure.metric,
                    leg=leg.key, amount=f"{amount:f}",
                )  # fmt: skip
                break
    for event in case.events:
        if event.status in PAID and event.amount.basis == "stake_value":
            yield finding(CODE, LEVEL, event, "status", variant="event", found=event.status, leg=event.key)
