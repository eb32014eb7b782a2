"""Numbers as a reader sees them, in both languages."""

import datetime as dt
from decimal import Decimal

import pytest

from kanryu.core.dates import parse_date
from kanryu.core.money import Amount
from kanryu.report import numbers


@pytest.mark.parametrize(
    ("value", "en", "ja"),
    [
        (0, "$0", "0ドル"),
        (950, "$950", "950ドル"),
        (12_345, "$12.3k", "1.23万ドル"),
        (999_950_000, "$1bn", "10億ドル"),
        (6_300_000_000, "$6.3bn", "63億ドル"),
        (300_000_000_000, "$300bn", "3,000億ドル"),
        (1_400_000_000_000, "$1.4tn", "1.4兆ドル"),
        (-2_500_000_000, "-$2.5bn", "-25億ドル"),
        (Decimal("835800000"), "$836m", "8.36億ドル"),
        (None, "not disclosed", "非公表"),
    ],
)
def test_money_in_readers_units(value, en, ja):
    assert numbers.money(value, "en") == en
    assert numbers.money(value, "ja") == ja


@pytest.mark.parametrize(
    ("low", "high", "en", "ja"),
    [
        (5e8, 2e9, "$500m–$2bn", "5億～20億ドル"),
        (2e9, 2e9, "$2bn", "20億ドル"),
        (None, 2e9, "up to $2bn", "最大20億ドル"),
        (0, 2e9, "up to $2bn", "最大20億ドル"),
        (2e9, None, "at least $2bn", "20億ドル以上"),
        (2e9, float("inf"), "at least $2bn", "20億ドル以上"),
        (None, None, "not disclosed", "非公表"),
        (0, None, "not disclosed", "非公表"),
    ],
)
def test_range_of_money(low, high, en, ja):
    assert numbers.money_range(low, high, "en") == en
    assert numbers.money_range(low, high, "ja") == ja


def test_a_central_figure_is_named_only_where_it_adds_something():
    assert numbers.money_range(1e9, 3e9, "en", central=2e9) == "$1bn–$3bn (central $2bn)"
    assert numbers.money_range(1e9, 3e9, "en", central=3e9) == "$1bn–$3bn"
    assert numbers.money_range(0, None, "en", central=3e10) == "about $30bn, limits not disclosed"
    assert numbers.money_range(0, None, "ja", central=3e10) == "約300億ドル(上下限は非公表)"
    assert numbers.money_range(1e9, None, "en", central=3e9) == "at least $1bn (central $3bn)"
    assert numbers.money_range(0, None, "en", central=0) == numbers.money_range(0, None, "en") == "not disclosed"


def test_the_kind_of_money_is_written_beside_the_amount():
    rate = Amount(Decimal(10**9), Decimal(10**9), Decimal(10**9), "USD", "run_rate")
    assert numbers.amount(rate, "en") == "$1bn (annual run rate)"
    assert numbers.amount(Amount(basis="run_rate"), "en") == "not disclosed"


def test_shares_do_not_round_to_certainty():
    assert numbers.share(0.9999, "en") == "99.9%"
    assert numbers.share(1.0, "en") == "100%"
    assert numbers.share(0.0001, "en") == "0.01%"
    assert numbers.share_range(0.07, 0.31, "en") == "7–31%"


def test_dates_keep_their_precision():
    assert numbers.day(parse_date("2025"), "en") == "2025"
    assert numbers.day(parse_date("2025H2"), "ja") == "2025年下半期"
    assert numbers.day(parse_date("2025-10-01"), "en") == "1 Oct 2025"
    assert numbers.day(dt.date(2025, 1, 31), "en") == "31 Jan 2025"
