"""Sharp bounds: the least and the most own money that any tracing rule could find (definitions section 6).

Every rule only allocates units, so each is a feasible point of one linear programme; its minimum and maximum hold for
every rule and are attained. The programme is a flow on the time-expanded network of `bounds_core`, so both bounds are
whole minor units: the most that can come home is a maximum flow from A's payments to the counted receipts; the least
is what was paid out less the maximum flow that can stay away. (Augmenting towards one sink never takes away from the
other, so neither needs the other's constraint: all supplies can always be placed, because every rule places them.)

The certificate is a cut of the network whose capacity equals the flow; it is checked here, on our side of the solver.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from kanryu.core.errors import BooksDoNotClose
from kanryu.flows.ledger import Int32, Int64, Ledger
from kanryu.follow.bounds_core import AWAY, HOME, SOURCE, build, scan_backward, scan_forward
from kanryu.follow.trace_rows import Choice, Rows, prepare

Bool = npt.NDArray[np.bool_]
WIDE_FROM = 50_000  # arcs from which the compiled wave pays


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """Least and most own money in the counted inflow, in units of the file or currency.

    high : None only on a case in which nothing that is known limits it
    low_share, high_share : parts of the counted inflow; None when nothing is counted
    rows, nodes, arcs : size of the core that the flows ran on
    certificate : "cut" when a cut of equal capacity proved both bounds, "empty" when no row can bring money home,
        "programme" for the linear programme of a case
    """

    low: float
    high: float | None
    low_share: float | None
    high_share: float | None
    rows: int
    nodes: int
    arcs: int
    certificate: str


@dataclass(frozen=True)
class Core:
    """Arcs of the time-expanded core: int32 ends and int64 capacities, (k,); nodes HOME, AWAY, SOURCE come first."""

    nodes: int
    tail: Int32
    head: Int32
    capacity: Int64
    row: Int32

    @property
    def supply(self) -> int:
        """Own money that enters the core."""
        return int(self.capacity[self.tail == SOURCE].sum())


def bounds(ledger: Ledger, account: str | int, *, tag: Choice = None, count: Choice = None) -> Bounds:
    """Sharp bounds of the own money in the counted inflow of an account.

    Parameters
    ----------
    tag, count : as in `trace_rows.prepare`; `count` as a mask gives the bounds of a part of the inflow, for example
        of one payer or one period

    Examples
    --------
    >>> from kanryu.flows.ledger import from_columns
    >>> ledger = from_columns(["A", "X", "B"], ["B", "B", "A"], [1, 2, 3], [10, 5, 12])
    >>> found = bounds(ledger, "A")
    >>> found.low, found.high
    (7.0, 10.0)
    """
    rows = prepare(ledger, account, tag=tag, count=count)
    core = core_of(rows)
    low, high = bounds_of(core)
    inflow = rows.inflow
    return Bounds(
        low=ledger.in_units(low),
        high=ledger.in_units(high),
        low_share=low / inflow if inflow else None,
        high_share=high / inflow if inflow else None,
        rows=int((core.row >= 0).sum()),
        nodes=core.nodes,
        arcs=int(core.tail.size),
        certificate="cut" if core.tail.size else "empty",
    )


def core_of(rows: Rows) -> Core:
    """The core network of one account's money."""
    m, n = rows.m, int(rows.opening.size)
    able, after = np.zeros(m, np.int64), np.zeros(m, np.int64)
    fate = np.zeros(m, np.int8)
    scan_forward(rows.src, rows.dst, rows.amount, rows.opening.copy(), rows.account, rows.tag, able, after)
    scan_backward(rows.src, rows.dst, rows.account, rows.counted, able, after, n, fate)
    room = 3 * m + 1
    tail, head, row = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.int32)
    capacity = np.empty(room, np.int64)
    nodes, arcs = build(rows.src, rows.dst, rows.account, n, able, after, fate, tail, head, capacity, row)
    return Core(nodes, tail[:arcs].copy(), head[:arcs].copy(), capacity[:arcs].copy(), row[:arcs].copy())


def bounds_of(core: Core) -> tuple[int, int]:
    """Least and most own money that comes home through a core, minor units."""
    if not core.tail.size:
        return 0, 0
    return core.supply - most_flow(core, AWAY), most_flow(core, HOME)


def most_flow(core: Core, sink: int) -> int:
    """Maximum flow from SOURCE to one of the two sinks, proved by a cut.

    Raises
    ------
    BooksDoNotClose
        The cut does not have the capacity of the flow: the solver's answer is not proved.
    """
    if not (core.head == sink).any():
        return 0
    if sink == AWAY and core.tail.size >= WIDE_FROM:
        from kanryu.follow.bounds_flow import wide_flow

        wide = wide_flow(core.nodes, 3, core.tail, core.head, core.capacity, SOURCE, sink, from_source=True)
        if wide is not None and wide.value == wide.cut:
            return wide.value
    from ortools.graph.python import max_flow

    network = max_flow.SimpleMaxFlow()
    network.add_arcs_with_capacity(core.tail, core.head, core.capacity)
    status = network.solve(SOURCE, sink)
    value = int(network.optimal_flow())
    inside = np.zeros(core.nodes, np.bool_)
    inside[network.get_source_side_min_cut()] = True
    inside[SOURCE] = True
    cut = int(core.capacity[inside[core.tail] & ~inside[core.head]].sum())
    if status != network.OPTIMAL or cut != value or inside[sink]:
        raise BooksDoNotClose(f"maximum flow {value} is not proved by its cut {cut}")
    return value


__all__ = ["AWAY", "HOME", "SOURCE", "Bounds", "Core", "bounds", "bounds_of", "core_of", "most_flow"]
