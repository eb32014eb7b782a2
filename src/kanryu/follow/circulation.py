"""The largest part of all payments that can be explained as money going round (definitions section 7).

Rows are summed to one arc per pair. A circulation is 0 <= f <= w with inflow = outflow at every account; the maximum
circulation maximises the sum of f. What is left over, g = w - f, has no directed cycle: it is the cheapest way, at
cost 1 per arc, to carry what the net payers pay to the net receivers. That is how it is computed: a minimum-cost flow
inside each strongly connected component, in integers, the same problem as multilateral netting of trade debts.

It ignores time and the amounts of single rows, so it is an upper limit for what loops can explain; in dense data it
is large by accident. It does not say which loops there are (`follow.loops`), nor whose money it was (`follow.trace`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from kanryu.core.errors import BooksDoNotClose
from kanryu.core.results import Origin
from kanryu.flows.ledger import Int32, Int64, Ledger
from kanryu.follow.circulation_chain import chains
from kanryu.follow.circulation_proof import potentials_of, proof_gap

Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Arcs:
    """One arc per pair that pays. tail, head : int32 (k,); weight : int64 (k,); component : int32 (n,) per account"""

    tail: Int32
    head: Int32
    weight: Int64
    component: Int32

    @property
    def inside(self) -> Bool:
        """Arcs with both ends in one strongly connected component."""
        is_inside: Bool = self.component[self.tail] == self.component[self.head]
        return is_inside


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """Where the circular part of an account or arc lies over all maximum circulations, units of the file.

    balanced : its value in the one choice that minimises the sum of f^2/w; None when that was not asked for
    """

    low: float
    high: float
    balanced: float | None = None
    of: float = 0.0  # inflow of the account, or weight of the arc


class Component(msgspec.Struct, frozen=True, kw_only=True):
    """One strongly connected component of at least two accounts."""

    accounts: int
    arcs: int
    total: float
    circular: float
    share: float
    names: tuple[str, ...]  # the largest, by what they pay inside


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """The dual solution: potentials p with circular = sum of w max(0, 1 - (p(v) - p(u))).

    gap : dual less primal in minor units (0 = proved optimal); violated : arcs that break complementary slackness
    """

    gap: int
    violated: int
    highest_potential: int


class Circulation(msgspec.Struct, frozen=True, kw_only=True):
    """Circular and acyclic part of all payments, units of the file.

    total : sum over all payments between different accounts; circular : C*; share : C* / total, None if nothing is paid
    accounts, arcs : intervals over all maximum circulations, for those that were asked for
    """

    total: float
    circular: float
    acyclic: float
    share: float | None
    pairs: int
    components: tuple[Component, ...]
    accounts: dict[str, Range]
    arcs: dict[str, Range]
    certificate: Certificate
    origin: Origin


def arcs_of(ledger: Ledger) -> Arcs:
    """Rows summed to one arc per pair, without self payments and zero sums."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    active = (ledger.src != ledger.dst) & (ledger.amount > 0)
    code = ledger.src[active].astype(np.int64) * ledger.n + ledger.dst[active]
    order = np.argsort(code, kind="stable")
    code = code[order]
    first = np.flatnonzero(np.concatenate(([True], code[1:] != code[:-1]))) if code.size else np.zeros(0, np.int64)
    weight = np.add.reduceat(ledger.amount[active][order], first) if code.size else np.zeros(0, np.int64)
    tail, head = (code[first] // max(ledger.n, 1)).astype(np.int32), (code[first] % max(ledger.n, 1)).astype(np.int32)
    if not tail.size:
        return Arcs(tail, head, weight, np.arange(ledger.n, dtype=np.int32))
    graph = csr_array((np.ones(tail.size, np.int8), (tail, head)), shape=(ledger.n, ledger.n))
    _, component = connected_components(graph, directed=True, connection="strong")
    return Arcs(tail, head, weight.astype(np.int64), component.astype(np.int32))


def largest_circulation(arcs: Arcs) -> Int64:
    """One maximum circulation f, int64 (k,); 0 on arcs between components.

    Raises
    ------
    BooksDoNotClose
        The solver found no flow, or inflow and outflow of an account differ.
    """
    circular = np.zeros(arcs.tail.size, np.int64)
    inside = np.flatnonzero(arcs.inside)
    if not inside.size:
        return circular
    from ortools.graph.python import min_cost_flow

    # Components do not touch each other, so one call solves all of them; accounts outside carry nothing.
    names, code = np.unique(np.concatenate((arcs.tail[inside], arcs.head[inside])), return_inverse=True)
    tail, head = code[: inside.size].astype(np.int32), code[inside.size :].astype(np.int32)
    size, count = names.size, inside.size
    out, chain = np.zeros(size, np.int32), np.full(count, -1, np.int32)
    out[tail] = np.arange(count, dtype=np.int32)
    ends = np.empty(count, np.int32), np.empty(count, np.int32)
    weight, length = np.empty(count, np.int64), np.empty(count, np.int64)
    degrees = (np.bincount(end, minlength=size).astype(np.int32) for end in (head, tail))
    found = chains(tail, head, arcs.weight[inside], *degrees, out, chain, *ends, weight, length)
    first, last, weight, length = ends[0][:found], ends[1][:found], weight[:found], length[:found]
    net = np.zeros(size, np.int64)
    np.add.at(net, first, weight)
    np.subtract.at(net, last, weight)
    solver = min_cost_flow.SimpleMinCostFlow()
    between = np.flatnonzero(first != last)  # a chain from an account to itself goes round in full
    handles = solver.add_arcs_with_capacity_and_unit_cost(
        first[between], last[between], weight[between], length[between]
    )
    solver.set_nodes_supplies(np.arange(size, dtype=np.int32), net)
    left = np.zeros(found, np.int64)
    if between.size:
        status = solver.solve()
        if status != solver.OPTIMAL:
            raise BooksDoNotClose(f"the minimum-cost flow ended with status {status}")
        left[between] = solver.flows(handles)
    circular[inside] = (weight - left)[chain]
    open_ends = np.zeros(arcs.component.size, np.int64)
    np.add.at(open_ends, arcs.tail, circular)
    np.subtract.at(open_ends, arcs.head, circular)
    if open_ends.any() or (circular < 0).any():
        raise BooksDoNotClose("a circulation does not balance at every account")
    return circular


def circulation(
    ledger: Ledger,
    *,
    accounts: Sequence[str] = (),
    arcs: Sequence[tuple[str, str]] = (),
    balanced: bool = False,
    largest: int = 10,
) -> Circulation:
    """Maximum circulation of a ledger, proved by its potentials.

    Parameters
    ----------
    accounts, arcs : names, and pairs of names, whose interval over all maximum circulations is wanted
    balanced : whether to compute the unique choice that minimises the sum of f^2/w
    largest : number of components that are described

    Raises
    ------
    NotFound
        An account that is not in the ledger.

    Source
    ------
    Definitions section 7, oracles 14 to 17.

    Examples
    --------
    >>> from kanryu.flows.ledger import from_columns
    >>> found = circulation(from_columns(["a", "b"], ["b", "a"], [1, 2], [7, 4]))
    >>> found.total, found.circular, found.acyclic
    (11.0, 8.0, 3.0)
    """
    from kanryu.follow.circulation_range import account_range, arc_range, balanced_choice
    from kanryu.follow.trace_rows import check_amounts

    check_amounts(ledger)
    chosen = [ledger.account(name) for name in accounts]
    pairs = [(ledger.account(u), ledger.account(v)) for u, v in arcs]
    graph = arcs_of(ledger)
    flow = largest_circulation(graph)
    potential = potentials_of(graph.tail, graph.head, graph.weight, flow, graph.component)
    gap, violated = proof_gap(graph.tail, graph.head, graph.weight, flow, graph.component, potential)
    if gap or violated:
        raise BooksDoNotClose(f"the potentials do not prove the circulation: gap {gap}, {violated} arcs")
    total, circular = int(graph.weight.sum()), int(flow.sum())
    even = balanced_choice(graph, flow, potential) if balanced else None
    unit = ledger.in_units

    def described(low: int, high: int, where: Bool) -> Range:
        return Range(
            low=unit(low),
            high=unit(high),
            balanced=unit(float(even[where].sum())) if even is not None else None,
            of=unit(int(graph.weight[where].sum())),
        )

    return Circulation(
        total=unit(total),
        circular=unit(circular),
        acyclic=unit(total - circular),
        share=circular / total if total else None,
        pairs=int(graph.tail.size),
        components=_components(ledger, graph, flow, largest),
        accounts={
            ledger.accounts[v]: described(*account_range(graph, flow, potential, v), graph.head == v) for v in chosen
        },
        arcs={
            f"{ledger.accounts[u]} -> {ledger.accounts[v]}": described(
                *arc_range(graph, flow, potential, u, v), (graph.tail == u) & (graph.head == v)
            )
            for u, v in pairs
        },
        certificate=Certificate(gap=gap, violated=violated, highest_potential=int(potential.max(initial=0))),
        origin=Origin(
            definition="circulation.define",
            inputs={"name": ledger.name, **ledger.inputs},
            assumptions=("circulation.assume_static", *ledger.assumptions),
            left_out=ledger.left_out,
            coverage={"rows": ledger.m, "pairs": int(graph.tail.size), **ledger.coverage},
        ),
    )


def _components(ledger: Ledger, graph: Arcs, flow: Int64, largest: int) -> tuple[Component, ...]:
    inside = graph.inside
    if not inside.any():
        return ()
    of_arc = graph.component[graph.tail]
    totals = np.bincount(of_arc[inside], weights=graph.weight[inside])
    order = [int(c) for c in np.argsort(-totals, kind="stable")[:largest] if totals[c] > 0]
    found = []
    for number in order:
        arc = inside & (of_arc == number)
        paid = np.bincount(graph.tail[arc], weights=graph.weight[arc], minlength=ledger.n)
        names = tuple(ledger.accounts[v] for v in np.argsort(-paid, kind="stable")[:8] if paid[v] > 0)
        total, circular = int(graph.weight[arc].sum()), int(flow[arc].sum())
        found.append(
            Component(
                accounts=int((graph.component == number).sum()),
                arcs=int(arc.sum()),
                total=ledger.in_units(total),
                circular=ledger.in_units(circular),
                share=circular / total,
                names=names,
            )
        )
    return tuple(found)
