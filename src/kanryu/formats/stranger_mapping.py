"""The mapping: what a stranger's columns and words mean, written down by a person, checked before anything is read.

A mapping is a TOML file. Nothing that it leaves open is guessed; a "?" that a draft left is refused.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import msgspec

from kanryu.case.records import INSTRUMENTS, STATUSES
from kanryu.core.money import BASES
from kanryu.core.problems import Place, Problem, problem
from kanryu.formats.stranger_values import UNITS

COLUMNS = (
    "payer", "payee", "kind", "status", "basis", "amount", "amount_low", "amount_high", "currency", "unit", "date",
    "known_on", "start", "end", "deal", "leg", "description", "note", "conditions", "source_url", "source_publisher",
    "source_date",
)  # fmt: skip
SECTIONS = (
    "case", "table", "columns", "amount", "rates", "dates", "every_row", "kinds", "statuses", "bases", "currencies",
    "units", "entities", "entity_kinds", "groups", "source", "leave_out", "confirm",
)  # fmt: skip
_VALUE_OF_COMPANY = re.compile(
    r"valuation|post[- ]?money|pre[- ]?money|enterprise value|market cap|stake value|fair value|run[- ]?rate|arr\b"
    r"|backlog|評価額|時価|企業価値|受注残|年率",
    re.I,
)


class Booking(msgspec.Struct, frozen=True):
    """How rows of one kind are booked. `payer` and `payee` name columns; `..._is` gives an id for all of them."""

    payer: str = ""
    payee: str = ""
    payer_is: str = ""
    payee_is: str = ""
    instrument: str = ""
    basis: str = ""
    status: str = ""
    date: str = ""
    leave_out: str = ""


class Rate(msgspec.Struct, frozen=True):
    """One unit of a currency in the case's currency, and where the rate is from."""

    rate: Decimal
    source: str


class Mapping(msgspec.Struct, frozen=True):
    """A complete mapping. Empty dictionaries mean that the table has no such column."""

    title: str
    currency: str
    sheet: str
    header: int
    encoding: str
    separator: str
    columns: dict[str, str]
    unit: str
    amount_currency: str
    decimal: str
    rates: dict[str, Rate]
    date_formats: tuple[str, ...]
    missing_date: str
    every_row: Booking
    kinds: dict[str, Booking]
    statuses: dict[str, Booking]
    bases: dict[str, Booking]
    currencies: dict[str, str]
    units: dict[str, str]
    entities: dict[str, str]
    entity_kinds: dict[str, str]
    groups: frozenset[str]
    source_url: str
    source_publisher: str
    leave_out_rows: frozenset[int]
    confirmed_rows: frozenset[int]


def read_mapping(path: Path, problems: list[Problem]) -> Mapping | None:
    """The mapping in a file; None (with problems) when it cannot be read or leaves something open."""
    where = Place(file=path.name)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        found = tomllib.loads(text)
    except OSError as cause:
        reason = cause.strerror or ""
        problems.append(problem("import-mapping", "error", where, "imports.mapping_unreadable", reason=reason))
        return None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as cause:
        problems.append(
            problem("import-mapping", "error", where, "imports.mapping_unreadable", reason=str(cause)[:200])
        )
        return None
    return _Reader(text, path.name, problems).mapping(found)


class _Reader:
    def __init__(self, text: str, file: str, problems: list[Problem]) -> None:
        self.lines = text.splitlines()
        self.file = file
        self.problems = problems

    def complain(self, code: str, sentence: str, word: str = "", **values: object) -> None:
        line = next((i for i, one in enumerate(self.lines) if word and word in one and not one.startswith("#")), -1)
        shown = self.lines[line] if line >= 0 else ""
        column = shown.find(word) + 1 if line >= 0 else 0
        place = Place(file=self.file, line=line + 1, column=column) if line >= 0 else Place(file=self.file)
        self.problems.append(problem(code, "error", place, f"imports.{sentence}", line_text=shown, **values))  # type: ignore[arg-type]

    def table(self, found: dict[str, Any], name: str) -> dict[str, Any]:
        value = found.get(name, {})
        if isinstance(value, dict):
            return value
        self.complain("import-mapping", "mapping_section", name, found=name)
        return {}

    def text(self, table: dict[str, Any], key: str, default: str = "") -> str:
        value = table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            self.complain("import-mapping", "mapping_text", key, found=key)
            return default
        if str(value).strip() == "?":
            self.complain("import-open", "mapping_open", f"{key} =" if table else key, found=key)
            return "?"  # told already; nothing that follows from it is told again
        return str(value)

    def one_of(self, table: dict[str, Any], key: str, allowed: tuple[str, ...], shown: str) -> str:
        value = self.text(table, key)
        if value and value != "?" and value not in allowed:
            self.complain(
                "import-mapping", "mapping_choice", value, found=value, section=shown, expected=", ".join(allowed)
            )
            return ""
        return value

    def rows(self, table: dict[str, Any]) -> frozenset[int]:
        value = table.get("rows", [])
        if not isinstance(value, list) or not all(isinstance(n, int) for n in value):
            self.complain("import-mapping", "mapping_rows", "rows")
            return frozenset()
        return frozenset(value)

    def words(self, found: dict[str, Any], name: str) -> dict[str, str]:
        table = self.table(found, name)
        return {_key(word): self.text({word: value}, word) for word, value in table.items()}

    def booking(self, table: Any, name: str) -> Booking:
        if isinstance(table, str) and name.split(".")[0] in ("statuses", "bases"):
            table = {"status" if name.startswith("statuses") else "basis": table}
        if not isinstance(table, dict):
            self.complain("import-mapping", "mapping_section", name, found=name)
            return Booking()
        for key in table:
            if key not in Booking.__struct_fields__:
                expected = ", ".join(Booking.__struct_fields__)
                self.complain("import-mapping", "mapping_key", key, found=key, expected=expected)
        return Booking(
            payer=self.text(table, "payer"),
            payee=self.text(table, "payee"),
            payer_is=self.text(table, "payer_is"),
            payee_is=self.text(table, "payee_is"),
            instrument=self.one_of(table, "instrument", INSTRUMENTS, name),
            basis=self.one_of(table, "basis", BASES, name),
            status=self.one_of(table, "status", STATUSES, name),
            date=self.text(table, "date"),
            leave_out=self.text(table, "leave_out"),
        )

    def bookings(self, found: dict[str, Any], name: str) -> dict[str, Booking]:
        return {_key(w): self.booking(value, f"{name}.{w}") for w, value in self.table(found, name).items()}

    def rates(self, found: dict[str, Any]) -> dict[str, Rate]:
        rates: dict[str, Rate] = {}
        for code, value in self.table(found, "rates").items():
            table = value if isinstance(value, dict) else {"rate": value}
            try:
                rate = Decimal(str(table.get("rate", "")))
            except InvalidOperation:
                rate = Decimal(0)
            source = self.text(table, "source")
            if not rate.is_finite() or rate <= 0 or not source:
                self.complain("import-currency", "mapping_rate", code, found=code)
                continue
            rates[code.upper()] = Rate(rate, source)
        return rates

    def mapping(self, found: dict[str, Any]) -> Mapping | None:
        before = len(self.problems)
        for section in found:
            if section not in SECTIONS:
                self.complain("import-mapping", "mapping_key", section, found=section, expected=", ".join(SECTIONS))
        case, table, amount = self.table(found, "case"), self.table(found, "table"), self.table(found, "amount")
        dates, source = self.table(found, "dates"), self.table(found, "source")
        columns = {}
        for role, column in self.table(found, "columns").items():
            if role not in COLUMNS:
                self.complain("import-mapping", "mapping_key", role, found=role, expected=", ".join(COLUMNS))
                continue
            named = self.text({role: column}, role)
            if named:
                columns[role] = " ".join(named.split())
            if role.startswith("amount") and _VALUE_OF_COMPANY.search(named):
                self.complain("import-not-a-payment", "mapping_value", named, found=named)
        unit = self.text(amount, "unit")
        if unit and unit not in ("cell", "?") and unit.lower() not in UNITS:
            self.complain("import-unit", "unit_unknown", unit, found=unit)
        if not unit and "unit" not in columns and any(c.startswith("amount") for c in columns):
            self.complain("import-unit", "mapping_unit", "[amount]")
        currency = self.text(case, "currency", "USD").upper()
        amount_currency = self.text(amount, "currency", "")
        if not amount_currency and "currency" not in columns and any(c.startswith("amount") for c in columns):
            self.complain("import-currency", "mapping_currency", "[amount]")
        formats = dates.get("format", [])
        formats = [formats] if isinstance(formats, str) else formats
        if not isinstance(formats, list) or not all(isinstance(f, str) and ("YYYY" in f or f == "?") for f in formats):
            self.complain("import-mapping", "mapping_format", "format")
            formats = []
        if "?" in formats:
            self.complain("import-open", "mapping_open", "format =", found="format")
        every = self.booking(self.table(found, "every_row"), "every_row")
        kinds = self.bookings(found, "kinds")
        if not kinds and not every.instrument and not every.leave_out:
            self.complain("import-mapping", "mapping_instrument")
        if kinds and "kind" not in columns:
            self.complain("import-mapping", "mapping_kind_column", "[kinds")
        for name, one in kinds.items() or [("", Booking())]:
            if one.leave_out:
                continue
            payer = one.payer or one.payer_is or every.payer or every.payer_is or columns.get("payer", "")
            payee = one.payee or one.payee_is or every.payee or every.payee_is or columns.get("payee", "")
            if not payer or not payee or payer == payee != "?":
                self.complain("import-direction", "mapping_direction", name, found=name or "every_row")
            if not one.instrument and not every.instrument and kinds:
                self.complain("import-mapping", "mapping_kind", name, found=name)
        header = table.get("header", 0)
        mapping = Mapping(
            title=self.text(case, "title"),
            currency=currency,
            sheet=self.text(table, "sheet"),
            header=header if isinstance(header, int) and header >= 0 else 0,
            encoding=self.text(table, "encoding"),
            separator=self.text(table, "separator"),
            columns=columns,
            unit=unit.lower(),
            amount_currency=amount_currency if amount_currency == "cell" else amount_currency.upper(),
            decimal=self.one_of(amount, "decimal", (".", ","), "amount") or ".",
            rates=self.rates(found),
            date_formats=tuple(formats),
            missing_date=self.one_of(dates, "missing", ("leave_out", "refuse"), "dates") or "refuse",
            every_row=every,
            kinds=kinds,
            statuses=self.bookings(found, "statuses"),
            bases=self.bookings(found, "bases"),
            currencies=self.words(found, "currencies"),
            units=self.words(found, "units"),
            entities={_key(name): value for name, value in self.words(found, "entities").items()},
            entity_kinds=self.words(found, "entity_kinds"),
            groups=frozenset(str(g) for g in _list(self.table(found, "groups").get("ids"))),
            source_url=self.text(source, "url"),
            source_publisher=self.text(source, "publisher"),
            leave_out_rows=self.rows(self.table(found, "leave_out")),
            confirmed_rows=self.rows(self.table(found, "confirm")),
        )
        return mapping if len(self.problems) == before else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _key(word: str) -> str:
    """How words of a table are compared: blanks and letter case do not matter."""
    return " ".join(word.split()).casefold()


key_of = _key
