"""What the checks share: one way to write a problem down, and a few plain questions about legs and events.

A check is one file in `case/checks`; it says what is wrong with which record, and this module turns that into a
`Problem` at the field's place. `Place.path` holds the name of the field until a reader points at its column.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import msgspec

from kanryu.case.records import Case, Entity, Event, Leg
from kanryu.core.money import Amount
from kanryu.core.problems import Level, Place, Problem, problem

TALKED = frozenset({"rumoured", "announced", "loi"})
BOUND = frozenset({"signed", "amended", "completed"})
PAID = frozenset({"paid_part", "paid_full"})
ENDED = frozenset({"cancelled", "lapsed", "replaced", "defaulted", "written_off"})
FINANCE = frozenset({"equity", "convertible", "debt", "credits_in_kind", "guarantee_backstop", "warrant"})
TRADE = frozenset({"purchase_goods", "purchase_service", "lease", "revenue_share", "swap_capacity", "asset_sale"})
CASH_BASES = frozenset({"total", "per_year"})

UNITS = {
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "mln": 6, "million": 6, "b": 9, "bn": 9, "billion": 9, "t": 12, "tn": 12,
    "trillion": 12, "万": 4, "億": 8, "兆": 12,
}  # fmt: skip
_NUMBER = re.compile(
    r"(?<![A-Za-z\d.])(\d[\d,]*(?:\.\d+)?)\s?(thousand|million|billion|trillion|mln|mn|bn|tn|[kmbt]|万|億|兆)(?![a-z])",
    re.I,
)


def place_of(record: Any, field: str) -> Place:
    """The place of one field of a record."""
    where: Place = record.place
    return msgspec.structs.replace(where, path=field) if field else where


def finding(
    code: str,
    level: Level,
    record: Any,
    field: str = "",
    *,
    variant: str = "message",
    related: Iterable[Any] = (),
    found: object = "",
    expected: object = "",
    **values: Any,
) -> Problem:
    """A problem of rule `code` at `field` of `record`; the sentence is `checks.<code>.<variant>`."""
    return problem(
        code,
        level,
        place_of(record, field),
        f"checks.{code}.{variant}",
        related=tuple(other.place for other in related if str(other.place) != "-"),
        found=found,
        expected=expected,
        **values,
    )


def known(value: Decimal | None) -> bool:
    """Whether the figure is there and is a finite number."""
    return value is not None and value.is_finite()


def figures(amount: Amount) -> list[Decimal]:
    """The known finite figures of an amount, from low to high as written."""
    return [x for x in (amount.low, amount.central, amount.high) if x is not None and x.is_finite()]


def size(amount: Amount) -> Decimal | None:
    """One figure for comparing an amount with others: the central, else the largest known."""
    if amount.central is not None and amount.central.is_finite():
        return amount.central
    return max(figures(amount), default=None)


def same(a: Decimal, b: Decimal, tolerance: Decimal = Decimal("0.005")) -> bool:
    """Equal within half a percent: sources round."""
    return abs(a - b) <= tolerance * max(abs(a), abs(b))


def words_of(leg: Leg) -> str:
    """All free text of a leg."""
    return ". ".join(filter(None, (leg.amount_note, leg.conditions, leg.description)))


def written_amounts(text: str) -> list[Decimal]:
    """Amounts such as `30bn`, `1.5 billion` or `300億` that a text names, in whole currency."""
    found = []
    for number, unit in _NUMBER.findall(text):
        digits = number.replace(",", "")
        if len(digits) <= 15:
            found.append(Decimal(digits).scaleb(UNITS[unit.lower()]))
    return found


def events_by_leg(case: Case) -> dict[str, list[Event]]:
    """Events of each leg in order of date; an event without a leg belongs to every leg of its deal."""
    legs_of_deal: dict[str, list[str]] = defaultdict(list)
    for leg in case.legs:
        legs_of_deal[leg.deal_id].append(leg.key)
    table: dict[str, list[Event]] = {leg.key: [] for leg in case.legs}
    for event in case.events:
        for key in [event.key] if event.leg else legs_of_deal[event.deal_id]:
            table.setdefault(key, []).append(event)
    for events in table.values():
        events.sort(key=lambda event: (event.date.last, event.date.first))
    return table


def own_events(case: Case) -> dict[str, list[Event]]:
    """Events that name their leg, in order of date."""
    table: dict[str, list[Event]] = defaultdict(list)
    for event in case.events:
        if event.leg:
            table[event.key].append(event)
    for events in table.values():
        events.sort(key=lambda event: (event.date.last, event.date.first))
    return table


def legs_by_pair(case: Case) -> dict[tuple[str, str], list[Leg]]:
    """Legs of each payer and payee."""
    table: dict[tuple[str, str], list[Leg]] = defaultdict(list)
    for leg in case.legs:
        table[leg.payer, leg.payee].append(leg)
    return table


def ancestors(leg: Leg, legs: dict[str, Leg], link: str) -> Iterator[str]:
    """Keys met when following `replaces` or `part_of` upward; stops at a key met before."""
    seen = {leg.key}
    key = getattr(leg, link)
    while key and key not in seen:
        seen.add(key)
        yield key
        if key not in legs:
            return
        key = getattr(legs[key], link)


def are_linked(one: Leg, other: Leg, legs: dict[str, Leg]) -> bool:
    """Whether one of the two replaces the other or is a part of it, directly or further up, or both share a total."""
    for link in ("replaces", "part_of"):
        up_one, up_other = set(ancestors(one, legs, link)), set(ancestors(other, legs, link))
        if other.key in up_one or one.key in up_other:
            return True
        if link == "part_of" and up_one & up_other:
            return True
    return False


def name_pattern(entity: Entity | None, entity_id: str) -> str:
    """A pattern that finds the entity in English or Japanese text by id, ticker or name."""
    names = {entity_id.replace("-", " ").replace("_", " ")}
    if entity is not None:
        full = re.sub(r"\s*\(.*?\)", "", entity.name_en).strip()
        names |= {full, entity.name_ja.strip(), re.sub(r"\(.*?\)|（.*?）", "", entity.name_ja).strip()}
        first = full.split(" ")[0] if full else ""
        if len(first) >= 3 and first.lower() not in {"the", "bank", "lenders", "large", "online", "former", "public"}:
            names.add(first)
    return "(?:" + "|".join(sorted((re.escape(n) for n in names if len(n) >= 2), key=len, reverse=True)) + ")"
