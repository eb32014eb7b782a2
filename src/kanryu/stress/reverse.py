"""Reverse stress test: the smallest break that makes a target fail, with a lower bound while it searches.

Definitions of stress, section 11. Breaking more never helps anybody, so the failing sets are closed upwards: every
failing set must contain a link outside each maximal safe set. The small covering problem over the safe sets found so
far is a lower bound at every moment (implicit hitting sets); when its answer fails, it is optimal.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from kanryu.core.errors import InputError, NotFound
from kanryu.stress.certificate import Certificate

Test = Callable[[Any], Any]
"""bool (links, S): which links are broken in S scenarios -> bool (S,): whether the target fails."""

WIDTH = 24  # prefixes tried side by side while a safe set grows


class FailingSets(msgspec.Struct, frozen=True, kw_only=True):
    """Smallest failing sets of links.

    best : one set of least cost, or None when none was found in the budget; cost, lower_bound : of the best set
    minimal : all minimal failing sets up to `size` links (when `complete`)
    safe_sets : how many maximal safe sets prove the bound; cascades : how many scenarios were run
    """

    best: tuple[str, ...] | None
    cost: float | None
    lower_bound: float
    gap: float | None
    minimal: tuple[tuple[str, ...], ...]
    size: int
    complete: bool
    safe_sets: int
    cascades: int
    seconds: float


class _Covering:
    """min c z subject to: z hits every stored complement, and contains no forbidden set."""

    def __init__(self, cost: Any, most: int | None) -> None:
        self.cost, self.most = cost, most
        self.rows: list[Any] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def hit(self, outside: Any) -> None:
        self.rows.append(outside.astype(np.float64))
        self.low.append(1.0)
        self.high.append(np.inf)

    def forbid(self, chosen: Any) -> None:
        self.rows.append(chosen.astype(np.float64))
        self.low.append(-np.inf)
        self.high.append(float(chosen.sum()) - 1.0)

    def solve(self) -> Any:
        """The cheapest set, or None when none is left."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        size = self.cost.size
        limits = []
        if self.rows:
            limits.append(LinearConstraint(np.array(self.rows), self.low, self.high))
        if self.most is not None:
            limits.append(LinearConstraint(np.ones((1, size)), -np.inf, float(self.most)))
        answer = milp(self.cost, integrality=np.ones(size), bounds=Bounds(0, 1), constraints=limits)
        return None if answer.x is None else answer.x > 0.5


def grow_safe(test: Test, chosen: Any, order: Any, counter: list[int]) -> Any:
    """A maximal safe set that holds `chosen`: links are added in `order` as long as the target stands.

    Prefixes of the remaining links are tried side by side; the first link that makes the target fail is left out for
    good, which is right because failing sets are closed upwards.
    """
    safe = chosen.copy()
    rest = [int(link) for link in order if not safe[link]]
    while rest:
        low, high = 0, len(rest) + 1  # rest[:low] is safe to add, rest[:high] is not (or beyond the end)
        while high - low > 1:
            marks = np.unique(np.linspace(low + 1, high - 1, min(WIDTH, high - low - 1)).astype(int))
            trial = np.repeat(safe[:, None], marks.size, axis=1)
            for column, mark in enumerate(marks):
                trial[rest[:mark], column] = True
            failing = test(trial)
            counter[0] += marks.size
            bad = np.flatnonzero(failing)
            if bad.size:
                high = int(marks[bad[0]])
                if bad[0] > 0:
                    low = int(marks[bad[0] - 1])
            else:
                low = int(marks[-1])
        safe[rest[:low]] = True
        rest = rest[low + 1 :]
    return safe


def smallest_failing_sets(
    test: Test,
    names: tuple[str, ...],
    *,
    cost: Any = None,
    size: int = 3,
    budget_seconds: float = 60.0,
    all_minimal: bool = True,
) -> FailingSets:
    """The cheapest set of links whose breaking makes the target fail, and all minimal sets up to `size` links.

    Parameters
    ----------
    test : Test
        Must be monotone: more broken links never make the target stand again.
    names : names of the links
    cost : float64 (links,), optional
        Cost of breaking each link (count when not given).
    size : int
        Minimal sets with more links are not listed.
    budget_seconds : float
        When it ends the bounds reached are returned and `complete` is False.

    Raises
    ------
    InputError
        The target fails with nothing broken, or stands with everything broken (nothing can reach it).

    Source
    ------
    Definitions of stress, section 11 R1; Moreno-Centeno and Karp (2013) for implicit hitting sets.
    """
    begun = time.monotonic()
    total = len(names)
    counter = [2]
    ends = test(np.column_stack([np.zeros(total, bool), np.ones(total, bool)]))
    if ends[0]:
        raise InputError(key="stress.target_fails_already")
    if not ends[1]:
        raise InputError(key="stress.target_unreachable", count=total)
    costs = np.ones(total) if cost is None else np.asarray(cost, np.float64)
    single = test(np.eye(total, dtype=bool))
    counter[0] += total
    # links that fail late in the order come in first: safe sets grow large
    order = np.argsort(single, kind="stable")
    safes: list[Any] = []
    best, value, bound, done, best_first = None, None, 0.0, False, False
    found: list[tuple[str, ...]] = []

    def search(covering: _Covering, enumerate_all: bool) -> bool:
        nonlocal best, value, bound, best_first
        for safe in safes:
            covering.hit(~safe)
        while True:
            if time.monotonic() - begun > budget_seconds:
                return False
            chosen = covering.solve()
            if chosen is None:
                return True
            price = float(costs[chosen].sum())
            if not best_first:
                bound = max(bound, price)
            if test(chosen[:, None])[0]:
                if best is None:
                    best, value, best_first = tuple(np.array(names)[chosen]), price, True
                if not enumerate_all:
                    return True
                found.append(tuple(str(name) for name in np.array(names)[chosen]))
                covering.forbid(chosen)
                continue
            counter[0] += 1
            # several orders give several safe sets, so that the bound rises faster
            for shift in (0, total // 3, 2 * total // 3):
                safe = grow_safe(test, chosen, np.roll(order, shift), counter)
                if not any(np.array_equal(safe, old) for old in safes):
                    safes.append(safe)
                    covering.hit(~safe)

    if cost is not None or not all_minimal:
        done = search(_Covering(costs, None), False)
    if all_minimal and (done or cost is None):
        plain = costs
        costs = np.ones(total)
        first = best is None
        done = search(_Covering(costs, size), True)
        costs = plain
        if first and best is None and done:  # nothing up to `size`: look for the smallest of any size
            bound = max(bound, float(size + 1)) if cost is None else bound
            done = search(_Covering(costs, None), False)
    best_names = None if best is None else tuple(str(name) for name in best)
    return FailingSets(
        best=best_names,
        cost=value,
        lower_bound=float(value if value is not None else bound),
        gap=None if value is None else 0.0,
        minimal=tuple(sorted(found, key=lambda group: (len(group), group))),
        size=size,
        complete=done,
        safe_sets=len(safes),
        cascades=counter[0],
        seconds=time.monotonic() - begun,
    )


class SmallestShock(msgspec.Struct, frozen=True, kw_only=True):
    """A shock size between `safe` (target stands) and `fails`; `fails` None = even the full shock is too small."""

    safe: float
    fails: float | None
    cascades: int


def smallest_uniform(test: Callable[[Any], Any], *, most: float = 1.0, tolerance: float = 1e-9) -> SmallestShock:
    """The smallest size of a shock in a fixed direction: `test` maps sizes (S,) to whether the target fails.

    Sizes are tried side by side, so that each sweep divides the interval by the width.

    Raises
    ------
    InputError
        The target fails without a shock.
    """
    low, high, runs = 0.0, most, 2
    ends = test(np.array([0.0, most]))
    if ends[0]:
        raise InputError(key="stress.target_fails_already")
    if not ends[1]:
        return SmallestShock(safe=most, fails=None, cascades=runs)
    while high - low > tolerance:
        sizes = np.linspace(low, high, WIDTH + 2)[1:-1]
        failing = test(sizes)
        runs += sizes.size
        bad = np.flatnonzero(failing)
        new_low = low if bad.size and bad[0] == 0 else float(sizes[(bad[0] if bad.size else sizes.size) - 1])
        new_high = float(sizes[bad[0]]) if bad.size else high
        if (new_low, new_high) == (low, high):
            break
        low, high = new_low, new_high
    return SmallestShock(safe=low, fails=high, cascades=runs)


class ShapedShock(msgspec.Struct, frozen=True, kw_only=True):
    """A cheapest shock of any shape: loss per account, its cost, and whether it is proved (exact) or an upper bound."""

    loss: dict[str, float]
    cost: float
    is_exact: bool
    certificate: Certificate | None


def cheapest_shape(
    test: Callable[[Any], Any],
    names: tuple[str, ...],
    most: Any,
    *,
    weight: Any = None,
    start: float = 1.0,
    rounds: int = 40,
) -> ShapedShock:
    """A cheap shock of any shape by coordinate search from the uniform answer: an upper bound.

    Parameters
    ----------
    test : callable
        float64 (links, S) sizes in money -> bool (S,).
    most : float64 (links,)
        Largest loss per coordinate.
    start : float
        Share of `most` at which the uniform shock fails.

    Source
    ------
    Definitions of stress, section 11 R3 (general map).
    """
    most = np.asarray(most, np.float64)
    price = np.ones(most.size) if weight is None else np.asarray(weight, np.float64)
    shock = most * start
    for _ in range(rounds):
        cost_before = float(price @ shock)
        for k in np.argsort(-price * shock):
            if shock[k] == 0.0:
                continue
            trial = np.repeat(shock[:, None], WIDTH, axis=1)
            trial[k] = np.linspace(0.0, shock[k], WIDTH, endpoint=False)
            failing = np.flatnonzero(test(trial))
            if failing.size:
                shock[k] = trial[k, failing[0]]
        if cost_before - float(price @ shock) <= 1e-9 * max(cost_before, 1e-300):
            break
    return ShapedShock(
        loss={name: float(x) for name, x in zip(names, shock) if x > 0},
        cost=float(price @ shock),
        is_exact=False,
        certificate=None,
    )


def cheapest_shape_of_clearing(
    web: Any, target: str, most_paid: float, *, most_loss: Any = None, weight: Any = None, seconds: float = 60.0
) -> ShapedShock:
    """The cheapest loss of outside assets after which `target` pays at most `most_paid`: exact, Eisenberg-Noe.

    A mixed integer programme with one 0/1 per account (1 = it fails).

    Raises
    ------
    NotFound
        No such account.
    InputError
        No shock within `most_loss` reaches the target.

    Source
    ------
    Definitions of stress, section 11 R3.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    if target not in web.accounts:
        raise NotFound(key="stress.account_unknown", name=target, known=web.accounts)
    n = web.n
    owed = np.zeros((n, n))
    np.add.at(owed, (web.src, web.dst), web.amount)
    total = owed.sum(axis=1)
    share = np.divide(owed, total[:, None], out=np.zeros_like(owed), where=total[:, None] > 0)
    e = web.outside
    price = np.ones(n) if weight is None else np.asarray(weight, np.float64)
    limit = e if most_loss is None else np.minimum(np.asarray(most_loss, np.float64), e)
    big = e + owed.sum(axis=0)
    eye, zero = np.eye(n), np.zeros((n, n))
    into = share.T
    limits = [
        LinearConstraint(np.hstack([eye - into, eye, zero]), -np.inf, e),  # p <= e - x + pi' p
        LinearConstraint(np.hstack([eye, zero, np.diag(total)]), total, np.inf),  # p >= P - P b
        LinearConstraint(
            np.hstack([eye - into, eye, -np.diag(big)]), e - big, np.inf
        ),  # p >= e - x + pi' p - big (1 - b)
    ]
    high = np.concatenate([total, limit, np.ones(n)])
    high[web.accounts.index(target)] = min(most_paid, total[web.accounts.index(target)])
    answer = milp(
        np.concatenate([np.zeros(n), price, np.zeros(n)]),
        integrality=np.concatenate([np.zeros(2 * n), np.ones(n)]),
        bounds=Bounds(np.zeros(3 * n), high),
        constraints=limits,
        options={"time_limit": seconds, "mip_rel_gap": 1e-9},
    )
    if answer.x is None:
        raise InputError(key="stress.target_unreachable", count=n)
    loss = answer.x[n : 2 * n]
    return ShapedShock(
        loss={name: float(x) for name, x in zip(web.accounts, loss) if x > 1e-12},
        cost=float(price @ loss),
        is_exact=bool(answer.status == 0),
        certificate=None,
    )
