"""From a stranger's rows to legs, events and entities, exactly as the mapping says.

Every row ends in one of three ways: booked, left out with a reason, or refused with a problem at its cell. Equal
problems of many rows are told once, with the number of rows.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, cast

import msgspec

from kanryu.case.findings import same, size, written_amounts
from kanryu.case.records import Entity, Event, Figure, Leg, Role, Source, Stake
from kanryu.core.dates import PartialDate
from kanryu.core.money import Amount, Basis
from kanryu.core.problems import Level, Place, Problem, problem
from kanryu.core.words import say
from kanryu.formats.defaults import default_basis, default_role
from kanryu.formats.stranger_figures import figure_of, stake_of
from kanryu.formats.stranger_guard import cannot_be_paid, contradicts
from kanryu.formats.stranger_legs import BookedRow, legs_of, slug
from kanryu.formats.stranger_mapping import EACH_A_DEAL, Booking, Mapping, key_of
from kanryu.formats.stranger_table import StrangerRow, StrangerTable
from kanryu.formats.stranger_values import UNKNOWN, Money, Rules, Unclear, read_amount, read_date

_TOTALS = re.compile(r"(?:grand |sub-?)?totals?\b|sum\b|合計|小計|総計|計\Z", re.I)
_FIRM_ENDING = (
    "Inc Ltd LLC L.L.C LLP Co Corp LP L.P plc PLC S.A SA N.V NV AG GmbH K.K B.V S.p.A Pte Limited Incorporated Company"
)
_SEVERAL = re.compile(
    r";|、|，|ほか|\bet al\b|\band others\b|(?<=[a-z)]) and (?=[A-Z])| / |,(?!\s*(?:"
    + "|".join(re.escape(word) for word in _FIRM_ENDING.split())
    + "))"
)


def is_total(row: StrangerRow) -> bool:
    """Whether the row is a sum of others: its first words say so."""
    return any(_TOTALS.match(value) for value in [v for v in row.cells.values() if v][:2])


def names_several(name: str) -> bool:
    """Whether a cell for one party holds several names."""
    return _SEVERAL.search(name) is not None


class LeftOut(msgspec.Struct, frozen=True):
    """A row that was not booked, and why (`reason` is the mapping's word or a key of a sentence)."""

    row: int
    reason: str
    text: str


def reason_in(reason: str, lang: str) -> str:
    """Why a row was left out: the mapping's own words, or our sentence."""
    return say(lang, reason) if reason.startswith("imports.") else reason


class Booked(msgspec.Struct):
    """What became of a table."""

    entities: list[Entity] = []
    legs: list[Leg] = []
    events: list[Event] = []
    stakes: list[Stake] = []
    figures: list[Figure] = []
    left_out: list[LeftOut] = []
    problems: list[Problem] = []
    rows_of_leg: dict[str, StrangerRow] = {}
    rows_of_events: list[StrangerRow] = []


class _Stop(Exception):
    """The row ends here: left out, or refused (its problem is noted)."""


class Booker:
    """Books one table by one mapping; `book` gives everything."""

    def __init__(self, table: StrangerTable, mapping: Mapping) -> None:
        self.table, self.mapping = table, mapping
        self.out = Booked()
        self.names: dict[str, str] = {}  # id -> name as written first
        self.rows: list[BookedRow] = []
        self.told: dict[tuple[str, str, str], tuple[int, int]] = {}
        self.rules = Rules(mapping.unit, mapping.amount_currency, mapping.decimal)

    def book(self) -> Booked:
        """All rows, then the legs that they are steps of and the entities that they name."""
        self._check_columns()
        if not self.out.problems:
            for row in self.table.rows:
                try:
                    self._book(row)
                except _Stop:
                    continue
        found = legs_of(self.rows, self._refuse_role, each_a_deal=self.mapping.rows == EACH_A_DEAL)
        self.out.legs, self.out.events = found.legs, found.events
        self.out.rows_of_leg, self.out.rows_of_events = found.rows_of_leg, found.rows_of_events
        self._count_repeats()
        for entity_id, name in self.names.items():
            kind = self.mapping.entity_kinds.get(key_of(entity_id), "other")
            role: Role = default_role(kind)
            self.out.entities.append(
                Entity(entity_id, name, name, kind, role, is_aggregate=entity_id in self.mapping.groups)
            )
        return self.out

    def _check_columns(self) -> None:
        known = {key_of(column): column for column in self.table.columns}
        places = list(self.mapping.columns.values())
        for booking in (self.mapping.every_row, *self.mapping.kinds.values()):
            places += [name for name in (booking.payer, booking.payee) if name]
        for name in dict.fromkeys(places):
            if key_of(name) not in known:
                expected = ", ".join(column for column in self.table.columns if column)
                where = Place(file=self.table.file, line=1, column=1)
                self.out.problems.append(
                    problem("import-column", "error", where, "imports.column_unknown", found=name, expected=expected)
                )
        self.columns = known

    def _cell(self, row: StrangerRow, role_or_name: str) -> str:
        name = self.mapping.columns.get(role_or_name, "")
        return row.cells.get(self.columns.get(key_of(name), ""), "") if name else ""

    def _refuse_role(
        self, row: StrangerRow, role: str, code: str, key: str, found: str, *, level: Level = "error", **values: object
    ) -> None:
        """A problem at the cell of one of our words; where the table has no such column, at the row."""
        self._refuse(row, self.mapping.columns.get(role, role), code, key, found, level=level, **values)

    def _refuse(
        self,
        row: StrangerRow,
        column: str,
        code: str,
        key: str,
        found: str,
        *,
        level: Level = "error",
        **values: object,
    ) -> None:
        """Note a problem of this row; the same code, column and value again are only counted."""
        mark = (code, column, "" if key == "date_ambiguous" else found)  # one format answers all cells
        if mark in self.told:
            index, count = self.told[mark]
            self.told[mark] = (index, count + 1)
        else:
            self.told[mark] = (len(self.out.problems), 1)
            place = row.place(self.columns.get(key_of(column), ""))
            self.out.problems.append(
                problem(code, level, place, f"imports.{key}", line_text=row.line_text, found=found,
                        column=column, row=row.number, **values)  # type: ignore[arg-type]
            )  # fmt: skip

    def _count_repeats(self) -> None:
        for index, count in self.told.values():
            if count > 1:
                item = self.out.problems[index]
                also = problem("", "note", item.where, "imports.and_more", found=count - 1)
                message = {lang: f"{text} {also.message[lang]}" for lang, text in item.message.items()}
                self.out.problems[index] = msgspec.structs.replace(item, message=message)

    def _leave_out(self, row: StrangerRow, reason: str) -> None:
        text = " | ".join(value for value in row.cells.values() if value)
        self.out.left_out.append(LeftOut(row.number, reason, text[:500]))
        raise _Stop

    def _book(self, row: StrangerRow) -> None:
        if row.number in self.mapping.leave_out_rows:
            self._leave_out(row, "imports.by_number")
        if [key_of(v) for v in row.cells.values()] == [key_of(c) for c in row.cells]:
            self._leave_out(row, "imports.header_again")
        if is_total(row):
            self._leave_out(row, "imports.total_row")
        booking = self._kind(row)
        if booking.book_as:
            self._aside(row, booking)
            return
        status, basis = self._meaning(row, booking)
        payer = self._party(row, booking.payer_is, booking.payer or self.mapping.columns.get("payer", ""), "payer")
        payee = self._party(row, booking.payee_is, booking.payee or self.mapping.columns.get("payee", ""), "payee")
        money = self._money(row, basis)
        date = self._date(row, "date", booking.date)
        start, end = self._date(row, "start", ""), self._date(row, "end", "")
        known_on = self._date(row, "known_on", "") or self._date(row, "source_date", "")
        if date is None and known_on is not None:
            date = known_on
        if payer is None or payee is None or money is None or not status:
            raise _Stop
        if date is None:
            if self.mapping.missing_date == "leave_out":
                self._leave_out(row, "imports.no_date")
            self._refuse(row, self.mapping.columns.get("date", "date"), "import-missing", "date_missing", "")
            raise _Stop
        if payer == payee:
            self._refuse(row, self.mapping.columns.get("payee", "payee"), "import-missing", "same_party", payer)
            raise _Stop
        self._guard(row, booking, status, basis, money)
        if cannot_be_paid(status, basis, booking.instrument):
            self._leave_out(row, f"imports.not_paid_{basis}" if basis != "total" else "imports.not_paid_swap")
        self._write(row, booking, status, basis, payer, payee, money, date, known_on or date, start, end)

    def _kind(self, row: StrangerRow) -> Booking:
        """How the row is booked: the kind's entry over the one for every row."""
        booking = self.mapping.every_row
        if self.mapping.kinds:
            word = self._cell(row, "kind")
            kind = self.mapping.kinds.get(key_of(word))
            if kind is None:
                known = ", ".join(self.mapping.kinds)
                self._refuse(
                    row, self.mapping.columns.get("kind", "kind"), "import-value", "kind_unknown", word, expected=known
                )
                raise _Stop
            booking = _over(kind, booking)
        if booking.leave_out:
            self._leave_out(row, booking.leave_out)
        return booking

    def _aside(self, row: StrangerRow, booking: Booking) -> None:
        """A row that is no deal: a holding for stakes.csv, or a reported figure for figures.csv."""
        owner = self._party(row, booking.payer_is, booking.payer or self.mapping.columns.get("payer", ""), "payer")
        column = booking.payee or self.mapping.columns.get("payee", "")
        needs_issuer = booking.book_as == "stake" or booking.payee_is or column
        issuer = self._party(row, booking.payee_is, column, "payee") if needs_issuer else ""
        date = self._date(row, "date", booking.date)
        known_on = self._date(row, "known_on", "") or self._date(row, "source_date", "") or date
        if owner is None or issuer is None:
            raise _Stop
        if date is None or known_on is None:
            self._refuse(row, self.mapping.columns.get("date", "date"), "import-missing", "date_missing", "")
            raise _Stop
        source = self._source(row)
        if booking.book_as == "stake":
            cells = {role: self._cell(row, role) for role in ("pct", "shares")}
            try:
                self.out.stakes.append(stake_of(cells, owner, issuer, date, known_on, source))
            except Unclear as cause:
                role = cause.values.get("role", "pct")
                key = cause.key.removeprefix("imports.")
                self._refuse_role(row, role, cause.code, key, cause.values.get("found", ""))
            return
        money = self._money(row, "stake_value")
        if money is not None:
            written = f"as written: {self._cell(row, 'amount')}"
            note = "; ".join(filter(None, (self._cell(row, "note"), written)))
            metric = "_".join(filter(None, (issuer.replace("-", "_"), booking.metric)))
            self.out.figures.append(figure_of(owner, metric, money, date, known_on, source, note))

    def _meaning(self, row: StrangerRow, booking: Booking) -> tuple[str, str]:
        """Status and basis of the row: by their columns, else by its kind."""
        status, basis = booking.status, booking.basis
        for role, table in (("status", self.mapping.statuses), ("basis", self.mapping.bases)):
            if role not in self.mapping.columns:
                continue
            word = self._cell(row, role)
            entry = table.get(key_of(word))
            if entry is None and not word and (status if role == "status" else basis):
                continue
            if entry is None:
                self._refuse(
                    row, self.mapping.columns[role], "import-value", f"{role}_unknown", word, expected=", ".join(table)
                )
                raise _Stop
            if entry.leave_out:
                self._leave_out(row, entry.leave_out)
            status = (entry.status or status) if role == "status" else status
            basis = entry.basis or basis
        if not status:
            self._refuse(row, self.mapping.columns.get("status", "status"), "import-value", "status_missing", "")
        return status, basis or default_basis(booking.instrument)

    def _party(self, row: StrangerRow, fixed: str, column: str, role: str) -> str | None:
        if fixed:
            self.names.setdefault(fixed, fixed)
            return fixed
        name = " ".join(row.cells.get(self.columns.get(key_of(column), ""), "").split())
        if not name or name.lower() in UNKNOWN:
            self._refuse(row, column, "import-missing", "party_missing", name, role=role)
            return None
        mapped = self.mapping.entities.get(key_of(name))
        if mapped is None and names_several(name):
            self._refuse(row, column, "import-value", "several_parties", name)
            return None
        entity_id = mapped or slug(name)
        if not entity_id:
            self._refuse(row, column, "import-missing", "party_missing", name, role=role)
            return None
        self.names.setdefault(entity_id, name)
        return entity_id

    def _money(self, row: StrangerRow, basis: str) -> Amount | None:
        """The amount in the case's currency; None when a cell was refused."""
        word = self._cell(row, "currency")
        currency = self.mapping.currencies.get(key_of(word), word)
        unit_word = self._cell(row, "unit")
        unit = self.mapping.units.get(key_of(unit_word), unit_word)
        found: dict[str, Money] = {}
        for role in ("amount_low", "amount", "amount_high"):
            if role not in self.mapping.columns:
                continue
            try:
                found[role] = read_amount(self._cell(row, role), self.rules, unit=unit, currency=currency)
            except Unclear as cause:
                values: dict[str, Any] = {k: v for k, v in cause.values.items() if k not in ("found", "level")}
                self._refuse(row, self.mapping.columns[role], cause.code, cause.key.removeprefix("imports."),
                             cause.values.get("found", ""), **values)  # fmt: skip
                return None
        middle = found.get("amount", Money(None, None, None, ""))
        low = _any(found.get("amount_low")) if "amount_low" in found else middle.low
        high = _any(found.get("amount_high")) if "amount_high" in found else middle.high
        meant = next((m.currency for m in found.values() if m.currency), "") or self.mapping.currency
        if low is None and high is None and not middle.is_about:
            low = high = middle.central  # a plain figure is exact
        values_known = [v for v in (low, middle.central, high) if v is not None]
        factor = Decimal(1)
        if meant != self.mapping.currency and values_known:
            rate = self.mapping.rates.get(meant)
            if rate is None:
                self._refuse(row, self.mapping.columns.get("currency", self.mapping.columns.get("amount", "")),
                             "import-currency", "rate_missing", meant, expected=self.mapping.currency)  # fmt: skip
                return None
            factor = rate.rate
        low, central, high = (None if v is None else whole(v * factor) for v in (low, middle.central, high))
        return Amount(low, central, high, self.mapping.currency, cast(Basis, basis))

    def _date(self, row: StrangerRow, role: str, fixed: str) -> PartialDate | None:
        text = self._cell(row, role) or fixed
        try:
            return read_date(text, self.mapping.date_formats)
        except Unclear as cause:
            column = self.mapping.columns.get(role, role)
            self._refuse(row, column, cause.code, cause.key.removeprefix("imports."), cause.values.get("found", ""))
            raise _Stop from None

    def _guard(self, row: StrangerRow, booking: Booking, status: str, basis: str, money: Amount) -> None:
        key_cells = [self._cell(row, role) for role in ("kind", "status", "basis")]
        for role, text in zip(("kind", "status", "basis"), key_cells):
            found = contradicts(text, status=status, basis=basis, instrument=booking.instrument, is_key=True)
            if found:
                self._refuse(row, self.mapping.columns[role], "import-not-a-payment", f"word_{found[0]}", text,
                             word=found[1], status=status, basis=basis)  # fmt: skip
                raise _Stop
        if row.number in self.mapping.confirmed_rows:
            return
        keys = {
            self.columns.get(key_of(self.mapping.columns.get(role, "")), "") for role in ("kind", "status", "basis")
        }
        for column, text in row.cells.items():
            if column in keys or not text or text.startswith(("http://", "https://")):
                continue
            found = contradicts(text, status=status, basis=basis, instrument=booking.instrument)
            if found and not (found[0] in ("stake", "rate") and _of_another(text, money)):
                where = row.place(column)
                self.out.problems.append(
                    problem("import-not-a-payment", "warning", where, f"imports.note_{found[0]}", found=found[1],
                            line_text=row.line_text, row=row.number, status=status, basis=basis)
                )  # fmt: skip
                self._leave_out(row, f"imports.left_{found[0]}")

    def _write(
        self, row: StrangerRow, booking: Booking, status: str, basis: str, payer: str, payee: str, money: Amount,
        date: PartialDate, known_on: PartialDate, start: PartialDate | None, end: PartialDate | None,
    ) -> None:  # fmt: skip
        original = " ".join(
            filter(None, (self._cell(row, r) for r in ("amount_low", "amount", "amount_high", "unit", "currency")))
        )
        rate = self.mapping.rates.get(self._currency_of(row))
        converted = ""
        if rate is not None and money.best is not None:
            converted = f"{rate.rate} {self.mapping.currency} per {self._currency_of(row)} ({rate.source})"
        written = f"as written: {original}" if original else ""
        self.rows.append(
            BookedRow(
                row=row, payer=payer, payee=payee, instrument=booking.instrument, status=status, money=money,
                date=date, known_on=known_on, source=self._source(row), start=start, end=end,
                what=self._cell(row, "description") or self._cell(row, "kind") or self._cell(row, "status"),
                notes=tuple(filter(None, (self._cell(row, "note"), written, converted))),
                conditions=self._cell(row, "conditions"), description=self._cell(row, "description"),
                deal=self._cell(row, "deal"), leg=self._cell(row, "leg"),
                replaces=self._cell(row, "replaces"), part_of=self._cell(row, "part_of"),
            )
        )  # fmt: skip

    def _source(self, row: StrangerRow) -> Source:
        try:
            source_date = read_date(self._cell(row, "source_date"), self.mapping.date_formats)
        except Unclear:
            source_date = None
        return Source(
            url=self._cell(row, "source_url")
            or self.mapping.source_url
            or f"table:{slug(self.table.file)}#{row.number}",
            publisher=self._cell(row, "source_publisher") or self.mapping.source_publisher,
            date=source_date,
        )

    def _currency_of(self, row: StrangerRow) -> str:
        word = self._cell(row, "currency")
        named = self.mapping.currencies.get(key_of(word), word).upper()
        if named:
            return named
        try:
            return read_amount(self._cell(row, "amount"), self.rules, unit=self._cell(row, "unit")).currency
        except Unclear:
            return ""


def _of_another(text: str, money: Amount) -> bool:
    """Whether the words name amounts and none of them is the row's: they speak of something else."""
    named, amount = written_amounts(text), size(money)
    return bool(named) and amount is not None and not any(same(amount, one) for one in named)


def _any(money: Money | None) -> Decimal | None:
    if money is None:
        return None
    return next((v for v in (money.central, money.low, money.high) if v is not None), None)


def _over(kind: Booking, every: Booking) -> Booking:
    """The kind's own words, and those for every row where it has none."""
    return msgspec.structs.replace(
        every,
        **{name: value for name in Booking.__struct_fields__ if (value := getattr(kind, name))},
        **({"payer": "", "payer_is": kind.payer_is} if kind.payer_is else {}),
        **({"payee": "", "payee_is": kind.payee_is} if kind.payee_is else {}),
    )


def whole(value: Decimal) -> Decimal:
    """The amount rounded to cents: a converted one has no more."""
    rounded = value.quantize(Decimal("0.01"))
    return rounded.to_integral_value() if rounded == rounded.to_integral_value() else rounded
