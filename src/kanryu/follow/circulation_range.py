"""What the maximum circulation leaves open: the value is unique, the flow is not (definitions section 7).

With potentials p, an arc with p(v) - p(u) < 1 is full and one with p(v) - p(u) > 1 is empty in every maximum
circulation; only arcs with p(v) - p(u) = 1 are free. So all maximum circulations are the circulations on the free arcs
with the others fixed, and the range of an account or an arc is a maximum flow in their residual network. Among them
exactly one minimises the sum of f^2/w; it treats equal routes equally.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from kanryu.core.errors import BooksDoNotClose
from kanryu.flows.ledger import Int32, Int64

if TYPE_CHECKING:
    from kanryu.follow.circulation import Arcs

Float64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]


def free_arcs(arcs: Arcs, potential: Int64) -> Bool:
    """Arcs whose flow can differ between maximum circulations."""
    is_free: Bool = arcs.inside & (potential[arcs.head] - potential[arcs.tail] == 1)
    return is_free


def account_range(arcs: Arcs, flow: Int64, potential: Int64, account: int) -> tuple[int, int]:
    """Least and most circular inflow of one account over all maximum circulations, minor units.

    The account is split into an arrival and a departure side; more can go through it if the residual network leads
    from departure to arrival, less if it leads the other way.
    """
    free = free_arcs(arcs, potential)
    through = int(flow[arcs.head == account].sum())
    arrival = arcs.component.size
    head = np.where(arcs.head[free] == account, arrival, arcs.head[free]).astype(np.int32)
    more = _most(arcs.tail[free], head, arcs.weight[free] - flow[free], flow[free], account, arrival)
    less = _most(arcs.tail[free], head, arcs.weight[free] - flow[free], flow[free], arrival, account)
    return through - less, through + more


def arc_range(arcs: Arcs, flow: Int64, potential: Int64, payer: int, receiver: int) -> tuple[int, int]:
    """Least and most circular flow on one arc over all maximum circulations, minor units."""
    where = np.flatnonzero((arcs.tail == payer) & (arcs.head == receiver))
    if not where.size:
        return 0, 0
    arc = int(where[0])
    held = int(flow[arc])
    free = free_arcs(arcs, potential)
    if not free[arc]:
        return held, held
    free[arc] = False
    room = int(arcs.weight[arc]) - held
    more = _most(arcs.tail[free], arcs.head[free], arcs.weight[free] - flow[free], flow[free], receiver, payer)
    less = _most(arcs.tail[free], arcs.head[free], arcs.weight[free] - flow[free], flow[free], payer, receiver)
    return held - min(less, held), held + min(more, room)


def _most(tail: Int32, head: Int32, forward: Int64, backward: Int64, start: int, end: int) -> int:
    """Maximum flow in a residual network: `forward` along each arc, `backward` against it."""
    from ortools.graph.python import max_flow

    tails, heads = np.concatenate((tail, head)), np.concatenate((head, tail))
    room = np.concatenate((forward, backward))
    keep = room > 0
    tails, heads, room = tails[keep].astype(np.int32), heads[keep].astype(np.int32), room[keep]
    if not ((tails == start).any() and (heads == end).any()):
        return 0
    network = max_flow.SimpleMaxFlow()
    network.add_arcs_with_capacity(tails, heads, room)
    if network.solve(start, end) != network.OPTIMAL:
        raise BooksDoNotClose("the range of a circulation could not be computed")
    return int(network.optimal_flow())


def balanced_choice(
    arcs: Arcs, flow: Int64, potential: Int64, *, tolerance: float = 1e-10, most_steps: int = 200
) -> Float64:
    """The maximum circulation that minimises the sum of f^2/w, float64 (k,): unique and symmetric.

    On the free arcs it is f = w clip(q(u) - q(v), 0, 1) for prices q that balance every account: the dual of the
    quadratic programme, concave and piecewise quadratic, maximised by Newton steps with a line search.

    Raises
    ------
    BooksDoNotClose
        The prices do not balance the accounts to `tolerance` of the largest throughput.
    """
    result = flow.astype(np.float64)
    free = np.flatnonzero(free_arcs(arcs, potential))
    if not free.size:
        return result
    from scipy.sparse import coo_array, diags_array
    from scipy.sparse.linalg import spsolve

    names, code = np.unique(np.concatenate((arcs.tail[free], arcs.head[free])), return_inverse=True)
    tail, head = code[: free.size], code[free.size :]
    weight = arcs.weight[free].astype(np.float64)
    need = np.zeros(names.size)  # net outflow that the free arcs must have; the fixed arcs have the opposite
    np.add.at(need, tail, flow[free].astype(np.float64))
    np.subtract.at(need, head, flow[free].astype(np.float64))
    scale = max(float(weight.max()), 1.0)
    price = np.zeros(names.size)

    def flow_at(prices: Float64) -> Float64:
        return weight * np.clip(prices[tail] - prices[head], 0.0, 1.0)

    def unbalance(prices: Float64) -> Float64:
        carried = flow_at(prices)
        net = np.bincount(tail, carried, names.size) - np.bincount(head, carried, names.size)
        return np.asarray(need - net)

    def value(prices: Float64) -> float:  # dual: sum of need q less the sum over arcs of the conjugate of f^2/(2w)
        drop = prices[tail] - prices[head]
        gain = np.where(drop <= 0, 0.0, np.where(drop <= 1, drop * drop / 2, drop - 0.5))
        return float(need @ prices - weight @ gain)

    for _ in range(most_steps):
        gap = unbalance(price)
        if np.abs(gap).max() <= tolerance * scale:
            break
        drop = price[tail] - price[head]
        slope = np.where((drop >= 0) & (drop <= 1), weight, 0.0)
        laplacian = coo_array((slope, (tail, head)), shape=(names.size, names.size)).tocsr()
        laplacian = laplacian + laplacian.T
        degree = laplacian.sum(axis=1)
        step = spsolve((diags_array(degree + 1e-9 * scale) - laplacian).tocsc(), gap)
        rate = 1.0
        start = value(price)
        while rate > 1e-12 and value(price + rate * step) < start + 1e-4 * rate * float(gap @ step):
            rate /= 2
        price = price + rate * step
    else:
        if np.abs(unbalance(price)).max() > 1e-6 * scale:
            raise BooksDoNotClose("the balanced circulation did not converge")
    result[free] = flow_at(price)
    return result


__all__ = ["account_range", "arc_range", "balanced_choice", "free_arcs"]
