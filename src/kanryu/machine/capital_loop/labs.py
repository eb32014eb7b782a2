"""Labs: budgets, routes, promises and model quality (definitions/machine, 6.3)."""

from __future__ import annotations

from typing import Any

import numpy as np

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.ensemble import total


@behaviour(
    reads=(
        "models_adopters",
        "models_apps",
        "subscriptions",
        "last.lab_revenue",
        "last.quality",
        "last.lab_alive",
        "@backlog",
        "@deposits",
    ),
    gives=(
        "lab_revenue",
        "lab_growth",
        "lab_due",
        "lab_budget",
        "lab_burn",
        "compute_wanted",
        "chips_wanted_labs",
        "quality",
    ),
    books=("lab_wages", "lab_other_cost"),
)
def budgets(s: Any, p: Any) -> dict[str, Any]:
    """B = max(due, R + [C - R]+ / τ): revenue plus a slice of cash, never below take-or-pay due.

    Q = Q_ + q ln(1 + Σ B / B̂): quality from budgets, with decreasing returns.
    """
    revenue = total(s.models_adopters) + s.models_apps + s.subscriptions
    cash = np.maximum(s.cash("labs") - revenue, 0.0)
    due = (1.0 - p.promise_flexible) * s.register("backlog") / p.promise_quarters
    alive = s.last.lab_alive
    budget = np.maximum(revenue + cash / p.cash_smoothing, total(due, 1) / p.compute_share) * alive
    before, now = total(s.last.lab_revenue), total(revenue)
    return {
        "lab_revenue": revenue,
        "lab_growth": np.clip(np.log((now + 1e3) / (before + 1e3)), -3.0, 3.0),
        "lab_due": due,
        "lab_budget": budget,
        "lab_burn": np.maximum(budget - revenue, 0.0),
        "compute_wanted": p.compute_share * budget,
        "chips_wanted_labs": p.own_chips_share * budget,
        "quality": s.last.quality + p.quality_gain * np.log1p(total(budget) / p.quality_budget),
        "lab_wages": p.talent_share * budget,
        "lab_other_cost": (1.0 - p.compute_share - p.talent_share - p.own_chips_share) * budget,
    }


@behaviour(
    reads=("belief", "lab_revenue", "last.host_part", "last.lab_alive", "@backlog"),
    books=("promised",),
)
def promises(s: Any, p: Any) -> dict[str, Any]:
    """commit = λc [(c0 + c1 B) 4 R - open]+: new take-or-pay promises, spread over hosts by capacity.

    Neoclouds build to order and are promised more than their capacity.
    """
    wanted = (p.promise_base + p.promise_belief * s.belief) * 4.0 * s.lab_revenue
    new = p.promise_pace * np.maximum(wanted - total(s.register("backlog"), 1), 0.0) * s.last.lab_alive
    part = s.last.host_part.copy()
    part[5:] = part[5:] * p.neocloud_pull
    return {"promised": new[:, None] * (part / total(part))}
