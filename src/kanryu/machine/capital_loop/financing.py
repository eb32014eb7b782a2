"""Who keeps the labs alive, and why (definitions/machine, 6.6): vendor finance, venture, outside money, credit.

The order of asking is vendors, hyperscalers, venture, outside. Without substitution a lab's gap is counted as if a cut
link had still delivered, so the others do not fill it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.ensemble import total


@behaviour(
    reads=(
        "lab_burn",
        "lab_revenue",
        "belief",
        "last.mark",
        "last.withheld",
        "last.lab_alive",
        "@deposits",
        "@invoices",
        "@lab_shares",
    ),
    gives=("lab_target", "lab_gap", "mark", "mark_rise", "need", "round"),
    books=("mark_labs",),
)
def ask(s: Any, p: Any) -> dict[str, Any]:
    """target = runway·max(burn, plan); gap = [target - C]+; round if gap > 0.3 target.

    mark = (m0 + m1 B)·4R + option·B, at most 3.5 and at least 0.4 times the last. The option is the value of being in
    the race before there is revenue: without it a lab of 2022 could not have been worth twenty billion.
    """
    grown = p.plan_quarters * -np.expm1(-s.quarter / p.plan_quarters)
    plan = p.plan_start * np.exp(p.plan_growth * grown)
    target = p.runway * np.maximum(s.lab_burn, plan * np.minimum(s.belief / 0.15, 1.5))
    free = s.cash("labs") + s.balance("invoices", "labs")  # invoices are negative: owed to hosts
    missing = np.where(p.substitution > 0.5, 0.0, s.last.withheld)
    gap = np.maximum(target - free - missing, 0.0) * s.last.lab_alive
    asks = gap > p.round_gap * target
    value = (p.mark_base + p.mark_belief * s.belief) * 4.0 * s.lab_revenue + p.mark_option * s.belief
    value = np.clip(value, p.mark_fall * s.last.mark, p.mark_rise * s.last.mark)
    mark = np.where(asks, value, s.last.mark)
    return {
        "lab_target": target,
        "lab_gap": np.where(asks, gap, 0.0),
        "mark": mark,
        "mark_rise": mark / s.last.mark - 1.0,
        "need": total(gap) / np.maximum(total(target), 1.0),
        "round": asks,
        "mark_labs": s.price("lab_shares") * mark / s.last.mark,
    }


@behaviour(
    reads=(
        "last.shares_lab_host",
        "last.shares_lab_vendor",
        "last.shares_host_vendor",
        "last.price_earnings",
        "last.mark_rise",
        "lab_burn",
        "lab_gap",
        "last.lab_alive",
        "@deposits",
    ),
    gives=("vendor_value", "return_to_vendor", "vendor_offer"),
    books=("vendor_to_labs",),
)
def vendor_finance(s: Any, p: Any) -> dict[str, Any]:
    """U = μ ρ [1 + ξ (4 PE - 1)] + ψ û - (k + PD·LGD); x = min(θ [C - C̲]+, s_v gap)·σ(U/τU).

    ρ = [e_l' (A + A²)]_v: what comes back to the vendor at once and through a host. Longer walks need a further round
    of financing and are left to the next quarters; a test compares with the whole matrix.
    """
    through = total((s.last.shares_lab_host[:, :, None] * s.last.shares_host_vendor[None]).swapaxes(0, 1))
    back = s.last.shares_lab_vendor + through  # (labs, vendors, run)
    quarters = np.maximum(s.cash("labs"), 0.0) / np.maximum(s.lab_burn, 1e6)
    risk = p.default_guess * np.exp(-0.5 * quarters)
    multiple = 1.0 + p.own_price_weight * (4.0 * s.last.price_earnings[:2] - 1.0)
    value = (
        p.vendor_margin * back * multiple
        + p.mark_weight * np.clip(s.last.mark_rise, -0.5, 1.0)[:, None]
        - (p.finance_cost + risk)[:, None]
    )
    purse = p.vendor_purse * np.maximum(s.cash("vendors") - p.vendor_floor, 0.0)
    wish = p.vendor_gap_share * s.lab_gap[:, None] * expit(value / p.choice_spread)
    asked = total(wish)
    given = wish * np.minimum(1.0, purse / np.maximum(asked, 1.0))
    given = given.swapaxes(0, 1)
    return {"vendor_value": value, "return_to_vendor": back, "vendor_offer": given, "vendor_to_labs": given}


@behaviour(
    reads=("lab_gap", "last.shares_lab_host", "last.mark_rise", "last.price_earnings", "lab_burn", "@deposits"),
    gives=("hyperscaler_offer",),
    books=("hyperscaler_to_labs",),
)
def hyperscaler_finance(s: Any, p: Any) -> dict[str, Any]:
    """The same decision for a host: what comes back is the lab's compute bought from it."""
    affinity = np.stack([p.affinity_openai, p.affinity_anthropic, p.affinity_others], axis=1)  # (hosts, labs, 1)
    back = s.last.shares_lab_host[:, :5].swapaxes(0, 1)
    multiple = 1.0 + p.own_price_weight * (4.0 * s.last.price_earnings[2:7] - 1.0)
    quarters = np.maximum(s.cash("labs"), 0.0) / np.maximum(s.lab_burn, 1e6)
    value = (
        p.host_margin * back * multiple[:, None]
        + p.mark_weight * np.clip(s.last.mark_rise, -0.5, 1.0)
        - (p.finance_cost + p.default_guess * np.exp(-0.5 * quarters))
    )
    purse = p.host_purse * np.maximum(s.cash("hyperscalers") - 0.5 * p.cash_floor, 0.0)
    wish = affinity * s.lab_gap * expit(value / p.choice_spread)
    given = wish * np.minimum(1.0, purse / np.maximum(total(wish, 1), 1.0))[:, None]
    return {"hyperscaler_offer": given, "hyperscaler_to_labs": given}


@behaviour(
    reads=(
        "belief",
        "last.venture_gains",
        "last.mark_rise",
        "lab_gap",
        "vendor_to_labs",
        "hyperscaler_to_labs",
        "hyperscaler_offer",
        "vendor_offer",
        "@deposits",
    ),
    gives=("venture_total", "venture_part", "venture_gains", "gap_after_industry", "venture_offer"),
    books=("units_venture", "venture_to_startups", "venture_to_labs"),
)
def venture(s: Any, p: Any) -> dict[str, Any]:
    """inflow = v0 exp(v1 marks)(1+g_v)^t; shares = softmax(c_k + b B 1(ai) + d·past return)."""
    gains = 0.7 * s.last.venture_gains + 0.3 * total(np.clip(s.last.mark_rise, -0.5, 1.0)) / 3.0
    # the money shrank after 2021: the stock of committed funds falls by half within a year and then grows with marks
    inflow = p.venture_inflow * np.exp(p.venture_marks * gains) * (1.0 + p.venture_growth) ** s.quarter
    width = s.belief.shape[-1]
    pull = np.zeros((4, width))
    pull[0] = p.venture_ai + p.venture_belief * s.belief + p.venture_returns * gains
    pull[1:] = p.venture_other
    weight = np.exp(pull - pull.max(axis=0))
    part = weight / total(weight)
    given_v = total(np.where(p.substitution > 0.5, s.vendor_to_labs, s.vendor_offer))
    given_h = total(np.where(p.substitution > 0.5, s.hyperscaler_to_labs, s.hyperscaler_offer))
    gap = np.maximum(s.lab_gap - given_v - given_h, 0.0)
    ai = inflow * part[0]
    asked = total(gap)
    to_labs = np.minimum(p.venture_labs * ai, 0.6 * asked) * gap / np.maximum(asked, 1.0)
    money = inflow * part
    money[0] = np.maximum(ai - total(to_labs), 0.0)
    return {
        "venture_total": inflow,
        "venture_part": part,
        "venture_gains": gains,
        "gap_after_industry": gap,
        "venture_offer": to_labs,
        "units_venture": inflow,
        "venture_to_startups": money,
        "venture_to_labs": to_labs,
    }


@behaviour(
    reads=("gap_after_industry", "venture_to_labs", "venture_offer", "belief", "last.top_value"),
    gives=("gap_left", "outside_offer"),
    books=("outside_to_labs",),
)
def outside_investors(s: Any, p: Any) -> dict[str, Any]:
    """Outside money for labs <= π·B·MV of the top; the gap that is left cuts the next budget."""
    filled = np.where(p.substitution > 0.5, s.venture_to_labs, s.venture_offer)
    gap = np.maximum(s.gap_after_industry - filled, 0.0)
    asked = total(gap)
    most = p.outside_money * s.belief * s.last.top_value
    given = p.outside_gap * gap * np.minimum(1.0, most / np.maximum(p.outside_gap * asked, 1.0))
    return {"gap_left": gap - given, "outside_offer": given, "outside_to_labs": given}


@behaviour(
    reads=(
        "vendor_offer",
        "hyperscaler_offer",
        "venture_offer",
        "outside_offer",
        "vendor_to_labs",
        "hyperscaler_to_labs",
        "venture_to_labs",
        "outside_to_labs",
        "last.withheld",
    ),
    gives=("withheld",),
)
def withheld_money(s: Any, p: Any) -> dict[str, Any]:
    """What cut links would have given, as a stock that a lab would have spent over its runway.

    Without substitution nobody else fills it, in this quarter or a later one.
    """
    offered = total(s.vendor_offer) + total(s.hyperscaler_offer) + s.venture_offer + s.outside_offer
    given = total(s.vendor_to_labs) + total(s.hyperscaler_to_labs) + s.venture_to_labs + s.outside_to_labs
    return {"withheld": s.last.withheld * (1.0 - 1.0 / p.runway) + np.maximum(offered - given - 20.0, 0.0)}


@behaviour(
    reads=(
        "capex_neoclouds",
        "neocloud_wanted",
        "credit",
        "neocloud_own",
        "loan_price",
        "last.host_alive",
        "last.neocloud_receipts",
        "host_sales",
        "@loans",
        "@backlog",
        "@deposits",
        "@listed_shares",
        "@chips",
        "@shells",
        "@supplier_credit",
    ),
    gives=("neocloud_receipts",),
    books=("loans", "loans_repaid", "supplier_repaid", "outside_to_neoclouds", "vendor_to_neoclouds"),
)
def neocloud_finance(s: Any, p: Any) -> dict[str, Any]:
    """loan = LTV·capex; repayment a·debt, deferred in part while contracts cover the debt; new shares for the rest.

    Lenders of the neoclouds hold contracts, not chips: as long as promised receipts cover the debt they roll part of
    the service over. That is what delayed-draw loans do, and what kept the first model's neocloud from living.
    """
    alive = s.last.host_alive[5:]
    debt = -s.balance("loans", "neoclouds")
    assets = s.balance("chips", "hyperscalers+neoclouds")[5:] + s.balance("shells", "neoclouds")
    backlog = total(s.register("backlog"))[5:]
    covered = np.clip((p.cover_covenant * backlog + 0.5 * assets) / np.maximum(debt, 1e6), 0.0, 1.0)
    due = p.repayment * debt * (1.0 - p.neocloud_rescue * covered)
    loan = s.credit * s.capex_neoclouds * alive
    supplier = np.maximum(-s.balance("supplier_credit", "neoclouds"), 0.0) / p.supplier_quarters
    by_vendor = supplier[:, None] * (p.vendor_share * np.ones(s.width))
    owed = np.maximum(s.balance("supplier_credit", "vendors"), 0.0)
    by_vendor = by_vendor * np.minimum(1.0, owed / np.maximum(total(by_vendor), 1.0))
    value = s.issued("listed_shares")[7:9]
    lacking = np.maximum((s.neocloud_wanted - s.capex_neoclouds) * (1.0 - s.credit), 0.0)
    # receipts still to come this quarter (invoices of labs) count; what they do not cover is raised from owners
    short = np.maximum(due + loan * 0.0 - s.cash("neoclouds") - 0.8 * s.host_sales[5:], 0.0)
    raised = np.minimum(lacking + 1.2 * short, p.neocloud_equity * value) * alive
    return {
        "neocloud_receipts": 0.7 * s.last.neocloud_receipts + 0.3 * s.host_sales[5:],
        "loans": loan,
        "loans_repaid": due * alive,
        "supplier_repaid": by_vendor,
        "outside_to_neoclouds": 0.9 * raised,
        "vendor_to_neoclouds": 0.1 * raised,
    }


@behaviour(
    reads=("capex_hyperscalers", "@deposits", "@loans"),
    books=("bonds", "bonds_repaid"),
)
def hyperscaler_bonds(s: Any, p: Any) -> dict[str, Any]:
    """Bonds bring cash back to its floor; a twentieth of debt is repaid when there is cash to spare."""
    cash = s.cash("hyperscalers")
    debt = np.maximum(-s.balance("loans", "hyperscalers"), 0.0)
    spare = np.maximum(cash - 1.5 * p.cash_floor, 0.0)
    return {
        "bonds": np.maximum(0.5 * p.cash_floor + 0.25 * s.capex_hyperscalers - cash, 0.0),
        "bonds_repaid": np.minimum(0.05 * debt, spare),
    }


@behaviour(reads=("compute_billed", "@deposits"), gives=("invoice_paid_part",), books=("compute_paid",))
def settle(s: Any, p: Any) -> dict[str, Any]:
    """Labs pay the quarter's invoices with all the cash they have; every host gets the same part."""
    bill = total(s.compute_billed, 1)
    part = np.minimum(1.0, np.maximum(s.cash("labs"), 0.0) / np.maximum(bill, 1.0))
    paid = np.where(part[:, None] >= 1.0, s.compute_billed, np.floor(s.compute_billed * part[:, None]))
    return {"invoice_paid_part": part, "compute_paid": paid}


@behaviour(
    reads=("@deposits", "@listed_shares", "core_path", "interest_adopters"),
    books=("vendor_payout_funds", "vendor_payout", "hyperscaler_payout_funds", "hyperscaler_payout", "adopter_payout"),
)
def payouts(s: Any, p: Any) -> dict[str, Any]:
    """30% of cash above a floor to shareholders by shares held; adopters pay out all above a quarter's margin."""
    held = s.holdings("listed_shares")
    issued = np.maximum(total(held[:7], 1), 1.0)
    funds = held[:7, :2] / issued[:, None]
    floor = np.concatenate([1.5 * p.vendor_floor * np.ones((1, s.width)), 1.5 * p.cash_floor * np.ones((1, s.width))])
    cash = np.concatenate([s.cash("vendors"), s.cash("hyperscalers")])
    pay = p.payout * np.maximum(cash - floor, 0.0)
    to_funds = pay[:, None] * np.clip(funds, 0.0, 1.0)
    rest = np.maximum(pay - total(to_funds, 1), 0.0)
    return {
        "vendor_payout_funds": to_funds[:2],
        "vendor_payout": rest[:2],
        "hyperscaler_payout_funds": to_funds[2:],
        "hyperscaler_payout": rest[2:],
        "adopter_payout": np.maximum(s.cash("adopters") - 0.5 * p.sector_margin * p.sales, 0.0),
    }
