"""`kanryu import TABLE OUT --map MAPPING`: a stranger's table to a case folder, by an explicit mapping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kanryu.cli.shell import answers
from kanryu.formats.stranger import Imported

RESULT = Imported


@click.argument("table", type=click.Path(path_type=Path))
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--map", "mapping", type=click.Path(path_type=Path), help="The mapping, a TOML file.")
@click.option("--dry-run", is_flag=True, help="Read and book, write nothing.")
@click.option("--draft", is_flag=True, help="Print a draft mapping for this table.")
@click.option("--sheet", default="", help="Sheet of a workbook (for --draft).")
@click.option("--encoding", default="", help="Encoding of a CSV file (for --draft).")
def import_stranger(
    table: Path,
    folder: Path | None,
    mapping: Path | None,
    dry_run: bool,
    draft: bool,
    sheet: str,
    encoding: str,
    lang: str,
) -> Any:
    """Book, write, print; or draft."""
    from kanryu.core.errors import NotFound, UsageError
    from kanryu.formats.stranger import draft_mapping, import_table
    from kanryu.report.imported import text

    if not table.is_file():
        raise NotFound(key="imports.no_table", name=str(table))
    if draft:
        result = draft_mapping(table, sheet=sheet, encoding=encoding)
        return result, lambda lang: text(result, (), lang)
    if mapping is None:
        raise UsageError(key="imports.no_mapping", table=str(table))
    if not mapping.is_file():
        near = sorted(path.name for path in mapping.parent.glob("*.toml")) if mapping.parent.is_dir() else []
        raise NotFound(key="imports.no_map", name=str(mapping), known=[str(mapping.parent / name) for name in near])
    result, problems = import_table(table, mapping, folder, dry_run=dry_run)
    return result, lambda lang: text(result, problems, lang), problems


command = answers("import")(import_stranger)
