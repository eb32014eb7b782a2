"""Amounts and dates as strangers write them, read only where they can mean one thing.

`$1.5bn`, `up to 300 million`, `10-12bn`, `1,3 Mrd` with a declared comma, `約300億円`, `undisclosed`; `2025-10-01`,
`2025/10/1`, `Oct 2025`, `1 October 2025`, `2025年10月1日`. `03/04/2025` needs a declared format.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from kanryu.core.dates import PartialDate, parse_date
from kanryu.core.errors import InputError

UNITS: dict[str, int] = {
    "": 0, "one": 0, "k": 3, "thousand": 3, "thousands": 3, "m": 6, "mm": 6, "mn": 6, "mln": 6, "mio": 6, "million": 6,
    "millions": 6, "b": 9, "bn": 9, "bln": 9, "mrd": 9, "billion": 9, "billions": 9, "t": 12, "tn": 12, "trn": 12,
    "trillion": 12, "trillions": 12, "千": 3, "万": 4, "百万": 6, "億": 8, "十億": 9, "兆": 12,
}  # fmt: skip
_SIGNS = {
    "us$": "USD", "$us": "USD", "€": "EUR", "£": "GBP", "a$": "AUD", "c$": "CAD", "hk$": "HKD", "s$": "SGD", "₩": "KRW",
    "₹": "INR", "ドル": "USD", "米ドル": "USD", "円": "JPY", "ユーロ": "EUR", "ポンド": "GBP", "ウォン": "KRW",
    "人民元": "CNY", "euro": "EUR", "euros": "EUR", "dollars": "USD", "dollar": "USD", "yen": "JPY", "pounds": "GBP",
    "won": "KRW", "rmb": "CNY", "cn¥": "CNY", "jp¥": "JPY",
}  # fmt: skip
_SHARED = {"$": ("USD", "AUD", "CAD", "HKD", "SGD", "NZD", "TWD", "MXN"), "¥": ("JPY", "CNY"), "元": ("CNY", "TWD")}
_CODES = frozenset(
    {
        "USD", "EUR", "GBP", "JPY", "CNY", "KRW", "CAD", "AUD", "CHF", "SEK", "NOK", "DKK", "HKD", "SGD", "INR", "TWD",
        "AED", "SAR", "BRL", "MXN", "NZD", "ILS", "PLN", "CZK", "HUF", "TRY", "ZAR", "THB", "MYR", "IDR", "PHP", "VND",
        "QAR", "KWD",
    }
)  # fmt: skip
UNKNOWN = frozenset(
    {
        "n/a", "na", "n.a.", "nd", "n/d", "tbd", "tbc", "-", "--", "–", "—", "?", "unknown", "undisclosed",
        "not disclosed", "not public", "confidential", "none", "null", "nan", "非公表", "未公表", "非開示", "未開示",
        "不明", "未定", "なし", "―", "－",
    }
)  # fmt: skip
_UP_TO = re.compile(r"^(?:up to|max(?:imum)?(?: of)?|as much as|at most|<=?|≤|最大|上限)\s*|(?:以下|まで|上限)$", re.I)
_AT_LEAST = re.compile(
    r"^(?:at least|more than|over|above|min(?:imum)?(?: of)?|>=?|≥|少なくとも)\s*|(?:\+|or more|以上|超)$", re.I
)
_ABOUT = re.compile(
    r"^(?:about|approx(?:imately)?\.?|around|roughly|circa|ca\.?|est\.?|~|≈|約|およそ)\s*|(?:程度|前後|ほど)$", re.I
)
_RANGE = re.compile(r"^(?P<low>.+?\d.*?)\s*(?:-|–|—|~|〜|～|\bto\b|から)\s*(?P<high>.*\d.*)$", re.I)
_NUMBER = re.compile(r"(?P<number>\d[\d.,'’ \u00a0]*\d|\d)(?:[eE](?P<exponent>[+-]?\d{1,2}))?")


class Unclear(Exception):
    """A cell that cannot be read for sure. `code` is the problem's code, `key` its sentence."""

    def __init__(self, code: str, key: str, **values: str) -> None:
        super().__init__(key)
        self.code, self.key, self.values = code, key, values


@dataclass(frozen=True)
class Rules:
    """What the mapping declares about amounts. `unit` and `currency` may be "cell": each cell must say its own."""

    unit: str
    currency: str
    decimal: str = "."


@dataclass(frozen=True)
class Money:
    """low, central, high in whole `currency`; all None = not disclosed.

    is_about : the cell gives its figure as a rough one; it has no limits then, where a plain figure is its own limits
    """

    low: Decimal | None
    central: Decimal | None
    high: Decimal | None
    currency: str
    is_about: bool = False


def read_amount(text: str, rules: Rules, *, unit: str = "", currency: str = "") -> Money:
    """The amount of a cell.

    Parameters
    ----------
    unit, currency : what other columns of the row say; they win over the declared ones, the cell itself over both

    Raises
    ------
    Unclear
        No number, no unit, an ambiguous sign or separator.
    """
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip()
    if plain.lower().strip("()[] ") in UNKNOWN or not plain:
        return Money(None, None, None, currency or ("" if rules.currency == "cell" else rules.currency))
    if plain.startswith(("(", "-")) and any(c.isdigit() for c in plain):
        raise Unclear("import-amount", "imports.amount_negative", found=text)
    kind, is_about = "central", False
    for name, pattern in (("high", _UP_TO), ("low", _AT_LEAST), ("central", _ABOUT)):
        shorter = pattern.sub("", plain).strip()
        if shorter != plain:
            kind, plain, is_about = name, shorter, name == "central"
            break
    span = _RANGE.match(plain)
    if span and not re.fullmatch(r"\D*\d+(?:[.,]\d+)?[eE]", span["low"]):
        high, high_unit, high_currency = _one(span["high"], rules, unit, currency, text)
        low, _, low_currency = _one(span["low"], rules, high_unit or unit, currency or high_currency, text)
        if low_currency != high_currency or low > high:
            raise Unclear("import-amount", "imports.amount_unclear", found=text)
        return Money(low, None, high, high_currency)
    value, _, found = _one(plain, rules, unit, currency, text)
    return Money(
        value if kind == "low" else None, value if kind == "central" else None, value if kind == "high" else None,
        found, is_about,
    )  # fmt: skip


def _one(plain: str, rules: Rules, unit: str, currency: str, whole: str) -> tuple[Decimal, str, str]:
    """Value in whole currency, the unit written in the cell, the currency."""
    numbers = list(_NUMBER.finditer(plain))
    if len(numbers) != 1:
        raise Unclear("import-amount", "imports.amount_unclear", found=whole)
    match = numbers[0]
    value = _decimal(match["number"], rules.decimal, whole)
    if match["exponent"]:
        value = value.scaleb(int(match["exponent"]))
    around = re.findall(r"[^\W\d_]+\$?|[$€£¥₩₹]", (plain[: match.start()] + " " + plain[match.end() :]).lower())
    words = [part for word in around for part in _japanese(word)]
    written_unit, written_currency = "", ""
    for word in words:
        if word in UNITS and word:
            if written_unit:
                raise Unclear("import-amount", "imports.amount_unclear", found=whole)
            written_unit = word
        elif word.upper() in _CODES or word in _SIGNS or word in _SHARED:
            meant = _currency(word, currency or rules.currency, whole)
            if written_currency and written_currency != meant:
                raise Unclear("import-currency", "imports.currency_two", found=whole)
            written_currency = meant
        else:
            raise Unclear("import-amount", "imports.amount_word", found=whole, word=word)
    scale = written_unit or unit.strip().lower() or ("" if rules.unit == "cell" else rules.unit)
    if not written_unit and not unit and rules.unit == "cell" and value != 0:
        raise Unclear("import-unit", "imports.unit_missing", found=whole)
    if scale not in UNITS:
        raise Unclear("import-unit", "imports.unit_unknown", found=scale)
    meant = written_currency or currency.strip().upper() or ("" if rules.currency == "cell" else rules.currency)
    if not meant:
        raise Unclear("import-currency", "imports.currency_missing", found=whole)
    result = value.scaleb(UNITS[scale])
    if result > Decimal(10) ** 15:
        raise Unclear("import-amount", "imports.amount_size", found=whole)
    return result, written_unit, meant


def _japanese(word: str) -> list[str]:
    """`億ドル` is a unit and a currency."""
    for unit in ("十億", "百万", "億", "兆", "万", "千"):
        if word.startswith(unit):
            return [unit, *([word[len(unit) :]] if word[len(unit) :] else [])]
    return [word]


def _currency(word: str, declared: str, whole: str) -> str:
    if word in _SHARED:
        if declared in _SHARED[word]:
            return declared
        raise Unclear("import-currency", "imports.currency_sign", found=whole, sign=word)
    return _SIGNS.get(word, word.upper())


def _decimal(text: str, decimal: str, whole: str) -> Decimal:
    """The number, with the declared decimal mark; `1.234` under a decimal point is read as written."""
    plain = re.sub(r"['’ \u00a0]", "", text)
    group = "," if decimal == "." else "."
    if plain.count(decimal) > 1 or not re.fullmatch(
        rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(decimal)}\d+)?|\d+(?:{re.escape(decimal)}\d+)?", plain
    ):
        raise Unclear("import-amount", "imports.amount_separator", found=whole, decimal=decimal)
    if len(plain) > 30:
        raise Unclear("import-amount", "imports.amount_size", found=whole)
    return Decimal(plain.replace(group, "").replace(decimal, "."))


_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: i + 1 for i, name in enumerate(_MONTH_NAMES)}
_FORMAT = {"YYYY": r"(?P<y>\d{4})", "MMM": r"(?P<n>[A-Za-z]{3,9})\.?", "MM": r"(?P<m>\d{1,2})", "DD": r"(?P<d>\d{1,2})"}
_PLAIN = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2})?.*)?\Z"),
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})\Z"),
    re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[ -](?P<n>[A-Za-z]{3,9})\.?,?[ -](?P<y>\d{4})\Z"),
    re.compile(r"(?P<n>[A-Za-z]{3,9})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4})\Z"),
    re.compile(r"(?P<n>[A-Za-z]{3,9})\.?[ -](?P<y>\d{4})\Z"),
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日\Z"),
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月\Z"),
    re.compile(r"(?P<y>\d{4})年\Z"),
)
_QUARTER = re.compile(r"(?:Q(?P<q>[1-4])[ -]?(?P<y>\d{4})|(?P<y2>\d{4})[ -]?Q(?P<q2>[1-4]))\Z", re.I)
_HALF = re.compile(r"(?:H(?P<h>[12])[ -]?(?P<y>\d{4})|(?P<y2>\d{4})[ -]?H(?P<h2>[12]))\Z", re.I)


def read_date(text: str, formats: tuple[str, ...] = ()) -> PartialDate | None:
    """The date of a cell, None when it is empty or unknown.

    Parameters
    ----------
    formats : declared shapes made of YYYY, MM, DD, MMM, such as "DD/MM/YYYY"

    Raises
    ------
    Unclear
        `03/04/2025` without a declared format, or no date.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if not plain or plain.lower() in UNKNOWN:
        return None
    for shape in formats:
        match = re.fullmatch(_pattern(shape), plain)
        if match:
            return _made(match.groupdict(), text)
    for pattern in _PLAIN:
        match = pattern.match(plain)
        if match:
            return _made(match.groupdict(), text)
    for pattern, letter in ((_QUARTER, "Q"), (_HALF, "H")):
        match = pattern.match(plain)
        if match:
            parts = match.groupdict()
            low = letter.lower()
            return _parse(f"{parts['y'] or parts['y2']}{letter}{parts[low] or parts[low + '2']}", text)
    if re.fullmatch(r"\d{4}", plain):
        return _parse(plain, text)
    if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}", plain):
        raise Unclear("import-date", "imports.date_ambiguous", found=text)
    raise Unclear("import-date", "imports.date_unknown", found=text)


def _pattern(shape: str) -> str:
    pattern = re.escape(shape)
    for token in ("YYYY", "MMM", "MM", "DD"):
        pattern = pattern.replace(token, f"\x00{token}\x00", 1) if f"\x00{token}" not in pattern else pattern
    for token in ("YYYY", "MMM", "MM", "DD"):
        pattern = pattern.replace(f"\x00{token}\x00", _FORMAT[token])
    return pattern


def _made(parts: dict[str, str | None], text: str) -> PartialDate:
    month = parts.get("m")
    name = parts.get("n")
    if name:
        number = _MONTHS.get(name[:3].lower())
        if number is None:
            raise Unclear("import-date", "imports.date_unknown", found=text)
        month = str(number)
    shape = f"{parts['y']}"
    if month:
        shape += f"-{int(month):02d}"
        if parts.get("d"):
            shape += f"-{int(parts['d'] or 0):02d}"
    return _parse(shape, text)


def _parse(shape: str, text: str) -> PartialDate:
    try:
        return parse_date(shape)
    except InputError:
        raise Unclear("import-date", "imports.date_unknown", found=text) from None
