"""`kanryu ties CASE`: investment by somebody who also trades with the company."""

from __future__ import annotations

from typing import Any

from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.follow.ties import Ties
from kanryu.formats.source import Request, read_case

RESULT = Ties


@facts
def show_ties(request: Request, lang: str) -> Any:
    """Read the case, sort its investments, print."""
    from kanryu.follow.ties import investor_ties
    from kanryu.report.ties import text

    rung = request.rung if request.rung in ("talked", "bound", "paid") else "bound"
    result = investor_ties(read_case(request), rung=rung, true_by=request.true_by, known_by=request.known_by)
    return result, lambda lang: text(result, lang)


command = answers("ties")(show_ties)
