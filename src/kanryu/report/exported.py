"""`kanryu export` as text: what was written and where."""

from __future__ import annotations

from kanryu.core.words import say
from kanryu.formats.exporting import Exported
from kanryu.report import numbers


def text(result: Exported, lang: str) -> str:
    """The files and how many rows of each table they hold."""
    counts = (", " if lang == "en" else "、").join(
        say(lang, f"formats.count_{name}", count=numbers.count(count)) for name, count in result.counts.items() if count
    )
    lines = [say(lang, "formats.exported", target=result.target, counts=counts)]
    lines += [f"  {path}" for path in result.files]
    return "\n".join(lines)
