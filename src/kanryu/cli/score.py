"""`kanryu score OBSERVED.csv`: score the frozen predictions on later figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kanryu.cli.shell import answers
from kanryu.machine.calibrate.score import Score

RESULT = Score


@answers("score")
@click.argument("observed", type=click.Path(path_type=Path))
@click.option("--predictions", type=click.Path(path_type=Path), help="Frozen predictions. [default: the project's]")
def command(lang: str, observed: Path, predictions: Path | None) -> tuple[Any, ...]:
    """Score predictions."""
    from kanryu.formats.later import read_later
    from kanryu.machine.calibrate.freeze import PREDICTIONS_FILE, thaw
    from kanryu.machine.calibrate.score import Later, score
    from kanryu.report.machine_fit import score_text

    rows = [
        Later(entity=row.entity, metric=row.metric, period=row.period, value=row.value, line=row.line)
        for row in read_later(observed)
    ]
    result = score(thaw(predictions or PREDICTIONS_FILE), rows)
    return result, lambda language: score_text(result, language)
