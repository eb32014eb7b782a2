"""No fact without a source.

Wrong: an event, a stake or a figure without `source_url`.
Right: the address (or the id of the document) where it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kanryu.case.findings import finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "fact-source"
LEVEL: Level = "error"
AT = "events.csv:2:46"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd
round,1,nvidia,openai,equity,total,30000000000
events.csv
deal_id,leg,date,status,amount_usd,what,source_url
round,1,2026-02-27,signed,30000000000,signed,
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd
round,1,nvidia,openai,equity,total,30000000000
events.csv
deal_id,leg,date,status,amount_usd,what,source_url
round,1,2026-02-27,signed,30000000000,signed,https://example.org/round
"""


def find(case: Case) -> Iterator[Problem]:
    """Events, stakes and figures whose source is empty."""
    tables: tuple[Iterable[Any], ...] = (case.events, case.stakes, case.figures, case.series)
    for records in tables:
        for record in records:
            if not record.source.url.strip():
                yield finding(CODE, LEVEL, record, "source_url")
