"""The page of all problem codes for the documents, made from the catalogue so that it cannot fall behind.

`python -m kanryu.report.codes_page [FOLDER]` writes `FOLDER/en/codes.md` and `FOLDER/ja/codes.md` (default `docs`); a
test keeps the files equal to the catalogue.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kanryu.case.catalogue import Entry, catalogue
from kanryu.case.checks import rules
from kanryu.core.words import LANGUAGES, say, say_or
from kanryu.report.problems import what_to_do

GROUPS = ("facts", "reading", "payments", "series", "import")


def codes_page(lang: str) -> str:
    """The page as Markdown: codes by where they come from, each with title, level, reason, remedy and examples."""
    lines = [f"# {say(lang, 'problems.page.title')}", "", say(lang, "problems.page.lead"), ""]
    groups: dict[str, list[Entry]] = {group: [] for group in GROUPS}
    for entry in catalogue().values():
        groups[group_of(entry)].append(entry)
    for group, entries in groups.items():
        lines += [f"## {say(lang, f'problems.page.{group}')}", ""]
        for entry in entries:
            lines += _entry(entry, lang)
    return "\n".join(lines)


def group_of(entry: Entry) -> str:
    """Where a code comes from: a rule about facts, or the reading of a kind of file."""
    if entry.code in rules():
        return "facts"
    first = entry.code.partition("-")[0]
    return first if first in GROUPS else "reading"


def _entry(entry: Entry, lang: str) -> list[str]:
    title = say_or(lang, f"checks.{entry.code}.title", entry.code)
    level = say(lang, f"problems.level_{entry.level}")
    lines = [f"### `{entry.code}`", "", f"**{title}** ({level})", "", say_or(lang, f"checks.{entry.code}.why", "")]
    remedy = what_to_do(entry, lang)
    if remedy:
        lines += ["", say(lang, "problems.to_do", hint=remedy)]
    for name, example in (("wrong", entry.wrong), ("right", entry.right)):
        if example:
            place = f" (`{entry.at}`)" if name == "wrong" and entry.at else ""
            lines += ["", say(lang, f"problems.{name}") + place, "", "```text", example.rstrip("\n"), "```"]
    return [*lines, ""]


def write_pages(folder: Path) -> list[Path]:
    """Write the page in every language below `folder`; the files written."""
    written = []
    for lang in LANGUAGES:
        path = folder / lang / "codes.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(codes_page(lang), encoding="utf-8", newline="\n")
        written.append(path)
    return written


if __name__ == "__main__":
    for made in write_pages(Path(sys.argv[1] if len(sys.argv) > 1 else "docs")):
        print(made)
