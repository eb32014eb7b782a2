"""Make `surface_refined.json`: what the fitted family line lacks along the usual window, without lags. Seeded; about
four minutes of one processor.

    python -m kanryu.market.refine_surface [--scale 1.0] [--out surface_refined.json]

The surface is one polynomial over all windows and lengths; on long series with the usual smallest window its GSADF
quantiles come out too low. Here fresh random walks of each length are tested with the usual window, and simulated minus
fitted quantile is smoothed by a cubic in the inverse logarithm of the length.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec
import numpy as np

from kanryu.market.sequences import Setting
from kanryu.market.simulate import simulate
from kanryu.market.surface import REFINED_FILE, Refined, fitted_quantiles, load, refined_terms

SEED = 20251122
# levels -> walks; fewer where each costs more
WALKS = {
    60: 20_000,
    80: 20_000,
    110: 20_000,
    150: 20_000,
    220: 20_000,
    320: 20_000,
    470: 20_000,
    700: 16_000,
    1000: 16_000,
    1450: 16_000,
    2100: 12_000,
    3050: 8_000,
    4400: 3_500,
    6490: 2_000,
}


def make(scale: float = 1.0, seed: int = SEED) -> Refined:
    """Simulate, compare, smooth."""
    probabilities = load().probabilities
    lengths, walks, gaps, noise = [], [], [], []
    for levels, full in WALKS.items():
        setting = Setting.make(levels)
        count = max(200, int(full * scale))
        sample = simulate(levels, setting, seed=seed + levels, repetitions=count).gsadf
        fitted = fitted_quantiles("gsadf", np.array([levels - 1.0]), setting.rows, 0)[0]
        lengths.append(float(levels))
        walks.append(float(count))
        gaps.append(np.quantile(sample, probabilities) - fitted)
        noise.append(float(gaps[-1][probabilities.index(0.95)]))
        print(levels, count, round(noise[-1], 4), flush=True)
    root = np.sqrt(np.array(walks))[:, None]
    design = refined_terms(np.array(lengths))
    fit, *_ = np.linalg.lstsq(design * root, np.array(gaps) * root, rcond=None)
    left = (design @ fit)[:, probabilities.index(0.95)] - np.array(noise)
    return Refined(
        seed=seed,
        levels=(int(min(lengths)), int(max(lengths))),
        walks={str(int(length)): int(count) for length, count in zip(lengths, walks)},
        coefficients=tuple(tuple(float(f"{c:.7g}") for c in column) for column in fit.T),
        rms_gap=round(float(np.sqrt((left**2).mean())), 4),
    )


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--out", type=Path, default=REFINED_FILE)
    chosen = parser.parse_args()
    refined = make(chosen.scale)
    chosen.out.write_bytes(msgspec.json.encode(refined))
    print(refined.rms_gap)


if __name__ == "__main__":
    main()
