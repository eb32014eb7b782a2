"""A booked table as a case folder, written whole or not at all.

Tables are UTF-8 with a mark, so that a spreadsheet shows Japanese; a text that a spreadsheet would run as a formula
gets an apostrophe, which the reader takes off again.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from kanryu.formats.stranger_rows import Booked, reason_in
from kanryu.formats.tables import guard

ENTITIES = ("id", "name_en", "name_ja", "kind", "role", "is_aggregate")
DEALS = (
    "deal_id", "leg", "payer", "payee", "instrument", "currency", "amount_low", "amount_central", "amount_high",
    "basis", "amount_note", "start", "end", "is_contingent", "replaces", "part_of", "conditions", "description",
)  # fmt: skip
EVENTS = (
    "deal_id", "leg", "date", "known_on", "status", "currency", "amount_low", "amount_central", "amount_high", "basis",
    "what", "source_url", "source_publisher", "source_date",
)  # fmt: skip

STAKES = ("owner", "issuer", "pct", "shares", "as_of", "known_on", "source_url", "source_publisher", "source_date")
FIGURES = (
    "entity", "metric", "period", "value", "unit", "known_on", "source_url", "source_publisher", "source_date", "note",
)  # fmt: skip


def write_case(booked: Booked, folder: Path, *, title: str, currency: str, mapping: str) -> None:
    """Write the tables, what was left out, and the mapping used, into `folder`, which exists and is empty."""
    _table(
        folder / "entities.csv",
        ENTITIES,
        ([e.id, e.name_en, e.name_ja, e.kind, e.role, "yes" if e.is_aggregate else ""] for e in booked.entities),
    )
    _table(
        folder / "deals.csv",
        DEALS,
        (
            [
                leg.deal_id, leg.leg, leg.payer, leg.payee, leg.instrument, leg.amount.currency,
                *map(_number, (leg.amount.low, leg.amount.central, leg.amount.high)), leg.amount.basis, leg.amount_note,
                str(leg.start or ""), str(leg.end or ""), "yes" if leg.is_contingent else "", leg.replaces,
                leg.part_of, leg.conditions, leg.description,
            ]
            for leg in booked.legs
        ),
    )  # fmt: skip
    _table(
        folder / "events.csv",
        EVENTS,
        (
            [
                event.deal_id, event.leg, str(event.date), str(event.known_on), event.status, event.amount.currency,
                *map(_number, (event.amount.low, event.amount.central, event.amount.high)), event.amount.basis,
                event.what, event.source.url, event.source.publisher, str(event.source.date or ""),
            ]
            for event in booked.events
        ),
    )  # fmt: skip
    if booked.stakes:
        _table(
            folder / "stakes.csv",
            STAKES,
            (
                [s.owner, s.issuer, _number(s.pct), _number(s.shares), str(s.as_of), str(s.known_on or ""),
                 s.source.url, s.source.publisher, str(s.source.date or "")]
                for s in booked.stakes
            ),
        )  # fmt: skip
    if booked.figures:
        _table(
            folder / "figures.csv",
            FIGURES,
            (
                [f.entity, f.metric, f.period_text, _number(f.value) or f.text, f.unit, str(f.known_on or ""),
                 f.source.url, f.source.publisher, str(f.source.date or ""), f.note]
                for f in booked.figures
            ),
        )  # fmt: skip
    _table(
        folder / "left_out.csv",
        ("row", "reason", "text"),
        ([str(item.row), reason_in(item.reason, "en"), item.text] for item in booked.left_out),
    )
    quoted = json.dumps(title, ensure_ascii=False)
    about = f'title = {quoted}\ncurrency = "{currency}"\n'
    (folder / "kanryu.toml").write_text(about, encoding="utf-8")
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def _table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_safe(cell) for cell in row])
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")


def _safe(cell: str) -> str:
    """Without control characters and not a formula."""
    plain = "".join(" " if character < " " or character == "\x7f" else character for character in cell)
    return guard(plain)
