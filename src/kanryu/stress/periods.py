"""Several periods of the funding channel: cash left is carried, reactions to revenue may lag, unpaid legs may wait.

Definitions of stress, section 3, last lines. Every period is a greatest fixed point of its own map; the state that
passes from one to the next (cash, revenue, arrears) falls with any break, so the whole is monotone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import msgspec
import numpy as np

from kanryu.core.errors import InputError
from kanryu.stress.funding import Amounts, Shock, run_funding
from kanryu.stress.legs import Plan, gaps

Unpaid = Literal["dropped", "carried"]


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """One period: paid per leg, revenue and cash left per entity, arrears per leg carried on, and its certificate."""

    paid: list[float]
    revenue: list[float]
    cash_left: list[float]
    arrears: list[float]
    rounds: int
    residual: float


def run_periods(
    plans: Sequence[Plan], shocks: Sequence[Shock], *, lag: int = 0, unpaid: Unpaid = "dropped"
) -> tuple[Period, ...]:
    """Follow a shock through several periods.

    Parameters
    ----------
    plans : one plan per period, same entities and legs
        `cash` of the first one is the opening balance; later periods open with what was left, in so far as it differs
        from what the plan itself would have left.
    shocks : one per period (a single one is used for all)
    lag : int
        Payers react to their revenue of so many periods before (0 = of the same period).
    unpaid : {"dropped", "carried"}
        Whether what could not be paid is due again in the next period.

    Raises
    ------
    InputError
        Plans of different shape, or a plan that is not feasible in some period even without a shock.
    """
    if not plans or any(plan.accounts != plans[0].accounts or plan.legs != plans[0].legs for plan in plans):
        raise InputError(key="stress.periods_shape")
    many = list(shocks) if len(shocks) == len(plans) else list(shocks) * len(plans)
    if len(many) != len(plans):
        raise InputError(key="stress.periods_shape")
    opening = np.asarray(plans[0].cash, np.float64)
    planned_cash, cash = opening.copy(), opening.copy()
    arrears = np.zeros(plans[0].m)
    relative: list[np.ndarray] = []
    found = []
    for number, plan in enumerate(plans):
        base = replace(plan, cash=planned_cash)
        missing = gaps(base)
        if missing:
            first = missing[0]
            raise InputError(
                key="stress.plan_infeasible", account=first.id, has=first.has, uses=first.means_to_pay,
                legs=", ".join(first.unpaid_legs), count=len(missing),
            )  # fmt: skip
        calm = run_funding(base, Shock())
        planned_revenue = calm.planned_revenue[:, 0]
        amount = np.asarray(plan.amount, np.float64)
        eta = np.asarray(plan.eta, np.float64)
        if lag:  # the reaction is known when the period begins: it scales the plan, nothing else
            past = relative[number - lag] if number >= lag else np.ones(plan.n)
            amount = amount * np.clip(1.0 - eta * (1.0 - past[plan.src]), 0.0, 1.0)
            eta = np.zeros_like(eta)
        amount = amount + arrears
        outcome = run_funding(
            replace(base, cash=cash),
            many[number],
            Amounts(amount=amount[:, None], eta=eta[:, None], cash=cash[:, None]),
            checked=True,
        )
        revenue = outcome.revenue[:, 0]
        relative.append(
            np.where(
                planned_revenue > 0, np.minimum(revenue / np.where(planned_revenue > 0, planned_revenue, 1.0), 1.0), 1.0
            )
        )
        arrears = np.maximum(outcome.missing[:, 0], 0.0) if unpaid == "carried" else np.zeros(plan.m)
        cash, planned_cash = np.maximum(outcome.cash_left[:, 0], 0.0), np.maximum(calm.cash_left[:, 0], 0.0)
        found.append(
            Period(
                paid=outcome.paid[:, 0].tolist(),
                revenue=revenue.tolist(),
                cash_left=cash.tolist(),
                arrears=arrears.tolist(),
                rounds=outcome.rounds,
                residual=outcome.residual,
            )
        )
    return tuple(found)
