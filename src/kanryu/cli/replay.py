"""`kanryu replay RUN`: one run of the machine as a full journal of payments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kanryu.cli.shell import answers
from kanryu.machine.results import Replay

RESULT = Replay


@answers("replay")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--run", "number", type=int, default=0, show_default=True, help="Number of the run, from 0.")
@click.option("--out", type=click.Path(path_type=Path), help="Payments file to write (.parquet or .csv).")
@click.option(
    "--journal",
    "journal_out",
    type=click.Path(path_type=Path),
    help="File for every entry with rule and stage, non-cash ones too.",
)
def command(lang: str, folder: Path, number: int, out: Path | None, journal_out: Path | None) -> tuple[Any, ...]:
    """Replay one run."""
    from kanryu.machine.results import read_manifest, replay
    from kanryu.report.machine import replay_text

    result, _ = replay(read_manifest(folder).spec, number, out, journal_out)
    return result, lambda language: replay_text(result, language)
