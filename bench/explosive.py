"""Explosive-root kernel against peers, on the same series in one run, one thread against one thread.

    python bench/explosive.py [--peer-python PATH]

`--peer-python` is an interpreter that can `import exuber` (the package pyexuber, GPL: never a dependency of ours, so
it lives in an environment of its own). Without it the peer is a loop of least squares over every window, timed on a
short series and scaled by the number of windows. Answers are compared before times are.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kanryu.market.sequences import Setting, compute
from kanryu.market.simulate import simulate
from kanryu.market.windows import smallest_window

ONE_THREAD = {n: "1" for n in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
CASES = ((100, 0, None), (400, 0, None), (1680, 0, 4.0), (1680, 1, 12.0), (6358, 0, 60.0))
REPETITIONS, LIMIT = 2000, 8.0

PEER = """
import json, sys, time
import numpy as np
import exuber
out = []
for path, minw, lag, rounds in json.loads(sys.argv[1]):
    y = np.load(path)
    exuber.radf(y, minw=minw, lag=lag)
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        found = exuber.radf(y, minw=minw, lag=lag)
        times.append(time.perf_counter() - begin)
    out.append((sorted(times)[len(times) // 2], float(np.ravel(list(found.gsadf.values())
        if hasattr(found.gsadf, "values") else found.gsadf)[0])))
print(json.dumps(out))
"""


def median_time(task: Callable[[], object], rounds: int) -> float:
    """Median seconds of a call, after one that warms up."""
    task()
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        task()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def series(levels: int) -> np.ndarray:
    """A seeded random walk."""
    return np.cumsum(np.random.default_rng(levels).standard_normal(levels))


def peer_times(python: str, rounds: int) -> list[tuple[float, float]]:
    """Median seconds and GSADF of the peer for every case."""
    with tempfile.TemporaryDirectory() as folder:
        asked = []
        for levels, lag, _ in CASES:
            path = Path(folder) / f"{levels}.npy"
            np.save(path, series(levels))
            asked.append((str(path), smallest_window(levels), lag, max(3, rounds // (1 + levels // 1000))))
        words = [python, "-c", PEER, json.dumps(asked)]
        environment = {**os.environ, **ONE_THREAD}
        text = subprocess.run(words, capture_output=True, text=True, check=True, env=environment).stdout
    return [(seconds, gsadf) for seconds, gsadf in json.loads(text)]


def least_squares_per_window() -> float:
    """Seconds per window of a plain least-squares loop (numpy.linalg.lstsq), measured on 100 levels."""
    y = series(100)
    least = smallest_window(100)
    begin, windows = time.perf_counter(), 0
    for end in range(least, 100):
        for first in range(end - least + 1):
            window = y[first : end + 1]
            steps = np.diff(window)
            design = np.column_stack([np.ones(len(steps)), window[:-1]])
            np.linalg.lstsq(design, steps, rcond=None)
            windows += 1
    return (time.perf_counter() - begin) / windows


def main() -> int:
    """Print one line per case; the exit code is 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-python", default="")
    parser.add_argument("--rounds", type=int, default=15)
    chosen = parser.parse_args()
    peer = peer_times(chosen.peer_python, chosen.rounds) if chosen.peer_python else None
    each = None if peer else least_squares_per_window()
    print(f"{'levels':>7} {'lag':>3} {'ours ms':>9} {'target ms':>9} {'peer ms':>10} {'ratio':>7}  peer")
    missed = False
    for i, (levels, lag, target) in enumerate(CASES):
        y = series(levels)
        setting = Setting.make(levels, lag=lag, minimum=smallest_window(levels), counts="rows")
        ours = median_time(lambda y=y, setting=setting: compute(y, setting), chosen.rounds)  # type: ignore[misc]
        if peer:
            other, gsadf = peer[i]
            if abs(gsadf - compute(y, setting).gsadf) > 1e-8:
                print(f"{levels:>7} {lag:>3} answers differ: {gsadf} and {compute(y, setting).gsadf}")
                missed = True
            named = "pyexuber, one thread"
        else:
            assert each is not None
            windows = (levels - setting.first_end) * (levels - setting.first_end + 1) / 2
            other, named = each * windows, "numpy lstsq per window, scaled"
        missed |= target is not None and ours * 1e3 > target
        shown = f"{target:.0f}" if target else ""
        print(f"{levels:>7} {lag:>3} {ours * 1e3:>9.2f} {shown:>9} {other * 1e3:>10.2f} {other / ours:>6.1f}x  {named}")
    setting = Setting.make(1680, minimum=90, counts="rows")
    spent = median_time(lambda: simulate(1680, setting, seed=1, repetitions=REPETITIONS, threads=1), 1)
    print(f"{REPETITIONS} simulated statistics at 1680 levels, one thread: {spent:.2f} s (target {LIMIT:.0f} s)")
    missed |= spent > LIMIT
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
