"""`kanryu run [MODEL]`: the capital loop as a simulation, to a folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kanryu.cli.shell import answers
from kanryu.core.errors import UsageError
from kanryu.machine.results import RunResult

RESULT = RunResult


def read_settings(pairs: tuple[str, ...]) -> dict[str, float | list[float]]:
    """`name=value` or `name=a,b,c` as settings.

    Raises
    ------
    UsageError
        Not of that form, or not a number.
    """
    found: dict[str, float | list[float]] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        try:
            values = [float(part) for part in text.split(",")]
        except ValueError:
            values = []
        if not equals or not name.strip() or not values:
            raise UsageError(key="machine.set_shape", found=pair)
        found[name.strip()] = values[0] if len(values) == 1 else values
    return found


def bar(label: str) -> Any:
    """A progress bar on the terminal, or None where there is no terminal."""
    if not sys.stderr.isatty():
        return None, lambda: None
    from rich.console import Console
    from rich.progress import Progress

    progress = Progress(console=Console(stderr=True), transient=True)
    task = progress.add_task(label)
    progress.start()

    def tell(finished: int, everything: int) -> None:
        progress.update(task, completed=finished, total=everything)

    return tell, progress.stop


@answers("run")
@click.argument("model", default="capital-loop")
@click.option("--runs", type=int, default=1000, show_default=True, help="How many runs.")
@click.option("--quarters", type=int, default=32, show_default=True, help="Quarters from 2023Q1.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same shocks.")
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="Set a parameter; a,b,c for one per agent.")
@click.option("--cut", multiple=True, metavar="LINK", help="Cut a link of the loop; may be repeated.")
@click.option("--cut-quarter", type=click.IntRange(min=0), default=12, show_default=True, help="First quarter of cuts.")
@click.option("--no-substitution", is_flag=True, help="Others may not fill what a cut link leaves.")
@click.option(
    "--parameters",
    type=click.Choice(["posterior", "start", "prior"]),
    default="posterior",
    show_default=True,
    help="Where parameters come from.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the results (Parquet and a manifest).")
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes on this machine.")
@click.option("--scheduler", help="Address of a Dask scheduler, for example tcp://host:8786.")
@click.option("--chunk", type=click.IntRange(min=1), default=2000, show_default=True, help="Runs computed at once.")
def command(
    lang: str,
    model: str,
    runs: int,
    quarters: int,
    seed: int,
    pairs: tuple[str, ...],
    cut: tuple[str, ...],
    cut_quarter: int,
    no_substitution: bool,
    parameters: str,
    out: Path | None,
    workers: int,
    scheduler: str | None,
    chunk: int,
) -> tuple[Any, ...]:
    """Run the machine."""
    from kanryu.machine.results import run_to_folder, summary
    from kanryu.machine.simulate import Spec, simulate
    from kanryu.report.machine import run_text

    settings = read_settings(pairs)
    if no_substitution:
        settings["substitution"] = 0.0
    spec = Spec(
        model=model,
        runs=runs,
        quarters=quarters,
        seed=seed,
        parameters=parameters,
        settings=settings,
        cut=cut,
        cut_quarter=cut_quarter,
    )
    tell, stop = bar("kanryu run")
    try:
        if out is None:
            result = summary(simulate(spec, workers=workers, scheduler=scheduler, progress=tell, chunk=chunk))
        else:
            result = run_to_folder(spec, out, workers=workers, scheduler=scheduler, progress=tell, chunk=chunk)
    finally:
        stop()
    return result, lambda language: run_text(result, language)
