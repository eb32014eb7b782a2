"""Large ledgers on disk: one Parquet file, or a folder of parts in order of time, written and read part by part."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from kanryu.flows.generate import Plan, Rows, generate, rings_of


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What was written. `by_length` counts the planted rings; `rings_file` lists them row by row."""

    file: str
    rings_file: str
    rows: int
    accounts: int
    planted: int
    by_length: dict[str, int]
    first: int
    last: int
    plan: Plan


def frame_of(rows: Rows) -> pl.DataFrame:
    """The columns of a payments file."""
    return pl.DataFrame(
        {
            "src": rows.src.astype(np.int32),
            "dst": rows.dst.astype(np.int32),
            "t": rows.t,
            "amount": rows.amount,
        }
    )


def write_generated(plan: Plan, path: Path) -> Written:
    """Write a generated ledger: `.parquet` or `.csv` gives one file, any other name a folder of Parquet parts.

    The planted rings stand beside it as `NAME.rings.csv`. Memory: one chunk of a million rows.
    """
    rings_file = path.with_name(path.name + ".rings.csv")
    suffix = path.suffix.lower()
    folder = path if suffix not in (".csv", ".parquet", ".pq") else path.with_name(path.name + ".parts")
    count, first, last = 0, 0, 0
    if suffix == ".csv":
        with path.open("wb") as out:
            for number, rows in enumerate(generate(plan)):
                frame_of(rows).write_csv(out, include_header=number == 0)
                first, last = (int(rows.t[0]) if number == 0 else first), int(rows.t[-1])
                count += rows.src.size
    else:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.parquet"):
            old.unlink()
        for number, rows in enumerate(generate(plan)):
            frame_of(rows).write_parquet(folder / f"part-{number:05d}.parquet")
            first, last = (int(rows.t[0]) if number == 0 else first), int(rows.t[-1])
            count += rows.src.size
        if folder != path:
            pl.scan_parquet(folder / "*.parquet").sink_parquet(path)
            shutil.rmtree(folder)
    rings = rings_of(plan)
    pl.DataFrame({"ring": rings.ring, "src": rings.src, "dst": rings.dst, "t": rings.t, "amount": rings.amount}).sort(
        "ring", "t"
    ).write_csv(rings_file)
    lengths = np.bincount(np.bincount(rings.ring)) if rings.ring.size else np.zeros(0, np.int64)
    return Written(
        file=str(path),
        rings_file=str(rings_file),
        rows=count,
        accounts=plan.accounts + int(rings.src.size),
        planted=plan.rings,
        by_length={str(k): int(lengths[k]) for k in np.flatnonzero(lengths)},
        first=first,
        last=last,
        plan=plan,
    )


def parts_of(path: Path) -> Iterator[Path]:
    """The Parquet files of a folder in order of name, or the file itself."""
    if path.is_dir():
        yield from sorted(path.rglob("*.parquet"))
    else:
        yield path
