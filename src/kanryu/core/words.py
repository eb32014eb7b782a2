"""Every sentence and label that a reader sees, in English and Japanese.

One TOML file per room and language in `words/en` and `words/ja`; a key is `room.name` or deeper. A test keeps the
two languages complete. Nobody else in the program holds a reader's sentence.
"""

from __future__ import annotations

import functools
import locale
import os
import tomllib
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "ja")
_FOLDER = Path(__file__).parent / "words"


def preferred_language(given: str | None = None) -> str:
    """`given` if it names a language we have, else the locale's, else English."""
    for candidate in (
        given,
        os.environ.get("KANRYU_LANG"),
        os.environ.get("LC_ALL"),
        os.environ.get("LC_MESSAGES"),
        os.environ.get("LANG"),
        locale.getlocale()[0],
    ):
        if candidate:
            return "ja" if candidate.lower().startswith(("ja", "japanese")) else "en"
    return "en"


@functools.cache
def room_words(lang: str, room: str) -> dict[str, str]:
    """All sentences of one room in one language, keys without the room's name."""
    path = _FOLDER / lang / f"{room}.toml"
    if not path.is_file():
        return {}
    flat: dict[str, str] = {}

    def spread(prefix: str, table: dict[str, Any]) -> None:
        for key, value in table.items():
            name = f"{prefix}.{key}" if prefix else key
            if isinstance(value, dict):
                spread(name, value)
            else:
                flat[name] = str(value)

    spread("", tomllib.loads(path.read_text(encoding="utf-8")))
    return flat


def say_or(lang: str, key: str, default: str, **values: Any) -> str:
    """The sentence of `key`, filled with `values`, or `default` when there is none."""
    room, _, name = key.partition(".")
    text = room_words(lang, room).get(name)
    if text is None:
        text = room_words("en", room).get(name)
    if text is None:
        return default
    return text.format(**values) if values else text


def say(lang: str, key: str, **values: Any) -> str:
    """The sentence of `key` in `lang`, filled with `values`; the key itself if it is unknown."""
    return say_or(lang, key, key, **values)
