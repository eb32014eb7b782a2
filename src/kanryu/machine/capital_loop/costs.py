"""Costs of the quarter: goods, power, interest, taxes, subsidies (definitions/machine, stage 6 and 6.11)."""

from __future__ import annotations

from typing import Any

import numpy as np

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.ensemble import total


@behaviour(
    reads=("chips_hosts", "chips_credit", "chips_labs", "chips_others", "chips_state"),
    gives=("accelerator_sales", "vendor_profit", "gross_margin"),
    books=("vendor_other_sales", "cost_of_goods", "vendor_cost"),
)
def vendors(s: Any, p: Any) -> dict[str, Any]:
    """gm = gm_lo + gm_hi (1 - exp(-sales/ŝ)); profit = gm·sales - operating cost."""
    sales = total(s.chips_hosts) + total(s.chips_credit) + total(s.chips_labs) + s.chips_others + s.chips_state
    slow = np.minimum(s.quarter + 1, p.window)
    other = p.vendor_other * np.exp(p.vendor_other_growth * slow)
    revenue = sales + other
    margin = p.margin_low + p.margin_gain * -np.expm1(-sales / p.margin_sales)
    goods = (1.0 - margin) * revenue
    fixed = p.vendor_cost * np.exp(p.vendor_cost_growth * slow) + p.vendor_cost_share * revenue
    return {
        "accelerator_sales": sales,
        "vendor_profit": revenue - goods - fixed,
        "gross_margin": margin,
        "vendor_other_sales": other,
        "cost_of_goods": goods,
        "vendor_cost": fixed,
    }


@behaviour(
    reads=("cost_of_goods", "servers", "last.upstream_sales"),
    gives=("upstream_sales",),
    books=("upstream_cost", "upstream_payout"),
)
def upstream(s: Any, p: Any) -> dict[str, Any]:
    """Foundry, memory and servers pay most of their sales on and the rest to their owners a quarter later."""
    sales = total(s.cost_of_goods) + total(s.servers)
    return {
        "upstream_sales": sales,
        "upstream_cost": p.upstream_cost * sales,
        "upstream_payout": (1.0 - p.upstream_cost) * s.last.upstream_sales,
    }


@behaviour(
    reads=(
        "compute_billed",
        "cloud_adopters",
        "cloud_apps",
        "cloud_outside",
        "guarantee_called",
        "subscriptions",
        "models_adopters",
        "models_apps",
        "belief",
        "@loans",
        "@backlog",
        "@chips",
        "@shells",
    ),
    gives=("host_sales", "host_margin", "loan_price", "cloud_sales", "cloud_backlog"),
    books=("power", "interest", "interest_adopters", "revenue_share"),
)
def hosts(s: Any, p: Any) -> dict[str, Any]:
    """AI cloud pays power and operation out of sales; rate = r_f + s0 + s1·debt/assets - s2 B for neoclouds."""
    sales = total(s.compute_billed) + total(s.cloud_adopters) + s.cloud_apps + s.cloud_outside
    sales[5:] += s.guarantee_called
    cost = np.concatenate([(1.0 - p.cloud_margin) * sales[:5], (1.0 - p.neocloud_margin) * sales[5:]])
    debt = np.maximum(-s.balance("loans", "hyperscalers+neoclouds"), 0.0)
    assets = s.balance("chips", "hyperscalers+neoclouds")[5:] + s.balance("shells", "neoclouds")
    rate = np.clip(p.loan_rate + p.loan_leverage * debt[5:] / (assets + 1e5) - p.loan_belief * s.belief, 0.005, 0.06)
    openai = s.models_adopters[:, 0]
    return {
        "host_sales": sales,
        "host_margin": sales - cost,
        "loan_price": rate,
        # memo items beside the books: conventional cloud is part of core cash flow
        "cloud_sales": sales[:5] + p.cloud_base * np.exp(p.cloud_growth * (s.quarter + 1)),
        "cloud_backlog": total(s.register("backlog"))[:5] + p.backlog_base * np.exp(p.cloud_growth * (s.quarter + 1)),
        "power": cost,
        "interest": np.concatenate([p.bond_rate * debt[:5], rate * debt[5:]]),
        "interest_adopters": p.bond_rate * np.maximum(-s.balance("loans", "adopters"), 0.0),
        "revenue_share": p.revenue_share * (total(openai) + s.models_apps[0] + s.subscriptions[0]),
    }


@behaviour(
    reads=(
        "vendor_profit",
        "host_margin",
        "wear_chips",
        "wear_shells",
        "interest",
        "capex_hyperscalers",
        "last.foreign_gap",
        "last.foreign_compute",
        "efficient_chips",
        "capex_neoclouds",
        "@deposits",
        "interest_adopters",
    ),
    gives=("subsidy_rate", "foreign_gap", "foreign_compute"),
    books=("tax_vendors", "tax_hyperscalers", "subsidy", "state_borrowing", "bank_payout"),
)
def state(s: Any, p: Any) -> dict[str, Any]:
    """s_g = s_g0 + s_g1·min(foreign/home, 2): the nearer the rival, the more a state pays.

    Deficits are borrowed from the bank.
    """
    rate = p.subsidy + p.subsidy_race * np.minimum(np.exp(s.last.foreign_gap), 2.0)
    building = np.concatenate([s.capex_hyperscalers, s.capex_neoclouds])
    income = s.host_margin[:5] - s.wear_chips[:5] - s.wear_shells[:5] - s.interest[:5]
    paid = p.tax_rate * np.maximum(s.vendor_profit, 0.0)
    paid_hosts = p.tax_rate * np.maximum(income, 0.0)
    given = rate * building
    # the foreign state builds on its own and catches up with a part of the distance; the gap is the log distance
    home = np.log(np.maximum(total(s.efficient_chips), 1.0))
    before = s.last.foreign_compute
    foreign = before + p.foreign_growth + p.foreign_chase * np.maximum(home - before, 0.0)
    need = total(given) - total(paid) - total(paid_hosts) - s.cash("us-government")
    return {
        "subsidy_rate": rate,
        "foreign_gap": foreign - home,
        "foreign_compute": foreign,
        "tax_vendors": paid,
        "tax_hyperscalers": paid_hosts,
        "subsidy": given,
        "state_borrowing": np.maximum(need, 0.0),
        # K -> O: interest received goes to depositors in the same quarter
        "bank_payout": total(s.interest) + total(s.interest_adopters),
    }
