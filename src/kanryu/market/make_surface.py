"""Make `surface.json`: simulate random walks, take quantiles, fit the response surface. Seeded; about eight minutes
of one processor.

    python -m kanryu.market.make_surface [--scale 1.0] [--out surface.json]

One walk of n levels gives every shorter walk as well: its first levels. So each simulated walk is swept once per
smallest window, and quantiles are read off at many lengths.
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import numpy as np

from kanryu.market.simulate import generator_of
from kanryu.market.surface import STATISTICS, Range, Surface, terms
from kanryu.market.sweep import FIXED, Floats, sweep, sweep_lags

SEED = 20251120
PROBABILITIES = (0.01, 0.05, 0.1, 0.25, 0.5, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 0.99, 0.995, 0.999)
FREE_AT_LEAST = 3  # below three degrees of freedom the tails have no use

# levels of the walk, repetitions, lag, smallest windows in rows
PLANS: tuple[tuple[int, int, int, tuple[int, ...]], ...] = (
    (260, 20_000, 0, (5, 6, 8, 11, 15, 20, 27, 40, 60, 100)),
    (1700, 6_000, 0, (8, 15, 27, 40, 58, 90, 140, 220, 400)),
    (6500, 800, 0, (40, 90, 210, 500, 1000)),
    (260, 8_000, 1, (6, 8, 11, 15, 20, 27, 40, 60, 100)),
    (1000, 2_000, 1, (15, 27, 40, 70, 140, 250)),
    (260, 5_000, 2, (8, 11, 15, 20, 27, 40, 60, 100)),
    (700, 1_500, 2, (20, 40, 70, 140)),
    (260, 3_000, 4, (11, 15, 20, 27, 40, 60, 100)),
    (600, 1_000, 4, (30, 70, 140)),
    (260, 1_500, 8, (16, 20, 27, 40, 60, 100)),
    (260, 1_000, 12, (20, 27, 40, 60, 100)),
)


def _lengths(window: int, rows: int) -> list[int]:
    """Row counts at which quantiles are read: the window itself, then about 25 % apart."""
    found = {window, rows}
    length = float(window)
    while length < rows:
        found.add(round(length))
        length = max(length * 1.25, length + 2)
    return sorted(found)


def _simulate(levels: int, repetitions: int, lag: int, window: int, seed: int) -> dict[str, Floats]:
    """Statistics at every length of `_lengths`, each float64 (repetitions, lengths)."""
    rows = levels - 1 - lag
    at = np.array(_lengths(window, rows)) - window
    out = {name: np.empty((repetitions, len(at))) for name in STATISTICS}
    kernel, kernel_lags = sweep.compiled, sweep_lags.compiled

    def work(which: range) -> None:
        top, start, whole, chosen = (np.full(levels - 1, np.nan) for _ in range(4))
        for r in which:
            y = np.cumsum(generator_of(seed, levels, lag, r).standard_normal(levels))
            if lag == 0:
                kernel(y, window, 0.0, top, start, whole)
            else:
                kernel_lags(y, lag, window, FIXED, 0.0, top, start, whole, chosen)
            badf, bsadf = whole[lag + window - 1 :], top[lag + window - 1 :]
            out["adf"][r], out["bsadf"][r] = badf[at], bsadf[at]
            out["sadf"][r] = np.maximum.accumulate(badf)[at]
            out["gsadf"][r] = np.maximum.accumulate(bsadf)[at]

    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, [range(i, repetitions, workers) for i in range(workers)]))
    return {name: np.sign(v) * np.sqrt(np.abs(v)) for name, v in out.items()}


def make(scale: float = 1.0, seed: int = SEED) -> Surface:
    """Simulate and fit."""
    points: list[tuple[int, int, int, int]] = []
    quantiles: dict[str, list[Floats]] = {name: [] for name in STATISTICS}
    for levels, full, lag, windows in PLANS:
        repetitions = max(200, int(full * scale))
        for window in windows:
            if window - lag - 2 < FREE_AT_LEAST:
                continue
            sample = _simulate(levels, repetitions, lag, window, seed)
            for i, length in enumerate(_lengths(window, levels - 1 - lag)):
                points.append((length, window, lag, repetitions))
                for name in STATISTICS:
                    quantiles[name].append(np.quantile(sample[name][:, i], PROBABILITIES))
    rows, window_rows, lag_of, weight = np.array(points, dtype=float).T
    fitted_lags = tuple(sorted({int(k) for k in lag_of}))
    coefficients: dict[str, list[list[list[float]]]] = {name: [] for name in STATISTICS}
    gaps: dict[str, list[Floats]] = {name: [] for name in STATISTICS}
    for k in fitted_lags:
        chosen = lag_of == k
        design = terms(rows[chosen], window_rows[chosen], k)
        root = np.sqrt(weight[chosen])[:, None]
        for name in STATISTICS:
            seen = np.array(quantiles[name])[chosen]
            fit, *_ = np.linalg.lstsq(design * root, np.arcsinh(seen) * root, rcond=None)
            coefficients[name].append([[float(f"{c:.7g}") for c in column] for column in fit.T])
            gaps[name].append((np.sinh(design @ fit) - seen)[:, PROBABILITIES.index(0.95)])
    return Surface(
        seed=seed,
        repetitions=", ".join(f"{max(200, int(n * scale))} x {t} levels (lag {k})" for t, n, k, _ in PLANS),
        covers=Range(
            rows=(int(rows.min()), int(rows.max())),
            window_rows=(int(window_rows.min()), int(window_rows.max())),
            lag=(0, max(fitted_lags)),
            free_at_least=FREE_AT_LEAST,
            spans=tuple(round(float(np.log(rows / window_rows)[lag_of == k].max()), 4) for k in fitted_lags),
        ),
        probabilities=PROBABILITIES,
        lags=fitted_lags,
        coefficients=coefficients,
        rms_gap={n: round(float(np.sqrt((np.concatenate(g) ** 2).mean())), 4) for n, g in gaps.items()},
    )


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("surface.json"))
    chosen = parser.parse_args()
    surface = make(chosen.scale)
    chosen.out.write_bytes(msgspec.json.encode(surface))
    print(surface.rms_gap)


if __name__ == "__main__":
    main()
