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
from kanryu.formats.toml_places import toml_places

COLUMNS = (
    "payer", "payee", "kind", "status", "basis", "amount", "amount_low", "amount_high", "currency", "unit", "date",
    "known_on", "start", "end", "deal", "leg", "replaces", "part_of", "pct", "shares", "description", "note",
    "conditions", "source_url", "source_publisher", "source_date",
)  # fmt: skip
EACH_A_DEAL = "each a deal"
TABLE_KEYS = ("sheet", "header", "encoding", "separator", "rows")
# what a holding or a figure calls its parties, and the booking's own fields
_OTHER_NAMES = {"owner": "payer", "entity": "payer", "issuer": "payee", "as": "book_as"}
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
    """How rows of one kind are booked. `payer` and `payee` name columns; `..._is` gives an id for all of them.

    book_as : empty for deals; "stake" (payer is the owner, payee the issuer) or "figure" (of the payer, `metric`)
    """

    payer: str = ""
    payee: str = ""
    payer_is: str = ""
    payee_is: str = ""
    instrument: str = ""
    basis: str = ""
    status: str = ""
    date: str = ""
    leave_out: str = ""
    book_as: str = ""
    metric: str = ""


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
    rows: str
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
    return _Reader(text, path.name, problems, found).mapping(found)


class _Reader:
    def __init__(self, text: str, file: str, problems: list[Problem], found: dict[str, Any]) -> None:
        self.lines = text.splitlines()
        self.file = file
        self.problems = problems
        self.places = toml_places(text)
        self.paths: dict[int, tuple[str, ...]] = {}
        self.short: list[dict[str, Any]] = []
        self._walk(found, ())

    def _walk(self, table: dict[str, Any], path: tuple[str, ...]) -> None:
        """Remember under which keys each table stands."""
        self.paths[id(table)] = path
        for key, value in table.items():
            if isinstance(value, dict):
                self._walk(value, (*path, key))

    def complain(
        self, code: str, sentence: str, word: str = "", *, path: tuple[str, ...] = (), **values: object
    ) -> None:
        """A problem at the value of `path`, or at the nearest section above it that is written."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (0, 0))
        if not path and word:
            line = next((i + 1 for i, one in enumerate(self.lines) if word in one and not one.startswith("#")), 0)
            column = self.lines[line - 1].find(word) + 1 if line else 0
        shown = self.lines[line - 1] if line else ""
        place = Place(file=self.file, line=line, column=column) if line else Place(file=self.file)
        self.problems.append(problem(code, "error", place, f"imports.{sentence}", line_text=shown, **values))  # type: ignore[arg-type]

    def path(self, table: dict[str, Any], key: str) -> tuple[str, ...]:
        return (*self.paths.get(id(table), ()), key)

    def table(self, found: dict[str, Any], name: str) -> dict[str, Any]:
        value = found.get(name, {})
        if isinstance(value, dict):
            return value
        self.complain("import-mapping", "mapping_section", path=(name,), found=name)
        return {}

    def text(self, table: dict[str, Any], key: str, default: str = "") -> str:
        value = table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            self.complain("import-mapping", "mapping_text", path=self.path(table, key), found=key)
            return default
        if str(value).strip() == "?":
            self.complain("import-open", "mapping_open", path=self.path(table, key), found=key)
            return "?"  # told already; nothing that follows from it is told again
        return str(value)

    def one_of(self, table: dict[str, Any], key: str, allowed: tuple[str, ...], shown: str) -> str:
        value = self.text(table, key)
        if value and value != "?" and value not in allowed:
            self.complain("import-mapping", "mapping_choice", path=self.path(table, key), found=value, section=shown,
                          expected=", ".join(allowed))  # fmt: skip
            return ""
        return value

    def rows(self, table: dict[str, Any]) -> frozenset[int]:
        value = table.get("rows", [])
        if not isinstance(value, list) or not all(isinstance(n, int) for n in value):
            self.complain("import-mapping", "mapping_rows", path=self.path(table, "rows"))
            return frozenset()
        return frozenset(value)

    def words(self, found: dict[str, Any], name: str) -> dict[str, str]:
        table = self.table(found, name)
        return {_key(word): self.text(table, word) for word in table}

    def booking(self, table: Any, name: str, path: tuple[str, ...]) -> Booking:
        if isinstance(table, str) and path[0] in ("statuses", "bases"):
            short = {"status" if path[0] == "statuses" else "basis": table}
            self.short.append(short)  # kept alive: `paths` knows tables by their identity
            self.paths[id(short)] = path
            table = short
        if not isinstance(table, dict):
            self.complain("import-mapping", "mapping_section", path=path, found=name)
            return Booking()
        if set(table) & set(_OTHER_NAMES):
            renamed: dict[str, Any] = {_OTHER_NAMES.get(key) or str(key): value for key, value in table.items()}
            self.short.append(renamed)
            self.paths[id(renamed)] = path
            self.places |= {(*path, _OTHER_NAMES[key]): self.places.get((*path, key), (0, 0))
                            for key in table if key in _OTHER_NAMES}  # fmt: skip
            table = renamed
        for key in table:
            if key not in Booking.__struct_fields__:
                expected = ", ".join(Booking.__struct_fields__).replace("book_as", "as")
                self.complain("import-mapping", "mapping_key", path=self.path(table, key), found=key, expected=expected)
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
            book_as=self.one_of(table, "book_as", ("stake", "figure"), name),
            metric=self.text(table, "metric"),
        )

    def bookings(self, found: dict[str, Any], name: str) -> dict[str, Booking]:
        table = self.table(found, name)
        return {_key(word): self.booking(value, f"{name}.{word}", (name, word)) for word, value in table.items()}

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
                self.complain("import-currency", "mapping_rate", path=("rates", code), found=code)
                continue
            rates[code.upper()] = Rate(rate, source)
        return rates

    def mapping(self, found: dict[str, Any]) -> Mapping | None:
        before = len(self.problems)
        for section in found:
            if section not in SECTIONS:
                self.complain(
                    "import-mapping", "mapping_key", path=(section,), found=section, expected=", ".join(SECTIONS)
                )
        case, table, amount = self.table(found, "case"), self.table(found, "table"), self.table(found, "amount")
        for key in table:
            if key not in TABLE_KEYS:
                at: tuple[str, ...] = ("table", key)
                self.complain("import-mapping", "mapping_key", path=at, found=key, expected=", ".join(TABLE_KEYS))
        dates, source = self.table(found, "dates"), self.table(found, "source")
        columns = {}
        for role in self.table(found, "columns"):
            if role not in COLUMNS:
                at = ("columns", role)
                self.complain("import-mapping", "mapping_key", path=at, found=role, expected=", ".join(COLUMNS))
                continue
            named = self.text(self.table(found, "columns"), role)
            if named:
                columns[role] = " ".join(named.split())
            if role.startswith("amount") and _VALUE_OF_COMPANY.search(named):
                self.complain("import-not-a-payment", "mapping_value", path=("columns", role), found=named)
        unit = self.text(amount, "unit")
        if unit and unit not in ("cell", "?") and unit.lower() not in UNITS:
            self.complain("import-unit", "unit_unknown", path=("amount", "unit"), found=unit)
        if not unit and "unit" not in columns and any(c.startswith("amount") for c in columns):
            self.complain("import-unit", "mapping_unit", path=("amount",))
        currency = self.text(case, "currency", "USD").upper()
        amount_currency = self.text(amount, "currency", "")
        if not amount_currency and "currency" not in columns and any(c.startswith("amount") for c in columns):
            self.complain("import-currency", "mapping_currency", path=("amount",))
        formats = dates.get("format", [])
        formats = [formats] if isinstance(formats, str) else formats
        if not isinstance(formats, list) or not all(isinstance(f, str) and ("YYYY" in f or f == "?") for f in formats):
            self.complain("import-mapping", "mapping_format", path=("dates", "format"))
            formats = []
        if "?" in formats:
            self.complain("import-open", "mapping_open", path=("dates", "format"), found="format")
        every = self.booking(self.table(found, "every_row"), "every_row", ("every_row",))
        kinds = self.bookings(found, "kinds")
        if not kinds and not every.instrument and not every.leave_out:
            self.complain("import-mapping", "mapping_instrument")
        if kinds and "kind" not in columns:
            self.complain("import-mapping", "mapping_kind_column", path=("kinds",))
        words = {_key(word): word for word in self.table(found, "kinds")}
        for name, one in kinds.items() or [("", Booking())]:
            at = ("kinds", words[name]) if name in words else ("every_row",)
            if one.leave_out:
                continue
            if one.book_as:
                self.check_aside(one, name, at, columns)
                continue
            payer = one.payer or one.payer_is or every.payer or every.payer_is or columns.get("payer", "")
            payee = one.payee or one.payee_is or every.payee or every.payee_is or columns.get("payee", "")
            if not payer or not payee or payer == payee != "?":
                self.complain("import-direction", "mapping_direction", path=at, found=name or "every_row")
            if not one.instrument and not every.instrument and kinds:
                self.complain("import-mapping", "mapping_kind", path=at, found=name)
        header = table.get("header", 0)
        mapping = Mapping(
            title=self.text(case, "title"),
            currency=currency,
            sheet=self.text(table, "sheet"),
            header=header if isinstance(header, int) and header >= 0 else 0,
            encoding=self.text(table, "encoding"),
            separator=self.text(table, "separator"),
            rows=self.one_of(table, "rows", (EACH_A_DEAL,), "table"),
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

    def check_aside(self, one: Booking, name: str, at: tuple[str, ...], columns: dict[str, str]) -> None:
        """A holding needs its owner, its issuer and a size; a figure needs whose it is and its name."""
        owner = one.payer or one.payer_is or columns.get("payer", "")
        issuer = one.payee or one.payee_is or columns.get("payee", "")
        if one.book_as == "stake" and (not owner or not issuer or not {"pct", "shares"} & set(columns)):
            self.complain("import-mapping", "mapping_stake", path=at, found=name)
        if one.book_as == "figure" and (not owner or not one.metric):
            self.complain("import-mapping", "mapping_figure", path=at, found=name)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _key(word: str) -> str:
    """How words of a table are compared: blanks and letter case do not matter."""
    return " ".join(word.split()).casefold()


key_of = _key
