"""Parameter draws: the posterior ensemble stored with the project, the prior, or the start values.

Run k takes draw k modulo the number of draws, so that a run is the same in any chunk. The posterior file is written by
`kanryu fit`.
"""

from __future__ import annotations

import csv
import functools
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kanryu.core.errors import InputError, NotFound
from kanryu.machine.books import draws
from kanryu.machine.capital_loop.quarter import parameters

Array = npt.NDArray[np.float64]
POSTERIOR_FILE = Path(__file__).parent / "posterior.csv"
KINDS = ("posterior", "prior", "start")


def fitted_names() -> tuple[str, ...]:
    """Parameters that the calibration moves, in the order of the file."""
    return tuple(name for name, line in parameters().items() if line.fitted)


@functools.cache
def read_draws(path: Path = POSTERIOR_FILE) -> tuple[tuple[str, ...], Array]:
    """Names and draws (draws, parameters) of a posterior file.

    Raises
    ------
    InputError
        The file cannot be read or holds no numbers.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        return tuple(rows[0]), np.array([[float(cell) for cell in row] for row in rows[1:]])
    except (OSError, ValueError, IndexError) as cause:
        raise InputError(key="machine.parameters_unreadable", path=str(path), cause=str(cause)) from cause


def prior_draws(runs: npt.NDArray[np.uint64], seed: int) -> dict[str, Array]:
    """Independent uniform draws of the fitted parameters over their ranges, one per run number."""
    found: dict[str, Array] = {}
    for name in fitted_names():
        line = parameters()[name]
        uniform = draws.uniforms(seed, f"prior-{name}", runs, 0, 1)[0]
        found[name] = line.low + (line.high - line.low) * uniform
    return found


def draws_of(kind: str, runs: npt.NDArray[np.uint64], seed: int) -> dict[str, Any]:
    """Values of the fitted parameters for these runs.

    Raises
    ------
    NotFound
        `kind` is none of posterior, prior, start.
    """
    if kind == "start":
        return {}
    if kind == "prior":
        return dict(prior_draws(runs, seed))
    if kind == "posterior":
        if not POSTERIOR_FILE.is_file():
            return {}
        names, table = read_draws()
        settings = json.loads(POSTERIOR_FILE.with_suffix(".json").read_text(encoding="utf-8"))["settings"]
        rows = (runs % np.uint64(len(table))).astype(np.int64)
        return {**settings, **{name: np.ascontiguousarray(table[rows, i]) for i, name in enumerate(names)}}
    raise NotFound(key="machine.draws_unknown", name=kind, known=KINDS, all=", ".join(KINDS))
