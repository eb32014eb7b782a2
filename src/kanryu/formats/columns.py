"""Which columns the tables of a case have: those that must be there and all that are read."""

from __future__ import annotations

import difflib
import re

from kanryu.core.problems import Problem, problem
from kanryu.formats.tables import Table

REQUIRED = {
    "entities": ("id",),
    "deals": ("deal_id", "payer", "payee", "instrument"),
    "events": ("deal_id", "date", "status"),
    "stakes": ("owner", "issuer", "as_of"),
    "figures": ("entity", "metric", "value"),
}
AMOUNT = re.compile(r"amount(?:_(low|central|high))?(?:_([a-z]{3}))?\Z")
_SOURCE = "source_url source_publisher source_date grade quote"
KNOWN = {
    "entities": "id name name_en name_ja kind role is_aggregate fiscal_year_end country ticker cik note",
    "deals": "deal_id leg payer payee instrument currency basis amount_note start end is_cancelable is_contingent "
    "is_funded is_joint replaces part_of due conditions description",
    "events": "deal_id leg date known_on status currency basis scope own_amount own_amount_usd is_repeat "
    f"is_cumulative paid_from paid_to what {_SOURCE}",
    "stakes": f"owner issuer pct shares as_of known_on {_SOURCE}",
    "figures": f"entity metric period fiscal_period value unit known_on {_SOURCE} note",
}


def check_columns(name: str, table: Table, problems: list[Problem]) -> None:
    """Columns that are missing, and those that nobody reads: a misspelt one would be lost in silence."""
    for column in REQUIRED[name]:
        if column not in table.columns:
            found = ", ".join(table.columns[:20])
            problems.append(
                problem(
                    "column-missing",
                    "error",
                    table.where,
                    "formats.column_missing",
                    table=name,
                    found=found,
                    expected=column,
                )
            )
    known = KNOWN[name].split()
    has_amount = name in ("deals", "events")
    spelt = [*known, *(("amount_low", "amount_central", "amount_high", "amount_usd") if has_amount else ())]
    for column in dict.fromkeys(table.columns):
        if column and column not in known and not (has_amount and AMOUNT.match(column)):
            near = difflib.get_close_matches(column, spelt, n=1, cutoff=0.75)
            problems.append(
                problem(
                    "column-unknown",
                    "warning" if near else "note",
                    table.heading(column),
                    "formats.column_unknown_near" if near else "formats.column_unknown",
                    table=name,
                    found=column,
                    near=near[0] if near else "",
                )
            )
