"""Every code that a problem can have, with its level and, where a table can show it, a wrong and a right example.

Rules about facts are files in `case/checks`; the codes of reading, of payments files, of series and of imports are
listed here, because the readers find them while they read.
"""

from __future__ import annotations

import functools

import msgspec

from kanryu.case.checks import rules
from kanryu.core.problems import Level


class Entry(msgspec.Struct, frozen=True):
    """One code. `at` is the place at which the wrong example is found; texts are `checks.<code>.title` and `.why`."""

    code: str
    level: Level
    wrong: str = ""
    right: str = ""
    at: str = ""


_DEALS = "deals.csv\ndeal_id,leg,payer,payee,instrument,amount_central_usd,start\n"
_EVENTS = _DEALS + "round,1,nvidia,openai,equity,30000000000,2026\nevents.csv\ndeal_id,leg,date,status,source_url\n"
_PAYMENTS = "payments.csv\n"


def _deal(row: str) -> str:
    return _DEALS + row + "\n"


_READING: tuple[Entry, ...] = (
    Entry("amount-format", "error", _deal("round,1,nvidia,openai,equity,$30bn,2026"),
          _deal("round,1,nvidia,openai,equity,30000000000,2026"), "deals.csv:2:30"),
    Entry("amount-size", "error", _deal("round,1,nvidia,openai,equity,30000000000000000000,2026"),
          _deal("round,1,nvidia,openai,equity,30000000000,2026"), "deals.csv:2:30"),
    Entry("date-format", "error", _deal("round,1,nvidia,openai,equity,30000000000,03/04/2025"),
          _deal("round,1,nvidia,openai,equity,30000000000,2025-04-03"), "deals.csv:2:42"),
    Entry("date-impossible", "error", _deal("round,1,nvidia,openai,equity,30000000000,2025-02-30"),
          _deal("round,1,nvidia,openai,equity,30000000000,2025-02-28"), "deals.csv:2:42"),
    Entry("cell-missing", "error", _deal("round,1,,openai,equity,30000000000,2026"),
          _deal("round,1,nvidia,openai,equity,30000000000,2026"), "deals.csv:2:9"),
    Entry("instrument-unknown", "error", _deal("round,1,nvidia,openai,shares,30000000000,2026"),
          _deal("round,1,nvidia,openai,equity,30000000000,2026"), "deals.csv:2:23"),
    Entry("status-unknown", "error", _EVENTS + "round,1,2026-02-27,anounced,https://example.org/a\n",
          _EVENTS + "round,1,2026-02-27,announced,https://example.org/a\n", "events.csv:2:20"),
    Entry("basis-unknown", "error",
          "deals.csv\ndeal_id,leg,payer,payee,instrument,basis\nround,1,nvidia,openai,equity,whole\n",
          "deals.csv\ndeal_id,leg,payer,payee,instrument,basis\nround,1,nvidia,openai,equity,total\n",
          "deals.csv:2:30"),
    Entry("flag-format", "error",
          "deals.csv\ndeal_id,leg,payer,payee,instrument,is_cancelable\nround,1,nvidia,openai,equity,maybe\n",
          "deals.csv\ndeal_id,leg,payer,payee,instrument,is_cancelable\nround,1,nvidia,openai,equity,yes\n",
          "deals.csv:2:30"),
    Entry("role-unknown", "error",
          "entities.csv\nid,name_en,name_ja,kind,role\nnvidia,NVIDIA,エヌビディア,chip_vendor,seller\n",
          "entities.csv\nid,name_en,name_ja,kind,role\nnvidia,NVIDIA,エヌビディア,chip_vendor,chips\n",
          "entities.csv:2:34"),
    Entry("grade-unknown", "error",
          _DEALS + "round,1,nvidia,openai,equity,1000000,2026\nevents.csv\ndeal_id,leg,date,status,source_url,grade\n"
          "round,1,2026-02-27,signed,https://example.org/a,E\n",
          _DEALS + "round,1,nvidia,openai,equity,1000000,2026\nevents.csv\ndeal_id,leg,date,status,source_url,grade\n"
          "round,1,2026-02-27,signed,https://example.org/a,C\n", "events.csv:2:49"),
    Entry("column-missing", "error", "deals.csv\ndeal_id,leg,payer,payee\nround,1,nvidia,openai\n",
          "deals.csv\ndeal_id,leg,payer,payee,instrument\nround,1,nvidia,openai,equity\n", "deals.csv"),
    Entry("column-twice", "error",
          "deals.csv\ndeal_id,leg,payer,payee,payee,instrument\nround,1,nvidia,openai,amd,equity\n",
          "deals.csv\ndeal_id,leg,payer,payee,instrument\nround,1,nvidia,openai,equity\n", "deals.csv:1:1"),
    Entry("column-unknown", "warning",
          "deals.csv\ndeal_id,leg,payer,payee,instrument,ammount_usd\nround,1,nvidia,openai,equity,5\n",
          "deals.csv\ndeal_id,leg,payer,payee,instrument,amount_usd\nround,1,nvidia,openai,equity,5000000\n",
          "deals.csv:1:36"),
    Entry("row-length", "error", _deal("round,1,nvidia,openai,equity,30,000,000,000,2026"),
          _deal("round,1,nvidia,openai,equity,30000000000,2026"), "deals.csv:2:1"),
    Entry("month-unknown", "error"),
    Entry("scope-unknown", "error"),
    Entry("outside-missing", "warning"),
    Entry("stress-plan", "warning"),
    Entry("later-value", "error"),
    Entry("row-unreadable", "error"),
    Entry("table-missing", "error"),
    Entry("table-columns", "error"),
    Entry("table-rows", "error"),
    Entry("file-too-large", "error"),
    Entry("file-binary", "error"),
    Entry("file-encoding", "error"),
    Entry("file-unreadable", "error"),
    Entry("file-empty", "error", "stakes.csv\n", "stakes.csv\nowner,issuer,pct,shares,as_of,source_url\n",
          "stakes.csv:1:1"),
    Entry("toml-syntax", "error", 'kanryu.toml\ncurrency = USD\n', 'kanryu.toml\ncurrency = "USD"\n',
          "kanryu.toml:1:12"),
    Entry("toml-value", "error"),
    Entry("quote-open", "error", _deal('round,1,nvidia,openai,equity,30000000000,"2026'),
          _deal("round,1,nvidia,openai,equity,30000000000,2026"), "deals.csv:2:42"),
    Entry("row-too-long", "error"),
    Entry("due-format", "error",
          "deals.csv\ndeal_id,leg,payer,payee,instrument,due\nround,1,nvidia,openai,equity,in June\n",
          "deals.csv\ndeal_id,leg,payer,payee,instrument,due\nround,1,nvidia,openai,equity,2026-06-30=1000000\n",
          "deals.csv:2:30"),
    Entry("rule-failed", "error"),
)  # fmt: skip


def _paid(row: str) -> str:
    return f"{_PAYMENTS}src,dst,t,amount\na,b,2025-01-01,100\n{row}\n"


_GOOD = _paid("b,a,2025-01-02,40")
_OF_PAYMENTS: tuple[Entry, ...] = (
    Entry("payments-account-missing", "error", _paid(",a,2025-01-02,40"), _GOOD),
    Entry("payments-amount-missing", "error", _paid("b,a,2025-01-02,"), _GOOD),
    Entry("payments-not-a-number", "error", _paid("b,a,2025-01-02,forty"), _GOOD),
    Entry("payments-negative", "error", _paid("b,a,2025-01-02,-40"), _GOOD),
    Entry("payments-too-large", "error", _paid("b,a,2025-01-02,40000000000000000"), _GOOD),
    Entry("payments-total", "error"),
    Entry("payments-time-missing", "error", _paid("b,a,,40"), _GOOD),
    Entry("payments-time-out-of-range", "error"),
    Entry("payments-not-a-time", "error", _paid("b,a,yesterday,40"), _GOOD),
    Entry("payments-id-twice", "error"),
    Entry("payments-currency-mixed", "error"),
    Entry("payments-rounded", "warning"),
    Entry("payments-no-rows", "error", _PAYMENTS + "src,dst,t,amount\n", _GOOD),
    Entry("payments-parquet", "error"),
    Entry("payments-file", "error"),
    Entry("payments-empty", "error"),
    Entry("payments-columns", "error"),
    Entry("payments-column", "error"),
    Entry("payments-column-twice", "error"),
    Entry("payments-column-missing", "error", _PAYMENTS + "src,t,amount\na,2025-01-01,100\n", _GOOD),
    Entry("payments-column-unclear", "error"),
    Entry("payments-role", "error"),
    Entry("payments-row-width", "error", _paid("b,a,2025-01-02,40,7"), _GOOD),
    Entry("payments-row-quote", "error"),
    Entry("payments-self", "warning"),
    Entry("payments-twice", "note"),
)
_SERIES: tuple[tuple[str, Level], ...] = (
    ("empty", "error"), ("header", "error"), ("empty-column", "error"), ("trimmed", "note"), ("gap", "error"),
    ("text", "error"),
    ("log", "error"), ("short", "error"), ("constant", "error"), ("date", "error"), ("gap-date", "warning"),
    ("twice", "error"), ("backward", "error"),
)  # fmt: skip
_IMPORT: tuple[tuple[str, Level], ...] = (
    ("table", "error"), ("header", "error"), ("mapping", "error"), ("column", "error"), ("open", "error"),
    ("value", "error"), ("direction", "error"), ("amount", "error"), ("unit", "error"), ("currency", "error"),
    ("date", "error"), ("missing", "error"), ("deal", "error"), ("not-a-payment", "warning"), ("row", "note"),
)  # fmt: skip


@functools.cache
def catalogue() -> dict[str, Entry]:
    """All codes in alphabetical order."""
    entries = [Entry(rule.CODE, rule.LEVEL, rule.WRONG, rule.RIGHT, rule.AT) for rule in rules().values()]
    entries += [*_READING, *_OF_PAYMENTS]
    entries += [Entry(f"series-{code}", level) for code, level in _SERIES]
    entries += [Entry(f"import-{code}", level) for code, level in _IMPORT]
    return {entry.code: entry for entry in sorted(entries, key=lambda entry: entry.code)}
