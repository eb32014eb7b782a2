"""`kanryu explosive FILE.csv`: tests for explosive growth of one or more series."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kanryu.cli.shell import answers
from kanryu.core.errors import UsageError
from kanryu.market.explosive import DEFAULT_SEED, explosive
from kanryu.market.explosive_records import Explosive
from kanryu.market.sequences import LagRule
from kanryu.market.series_file import read_series

RESULT = Explosive
LONGEST_LAG = 6  # lags tried by bic when no number is given


def _lag(text: str) -> tuple[int, LagRule]:
    """`1`, `bic`, `bic:6`, `psymonitor`, `psymonitor:6`."""
    name, _, most = text.strip().lower().partition(":")
    try:
        if name in ("bic", "psymonitor"):
            lag = int(most) if most else LONGEST_LAG
            return lag, "bic" if name == "bic" else "psymonitor"
        lag = int(text)
    except ValueError:
        raise UsageError(key="market.lag_shape", found=text) from None
    return lag, "fixed"


@answers("explosive")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", "columns", multiple=True, help="A column of values; may be repeated (default: all).")
@click.option("--log", is_flag=True, help="Take natural logarithms first.")
@click.option(
    "--lag", default="0", show_default=True, help="Lagged differences: a number, bic[:MAX], psymonitor[:MAX]."
)
@click.option("--min-window", type=click.IntRange(min=1), help="Smallest window (default: (0.01 + 1.8/sqrt(T)) T).")
@click.option(
    "--count",
    "counts",
    type=click.Choice(["levels", "rows"]),
    default="levels",
    show_default=True,
    help="What the smallest window counts.",
)
@click.option(
    "--line",
    type=click.Choice(["family", "running", "pointwise"]),
    default="family",
    show_default=True,
    help="Critical line for the dates; only family keeps the error over the whole sample.",
)
@click.option("--level", type=float, default=0.95, show_default=True, help="Level of the critical line.")
@click.option(
    "--critical",
    "method",
    type=click.Choice(["surface", "simulate", "wild"]),
    default="surface",
    show_default=True,
    help="Where critical values come from.",
)
@click.option("--repetitions", type=click.IntRange(min=100), help="Simulated series.")
@click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Seed of everything random.")
@click.option("--shortest", type=click.IntRange(min=1), help="Steps an episode must last (default: log T).")
@click.option("--max-gap", type=click.IntRange(min=0), default=0, show_default=True, help="Gaps bridged inside one.")
@click.option("--panel", is_flag=True, help="Also test the columns together.")
@click.option("--lppls", is_flag=True, help="Also the contested log-periodic fits, with their spread.")
@click.option("--false-alarms", is_flag=True, help="How often pure random walks would have been flagged.")
@click.option("--picture", type=click.Path(path_type=Path, dir_okay=False), help="Write the chart as SVG.")
def command(
    lang: str,
    file: Path,
    columns: tuple[str, ...],
    log: bool,
    lag: str,
    min_window: int | None,
    level: float,
    false_alarms: bool,
    picture: Path | None,
    **choices: Any,
) -> tuple[Explosive, Callable[[str], str], tuple[Any, ...]]:
    if not 0.5 <= level <= 0.999:
        raise UsageError(key="market.level_shape", found=level)
    longest, rule = _lag(lag)
    series, problems = read_series(file, columns, log=log)
    result = explosive(
        series,
        log=log,
        lag=longest,
        lag_rule=rule,
        min_window=min_window,
        level=level,
        measure_alarms=false_alarms,
        **choices,
    )
    if picture is not None:
        from kanryu.report.explosive_chart import chart

        picture.write_text(chart(result, lang), encoding="utf-8")

    def text(lang: str) -> str:
        from kanryu.report.explosive import text

        found = [problem.text(lang) for problem in problems]
        tested = [text(result, lang, alarms=false_alarms)] if result.columns else []
        return "\n\n".join([*found, *tested])

    return result, text, problems
