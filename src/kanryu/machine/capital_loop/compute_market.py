"""The market for compute and the capital behind it (definitions/machine, 6.4).

Two changes against the definitions. Capacity on offer follows the price (hosts use at home what the market does not pay
for), because with a fixed share the price fell to its floor in every run. And labs send compute first where they have
promised to, so that contracts and not the spot price carry a neocloud.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.ensemble import total


@behaviour(
    reads=(
        "compute_wanted",
        "lab_due",
        "cloud_wanted_adopters",
        "cloud_wanted_apps",
        "cloud_wanted_outside",
        "last.compute_price",
        "last.efficient_chips",
        "last.host_alive",
        "@backlog",
        "last.host_part",
    ),
    gives=("capacity", "tightness", "use", "compute_price", "host_part"),
    books=("compute_billed", "delivered", "cloud_adopters", "cloud_apps", "cloud_outside"),
)
def compute_market(s: Any, p: Any) -> dict[str, Any]:
    """cap = y0 p Σ κ Ke; z = demand/cap; u = min(1, z); p = max(p_run, p_ exp(k_u (min(z,1.5) - u*) - δp))."""
    price = s.last.compute_price
    value = p.revenue_per_chip * price * s.last.efficient_chips[: len(p.rented_share)] * s.last.host_alive
    capacity = value * np.minimum(p.rented_share * price**p.rent_elasticity, 1.0)
    supply = total(capacity)
    part = capacity / np.maximum(supply, 1.0)
    backlog = s.register("backlog")
    # habit: what is promised, and a little everywhere so that a lab without promises still finds a host
    open_to = backlog * s.last.host_alive + 0.02 * part * (total(backlog, 1) + 1e3)[:, None]
    route = open_to / np.maximum(total(open_to, 1), 1.0)[:, None]
    labs = s.compute_wanted[:, None] * route
    clouds = total(s.cloud_wanted_adopters) + s.cloud_wanted_apps + s.cloud_wanted_outside
    demand = total(s.compute_wanted) + clouds
    tight = demand / np.maximum(supply, 1.0)
    served = np.minimum(1.0, 1.0 / np.maximum(tight, 1e-9))
    used = np.minimum(tight, 1.0)
    change = p.price_reaction * (np.minimum(tight, 1.5) - p.normal_use) - p.technical_decline
    billed = labs * served
    return {
        "capacity": capacity,
        "tightness": tight,
        "use": used,
        "compute_price": np.clip(price * np.exp(change), p.running_price, 20.0),
        "host_part": 0.8 * s.last.host_part + 0.2 * part,
        "compute_billed": billed,
        "delivered": np.minimum(np.rint(billed), backlog),
        "cloud_adopters": s.cloud_wanted_adopters[:, None] * (part * served),
        "cloud_apps": s.cloud_wanted_apps * part * served,
        "cloud_outside": s.cloud_wanted_outside * part * served,
    }


@behaviour(
    reads=("use", "capacity", "last.host_alive"),
    books=("guarantee_called",),
)
def guarantee(s: Any, p: Any) -> dict[str, Any]:
    """call = min(G, [u_g - u]+ cap): the vendor takes capacity that the neocloud cannot rent (from 2025Q3)."""
    called = np.minimum(p.guarantee, np.maximum(p.guarantee_use - s.use, 0.0) * s.capacity[5:])
    called = called * (s.last.host_alive[5:] * float(s.quarter >= 11))
    called[1] = 0.0  # the promise was given to one neocloud
    return {"guarantee_called": called}
