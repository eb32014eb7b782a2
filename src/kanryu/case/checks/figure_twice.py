"""Two sources give different numbers for the same thing: both stay, and a reader should know.

Wrong (to know): capex of 2025 is 410bn in one source and 520bn in another.
Right: keep both with their sources, or the better one.
"""

from __future__ import annotations

from collections.abc import Iterator

from kanryu.case.findings import finding, known, same
from kanryu.case.records import Case, Figure
from kanryu.core.problems import Level, Problem

CODE = "figure-twice"
LEVEL: Level = "note"
AT = "figures.csv:3:21"
WRONG = """figures.csv
entity,metric,period,value,unit,source_url
big-four,capex,2025,410000000000,USD,https://example.org/a
big-four,capex,2025,520000000000,USD,https://example.org/b
"""
RIGHT = """figures.csv
entity,metric,period,value,unit,source_url
big-four,capex,2025,410000000000,USD,https://example.org/a
big-four,capex,2026,520000000000,USD,https://example.org/b
"""


def find(case: Case) -> Iterator[Problem]:
    """Figures that differ by more than half a percent from an earlier row of the same entity, metric and period."""
    seen: dict[tuple[str, ...], Figure] = {}
    for figure in case.figures:
        if figure.value is None or not known(figure.value):
            continue
        first = seen.setdefault((figure.entity, figure.metric, figure.period_text, figure.unit), figure)
        if first is not figure and first.value is not None and not same(figure.value, first.value):
            yield finding(
                CODE, LEVEL, figure, "value", related=[first], found=f"{figure.value:f}", expected=f"{first.value:f}",
                what=f"{figure.entity} {figure.metric} {figure.period_text}",
            )  # fmt: skip
