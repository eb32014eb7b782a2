"""`kanryu export CASE --to FORMAT OUT`: a case or its flows in another format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.formats.exporting import OF_CASES, Exported
from kanryu.formats.source import Request

RESULT = Exported


@facts
@click.option("--to", "form", type=click.Choice(OF_CASES), required=True, help="Format.")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite what is there.")
def export_facts(request: Request, form: str, out: Path, force: bool, lang: str) -> Any:
    """Write the file or folder and say what is in it."""
    from kanryu.formats.exporting import export
    from kanryu.report.exported import text

    result = export(request, form, out, force=force)
    return result, lambda lang: text(result, lang)


command = answers("export")(export_facts)
