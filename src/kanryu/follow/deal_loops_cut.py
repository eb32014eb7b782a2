"""The smallest set of legs whose removal ends all loops, with a proof or an honest bound.

A loop between companies ends when all legs of one of its links are gone. This is the weighted feedback arc set
(weight = legs of a link): a hitting set over loops, where violated loops are added until none is left. The integer
programme's own lower bound is the certificate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

MOST_ROUNDS = 200


class Cut(msgspec.Struct, frozen=True):
    """Legs to remove. `is_smallest` False: `lower_bound` legs are needed at least, and these suffice."""

    legs: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    is_smallest: bool
    lower_bound: int


def smallest_cut(links: Mapping[tuple[str, str], Sequence[str]]) -> Cut:
    """The fewest legs that end all loops.

    Parameters
    ----------
    links : (payer, payee) -> keys of the legs between them

    Examples
    --------
    >>> smallest_cut({("a", "b"): ["1"], ("b", "a"): ["2", "3"], ("b", "c"): ["4"], ("c", "a"): ["5"]}).legs
    ('1',)
    """
    loops: list[tuple[tuple[str, str], ...]] = []
    removed: set[tuple[str, str]] = set()
    bound = 0
    proven = True
    for _ in range(MOST_ROUNDS):
        fresh = _disjoint_loops([pair for pair in sorted(links) if pair not in removed])
        if not fresh:
            break
        loops += fresh
        removed, bound, proven = _hit(loops, links)
    else:
        proven = False
        while fresh := _disjoint_loops([pair for pair in sorted(links) if pair not in removed]):
            removed |= {min(loop, key=lambda pair: len(links[pair])) for loop in fresh}
    chosen = tuple(sorted(removed))
    legs = tuple(key for pair in chosen for key in links[pair])
    return Cut(legs, chosen, proven and bound == len(legs), bound)


def _disjoint_loops(pairs: Sequence[tuple[str, str]]) -> list[tuple[tuple[str, str], ...]]:
    """Some shortest loops that share no pair; none exactly when there is no loop."""
    found: list[tuple[tuple[str, str], ...]] = []
    left = list(pairs)
    while True:
        loop = _shortest_loop(left)
        if loop is None:
            return found
        found.append(loop)
        left = [pair for pair in left if pair not in loop]


def _shortest_loop(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...] | None:
    payees: dict[str, list[str]] = {}
    for payer, payee in pairs:
        if payer != payee:
            payees.setdefault(payer, []).append(payee)
    best: list[str] | None = None
    for start in payees:
        before: dict[str, str] = {}
        edge = [start]
        while edge and start not in before:
            following = []
            for account in edge:
                for payee in payees.get(account, ()):
                    if payee not in before:
                        before[payee] = account
                        following.append(payee)
            edge = following
        if start in before:
            path = [start]
            while before[path[-1]] != start:
                path.append(before[path[-1]])
            if best is None or len(path) < len(best):
                best = [start, *reversed(path[1:])]
    if best is None:
        return None
    return tuple((a, best[(i + 1) % len(best)]) for i, a in enumerate(best))


def _hit(
    loops: Sequence[tuple[tuple[str, str], ...]], links: Mapping[tuple[str, str], Sequence[str]]
) -> tuple[set[tuple[str, str]], int, bool]:
    """The lightest set of pairs that meets every loop, its weight as proven bound, and whether it is proven."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    pairs = sorted({pair for loop in loops for pair in loop})
    place = {pair: i for i, pair in enumerate(pairs)}
    rows = [i for i, loop in enumerate(loops) for _ in loop]
    columns = [place[pair] for loop in loops for pair in loop]
    matrix = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(loops), len(pairs)))
    weights = np.array([len(links[pair]) for pair in pairs], float)
    # equal weights: a vanishing extra cost in order of name makes the choice the same on every machine
    cost = weights + np.arange(len(pairs)) * (1e-4 / max(len(pairs), 1) ** 2)
    answer = milp(
        cost,
        integrality=np.ones(len(pairs), np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, 1, np.inf),
        options={"mip_rel_gap": 0.0, "time_limit": 10.0},
    )
    if answer.x is None:
        return {min(loop, key=lambda pair: len(links[pair])) for loop in loops}, 1, False
    chosen = {pair for pair, value in zip(pairs, answer.x) if value > 0.5}
    bound = int(np.ceil(round(float(answer.mip_dual_bound), 6) - 0.01))
    return chosen, bound, bool(answer.status == 0)
