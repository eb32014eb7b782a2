"""Which entity of a case a series means by "Nvidia", "Big four hyperscalers" or "Scion Asset Management (Burry)"."""

from __future__ import annotations

from collections.abc import Iterable

from kanryu.case.records import Case, Entity

# what the series call an entity -> id in the case of that name
SERIES_NAMES: dict[str, tuple[str, ...]] = {
    "nvidia": ("nvidia",),
    "openai": ("openai",),
    "anthropic": ("anthropic",),
    "xai": ("xai",),
    "coreweave": ("coreweave",),
    "microsoft": ("microsoft",),
    "amazon": ("amazon",),
    "alphabet": ("alphabet", "google"),
    "meta": ("meta", "meta platforms"),
    "oracle": ("oracle",),
    "amd": ("amd",),
    "big-four": ("big four hyperscalers",),
    "world": ("world",),
    "scion": ("scion asset management (burry)",),
    "lucent": ("lucent",),
    "cisco": ("cisco",),
    "apple": ("apple",),
    "tesla": ("tesla",),
    "sp500": ("s&p 500",),
    "nasdaq": ("nasdaq composite",),
}


def ids_by_name(entities: Iterable[Entity]) -> dict[str, str]:
    """Lower-case name -> id: the id itself, the English name, and what the series call it."""
    found: dict[str, str] = {}
    for entity in entities:
        for name in (*SERIES_NAMES.get(entity.id, ()), entity.name_en.lower()):
            found.setdefault(name, entity.id)
        found[entity.id.lower()] = entity.id
    return found


def entity_of(case: Case, name: str) -> str | None:
    """The id in `case` of what a series calls `name`, or None."""
    if not _KEPT or _KEPT[0][0] is not case:  # asked for every row of every series
        _KEPT[:] = [(case, ids_by_name(case.entities))]
    return _KEPT[0][1].get(name.strip().lower())


_KEPT: list[tuple[Case, dict[str, str]]] = []
