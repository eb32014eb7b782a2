"""Potentials that certify a maximum circulation: the dual solution, found from the flow and checked on its own.

    dual:  minimise  sum w y   subject to  y(u,v) >= 1 - (p(v) - p(u)),  y >= 0

At the optimum f = w where p(v) - p(u) < 1 and f = 0 where p(v) - p(u) > 1 (definitions section 7).
"""

from __future__ import annotations

import numpy as np

from kanryu.core.speed import hot
from kanryu.flows.ledger import Int32, Int64
from kanryu.follow.bounds_flow import group


@hot
def peel(start: Int32, order: Int32, head: Int32, left: Int64, waiting: Int32, rank: Int32, queue: Int32) -> None:
    """Order of the accounts along the left-over, which has no ring: payers before receivers (Kahn 1962).

    start, order : arcs grouped by tail; waiting, rank, queue : int32 (n,), `waiting` zeros, `rank` out
    """
    for arc in range(left.size):
        if left[arc] > 0:
            waiting[head[arc]] += 1
    done, found = 0, 0
    for node in range(rank.size):
        if waiting[node] == 0:
            queue[found] = node
            found += 1
    while done < found:
        node = queue[done]
        rank[node] = done
        done += 1
        for k in range(start[node], start[node + 1]):
            arc = order[k]
            if left[arc] > 0:
                waiting[head[arc]] -= 1
                if waiting[head[arc]] == 0:
                    queue[found] = head[arc]
                    found += 1


@hot
def relax(tail: Int32, head: Int32, left: Int64, flow: Int64, inside: Int64, potential: Int64, rounds: int) -> int:
    """Lower potentials until no residual arc can lower one more; returns the rounds used.

    `inside` lists the arcs in the order of the left-over; it is swept to and fro, so that a chain of any length along
    it settles in two rounds. The residual of the left-over g = w - f: an arc with g < w (f > 0) leads forward at cost
    1, one with g > 0 leads back at cost -1. At the optimum no residual cycle is negative, so this ends after at most n
    rounds.
    """
    for turn in range(rounds):
        is_changed = False
        for k in range(inside.size):
            arc = inside[inside.size - 1 - k] if turn % 2 == 0 else inside[k]
            u, v = tail[arc], head[arc]
            if flow[arc] > 0 and potential[u] + 1 < potential[v]:
                potential[v] = potential[u] + 1
                is_changed = True
            if left[arc] > 0 and potential[v] - 1 < potential[u]:
                potential[u] = potential[v] - 1
                is_changed = True
        if not is_changed:
            return turn + 1
    return rounds + 1


def potentials_of(tail: Int32, head: Int32, weight: Int64, flow: Int64, component: Int32) -> Int64:
    """Integer potentials (n,) of a maximum circulation; shifted so that the lowest is 0.

    If `flow` is not a maximum, the result does not certify anything and `proof_gap` says so.
    """
    inside = np.flatnonzero(component[tail] == component[head])
    n = component.size
    start, order = np.zeros(n + 1, np.int32), np.empty(tail.size, np.int32)
    group(tail, start, order)
    rank = np.zeros(n, np.int32)
    peel(start, order, head, weight - flow, np.zeros(n, np.int32), rank, np.empty(n, np.int32))
    inside = inside[np.argsort(rank[tail[inside]], kind="stable")]
    potential = np.zeros(n, np.int64)
    relax(tail, head, weight - flow, flow, inside, potential, component.size + 2)
    shifted: Int64 = potential - potential.min(initial=0)
    return shifted


def proof_gap(
    tail: Int32, head: Int32, weight: Int64, flow: Int64, component: Int32, potential: Int64
) -> tuple[int, int]:
    """Dual less primal value (0 proves the optimum), and arcs that break complementary slackness.

    Arcs between components can be left out of the dual: a potential shifted by component makes their y zero.
    """
    inside = component[tail] == component[head]
    rise = potential[head[inside]] - potential[tail[inside]]
    held, most = flow[inside], weight[inside]
    dual = int((most * np.maximum(1 - rise, 0)).sum())
    violated = int(((rise < 1) & (held < most)).sum() + ((rise > 1) & (held > 0)).sum())
    return dual - int(flow.sum()), violated
