"""Answers of slices put together: counts, the largest loops, participation as a column, all loops as one file."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from kanryu.core.errors import InputError
from kanryu.core.results import Origin
from kanryu.follow.loops import Loops
from kanryu.follow.time_loops import SHORT, TimeCounts
from kanryu.follow.time_loops_index import Ties
from kanryu.follow.time_loops_list import Loop
from kanryu.follow.work import cores
from kanryu.formats.ledger_slices import (
    BYTES_PER_ROW,
    ROWS_PER_SLICE,
    SliceAnswer,
    plan_slices,
    roles_of,
    scan,
    search_slices,
)

BLOCK = 4_000_000  # rows written at once


def counts_of(answers: Sequence[SliceAnswer]) -> TimeCounts:
    """The counts of all slices together."""
    total: dict[int, int] = {}
    for answer in answers:
        for length, number in answer.counts.items():
            total[length] = total.get(length, 0) + number
    return TimeCounts(
        dict(sorted(total.items())),
        all(answer.complete for answer in answers),
        sum(answer.done for answer in answers),
        sum(answer.of for answer in answers),
    )


def largest_of(answers: Sequence[SliceAnswer], top: int) -> tuple[tuple[Loop, ...], bool]:
    """The `top` loops with the largest bottleneck over all slices, and whether that is certain."""
    loops = [loop for answer in answers for loop in answer.loops]
    loops.sort(key=lambda loop: (-loop.bottleneck, loop.rows))
    return tuple(loops[:top]), all(answer.certain for answer in answers)


def write_participation(path: str, answers: Sequence[SliceAnswer], rows: int, out: Path) -> None:
    """Write the ledger again with a column `participation`: the number of loops that contain the row."""
    shares = np.zeros(rows, np.int64)
    for answer in answers:
        touched = np.frombuffer(answer.touched, np.int64)
        shares[touched] += np.frombuffer(answer.times, np.int64)
    folder = out.with_name(out.name + ".parts")
    folder.mkdir(parents=True, exist_ok=True)
    for number, start in enumerate(range(0, rows, BLOCK)):
        block = scan(path).slice(start, BLOCK).drop("__row").collect(engine="streaming")
        block = block.with_columns(pl.Series("participation", shares[start : start + block.height]))
        block.write_parquet(folder / f"part-{number:05d}.parquet")
    pl.scan_parquet(sorted(folder.glob("*.parquet"))).sink_parquet(out)
    shutil.rmtree(folder)


def write_tables(answers: Sequence[SliceAnswer], out: Path) -> int:
    """Write all loops as one Parquet file in order of their first rows; returns how many there are."""
    folder = out.with_name(out.name + ".parts")
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for number, answer in enumerate(answers):
        if answer.table:
            part = folder / f"part-{number:05d}.parquet"
            part.write_bytes(answer.table)
            count += int(pl.scan_parquet(part).select(pl.len()).collect().item())
    files: list[Any] = sorted(folder.glob("*.parquet"))
    if files:
        pl.scan_parquet(files).sink_parquet(out)
    else:
        empty_table().write_parquet(out)
    shutil.rmtree(folder)
    return count


def loops_in_slices(
    path: str,
    window: int,
    *,
    columns: Mapping[str, str] | None = None,
    ties: Ties = "strict",
    max_length: int | None = None,
    count_only: bool = False,
    top: int = 10,
    memory: int | None = None,
    slices: int | None = None,
    participation_to: Path | None = None,
    loops_to: Path | None = None,
    budget: float | None = None,
    threads: int | None = None,
    keep: Path | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Loops:
    """Loops in time of a Parquet ledger of any size, searched in slices; the same answer as in one piece.

    Parameters
    ----------
    memory : int or None
        Bytes that the slices may use together; None takes half of what is free now.
    slices : int or None
        At least so many slices; None as few as the memory allows.
    participation_to : Path or None
        Write the ledger again with the number of loops of each row.
    loops_to : Path or None
        Write all loops of up to `max_length` rows as Parquet.
    keep : Path or None
        Folder of finished slices: the same call goes on where it was stopped.
    workers : int or None
        Processes on this machine; None chooses by cores and memory.
    scheduler : str or None
        Address of a Dask scheduler whose workers can read `path`.
    """
    if loops_to is not None and (max_length is None or max_length > SHORT):
        raise InputError(key="loops.table_length", found=max_length or "no limit", most=SHORT)
    roles = roles_of(path, columns or {})
    allowed = memory or free_memory() // 2
    plan = plan_slices(path, roles, window, memory=allowed // (workers or 1), slices=slices)
    if workers is None:  # many slices: one process for each core, if the memory allows it
        fits = allowed // plan.bytes_needed
        workers = int(min(cores(), fits)) if plan.slices >= 8 and fits >= 1 and scheduler is None else 1
    answers = search_slices(
        path,
        plan,
        roles,
        window,
        ties=ties,
        max_length=max_length,
        top=0 if count_only else top,
        share=participation_to is not None,
        table=loops_to is not None,
        budget=budget,
        threads=threads or (1 if workers > 1 or scheduler else None),
        keep=keep,
        workers=workers,
        scheduler=scheduler,
        progress=progress,
    )
    counted = counts_of(answers)
    largest, certain = largest_of(answers, top)
    written = {}
    if participation_to is not None:
        write_participation(path, answers, plan.rows, participation_to)
        written["participation"] = str(participation_to)
    if loops_to is not None:
        write_tables(answers, loops_to)
        written["loops"] = str(loops_to)
    return Loops(
        kind="time",
        counts={str(k): v for k, v in counted.counts.items()},
        total=sum(counted.counts.values()),
        complete=counted.complete,
        done=counted.first_rows_done,
        of=counted.first_rows,
        window=window,
        ties=ties,
        max_length=max_length,
        loops=largest,
        are_largest=certain,
        slices=plan.slices,
        bytes_at_once=plan.bytes_needed * max(1, min(workers, plan.slices)),
        written=written,
        origin=Origin(
            definition="loops.define_time",
            inputs={"file": path, "window": window, "ties": ties},
            assumptions=("loops.assume_file_order",) if ties == "ledger" else (),
            coverage={"rows": plan.rows},
        ),
    )


def free_memory() -> int:
    """Bytes that are free on this machine now."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 4 << 30


def needs_slices(path: str) -> bool:
    """Whether a Parquet ledger is better searched in slices: because of its memory, or because that is faster."""
    if not (Path(path).is_dir() or path.lower().endswith((".parquet", ".pq"))):
        return False
    rows = scan(path).select(pl.len()).collect().item()
    return int(rows) > 4 * ROWS_PER_SLICE or int(rows) * BYTES_PER_ROW > free_memory() // 2


def empty_table() -> pl.DataFrame:
    """A table of loops without a loop."""
    return pl.DataFrame(
        schema={
            "length": pl.Int64,
            "start": pl.Int64,
            "end": pl.Int64,
            "bottleneck": pl.Float64,
            "accounts": pl.List(pl.String),
            "rows": pl.List(pl.Int64),
        }
    )


def read_table(data: bytes) -> pl.DataFrame:
    """The loops of one slice."""
    return pl.read_parquet(io.BytesIO(data)) if data else empty_table()
