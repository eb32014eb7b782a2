"""`kanryu loops TARGET`: where money comes back to its source; loops in time, static, or of deals."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.core.errors import LimitReached, UsageError
from kanryu.follow.loops import Loops
from kanryu.formats.source import Request, is_payments, read_case, read_ledger

RESULT = Loops
DEFAULT_BUDGET = 60.0  # seconds; a ledger searched in slices has no budget unless one is given


@answers("loops")
@facts
@click.option("--window", help="Longest time of a loop: 7d, 12h, 30min, or a number in the file's unit.")
@click.option(
    "--ties",
    type=click.Choice(["strict", "ledger"]),
    default="strict",
    show_default=True,
    help="Equal times: no order, or the order of the file.",
)
@click.option("--max-length", type=click.IntRange(min=2), help="Most payments in a loop. [default: no limit]")
@click.option("--static", "is_static", is_flag=True, help="Forget time: rings of accounts.")
@click.option("--count-only", is_flag=True, help="Only the counts by length.")
@click.option("--top", type=click.IntRange(min=0), default=10, show_default=True, help="How many loops to show.")
@click.option("--pass-through", help="Next amount / amount between: 0.9,1 (fees) or 0.9,1.1.")
@click.option("--evenness", help="Smallest / largest amount of a loop at least this.")
@click.option("--retention", help="Last / first amount at least this.")
@click.option("--chance", "shuffles", type=click.IntRange(min=0), default=0, help="Compare with N shuffled ledgers.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the shuffles.")
@click.option(
    "--budget", type=click.FloatRange(min=0), default=DEFAULT_BUDGET, show_default=True, help="Seconds of search."
)
@click.option("--threads", type=click.IntRange(min=1), help="Threads. [default: all cores]")
@click.option("--slices", type=click.IntRange(min=1), help="Large Parquet: search in at least so many slices of time.")
@click.option(
    "--memory", type=click.FloatRange(min=0.01), help="Large Parquet: GiB to use. [default: half of the free]"
)
@click.option("--workers", type=click.IntRange(min=1), help="Large Parquet: processes here. [default: by cores]")
@click.option("--scheduler", help="Large Parquet: Dask scheduler, such as tcp://host:8786.")
@click.option("--keep", help="Large Parquet: folder of finished slices; the same command goes on after a crash.")
@click.option("--participation-to", help="Write the ledger with the number of loops of each row (Parquet).")
@click.option("--loops-to", help="Write all loops, one row each (Parquet; needs --max-length up to 8).")
def command(
    lang: str,
    request: Request,
    window: str | None,
    ties: Any,
    max_length: int | None,
    is_static: bool,
    count_only: bool,
    top: int,
    pass_through: str | None,
    evenness: str | None,
    retention: str | None,
    shuffles: int,
    seed: int,
    budget: float,
    threads: int | None,
    **large: Any,
) -> tuple[Any, ...]:
    """Find loops."""
    from kanryu.report.loops import text
    from kanryu.report.names import Names

    if not is_payments(request.target) and window is None and not is_static:
        from kanryu.follow.deal_loops import deal_loops
        from kanryu.follow.loops import loops_of_deals

        case = read_case(request)
        found = deal_loops(
            case,
            true_by=request.true_by,
            known_by=request.known_by,
            rung=request.rung,
            schedule=request.schedule,
            max_length=max_length,
        )
        result = loops_of_deals(found, top)
        return result, lambda language: text(result, language, Names(case))
    walks = {"--pass-through": pass_through, "--evenness": evenness, "--retention": retention, "--chance": shuffles}
    if not is_static and window is not None and _is_large(request.target, large, [k for k, v in walks.items() if v]):
        return _in_slices(request, window, ties, max_length, count_only, top, budget, threads, large)
    ledger = read_ledger(request)
    if is_static:
        from kanryu.follow.loops import loops_static

        result = loops_static(
            ledger, max_length=max_length, count_only=count_only, top=top, budget=budget, threads=threads
        )
    else:
        if window is None:
            raise UsageError(key="loops.needs_window")
        from kanryu.flows.windows import parse_window
        from kanryu.follow.loops import loops_in_time

        result = loops_in_time(
            ledger,
            parse_window(window, ledger),
            ties=ties,
            max_length=max_length,
            count_only=count_only,
            top=top,
            tolerance=_tolerance(pass_through, evenness, retention),
            shuffles=shuffles,
            seed=seed,
            budget=budget,
            threads=threads,
        )
    answer = (result, lambda language: text(result, language, Names(), ledger), ledger.problems)
    if not result.complete:
        raise LimitReached(key="loops.partial", partial=answer, done=result.done, of=result.of, budget=f"{budget:g}")
    return answer


def _is_large(target: str, large: dict[str, Any], walks: list[str]) -> bool:
    """Whether the search goes slice by slice: because the user asks for it, or because the file is too large."""
    asked = any(large.values())
    is_parquet = Path(target).is_dir() or target.lower().endswith((".parquet", ".pq"))
    if asked and not is_parquet:
        raise UsageError(key="loops.needs_parquet", target=target)
    if asked and walks:
        raise UsageError(key="loops.not_in_slices", found=", ".join(walks))
    if not is_parquet or not is_payments(target) or walks:
        return False
    from kanryu.formats.ledger_answers import needs_slices

    return asked or needs_slices(target)


def _in_slices(
    request: Request,
    window: str,
    ties: Any,
    max_length: int | None,
    count_only: bool,
    top: int,
    budget: float,
    threads: int | None,
    large: dict[str, Any],
) -> tuple[Any, ...]:
    from kanryu.flows.windows import parse_window
    from kanryu.formats.ledger_answers import loops_in_slices
    from kanryu.formats.ledger_slices import first_times
    from kanryu.report.loops import text
    from kanryu.report.names import Names

    sample = first_times(request.target, request.columns)
    with _bar() as progress:
        result = loops_in_slices(
            request.target,
            parse_window(window, sample),
            columns=request.columns,
            ties=ties,
            max_length=max_length,
            count_only=count_only,
            top=top,
            memory=int(large["memory"] * 2**30) if large["memory"] else None,
            slices=large["slices"],
            participation_to=Path(large["participation_to"]) if large["participation_to"] else None,
            loops_to=Path(large["loops_to"]) if large["loops_to"] else None,
            budget=budget if budget != DEFAULT_BUDGET else None,
            threads=threads,
            keep=Path(large["keep"]) if large["keep"] else None,
            workers=large["workers"],
            scheduler=large["scheduler"],
            progress=progress,
        )
    answer = (result, lambda language: text(result, language, Names(), sample), ())
    if not result.complete:
        raise LimitReached(key="loops.partial", partial=answer, done=result.done, of=result.of, budget=f"{budget:g}")
    return answer


@contextmanager
def _bar() -> Iterator[Any]:
    """A progress bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("kanryu loops", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tolerance(pass_through: str | None, evenness: str | None, retention: str | None) -> Any:
    from kanryu.follow.time_loops_list import Tolerance, parse_ratio

    low = high = None
    if pass_through:
        parts = pass_through.split(",")
        if len(parts) != 2:
            raise UsageError(key="loops.pass_through_shape", found=pass_through[:40])
        low, high = (parse_ratio(part.strip(), "--pass-through") for part in parts)
    return Tolerance(
        low,
        high,
        parse_ratio(evenness, "--evenness") if evenness else None,
        parse_ratio(retention, "--retention") if retention else None,
    )
