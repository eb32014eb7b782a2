"""How fast the machine is, and against peers on the same work: sfctools (bookings) and pysolve3 (model SIM).

    python bench/machine.py [--peer-python PATH] [--quick]

`--peer-python` is an interpreter that can import sfctools and pysolve3; they are never dependencies of ours. All
identities are checked in every run. One core: threads of numerical libraries are set to one.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse  # noqa: E402
import json  # noqa: E402
import subprocess  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402

import numpy as np  # noqa: E402

from kanryu.machine.books.chart import Chart  # noqa: E402
from kanryu.machine.books.ensemble import Ensemble, plan_flow  # noqa: E402
from kanryu.machine.books.identities import Closing  # noqa: E402
from kanryu.machine.books.verbs import Flow  # noqa: E402
from kanryu.machine.calibrate.fit import box, simulate_draws  # noqa: E402
from kanryu.machine.capital_loop.quarter import capital_loop  # noqa: E402
from kanryu.machine.experiments.lab import Bench  # noqa: E402
from kanryu.machine.links import CUT_LIST  # noqa: E402
from kanryu.machine.textbook.sim import sim  # noqa: E402

PEER_BOOKINGS = """
import time, json
from sfctools import Agent, BalanceEntry
class Firm(Agent):
    pass
agents = [Firm() for _ in range(20)]
for a in agents:
    with a.balance_sheet.modify:
        a.balance_sheet.change_item("Cash", BalanceEntry.ASSETS, 1e6)
        a.balance_sheet.change_item("Equity", BalanceEntry.EQUITY, 1e6)
def book(x, y, amount):
    with x.balance_sheet.modify:
        x.balance_sheet.change_item("Cash", BalanceEntry.ASSETS, -amount, suppress_stock=True)
        x.balance_sheet.change_item("Equity", BalanceEntry.EQUITY, -amount, suppress_stock=True)
    with y.balance_sheet.modify:
        y.balance_sheet.change_item("Cash", BalanceEntry.ASSETS, amount, suppress_stock=True)
        y.balance_sheet.change_item("Equity", BalanceEntry.EQUITY, amount, suppress_stock=True)
n = 2000
begin = time.process_time()
for k in range(n):
    book(agents[k % 20], agents[(k * 7 + 1) % 20], 1.0 + k % 5)
print(json.dumps({"bookings_per_second": n / (time.process_time() - begin)}))
"""
PEER_SIM = """
import time, json, logging
logging.disable(logging.CRITICAL)
from pysolve3.model import Model
m = Model()
m.set_var_default(0)
for v in ("Cd","Cs","Gs","Hh","Hs","Nd","Ns","Td","Ts","Y","YD"):
    m.var(v)
for name, value in (("Gd", 20), ("W", 1), ("alpha1", 0.6), ("alpha2", 0.4), ("theta", 0.2)):
    m.param(name, default=value)
for e in ("Cs = Cd", "Gs = Gd", "Ts = Td", "Ns = Nd", "YD = (W*Ns) - Ts", "Td = theta*W*Ns", "Y = Cs + Gs",
          "Nd = Y/W", "Cd = alpha1*YD + alpha2*Hh(-1)", "Hs - Hs(-1) = Gd - Td", "Hh - Hh(-1) = YD - Cd"):
    m.add(e)
m.solve(iterations=100, threshold=1e-6)
n = 60
begin = time.process_time()
for _ in range(n):
    m.solve(iterations=100, threshold=1e-6)
spent = time.process_time() - begin
print(json.dumps({"quarters_per_second": n / spent, "income": float(m.solutions[-1]["Y"])}))
"""


def spent(task: Callable[[], object]) -> float:
    """CPU seconds of a call."""
    begin = time.process_time()
    task()
    return time.process_time() - begin


def full_model(runs: int, quarters: int = 10, chunk: int = 4000) -> float:
    """Run-quarters a second of the full model, all identities checked."""
    model = capital_loop()
    done, seconds = 0, 0.0
    for first in range(0, runs, chunk):
        run = model.start(np.arange(first, min(first + chunk, runs)), seed=1)
        seconds += spent(lambda run=run: [run.step() for _ in range(quarters)])  # type: ignore[misc]
        done += run.runs.size * quarters
    return done / seconds


def cuts(runs: int) -> float:
    """CPU seconds of 15 link cuts with `runs` runs of 33 quarters each."""
    bench = Bench(runs=runs, quarters=33)
    return spent(lambda: bench.prepare([((link,), {}) for link in CUT_LIST]))


def calibration(runs: int) -> float:
    """CPU seconds per 100,000 simulated runs of 13 quarters."""
    names, low, high = box()
    unit = np.random.Generator(np.random.Philox(key=1)).uniform(0.3, 0.7, (runs, len(names)))
    task = lambda: simulate_draws(names, low + unit * (high - low), {}, 13, seed=1, series=("capex_five",))  # noqa: E731
    return spent(task) * 100_000 / runs


def bookings(runs: int = 2000, count: int = 2000) -> float:
    """Bookings a second of the ensemble, one payment in every run each, identities checked every 20 bookings."""
    chart = Chart({"firms": tuple(f"firm{i}" for i in range(20)), "banks": ("bank",)})
    flows = {
        f"{i}-{j}": Flow(name=f"{i}-{j}", number=1, verb="pay", payer=f"firm{i}", payee=f"firm{j}")
        for i in range(20)
        for j in range(20)
        if i != j
    }
    books = Ensemble(chart, {name: plan_flow(chart, flow) for name, flow in flows.items()}, runs)
    books.open_deposits("firms", 1e6, "bank")
    closing = Closing(books)
    amounts = [np.full(runs, 1.0 + k % 5) for k in range(5)]

    def work() -> None:
        for k in range(count):
            i, j = k % 20, (k * 7 + 1) % 20
            books.book(f"{i}-{j if i != j else (j + 1) % 20}", amounts[k % 5])
            if k % 20 == 19:
                closing.close(k // 20)

    return runs * count / spent(work)


def sim_speed(runs: int = 2000, quarters: int = 200) -> tuple[float, float]:
    """Run-quarters a second of model SIM and its income after 61 quarters."""
    chunk = sim().start(np.arange(runs))
    incomes = []
    seconds = spent(lambda: incomes.extend(float(chunk.step()["income"][0]) for _ in range(quarters)))
    return runs * quarters / seconds, incomes[60]


def peer(python: str, program: str) -> dict[str, float]:
    """Answer of a peer's program."""
    found = subprocess.run([python, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True)
    answer: dict[str, float] = json.loads(found.stdout.strip().splitlines()[-1])
    return answer


def main() -> None:
    """Print all measurements with their targets."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--peer-python")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    scale = 5 if options.quick else 1
    runs = 10_000 // scale
    print(f"full model, all checks, {runs:,} runs: {full_model(runs):,.0f} run-quarters/s (target 300,000)")
    print(f"15 link cuts x {1000 // scale} runs x 33 quarters: {cuts(1000 // scale):.1f} CPU s (target {5 / scale:g})")
    print(f"calibration: {calibration(10_000 // scale):.1f} CPU s per 100,000 runs of 13 quarters (target 20)")
    own_bookings, (own_sim, income) = bookings(), sim_speed()
    print(f"bookings: {own_bookings:,.0f} a second; SIM: {own_sim:,.0f} run-quarters a second")
    if options.peer_python:
        sfctools = peer(options.peer_python, PEER_BOOKINGS)["bookings_per_second"]
        pysolve = peer(options.peer_python, PEER_SIM)
        assert abs(pysolve["income"] - income) < 1e-2, (pysolve["income"], income)
        print(f"sfctools: {sfctools:,.0f} bookings a second: {own_bookings / sfctools:,.0f} times slower (target 100)")
        rate = pysolve["quarters_per_second"]
        print(f"pysolve3: {rate:,.0f} quarters of SIM a second: {own_sim / rate:,.0f} times slower (target 1,000)")


if __name__ == "__main__":
    main()
