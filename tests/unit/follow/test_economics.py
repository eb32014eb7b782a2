"""A vendor who finances its customer: worked by hand."""

import pytest

from kanryu.core.errors import InputError
from kanryu.core.money import Interval
from kanryu.follow.economics import vendor_economics


def exactly(x: float) -> Interval:
    return Interval(x, x, x)


def test_lucent_like_customer_worked_by_hand():
    """Lends 2.0, sells 1.5 at a margin of 45-50 %, gets back 0-40 % if the customer fails.

    Profit 0.675 to 0.75. Lost 1.2 to 2.0. So the customer's failure costs 0.45 to 1.325 net, and purchases of
    1.2 (0.6/0.5) to 2.22 (1/0.45) per dollar lent would have been needed.
    """
    result = vendor_economics(exactly(2.0), exactly(1.5), Interval(0.45, 0.475, 0.5), Interval(0.0, 0.2, 0.4))
    assert (result.gross_profit.low, result.gross_profit.high) == pytest.approx((0.675, 0.75))
    assert (result.net_if_it_fails.low, result.net_if_it_fails.high) == pytest.approx((-1.325, -0.45))
    assert (result.break_even_share.low, result.break_even_share.high) == pytest.approx((1.2, 1 / 0.45))
    assert (result.additional_needed.low, result.additional_needed.high) == pytest.approx((1.2 / 0.75, 2 / 0.675))
    assert result.net_if_marked is None


def test_a_stake_that_tripled_is_gain_on_paper_beside_the_margin():
    result = vendor_economics(exactly(2), exactly(4), exactly(0.7), exactly(0), Interval(5, 6, 7))
    assert (result.net_if_marked.low, result.net_if_marked.high) == pytest.approx((2.8 + 3, 2.8 + 5))


def test_unknown_purchases_leave_the_answer_open_and_are_not_zero():
    result = vendor_economics(exactly(10), None, exactly(0.7), exactly(0))
    assert result.gross_profit is None
    assert result.net_if_it_fails is None
    assert result.break_even_share.low == pytest.approx(1 / 0.7)


def test_purchases_without_upper_limit_bound_the_loss_on_one_side():
    result = vendor_economics(exactly(10), Interval(4, None, None), exactly(0.5), exactly(0))
    assert result.net_if_it_fails == Interval(-8.0, None, None)


@pytest.mark.parametrize("margin", [Interval(0, 0, 0), Interval(0.5, 0.8, 1.2)])
def test_impossible_margin_is_refused(margin):
    with pytest.raises(InputError, match="gross margin"):
        vendor_economics(exactly(1), exactly(1), margin, exactly(0))
