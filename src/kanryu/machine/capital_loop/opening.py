"""Opening balances of 2022Q4 (definitions/machine, sections 1 and 7).

`BALANCES` lists every opening figure in dollars with its source; "assumed" marks those for which no figure exists, with
a range. The posterior does not move them.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from kanryu.machine.books.ensemble import Ensemble
from kanryu.machine.capital_loop.economy import BANKS, OUTSIDE, STATE


class Opening(msgspec.Struct, frozen=True):
    """One line of the opening balance sheet. `low` and `high` are given where the figure is assumed."""

    account: str
    party: str
    amounts: tuple[float, ...]
    source: str
    low: float = 1.0
    high: float = 1.0

    @property
    def is_assumed(self) -> bool:
        """No published figure stands behind it."""
        return self.source.startswith("assumed")


BALANCES: tuple[Opening, ...] = (
    Opening("deposits", "vendors", (13.3e9, 5.9e9), "company reports for 2022Q4: cash and securities"),
    Opening("deposits", "upstream", (40e9,), "assumed", 0.5, 2.0),
    Opening(
        "deposits", "hyperscalers", (99.5e9, 113.8e9, 70.0e9, 40.7e9, 8.8e9), "company reports: cash and securities"
    ),
    Opening("deposits", "neoclouds", (0.15e9, 0.4e9), "assumed", 0.3, 3.0),
    Opening("deposits", "labs", (1.2e9, 0.7e9, 1.5e9), "assumed", 0.3, 2.0),
    Opening("deposits", "adopters", (12e9, 20e9, 30e9, 12e9, 25e9), "assumed", 0.5, 2.0),
    Opening("deposits", "startups", (45e9, 55e9, 60e9, 280e9), "assumed: about two years of venture money", 0.5, 1.5),
    Opening("deposits", "venture", (2e9,), "assumed", 0.0, 5.0),
    Opening("deposits", "index", (1e9,), "assumed", 0.0, 5.0),
    Opening("deposits", "active", (5e9,), "assumed", 0.0, 5.0),
    Opening("deposits", "government", (0.0,), "assumed", 1.0, 1.0),
    Opening("deposits", "outside", (20e12,), "assumed: order of magnitude of broad money", 0.5, 2.0),
    Opening("loans", "hyperscalers", (48e9, 13e9, 67e9, 9.9e9, 90e9), "company reports: long-term debt"),
    Opening("loans", "neoclouds", (0.05e9, 0.3e9), "assumed", 0.0, 5.0),
    Opening("loans", "adopters", (60e9, 400e9, 500e9, 200e9, 80e9), "assumed", 0.5, 2.0),
    Opening("venture_equity", "startups", (160e9, 180e9, 170e9, 900e9), "assumed: several years of rounds", 0.5, 2.0),
    Opening(
        "chips", "hyperscalers", (22e9, 24e9, 30e9, 17e9, 4e9), "assumed: part of property and equipment", 0.5, 2.0
    ),
    Opening("chips", "neoclouds", (0.3e9, 1.2e9), "assumed", 0.3, 3.0),
    Opening("chips", "labs", (0.1e9, 0.02e9, 0.3e9), "assumed", 0.1, 3.0),
    Opening(
        "shells", "hyperscalers", (60e9, 85e9, 90e9, 60e9, 9e9), "assumed: part of property and equipment", 0.5, 2.0
    ),
    Opening("shells", "neoclouds", (0.1e9, 0.5e9), "assumed", 0.3, 3.0),
)
EFFICIENT_CHIPS = (2.6e9, 3.0e9, 2.6e9, 2.4e9, 0.5e9, 0.12e9, 0.9e9, 0.1e9, 0.02e9, 0.3e9)  # assumed
LAB_STAKES = {  # part of the lab held at the end of 2022; the remainder belongs to staff and others (outside)
    "openai": {"microsoft": 0.20, "sector-venture": 0.10},
    "anthropic": {"alphabet": 0.05, "sector-venture": 0.20},
    "sector-labs": {"sector-venture": 0.40},
}
INDEX_PART = 0.20  # assumed: index funds' part of listed shares
NEOCLOUD_STAKE = 0.03  # assumed: nvidia's part of neoclouds before their listing
CAPEX_START = (7.0e9, 7.6e9, 16.6e9, 9.2e9, 2.4e9)  # hyperscaler series, 2022Q4 (microsoft smoothed)


def open_books(books: Ensemble, p: Any, runs: Any) -> dict[str, Any]:
    """Set the opening balances and give the lagged values of the first quarter."""
    chart, n = books.chart, books.runs
    for line in BALANCES:
        amounts = np.asarray(line.amounts)[:, None]
        if line.account == "deposits":
            books.open_deposits(line.party, amounts, BANKS)
        elif line.account == "loans":
            books.open_claim("loans", BANKS, line.party, amounts)
        elif line.account == "venture_equity":
            books.open_claim("venture_equity", "sector-venture", line.party, amounts)
        else:
            books.open_with(line.account, line.party, amounts)
    books.open_deposits("bear", np.broadcast_to(p.bear_money, (1, n)), BANKS)
    _open_shares(books, p)
    books.registers["backlog"] = np.zeros((3, 7, n))
    books.registers["backlog"][0, 0] = 1.0e9  # openai's home at the end of 2022; assumed
    for fund in ("sector-venture", "sector-index-funds", "sector-active-funds", "scion"):
        worth = sum(books.balances[row] for row in chart.rows_of(fund))
        books.open_claim("fund_units", OUTSIDE, fund, np.asarray(worth)[None])
    one = np.ones(n)
    belief = p.belief_start * one
    return {
        "susceptible": 1.0 - belief,
        "belief": belief,
        "weary": 0.0 * one,
        "return_smooth": 0.0 * one,
        "market_return": 0.0 * one,
        "lab_growth": p.growth_expected * one,
        "need": 0.3 * one,
        "street_fees": 0.0 * one,
        "fees_mean": 5e9 * one,
        "adoption": p.adoption_start * one,
        "intensity": p.adoption_start * p.spend_ceiling * p.ceiling_scale * one,
        "quality": one,
        "ai_spending": p.adoption_start * p.spend_ceiling * p.ceiling_scale * p.sales * one,
        "subscribed": p.subscriptions_start * one,
        "lab_revenue": np.outer([12e6, 1e6, 40e6], one),
        "lab_alive": np.ones((3, n)),
        "host_alive": np.ones((7, n)),
        "low_budget": np.zeros((3, n)),
        "host_part": np.outer(np.array([0.4, 0.15, 0.2, 0.0, 0.1, 0.03, 0.12]), one),
        "compute_price": one,
        "efficient_chips": np.outer(EFFICIENT_CHIPS, one),
        "accelerator_book": np.outer(EFFICIENT_CHIPS, one),
        "core_path": p.core_cash * one,
        "capex_hyperscalers": np.outer(CAPEX_START, one),
        "neocloud_receipts": np.outer([0.03e9, 0.2e9], one),
        "unfilled": np.zeros((12, n)),
        "vendor_capacity": p.capacity_start / (1.0 + p.capacity_growth) * one,
        "ordered_hosts": 1.3e9 * one,
        "upstream_sales": 12e9 * one,
        "foreign_gap": 0.0 * one,
        "foreign_compute": np.log(10e9) * one,
        "subsidy_rate": p.subsidy * one,
        "mark": p.mark_start * one,
        "mark_rise": np.zeros((3, n)),
        "withheld": np.zeros((3, n)),
        "venture_gains": 0.0 * one,
        "top_value": 1787e9 * one,
        "price_earnings": np.full((9, n), 25.0),
        "earnings": np.outer([1.9e9, 0.9e9, 16e9, 15e9, 5e9, 7e9, 2.6e9, 0.02e9, 0.05e9], one),
        "earnings_trend": np.zeros((9, n)),
        "price_premium": np.zeros((9, n)),
        "shares_lab_host": np.full((3, 7, n), 0.05),
        "shares_lab_vendor": np.full((3, 2, n), 0.03),
        "shares_host_vendor": np.full((7, 2, n), 0.1),
        "bear_over": 0.0 * one,
        "bear_aware": 0.0 * one,
        "bear_called": 0.0 * one,
        "bear_peak": p.bear_money * one,
        "put_notional": 0.0 * one,
        "put_price": one,
        "people_ai": p.talent_ai * one,
        "people_tech": p.talent_tech * one,
        "people_science": p.talent_science * one,
    }


def _open_shares(books: Ensemble, p: Any) -> None:
    chart = books.chart
    labs, holders = chart.issuers["lab_shares"], chart.holders["lab_shares"]
    value = np.broadcast_to(p.mark_start, (3, books.runs))
    part = np.zeros((len(labs), len(holders)))
    for row, lab in enumerate(labs):
        for holder, share in LAB_STAKES[lab].items():
            part[row, holders.index(holder)] = share
        part[row, holders.index(OUTSIDE)] = 1.0 - part[row].sum()
    # one unit is one dollar of 2022Q4
    books.open_shares("lab_shares", part * value[:, :1], np.ones(len(labs)))
    issuers, holders = chart.issuers["listed_shares"], chart.holders["listed_shares"]
    part = np.zeros((len(issuers), len(holders)))
    part[:, holders.index("sector-index-funds")] = INDEX_PART
    part[:, holders.index("sector-active-funds")] = np.ravel(p.free_float)[0]
    for neocloud in ("coreweave", "sector-neoclouds"):
        part[issuers.index(neocloud), holders.index("nvidia")] = NEOCLOUD_STAKE
    part[:, holders.index(OUTSIDE)] = 1.0 - part.sum(axis=1)
    books.open_shares("listed_shares", part * np.asarray(p.value_start), np.ones(len(issuers)))


__all__ = ["BALANCES", "BANKS", "OUTSIDE", "STATE", "Opening", "open_books"]
