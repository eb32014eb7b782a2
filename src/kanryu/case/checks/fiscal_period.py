"""A fiscal year is not a calendar year: Nvidia's FY2026 is almost all of calendar 2025.

Wrong: the period `FY2026` with no end, where nobody can say which months it covers.
Right: `FY2026 (to 2026-01)`, or the calendar period with the fiscal one in `fiscal_period`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kanryu.case.findings import finding
from kanryu.case.records import Case
from kanryu.core.problems import Level, Problem

CODE = "fiscal-period"
LEVEL: Level = "note"
AT = "figures.csv:2:16"
WRONG = """figures.csv
entity,metric,period,value,unit,source_url
nvidia,revenue,FY2026,215900000000,USD,https://example.org/a
"""
RIGHT = """figures.csv
entity,metric,period,value,unit,source_url
nvidia,revenue,FY2026 (to 2026-01),215900000000,USD,https://example.org/a
"""
_FISCAL = re.compile(r"\b(?:FY|fiscal(?: year)?) ?'?(?P<year>\d{2,4})|(?P<ja>\d{4})年度|(?P<march>\d{4})年\d月期", re.I)

_END = re.compile(r"\((?:to|ended|ending|until)\b|まで", re.I)


def find(case: Case) -> Iterator[Problem]:
    """Fiscal periods without a calendar place, and those read as the calendar year of the same number (warning)."""
    for figure in case.figures:
        match = _FISCAL.search(figure.period_text)
        if not match or _END.search(figure.period_text):
            continue
        if figure.period is None:
            yield finding(CODE, LEVEL, figure, "period", found=figure.period_text, entity=figure.entity)
            continue
        year = (match.group("year") or match.group("ja") or "")[:4]
        is_whole_year = figure.period.precision == "year" and figure.period_start is None
        if is_whole_year and figure.period.text[:4] == year:
            yield finding(
                CODE, "warning", figure, "period", variant="calendar", found=figure.period_text, entity=figure.entity
            )
