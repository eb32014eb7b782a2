"""The page's number formats and the program's give the same text: one table of rules, two tongues, many values."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from kanryu.core.dates import parse_date
from kanryu.report import numbers

pytestmark = pytest.mark.browser

VALUES = [
    None, 0, 1, 4.5, 12, 99.95, 999, 999.9, 1000, 1234, 9_999, 10_000, 12_345, 99_999, 123_456, 999_499, 999_500,
    1_000_000, 1_250_000, 15_000_000, 99_950_000, 100_000_000, 123_456_789, 999_900_000, 1e9, 2.5e9, 22.4e9, 1.155e10,
    2.345e11, 9.994e11, 9.996e11, 1e12, 1.4e12, 2.44e13, -3.2e9, -45, 49_999_999_999.99999, 6.125e9, 1.25e10, 2.125,
]  # fmt: skip
SHARES = [None, 0, 0.0004, 0.004, 0.0094, 0.0095, 0.0099, 0.01, 0.125, 0.2345, 0.5, 0.995, 0.99, 0.9904, 0.9999, 1, 1.2]
RANGES = [
    (5e8, 2e9),
    (0, 4.4e10),
    (None, 3e9),
    (1e9, None),
    (None, None),
    (7e9, 7e9),
    (1.2345e9, 1.2349e9),
    (0, 0),
    (0, None),
]
DATES = ["2025", "2025H1", "2025Q3", "2025-10", "2025-10-01", "1999-12-31"]

TWIN = """async ([values, shares, ranges, dates]) => {
  const numbers = await import("kanryu/numbers");
  return {
    money: values.map((v) => numbers.money(v)),
    euro: values.map((v) => numbers.money(v, "EUR")),
    other: values.map((v) => numbers.money(v, "CHF")),
    share: shares.map((v) => numbers.share(v)),
    range: ranges.map(([low, high]) => numbers.moneyRange(low, high)),
    central: ranges.map(([low, high]) => numbers.moneyRange(low, high, 1.5e9)),
    between: ranges.map((pair) => numbers.shareRange(...pair.map((v) => (v === null ? null : v / 1e11)))),
    dates: dates.map((text) => numbers.day(text)),
  };
}"""


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_both_write_the_same(opened, lang):
    with opened(f"/{lang}/method") as page:
        found = page.evaluate(TWIN, json.loads(json.dumps([VALUES, SHARES, RANGES, DATES])))
    assert found["money"] == [numbers.money(v, lang) for v in VALUES]
    assert found["euro"] == [numbers.money(v, lang, "EUR") for v in VALUES]
    assert found["other"] == [numbers.money(v, lang, "CHF") for v in VALUES]
    assert found["share"] == [numbers.share(v, lang) for v in SHARES]
    assert found["range"] == [numbers.money_range(low, high, lang) for low, high in RANGES]
    assert found["central"] == [numbers.money_range(low, high, lang, central=1.5e9) for low, high in RANGES]
    small = [(None if low is None else low / 1e11, None if high is None else high / 1e11) for low, high in RANGES]
    assert found["between"] == [numbers.share_range(low, high, lang) for low, high in small]
    assert found["dates"] == [numbers.day(parse_date(text), lang) for text in DATES]
    assert numbers.day(dt.date(2025, 10, 1), lang) == found["dates"][4]
    assert numbers.money(Decimal("22400000000"), lang) == found["money"][VALUES.index(22.4e9)]
