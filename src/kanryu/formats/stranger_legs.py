"""Which rows of a stranger's table are one leg: its columns `deal`, `leg`, `replaces`, `part_of` say so, no guess.

Rows of one deal with the same payer, payee and kind are events of one leg: announced, later signed, later paid. The
leg is as large as the latest row that binds says (else the latest that talks, else what was paid), by the rules of
`case.rungs`; payments add up as events. Rows of the same payer, payee and kind that no column sets apart or joins are
refused, unless the mapping says `rows = "each a deal"`.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import cast

import msgspec

from kanryu.case.findings import BOUND, PAID, TALKED
from kanryu.case.records import Event, Instrument, Leg, Source, Status
from kanryu.core.dates import PartialDate
from kanryu.core.money import Amount
from kanryu.formats.stranger_table import StrangerRow

Refuse = Callable[..., None]
MOST_GROUPS = 20


class BookedRow(msgspec.Struct, frozen=True):
    """One row that is a deal, or a step of one. `deal`, `leg`, `replaces`, `part_of` are cells as written."""

    row: StrangerRow
    payer: str
    payee: str
    instrument: str
    status: str
    money: Amount
    date: PartialDate
    known_on: PartialDate
    source: Source
    what: str = ""
    start: PartialDate | None = None
    end: PartialDate | None = None
    notes: tuple[str, ...] = ()
    conditions: str = ""
    description: str = ""
    deal: str = ""
    leg: str = ""
    replaces: str = ""
    part_of: str = ""

    @property
    def parties(self) -> tuple[str, str, str]:
        """Payer, payee and kind: what one leg has in common."""
        return self.payer, self.payee, self.instrument


class Legs(msgspec.Struct):
    """Legs and events with the rows that they come from, in the order of the table."""

    legs: list[Leg] = []
    events: list[Event] = []
    rows_of_leg: dict[str, StrangerRow] = {}
    rows_of_events: list[StrangerRow] = []


def legs_of(rows: Sequence[BookedRow], refuse: Refuse, *, each_a_deal: bool) -> Legs:
    """Legs and events of the rows; what cannot be told apart is refused.

    Parameters
    ----------
    refuse : called as refuse(row, role, code, key, found, level=..., **values)
    each_a_deal : the mapping says that rows without a deal are a deal each
    """
    names = _DealNames(rows)
    groups: dict[tuple[str, str], list[BookedRow]] = {}
    keys: list[tuple[str, str]] = []
    leg_ids: dict[str, dict[object, str]] = defaultdict(dict)
    for one in rows:
        deal = names.of_row(one)
        key = (deal, _leg_id(leg_ids[deal], one))
        first = groups.setdefault(key, [])
        if first and first[0].parties != one.parties:
            refuse(one.row, "leg", "import-value", "leg_other_parties", ":".join(key), other=first[0].row.number)
        first.append(one)
        keys.append(key)
    if not each_a_deal:
        _refuse_ambiguous(groups, names, refuse)
    links = {key: _links(key, group, groups, names, refuse) for key, group in groups.items()}
    out = Legs()
    for key, group in groups.items():
        _tell_doubts(key, group, refuse)
        leg = _leg(key, group, *links[key])
        out.legs.append(leg)
        out.rows_of_leg[leg.key] = group[0].row
    for one, (deal, leg_id) in zip(rows, keys):
        status = cast(Status, one.status)
        out.events.append(Event(deal, leg_id, one.date, one.known_on, status, one.money, one.what, one.source))
        out.rows_of_events.append(one.row)
    return out


def slug(name: str) -> str:
    """A name as an id: lower case, dashes for everything that is no letter or digit.

    Examples
    --------
    >>> slug("NVIDIA Corp."), slug("ソフトバンク グループ")
    ('nvidia-corp', 'ソフトバンク-グループ')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "-".join(re.findall(r"\w+", folded.replace("_", " "), re.UNICODE))[:80]


def _same(word: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", word).split()).casefold()


class _DealNames:
    """Ids of deals: different words in the table never become one id."""

    def __init__(self, rows: Iterable[BookedRow]) -> None:
        self.ids: dict[str, str] = {}
        taken: set[str] = set()
        for one in rows:
            word = _same(one.deal)
            if not word or word in self.ids:
                continue
            base = slug(one.deal) or "deal"
            name, number = base, 1
            while name in taken or re.fullmatch(r"row-\d+", name):
                number += 1
                name = f"{base}-n{number}"
            taken.add(name)
            self.ids[word] = name

    def of_row(self, one: BookedRow) -> str:
        return self.ids[_same(one.deal)] if _same(one.deal) else f"row-{one.row.number}"

    def of_word(self, word: str) -> str:
        """The deal that a cell of `replaces` or `part_of` names: a deal, or a row by its number; "" if none."""
        if _same(word) in self.ids:
            return self.ids[_same(word)]
        number = re.fullmatch(r"(?:row[ -]?)?(\d+)(?:行目?)?", _same(word))
        return f"row-{number[1]}" if number else ""


def _leg_id(ids: dict[object, str], one: BookedRow) -> str:
    """The cell's own id, else a number for each payer, payee and kind of the deal."""
    mark: object = _same(one.leg) if _same(one.leg) else one.parties
    if mark not in ids:
        taken = set(ids.values())
        name = slug(one.leg) if isinstance(mark, str) else ""
        number = 1
        while not name or name in taken:
            name = str(number)
            number += 1
        ids[mark] = name
    return ids[mark]


Groups = dict[tuple[str, str], list[BookedRow]]


def _refuse_ambiguous(groups: Groups, names: _DealNames, refuse: Refuse) -> None:
    """Rows of one payer, payee and kind of which nothing says whether they are one deal or several."""
    named = {names.of_word(word) for group in groups.values() for one in group for word in (one.replaces, one.part_of)}
    alike: dict[tuple[str, str, str], list[tuple[bool, BookedRow]]] = defaultdict(list)
    for (deal, _), group in groups.items():
        for one in group:
            is_told = bool(_same(one.deal) or one.replaces or one.part_of or deal in named)
            alike[one.parties].append((is_told, one))
    unclear = [found for found in alike.values() if len(found) > 1 and not all(told for told, _ in found)]
    unclear = [found for found in unclear if not _are_single_payments([one for _, one in found])]
    for found in unclear[:MOST_GROUPS]:
        loose = [one for told, one in found if not told]
        at = loose[1] if len(loose) > 1 else loose[0]
        numbers = [one.row.number for _, one in found]
        shown = ", ".join(map(str, numbers[:12])) + (" ..." if len(numbers) > 12 else "")
        refuse(at.row, "deal", "import-deal", "rows_one_deal", shown, payer=at.payer, payee=at.payee,
               kind=at.instrument)  # fmt: skip
    if len(unclear) > MOST_GROUPS:
        more = len(unclear) - MOST_GROUPS
        refuse(unclear[MOST_GROUPS][0][1].row, "deal", "import-deal", "rows_one_deal_more", str(more))


def _are_single_payments(rows: Sequence[BookedRow]) -> bool:
    """Whether all are payments of one status, none told twice: then it does not matter to which deal each belongs."""
    statuses = {one.status for one in rows}
    marks = {(str(one.date), one.money) for one in rows}
    return len(statuses) == 1 and statuses <= PAID and len(marks) == len(rows)


def _links(
    key: tuple[str, str], group: list[BookedRow], groups: Groups, names: _DealNames, refuse: Refuse
) -> tuple[str, str]:
    """Keys of the legs that this one replaces and of which it is a part."""
    found = {"replaces": "", "part_of": ""}
    for role in found:
        for one in group:
            word = getattr(one, role)
            if not word.strip():
                continue
            target = _target(key, one, role, word, groups, names, refuse)
            if target and found[role] and target != found[role]:
                refuse(one.row, role, "import-deal", "link_two", word, other=found[role])
            found[role] = found[role] or target
    return found["replaces"], found["part_of"]


def _target(
    key: tuple[str, str], one: BookedRow, role: str, word: str, groups: Groups, names: _DealNames, refuse: Refuse
) -> str:
    deal_word, _, leg_word = word.rpartition(":")
    exact = (names.of_word(deal_word), slug(leg_word)) if deal_word else ("", "")
    if exact in groups:
        candidates = [exact]
    else:
        deal = names.of_word(word)
        candidates = [other for other in groups if other[0] == deal and other != key]
        for same in (lambda a: a.parties, lambda a: (a.payer, a.payee)):
            close = [other for other in candidates if same(groups[other][0]) == same(one)]
            if len(candidates) > 1 and close:
                candidates = close
        if not candidates and deal == key[0]:
            refuse(one.row, role, "import-deal", "link_self", word)
            return ""
    if not candidates:
        near = difflib.get_close_matches(_same(word), list(names.ids), n=3, cutoff=0.5)
        refuse(one.row, role, "import-deal", "link_unknown", word, expected=", ".join(near or list(names.ids)[:8]))
        return ""
    if len(candidates) > 1:
        shown = ", ".join(":".join(other) for other in candidates[:8])
        refuse(one.row, role, "import-deal", "link_unclear", word, expected=shown)
        return ""
    return ":".join(candidates[0])


def _in_time(group: Iterable[BookedRow]) -> list[BookedRow]:
    return sorted(group, key=lambda one: (one.date.last, one.date.first))


def _tell_doubts(key: tuple[str, str], group: list[BookedRow], refuse: Refuse) -> None:
    """What was decided by rule where a person may know better."""
    ordered = _in_time(group)
    for status in ("signed", "completed"):
        told = [one for one in ordered if one.status == status and not one.money.is_unknown]
        if len({one.money for one in told}) > 1:
            refuse(told[-1].row, "amount", "import-deal", "signed_twice", ":".join(key), level="warning",
                   status=status, rows=", ".join(str(one.row.number) for one in told))  # fmt: skip
    statuses = {one.status for one in group}
    if statuses == {"paid_part", "paid_full"} and any(not one.money.is_unknown for one in group):
        last = next(one for one in ordered if one.status == "paid_full")
        refuse(last.row, "amount", "import-deal", "full_after_parts", ":".join(key), level="warning")


def size_of_leg(group: Iterable[BookedRow]) -> Amount:
    """How large the leg is: the latest figure that binds, else the latest of the talk, else all that was paid.

    A row that only ends the deal says nothing about its size. Payments of one basis add up; without any figure the
    amount is unknown.
    """
    ordered = _in_time(group)
    for statuses in (BOUND, TALKED):
        told = [one.money for one in ordered if one.status in statuses and not one.money.is_unknown]
        if told:
            return told[-1]
    paid = [one.money for one in ordered if one.status in PAID]
    figures = [money for money in paid if not money.is_unknown]
    if not figures:
        return ordered[-1].money
    same = [money for money in figures if money.basis == figures[-1].basis]
    if len(figures) < len(paid):  # some payment is not disclosed: the sum is only a least
        floor = sum((_least(money) for money in same), Decimal(0))
        return Amount(floor, None, None, same[-1].currency, same[-1].basis)
    return Amount(
        _sum([money.low for money in same]),
        _sum([money.central for money in same]),
        _sum([money.high for money in same]),
        same[-1].currency,
        same[-1].basis,
    )


def _least(money: Amount) -> Decimal:
    return next((value for value in (money.low, money.central) if value is not None), Decimal(0))


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    return None if any(value is None for value in values) else sum((v for v in values if v is not None), Decimal(0))


def _leg(key: tuple[str, str], group: list[BookedRow], replaces: str, part_of: str) -> Leg:
    several = len(group) > 1
    ordered = _in_time(group)

    def joined(values: Iterable[str]) -> str:
        return "; ".join(dict.fromkeys(value for value in values if value))

    def note(one: BookedRow) -> str:
        text = "; ".join(filter(None, one.notes))
        return f"row {one.row.number}: {text}" if several and text else text

    amount = size_of_leg(group)
    first = group[0]
    return Leg(
        deal_id=key[0], leg=key[1], payer=first.payer, payee=first.payee,
        instrument=cast(Instrument, first.instrument), amount=amount,
        start=next((one.start for one in reversed(ordered) if one.start), None),
        end=next((one.end for one in reversed(ordered) if one.end), None),
        amount_note=joined(note(one) for one in group), conditions=joined(one.conditions for one in group),
        description=joined(one.description for one in group), replaces=replaces, part_of=part_of,
        is_contingent=True if amount.basis == "contingent" else None,
    )  # fmt: skip
