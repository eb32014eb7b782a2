"""Loops of deals: whose money can come back to it, through whom, how sure each link is, and how much can go round.

A link is all legs between one payer and one payee that move cash (definitions section 1 on pairs, section 2 in time:
each link not earlier than the one before it). Share swaps never move cash; guarantees and warrants do so only once
they are called. What can go round in time is simulated on the dated pieces of the legs: nothing is passed on before
it came in. What it does not do: say that the same money went round (`trace`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from kanryu.case.records import FINANCING, NO_CASH, NO_CASH_UNTIL_CALLED, REVENUE, Case, Leg, Rung
from kanryu.case.rungs import ORDER, State, states_of
from kanryu.core.money import Interval
from kanryu.core.results import Origin
from kanryu.flows.case_pieces import MINOR
from kanryu.flows.from_case import LegInterval, leg_intervals
from kanryu.flows.ledger import from_columns
from kanryu.follow.deal_loops_cut import Cut, smallest_cut
from kanryu.follow.deal_loops_time import first_day, goes_round
from kanryu.follow.static_loops import static_loops

Kind = Literal["boomerang", "finance", "trade", "mixed"]
CONDITIONS = ("cancelable", "contingent", "unfunded")


class LoopLeg(msgspec.Struct, frozen=True):
    """One leg of a link. `amount` is on the rung asked; None limits are not disclosed."""

    key: str
    instrument: str
    rung: Rung
    amount: Interval
    start: str
    end: str
    is_cancelable: bool | None
    is_contingent: bool | None
    is_funded: bool | None


class Link(msgspec.Struct, frozen=True):
    """All legs from `payer` to `payee`. `rung` is that of its surest leg, `amount` their sum, `paid` its paid part."""

    payer: str
    payee: str
    rung: Rung
    amount: Interval
    paid: Interval
    legs: tuple[LoopLeg, ...]


class DealLoop(msgspec.Struct, frozen=True):
    """One loop, from the account whose money leaves first.

    weakest : position of the least sure link (smallest amount among equals), weakest_rung : its rung
    narrowest : position of the link with the smallest central amount, None when no amount is known
    bottleneck : smallest link, dates ignored; goes_round : what can go round in order of time; sure : the same,
        counting only what is bound or paid; paid : the same, counting only what is paid
    kind : boomerang = the first link finances, the last one buys
    survives_without : conditions of which all legs could fall away and the loop would still stand
    through_group : a member stands for several unnamed companies, so the ring may be no ring of companies
    """

    accounts: tuple[str, ...]
    links: tuple[Link, ...]
    kind: Kind
    weakest: int
    weakest_rung: Rung
    narrowest: int | None
    bottleneck: Interval
    goes_round: Interval
    sure: Interval
    paid: Interval
    in_time_order: bool
    survives_without: tuple[str, ...]
    through_group: bool


class DealLoops(msgspec.Struct, frozen=True):
    """Loops of a case, the strongest first.

    counts : length -> loops; complete : always True here unless a limit of length was given
    without : loops left without cancelable, contingent, unfunded legs, or all of these
    if_called : loops if every guarantee and warrant were called
    cut : smallest set of legs whose removal ends all loops
    """

    counts: dict[str, int]
    complete: bool
    total: int
    in_time_order: int
    boomerangs: int
    by_rung: dict[str, int]
    without: dict[str, int]
    if_called: int
    loops: tuple[DealLoop, ...]
    cut: Cut
    origin: Origin


def deal_loops(
    case: Case,
    *,
    true_by: dt.date | None = None,
    known_by: dt.date | None = None,
    rung: Rung | None = None,
    schedule: str = "even",
    max_length: int | None = None,
) -> DealLoops:
    """The loops of a case as of a day, ranked by what can really go round.

    Parameters
    ----------
    rung : {"talked", "bound", "paid"} or None
        The least sure rung that counts; None counts everything that stands, and each loop names its weakest link.
    max_length : int or None
        Most links of a loop.

    Notes
    -----
    Order: what bound money at least, what all money at least, and what all money at most can send round in time; then
    surer and shorter loops. Ended legs never count.
    """
    pieces = leg_intervals(case, true_by=true_by, known_by=known_by, rung=rung or "talked", schedule=schedule)
    states = states_of(case, true_by, known_by)
    links = _links(case, pieces, states)
    dated: dict[tuple[str, str], list[LegInterval]] = {}
    for piece in pieces:
        pair = (case.entities[piece.src].id, case.entities[piece.dst].id)
        dated.setdefault(pair, []).append(piece)
    groups = {entity.id for entity in case.entities if entity.is_aggregate}
    rings = _rings(links, max_length)
    loops = sorted((_loop(ring, links, dated, groups) for ring in rings), key=_rank)
    counts: dict[str, int] = {}
    for ring in sorted(rings, key=len):
        counts[str(len(ring))] = counts.get(str(len(ring)), 0) + 1
    without = {c: sum(c in loop.survives_without for loop in loops) for c in (*CONDITIONS, "all")}
    held_back = _never_called(case, states, ORDER[rung or "talked"])
    called = _rings([*links, *((leg.payer, leg.payee) for leg in held_back)], max_length) if held_back else rings
    return DealLoops(
        counts=counts,
        complete=True,
        total=len(loops),
        in_time_order=sum(loop.in_time_order for loop in loops),
        boomerangs=sum(loop.kind == "boomerang" and loop.in_time_order for loop in loops),
        by_rung={name: sum(loop.weakest_rung == name for loop in loops) for name in ("paid", "bound", "talked")},
        without=without,
        if_called=len(called),
        loops=tuple(loops),
        cut=smallest_cut({pair: tuple(leg.key for leg in link.legs) for pair, link in links.items()}),
        origin=_origin(case, links, states, held_back, true_by, known_by, rung, schedule),
    )


def _rings(pairs: Iterable[tuple[str, str]], max_length: int | None) -> list[tuple[str, ...]]:
    unique = sorted({pair for pair in pairs if pair[0] != pair[1]})
    ledger = from_columns([a for a, _ in unique], [b for _, b in unique], [0] * len(unique))
    return [tuple(ledger.accounts[a] for a in loop) for loop in static_loops(ledger, max_length)]


def _never_called(case: Case, states: dict[str, State], least: int) -> list[Leg]:
    """Open guarantees and warrants: they would move cash only if called."""
    return [
        leg
        for leg in case.legs
        if leg.instrument in NO_CASH_UNTIL_CALLED
        and states[leg.key].is_open
        and states[leg.key].paid is None
        and ORDER[states[leg.key].reached or "talked"] >= least
    ]


def _links(case: Case, pieces: Sequence[LegInterval], states: dict[str, State]) -> dict[tuple[str, str], Link]:
    by_leg: dict[str, list[LegInterval]] = {}
    for piece in pieces:
        by_leg.setdefault(piece.key, []).append(piece)
    legs: dict[tuple[str, str], list[LoopLeg]] = {}
    for leg in case.legs:
        if leg.key not in by_leg or leg.payer == leg.payee:
            continue
        own = by_leg[leg.key]
        rung = states[leg.key].reached or "talked"
        legs.setdefault((leg.payer, leg.payee), []).append(
            LoopLeg(
                key=leg.key,
                instrument=leg.instrument,
                rung=rung,
                amount=_sum(own),
                start=str(leg.start or dt.date.fromordinal(min(p.first for p in own))),
                end=str(leg.end or ""),
                is_cancelable=leg.is_cancelable,
                is_contingent=leg.is_contingent,
                is_funded=leg.is_funded,
            )
        )
    found = {}
    for pair, own_legs in legs.items():
        own_legs.sort(key=lambda leg: (-ORDER[leg.rung], -(leg.amount.central or 0), leg.key))
        own = [piece for leg in own_legs for piece in by_leg[leg.key]]
        paid = _sum([piece for piece in own if piece.rung == "paid"])
        found[pair] = Link(pair[0], pair[1], own_legs[0].rung, _sum(own), paid, tuple(own_legs))
    return found


def _sum(pieces: Sequence[LegInterval]) -> Interval:
    """Sum of pieces; a part that is not known leaves the sum without centre or upper limit."""
    low = sum(piece.low for piece in pieces) / MINOR
    central = [piece.central for piece in pieces]
    high = [piece.high for piece in pieces]
    return Interval(
        low,
        None if None in central else sum(c for c in central if c is not None) / MINOR,
        None if None in high else sum(h for h in high if h is not None) / MINOR,
    )


def _loop(
    ring: tuple[str, ...],
    links: dict[tuple[str, str], Link],
    dated: dict[tuple[str, str], list[LegInterval]],
    groups: set[str],
) -> DealLoop:
    """The ring from the start from which most can go round; a boomerang's start goes first among equals."""
    turns = []
    for shift in range(len(ring)):
        accounts = ring[shift:] + ring[:shift]
        path = [(a, accounts[(i + 1) % len(ring)]) for i, a in enumerate(accounts)]
        parts = [dated[pair] for pair in path]
        begin = first_day(parts)
        kind = _kind([links[pair] for pair in path])
        sure = goes_round([[p for p in part if p.rung != "talked"] for part in parts])
        turns.append((begin is not None, kind == "boomerang", sure, goes_round(parts), begin or 0, accounts, kind))
    best = max(turns, key=lambda turn: (turn[0], turn[1], _size(turn[2]), _size(turn[3]), -turn[4]))
    accounts, kind = best[5], best[6]
    path = [(a, accounts[(i + 1) % len(ring)]) for i, a in enumerate(accounts)]
    chain = tuple(links[pair] for pair in path)
    weakest = min(range(len(chain)), key=lambda i: (ORDER[chain[i].rung], _size(chain[i].amount), i))
    known = [i for i in range(len(chain)) if chain[i].amount.central is not None]
    survives = tuple(c for c in CONDITIONS if all(any(not _has(leg, c) for leg in link.legs) for link in chain))
    if all(any(not any(_has(leg, c) for c in CONDITIONS) for leg in link.legs) for link in chain):
        survives = (*survives, "all")
    return DealLoop(
        accounts=accounts,
        links=chain,
        kind=kind,
        weakest=weakest,
        weakest_rung=chain[weakest].rung,
        narrowest=min(known, key=lambda i: (chain[i].amount.central or 0, i)) if known else None,
        bottleneck=_smallest([link.amount for link in chain]),
        goes_round=best[3],
        sure=best[2],
        paid=goes_round([[p for p in dated[pair] if p.rung == "paid"] for pair in path]),
        in_time_order=best[0],
        survives_without=survives,
        through_group=any(account in groups for account in accounts),
    )


def _smallest(amounts: Sequence[Interval]) -> Interval:
    centrals = [a.central for a in amounts if a.central is not None]
    highs = [a.high for a in amounts if a.high is not None]
    low = min(a.low for a in amounts)
    central = min(centrals) if len(centrals) == len(amounts) else None
    return Interval(low, central, min(highs) if highs else None)


def _kind(chain: Sequence[Link]) -> Kind:
    finances = [any(leg.instrument in FINANCING for leg in link.legs) for link in chain]
    buys = [any(leg.instrument in REVENUE for leg in link.legs) for link in chain]
    if finances[0] and buys[-1]:
        return "boomerang"
    if all(finances):
        return "finance"
    return "trade" if all(buys) else "mixed"


def _has(leg: LoopLeg, condition: str) -> bool:
    if condition == "cancelable":
        return leg.is_cancelable is True
    return leg.is_contingent is True if condition == "contingent" else leg.is_funded is False


def _size(amount: Interval) -> float:
    return amount.central if amount.central is not None else amount.low


def _most(amount: Interval) -> float:
    """The upper limit; without one the central figure or the least, because no limit is not a large amount."""
    return amount.high if amount.high is not None else _size(amount)


def _rank(loop: DealLoop) -> tuple[float | bool | int | tuple[str, ...], ...]:
    return (
        not loop.in_time_order,
        loop.through_group,
        -loop.sure.low,
        -loop.goes_round.low,
        -_most(loop.goes_round),
        -ORDER[loop.weakest_rung],
        len(loop.accounts),
        loop.accounts,
    )


def _origin(
    case: Case,
    links: dict[tuple[str, str], Link],
    states: dict[str, State],
    held_back: Sequence[Leg],
    true_by: dt.date | None,
    known_by: dt.date | None,
    rung: Rung | None,
    schedule: str,
) -> Origin:
    legs = [leg for link in links.values() for leg in link.legs]
    swaps = [leg.key for leg in case.legs if leg.instrument in NO_CASH and states[leg.key].is_open]
    return Origin(
        definition="loops.define_deals",
        inputs={
            "case": case.id,
            "currency": case.currency,
            "true_by": str(true_by or ""),
            "known_by": str(known_by or ""),
            "rung": rung or "talked",
            "schedule": schedule,
        },
        assumptions=("loops.assume_pass_on", f"flows.assume_{schedule}"),
        left_out=tuple([f"{leg.key}: not_called" for leg in held_back] + [f"{key}: share_swap" for key in swaps]),
        coverage={"legs": len(legs), "legs_with_amount": sum(leg.amount.central is not None for leg in legs)},
    )
