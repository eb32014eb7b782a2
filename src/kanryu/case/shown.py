"""What `kanryu show` answers: a case at a glance, or one entity, deal or leg with its evidence, as of a day."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import msgspec

from kanryu.case.names import ids_by_name
from kanryu.case.records import Case, Entity, Event, Leg, Rung, Stake
from kanryu.case.rungs import State, rungs
from kanryu.core.errors import NotFound
from kanryu.core.money import Amount
from kanryu.core.results import Origin


class EntityLine(msgspec.Struct, frozen=True):
    """One entity and in how many legs it pays and is paid."""

    id: str
    name_en: str
    name_ja: str
    role: str
    kind: str
    is_aggregate: bool
    pays: int
    receives: int


class Evidence(msgspec.Struct, frozen=True):
    """One event with both clocks and its source."""

    leg: str
    date: str
    known_on: str
    status: str
    amount: Amount
    what: str
    scope: str
    is_repeat: bool
    is_cumulative: bool
    url: str
    publisher: str
    source_date: str
    grade: str
    quote: str


class LegLine(msgspec.Struct, frozen=True):
    """One leg as of the day: where it stands and how much was talked about, bound and paid (None: nothing was)."""

    key: str
    payer: str
    payee: str
    instrument: str
    rung: Rung | None
    reached: Rung | None
    reason: str
    ended_by: str
    replaced_by: str
    talked: Amount | None
    bound: Amount | None
    paid: Amount | None
    start: str
    end: str
    is_cancelable: bool | None
    is_contingent: bool | None
    is_funded: bool | None
    is_joint: bool
    replaces: str
    part_of: str
    description: str
    conditions: str
    amount_note: str
    place: str
    notes_are_hidden: bool
    evidence: tuple[Evidence, ...]


class DealLine(msgspec.Struct, frozen=True):
    """One deal: who takes part, what kinds of legs it has, and the surest rung of an open leg (None: none known)."""

    deal_id: str
    parties: tuple[str, ...]
    instruments: tuple[str, ...]
    rung: Rung | None
    legs: int


class StakeLine(msgspec.Struct, frozen=True):
    """A holding; percent and shares as the source gives them."""

    owner: str
    issuer: str
    pct: float | None
    shares: float | None
    as_of: str
    known_on: str
    url: str


class AccountLine(msgspec.Struct, frozen=True):
    """One account of a payments file: rows and sums out and in, in the unit of the file (None without amounts).

    For a partner of one account: what that account paid it, and received from it.
    """

    name: str
    pays: int
    receives: int
    paid: float | None
    received: float | None


class Span(msgspec.Struct, frozen=True):
    """A payments file at a glance: times as text, amounts in the unit of the file."""

    accounts: int
    rows: int
    first: str
    last: str
    amount: float | None


class Shown(msgspec.Struct, frozen=True):
    """The answer. `kind` says which of the lists are filled.

    kind : "case" (entities, deals), "entity" (entities has one, legs, stakes), "deal" or "leg" (legs with evidence),
        "payments" (span, accounts by what they moved), "account" (accounts has one, its partners)
    """

    kind: str
    case: str
    title_en: str
    title_ja: str
    currency: str
    name: str
    entities: tuple[EntityLine, ...]
    deals: tuple[DealLine, ...]
    legs: tuple[LegLine, ...]
    stakes: tuple[StakeLine, ...]
    origin: Origin
    span: Span | None = None
    accounts: tuple[AccountLine, ...] = ()
    partners: tuple[AccountLine, ...] = ()


def show(
    case: Case, name: str = "", *, true_by: dt.date | None = None, known_by: dt.date | None = None, kind: str = ""
) -> Shown:
    """The case, or one entity, deal or leg of it, as of a day.

    Parameters
    ----------
    name : str
        "" for the whole case; else the id or name of an entity, the id of a deal, or "deal:leg".
    kind : {"", "entity", "deal", "leg"}
        Says which is meant where an entity and a deal share a name.

    Raises
    ------
    NotFound
        Nothing of that name; near names are suggested.
    """
    index = rungs(case)
    states = index.states(true_by, known_by)
    entities = {entity.id: entity for entity in case.entities}
    deals = dict.fromkeys(leg.deal_id for leg in case.legs)
    entity_id = name if name in entities else ids_by_name(case.entities).get(name.strip().lower(), "")
    legs: list[Leg] = []
    shown_entities: list[Entity] = []
    shown_deals: list[str] = []
    stakes: list[Stake] = []
    if not name:
        found, shown_entities, shown_deals = "case", list(case.entities), list(deals)
    elif kind in ("", "leg") and name in index.legs:
        found, legs = "leg", [index.legs[name]]
    elif kind in ("", "deal") and name in deals and not (kind == "" and entity_id == name):
        found, legs = "deal", [leg for leg in case.legs if leg.deal_id == name]
    elif kind in ("", "entity") and entity_id:
        found, shown_entities = "entity", [entities[entity_id]]
        legs = [leg for leg in case.legs if entity_id in (leg.payer, leg.payee)]
        stakes = [s for s in case.stakes if entity_id in (s.owner, s.issuer) and _is_known(s, true_by, known_by)]
        name = entity_id
    else:
        raise NotFound(
            key="case.nothing_of_that_name", name=name[:80], known=[*entities, *deals, *index.legs], case=case.id
        )
    with_evidence = found in ("deal", "leg")
    lines = tuple(
        _leg_line(leg, states[leg.key], with_evidence, len(states[leg.key].events) < len(index.events[leg.key]))
        for leg in legs
    )
    counted = case.legs if found == "case" else legs
    known = [leg for leg in counted if states[leg.key].rung is not None]
    return Shown(
        kind=found,
        case=case.id,
        title_en=case.title_en,
        title_ja=case.title_ja,
        currency=case.currency,
        name=name,
        entities=_entity_lines(shown_entities, case),
        deals=_deal_lines(shown_deals, case, states),
        legs=lines,
        stakes=tuple(_stake_line(stake) for stake in stakes),
        origin=Origin(
            definition="case.show_definition",
            inputs={"case": case.id, "true_by": _day(true_by), "known_by": _day(known_by)},
            coverage={
                "legs": len(known),
                "legs_with_amount": sum(_has_amount(states[leg.key]) for leg in known),
                "legs_not_yet_known": len(counted) - len(known),
            },
        ),
    )


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _has_amount(state: State) -> bool:
    return any(a is not None and not a.is_unknown for a in (state.talked, state.bound, state.paid))


def _is_known(stake: Stake, true_by: dt.date | None, known_by: dt.date | None) -> bool:
    published = stake.known_on or stake.as_of
    return (true_by is None or stake.as_of.certainly_by(true_by)) and (
        known_by is None or published.certainly_by(known_by)
    )


def _entity_lines(entities: list[Entity], case: Case) -> tuple[EntityLine, ...]:
    pays, receives = Counter(leg.payer for leg in case.legs), Counter(leg.payee for leg in case.legs)
    return tuple(
        EntityLine(
            entity.id,
            entity.name_en,
            entity.name_ja,
            entity.role,
            entity.kind,
            entity.is_aggregate,
            pays[entity.id],
            receives[entity.id],
        )
        for entity in entities
    )


def _deal_lines(deals: list[str], case: Case, states: dict[str, State]) -> tuple[DealLine, ...]:
    legs_of: dict[str, list[Leg]] = {}
    for leg in case.legs:
        legs_of.setdefault(leg.deal_id, []).append(leg)
    order: tuple[Rung, ...] = ("paid", "bound", "talked", "ended")
    found = []
    for deal in deals:
        legs = legs_of[deal]
        standing = {states[leg.key].rung for leg in legs}
        found.append(
            DealLine(
                deal,
                tuple(dict.fromkeys(end for leg in legs for end in (leg.payer, leg.payee))),
                tuple(dict.fromkeys(leg.instrument for leg in legs)),
                next((rung for rung in order if rung in standing), None),
                len(legs),
            )
        )
    return tuple(found)


def _stake_line(stake: Stake) -> StakeLine:
    return StakeLine(
        stake.owner,
        stake.issuer,
        float(stake.pct) if stake.pct is not None else None,
        float(stake.shares) if stake.shares is not None else None,
        str(stake.as_of),
        str(stake.known_on or stake.as_of),
        stake.source.url,
    )


def _leg_line(leg: Leg, state: State, with_evidence: bool, has_hidden: bool) -> LegLine:
    """`has_hidden`: some event is not known yet, so notes written with hindsight are not shown."""
    notes = with_evidence and not has_hidden
    return LegLine(
        key=leg.key,
        payer=leg.payer,
        payee=leg.payee,
        instrument=leg.instrument,
        rung=state.rung,
        reached=state.reached,
        reason=state.reason,
        ended_by=state.ended_by,
        replaced_by=state.replaced_by,
        talked=state.talked,
        bound=state.bound,
        paid=state.paid,
        start=str(leg.start or ""),
        end=str(leg.end or ""),
        is_cancelable=leg.is_cancelable,
        is_contingent=leg.is_contingent,
        is_funded=leg.is_funded,
        is_joint=leg.is_joint,
        replaces=leg.replaces,
        part_of=leg.part_of,
        description=leg.description if notes else "",
        conditions=leg.conditions if notes else "",
        amount_note=leg.amount_note if notes else "",
        place=str(leg.place),
        notes_are_hidden=with_evidence and has_hidden,
        evidence=tuple(_evidence(event) for event in state.events) if with_evidence else (),
    )


def _evidence(event: Event) -> Evidence:
    return Evidence(
        event.leg,
        str(event.date),
        str(event.known_on),
        event.status,
        event.stated if event.stated is not None else event.amount,
        event.what,
        event.scope,
        event.is_repeat,
        event.is_cumulative,
        event.source.url,
        event.source.publisher,
        str(event.source.date or ""),
        event.source.grade or "",
        event.source.quote,
    )
