"""From limits to scenarios: amounts, sources and uses of every company, drawn with a fixed seed.

Definitions of stress, section 9. Contract amounts and parameters are drawn from triangles. What nobody knows, the
cushion of a company without figures, is not drawn: scenarios are run at both ends, `tight` (it has nothing beyond
its plan) and `loose` (it absorbs everything).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kanryu.stress.channels import Settings
from kanryu.stress.funding import Amounts
from kanryu.stress.plan import CasePlan
from kanryu.stress.situation import Parameter, Situation


@dataclass(frozen=True)
class Scenarios:
    """Scenarios side by side, ready for `run_channels`.

    gap : (n, S), money that a company must still find for its plan; surplus : (n, S), known sources less uses
    """

    situation: Situation
    given: Amounts
    settings: Settings
    gap: Any
    surplus: Any
    count: int


def triangle(generator: np.random.Generator | None, limits: Any, count: int) -> Any:
    """Draws from (low, central, high) rows, float64 (rows, count); the central figures without a generator."""
    limits = np.asarray(limits, np.float64).reshape(-1, 3)
    if generator is None:
        return np.repeat(limits[:, 1:2], count, axis=1)
    low, mode, high = limits[:, :1], limits[:, 1:2], limits[:, 2:3]
    u = generator.random((limits.shape[0], count))
    width = np.where(high > low, high - low, 1.0)
    turn = (mode - low) / width
    rising = low + np.sqrt(u * width * (mode - low))
    falling = high - np.sqrt((1.0 - u) * width * (high - mode))
    return np.where(high > low, np.where(u < turn, rising, falling), mode)


def scenarios(
    plan: CasePlan, ranges: dict[str, Parameter], *, count: int = 1, seed: int | None = None, tight: bool = True
) -> Scenarios:
    """Scenarios of a case plan.

    Parameters
    ----------
    ranges : parameters by name (section 10)
    count : int
        Number of scenarios.
    seed : int or None
        None = every scenario at the central figures.
    tight : bool
        Companies without figures have nothing beyond their plan (False: they absorb every loss).
    """
    generator = None if seed is None else np.random.default_rng(np.random.SeedSequence([seed, 5]))
    base = plan.situation
    legs = base.plan
    n = legs.n

    def parameter(name: str) -> Any:
        item = ranges[name]
        return triangle(generator, [(item.low, item.central, item.high)], count)[0]

    amount = triangle(generator, plan.leg_limits, count)
    revenue = triangle(generator, np.nan_to_num(plan.revenue_limits), count)
    made = triangle(generator, np.nan_to_num(plan.made), count)
    cash = triangle(generator, np.nan_to_num(plan.cash), count)
    owed = triangle(generator, plan.owed_limits, count) if len(plan.owed_limits) else np.zeros((0, count))
    for item in plan.legs.unnamed:  # the total is reported: what the named owe more, the others owe less
        keys = [k for k, name in enumerate(base.debt_names) if name == f"{item.id}:loans"]
        mine = np.array([debt.creditor == item.lender and debt.debtor != item.id for debt in plan.legs.debts])
        for k in keys:
            owed[k] = np.maximum(0.0, item.drawn - owed[mine].sum(axis=0))
    has_revenue = ~np.isnan(plan.revenue_limits[:, 1])
    has_made = ~np.isnan(plan.made[:, 1])
    lends = np.asarray(legs.is_funding, bool)
    deals = np.arange(legs.m) < len(plan.legs.legs)
    sales, lent, spent = (np.zeros((n, count)) for _ in range(3))
    np.add.at(sales, legs.dst[deals & ~lends], amount[deals & ~lends])
    np.add.at(lent, legs.dst[lends], amount[lends])
    np.add.at(spent, legs.src[deals], amount[deals])
    outside = np.where(has_revenue[:, None], np.maximum(revenue - plan.base_sales[:, None], 0.0), 0.0)
    # what revenue did not leave as cash in the reported year, less the services of the case that it paid for then
    before = plan.base_services[:, None]
    running = np.maximum(revenue - made - before, 0.0)
    known_uses = np.where((has_revenue & has_made)[:, None], running, 0.0)
    sources = outside + sales + lent + cash
    uses = spent + known_uses
    surplus = sources - uses
    gap = np.where(plan.is_source[:, None], 0.0, np.maximum(-surplus, 0.0))
    support = np.where(plan.is_source[:, None], spent, gap)
    # what a company without reported revenue must get from somewhere is, for most, revenue that nobody published
    unseen = ~has_revenue & ~plan.is_source
    outside[unseen] += support[unseen]
    support[unseen] = 0.0
    known = base.cushion_known
    eaten = np.where(known[:, None], 0.0, np.maximum(surplus, 0.0)) if tight else np.zeros((n, count))
    spare = np.zeros((n, count)) if tight else np.where(known[:, None], 0.0, uses)
    rows = plan.operations_of >= 0
    amount[plan.operations_of[rows]] = (known_uses + eaten)[rows]
    # money that a company must find, and that of sources outside the story, counts as funding from outside
    eta = np.zeros((legs.m, count))
    eta[plan.elastic] = parameter("eta_capex")
    eta[plan.invests] = parameter("eta_investment")
    new_legs = replace(
        legs,
        amount=amount[:, 0].copy(),
        outside=outside[:, 0].copy(),
        outside_funding=support[:, 0].copy(),
        cash=(cash + spare)[:, 0].copy(),
        firm=plan.firm.astype(np.float64),
    )
    situation = replace(base, plan=new_legs, owed=owed)
    settings = Settings(**{name: parameter(name) for name in Settings.__dataclass_fields__})
    given = Amounts(amount=amount, outside=outside, outside_funding=support, cash=cash + spare, eta=eta)
    return Scenarios(situation, given, settings, gap, surplus, count)
