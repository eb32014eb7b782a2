"""The posterior ensemble as files of the project: draws (CSV) and what they were fitted on (JSON)."""

from __future__ import annotations

import datetime as dt
import functools
from pathlib import Path
from typing import Any

import msgspec

from kanryu import __version__
from kanryu.core.errors import InputError
from kanryu.machine.calibrate.fit import Fit, draws_csv
from kanryu.machine.capital_loop.posterior import POSTERIOR_FILE, read_draws
from kanryu.machine.results import write_bytes


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Where an ensemble comes from: window, settings from data, errors by target, counts of reported values."""

    version: str
    last_quarter: int
    known_by: dt.date
    settings: dict[str, Any]
    errors: dict[str, float]
    counts: dict[str, int]
    loss: float
    runs_used: int
    draws_sha256: str


def save(found: Fit, path: Path = POSTERIOR_FILE) -> Provenance:
    """Write draws and provenance; the program uses them from then on if the path is the default."""
    checksum = write_bytes(path, draws_csv(found))
    provenance = Provenance(
        version=__version__,
        last_quarter=found.window.last_quarter,
        known_by=found.window.known_by,
        settings=found.settings,
        errors=found.errors,
        counts=found.counts,
        loss=found.loss,
        runs_used=found.runs_used,
        draws_sha256=checksum,
    )
    write_bytes(path.with_suffix(".json"), msgspec.json.format(msgspec.json.encode(provenance)) + b"\n")
    read_draws.cache_clear()
    load.cache_clear()
    return provenance


@functools.cache
def load(path: Path = POSTERIOR_FILE) -> Provenance:
    """Provenance of an ensemble.

    Raises
    ------
    InputError
        There is none, or it cannot be read.
    """
    file = path.with_suffix(".json")
    try:
        return msgspec.json.decode(file.read_bytes(), type=Provenance)
    except (OSError, msgspec.DecodeError) as cause:
        raise InputError(key="machine.parameters_unreadable", path=str(file), cause=str(cause)) from cause
