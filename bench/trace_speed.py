"""Tracing, bounds and circulation at bank scale, as ratios against peers on the same data in one run.

    python bench/trace_speed.py [--rows 1000000] [--bounds 20] [--skip-peers]

The ledger comes from the program's own generator (Pareto activity, communities, a tenth as many accounts as rows).
Compiled kernels are warmed first; one thread unless a line says two.

Peers, by name:
  plain Python   the same rules written with deques and dictionaries, on the first rows only, scaled by rows
  OR-tools plain maximum flow on the whole time-expanded network of definitions section 6 (a node per account and row),
                 without the core; minimum-cost flow on all arcs, without components
  networkx       maximum flow and minimum-cost flow on a small part of the ledger, against us on that part
Answers are compared before times are.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import deque
from collections.abc import Callable
from typing import Any

os.environ.setdefault("KANRYU_SPEED", "compiled")

import networkx as nx
import numpy as np

from kanryu.flows.generate import Plan, generate
from kanryu.flows.ledger import Ledger
from kanryu.follow.bounds import AWAY, HOME, bounds, core_of, most_flow
from kanryu.follow.circulation import arcs_of, circulation, largest_circulation
from kanryu.follow.lots_all import own_money_of_all
from kanryu.follow.trace import RULES, own_parts
from kanryu.follow.trace_everyone import everyone_arrays
from kanryu.follow.trace_rows import Rows, prepare

COLUMNS = ("src", "dst", "t", "amount")


def timed(task: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of one call and its result."""
    begin = time.perf_counter()
    result = task()
    return time.perf_counter() - begin, result


def line(what: str, seconds: float, rows: int, peer: str = "") -> None:
    """One line of the table."""
    print(f"{what:44} {seconds:9.3f} s {rows / seconds / 1e6:9.2f} M rows/s  {peer}", flush=True)


def generated(rows: int) -> Ledger:
    """A seeded ledger with a tenth as many accounts as rows."""
    accounts = rows // 10
    parts = list(generate(Plan(rows=rows, accounts=accounts, seed=1)))
    src, dst, t, amount = (np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS)
    size = int(max(src.max(), dst.max())) + 1
    return Ledger(
        accounts=tuple(map(str, range(size))),
        src=src.astype(np.int32),
        dst=dst.astype(np.int32),
        t=t.astype(np.int64),
        amount=amount.astype(np.int64),
        row=np.arange(src.size, dtype=np.int64),
    )


def first_rows(ledger: Ledger, rows: int) -> Ledger:
    """The beginning of a ledger."""
    return ledger.keep(np.arange(ledger.m) < rows)


def plain_pro_rata(rows: Rows) -> float:
    """Pro-rata with dictionaries."""
    balance: dict[int, float] = {}
    tagged: dict[int, float] = {}
    back = 0.0
    for u, v, q in zip(rows.src.tolist(), rows.dst.tolist(), rows.amount.tolist()):
        held = max(balance.get(u, 0), q)
        x = q if u == rows.account else q * tagged.get(u, 0.0) / held
        if u != rows.account:
            tagged[u] = tagged.get(u, 0.0) - x
        balance[u] = held - q
        balance[v] = balance.get(v, 0) + q
        if v == rows.account:
            back += x
        else:
            tagged[v] = tagged.get(v, 0.0) + x
    return back


def plain_fifo_all(rows: Rows, accounts: int) -> list[int]:
    """FIFO for every account with deques of (quantity, frozen set of payers)."""
    queues: list[deque[tuple[int, frozenset[int]]]] = [deque() for _ in range(accounts)]
    back = [0] * accounts
    for u, v, left in zip(rows.src.tolist(), rows.dst.tolist(), rows.amount.tolist()):
        while left:
            quantity, passed = queues[u].popleft() if queues[u] else (left, frozenset())
            take = min(quantity, left)
            if take < quantity:
                queues[u].appendleft((quantity - take, passed))
            left -= take
            after = passed | {u}
            if v in after:
                back[v] += take
            queues[v].append((take, after))
    return back


def whole_network(rows: Rows) -> tuple[int, int]:
    """Both bounds on the network with a node per account and row, built in Python as the definitions say."""
    from ortools.graph.python import max_flow

    tail, head, capacity = [], [], []
    node, balance = {}, {}
    source, home, away, count, supply = 0, 1, 2, 3, 0
    for u, v, q in zip(rows.src.tolist(), rows.dst.tolist(), rows.amount.tolist()):
        held = max(balance.get(u, 0), q)
        minted = held - balance.get(u, 0)
        start = source
        if u == rows.account:
            supply += q
        else:
            start = count
            count += 1
            if u in node and balance.get(u, 0):
                tail.append(node[u]), head.append(start), capacity.append(balance[u])
            node[u] = start
        balance[u] = held - q
        end = home
        if v != rows.account:
            end = count
            count += 1
            if v in node and balance.get(v, 0):
                tail.append(node[v]), head.append(end), capacity.append(balance[v])
            node[v] = end
        balance[v] = balance.get(v, 0) + q
        tail.append(start), head.append(end), capacity.append(q - minted if u != rows.account else q)
    for v, last in node.items():
        if balance[v]:
            tail.append(last), head.append(away), capacity.append(balance[v])
    found = []
    for sink in (home, away):
        network = max_flow.SimpleMaxFlow()
        network.add_arcs_with_capacity(np.array(tail), np.array(head), np.array(capacity))
        network.solve(source, sink)
        found.append(network.optimal_flow())
    return supply - found[1], found[0]


def tracing(ledger: Ledger, account: int, peers: bool) -> None:
    """All rules for one account, and FIFO and LIFO for all accounts."""
    rows = prepare(ledger, account)
    for rule in RULES:
        own_parts(prepare(first_rows(ledger, 100), account), rule)
        seconds, _ = timed(lambda rule=rule: own_parts(rows, rule))
        line(f"{rule}, one account", seconds, rows.m)
    if peers:
        part = prepare(first_rows(ledger, 300_000), account)
        seconds, expected = timed(lambda: plain_pro_rata(part))
        ours, (found, _) = timed(lambda: own_parts(part, "pro_rata"))
        assert np.isclose(found[part.counted == 1].sum(), expected)
        line("  plain Python, pro-rata", seconds, part.m, f"{seconds / ours:.0f} times ours")
    component = arcs_of(ledger).component
    everyone_arrays(first_rows(ledger, 100))
    for is_stack in (False, True):
        seconds, _ = timed(
            lambda is_stack=is_stack: own_money_of_all(
                rows.src, rows.dst, rows.amount, rows.opening, component, is_stack=is_stack, budget=10**12
            )
        )
        line(f"{'LIFO' if is_stack else 'FIFO'}, all accounts", seconds, rows.m)
    seconds, _ = timed(lambda: everyone_arrays(ledger))
    line("FIFO and LIFO, all accounts, two threads", seconds, 2 * rows.m)
    if peers:
        part = prepare(first_rows(ledger, 200_000), account)
        small = arcs_of(first_rows(ledger, 200_000)).component
        seconds, expected = timed(lambda: plain_fifo_all(part, ledger.n))
        ours, (found, _) = timed(
            lambda: own_money_of_all(
                part.src, part.dst, part.amount, part.opening, small, is_stack=False, budget=10**12
            )
        )
        assert found.tolist() == expected
        line("  plain Python, FIFO all accounts", seconds, part.m, f"{seconds / ours:.0f} times ours")


def sharp_bounds(ledger: Ledger, accounts: list[int], peers: bool) -> None:
    """Both bounds of the largest accounts."""
    bounds(first_rows(ledger, 100), accounts[0])
    times = []
    for account in accounts:
        seconds, core = timed(lambda account=account: core_of(prepare(ledger, account)))
        low, _ = timed(lambda core=core: most_flow(core, AWAY))
        high, _ = timed(lambda core=core: most_flow(core, HOME))
        times.append((seconds, low, high))
    parts = np.array(times)
    line(f"bounds, largest account (core {parts[0, 0]:.2f} s)", float(parts[0].sum()), ledger.m)
    print(
        f"bounds of the {len(accounts)} largest: {parts.sum():.1f} s; each median {np.median(parts.sum(axis=1)):.2f} s"
        f" = core {np.median(parts[:, 0]):.2f} + least {np.median(parts[:, 1]):.2f} + most {np.median(parts[:, 2]):.2f}"
    )
    if peers:
        part = first_rows(ledger, 200_000)
        seconds, expected = timed(lambda: whole_network(prepare(part, accounts[0])))
        ours, found = timed(lambda: bounds(part, accounts[0]))
        assert (round(found.low * part.minor), round((found.high or 0) * part.minor)) == expected
        line("  OR-tools plain, whole network", seconds, part.m, f"{seconds / ours:.0f} times ours")


def circular_part(ledger: Ledger, peers: bool) -> None:
    """Maximum circulation with proof and ranges."""
    arcs = arcs_of(ledger)
    busiest = np.argsort(-np.bincount(ledger.dst, minlength=ledger.n))[:3]
    circulation(first_rows(ledger, 100))
    seconds, found = timed(lambda: circulation(ledger, accounts=[ledger.accounts[v] for v in busiest]))
    print(
        f"maximum circulation, {arcs.tail.size} arcs, proof and 3 ranges: {seconds:.2f} s, share {found.share:.3f}",
        flush=True,
    )
    if peers:
        small = arcs_of(generated(20_000))
        ours, flow = timed(lambda: largest_circulation(small))
        graph = nx.DiGraph()
        for u, v, w in zip(small.tail.tolist(), small.head.tolist(), small.weight.tolist()):
            graph.add_edge(u, v, capacity=w, weight=-1)
        seconds, (cost, _) = timed(lambda: nx.network_simplex(graph))
        assert -cost == int(flow.sum())
        print(f"  networkx network simplex, {small.tail.size} arcs: {seconds:.2f} s, {seconds / ours:.0f} times ours")


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--rows", type=int, default=1_000_000)
    ask.add_argument("--bounds", type=int, default=20, help="largest accounts to bound")
    ask.add_argument("--skip-peers", action="store_true")
    ask.add_argument("--skip-circulation", action="store_true")
    chosen = ask.parse_args()
    seconds, ledger = timed(lambda: generated(chosen.rows))
    print(f"{ledger.m} rows, {ledger.n} accounts, made in {seconds:.1f} s")
    busiest = [int(v) for v in np.argsort(-np.bincount(ledger.src, minlength=ledger.n))[: max(chosen.bounds, 1)]]
    tracing(ledger, busiest[0], not chosen.skip_peers)
    sharp_bounds(ledger, busiest, not chosen.skip_peers)
    if not chosen.skip_circulation:
        circular_part(ledger, not chosen.skip_peers)


if __name__ == "__main__":
    main()
