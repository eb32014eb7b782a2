"""What became of a stranger's table, in a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kanryu.core.problems import Problem
from kanryu.core.words import say
from kanryu.formats.stranger import Imported
from kanryu.formats.stranger_rows import reason_in
from kanryu.report.problems import listing

SHOWN = 12


def text(result: Imported, problems: Sequence[Problem], lang: str) -> str:
    """Problems first, then what was booked, what was left out and why, and where it was written."""
    if result.draft:
        return result.draft.rstrip("\n")
    lines = []
    listed = [problem for problem in problems if problem.level != "note"]
    if listed:
        lines += [listing(listed, lang), ""]
    errors = sum(problem.level == "error" for problem in problems)
    lines.append(
        say(lang, "imports.result", table=result.table, rows=result.rows, events=result.events, legs=result.legs,
            entities=result.entities)
    )  # fmt: skip
    if result.stakes or result.figures:
        lines.append(say(lang, "imports.result_aside", stakes=result.stakes, figures=result.figures))
    if result.legs:
        kinds = ", ".join(f"{basis} {count}" for basis, count in sorted(result.by_basis.items()))
        statuses = ", ".join(f"{status} {count}" for status, count in sorted(result.by_status.items()))
        lines.append(say(lang, "imports.result_kinds", kinds=kinds, statuses=statuses))
    if result.left_out:
        lines.append(say(lang, "imports.result_left_out", count=len(result.left_out)))
        counts = Counter(item.reason for item in result.left_out)
        lines += [f"  {count:>4}  {reason_in(reason, lang)}" for reason, count in counts.most_common(SHOWN)]
        numbers = ", ".join(str(item.row) for item in result.left_out[:30])
        lines.append(
            "        " + say(lang, "imports.result_rows", rows=numbers + (" ..." if len(result.left_out) > 30 else ""))
        )
    if errors:
        lines.append(say(lang, "imports.result_refused", count=errors))
    elif result.folder:
        lines.append(say(lang, "imports.result_written", folder=result.folder))
    else:
        lines.append(say(lang, "imports.result_dry"))
    return "\n".join(lines)
