"""A group seen as one company, on the small case."""

import msgspec
import pytest
from small_case import SOURCE, small_case

from kanryu.case.records import Figure
from kanryu.core.dates import parse_date
from kanryu.core.errors import InputError, NotFound
from kanryu.follow.consolidate import consolidate


def revenue(name: str, value: int, metric: str = "revenue") -> Figure:
    return Figure(name, metric, "2025", "USD", SOURCE, value, "", parse_date("2025"), known_on=parse_date("2026-01"))


def with_figures(*figures: Figure):
    case = small_case()
    return msgspec.structs.replace(case, figures=(*case.figures, *figures))


def test_sales_between_members_are_taken_out_of_reported_revenue():
    """Chips reports 100. Members bought of it in 2025: 2 paid by Cloud, and of Lab's 6-8 over three years what falls
    into 2025 (365 of 1,095 days); Cloud's second purchase is not disclosed, so only the 100 limits it."""
    result = consolidate(with_figures(revenue("chips", 100)), ["chips", "lab", "cloud"], year=2025)
    chips = result.members[0]
    assert chips.from_members.amount.low == pytest.approx(2 + 6 * 365 / 1095, abs=0.02)
    assert chips.from_members.amount.high == 100
    assert chips.from_members.legs_without_limit == 1
    assert chips.outside.low == 0
    assert chips.outside.high == pytest.approx(98 - 6 * 365 / 1095, abs=0.02)
    assert result.without_revenue == ("lab", "cloud")
    assert result.outside == chips.outside


def test_capital_expenditure_of_the_buyer_limits_goods_without_an_amount():
    case = with_figures(revenue("chips", 100), revenue("cloud", 5, "capex"))
    chips = consolidate(case, ["chips", "lab", "cloud"], year=2025).members[0]
    assert chips.from_members.legs_without_limit == 0
    assert chips.from_members.amount.high == pytest.approx(2 + 8 * 365 / 1095 + 5, abs=0.02)


def test_internal_is_not_circular():
    """Only chips -> lab -> chips closes, with the least that Lab buys in 2025: 2. Cloud's purchase is internal, but
    nothing of chips' money reached Cloud."""
    result = consolidate(with_figures(), ["chips", "lab", "cloud"], year=2025)
    assert result.circular_share < 0.7
    assert result.circular == pytest.approx(2 * 6 * 365 / 1095, abs=0.02)  # an open range counts with its least
    assert result.internal["financing"].amount.low >= 4
    assert [(s.owner, s.issuer) for s in result.stakes] == [("chips", "lab")]


def test_a_group_needs_two_known_members():
    with pytest.raises(InputError, match="two members"):
        consolidate(small_case(), ["chips"])
    with pytest.raises(NotFound, match="labb"):
        consolidate(small_case(), ["chips", "labb"])


def test_without_any_revenue_nothing_is_claimed():
    result = consolidate(small_case(), ["chips", "lab"], year=2025)
    assert result.reported is None
    assert result.outside is None
