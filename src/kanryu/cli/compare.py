"""`kanryu compare A B`: two cases by the same measures."""

from __future__ import annotations

from typing import Any

import click

from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.follow.compare import Comparison
from kanryu.formats.source import Request, read_case

RESULT = Comparison


@facts
@click.argument("other", default="telecom")
def show_comparison(request: Request, other: str, lang: str) -> Any:
    """Read both cases, ask the same measures, print."""
    from kanryu.follow.compare import compare
    from kanryu.report.compare import text
    from kanryu.report.names import Names

    a, b = read_case(request), read_case(Request(target=other))
    result = compare(
        a, b, rung=request.rung, schedule=request.schedule, true_by=request.true_by, known_by=request.known_by
    )

    def words(lang: str) -> str:
        titles = (a.title_ja, b.title_ja) if lang == "ja" else (a.title_en, b.title_en)
        return text(result, lang, titles, (Names(a), Names(b)))

    return result, words


command = answers("compare")(show_comparison)
