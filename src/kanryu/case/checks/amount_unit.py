"""Amounts are whole currency: 30bn is 30000000000, not 30.

Wrong: 30 in a table of billions, or 30000 for "30bn".
Right: 30000000000.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from decimal import Decimal

from kanryu.case.findings import figures, finding, same, size, words_of, written_amounts
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "amount-unit"
LEVEL: Level = "error"
AT = "deals.csv:2:30"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,amount_note
round,1,nvidia,openai,equity,30,30bn in one payment
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,amount_central_usd,amount_note
round,1,nvidia,openai,equity,30000000000,30bn in one payment
"""
_FACTORS = (Decimal(1000), Decimal(10) ** 6, Decimal(10) ** 9)


def find(case: Case) -> Iterator[Problem]:
    """Amounts that their own note contradicts by a thousand, a million or a billion, or that are tiny in their case."""
    sizes = sorted(s for leg in case.legs if (s := size(leg.amount)) and s > 0)
    middle = statistics.median(sizes) if len(sizes) >= 3 else None
    for leg in case.legs:
        amount = size(leg.amount)
        if not amount or amount < 0:
            continue
        named = written_amounts(words_of(leg)[:2000])
        if not any(same(amount, n) for n in named):
            wrong = next((n for n in named for f in _FACTORS if same(amount * f, n) or same(amount, n * f)), None)
            if wrong is not None:
                yield finding(
                    CODE, LEVEL, leg, "amount_central_usd", found=f"{amount:f}", expected=f"{wrong:f}", leg=leg.key
                )
                continue
        if middle is not None and max(figures(leg.amount)) < 10_000 and middle >= 1_000_000:
            yield finding(
                CODE, "warning", leg, "amount_central_usd", variant="tiny", found=f"{amount:f}",
                expected=f"{middle:.0f}", leg=leg.key,
            )  # fmt: skip
