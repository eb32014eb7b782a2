"""The question `kanryu loops` on a ledger: counts, the largest loops, routes, chance; static or in time."""

from __future__ import annotations

from typing import Any

import msgspec

from kanryu.core.results import Origin
from kanryu.flows.ledger import Ledger
from kanryu.follow.chance import NULLS, Chance, chance
from kanryu.follow.deal_loops import DealLoops
from kanryu.follow.routes import Route, routes
from kanryu.follow.static_loops import count_static_loops, static_loops
from kanryu.follow.time_loops import TimeCounts, count_time_loops
from kanryu.follow.time_loops_index import Ties
from kanryu.follow.time_loops_list import Loop, Tolerance, describe, largest_loops, list_time_loops

LISTED = 100_000  # static loops looked at for the largest ones


class Loops(msgspec.Struct, frozen=True, kw_only=True):
    """Loops of a ledger or, in `deals`, of a case.

    kind : "time", "static" or "deals"
    counts : length -> row loops (static: loops); lower limits when `complete` is False
    loops : those with the largest bottleneck; `are_largest` False when others could be as large
    routes : account sequences with most row loops; None when not asked or too many
    done, of : first rows (static: starts) that were searched, of how many
    slices, bytes_at_once : for ledgers searched in slices of time, how many and the memory predicted for them
    written : files written, by what they hold
    """

    kind: str
    counts: dict[str, int]
    total: int
    complete: bool
    done: int
    of: int
    window: float | None = None
    ties: str | None = None
    max_length: int | None = None
    loops: tuple[Loop, ...] = ()
    are_largest: bool = True
    routes: tuple[Route, ...] | None = None
    n_routes: int | None = None
    chance: tuple[Chance, ...] = ()
    deals: DealLoops | None = None
    slices: int | None = None
    bytes_at_once: int | None = None
    written: dict[str, str] = {}
    origin: Origin


def _text_keys(counts: dict[int, int]) -> dict[str, int]:
    return {str(length): counts[length] for length in sorted(counts)}


def _origin(ledger: Ledger, definition: str, assumptions: tuple[str, ...] = (), **inputs: Any) -> Origin:
    return Origin(
        definition=definition,
        inputs={**{k: str(v) for k, v in ledger.inputs.items()}, **{k: v for k, v in inputs.items() if v is not None}},
        assumptions=(*ledger.assumptions, *assumptions),
        left_out=ledger.left_out,
        coverage=ledger.coverage,
    )


def loops_in_time(
    ledger: Ledger,
    window: int,
    *,
    ties: Ties = "strict",
    max_length: int | None = None,
    count_only: bool = False,
    top: int = 10,
    tolerance: Tolerance | None = None,
    shuffles: int = 0,
    seed: int = 1,
    budget: float | None = 60.0,
    threads: int | None = None,
) -> Loops:
    """Loops in time of a ledger (definitions sections 2 and 3).

    Parameters
    ----------
    window : int
        In ticks of `ledger.t` (`flows.windows.parse_window` reads what a user writes).
    tolerance : Tolerance or None
        Filters on amounts; with filters the loops are walked one by one inside the budget.
    shuffles : int
        Shuffled ledgers for each null model; 0 for none.
    """
    tolerance = tolerance or Tolerance()
    if tolerance.is_open:
        counted = count_time_loops(ledger, window, ties=ties, max_length=max_length, budget=budget, threads=threads)
    else:
        listing = list_time_loops(
            ledger, window, ties=ties, max_length=max_length, tolerance=tolerance, limit=0, budget=budget
        )
        counted = TimeCounts(listing.counts, listing.complete, ledger.m if listing.complete else 0, ledger.m)
    total = sum(counted.counts.values())
    largest: tuple[Loop, ...] = ()
    are_largest, found_routes, n_routes = True, None, None
    if not count_only and total:
        rows, are_largest = largest_loops(
            ledger, window, ties=ties, max_length=max_length, tolerance=tolerance, top=top, budget=budget
        )
        largest = tuple(describe(ledger, loop) for loop in rows)
        found_routes, n_routes = routes(
            ledger, window, ties=ties, max_length=max_length, tolerance=tolerance, total=total, top=top
        )
    nulls: tuple[Chance, ...] = ()
    if shuffles:
        nulls = tuple(
            chance(
                ledger,
                window,
                null=null,
                shuffles=shuffles,
                seed=seed,
                ties=ties,
                max_length=max_length,
                tolerance=tolerance,
                budget=budget,
            )
            for null in NULLS
        )
    scale = int(ledger.inputs.get("t_scale", 1))
    return Loops(
        kind="time",
        counts=_text_keys(counted.counts),
        total=total,
        complete=counted.complete,
        done=counted.first_rows_done,
        of=counted.first_rows,
        window=window if scale == 1 else window / scale,
        ties=ties,
        max_length=max_length,
        loops=largest,
        are_largest=are_largest,
        routes=found_routes,
        n_routes=n_routes,
        chance=nulls,
        origin=_origin(
            ledger,
            "loops.define_time",
            ("loops.assume_file_order",) if ties == "ledger" else (),
            window=window,
            ties=ties,
            seed=seed if shuffles else None,
        ),
    )


def loops_static(
    ledger: Ledger,
    *,
    max_length: int | None = None,
    count_only: bool = False,
    top: int = 10,
    budget: float | None = 60.0,
    threads: int | None = None,
) -> Loops:
    """Static loops of a ledger (definitions section 1), the largest by the smallest yearless sum of a pair."""
    counted = count_static_loops(ledger, max_length, budget=budget, threads=threads)
    total = sum(counted.counts.values())
    found: list[tuple[int, tuple[int, ...], tuple[int, ...]]] = []
    looked = 0
    if not count_only and total:
        sums: dict[tuple[int, int], int] = {}
        for src, dst, amount in zip(ledger.src.tolist(), ledger.dst.tolist(), ledger.amount.tolist()):
            sums[src, dst] = sums.get((src, dst), 0) + amount
        for loop in static_loops(ledger, max_length):
            looked += 1
            amounts = tuple(sums[a, loop[(i + 1) % len(loop)]] for i, a in enumerate(loop))
            found.append((-min(amounts), loop, amounts))
            if looked % 1000 == 0:
                found = sorted(found)[:top]
            if looked >= LISTED:
                break
    return Loops(
        kind="static",
        counts=_text_keys(counted.counts),
        total=total,
        complete=counted.complete,
        done=counted.starts_done,
        of=counted.starts,
        max_length=max_length,
        loops=tuple(_ring(ledger, loop, amounts) for _, loop, amounts in sorted(found)[:top]),
        are_largest=count_only or (counted.complete and looked == total),
        origin=_origin(ledger, "loops.define_static", max_length=max_length),
    )


def _ring(ledger: Ledger, loop: tuple[int, ...], amounts: tuple[int, ...]) -> Loop:
    least, most = min(amounts), max(amounts)
    return Loop(
        tuple(ledger.accounts[a] for a in loop),
        (),
        (),
        tuple(ledger.in_units(a) for a in amounts),
        ledger.in_units(least),
        None,
        least / most if most else None,
    )


def loops_of_deals(found: DealLoops, top: int | None = None) -> Loops:
    """Loops of a case in the common form; `deals` holds the ranked loops."""
    if top is not None:
        found = msgspec.structs.replace(found, loops=found.loops[:top])
    return Loops(
        kind="deals",
        counts=found.counts,
        total=found.total,
        complete=found.complete,
        done=found.total,
        of=found.total,
        deals=found,
        origin=found.origin,
    )
