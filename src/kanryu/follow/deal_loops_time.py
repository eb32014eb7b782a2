"""Dates of deals in a ring: whether each link can follow the one before it, and how much can go round in that order.

Legs are dated pieces (`flows.from_case.LegInterval`); nothing is passed on before it came in.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from kanryu.core.money import Interval
from kanryu.flows.case_pieces import MINOR
from kanryu.flows.from_case import LegInterval


def first_day(parts: Sequence[Sequence[LegInterval]]) -> int | None:
    """The first day from which every link can follow the one before it, or None when the order of time forbids it."""
    starts = sorted({piece.first for piece in parts[0]})
    for start in starts:
        day = start
        for part in parts:
            following = [max(day, piece.first) for piece in part if piece.t >= day]
            if not following:
                break
            day = min(following)
        else:
            return start
    return None


def goes_round(parts: Sequence[Sequence[LegInterval]]) -> Interval:
    """What can go all the way round in order of time, given the dated pieces of each link.

    Low and central: a piece is paid on its last day, and what came in can be passed on from that day on. High: a piece
    may be paid on any day of its period, and a link without figures can be anything. The centre is not known when it
    hangs on such a link.
    """
    low = _pass_on(parts, "low", 0)
    central = _pass_on(parts, "central", 0)
    high = max(_most_round(parts), low, central)
    limit = None if math.isinf(high) else high / MINOR
    if central != _pass_on(parts, "central", math.inf):
        return Interval(low / MINOR, None, limit)
    return Interval(low / MINOR, central / MINOR, limit)


def _pass_on(parts: Sequence[Sequence[LegInterval]], which: str, unknown: float) -> float:
    """Cents that come home when every piece is paid on its last day; whole numbers, or infinity."""
    events = []
    for link, part in enumerate(parts):
        for piece in part:
            value = getattr(piece, which)
            events.append((piece.t, link, unknown if value is None else value))
    held: list[float] = [math.inf, *[0] * len(parts)]
    for _, link, amount in sorted(events):
        moved = min(held[link], amount)
        if moved > 0:
            if not math.isinf(held[link]):
                held[link] -= moved
            held[link + 1] += moved
    return held[-1]


def _most_round(parts: Sequence[Sequence[LegInterval]]) -> float:
    """Cents that can come home at most: a piece leaves at the end of its period and arrives at its beginning."""
    arrived: list[tuple[float, float]] = [(-math.inf, math.inf)]
    for part in parts:
        moved: list[tuple[float, float]] = []
        held, taken = 0.0, 0
        arrived.sort()
        for piece in sorted(part, key=lambda piece: (piece.t, piece.first)):
            while taken < len(arrived) and arrived[taken][0] <= piece.t:
                held += arrived[taken][1]
                taken += 1
            amount = min(held, math.inf if piece.high is None else piece.high)
            if amount > 0:
                if not math.isinf(held):
                    held -= amount
                moved.append((piece.first, amount))
        arrived = moved
    return sum(amount for _, amount in arrived)
