"""Routes: the sequence of accounts of a loop in time, with its root; several row loops share one.

Only routes are fit for a reader: a hundred parallel payments between two accounts make thousands of row loops and one
route. Definitions section 2.
"""

from __future__ import annotations

import msgspec

from kanryu.flows.ledger import Ledger
from kanryu.follow.time_loops_index import Ties
from kanryu.follow.time_loops_list import Tolerance, list_time_loops

WALKED = 200_000  # row loops that are walked to count their routes


class Route(msgspec.Struct, frozen=True):
    """Accounts from the root on, and how many row loops take them. `bottleneck` is that of the best of these."""

    accounts: tuple[str, ...]
    row_loops: int
    bottleneck: float


def routes(
    ledger: Ledger,
    window: int,
    *,
    ties: Ties = "strict",
    max_length: int | None = None,
    tolerance: Tolerance | None = None,
    total: int | None = None,
    top: int = 10,
) -> tuple[tuple[Route, ...] | None, int | None]:
    """The `top` routes with most row loops, and how many routes there are; None, None when there are too many loops.

    Parameters
    ----------
    total : number of row loops if it is known; beyond `WALKED` nothing is walked
    """
    if total is not None and total > WALKED:
        return None, None
    listing = list_time_loops(
        ledger, window, ties=ties, max_length=max_length, tolerance=tolerance, limit=WALKED, budget=10.0
    )
    if not listing.complete:
        return None, None
    found: dict[tuple[int, ...], list[int]] = {}
    src, amount = ledger.src.tolist(), ledger.amount.tolist()
    for loop in listing.loops:
        key = tuple(src[row] for row in loop)
        least = min(amount[row] for row in loop)
        entry = found.get(key)
        if entry is None:
            found[key] = [1, least]
        else:
            entry[0] += 1
            entry[1] = max(entry[1], least)
    ranked = sorted(found.items(), key=lambda item: (-item[1][0], -item[1][1], item[0]))
    return tuple(
        Route(tuple(ledger.accounts[a] for a in key), count, ledger.in_units(least))
        for key, (count, least) in ranked[:top]
    ), len(found)
