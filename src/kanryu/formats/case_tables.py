"""A case as tables of text: the one place that knows which field of a record stands in which column.

CSV folder, workbook and JSON are written from here and read back through `case_rows`, so that a round trip gives the
same records.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

from kanryu.case.records import Case, Entity, Event, Figure, Leg, Source, Stake
from kanryu.core.money import Amount

NUMBERS = ("amount_low", "amount_central", "amount_high", "own_amount", "value", "pct", "shares", "fiscal_year_end")


class Written(msgspec.Struct, frozen=True):
    """Column names and rows of text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables_of(case: Case) -> dict[str, Written]:
    """The tables of a case by name: entities, deals, events, stakes, figures, and "series/NAME" for each series."""
    found = {
        "entities": _table(case.entities, _entity),
        "deals": _table(case.legs, _leg),
        "events": _table(case.events, _event),
        "stakes": _table(case.stakes, _stake),
        "figures": _table(case.figures, _figure),
    }
    for name in case.series.names:
        found[f"series/{name}"] = _table(case.series.of(name), _figure)
    return found


def about(case: Case) -> dict[str, str]:
    """Title, notes and currency."""
    return {
        "title_en": case.title_en,
        "title_ja": case.title_ja,
        "currency": case.currency,
        "notes_en": case.notes_en,
        "notes_ja": case.notes_ja,
    }


def _table(records: Any, write: Callable[[Any], dict[str, str]]) -> Written:
    rows = [write(record) for record in records]
    columns = tuple(rows[0]) if rows else _EMPTY.get(write.__name__, ())
    return Written(columns, tuple(tuple(row.values()) for row in rows))


def text(value: Any) -> str:
    """A field as cell text: empty for None, plain digits for numbers, yes and no for flags."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def _flag(value: bool) -> str:
    return "yes" if value else ""


def _amount(amount: Amount) -> dict[str, str]:
    return {
        "amount_low": text(amount.low),
        "amount_central": text(amount.central),
        "amount_high": text(amount.high),
        "currency": amount.currency,
        "basis": amount.basis,
    }


def _source(source: Source) -> dict[str, str]:
    return {
        "source_url": source.url,
        "source_publisher": source.publisher,
        "source_date": text(source.date),
        "grade": text(source.grade),
        "quote": source.quote,
    }


def _entity(entity: Entity) -> dict[str, str]:
    return {
        "id": entity.id,
        "name_en": entity.name_en,
        "name_ja": entity.name_ja,
        "kind": entity.kind,
        "role": entity.role,
        "is_aggregate": _flag(entity.is_aggregate),
        "fiscal_year_end": text(entity.fiscal_year_end),
        "country": entity.country,
        "ticker": entity.ticker,
        "cik": entity.cik,
        "note": entity.note,
    }


def _leg(leg: Leg) -> dict[str, str]:
    return {
        "deal_id": leg.deal_id,
        "leg": leg.leg,
        "payer": leg.payer,
        "payee": leg.payee,
        "instrument": leg.instrument,
        **_amount(leg.amount),
        "amount_note": leg.amount_note,
        "start": text(leg.start),
        "end": text(leg.end),
        "is_cancelable": text(leg.is_cancelable),
        "is_contingent": text(leg.is_contingent),
        "is_funded": text(leg.is_funded),
        "is_joint": _flag(leg.is_joint),
        "replaces": leg.replaces,
        "part_of": leg.part_of,
        "due": "; ".join(f"{due.date}={text(due.amount)}" for due in leg.due),
        "conditions": leg.conditions,
        "description": leg.description,
    }


def _event(event: Event) -> dict[str, str]:
    said = event.stated if event.stated is not None else event.amount
    return {
        "deal_id": event.deal_id,
        "leg": event.leg,
        "date": text(event.date),
        "known_on": text(event.known_on),
        "status": event.status,
        **_amount(said),
        "scope": "" if event.scope == "leg" else event.scope,
        "own_amount": text(event.amount.central) if event.stated is not None else "",
        "is_repeat": _flag(event.is_repeat),
        "is_cumulative": _flag(event.is_cumulative),
        "paid_from": text(event.paid_from),
        "paid_to": text(event.paid_to),
        "what": event.what,
        **_source(event.source),
    }


def _stake(stake: Stake) -> dict[str, str]:
    return {
        "owner": stake.owner,
        "issuer": stake.issuer,
        "pct": text(stake.pct),
        "shares": text(stake.shares),
        "as_of": text(stake.as_of),
        "known_on": text(stake.known_on),
        **_source(stake.source),
    }


def _figure(figure: Figure) -> dict[str, str]:
    return {
        "entity": figure.entity,
        "metric": figure.metric,
        "period": figure.period_text,
        "fiscal_period": figure.fiscal_period,
        "value": text(figure.value) if figure.value is not None else figure.text,
        "unit": figure.unit,
        "known_on": text(figure.known_on),
        **_source(figure.source),
        "note": figure.note,
    }


_EMPTY: dict[str, tuple[str, ...]] = {
    "_entity": ("id", "name_en", "name_ja", "kind", "role"),
    "_leg": ("deal_id", "leg", "payer", "payee", "instrument", "amount_low", "amount_central", "amount_high", "basis"),
    "_event": ("deal_id", "leg", "date", "known_on", "status", "amount_central", "what", "source_url"),
    "_stake": ("owner", "issuer", "pct", "shares", "as_of", "source_url"),
    "_figure": ("entity", "metric", "period", "value", "unit", "source_url"),
}
