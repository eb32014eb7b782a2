"""The only place that formats numbers: money, shares, counts and days in reader's units, English and Japanese.

English uses $m, $bn, $tn; Japanese 万, 億, 兆. Three significant digits, because no figure in a deal table is known
better. A range is one text; what is not known is "not disclosed", never zero. The page formats by the same table
(`rules`), so the two never differ.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

from kanryu.core.dates import PartialDate
from kanryu.core.money import Amount, Interval
from kanryu.core.words import say

Number = float | int | Decimal

_STEPS: dict[str, tuple[tuple[float, str], ...]] = {
    "en": ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k")),
    "ja": ((1e12, "兆"), (1e8, "億"), (1e4, "万")),
}
_CURRENCIES: dict[str, dict[str, str]] = {
    "en": {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"},
    "ja": {"USD": "ドル", "EUR": "ユーロ", "GBP": "ポンド", "JPY": "円", "KRW": "ウォン", "CNY": "元"},
}


def rules() -> dict[str, Any]:
    """The formatting table, for the page's own formatter."""
    return {"steps": _STEPS, "currencies": _CURRENCIES, "digits": 3}


def _three_digits(value: float) -> str:
    """Three significant digits with thousands separators; trailing zeros after the point dropped."""
    if value == 0:
        return "0"
    decimals = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{round(value, decimals):,.{decimals}f}" if abs(value) < 1000 else f"{round(value):,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scaled(value: float, lang: str) -> tuple[str, str]:
    """The digits and the unit of an amount."""
    if value and math.isfinite(value):  # round first, so that 999.9 million becomes 1 billion
        value = float(f"{value:.3g}")
    for size, unit in _STEPS[lang]:
        if abs(value) >= size:
            return _three_digits(value / size), unit
    return _three_digits(value), ""


def _dress(digits: str, unit: str, lang: str, currency: str) -> str:
    sign = _CURRENCIES[lang].get(currency)
    if lang == "ja":
        return f"{digits}{unit}{sign if sign is not None else ' ' + currency if currency else ''}"
    minus, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    return f"{minus}{sign}{digits}{unit}" if sign else f"{minus}{digits}{unit}{' ' + currency if currency else ''}"


def money(value: Number | None, lang: str, currency: str = "USD") -> str:
    """One amount of whole currency.

    Examples
    --------
    >>> money(22_400_000_000, "en"), money(22_400_000_000, "ja"), money(None, "en")
    ('$22.4bn', '224億ドル', 'not disclosed')
    """
    if value is None or not math.isfinite(float(value)):
        return say(lang, "numbers.unknown")
    return _dress(*_scaled(float(value), lang), lang, currency)


def money_range(
    low: Number | None, high: Number | None, lang: str, currency: str = "USD", *, central: Number | None = None
) -> str:
    """An amount between limits; `central` is named when it differs from both.

    `low` None or 0 with a known `high` reads "up to"; `high` None reads "at least", or "about" with a known `central`.

    Examples
    --------
    >>> money_range(5e8, 2e9, "en"), money_range(5e8, 2e9, "ja"), money_range(1e9, None, "en")
    ('$500m–$2bn', '5億～20億ドル', 'at least $1bn')
    """
    if high is not None and not math.isfinite(float(high)):
        high = None
    if low is None and high is None:
        return money(central, lang, currency) if central is not None else say(lang, "numbers.unknown")
    if high is None:
        if not low:
            rough = money(central, lang, currency)
            return say(lang, "numbers.about_open", value=rough) if central else say(lang, "numbers.unknown")
        text, least = say(lang, "numbers.at_least", value=money(low, lang, currency)), money(low, lang, currency)
        if central is None or money(central, lang, currency) == least:
            return text
        return say(lang, "numbers.with_central", range=text, central=money(central, lang, currency))
    shown_low, shown_high = money(low or 0, lang, currency), money(high, lang, currency)
    if shown_low == shown_high:
        text = shown_high
    elif not low:
        text = say(lang, "numbers.up_to", value=shown_high)
    elif lang == "ja":
        digits, unit = _scaled(float(low), lang)
        text = f"{digits}{unit}～{shown_high}"
    else:
        text = f"{shown_low}–{shown_high}"
    if central is not None:
        middle = money(central, lang, currency)
        if middle not in (shown_low, shown_high):
            text = say(lang, "numbers.with_central", range=text, central=middle)
    return text


def amount(value: Amount, lang: str) -> str:
    """An amount of a record with its range; its basis is named unless it is a plain total."""
    text = money_range(value.low, value.high, lang, value.currency, central=value.central)
    if value.is_unknown or value.basis == "total":
        return text
    return say(lang, "numbers.with_basis", value=text, basis=say(lang, f"numbers.basis.{value.basis}"))


def interval(value: Interval, lang: str, currency: str = "USD") -> str:
    """An interval of money."""
    return money_range(value.low, value.high, lang, currency, central=value.central)


def share(value: float | None, lang: str) -> str:
    """A share in [0, 1] as percent.

    Examples
    --------
    >>> share(0.2345, "en"), share(0.004, "en"), share(None, "ja")
    ('23%', '0.4%', '非公表')
    """
    if value is None or not math.isfinite(value):
        return say(lang, "numbers.unknown")
    percent = 100 * value
    if percent and abs(percent) < 1:
        return f"{percent:.1g}%" if abs(percent) < 0.95 else "1%"
    if 99 < percent < 100:
        return f"{min(percent, 99.9):.1f}%"
    return f"{percent:.0f}%"


def share_range(low: float | None, high: float | None, lang: str) -> str:
    """A share between limits.

    Examples
    --------
    >>> share_range(0.2, 1.0, "en"), share_range(0.4, 0.4, "ja"), share_range(0, 0.31, "ja")
    ('20–100%', '40%', '0～31%')
    """
    if low is None and high is None:
        return say(lang, "numbers.unknown")
    first, last = share(low or 0.0, lang), share(1.0 if high is None else high, lang)
    if first == last:
        return last
    return f"{first[:-1]}{'～' if lang == 'ja' else '–'}{last}"


def count(value: int) -> str:
    """A whole number with thousands separators."""
    return f"{value:,}"


def day(value: dt.date | PartialDate | None, lang: str) -> str:
    """A day or a partial date, never more precise than its source.

    Examples
    --------
    >>> from kanryu.core.dates import parse_date
    >>> day(parse_date("2025-10"), "en"), day(parse_date("2025Q3"), "ja"), day(dt.date(2025, 10, 1), "ja")
    ('Oct 2025', '2025年7～9月期', '2025年10月1日')
    """
    if value is None:
        return say(lang, "numbers.no_date")
    precision = value.precision if isinstance(value, PartialDate) else "day"
    first = value.first if isinstance(value, PartialDate) else value
    year, month = first.year, first.month
    if lang == "ja":
        return {
            "day": f"{year}年{month}月{first.day}日",
            "month": f"{year}年{month}月",
            "quarter": f"{year}年{month}～{month + 2}月期",
            "half": f"{year}年{'上' if month == 1 else '下'}半期",
            "year": f"{year}年",
        }[precision]
    return {
        "day": f"{first.day} {first:%b} {year}",
        "month": f"{first:%b} {year}",
        "quarter": f"Q{(month + 2) // 3} {year}",
        "half": f"H{1 if month == 1 else 2} {year}",
        "year": f"{year}",
    }[precision]
