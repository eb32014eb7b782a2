"""`kanryu publish CASE out.html`: the page as one file that opens from disk without a server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kanryu.cli.shell import answers
from kanryu.core.words import say
from kanryu.web.publish import Published

RESULT = Published


def progress(done: int, of: int) -> None:
    """One line that rewrites itself, on a terminal only."""
    if sys.stderr.isatty():
        click.echo(f"\r{done + 1}/{of}", nl=done + 1 == of, err=True)


@click.argument("target", metavar="CASE")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def write_page(target: str, out: Path, lang: str) -> Any:
    """Compute every answer of the page and write the file."""
    from kanryu.web.publish import publish

    made = publish(target, out, lang=lang, tell=progress)
    return made, lambda lang: told(made, lang)


def told(made: Published, lang: str) -> str:
    """What was written, and which months are not in the file."""
    size = f"{made.bytes / 1e6:.2f}"
    text = say(lang, "web.publish.done", path=made.path, title=made.title[lang], size=size, answers=made.answers,
               months=made.months)  # fmt: skip
    if made.months_left_out:
        text += "\n" + say(lang, "web.publish.left_out", months=made.months_left_out)
    return text


command = answers("publish")(write_page)
