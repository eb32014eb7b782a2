"""Close of the quarter: fund units to net asset value, spending shares for the next decisions, outputs of claims."""

from __future__ import annotations

from typing import Any

import numpy as np

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.ensemble import total
from kanryu.machine.capital_loop.economy import FUNDS


@behaviour(reads=("@worth",), books=("mark_units",))
def fund_units(s: Any, p: Any) -> dict[str, Any]:
    """Units = net asset value, so a fund's net worth is zero."""
    gap = np.stack([s.worth(fund) for fund in FUNDS])
    return {"mark_units": gap}


@behaviour(
    reads=(
        "compute_paid",
        "chips_labs",
        "chips_hosts",
        "chips_credit",
        "lab_budget",
        "host_sales",
        "capex_hyperscalers",
        "capex_neoclouds",
        "last.shares_lab_host",
        "last.shares_lab_vendor",
        "last.shares_host_vendor",
        "power",
        "interest",
    ),
    gives=("shares_lab_host", "shares_lab_vendor", "shares_host_vendor"),
)
def spending_shares(s: Any, p: Any) -> dict[str, Any]:
    """Shares of spending between machine members over about four quarters; a host's purchase out of a received dollar.

    A host buys chips from all its money; only the part that its AI sales could have paid counts as coming back.
    """
    budget = np.maximum(s.lab_budget, 1e6)
    bought = s.chips_hosts.copy()
    bought[5:] += s.chips_credit
    outlay = np.concatenate([s.capex_hyperscalers, s.capex_neoclouds]) + s.power + s.interest
    to_vendor = bought / np.maximum(outlay, 1e6)[:, None]
    return {
        "shares_lab_host": 0.75 * s.last.shares_lab_host + 0.25 * s.compute_paid / budget[:, None],
        "shares_lab_vendor": 0.75 * s.last.shares_lab_vendor + 0.25 * s.chips_labs / budget[:, None],
        "shares_host_vendor": 0.75 * s.last.shares_host_vendor + 0.25 * np.minimum(to_vendor, 1.0),
    }


@behaviour(
    reads=(
        "loans",
        "bonds",
        "vendor_to_labs",
        "hyperscaler_to_labs",
        "outside_to_labs",
        "venture_to_labs",
        "outside_to_neoclouds",
        "last.fees_mean",
    ),
    gives=("street_fees", "fees_mean"),
)
def street(s: Any, p: Any) -> dict[str, Any]:
    """Fees of the Street: a part of money raised, against its own slow mean."""
    raised = total(s.loans) + total(s.bonds) + total(s.outside_to_labs) + total(s.venture_to_labs)
    raised = (
        raised + total(s.outside_to_neoclouds) + total(total(s.vendor_to_labs)) + total(total(s.hyperscaler_to_labs))
    )
    mean = 0.9 * s.last.fees_mean + 0.1 * raised
    return {"street_fees": np.clip(raised / np.maximum(mean, 1e5) - 1.0, -1.0, 2.0), "fees_mean": mean}
