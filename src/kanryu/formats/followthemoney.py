"""A case as FollowTheMoney entities, one JSON object a line, for tools that read that vocabulary.

Only what its words can say is written: companies and other organisations; holdings as `Ownership`; payments that were
made as `Payment` (payer, beneficiary); loans that are bound or paid as `Debt`, where the payer of our leg is the
creditor and the payee the debtor: who lends pays first. Versions of the vocabulary draw a debt in either direction, so
only the names of the parties are relied on. Other promises have no word of their own and become `UnknownLink`, which is
no statement of money moved. Ranges have no form there: only single figures are written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from kanryu.case.paid import is_ordered
from kanryu.case.records import Case, Entity, Leg, Source
from kanryu.case.rungs import State
from kanryu.core.money import Amount
from kanryu.formats.case_tables import text

LOANS = ("debt", "convertible")
PAYMENTS = ("paid_part", "paid_full")
Properties = dict[str, list[str]]


def write_followthemoney(case: Case, states: dict[str, State], path: Path) -> None:
    """Write entities, holdings, and the legs and payments known as of `states`."""
    lines = [json.dumps(found, ensure_ascii=False, sort_keys=True) for found in entities_of(case, states)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def entities_of(case: Case, states: dict[str, State]) -> Iterator[dict[str, object]]:
    """The objects in order: who, who owns, who owes and who paid. Unknown amounts are left out, never zero."""
    known = {entity.id for entity in case.entities}
    owned = {entity.id for entity in case.entities if not entity.is_aggregate}  # only a company can be held
    for entity in case.entities:
        yield _object(entity.id, "Organization" if entity.is_aggregate else "Company", _who(entity))
    for stake in case.stakes:
        if stake.owner in known and stake.issuer in owned:
            properties: Properties = {
                "owner": [stake.owner],
                "asset": [stake.issuer],
                "percentage": [text(stake.pct)],
                "date": _date(str(stake.as_of)),
                **_origin(stake.source),
            }
            yield _object(_id("stake", stake.owner, stake.issuer, str(stake.as_of)), "Ownership", properties)
    for leg in case.legs:
        state = states[leg.key]
        if state.rung is None or leg.payer not in known or leg.payee not in known:
            continue
        yield _leg(leg, state)
        yield from _payments(leg, state)


def _who(entity: Entity) -> Properties:
    return {
        "name": list(dict.fromkeys([entity.name_en, entity.name_ja])),
        "country": [entity.country.lower()] if len(entity.country) == 2 else [],
        "summary": [entity.note],
    }


def _leg(leg: Leg, state: State) -> dict[str, object]:
    is_loan = leg.instrument in LOANS and state.rung in ("bound", "paid")
    properties: Properties = {
        "startDate": _date(str(leg.start or "")),
        "endDate": _date(str(leg.end or "")),
        "recordId": [leg.key],
        "summary": [f"{leg.instrument}, {state.rung}"],
        "description": [leg.description],
    }
    if is_loan:
        properties |= {"creditor": [leg.payer], "debtor": [leg.payee], **_money(state.bound)}
        return _object(_id("leg", leg.key), "Debt", properties)
    properties |= {"subject": [leg.payer], "object": [leg.payee], "role": [f"{leg.instrument} ({state.rung})"]}
    return _object(_id("leg", leg.key), "UnknownLink", properties)


def _payments(leg: Leg, state: State) -> Iterator[dict[str, object]]:
    """Payment events about this leg alone, each once; sums up to a day and accounting entries are no single payment."""
    for number, event in enumerate(state.events):
        is_single = event.leg and not event.is_repeat and not event.is_cumulative
        if event.status not in PAYMENTS or not is_single or event.amount.basis != "total":
            continue
        if (event.scope not in ("leg", "added", "part") and event.stated is None) or not is_ordered(event.amount):
            continue
        properties: Properties = {
            "payer": [leg.payer],
            "beneficiary": [leg.payee],
            "date": _date(str(event.date)),
            "purpose": [leg.instrument],
            "summary": [event.what],
            "recordId": [leg.key],
            **_money(event.amount),
            **_origin(event.source),
        }
        yield _object(_id("payment", leg.key, str(event.date), str(number)), "Payment", properties)


def _money(amount: Amount | None) -> Properties:
    """A single figure only: the vocabulary knows no range."""
    if amount is None or amount.central is None or amount.basis != "total":
        return {}
    return {"amount": [text(amount.central)], "currency": [amount.currency]}


def _origin(source: Source) -> Properties:
    is_link = source.url.startswith(("http://", "https://"))
    return {"sourceUrl": [source.url] if is_link else [], "publisher": [source.publisher]}


def _date(day: str) -> list[str]:
    """A year, month or day; quarters and halves have no form there and are left out rather than made a day."""
    return [day] if day.replace("-", "").isdigit() else []


def _id(*parts: str) -> str:
    return "kanryu-" + hashlib.sha1("\x1f".join(parts).encode(), usedforsecurity=False).hexdigest()


def _object(identity: str, schema: str, properties: Properties) -> dict[str, object]:
    kept = {name: [v for v in values if v] for name, values in properties.items()}
    return {"id": identity, "schema": schema, "properties": {name: values for name, values in kept.items() if values}}
