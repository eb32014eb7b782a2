"""A source is an address that can be opened, or the id of a document.

Wrong: `see the press` or `htp:/example.org`.
Right: `https://example.org/round`, `doi:10.1000/1`, `seed:essay.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from kanryu.case.findings import finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "source-shape"
LEVEL: Level = "warning"
AT = "events.csv:2:39"
WRONG = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd
round,1,nvidia,openai,equity,total,30000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,1,2026-02-27,signed,30000000000,htp:/example.org
"""
RIGHT = """deals.csv
deal_id,leg,payer,payee,instrument,basis,amount_central_usd
round,1,nvidia,openai,equity,total,30000000000
events.csv
deal_id,leg,date,status,amount_usd,source_url
round,1,2026-02-27,signed,30000000000,https://example.org/round
"""
_WEB = re.compile(r"https?://[^\s/?#<>\"]+\.[^\s<>\"]+\Z", re.I)
_DOCUMENT = re.compile(r"(?!https?:|htt?p?s?:)[a-z][a-z0-9+.-]{1,20}:[^\s/][^\r\n]{0,300}\Z|file:\S+\Z", re.I)


def find(case: Case) -> Iterator[Problem]:
    """Sources that are neither a web address nor `kind:id`."""
    tables: tuple[Iterable[Any], ...] = (case.events, case.stakes, case.figures, case.series)
    for records in tables:
        for record in records:
            url = record.source.url.strip()
            if url and not _WEB.match(url) and not _DOCUMENT.match(url):
                yield finding(CODE, LEVEL, record, "source_url", found=url)
