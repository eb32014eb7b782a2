"""Where a spent dollar comes to rest and after how many hops (terminal analysis).

Question: take the money that a source (an account, or all companies of a kind) spends. Followed from payment to
payment, in whose account does it lie when the ledger ends? Definition: pro-rata following (definitions section 4); a
unit is marked when a source first pays it out and keeps its mark, also when it passes the source again; every payment
is one hop. What lies in an account at the end rests there, because the ledger shows no further payment: it is the end
of what is known, not the end of the money.

It does not ask whose money it was before, nor for bounds (`follow.bounds`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from kanryu.core.results import Origin
from kanryu.core.speed import hot
from kanryu.flows.ledger import Int32, Int64, Ledger
from kanryu.follow.trace_rows import check_amounts

Float64 = npt.NDArray[np.float64]


class Rest(msgspec.Struct, frozen=True, kw_only=True):
    """Money of one source that lies with one holder at the end; hops: average number of payments it took there."""

    holder: str
    amount: float
    share: float
    hops: float


class SourceEnds(msgspec.Struct, frozen=True, kw_only=True):
    """Where the money of one source comes to rest.

    spent : money that the source was the first to pay out, units of the ledger; hops : average over all of it
    rests : the largest holders; groups : shares by group of the holders (role, kind, or account)
    """

    source: str
    spent: float
    hops: float
    rests: tuple[Rest, ...]
    groups: dict[str, float]


class Ends(msgspec.Struct, frozen=True, kw_only=True):
    """Terminal analysis of a ledger.

    by : what a source is ("account", "role", "kind")
    few : holders that are among the first three for most sources, with the number of sources
    """

    by: str
    sources: tuple[SourceEnds, ...]
    few: dict[str, int]
    origin: Origin


@hot
def follow_spending(
    src: Int32,
    dst: Int32,
    amount: Int64,
    balance: Int64,
    group: Int32,
    marked: Float64,
    hops: Float64,
    spent: Float64,
) -> None:
    """One pass over the rows for all sources at once.

    balance : int64 (n,), opening holdings, changed; group : int32 (n,), source of an account or -1
    marked, hops : float64 (n, g), out: marked money and marked money times hops; spent : float64 (g,), out
    Complexity: O(m g).
    """
    for i in range(src.size):
        payer, receiver, quantity = src[i], dst[i], amount[i]
        if payer == receiver or quantity == 0:
            continue
        held = balance[payer]
        if held < quantity:
            held = quantity
        part = quantity / held
        for g in range(spent.size):
            own = marked[payer, g]
            x = own * part
            h = hops[payer, g] * part
            if held == quantity:
                marked[payer, g] = 0.0
                hops[payer, g] = 0.0
            else:
                marked[payer, g] = own - x
                hops[payer, g] -= h
            h += x
            if group[payer] == g:
                fresh = quantity - x
                if fresh > 0.0:
                    spent[g] += fresh
                    x += fresh
                    h += fresh
            marked[receiver, g] += x
            hops[receiver, g] += h
        balance[payer] = held - quantity
        balance[receiver] += quantity


def ends(
    ledger: Ledger,
    *,
    groups: Mapping[str, str] | None = None,
    by: str = "account",
    sources: Sequence[str] = (),
    largest: int = 5,
    most_sources: int = 10,
) -> Ends:
    """Expected resting place of the money that each source spends.

    Parameters
    ----------
    groups : account -> group; None makes every account its own source
    by : name of the grouping, for the reader
    sources : only these sources; default all groups, or the accounts that pay most
    largest : holders named per source
    most_sources : accounts taken when no groups are given

    Raises
    ------
    NotFound
        A source that is not in the ledger.

    Examples
    --------
    >>> from kanryu.flows.ledger import from_columns
    >>> found = ends(from_columns(["a", "b"], ["b", "c"], [1, 2], [10, 4]), sources=["a"])
    >>> [(rest.holder, rest.amount, rest.hops) for rest in found.sources[0].rests]
    [('b', 6.0, 1.0), ('c', 4.0, 2.0)]
    """
    check_amounts(ledger)
    if groups is None:
        paid = np.bincount(ledger.src, weights=ledger.amount, minlength=ledger.n)
        top = [v for v in np.argsort(-paid, kind="stable")[:most_sources] if paid[v] > 0]
        names = [ledger.accounts[ledger.account(name)] for name in sources] or [ledger.accounts[v] for v in top]
        group = np.full(ledger.n, -1, np.int32)
        for g, name in enumerate(names):
            group[ledger.account(name)] = g
    else:
        names = list(sources) or list(dict.fromkeys(groups[a] for a in ledger.accounts if a in groups))
        place = {name: g for g, name in enumerate(names)}
        group = np.array([place.get(groups.get(a, ""), -1) for a in ledger.accounts], np.int32)
    count = len(names)
    marked, hops, spent = np.zeros((ledger.n, count)), np.zeros((ledger.n, count)), np.zeros(count)
    balance = ledger.opening.copy() if ledger.opening is not None else np.zeros(ledger.n, np.int64)
    follow_spending(ledger.src, ledger.dst, ledger.amount, balance, group, marked, hops, spent)
    found = [
        _source(ledger, names[g], marked[:, g], hops[:, g], float(spent[g]), groups, largest)
        for g in range(count)
        if spent[g] > 0
    ]
    found.sort(key=lambda source: -source.spent)
    few: dict[str, int] = {}
    for source in found:
        for rest in source.rests[:3]:
            few[rest.holder] = few.get(rest.holder, 0) + 1
    return Ends(
        by=by,
        sources=tuple(found),
        few=dict(sorted(few.items(), key=lambda item: -item[1])[:5]),
        origin=Origin(
            definition="ends.define",
            inputs={"name": ledger.name, "by": by, **ledger.inputs},
            assumptions=("ends.assume_end", "trace.assume_minting", *ledger.assumptions),
            left_out=ledger.left_out,
            coverage={"rows": ledger.m, **ledger.coverage},
        ),
    )


def _source(
    ledger: Ledger,
    name: str,
    marked: Float64,
    hops: Float64,
    spent: float,
    groups: Mapping[str, str] | None,
    largest: int,
) -> SourceEnds:
    order = [int(v) for v in np.argsort(-marked, kind="stable") if marked[v] > 1e-9 * spent]
    shares: dict[str, float] = {}
    for v in order:
        holder = groups.get(ledger.accounts[v], "") if groups is not None else ledger.accounts[v]
        shares[holder] = shares.get(holder, 0.0) + float(marked[v]) / spent
    shares = dict(sorted(shares.items(), key=lambda item: -item[1])[: None if groups is not None else largest])
    return SourceEnds(
        source=name,
        spent=ledger.in_units(spent),
        hops=float(hops.sum()) / spent,
        rests=tuple(
            Rest(
                holder=ledger.accounts[v],
                amount=ledger.in_units(float(marked[v])),
                share=float(marked[v]) / spent,
                hops=float(hops[v] / marked[v]),
            )
            for v in order[:largest]
        ),
        groups=shares,
    )
