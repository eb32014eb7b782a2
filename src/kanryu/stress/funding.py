"""Funding channel: an investment stops, purchases shrink, revenues shrink, investments shrink.

Definitions of stress, section 3. Many scenarios (breaks, draws, switches) run side by side: arrays are [leg, scenario]
and [entity, scenario], the scenario axis last. Sweeps are Jacobi rounds from the plan downwards, which is also the
story told to the reader. What a payer does not pay on a broken leg stays with it as cash and is not redirected, so
that breaking more never helps anybody and the reverse test is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kanryu.core.errors import InputError
from kanryu.stress.certificate import TOLERANCE
from kanryu.stress.legs import Plan, gaps

SETTLED = 1e-14  # a sweep that moves no leg by more than this share of the largest amount ends the run
EDGE = 1e-12  # a shortfall below this share of the need is rounding, decided in favour of the payer
MOST_ROUNDS = 100_000
PLAIN_ROUNDS, STRIDE = 48, 12  # rounds told one by one; loops of 1, 2, 3, 4, 6 and 12 legs repeat after a stride


@dataclass(frozen=True)
class Shock:
    """What is broken, as factors of the plan in [0, 1]; arrays (m, S) and (n, S), or anything that broadcasts.

    leg : what is left of each leg; outside, outside_funding, cash : what is left of each entity's own sources
    """

    leg: Any = 1.0
    outside: Any = 1.0
    outside_funding: Any = 1.0
    cash: Any = 1.0

    def scenarios(self) -> int:
        """Number of scenarios side by side."""
        return max(
            np.shape(x)[1] if np.ndim(x) == 2 else 1 for x in (self.leg, self.outside, self.outside_funding, self.cash)
        )


@dataclass(frozen=True)
class Amounts:
    """Plan amounts that differ between scenarios (draws of unknown amounts); None = those of the plan."""

    amount: Any = None  # (m, S)
    outside: Any = None  # (n, S)
    outside_funding: Any = None
    cash: Any = None
    eta: Any = None  # (m, S)


@dataclass
class Funded:
    """Outcome of the funding channel.

    paid, planned : float64 (m, S); missing : float64 (m, S), wanted and not affordable
    revenue, resources, planned_revenue, cash_left : float64 (n, S)
    history : paid after each round, scenario 0 only, when asked for
    """

    paid: Any
    missing: Any
    revenue: Any
    resources: Any
    planned: Any
    planned_revenue: Any
    cash_left: Any
    rounds: int
    residual: float
    converged: bool
    history: list[Any]


class FundingMap:
    """F of section 3 for a plan: from paid legs to paid legs."""

    def __init__(self, plan: Plan, shock: Shock, given: Amounts | None = None, scenarios: int | None = None) -> None:
        from scipy.sparse import csr_array

        given = given or Amounts()
        n, m = plan.n, plan.m
        count = scenarios or shock.scenarios()
        for x in (given.amount, given.outside, given.cash, given.eta, given.outside_funding):
            if x is not None:
                count = max(count, x.shape[1])

        def wide(value: Any, rows: int) -> Any:
            value = np.asarray(value, np.float64)
            if value.ndim == 0:
                value = np.full((rows, 1), float(value))
            if value.ndim == 1:
                value = value[:, None]
            return np.broadcast_to(value, (rows, count))

        self.plan, self.count = plan, count
        self.amount = np.ascontiguousarray(wide(plan.amount if given.amount is None else given.amount, m))
        self.eta = wide(plan.eta if given.eta is None else given.eta, m)
        outside = wide(plan.outside if given.outside is None else given.outside, n)
        lent = wide(plan.outside_funding if given.outside_funding is None else given.outside_funding, n)
        cash = wide(plan.cash if given.cash is None else given.cash, n)
        self.left = wide(shock.leg, m)
        self.outside = outside * wide(shock.outside, n)
        self.other = plan.usable[:, None] * cash * wide(shock.cash, n) + lent * wide(shock.outside_funding, n)
        self.cash = cash * wide(shock.cash, n)
        lends = np.asarray(plan.is_funding, bool)
        ones = np.ones(m)
        legs = np.arange(m)
        self.to_revenue = csr_array((np.where(lends, 0.0, 1.0), (plan.dst, legs)), shape=(n, m))
        self.to_funding = csr_array((np.where(lends, 1.0, 0.0), (plan.dst, legs)), shape=(n, m))
        self.by_rank = []
        for k in np.unique(plan.rank) if m else []:
            here = np.flatnonzero(plan.rank == k)
            shape = (n, here.size)
            self.by_rank.append((here, csr_array((ones[here], (plan.src[here], np.arange(here.size))), shape=shape)))
        self.planned_revenue = outside + self.to_revenue @ self.amount
        self.elastic = np.flatnonzero(np.any(self.eta > 0, axis=1))
        self.conditional = np.flatnonzero(plan.requires >= 0)

    def revenue_and_resources(self, paid: Any) -> tuple[Any, Any]:
        """R and B of section 3."""
        revenue = self.outside + self.to_revenue @ paid
        return revenue, self.other + revenue + self.to_funding @ paid

    def wants(self, revenue: Any) -> Any:
        """What each payer still means to pay, given its revenue."""
        if not self.elastic.size:
            return self.amount
        want = self.amount.copy()
        planned = self.planned_revenue
        relative = np.where(planned > 0, revenue / np.where(planned > 0, planned, 1.0), 1.0)
        relative[relative >= 1.0 - EDGE] = 1.0  # rounding is no fall: a loop with a gain above one would blow it up
        rows = self.elastic
        want[rows] *= np.clip(1.0 - self.eta[rows] * (1.0 - relative[self.plan.src[rows]]), 0.0, 1.0)
        return want

    def __call__(self, paid: Any) -> tuple[Any, Any]:
        """New paid legs, and what payers want and cannot pay (broken legs count as if they were whole)."""
        revenue, left = self.revenue_and_resources(paid)
        want = self.wants(revenue)
        new = np.empty_like(self.amount)
        for here, sums in self.by_rank:
            wanted = want[here]
            needed = sums @ wanted
            share = np.where(needed * (1.0 - EDGE) > left, left / np.where(needed > 0, needed, 1.0), 1.0)
            new[here] = wanted * share[self.plan.src[here]]
            left = np.maximum(left - needed, 0.0)
        missing = want - new
        new *= self.left
        for leg in self.conditional:
            needed = int(self.plan.requires[leg])
            alive = paid[needed] >= self.plan.theta[leg] * self.amount[needed] * (1.0 - TOLERANCE)
            new[leg] = np.where(alive, new[leg], 0.0)
        return new, missing


def _leap(law: FundingMap, marks: list[Any], scale: float) -> Any:
    """Skip rounds that only repeat themselves: money that goes round a loop and leaks a little at each turn.

    Between marks a stride apart the fall is d, then q d. If that holds, the point after k more strides is known in
    advance; it is taken only where the map itself, asked there, falls by q^(k+1) d again, and never so far that less
    than a hundredth of the way is left: the point stays above the fixed point.
    """
    older, old, now = marks
    first, last = old - older, now - old
    size = np.einsum("ls,ls->s", first, first)
    ratio = np.einsum("ls,ls->s", last, first) / np.where(size > 0, size, 1.0)
    off = np.max(np.abs(last - ratio * first), axis=0)
    fall = np.max(np.abs(last), axis=0)
    steady = (fall > SETTLED * scale) & (off <= 1e-7 * fall) & (ratio > 0.5) & (ratio <= 1.0 + 1e-9)
    if not steady.any():
        return now
    q = np.clip(ratio, 0.5, 1.0)
    even = q > 1.0 - 1e-9
    best = now
    strides = np.where(even, 1.0, np.log(0.01) / np.log(np.where(even, 0.25, q)))
    while True:
        total = np.where(even, strides, q * (1.0 - q**strides) / np.where(even, 1.0, 1.0 - q))
        far = now + last * np.where(steady, total, 0.0)
        check = far
        for _ in range(STRIDE):
            check = law(check)[0]
        wanted = last * np.where(even, 1.0, q ** (strides + 1.0))
        miss = np.max(np.abs(check - far - wanted), axis=0)
        good = steady & (miss <= 1e-6 * np.max(np.abs(wanted), axis=0)) & (far.min(axis=0) >= 0.0)
        best = np.where(good, far, best)
        steady = good & even  # where nothing leaks, try twice as far
        if not steady.any():
            return best if np.any(best != now) else now
        strides = strides * 2.0


def run_funding(
    plan: Plan,
    shock: Shock,
    given: Amounts | None = None,
    *,
    history: bool = False,
    from_below: bool = False,
    start: Any = None,
    rounds: int = MOST_ROUNDS,
    checked: bool = False,
) -> Funded:
    """What is paid after a shock: the greatest fixed point of the funding map.

    Parameters
    ----------
    plan : Plan
    shock : Shock
        Factors; scenarios side by side.
    given : Amounts, optional
        Amounts that differ between scenarios.
    history : bool
        Keep the paid legs of scenario 0 after each round.
    from_below : bool
        The least fixed point instead.
    start : float64 (m, S), optional
        A point known to lie above the answer (the outcome of a smaller shock).
    checked : bool
        The caller has looked at `gaps` itself (draws and completed plans).

    Raises
    ------
    InputError
        The plan is not feasible.

    Source
    ------
    Definitions of stress, section 3; every map is monotone, so Tarski's theorem gives both fixed points.
    """
    if not checked and given is None:
        found = gaps(plan)
        if found:
            first = found[0]
            raise InputError(
                key="stress.plan_infeasible", account=first.id, has=first.has, uses=first.means_to_pay,
                legs=", ".join(first.unpaid_legs), count=len(found),
            )  # fmt: skip
    law = FundingMap(plan, shock, given)
    scale = float(np.max(law.amount, initial=0.0)) or 1.0
    paid = np.zeros_like(law.amount) if from_below else law.amount * law.left if start is None else start.copy()
    if start is None and not from_below:
        paid = law.amount.copy()
    story = [paid[:, 0].copy()] if history else []
    done, moved, converged = 0, 0.0, False
    marks: list[Any] = []
    while done < rounds:
        if done >= PLAIN_ROUNDS and done % STRIDE == 0:
            marks = [*marks[-2:], paid]
            if len(marks) == 3:
                paid = _leap(law, marks, scale)
                if paid is not marks[-1]:
                    marks = []
        new, _ = law(paid)
        moved = float(np.max(np.abs(new - paid), initial=0.0))
        paid = new
        if history:
            story.append(paid[:, 0].copy())
        if moved <= SETTLED * scale:
            converged = True
            break
        done += 1
    again, missing = law(paid)
    revenue, resources = law.revenue_and_resources(paid)
    spent = np.zeros_like(revenue)
    np.add.at(spent, plan.src, paid)
    return Funded(
        paid=paid,
        missing=missing,
        revenue=revenue,
        resources=resources,
        planned=law.amount,
        planned_revenue=law.planned_revenue,
        cash_left=resources + (law.cash * (1.0 - plan.usable[:, None])) - spent,
        rounds=done,
        residual=float(np.max(np.abs(again - paid), initial=0.0)),
        converged=converged,
        history=story,
    )
