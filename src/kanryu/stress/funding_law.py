"""The funding map of section 3, written once as its equations and for any kind of number.

For the rational mode: exact where the legs of a rank share one elasticity (then the map is piecewise linear); the
answer is verified by the map itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kanryu.stress.clearing_law import number
from kanryu.stress.exact import Branches, Law, Point, solve
from kanryu.stress.funding import Funded
from kanryu.stress.legs import Plan

ONE, NOTHING = Fraction(1), Fraction(0)


def funding_law(plan: Plan, kept: Sequence[float], outside: Sequence[float]) -> Law:
    """F of section 3; a point holds what is paid on every leg.

    R = outside + purchases paid in; B = usable cash + R + funding paid in;
    want = a max(0, 1 - eta (1 - R / R at plan)); ranks in order, within a rank pro rata; a leg pays only while the leg
    that it requires is paid at theta of plan.
    """
    n, m = plan.n, plan.m
    amount = [number(x) for x in plan.amount]
    eta = [number(x) for x in plan.eta]
    left_of = [number(x) for x in kept]
    own = [number(x) * number(y) for x, y in zip(plan.outside, outside)]
    planned = [number(x) for x in plan.outside]
    other = [number(u) * number(c) + number(f) for u, c, f in zip(plan.usable, plan.cash, plan.outside_funding)]
    for leg in range(m):
        if not plan.is_funding[leg]:
            planned[int(plan.dst[leg])] += amount[leg]
    ranks = sorted({int(rank) for rank in plan.rank})

    def law(paid: Point, decide: Branches) -> Point:
        revenue = own.copy()
        lent = [NOTHING] * n
        for leg in range(m):
            (lent if plan.is_funding[leg] else revenue)[int(plan.dst[leg])] += paid[leg]
        new = [NOTHING] * m
        for i in range(n):
            left = other[i] + revenue[i] + lent[i]
            short = decide.choose(int(planned[i] > 0 and revenue[i] < planned[i]))
            relative = revenue[i] / planned[i] if short else ONE
            for rank in ranks:
                mine = [leg for leg in range(m) if int(plan.src[leg]) == i and int(plan.rank[leg]) == rank]
                if not mine:
                    continue
                want = {leg: amount[leg] * decide.positive(1 - eta[leg] * (1 - relative)) for leg in mine}
                needed = sum(want.values(), NOTHING)
                spare = decide.positive(left)
                if decide.choose(int(needed <= spare)):
                    share = want
                elif len({eta[leg] for leg in mine}) == 1:  # the weights do not move: the part of each is constant
                    total = sum((amount[leg] for leg in mine), NOTHING)
                    share = {leg: spare * amount[leg] / total for leg in mine}
                else:
                    share = {leg: spare * want[leg] / needed for leg in mine}
                for leg in mine:
                    new[leg] = share[leg] * left_of[leg]
                left -= needed
        for leg in range(m):
            need = int(plan.requires[leg])
            if need >= 0 and decide.choose(int(paid[need] < number(plan.theta[leg]) * amount[need])):
                new[leg] = NOTHING
        return new

    return law


def solve_funding_exactly(plan: Plan, kept: Sequence[float], near: Funded, outside: Sequence[float] = ()) -> Point:
    """What is paid on every leg, in fractions and verified.

    Parameters
    ----------
    kept : what is left of each leg (0 = broken), m values; outside : of each entity's outside revenue, n values
    near : Funded
        The floating point outcome of the same shock (one scenario).

    Raises
    ------
    LimitReached
        The map is not piecewise linear here (legs of one rank with different elasticities, short of money).
    """
    law = funding_law(plan, kept, outside or [1.0] * plan.n)
    return solve(law, [float(x) for x in near.paid[:, 0]])
