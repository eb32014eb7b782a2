"""From the tables of a case to its records: what each column means, whatever the file format.

CSV folder, workbook and single deals all come through here, so that the same facts give the same records.
Columns that a table lacks get the defaults named in `DEFAULTS`; a bad cell becomes a problem and the rest is kept.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, cast

from kanryu.case.names import ids_by_name
from kanryu.case.records import (
    INSTRUMENTS,
    SCOPES,
    STATUSES,
    Case,
    Entity,
    Event,
    Figure,
    Grade,
    Instrument,
    Leg,
    Loaded,
    Role,
    Scope,
    Series,
    Source,
    Stake,
    Status,
)
from kanryu.core.money import BASES, Amount, Basis
from kanryu.core.problems import Problem
from kanryu.formats import cells
from kanryu.formats.columns import AMOUNT, REQUIRED, check_columns
from kanryu.formats.defaults import default_basis, default_known_on, default_role
from kanryu.formats.periods import read_period
from kanryu.formats.tables import Row, Table

ROLES = ("capital", "labs", "clouds", "chips", "outside")
PAYMENTS = ("paid_part", "paid_full")
GRADES = ("A", "B", "C", "D")
SeriesReaders = Mapping[str, Callable[[list[Problem]], Table | None]]


def build_case(
    case_id: str,
    about: Mapping[str, Any],
    tables: Mapping[str, Table],
    problems: list[Problem],
    *,
    folder: str = "",
    series: SeriesReaders | None = None,
) -> Case:
    """The case in `tables`; everything that is wrong with a cell is added to `problems`.

    Parameters
    ----------
    about : title_en, title_ja, currency, notes_en, notes_ja (all optional)
    tables : "entities", "deals", "events", "stakes", "figures"
    series : readers of the series tables by name, called when a series is first asked for
    """
    currency = str(about.get("currency", "USD")).strip().upper() or "USD"
    for name in REQUIRED:
        if name in tables:
            check_columns(name, tables[name], problems)
    legs = _each(tables.get("deals"), lambda row: read_leg(row, currency, problems))
    instruments = {leg.key: leg for leg in legs}
    entities = _each(tables.get("entities"), lambda row: read_entity(row, problems))
    years = {entity.id: entity.fiscal_year_end for entity in entities}
    for name, entity_id in ids_by_name(entities).items():
        years.setdefault(name, years[entity_id])
    figures = _each(tables.get("figures"), lambda row: read_figure(row, "", problems, years))
    return Case(
        id=case_id,
        title_en=str(about.get("title_en", case_id)),
        title_ja=str(about.get("title_ja", about.get("title_en", case_id))),
        currency=currency,
        entities=tuple(entities),
        legs=tuple(legs),
        events=tuple(_each(tables.get("events"), lambda row: read_event(row, currency, instruments, problems))),
        stakes=tuple(_each(tables.get("stakes"), lambda row: read_stake(row, problems))),
        figures=tuple(figures),
        series=_lazy_series(series or {}, years),
        notes_en=str(about.get("notes_en", "")),
        notes_ja=str(about.get("notes_ja", "")),
        folder=folder,
        problems=tuple(problems),
    )


def _lazy_series(readers: SeriesReaders, years: Mapping[str, int | None]) -> Series:
    """Series that are read when first asked for."""

    def load(name: str, read: Callable[[list[Problem]], Table | None]) -> Loaded:
        problems: list[Problem] = []
        figures = _each(read(problems), lambda row: read_figure(row, name, problems, years))
        return tuple(figures), tuple(problems)

    return Series({name: functools.partial(load, name, read) for name, read in readers.items()})


def _each(table: Table | None, read: Any) -> list[Any]:
    if table is None:
        return []
    return [record for record in map(read, table.rows) if record is not None]


def read_entity(row: Row, problems: list[Problem]) -> Entity | None:
    """One row of the entities table."""
    entity_id = cells.required(row, "id", problems)
    if not entity_id:
        return None
    kind = row.get("kind").lower()
    name = row.get("name_en") or row.get("name") or entity_id
    role = cells.choice(row, "role", ROLES, "role-unknown", problems) or default_role(kind)
    return Entity(
        id=entity_id,
        name_en=name,
        name_ja=row.get("name_ja") or name,
        kind=kind,
        role=cast(Role, role),
        country=row.get("country"),
        ticker=row.get("ticker"),
        cik=row.get("cik"),
        note=row.get("note"),
        is_aggregate=bool(cells.flag(row, "is_aggregate", problems)),
        fiscal_year_end=_month(row, problems),
        place=row.place("id"),
    )


def _month(row: Row, problems: list[Problem]) -> int | None:
    """The last month of the fiscal year, 1-12."""
    value = cells.choice(row, "fiscal_year_end", [str(month) for month in range(1, 13)], "month-unknown", problems)
    return int(value) if value else None


def read_amount(row: Row, currency: str, basis: Basis, problems: list[Problem]) -> Amount:
    """low, central and high of a row, in the currency that the column names say (`amount_low_usd`) or the case's."""
    found: dict[str, Any] = {}
    currency = row.get("currency").upper() or currency
    for column in row.values:
        match = AMOUNT.match(column)
        if match and row.get(column):
            found[match[1] or "central"] = cells.number(row, column, problems)
            currency = (match[2] or "").upper() or currency
    return Amount(found.get("low"), found.get("central"), found.get("high"), currency, basis)


def read_leg(row: Row, currency: str, problems: list[Problem]) -> Leg | None:
    """One row of the deals table."""
    deal_id = cells.required(row, "deal_id", problems)
    payer, payee = cells.required(row, "payer", problems), cells.required(row, "payee", problems)
    if not (deal_id and payer and payee):
        return None
    instrument = cells.choice(row, "instrument", INSTRUMENTS, "instrument-unknown", problems)
    if instrument is None:
        cells.required(row, "instrument", problems)
        instrument = "other"
    basis = cells.choice(row, "basis", BASES, "basis-unknown", problems) or default_basis(instrument)
    return Leg(
        deal_id=deal_id,
        leg=row.get("leg") or "1",
        payer=payer,
        payee=payee,
        instrument=cast(Instrument, instrument),
        amount=read_amount(row, currency, cast(Basis, basis), problems),
        start=cells.date(row, "start", problems),
        end=cells.date(row, "end", problems),
        amount_note=row.get("amount_note"),
        conditions=row.get("conditions"),
        description=row.get("description"),
        is_cancelable=cells.flag(row, "is_cancelable", problems),
        is_contingent=cells.flag(row, "is_contingent", problems),
        is_funded=cells.flag(row, "is_funded", problems),
        is_joint=bool(cells.flag(row, "is_joint", problems)),
        replaces=row.get("replaces"),
        part_of=row.get("part_of"),
        due=cells.instalments(row, "due", problems),
        place=row.place("deal_id"),
    )


def read_source(row: Row, problems: list[Problem]) -> Source:
    """The source columns of a row; an empty address is left to the check for sources."""
    grade = cells.choice(row, "grade", GRADES, "grade-unknown", problems)
    return Source(
        url=row.get("source_url"),
        publisher=row.get("source_publisher"),
        date=cells.date(row, "source_date", problems),
        grade=cast("Grade | None", grade),
        quote=row.get("quote"),
    )


def read_event(row: Row, currency: str, legs: Mapping[str, Leg], problems: list[Problem]) -> Event | None:
    """One row of the events table. Without a date or a known status it cannot be placed and is left out."""
    deal_id = cells.required(row, "deal_id", problems)
    leg_name = row.get("leg")
    status = cells.choice(row, "status", STATUSES, "status-unknown", problems)
    if status is None and not row.get("status"):
        cells.required(row, "status", problems)
    day = cells.date(row, "date", problems)
    if day is None and not row.get("date"):
        cells.required(row, "date", problems)
    known = cells.date(row, "known_on", problems)
    source = read_source(row, problems)
    leg = legs.get(f"{deal_id}:{leg_name}")
    basis = cells.choice(row, "basis", BASES, "basis-unknown", problems)
    if basis is None:
        basis = leg.amount.basis if leg is not None and status not in PAYMENTS else "total"
    amount = read_amount(row, currency, cast(Basis, basis), problems)
    stated = None
    own = cells.number(row, "own_amount" if "own_amount" in row.values else "own_amount_usd", problems)
    if own is not None:
        stated, amount = amount, Amount(None, own, None, amount.currency, amount.basis)
    scope = cells.choice(row, "scope", SCOPES, "scope-unknown", problems)
    if not deal_id or status is None or day is None:
        return None
    return Event(
        deal_id=deal_id,
        leg=leg_name,
        date=day,
        known_on=known or default_known_on(day, status, source),
        status=cast(Status, status),
        amount=amount,
        what=row.get("what"),
        source=source,
        is_repeat=bool(cells.flag(row, "is_repeat", problems)),
        is_cumulative=bool(cells.flag(row, "is_cumulative", problems)),
        scope=cast(Scope, scope or "leg"),
        stated=stated,
        paid_from=cells.date(row, "paid_from", problems),
        paid_to=cells.date(row, "paid_to", problems),
        place=row.place("deal_id"),
    )


def read_stake(row: Row, problems: list[Problem]) -> Stake | None:
    """One row of the stakes table."""
    owner, issuer = cells.required(row, "owner", problems), cells.required(row, "issuer", problems)
    day = cells.date(row, "as_of", problems)
    if day is None and not row.get("as_of"):
        cells.required(row, "as_of", problems)
    pct, shares = cells.number(row, "pct", problems), cells.number(row, "shares", problems)
    known = cells.date(row, "known_on", problems)
    source = read_source(row, problems)
    if not owner or not issuer or day is None:
        return None
    return Stake(
        owner=owner,
        issuer=issuer,
        as_of=day,
        source=source,
        pct=pct,
        shares=shares,
        known_on=known,
        place=row.place("owner"),
    )


def read_figure(
    row: Row, series: str, problems: list[Problem], years: Mapping[str, int | None] | None = None
) -> Figure | None:
    """One row of the figures table or of a series. Words in place of a number are kept as `text`."""
    entity, metric = cells.required(row, "entity", problems), cells.required(row, "metric", problems)
    if not entity or not metric:
        return None
    unit = row.get("unit")
    value, text = None, ""
    if unit.lower() in ("text", "flag"):
        text = row.get("value")
    else:
        value = cells.number(row, "value", problems, largest=cells.LARGEST * 10)
    wording, fiscal = row.get("period"), row.get("fiscal_period")
    period, start = read_period(wording, fiscal, (years or {}).get(entity) or (years or {}).get(entity.lower()))
    return Figure(
        entity=entity,
        metric=metric,
        period_text=wording,
        unit=unit,
        source=read_source(row, problems),
        value=value,
        text=text,
        period=period,
        period_start=start,
        fiscal_period=fiscal,
        known_on=cells.date(row, "known_on", problems),
        note=row.get("note"),
        series=series,
        place=row.place("entity"),
    )
