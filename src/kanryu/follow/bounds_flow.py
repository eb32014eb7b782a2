"""A maximum flow that is quick where the network is wide at the far end: a guided wave, then few augmentations.

The least own money that can come home is what was paid out less the most that can stay away, and nearly everything
can stay away: the bottleneck lies at A's payments. So the wave starts there. Going through the network in order of
time, every node first learns the most that can arrive at it (what each neighbour alone could bring, not more than the
arcs carry); then, from the sink back, demand is placed along arcs within these limits and what cannot be served is
given back. What is missing is found by Dinic's method (Dinic 1970) with levels counted from the sink, so that a phase
visits only what can still reach the sink: on bank-like ledgers a tiny part.

The network is a list of arcs sorted by tail, with the arcs into each node beside it. It is turned round (tails and
heads exchanged, order reversed) when the bottleneck lies at the source. Complexity: O(arcs) for the wave; the
augmentations are limited by a budget of visited nodes, after which the caller uses the general solver.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kanryu.core.speed import hot
from kanryu.flows.ledger import Int32, Int64

FAR = 2_000_000_000


@hot
def time_order(nodes: int, fixed: int, tail: Int32, place: Int32) -> None:
    """Places of the nodes in the order in which they first pay, which every arc follows; the fixed ones come last."""
    for node in range(nodes):
        place[node] = -1
    count = 0
    for arc in range(tail.size):
        node = tail[arc]
        if node >= fixed and place[node] < 0:
            place[node] = count
            count += 1
    for node in range(fixed):
        place[node] = count + node


@hot
def group(end: Int32, start: Int32, order: Int32) -> None:
    """Arcs grouped by one end: those of node v are order[start[v]:start[v + 1]], in their own order."""
    for arc in range(end.size):
        start[end[arc] + 1] += 1
    for node in range(start.size - 1):
        start[node + 1] += start[node]
    for arc in range(end.size):
        node = end[arc]
        order[start[node]] = arc
        start[node] += 1
    for node in range(start.size - 1, 0, -1):
        start[node] = start[node - 1]
    start[0] = 0


@hot
def pull(
    first: int,
    step: int,
    inner: int,
    source: int,
    sink: int,
    start: Int32,
    head: Int32,
    tail: Int32,
    capacity: Int64,
    into: Int32,
    into_arc: Int32,
    left: Int64,
    can: Int64,
    need: Int64,
) -> int:
    """A flow into the sink, close to the largest where the bottleneck lies near the sink; fills `left`.

    first, step, inner : the inner nodes in order of time are first, first + step ...
    start, head : arcs by tail; into, into_arc : arcs by head; can, need : int64 (nodes,), zeros
    """
    can[source] = np.int64(4_000_000_000_000_000_000)
    for i in range(inner):
        node = first + step * i
        total = capacity[0] * 0
        for k in range(into[node], into[node + 1]):
            total += min(capacity[into_arc[k]], can[tail[into_arc[k]]])
        can[node] = total
    served = capacity[0] * 0
    for k in range(into[sink], into[sink + 1]):
        arc = into_arc[k]
        amount = min(capacity[arc], can[tail[arc]])
        left[arc] -= amount
        can[tail[arc]] -= amount
        need[tail[arc]] += amount
        served += amount
    for i in range(inner - 1, -1, -1):
        node = first + step * i
        for from_source in range(2):
            if need[node] == 0:
                break
            for k in range(into[node], into[node + 1]):
                arc = into_arc[k]
                giver = tail[arc]
                if (giver == source) == (from_source == 0):
                    amount = min(need[node], left[arc], can[giver])
                    left[arc] -= amount
                    can[giver] -= amount
                    need[giver] += amount
                    need[node] -= amount
                    if need[node] == 0:
                        break
    for i in range(inner):  # give back what nobody can serve
        node = first + step * i
        if need[node] > 0:
            for arc in range(start[node], start[node + 1]):
                amount = min(need[node], capacity[arc] - left[arc])
                left[arc] += amount
                need[node] -= amount
                need[head[arc]] += amount
                if need[node] == 0:
                    break
    return int(served - need[sink])


@hot
def augment(
    source: int,
    sink: int,
    start: Int32,
    head: Int32,
    tail: Int32,
    capacity: Int64,
    into: Int32,
    into_arc: Int32,
    left: Int64,
    level: Int32,
    queue: Int32,
    next_out: Int32,
    next_in: Int32,
    path: Int64,
    budget: int,
) -> int:
    """Dinic's phases until no path is left; returns the flow added, or -1 when the budget of visits is used up.

    level : int32 (nodes,), out: distance to the sink in the last residual network, FAR where there is no way
    """
    for node in range(level.size):
        level[node] = FAR
    total = capacity[0] * 0
    reached = 0
    visits = 0
    while True:
        for i in range(reached):
            level[queue[i]] = FAR
        level[source] = FAR
        level[sink] = 0
        queue[0] = sink
        done, reached = 0, 1
        while done < reached:
            node = queue[done]
            done += 1
            distance = level[node] + 1
            if distance > level[source]:
                break
            for k in range(into[node], into[node + 1]):
                arc = into_arc[k]
                giver = tail[arc]
                if level[giver] == FAR and left[arc] > 0:
                    level[giver] = distance
                    if giver != source:
                        queue[reached] = giver
                        reached += 1
            for arc in range(start[node], start[node + 1]):
                taker = head[arc]
                if level[taker] == FAR and left[arc] < capacity[arc]:
                    level[taker] = distance
                    if taker != source:
                        queue[reached] = taker
                        reached += 1
        if level[source] == FAR:
            return int(total)
        visits += reached
        for i in range(reached):
            next_out[queue[i]] = start[queue[i]]
            next_in[queue[i]] = into[queue[i]]
        next_out[source] = start[source]
        next_in[source] = into[source]
        node = source
        depth = 0
        while True:
            if visits > budget:
                return -1
            if node == sink:
                amount = np.int64(4_000_000_000_000_000_000)
                cut = 0
                for i in range(depth):
                    arc = path[i] >> 1
                    room = left[arc] if path[i] & 1 == 0 else capacity[arc] - left[arc]
                    if room < amount:
                        amount = room
                        cut = i
                for i in range(depth):
                    arc = path[i] >> 1
                    if path[i] & 1 == 0:
                        left[arc] -= amount
                    else:
                        left[arc] += amount
                visits += depth
                total += amount
                depth = cut
                arc = path[cut] >> 1
                node = tail[arc] if path[cut] & 1 == 0 else head[arc]
                continue
            nearer = level[node] - 1
            is_found = False
            while next_out[node] < start[node + 1]:
                arc = next_out[node]
                if left[arc] > 0 and level[head[arc]] == nearer:
                    path[depth] = arc << 1
                    node = head[arc]
                    is_found = True
                    break
                next_out[node] += 1
            while not is_found and next_in[node] < into[node + 1]:
                arc = into_arc[next_in[node]]
                if left[arc] < capacity[arc] and level[tail[arc]] == nearer:
                    path[depth] = (arc << 1) | 1
                    node = tail[arc]
                    is_found = True
                    break
                next_in[node] += 1
            if is_found:
                depth += 1
                visits += 1
                continue
            if node == source:
                break
            level[node] = FAR - 1  # nothing further from here in this phase
            depth -= 1
            arc = path[depth] >> 1
            if path[depth] & 1 == 0:
                node = tail[arc]
                next_out[node] += 1
            else:
                node = head[arc]
                next_in[node] += 1


@dataclass(frozen=True)
class WideFlow:
    """A maximum flow and the cut that proves it: `value` equals the capacity of the arcs into `inside`."""

    value: int
    cut: int


def wide_flow(
    nodes: int,
    fixed: int,
    tail: Int32,
    head: Int32,
    capacity: Int64,
    source: int,
    sink: int,
    *,
    from_source: bool,
    visits_per_node: int = 30,
) -> WideFlow | None:
    """Maximum flow on a network in time, or None when its budget of visits was used up.

    Parameters
    ----------
    fixed : nodes 0 ... fixed - 1 are source and sinks; the others first pay in the order of the arcs
    from_source : the bottleneck lies at the source: the network is turned round
    """
    place = np.empty(nodes, np.int32)
    time_order(nodes, fixed, tail, place)
    tails, heads = place[tail], place[head]
    begin, end = int(place[source]), int(place[sink])
    inner = nodes - fixed
    first, step = 0, 1
    if from_source:
        tails, heads, begin, end, first, step = heads, tails, end, begin, inner - 1, -1
    start, order = np.zeros(nodes + 1, np.int32), np.empty(tail.size, np.int32)
    group(tails, start, order)
    tails, heads, room = tails[order], heads[order], capacity[order]
    into, into_arc = np.zeros(nodes + 1, np.int32), np.empty(tail.size, np.int32)
    group(heads, into, into_arc)
    left = room.copy()
    both = (start, heads, tails, room, into, into_arc, left)
    value = pull(first, step, inner, begin, end, *both, np.zeros(nodes, np.int64), np.zeros(nodes, np.int64))
    level = np.empty(nodes, np.int32)
    work: list[npt.NDArray[np.int32]] = [np.empty(nodes, np.int32) for _ in range(3)]
    added = augment(begin, end, *both, level, *work, np.empty(nodes + 1, np.int64), 10**6 + visits_per_node * nodes)
    if added < 0:
        return None
    inside = level < FAR
    return WideFlow(value + added, int(room[inside[heads] & ~inside[tails]].sum()))
