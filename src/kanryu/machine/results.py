"""A run's folder: Parquet and a small manifest, whole or not there, and one run replayed as a journal of payments.

`manifest.json` is written last, so a folder with a manifest is complete. Finished chunks wait in `chunks/`; a run that
was killed starts again from them, and the bytes of the result are the same.
"""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from kanryu import __version__
from kanryu.core.errors import InputError
from kanryu.core.results import Origin
from kanryu.machine.books.journal import Entry, Journal
from kanryu.machine.books.model import account_rows, opening_journal
from kanryu.machine.capital_loop.series import NAMES, UNITS, flow_rows, record
from kanryu.machine.simulate import Paths, Progress, Spec, check_spec, labels, simulate, start

MANIFEST, SERIES_FILE, QUANTILES_FILE = "manifest.json", "series.parquet", "quantiles.parquet"
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder holds: the specification, the version, checksums of the files, the largest identity errors."""

    kanryu: int = 1
    version: str
    spec: Spec
    fingerprint: str
    quarters: tuple[str, ...]
    identities: dict[str, float]
    checksums: dict[str, str]
    units: dict[str, str]


class Fan(msgspec.Struct, frozen=True, kw_only=True):
    """Quantiles and means of one series by quarter: `bands[level]` is a list over quarters.

    observed : reported values known to the project, quarter -> value in the same unit (for the picture)
    """

    name: str
    unit: str
    quarters: tuple[str, ...]
    bands: dict[str, list[float]]
    means: list[float]
    observed: dict[str, float] = {}


class Turning(msgspec.Struct, frozen=True, kw_only=True):
    """When the circulating money peaks: share of runs by quarter, and share that had not peaked at the end.

    Never a date: the boom hardly informs the fatigue parameters, so this is mostly the prior.
    """

    by_quarter: dict[str, float]
    not_yet: float


class RunResult(msgspec.Struct, frozen=True, kw_only=True):
    """What `kanryu run` answers."""

    folder: str
    model: str
    runs: int
    quarters: tuple[str, ...]
    seed: int
    identities: dict[str, float]
    fans: tuple[Fan, ...]
    turning: Turning
    checksums: dict[str, str]
    origin: Origin


MAIN_SERIES = (
    "circulating",
    "data_center_nvidia",
    "capex_five",
    "revenue_labs",
    "revenue_openai",
    "revenue_coreweave",
    "market_value_nvidia",
    "market_value_machine",
    "value_openai",
    "belief",
    "fear",
    "adoption",
    "venture_ai",
    "compute_price",
    "alive_coreweave",
)


def fans(paths: Paths, names: tuple[str, ...] = MAIN_SERIES) -> tuple[Fan, ...]:
    """Quantiles by quarter of the named series."""
    return tuple(
        Fan(
            name=name,
            unit=UNITS[name],
            quarters=paths.quarters,
            bands={
                f"{level:g}": [float(x) for x in np.quantile(paths.series(name), level, axis=1)] for level in LEVELS
            },
            means=[float(x) for x in paths.series(name).mean(axis=1)],
        )
        for name in names
    )


def turning(paths: Paths, name: str = "circulating") -> Turning:
    """Distribution of the quarter in which a series peaks."""
    series = paths.series(name)
    peak = np.argmax(series, axis=0)
    last = len(paths.quarters) - 1
    count = np.bincount(peak, minlength=last + 1) / peak.size
    by_quarter = {label: float(share) for label, share in zip(paths.quarters[:-1], count[:-1], strict=True)}
    return Turning(by_quarter=by_quarter, not_yet=float(count[last]))


def summary(paths: Paths, folder: str = "", checksums: dict[str, str] | None = None) -> RunResult:
    """The answer of a run, ready for the page and for JSON."""
    spec = paths.spec
    return RunResult(
        folder=folder,
        model=spec.model,
        runs=spec.runs,
        quarters=paths.quarters,
        seed=spec.seed,
        identities=paths.identities,
        fans=fans(paths),
        turning=turning(paths),
        checksums=checksums or {},
        origin=Origin(
            definition="machine.definition_run",
            inputs={
                "model": spec.model,
                "runs": spec.runs,
                "quarters": spec.quarters,
                "seed": spec.seed,
                "parameters": spec.parameters,
                "set": spec.settings,
                "cut": list(spec.cut),
            },
            assumptions=("machine.assumed_opening", "machine.assumed_turn"),
        ),
    )


def run_to_folder(
    spec: Spec,
    folder: Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Progress | None = None,
    chunk: int = 1000,
) -> RunResult:
    """Run the model into a folder and give back the summary; a finished or half-finished folder is used again.

    Raises
    ------
    InputError
        The folder holds something else, or cannot be written.
    """
    check_spec(spec)
    _check_folder(folder, spec)
    chunk_folder = folder / "chunks" / f"{spec.fingerprint()[:16]}-{chunk}"
    paths = simulate(spec, workers=workers, scheduler=scheduler, keep=chunk_folder, progress=progress, chunk=chunk)
    checksums = {
        SERIES_FILE: _write_parquet(paths.frame(), folder / SERIES_FILE),
        QUANTILES_FILE: _write_parquet(_quantile_frame(paths), folder / QUANTILES_FILE),
    }
    manifest = Manifest(
        version=__version__,
        spec=spec,
        fingerprint=spec.fingerprint(),
        quarters=paths.quarters,
        identities=paths.identities,
        checksums=checksums,
        units=UNITS,
    )
    write_bytes(folder / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    shutil.rmtree(folder / "chunks", ignore_errors=True)
    return summary(paths, str(folder), checksums)


def _check_folder(folder: Path, spec: Spec) -> None:
    if folder.exists() and not folder.is_dir():
        raise InputError(key="machine.not_a_folder", path=str(folder))
    if (folder / MANIFEST).is_file():
        found = read_manifest(folder)
        if found.fingerprint != spec.fingerprint():
            raise InputError(key="machine.folder_taken", path=str(folder))
    elif folder.is_dir() and any(p.name not in ("chunks", SERIES_FILE, QUANTILES_FILE) for p in folder.iterdir()):
        raise InputError(key="machine.folder_strange", path=str(folder))


def _quantile_frame(paths: Paths) -> Any:
    import polars as pl

    rows: dict[str, list[Any]] = {"series": [], "unit": [], "quarter": [], "level": [], "value": []}
    found = np.quantile(paths.values, LEVELS, axis=2)  # (level, series, quarter)
    for i, name in enumerate(paths.names):
        for j, label in enumerate(paths.quarters):
            for k, level in enumerate(LEVELS):
                for key, value in zip(rows, (name, UNITS[name], label, level, float(found[k, i, j])), strict=True):
                    rows[key].append(value)
    return pl.DataFrame(rows)


def write_bytes(path: Path, data: bytes) -> str:
    """Write a file whole or not at all; its SHA-256.

    Raises
    ------
    InputError
        The disk is full or the place cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as cause:
        temporary.unlink(missing_ok=True)
        raise InputError(key="machine.unwritable", path=str(path.parent), cause=cause.strerror or str(cause)) from cause
    return hashlib.sha256(data).hexdigest()


def _write_parquet(frame: Any, path: Path) -> str:
    import io

    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=False)
    return write_bytes(path, buffer.getvalue())


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a finished run.

    Raises
    ------
    InputError
        The folder holds no finished run.
    """
    path = folder / MANIFEST
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError as cause:
        raise InputError(key="machine.no_run", path=str(folder)) from cause
    except (OSError, msgspec.DecodeError) as cause:
        raise InputError(key="machine.manifest_broken", path=str(path), cause=str(cause)) from cause


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """One run as payments: counts, sum by instrument (dollars), and whether the journal agrees with the ensemble."""

    run: int
    rows: int
    entries: int
    by_instrument: dict[str, int]
    accounts_compared: int
    largest_difference: int
    out: str
    origin: Origin


def replay(
    spec: Spec, number: int, out: Path | None = None, journal_out: Path | None = None
) -> tuple[Replay, list[Entry]]:
    """Run one run again with every entry, through the journal, and write its payments.

    Parameters
    ----------
    out : payments file (`.parquet` or `.csv`) with src, dst, t, amount (dollars), instrument, flow, quarter
    journal_out : the same for all entries, with non-cash ones, their rule and stage

    Raises
    ------
    InputError
        The run's number is outside the run.
    """
    if not 0 <= number < spec.runs:
        raise InputError(key="machine.run_range", found=number, most=spec.runs - 1)
    run = start(spec, np.array([number], dtype=np.uint64))
    journal: Journal = opening_journal(run.model, run)
    entries: list[Entry] = []

    def keep(open_run: Any) -> None:
        record(open_run)
        rows = open_run.entries(0)
        for row in rows:
            journal.book(row)
        entries.extend(rows)

    for _ in range(spec.quarters):
        run.step(keep)
    difference = 0
    for key, row in account_rows(run.model.chart).items():
        difference = max(difference, abs(journal.balances.get(key, 0) - round(float(run.books.balances[row, 0]))))
    payments = flow_rows(entries)
    if out is not None:
        _write_rows(payments, out, spec)
    if journal_out is not None:
        _write_rows(entries, journal_out, spec, everything=True)
    sums: dict[str, int] = {}
    for entry in payments:
        sums[entry.word] = sums.get(entry.word, 0) + entry.amount
    answer = Replay(
        run=number,
        rows=len(payments),
        entries=len(entries),
        by_instrument=dict(sorted(sums.items(), key=lambda item: -item[1])),
        accounts_compared=len(account_rows(run.model.chart)),
        largest_difference=difference,
        out=str(out or ""),
        origin=Origin(
            definition="machine.definition_replay",
            inputs={"model": spec.model, "seed": spec.seed, "run": number},
            assumptions=("machine.assumed_order",),
        ),
    )
    return answer, entries


def last_day(quarter: int) -> dt.date:
    """Last day of a simulated quarter (0 = 2023Q1)."""
    year, number = 2023 + quarter // 4, quarter % 4 + 1
    return dt.date(year, 3 * number, calendar.monthrange(year, 3 * number)[1])


def _write_rows(entries: list[Entry], out: Path, spec: Spec, *, everything: bool = False) -> None:
    import io

    import polars as pl

    columns: dict[str, list[Any]] = {
        "src": [e.src for e in entries],
        "dst": [e.dst or e.src for e in entries],
        "t": [last_day(e.quarter) for e in entries],
        "amount": [e.amount for e in entries],
        "instrument": [e.word for e in entries],
        "flow": [e.flow for e in entries],
        "quarter": [labels(spec.quarters)[e.quarter] for e in entries],
    }
    if everything:
        columns |= {
            "verb": [e.verb for e in entries],
            "stage": [e.stage for e in entries],
            "rule": [e.rule for e in entries],
            "issuer": [e.issuer for e in entries],
        }
    frame = pl.DataFrame(columns, schema_overrides={"t": pl.Date, "amount": pl.Int64})
    buffer = io.BytesIO()
    if out.suffix.lower() in (".parquet", ".pq"):
        frame.write_parquet(buffer, compression="zstd")
    elif out.suffix.lower() == ".csv":
        frame.write_csv(buffer)
    else:
        raise InputError(key="machine.suffix", path=str(out))
    write_bytes(out, buffer.getvalue())


__all__ = ["NAMES", "Fan", "Manifest", "Replay", "RunResult", "Turning", "replay", "run_to_folder", "summary"]
