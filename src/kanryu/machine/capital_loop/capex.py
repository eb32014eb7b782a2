"""Capital expenditure, orders and deliveries of chips (definitions/machine, 6.5)."""

from __future__ import annotations

from typing import Any

import numpy as np

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.ensemble import total


@behaviour(
    reads=("last.core_path", "~core", "~capex"),
    gives=("core_path", "capex_shock"),
    books=("core_cash_flow",),
)
def core_cash(s: Any, p: Any) -> dict[str, Any]:
    """O grows at its own pace inside the window and slows to a common one after it; shocks do not last."""
    inside = s.quarter + 1 <= p.window
    path = s.last.core_path * np.exp(np.where(inside, p.core_growth, p.core_growth_later))
    shocks = s.normal("capex", 5)
    return {
        "core_path": path,
        "capex_shock": np.exp(p.capex_noise * shocks),
        "core_cash_flow": path * np.exp(p.core_noise * s.normal("core", 5)),
    }


@behaviour(reads=("core_path", "@loans"), gives=("debt_room_left",))
def debt_room(s: Any, p: Any) -> dict[str, Any]:
    """[d̄·4·O - debt]+: what lenders would still give a hyperscaler."""
    return {"debt_room_left": np.maximum(p.debt_room * 4.0 * s.core_path + s.balance("loans", "hyperscalers"), 0.0)}


@behaviour(
    reads=(
        "belief",
        "tightness",
        "core_path",
        "capex_shock",
        "last.capex_hyperscalers",
        "last.subsidy_rate",
        "debt_room_left",
        "@deposits",
        "@backlog",
    ),
    gives=("capex_hyperscalers", "accelerator_part"),
)
def hyperscaler_capex(s: Any, p: Any) -> dict[str, Any]:
    """target = O [k0 + k1 B + a_u (min(z,1.3) - u*)]+ exp(a_race gap); capex = capex_ + λK (target - capex_).

    What labs have promised to buy is built for as well (capex_backlog): without it oracle's capex cannot be explained.
    Not more than cash above the floor and room for debt; gpu = g0 + g1 (1 - exp(-B/b̂)).
    """
    effort = p.capex_base + p.capex_belief * s.belief + p.capex_use * (np.minimum(s.tightness, 1.3) - p.normal_use)
    ratio = np.log(s.last.capex_hyperscalers / (s.core_path * p.capex_style))
    behind = (total(ratio) - ratio) / 4.0 - ratio
    target = s.core_path * p.capex_style * np.maximum(effort, 0.0) * np.exp(p.capex_race * np.clip(behind, -1.0, 1.0))
    target = target * (1.0 + p.subsidy_effect * s.last.subsidy_rate)
    target = target + p.capex_backlog * total(s.register("backlog"))[:5]
    wanted = s.last.capex_hyperscalers + p.capex_speed * (target - s.last.capex_hyperscalers)
    room = np.maximum(s.cash("hyperscalers") - p.cash_floor, 0.0) + s.debt_room_left
    capex = np.maximum(np.minimum(wanted * s.capex_shock, room), 1e6)
    accelerators = p.chips_base + p.chips_belief * -np.expm1(-s.belief / p.chips_scale)
    return {"capex_hyperscalers": capex, "accelerator_part": accelerators}


@behaviour(
    reads=(
        "belief",
        "last.host_alive",
        "last.neocloud_receipts",
        "@backlog",
        "@loans",
        "@deposits",
        "@chips",
        "@shells",
    ),
    gives=("capex_neoclouds", "credit", "neocloud_own", "neocloud_wanted"),
)
def neocloud_capex(s: Any, p: Any) -> dict[str, Any]:
    """want = backlog·ramp·(b0 + b1 B); capex = min(want, own funds/(1-LTV)); LTV falls as debt nears the assets.

    Own funds keep two quarters of debt service, which is why a neocloud stops building before it stops paying.
    """
    backlog = total(s.register("backlog"))[5:]
    debt = -s.balance("loans", "neoclouds")
    assets = s.balance("chips", "hyperscalers+neoclouds")[5:] + s.balance("shells", "neoclouds")
    cover = p.cover_covenant * backlog
    credit = np.clip(p.credit_limit + p.credit_belief * s.belief, 0.0, 0.93)
    credit = credit * np.clip((credit * assets + cover + 1e5 - debt) / (0.25 * assets + 1e5), 0.0, 1.0)
    service = debt * (p.loan_rate + p.repayment)
    own = np.maximum(s.cash("neoclouds") - 2.0 * service - 2e7, 0.0)
    wanted = backlog * p.ramp * (p.build_base + p.build_belief * s.belief)
    wanted = wanted + 0.25 * s.last.neocloud_receipts
    capex = np.minimum(wanted, own / np.maximum(1.0 - credit, 0.07)) * s.last.host_alive[5:]
    return {"capex_neoclouds": capex, "credit": credit, "neocloud_own": own, "neocloud_wanted": wanted}


@behaviour(
    reads=(
        "capex_hyperscalers",
        "capex_neoclouds",
        "accelerator_part",
        "chips_wanted_labs",
        "last.unfilled",
        "last.vendor_capacity",
        "belief",
        "last.ordered_hosts",
    ),
    gives=("ordered", "ordered_hosts", "filled", "unfilled", "vendor_capacity", "chips_by_buyer", "other_part"),
    books=("chips_hosts", "chips_credit", "chips_labs", "chips_others", "chips_state", "servers", "construction"),
)
def deliveries(s: Any, p: Any) -> dict[str, Any]:
    """Vendors deliver min(orders, capacity_(1+ḡ)); what is not delivered waits, and some of it is given up."""
    width = s.belief.shape[-1]
    hosts = np.concatenate([s.capex_hyperscalers * s.accelerator_part, 0.62 * s.capex_neoclouds])
    own = total(hosts[:5])
    # other buyers follow the hyperscalers' orders of the quarter before
    others = p.other_base + p.other_buyers * np.maximum(s.last.ordered_hosts - p.orders_start, 0.0)
    orders = np.concatenate([hosts, s.chips_wanted_labs, others[None], (p.sovereign * others)[None]])
    wanted = orders + p.unfilled_patience * s.last.unfilled
    everything = total(wanted)
    capacity = s.last.vendor_capacity * (1.0 + p.capacity_growth)
    share = np.minimum(1.0, capacity / np.maximum(everything, 1.0))
    filled = wanted * share
    by_vendor = filled[:, None] * (p.vendor_share * np.ones(width))
    on_credit = p.supplier_credit * by_vendor[5:7]
    cash = by_vendor[:7].copy()
    cash[5:7] -= on_credit
    rest = np.concatenate([s.capex_hyperscalers - hosts[:5], 0.38 * s.capex_neoclouds])
    return {
        "ordered": total(orders),
        "ordered_hosts": own,
        "filled": total(filled),
        "unfilled": wanted - filled,
        # industry keeps a tenth of capacity in reserve and lets idle capacity go slowly
        "vendor_capacity": np.maximum(total(filled) * 1.1, 0.97 * s.last.vendor_capacity),
        "chips_by_buyer": filled,
        "other_part": filled[10],
        "chips_hosts": cash,
        "chips_credit": on_credit,
        "chips_labs": by_vendor[7:10],
        "chips_others": by_vendor[10],
        "chips_state": by_vendor[11],
        "servers": p.servers_share * rest,
        "construction": (1.0 - p.servers_share) * rest,
    }


@behaviour(reads=("@chips", "@shells"), books=("wear_chips", "wear_shells"))
def book_wear(s: Any, p: Any) -> dict[str, Any]:
    """Depreciation charged on the opening stock: δa K_."""
    return {
        "wear_chips": p.book_wear * np.maximum(s.balance("chips", "hyperscalers+neoclouds+labs"), 0.0),
        "wear_shells": p.shell_wear * np.maximum(s.balance("shells", "hyperscalers+neoclouds"), 0.0),
    }


@behaviour(
    reads=("last.efficient_chips", "last.accelerator_book", "chips_by_buyer", "compute_price", "@chips"),
    gives=("efficient_chips", "accelerator_book"),
    books=("impairment",),
)
def capital(s: Any, p: Any) -> dict[str, Any]:
    """Ke = (1-δe) Ke_ + chips; impair = [K - PV]+ when it exceeds 20% of K; PV = y0 p Ke/(k + δe + δp).

    The register K of accelerators alone is tested: the balance sheet holds servers in the same row.
    """
    bought = s.chips_by_buyer[:10]
    efficient = (1.0 - p.economic_wear) * s.last.efficient_chips + bought
    book = (1.0 - p.book_wear) * s.last.accelerator_book + bought
    rate = p.impairment_rate + p.economic_wear + p.technical_decline
    gap = np.maximum(book - p.revenue_per_chip * s.compute_price * efficient / rate, 0.0)
    loss = np.where(gap > 0.2 * book, gap, 0.0)
    loss = np.minimum(loss, np.maximum(s.balance("chips", "hyperscalers+neoclouds+labs"), 0.0))
    return {"efficient_chips": efficient, "accelerator_book": book - loss, "impairment": loss}
