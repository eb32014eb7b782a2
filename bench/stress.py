"""Speed of the stress room on one core, as ratios against peers on the same data in one run.

    python bench/stress.py [--small]

Peers: SciPy's sparse fixed point p = min(P, e + Pi' p), and the package `neva` when it is installed. Compiled
kernels are warmed first; what is timed is said in each line.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from kanryu.stress.clearing import Obligations, lay_out, residual, run
from kanryu.stress.funding import Shock, run_funding
from kanryu.stress.funding_worklist import FundingWeb
from kanryu.stress.legs import Plan, from_rows
from kanryu.stress.reverse import smallest_failing_sets

os.environ.setdefault("OMP_NUM_THREADS", "1")


def best(function: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    """Shortest of some runs, in seconds, and the last result."""
    spent, result = [], None
    for _ in range(times):
        begun = time.perf_counter()
        result = function()
        spent.append(time.perf_counter() - begun)
    return min(spent), result


def random_web(accounts: int, debts: int, seed: int = 7, level: float = 0.35) -> Obligations:
    """Random obligations; outside assets such that about a third of the accounts fail."""
    generator = np.random.default_rng(seed)
    src, dst = generator.integers(0, accounts, (2, debts))
    dst = np.where(src == dst, (dst + 1) % accounts, dst)
    amount = generator.pareto(2.0, debts) + 0.1
    owed = np.bincount(src, amount, minlength=accounts)
    due = np.bincount(dst, amount, minlength=accounts)
    outside = np.maximum(owed - due, 0.0) + level * owed * generator.random(accounts)
    fallen = generator.random(accounts) < 0.15
    outside[fallen] *= 0.2
    return Obligations(tuple(map(str, range(accounts))), src, dst, amount, outside)


def scipy_fixed_point(web: Obligations) -> tuple[Callable[[], Any], Any]:
    """The usual vectorised iteration, matrix prepared outside the timing; stops at the same accuracy (1e-12)."""
    owed = np.bincount(web.src, web.amount, minlength=web.n)
    share = web.amount / np.where(owed[web.src] > 0, owed[web.src], 1.0)
    into = csr_array((share, (web.dst, web.src)), shape=(web.n, web.n))

    def solve() -> Any:
        paid = owed
        while True:
            new = np.minimum(owed, web.outside + into @ paid)
            if np.max(np.abs(new - paid)) <= 1e-12 * np.max(owed):
                return new
            paid = new

    return solve, owed


def clearing(debts: int, level: float) -> None:
    """10^6 obligations: Eisenberg-Noe, with costs of default, and the ratio to SciPy."""
    web = random_web(debts // 10, debts, level=level)
    order, laid = best(lambda: lay_out(web), 3)
    peer, owed = scipy_fixed_point(web)
    run(laid, 1.0, 1.0)
    plain, state = best(lambda: run(laid, 1.0, 1.0))
    costly, worse = best(lambda: run(laid, 0.85, 0.85))
    theirs, paid = best(peer, 3)
    ours = np.bincount(laid.payer, state.ratio * state.group_due, minlength=web.n)
    gap = float(np.max(np.abs(ours - paid)) / np.max(owed))
    failed = int(np.sum(state.failed_in > 0)), int(np.sum(worse.failed_in > 0))
    print(f"clearing, {debts:,} obligations of {web.n:,} accounts (laid out once in {1e3 * order:.0f} ms)")
    print(
        f"  Eisenberg-Noe        {1e3 * plain:8.1f} ms   {failed[0]:,} fail in {state.rounds} rounds (target < 30 ms)"
    )
    print(
        f"  with costs           {1e3 * costly:8.1f} ms   {failed[1]:,} fail in {worse.rounds} rounds (target < 50 ms)"
    )
    print(f"  SciPy fixed point    {1e3 * theirs:8.1f} ms   ratio {theirs / plain:.1f}x (target >= 2x), gap {gap:.1e}")
    print(f"  residual {residual(laid, state, 1.0, 1.0):.1e}")


def against_neva(debts: int = 8_000) -> None:
    """Eisenberg-Noe against the package neva, when it is there."""
    if importlib.util.find_spec("neva") is None:
        print(f"neva: not installed here, no ratio at {debts:,} links")
        return
    import neva

    web = random_web(debts // 10, debts, level=0.1)
    laid = lay_out(web)
    run(laid, 1.0, 1.0)
    ours, state = best(lambda: run(laid, 1.0, 1.0))
    owed = np.bincount(web.src, web.amount, minlength=web.n)
    banks = [neva.Bank(extasset=float(web.outside[i]), ibliabtot=float(owed[i]), name=str(i)) for i in range(web.n)]
    claims: list[list[Any]] = [[] for _ in banks]
    for src, dst, amount in zip(web.src.tolist(), web.dst.tolist(), web.amount.tolist()):
        claims[dst].append((banks[src], amount))
    for bank, held in zip(banks, claims):
        bank.set_ibasset(held)
    system = neva.BankingSystem(banks, tol=1e-9, maxiter=10_000)

    def solve() -> Any:
        system.set_equity(system.get_naiveequity())
        for bank in banks:  # its Eisenberg-Noe valuation: a debtor with negative equity pays what is left
            total = bank.ibliabtot
            bank.ibeval = lambda e, total=total: 1.0 if e >= 0 else max((e + total) / total, 0.0) if total else 1.0
        system.fixedpoint_equity()
        return system.get_equity()

    theirs, equity = best(solve, 1)
    paid = np.minimum(owed, np.maximum(np.array(equity) + owed, 0.0))
    gap = float(np.max(np.abs(paid - np.bincount(laid.payer, state.ratio * state.group_due, minlength=web.n))))
    print(f"neva at {debts:,} links: {1e3 * ours:.2f} ms against {1e3 * theirs:.0f} ms, {theirs / ours:.0f}x (>= 100x)")
    print(f"  {int(np.sum(state.failed_in > 0))} fail; payments differ by {gap:.1e}")


def large_plan(entities: int, links: int, seed: int = 3) -> Plan:
    """A feasible web of purchases and investments with outside money and some cash."""
    generator = np.random.default_rng(seed)
    src, dst = generator.integers(0, entities, (2, links))
    dst = np.where(src == dst, (dst + 1) % entities, dst)
    amount = generator.pareto(1.5, links) + 0.1
    lends = generator.random(links) < 0.15
    eta = np.where(generator.random(links) < 0.3, generator.uniform(0.2, 1.0, links), 0.0)
    rank = np.where(eta > 0, 6, generator.integers(1, 5, links))
    uses = np.bincount(src, amount, minlength=entities)
    receipts = np.bincount(dst, amount, minlength=entities)
    outside = np.maximum(uses - receipts, 0.0) + 0.5 * uses + 0.1
    return Plan(
        accounts=tuple(map(str, range(entities))),
        legs=tuple(map(str, range(links))),
        src=src,
        dst=dst,
        amount=amount,
        rank=rank,
        is_funding=lends,
        eta=eta,
        outside=outside,
        cash=0.02 * uses,
    )


def one_by_one(links: int, broken: int) -> None:
    """Each of many links of a large web broken alone, with the full report."""
    plan = large_plan(links // 10, links)
    web = FundingWeb(plan)
    web.break_leg(0)
    chosen = np.linspace(0, links - 1, broken).astype(int)
    begun = time.perf_counter()
    reports = [web.break_leg(int(leg)) for leg in chosen]
    spent = time.perf_counter() - begun
    hit = np.array([report.entities.size for report in reports])
    amplification = np.array([report.amplification for report in reports])
    print(f"each of {broken:,} links of a {links:,}-link web broken alone, full report: {spent:.2f} s (target < 10 s)")
    print(f"  hit: median {np.median(hit):.0f}, most {hit.max():,}; amplification {np.median(amplification):.2f}")
    check = chosen[:3]
    kept = np.ones((links, check.size))
    kept[check, np.arange(check.size)] = 0.0
    full = run_funding(plan, Shock(leg=kept))
    totals = (full.planned - full.paid).sum(axis=0)
    gap = max(abs(total - reports[k].total) / total for k, total in enumerate(totals))
    print(f"  against the full recomputation: {gap:.1e} relative")


def reverse(links: int = 200) -> None:
    """Smallest failing sets on 200 legs."""
    generator = np.random.default_rng(11)
    names = [f"e{i}" for i in range(40)]
    rows = []
    for k in range(links):
        a, b = generator.choice(40, 2, replace=False)
        funding = bool(generator.random() < 0.3)
        row = {"leg": f"l{k}", "src": names[a], "dst": names[b], "amount": float(generator.pareto(1.5) + 0.2)}
        rows.append(
            {**row, "funding": funding, "rank": int(generator.integers(1, 6)), "eta": float(generator.random() < 0.3)}
        )
    uses: dict[str, float] = {}
    receipts: dict[str, float] = {}
    for row in rows:
        uses[row["src"]] = uses.get(row["src"], 0.0) + row["amount"]
        receipts[row["dst"]] = receipts.get(row["dst"], 0.0) + row["amount"]
    outside = {
        name: {"outside": max(0.0, uses.get(name, 0) - receipts.get(name, 0)) + 0.3 * uses.get(name, 0)}
        for name in names
    }
    plan = from_rows(outside, rows)
    target = max(range(40), key=lambda i: receipts.get(names[i], 0.0))
    planned = run_funding(plan, Shock()).resources[target, 0]

    def test(broken: Any) -> Any:
        return run_funding(plan, Shock(leg=1.0 - broken.astype(float))).resources[target] < 0.6 * planned

    begun = time.perf_counter()
    found = smallest_failing_sets(test, tuple(str(row["leg"]) for row in rows), size=3)
    spent = time.perf_counter() - begun
    print(
        f"smallest failing sets on {links} legs: {spent:.2f} s (target < 5 s); smallest has {found.cost} links, "
        f"{len(found.minimal)} minimal sets up to 3, complete {found.complete}, {found.cascades} cascades"
    )


if __name__ == "__main__":
    small = "--small" in sys.argv
    for level in (0.35, 0.1):  # a tenth of the accounts fails, then about half
        clearing(100_000 if small else 1_000_000, level)
    against_neva()
    one_by_one(10_000 if small else 100_000, 1_000 if small else 10_000)
    reverse()
