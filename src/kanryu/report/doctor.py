"""`kanryu doctor` as text: one line per thing, what is not fine first said with what to do."""

from __future__ import annotations

from kanryu.core.words import say, say_or
from kanryu.formats.health import Health, Item
from kanryu.report.layout import table

GROUPS = ("program", "parts", "optional", "machine", "data")
_SIGNS = {"fine": "✓", "missing": "-", "wrong": "✗"}


def text(health: Health, lang: str) -> str:
    """All items by group, then the verdict."""
    lines: list[str] = []
    for group in GROUPS:
        items = [item for item in health.items if item.group == group]
        if items:
            lines += [say(lang, f"doctor.group.{group}"), table([_row(item, lang) for item in items]), ""]
    lines.append(say(lang, "doctor.works" if health.ok else "doctor.does_not_work"))
    return "\n".join(lines)


def _row(item: Item, lang: str) -> list[str]:
    name = say_or(lang, f"doctor.name.{item.name}", item.name)
    value = item.value or say(lang, "doctor.not_there")
    if item.group == "data" and item.name != "words":
        entities, legs, events, figures, series = item.value.split("/")
        value = say(lang, "doctor.counts", entities=entities, legs=legs, events=events, figures=figures, series=series)
    if item.name == "compiled_cache":
        value = say(lang, "doctor.kept", count=item.value)
    hint = say(lang, item.hint, name=item.name, **item.hint_values) if item.hint else ""
    return [_SIGNS[item.standing], name, value, hint]
