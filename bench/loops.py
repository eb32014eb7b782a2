"""Loops against peers, on the same data in the same run; prints a table of CPU seconds and ratios.

    python bench/loops.py time  [--ibm PATH]   loops in time without a limit of length, five public ledgers
    python bench/loops.py short                loops of up to 6 payments in a generated ledger of 10^6 rows
    python bench/loops.py static               static loops of up to 5 or 6 accounts

CPU seconds of one thread are compared with CPU seconds of one thread, because a busy machine stretches wall time.
The public ledgers lie beside the project (`../shared/data/temporal`). Peers: igraph, networkx, duckdb, snapml where
they are installed; IBM's C++ (github.com/IBM/parallel-cycle-enumeration, SPAA 2022) is built by the user outside the
project and named by `--ibm` or KANRYU_BENCH_IBM.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np

from kanryu.flows.generate import Plan
from kanryu.flows.ledger import Ledger
from kanryu.follow.static_loops import count_static_loops
from kanryu.follow.time_loops import count_time_loops
from kanryu.formats.ledger_parts import write_generated
from kanryu.formats.payments import read_payments

DATA = Path(__file__).parents[1].parent / "shared" / "data" / "temporal"
WINDOWS = {
    "ethereum_phishing": 2592000,
    "amlsim_20k_cycle200": 20,
    "collegemsg": 86400,
    "bitcoinotc": 2592000,
    "dnc_email": 86400,
}
PATIENCE = 240  # seconds that a peer gets


def cpu(work: Callable[[], Any], repeat: int = 3) -> tuple[float, Any]:
    """Least CPU seconds of `repeat` calls, and the answer."""
    best, answer = float("inf"), None
    for _ in range(repeat):
        begin = time.process_time()
        answer = work()
        best = min(best, time.process_time() - begin)
    return best, answer


def wall(work: Callable[[], Any], repeat: int = 3) -> float:
    """Least wall seconds of `repeat` calls."""
    best = float("inf")
    for _ in range(repeat):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


def child(arguments: list[str]) -> tuple[float, str] | None:
    """CPU seconds and output of a program; None when it took too long."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=PATIENCE, check=True)
    except subprocess.TimeoutExpired:
        return None
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def show(name: str, own: float, peer: str, other: float | None, note: str = "") -> None:
    """One line of the table."""
    if other is None:
        print(f"{name:28} kanryu {own:9.3f} s   {peer:10} more than {PATIENCE} s {note}", flush=True)
    else:
        print(f"{name:28} kanryu {own:9.3f} s   {peer:10} {other:9.3f} s   ratio {other / own:8.1f} {note}", flush=True)


def bench_time(ibm: str | None) -> None:
    """No limit of length; kanryu counts, IBM's program enumerates and counts."""
    ratios = []
    for name, window in WINDOWS.items():
        ledger = read_payments(DATA / f"{name}.csv.gz")
        count_time_loops(ledger, window, threads=1)  # compiled and warm
        own, found = cpu(lambda: count_time_loops(ledger, window, threads=1))  # noqa: B023
        one, two = (wall(lambda: count_time_loops(ledger, window, threads=t)) for t in (1, 2))  # noqa: B023
        total = sum(found.counts.values())
        note = f"({total:,} loops; two threads {one / two:.2f} x)"
        if ibm is None:
            print(f"{name:28} kanryu {own:9.3f} s   {note}", flush=True)
            continue
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            keep = ledger.src != ledger.dst
            np.savetxt(file, np.column_stack([ledger.src[keep], ledger.dst[keep], ledger.t[keep]]), fmt="%d")
            file.flush()
            done = child([ibm, "-f", file.name, "-algo", "4", "-n", "1", "-tws", str(window)])
        if done is not None:
            line = next(line for line in done[1].splitlines() if line.startswith("Total,"))
            assert int(line.split(",")[1]) == total, (name, line, total)
            ratios.append(done[0] / own)
        show(name, own, "IBM C++", done[0] if done else None, note)
    if ratios:
        print(f"geometric mean {exp(sum(map(log, ratios)) / len(ratios)):.1f} over {len(ratios)} ledgers")


def bench_short(rows: int) -> None:
    """Loops of up to 6 payments within a day; duckdb joins the table with itself up to length 4."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.parquet"
        write_generated(Plan(rows=rows, accounts=rows // 50, communities=100, activity=2.5, rings=500), path)
        ledger = read_payments(path)
        window = 21600
        count_time_loops(ledger, window, max_length=6, threads=1)
        for length in (4, 6):
            own, found = cpu(lambda: count_time_loops(ledger, window, max_length=length, threads=1))  # noqa: B023
            print(f"K={length}: {found.counts}", flush=True)
            if length == 4:
                _duckdb(path, window, own, found.counts)
            else:
                _snapml(ledger, window, own)


def _duckdb(path: Path, window: int, own: float, counts: dict[int, int]) -> None:
    try:
        import duckdb
    except ImportError:
        print("duckdb is not installed")
        return
    base = duckdb.connect()
    base.execute("set threads = 1")
    base.execute(f"create table p as select src, dst, t from '{path}' where src <> dst")
    begin = time.process_time()
    for length in (2, 3, 4):
        steps = range(1, length + 1)
        joins = [
            f"e{i}.dst = e{i + 1}.src and e{i}.t < e{i + 1}.t and e{i + 1}.t <= e1.t + {window}" for i in steps[:-1]
        ]
        differ = [f"e{i}.src <> e{j}.src" for i in steps for j in steps if i < j]
        where = " and ".join([*joins, f"e{length}.dst = e1.src", *differ])
        tables = ", ".join(f"p e{i}" for i in steps)
        number = base.execute(f"select count(*) from {tables} where {where}").fetchone()[0]
        assert number == counts.get(length, 0), (length, number, counts)
    show("K=4, self-joins", own, "duckdb", time.process_time() - begin)


def _snapml(ledger: Ledger, window: int, own: float) -> None:
    try:
        from snapml import GraphFeaturePreprocessor
    except ImportError:
        print("snapml is not installed")
        return
    table = np.column_stack([np.arange(ledger.m), ledger.src, ledger.dst, ledger.t]).astype(np.float64)
    search = GraphFeaturePreprocessor()
    off = {"fan": False, "degree": False, "scatter-gather": False, "lc-cycle": False, "vertex_stats": False}
    search.set_params(
        {**search.get_params(), **off, "num_threads": 1, "time_window": window, "temp-cycle": True,
         "temp-cycle_tw": window, "temp-cycle_bins": [2, 3, 4, 5, 6, 7]}
    )  # fmt: skip
    begin = time.process_time()
    search.fit_transform(np.ascontiguousarray(table))
    show("K=6", own, "snapml", time.process_time() - begin, "(temp-cycle; it has no limit of length)")


def bench_static() -> None:
    """Static loops with a limit of length."""
    for name, length in (("bitcoinotc", 5), ("collegemsg", 5), ("amlsim_20k_cycle200", 6), ("ethereum_phishing", 6)):
        ledger = read_payments(DATA / f"{name}.csv.gz")
        count_static_loops(ledger, length, threads=1)
        own, found = cpu(lambda: count_static_loops(ledger, length, threads=1))  # noqa: B023
        edges = sorted({(a, b) for a, b in zip(ledger.src.tolist(), ledger.dst.tolist()) if a != b})
        for peer in ("igraph", "networkx"):
            limit = 4 if peer == "networkx" else length
            code = _STATIC[peer].format(edges=edges, length=limit)
            with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
                file.write(code)
                file.flush()
                done = child([sys.executable, file.name])
            if done is not None and limit == length:
                assert int(done[1]) == sum(found.counts.values()), (name, peer, done[1])
            show(f"{name}, k <= {limit}", own, peer, done[0] if done else None)


_STATIC = {
    "igraph": "import igraph\ng = igraph.Graph(edges={edges}, directed=True)\n"
    "print(len(g.simple_cycles(min=2, max={length})))",
    "networkx": "import networkx\ng = networkx.DiGraph({edges})\n"
    "print(sum(1 for _ in networkx.simple_cycles(g, length_bound={length})))",
}


def main() -> None:
    """Read the command line."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("what", choices=["time", "short", "static"])
    reader.add_argument("--ibm", default=os.environ.get("KANRYU_BENCH_IBM"))
    reader.add_argument("--rows", type=int, default=1_000_000)
    chosen = reader.parse_args()
    if chosen.what == "time":
        bench_time(chosen.ibm)
    elif chosen.what == "short":
        bench_short(chosen.rows)
    else:
        bench_static()


if __name__ == "__main__":
    main()
