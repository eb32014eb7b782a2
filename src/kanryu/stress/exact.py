"""Rational mode: the exact fixed point of a piecewise linear map, found from a floating point one and verified.

The map is written once for any kind of number and asks `Branches` for every decision (which side of a minimum,
who fails). Its decisions at the approximate point are recorded; replayed, the map is affine, so that its matrix can
be read off and the fixed point solved in fractions. The answer counts only if the map itself, deciding afresh in
fractions, returns the same point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from kanryu.core.errors import LimitReached

Point = list[Fraction]
_EDGE = Fraction(1, 10**9)


class Branches:
    """Decisions of a map: made and recorded, or replayed."""

    def __init__(self, recorded: list[int] | None = None, edge: Fraction = Fraction(0)) -> None:
        self.taken: list[int] = []
        self._replay = recorded
        self._edge = edge

    def choose(self, decision: int) -> int:
        """`decision`, or the recorded one when replaying."""
        if self._replay is not None:
            decision = self._replay[len(self.taken)]
        self.taken.append(decision)
        return decision

    def fails(self, has: Fraction, owed: Fraction) -> bool:
        """Whether `has` does not cover `owed`; on the edge in favour of the payer."""
        return bool(self.choose(int(has < owed - self._edge * owed)))

    def least(self, first: Fraction, second: Fraction) -> Fraction:
        """The smaller one."""
        return first if self.choose(int(first <= second)) else second

    def positive(self, value: Fraction) -> Fraction:
        """`max(0, value)`."""
        return value if self.choose(int(value > self._edge)) else Fraction(0)


Law = Callable[[Point, Branches], Point]


def solve_affine(matrix: list[Point], right: Point) -> Point | None:
    """x with `matrix` x = `right` in fractions, or None when it is singular. O(n^3)."""
    n = len(right)
    rows = [[*matrix[i], right[i]] for i in range(n)]
    for c in range(n):
        pivot = next((r for r in range(c, n) if rows[r][c] != 0), None)
        if pivot is None:
            return None
        rows[c], rows[pivot] = rows[pivot], rows[c]
        factor = rows[c][c]
        if factor != 1:
            rows[c] = [x / factor for x in rows[c]]
        for r in range(n):
            scale = rows[r][c]
            if r != c and scale != 0:
                rows[r] = [x - scale * y if y else x for x, y in zip(rows[r], rows[c])]
    return [row[n] for row in rows]


def solve(law: Law, near: Sequence[float], *, tries: int = 8) -> Point:
    """The exact fixed point of `law` on the piece on which `near` lies.

    Raises
    ------
    LimitReached
        No exact fixed point was verified (the map is not piecewise linear here, or the piece is singular).
    """
    point = [Fraction(x) for x in near]
    n = len(point)
    edge = _EDGE
    for _ in range(tries):
        record = Branches(edge=edge)
        law(point, record)

        def affine(x: Point, taken: list[int] = record.taken) -> Point:
            return law(x, Branches(taken))

        zero = [Fraction(0)] * n
        constant = affine(zero)
        columns = []
        for j in range(n):
            unit = zero.copy()
            unit[j] = Fraction(1)
            columns.append([y - c for y, c in zip(affine(unit), constant)])
        matrix = [[Fraction(int(i == j)) - columns[j][i] for j in range(n)] for i in range(n)]
        solution = solve_affine(matrix, constant)
        if solution is None:
            break
        if law(solution, Branches()) == solution:
            return solution
        point, edge = solution, Fraction(0)
    raise LimitReached(key="stress.exact_failed")
