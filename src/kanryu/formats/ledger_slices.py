"""A ledger that does not fit into memory, searched for loops in overlapping slices of time.

A loop in time lies inside one window, so a slice reads its own time and one window more, and answers for the loops
whose first row is its own: every loop is found once, with the same result as in one piece. The memory of a slice is
predicted from its rows before work starts.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from kanryu import __version__
from kanryu.core.errors import InputError
from kanryu.core.problems import Place, Problem, problem
from kanryu.engine.tasks import run_tasks
from kanryu.flows.ledger import Ledger
from kanryu.follow.time_loops import SHORT, TimeCounts, count_time_loops, participation
from kanryu.follow.time_loops_index import Ties
from kanryu.follow.time_loops_list import Loop, describe, largest_loops
from kanryu.follow.time_loops_table import LoopTable, loop_table
from kanryu.formats.payments import ledger_of_frame
from kanryu.formats.payments_columns import assign_roles

BYTES_PER_ROW = 260  # measured peak of reading, laying out and searching one row
BASE_BYTES = 250_000_000  # the program itself, once for each process
BUCKETS = 4096
LISTED = 1_000_000  # loops that are listed to find the largest of them
ROWS_PER_SLICE = 1_500_000  # more rows at once only cost more misses of the cache


class SlicePlan(msgspec.Struct, frozen=True):
    """Cuts of time: slice i answers for first rows with `cuts[i] <= t < cuts[i + 1]`.

    rows : of the whole ledger; largest : rows that the largest slice reads; bytes_needed : predicted for that one
    """

    cuts: tuple[int, ...]
    rows: int
    largest: int
    bytes_needed: int

    @property
    def slices(self) -> int:
        """Number of slices."""
        return len(self.cuts) - 1


class SliceAnswer(msgspec.Struct):
    """What one slice found; `touched`, `times` are the rows with participation, `table` a Parquet file."""

    counts: dict[int, int]
    complete: bool
    done: int
    of: int
    loops: list[Loop]
    certain: bool
    touched: bytes
    times: bytes
    table: bytes


def scan(path: str) -> pl.LazyFrame:
    """The rows of a Parquet file or folder in the order of the files, with their position in `__row`."""
    place = Path(path)
    if place.is_dir():
        files = sorted(str(file) for file in place.rglob("*.parquet"))
        if not files:
            raise InputError(key="payments.unreadable", file=path)
        return pl.scan_parquet(files, row_index_name="__row")
    return pl.scan_parquet(path, row_index_name="__row")


def roles_of(path: str, columns: Mapping[str, str]) -> dict[str, str]:
    """Role -> column of a Parquet ledger whose times are whole numbers.

    Raises
    ------
    InputError
        Not readable, columns missing or unclear, or times of another kind.
    """
    problems: list[Problem] = []
    try:
        schema = scan(path).collect_schema()
    except (pl.exceptions.PolarsError, OSError) as cause:
        raise InputError(key="payments.parquet_unreadable", reason=str(cause).splitlines()[0][:120]) from cause
    roles = assign_roles([name for name in schema.names() if name != "__row"], columns, path, problems)
    if problems:
        raise InputError(key="payments.columns_wrong", file=path, problems=problems)
    if not schema[roles["t"]].is_integer():
        raise InputError(key="loops.slices_need_numbers", column=roles["t"])
    return roles


def first_times(path: str, columns: Mapping[str, str]) -> Ledger:
    """A ledger of the first and the last row only, to read windows and show times by."""
    roles = roles_of(path, columns)
    t = pl.col(roles["t"])
    first, last = scan(path).select(t.min().alias("a"), t.max().alias("b")).collect(engine="streaming").row(0)
    times = np.array([first or 0, last or 0], np.int64)
    pair = np.array([0, 1], np.int32)
    return Ledger(
        ("", " "), pair, pair[::-1].copy(), times, times * 0 + 1, times * 0, inputs={"has_amount": "amount" in roles}
    )


def look_through(path: str, roles: Mapping[str, str]) -> tuple[int, int, int]:
    """Rows, first and last time, after a pass that finds every row that could not be used.

    Raises
    ------
    InputError
        With the number of such rows and the position of the first one.
    """
    t, amount = pl.col(roles["t"]), pl.col(roles["amount"]) if "amount" in roles else None
    faults: dict[str, tuple[str, pl.Expr]] = {
        "account_missing": ("src", pl.col(roles["src"]).is_null() | pl.col(roles["dst"]).is_null()),
        "time_missing": ("t", t.is_null()),
    }
    if amount is not None:
        faults["amount_missing"] = ("amount", amount.is_null())
        faults["negative"] = ("amount", amount < 0)
        faults["too_large"] = ("amount", amount > 10**15)
    expressions = [pl.len().alias("rows"), t.min().alias("first"), t.max().alias("last")]
    for name, (_, is_bad) in faults.items():
        expressions.append(is_bad.sum().alias(f"{name}_n"))
        expressions.append(pl.col("__row").filter(is_bad).min().alias(f"{name}_at"))
    found = scan(path).select(expressions).collect(engine="streaming").row(0, named=True)
    problems = [
        problem(
            f"payments-{name.replace('_', '-')}", "error",
            Place(file=path, path=f"[{found[f'{name}_at']}].{roles[role]}"),
            f"payments.{name}", found=found[f"{name}_n"], column=roles[role],
        )
        for name, (role, _) in faults.items()
        if found[f"{name}_n"]
    ]  # fmt: skip
    if found["rows"] == 0:
        problems.append(problem("payments-no-rows", "error", Place(file=path), "payments.no_rows"))
    if problems:
        raise InputError(key="payments.has_errors", file=path, count=len(problems), problems=problems)
    return int(found["rows"]), int(found["first"]), int(found["last"])


def plan_slices(
    path: str, roles: Mapping[str, str], window: int, *, memory: int, slices: int | None = None
) -> SlicePlan:
    """Cuts so that each slice with its window stays inside `memory` bytes, if the window allows it.

    Without `slices` a slice has about a million and a half rows, or several windows where these hold more.

    Raises
    ------
    InputError
        One window alone needs more than `memory`.
    """
    rows, first, last = look_through(path, roles)
    step = max(1, -(-(last - first + 1) // BUCKETS))
    buckets = (pl.col(roles["t"]) - first) // step
    counted = scan(path).group_by(buckets.alias("bucket")).agg(pl.len().alias("n")).collect(engine="streaming")
    sizes = np.zeros(-(-(last - first + 1) // step), np.int64)
    sizes[counted["bucket"].to_numpy()] = counted["n"].to_numpy()
    before = np.concatenate([[0], np.cumsum(sizes)])
    overlap = -(-window // step) + 1

    def read(start: int, stop: int) -> int:
        return int(before[min(stop + overlap, sizes.size)] - before[start])

    most = max(1, (memory - BASE_BYTES) // BYTES_PER_ROW)
    in_window = rows * min(1.0, window / (last - first + 1))
    wanted = -(-rows // slices) if slices else max(ROWS_PER_SLICE, int(6 * in_window))
    cuts, start = [0], 0
    while start < sizes.size:
        stop = start + 1
        while stop < sizes.size and before[stop + 1] - before[start] <= wanted and read(start, stop + 1) <= most:
            stop += 1
        cuts.append(stop)
        start = stop
    largest = max(read(a, b) for a, b in pairwise(cuts))
    if largest > most:
        raise InputError(
            key="loops.window_too_large",
            need=f"{(largest * BYTES_PER_ROW + BASE_BYTES) / 2**30:.2g}",
            memory=f"{memory / 2**30:.2g}",
            rows=largest,
        )
    times = [first + cut * step for cut in cuts[:-1]] + [last + 1]
    return SlicePlan(tuple(times), rows, largest, largest * BYTES_PER_ROW + BASE_BYTES)


def search_slice(
    path: str,
    roles: dict[str, str],
    window: int,
    ties: Ties,
    max_length: int | None,
    start: int,
    stop: int,
    top: int,
    share: bool,
    table: bool,
    budget: float | None,
    threads: int | None,
) -> npt.NDArray[np.uint8]:
    """One slice: loops whose first row has `start <= t < stop`. A `SliceAnswer` as bytes in an array."""
    t = pl.col(roles["t"])
    wanted = list(dict.fromkeys(["__row", *roles.values()]))
    frame = scan(path).filter((t >= start) & (t < stop + window)).select(wanted).collect(engine="streaming")
    # positions may come in any order of files; the order of the input decides ties
    if not frame["__row"].is_sorted():
        frame = frame.sort("__row")
    if frame.height == 0:
        return _packed(SliceAnswer({}, True, 0, 0, [], True, b"", b"", b""))
    position = frame["__row"].to_numpy().astype(np.int64)
    ledger = ledger_of_frame(frame.drop("__row"), roles, path)
    del frame
    shares: Any = None
    loops: LoopTable | None = None
    if table:
        loops = loop_table(
            ledger, window, max_length=max_length or SHORT, ties=ties, threads=threads, first_before=stop
        )
    if share:
        counted, shares = participation(
            ledger, window, ties=ties, max_length=max_length, budget=budget, threads=threads, first_before=stop
        )
    elif loops is not None:
        counted = counts_of_table(loops, int(np.searchsorted(ledger.t, stop)))
    else:
        counted = count_time_loops(
            ledger, window, ties=ties, max_length=max_length, budget=budget, threads=threads, first_before=stop
        )
    found: list[Loop] = []
    certain = True
    if top and counted.counts:
        if loops is None and max_length and max_length <= SHORT and sum(counted.counts.values()) <= LISTED:
            loops = loop_table(ledger, window, max_length=max_length, ties=ties, threads=threads, first_before=stop)
        if loops is not None:
            rows = loops.largest(ledger, top)
        else:
            rows, certain = largest_loops(ledger, window, ties=ties, max_length=max_length, top=top, first_before=stop)
        found = [_placed(describe(ledger, loop), ledger, loop, position) for loop in rows]
    touched, times = b"", b""
    if shares is not None:
        used = np.flatnonzero(shares)
        touched, times = position[ledger.row[used]].tobytes(), shares[used].tobytes()
    listed = _table(ledger, position, loops) if table and loops is not None else b""
    answer = SliceAnswer(
        counted.counts, counted.complete, counted.first_rows_done, counted.first_rows, found, certain, touched, times,
        listed,
    )  # fmt: skip
    return _packed(answer)


def counts_of_table(loops: LoopTable, firsts: int) -> TimeCounts:
    """The counts that a table of all loops gives."""
    lengths = np.bincount(loops.lengths) if loops.ends.size else np.zeros(0, np.int64)
    return TimeCounts({int(k): int(lengths[k]) for k in np.flatnonzero(lengths)}, True, firsts, firsts)


def _packed(answer: SliceAnswer) -> npt.NDArray[np.uint8]:
    return np.frombuffer(msgspec.msgpack.encode(answer), np.uint8)


def _placed(loop: Loop, ledger: Ledger, rows: tuple[int, ...], position: Any) -> Loop:
    """The loop with rows counted in the whole file."""
    return msgspec.structs.replace(loop, rows=tuple(int(position[ledger.row[row]]) + 1 for row in rows))


def _table(ledger: Ledger, position: Any, loops: LoopTable) -> bytes:
    if loops.ends.size == 0:
        return b""
    starts = loops.ends - loops.lengths
    names = pl.Series("name", ledger.accounts, dtype=pl.String)
    order = np.repeat(np.arange(loops.ends.size), loops.lengths)
    steps = pl.DataFrame(
        {
            "loop": order,
            "row": position[ledger.row[loops.rows]] + 1,
            "account": names.gather(ledger.src[loops.rows]),
        }
    )
    lists = steps.group_by("loop", maintain_order=True).agg("account", "row")
    frame = pl.DataFrame(
        {
            "length": loops.lengths,
            "start": ledger.t[loops.rows[starts]],
            "end": ledger.t[loops.rows[loops.ends - 1]],
            "bottleneck": loops.bottlenecks(ledger) / ledger.minor,
            "accounts": lists["account"],
            "rows": lists["row"],
        }
    )
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def search_slices(
    path: str,
    plan: SlicePlan,
    roles: dict[str, str],
    window: int,
    *,
    ties: Ties = "strict",
    max_length: int | None = None,
    top: int = 0,
    share: bool = False,
    table: bool = False,
    budget: float | None = None,
    threads: int | None = None,
    keep: Path | None = None,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[SliceAnswer]:
    """All slices of a plan, in order of time; `keep`, `workers` and `scheduler` as in `engine.tasks.run_tasks`."""
    question = (path, roles, window, ties, max_length)
    wishes = (top, share, table, budget, threads)
    tasks = {}
    for start, stop in pairwise(plan.cuts):
        arguments = (*question, start, stop, *wishes)
        # the name holds the whole question and the state of the file, so a kept answer never serves another one
        digest = hashlib.sha256(repr((__version__, fingerprint(path), arguments[:-1])).encode()).hexdigest()[:32]
        tasks[f"loops-{start}-{digest}"] = arguments
    bodies = run_tasks(search_slice, tasks, keep=keep, workers=workers, scheduler=scheduler, progress=progress)
    return [msgspec.msgpack.decode(body.tobytes(), type=SliceAnswer) for body in bodies.values()]


def fingerprint(path: str) -> list[tuple[str, int, int]]:
    """Names, sizes and times of change of the files of a ledger."""
    place = Path(path)
    files = sorted(place.rglob("*.parquet")) if place.is_dir() else [place]
    return [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
