"""Names of entities, instruments and rungs in the reader's language."""

from __future__ import annotations

from kanryu.case.records import Case
from kanryu.core.words import say, say_or


class Names:
    """Looks up names by id; an account of a payments file is its own name."""

    def __init__(self, case: Case | None = None) -> None:
        self._entities = {entity.id: entity for entity in case.entities} if case is not None else {}

    def entity(self, entity_id: str, lang: str) -> str:
        """The entity's name, or the id itself."""
        entity = self._entities.get(entity_id)
        if entity is None:
            return entity_id
        return entity.name_ja if lang == "ja" and entity.name_ja else entity.name_en

    def short(self, entity_id: str, lang: str) -> str:
        """The name without what stands in brackets."""
        name = self.entity(entity_id, lang)
        return name.split(" (")[0].split("(")[0].split("（")[0].strip() or name

    def route(self, entity_ids: list[str] | tuple[str, ...], lang: str) -> str:
        """A walk, drawn with arrows."""
        return " → ".join(self.short(entity_id, lang) for entity_id in entity_ids)


def instrument(name: str, lang: str) -> str:
    """What kind of deal a leg is."""
    return say(lang, f"names.instrument.{name}")


def rung(name: str, lang: str) -> str:
    """On which rung a leg stands."""
    return say(lang, f"names.rung.{name}")


def status(name: str, lang: str) -> str:
    """What happened to a leg."""
    return say_or(lang, f"names.status.{name}", name)


def role(name: str, lang: str) -> str:
    """What one company is to another."""
    return say(lang, f"names.role.{name}")


def group(name: str, lang: str) -> str:
    """A group of money: financing, purchases, contingent, other."""
    return say(lang, f"names.group.{name}")
