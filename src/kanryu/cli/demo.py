"""`kanryu demo [CASE]`: the answer for the AI case (or another) in under a screen."""

from __future__ import annotations

from typing import Any

import click

from kanryu.cli.shell import answers
from kanryu.core.dates import parse_day
from kanryu.follow.overview import Overview
from kanryu.formats.source import Request, read_case

RESULT = Overview


@click.argument("target", default="ai")
@click.option("--as-of", help="Only what held and was public on this day.")
def show_demo(target: str, as_of: str | None, lang: str) -> Any:
    """Read the case, ask the measures, print."""
    from kanryu.follow.overview import overview
    from kanryu.report.demo import text
    from kanryu.report.names import Names

    case = read_case(Request(target=target))
    day = parse_day(as_of) if as_of else None
    result = overview(case, true_by=day, known_by=day)

    def words(lang: str) -> str:
        return text(result, lang, Names(case), case.title_ja if lang == "ja" else case.title_en)

    return result, words


command = answers("demo")(show_demo)
