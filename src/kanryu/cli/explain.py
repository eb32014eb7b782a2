"""`kanryu explain [CODE]`: what a problem code means, or the list of all codes."""

from __future__ import annotations

from typing import Any

import click

from kanryu.cli.shell import answers
from kanryu.report.problems import Explanations

RESULT = Explanations


@click.argument("code", required=False)
def show_explanation(code: str | None, lang: str) -> Any:
    """Look the code up, or list all."""
    from kanryu.report.problems import all_codes, explain, explanation

    result = explain(code, lang)
    return result, lambda lang: explanation(code, lang) if code is not None else all_codes(lang)


command = answers("explain")(show_explanation)
