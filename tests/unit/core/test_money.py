"""Amounts: which figure is the best one, and sums that keep their limits."""

from decimal import Decimal

import pytest

from kanryu.core.errors import InputError
from kanryu.core.money import Amount, Interval, add_up

ONE, TWO, FOUR = Decimal(1), Decimal(2), Decimal(4)


@pytest.mark.parametrize(
    ("amount", "best"),
    [
        (Amount(ONE, TWO, FOUR), TWO),
        (Amount(None, TWO, None), TWO),
        (Amount(ONE, None, FOUR), ONE),  # at least one
        (Amount(ONE, None, None), ONE),
        (Amount(None, None, FOUR), None),  # "up to four" says nothing about how much it is
        (Amount(Decimal(0), None, FOUR), None),
        (Amount(), None),
    ],
)
def test_best_figure(amount, best):
    assert amount.best == best


def test_sums_keep_their_limits():
    assert add_up([Amount(ONE, TWO, FOUR), Amount(None, TWO, None), Amount()]) == (Interval(3, 4, 6), 1)
    assert add_up([Amount(ONE, TWO, FOUR), Amount(None, None, FOUR)])[0] == Interval(1, None, 8)
    assert add_up([Amount(ONE, TWO, FOUR), Amount(ONE, None, FOUR)])[0] == Interval(2, None, 8)
    assert add_up([Amount(ONE, TWO, FOUR), Amount(ONE, None, None)])[0] == Interval(2, 3, None)


def test_kinds_are_never_added():
    with pytest.raises(InputError):
        add_up([Amount(ONE, basis="total"), Amount(ONE, basis="run_rate")])
