"""The clearing map of section 2, written once as its equations and for any kind of number.

Slow and plain on purpose: the rational mode runs on it, and tests hold the fast kernel against it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from kanryu.stress.exact import Branches, Law, Point, solve

if TYPE_CHECKING:
    from kanryu.stress.clearing import Laid, Obligations, State


def number(value: Any) -> Fraction:
    """The fraction that a decimal was meant to be: 0.1 is one tenth, not the nearest binary number."""
    return value if isinstance(value, Fraction) else Fraction(repr(float(value)))


def clearing_law(web: Obligations, alpha: float, beta: float) -> Law:
    """F of section 2; a point holds the payments per (payer, rank), then the equities.

    p_i^k = min(P_i^k, max(0, A_i - sum of P_i^l before k)); A_i = e_i + claims + S E; after a failure A_i becomes
    alpha e_i + beta (claims + S E). A guarantee pays its share of min(cap, due - paid); the rank of the debt that it
    covers must hold no guarantee of the debtor itself.
    """
    a, b = number(alpha), number(beta)
    n, m = web.n, len(web.src)
    outside = [number(x) for x in web.outside]
    amount = [number(x) for x in web.amount]
    rank = [1] * m if web.rank is None else [int(x) for x in web.rank]
    groups = sorted(
        {(int(web.src[leg]), rank[leg]) for leg in range(m)} | {(c.guarantor, c.rank) for c in web.backstops}
    )
    place = {group: k for k, group in enumerate(groups)}
    of_leg = [place[int(web.src[leg]), rank[leg]] for leg in range(m)]
    fixed = [Fraction(0)] * len(groups)
    for leg in range(m):
        fixed[of_leg[leg]] += amount[leg]
    stakes = list(zip(map(int, web.owner), map(int, web.issuer), map(number, web.share)))

    def law(point: Point, decide: Branches) -> Point:
        paid, equity = point[: len(groups)], point[len(groups) :]
        due = fixed.copy()
        income = [Fraction(0)] * n
        called = []
        for cover in web.backstops:
            k = of_leg[cover.leg]
            missing = amount[cover.leg] - paid[k] * amount[cover.leg] / fixed[k]
            called.append(decide.least(number(cover.cap), missing))
        for cover, call in zip(web.backstops, called):
            due[place[cover.guarantor, cover.rank]] += call
        for leg in range(m):
            k = of_leg[leg]
            if due[k]:
                income[int(web.dst[leg])] += paid[k] * amount[leg] / due[k]
        for cover, call in zip(web.backstops, called):
            g = place[cover.guarantor, cover.rank]
            if due[g] == call:  # alone at its rank: gets all that is paid there
                income[int(web.dst[cover.leg])] += paid[g]
            else:
                income[int(web.dst[cover.leg])] += paid[g] * call / due[g]
        for owner, issuer, share in stakes:
            income[owner] += share * equity[issuer]
        new_paid, new_equity = [Fraction(0)] * len(groups), []
        for i in range(n):
            mine = [k for k, group in enumerate(groups) if group[0] == i]
            owed = sum((due[k] for k in mine), Fraction(0))
            has = outside[i] + income[i]
            fails = decide.fails(has, owed)
            left = a * outside[i] + b * income[i] if fails else has
            for k in mine:
                new_paid[k] = decide.least(due[k], decide.positive(left)) if fails else due[k]
                left -= due[k]
            new_equity.append(Fraction(0) if fails else has - owed)
        return new_paid + new_equity

    return law


def solve_exactly(web: Obligations, alpha: float, beta: float, state: State, laid: Laid) -> tuple[Any, Any, Any]:
    """Payments, receipts on claims and equities as fractions (object arrays), verified by the map itself."""
    law = clearing_law(web, alpha, beta)
    used = np.diff(laid.leg_start) > 0  # groups that hold a leg, in the order of the law
    has = laid.outside + state.income + state.held
    equity = np.where(state.failed_in > 0, 0.0, np.maximum(has - state.total_due, 0.0))
    solution = solve(law, [*(state.ratio * state.group_due)[used], *equity])
    groups = int(np.sum(used))
    paid = [Fraction(0)] * web.n
    for k, p in zip(laid.payer[used], solution[:groups]):
        paid[int(k)] += p
    received = _receipts(web, solution)
    return np.array(paid, object), np.array(received, object), np.array(solution[groups:], object)


def _receipts(web: Obligations, solution: Point) -> list[Fraction]:
    """What each account receives on its claims and guarantees."""
    received = [Fraction(0)] * web.n
    m = len(web.src)
    ranks = [1] * m if web.rank is None else [int(x) for x in web.rank]
    order = sorted(
        {(int(web.src[leg]), ranks[leg]) for leg in range(m)} | {(c.guarantor, c.rank) for c in web.backstops}
    )
    place = {group: k for k, group in enumerate(order)}
    due = [Fraction(0)] * len(order)
    for leg in range(m):
        due[place[int(web.src[leg]), ranks[leg]]] += number(web.amount[leg])
    called = []
    for cover in web.backstops:
        k = place[int(web.src[cover.leg]), ranks[cover.leg]]
        missing = number(web.amount[cover.leg]) * (1 - solution[k] / due[k])
        called.append(min(number(cover.cap), missing))
    for cover, call in zip(web.backstops, called):
        due[place[cover.guarantor, cover.rank]] += call
    for leg in range(m):
        k = place[int(web.src[leg]), ranks[leg]]
        if due[k]:
            received[int(web.dst[leg])] += solution[k] * number(web.amount[leg]) / due[k]
    for cover, call in zip(web.backstops, called):
        k = place[cover.guarantor, cover.rank]
        if due[k]:
            received[int(web.dst[cover.leg])] += solution[k] * call / due[k]
    return received
