"""What the page needs before it can draw anything: cases, number rules, words, and which parts are there."""

from __future__ import annotations

from typing import Any

import msgspec

from kanryu import __version__
from kanryu.core.words import room_words
from kanryu.report.numbers import rules
from kanryu.web.shelf import Listed, Shelf

# rooms whose words the page shows
ROOMS = (
    "web", "numbers", "names", "essays", "trace", "compare", "market", "ends",
)  # fmt: skip
PART_OF_ROOM = {"machine": "series."}  # of a large room only these


class Site(msgspec.Struct, frozen=True):
    """This server or file."""

    version: str
    case: str
    cases: tuple[Listed, ...]
    numbers: dict[str, Any]
    parts: tuple[str, ...]


def parts_present() -> tuple[str, ...]:
    """Which measures there are, by name."""
    from kanryu.web.measures import MEASURES

    return ("compare", "machine", *(row.name for row in MEASURES))


def site_of(shelf: Shelf) -> Site:
    """The answer of `/api/v1/site`."""
    return Site(__version__, shelf.first, tuple(shelf.listed(n) for n in shelf.names()), rules(), parts_present())


def word_table(lang: str) -> dict[str, str]:
    """Every sentence that the page may show, keys as in the program: `web.map.legend`."""
    table = {}
    for room in (*ROOMS, *PART_OF_ROOM):
        for key, text in room_words(lang, room).items():
            if key.startswith(PART_OF_ROOM.get(room, "")):
                table[f"{room}.{key}"] = text
    return table
