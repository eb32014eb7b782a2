"""A funding round has many investors; its total is not what one of them paid.

Wrong: the whole 6.6bn round as the payment of one investor.
Right: the investor's own part, or an unknown amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kanryu.case.findings import (
    BOUND,
    CASH_BASES,
    PAID,
    events_by_leg,
    finding,
    known,
    same,
    size,
    words_of,
    written_amounts,
)  # fmt: skip
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "round-booked-to-one"
LEVEL: Level = "error"
AT = "deals.csv:2:36"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd
round,1,thrive,openai,equity,total,6600000000
round,2,softbank,openai,equity,total,
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,,2024-10-02,completed,6600000000,https://example.org/round
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd
round,1,thrive,openai,equity,total,1300000000
round,2,softbank,openai,equity,total,
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,,2024-10-02,completed,6600000000,https://example.org/round
"""
_ROUND = re.compile(r"funding_round|round_size|round_total|amount_raised")
_AMOUNT = r"(?:about |約)?\d[\d.,]*\s?(?:million|billion|trillion|mn|bn|tn|m|億|兆)(?:ドル|円| dollars)?"
_WORDS = re.compile(
    rf"{_AMOUNT}(?: (?!of\b|in\b|the\b)\w+){{0,2}} (?:round|raise|series [a-k])\b"
    rf"|\b(?:round|raise|series [a-k])(?: round)? (?:of|totall?ing|at|for) {_AMOUNT}"
    rf"|(?:ラウンド|調達|総額)[^。;]{{0,6}}{_AMOUNT}",
    re.I,
)
_OTHERS = re.compile(
    r"\bled\b|\bco-led\b|\bwith\b|\bincluding\b|\band others\b|\binvestors\b|\bjoined\b|主導|ほか|各社|共同|投資家",
    re.I,
)
_RAISED = re.compile(r"\b(?:raised|closed|round of|series [a-k]\b)|調達|ラウンド", re.I)


def find(case: Case) -> Iterator[Problem]:
    """Equity legs as large as the round: by the deal's own event, by a reported round, by the words of an event."""
    events = events_by_leg(case)
    rounds = [f for f in case.figures if f.value is not None and known(f.value) and _ROUND.search(f.metric)]
    investors: dict[tuple[str, str], set[str]] = {}
    for leg in case.legs:
        if leg.instrument in ("equity", "convertible"):
            investors.setdefault((leg.deal_id, leg.payee), set()).add(leg.payer)
    for leg in case.legs:
        amount = size(leg.amount)
        if leg.instrument not in ("equity", "convertible") or leg.amount.basis not in CASH_BASES or leg.is_joint:
            continue
        history = events.get(leg.key, [])
        several = len(investors[leg.deal_id, leg.payee]) > 1
        whole = [e for e in history if not e.leg and (total := size(e.amount)) and amount and same(amount, total)]
        if amount and whole and several:
            yield finding(CODE, LEVEL, leg, "amount_central_usd", related=whole[:1], found=f"{amount:f}", leg=leg.key)
            continue
        reported = [
            f for f in rounds
            if f.entity == leg.payee and f.value and amount and same(amount, f.value)
            and f.period is not None and any(e.date.first.year == f.period.first.year for e in history)
        ]  # fmt: skip
        if reported:
            yield finding(
                CODE, "warning", leg, "amount_central_usd", variant="figure", related=reported[:1], found=f"{amount:f}",
                leg=leg.key,
            )  # fmt: skip
        text = words_of(leg)
        spoken = _WORDS.search(text)
        is_whole = spoken and amount and any(same(amount, one) for one in written_amounts(spoken.group(0)))
        if spoken and is_whole and not reported and _OTHERS.search(text):
            yield finding(
                CODE, "warning", leg, "amount_central_usd", variant="words", found=spoken.group(0), leg=leg.key
            )
        most = leg.amount.ceiling or amount
        for event in history:
            told = size(event.amount)
            if (
                event.leg
                and event.scope in ("leg", "added")
                and told
                and most
                and event.status in BOUND | PAID
                and event.amount.basis == "total"
                and told > most * 2
                and _RAISED.search(event.what)
            ):
                yield finding(
                    CODE, "warning", event, "amount_usd", variant="event", related=[leg], found=f"{told:f}",
                    expected=f"{most:f}", leg=leg.key,
                )  # fmt: skip
