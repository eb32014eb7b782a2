"""Where each key of a TOML text stands: `tomllib` gives values without places, and a problem needs the exact line."""

from __future__ import annotations

import re
import tomllib
from typing import Any

_NAME = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_PATH = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = re.compile(rf"\s*\[\[?\s*({_PATH})\s*\]\]?")
_ENTRY = re.compile(rf"\s*({_PATH})\s*=\s*")
_INLINE = re.compile(rf"""(?P<key>(?<=[{{,])\s*(?P<name>{_PATH})\s*=\s*)|"(?:[^"\\]|\\.)*"|'[^']*'|(?P<end>\#)""")


def toml_places(text: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """Path of every key and table of a TOML text -> line and column (from 1) of its value, or of a table's name.

    Keys of inline tables on one line are included; of an array of tables, the first one counts. The text must be
    valid TOML: lines inside strings and arrays that span lines are passed over.
    """
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    table: tuple[str, ...] = ()
    open_text, depth = "", 0  # the quote of a string that spans lines, and brackets not closed yet
    for number, line in enumerate(text.splitlines(), start=1):
        entry = _ENTRY.match(line)
        header = _HEADER.match(line)
        if not open_text and depth <= 0 and header:
            table = _split(header[1])
            found.setdefault(table, (number, header.start(1) + 1))
        elif not open_text and depth <= 0 and entry:
            path = (*table, *_split(entry[1]))
            found.setdefault(path, (number, entry.end() + 1))
            if line.startswith("{", entry.end()):
                for match in _INLINE.finditer(line, entry.end()):
                    if match["end"]:
                        break
                    if match["name"]:
                        found.setdefault((*path, *_split(match["name"])), (number, match.end("key") + 1))
        open_text, depth = _still_open(line, open_text, depth, is_header=bool(header) and depth <= 0)
    return found


def _split(path: str) -> tuple[str, ...]:
    """The names of a dotted path, quotes and escapes resolved as TOML says."""
    names = []
    inner: Any = tomllib.loads(f"{path} = 0")
    while isinstance(inner, dict):
        name, inner = next(iter(inner.items()))
        names.append(name)
    return tuple(names)


def _still_open(line: str, open_text: str, depth: int, *, is_header: bool) -> tuple[str, int]:
    """What is still open at the end of a line: a string of several lines, an array of several lines."""
    i = 0
    while i < len(line):
        three = line[i : i + 3]
        if open_text:
            i += 3 if three == open_text else 2 if open_text == '"""' and line[i] == "\\" else 1
            open_text = "" if three == open_text else open_text
            continue
        if three in ('"""', "'''"):
            open_text = three
            i += 3
            continue
        if line[i] == "#":
            break
        if line[i] in "\"'":
            match = re.compile(_NAME).match(line, i)
            i = match.end() if match else i + 1
            continue
        depth += (line[i] in "[{") - (line[i] in "]}")
        i += 1
    return open_text, 0 if is_header else max(depth, 0)
