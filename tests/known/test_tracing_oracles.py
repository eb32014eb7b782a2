"""Oracles 7 to 13 of the definitions: worked by hand with exact arithmetic."""

from fractions import Fraction

import numpy as np
import pytest

from kanryu.flows.ledger import from_columns
from kanryu.follow.bounds import bounds
from kanryu.follow.trace import RULES, VARIANTS, own_parts, trace
from kanryu.follow.trace_exact import lowest_intermediate_balance, pro_rata_exact
from kanryu.follow.trace_rows import prepare


def ledger_of(text, **more):
    """'A B 100; X B 50' -> rows at times 1, 2, ..."""
    rows = [line.split() for line in text.split(";")]
    src, dst, amount = zip(*rows)
    return from_columns(src, dst, range(1, len(rows) + 1), [int(a) for a in amount], **more)


MAIN = "A B 100; X B 50; B C 90; Y C 30; C A 60; B A 40"


@pytest.mark.parametrize(
    ("rule", "row3", "row5", "row6", "back"),
    [
        ("pro_rata", 60, 30, Fraction(80, 3), Fraction(170, 3)),
        ("fifo", 90, 60, 10, 70),
        ("lifo", 40, 30, 40, 70),
        ("lifo_block", 40, 0, 40, 40),
        ("lifo_blend", 40, Fraction(40, 3), 40, Fraction(160, 3)),
        ("lrb", 90, 60, 10, 70),
        ("mrb", 40, 0, 40, 40),
        ("own_last", 40, 0, 40, 40),
        ("own_first", 90, 60, 10, 70),
    ],
)
def test_oracle_7_main_example(rule, row3, row5, row6, back):
    ledger = ledger_of(MAIN)
    part, done = own_parts(prepare(ledger, "A"), rule)
    assert done == 6
    assert part[[2, 4, 5]].tolist() == pytest.approx([float(row3), float(row5), float(row6)], rel=1e-14)
    found = trace(ledger, "A")
    answer = {**found.rules, **found.variants}[rule]
    assert found.inflow == 100
    assert answer.back == pytest.approx(float(back), rel=1e-14)
    assert answer.share == pytest.approx(float(back / 100), rel=1e-14)


def test_oracle_7_pro_rata_exactly():
    assert pro_rata_exact(prepare(ledger_of(MAIN), "A"))[2:] == [60, 0, 30, Fraction(80, 3)]


@pytest.mark.parametrize(("who", "fifo", "pro_rata", "lifo"), [("P", 0, 2.5, 10), ("M", 0, 2.5, 0), ("K", 10, 5, 0)])
def test_oracle_8_legal_textbook_case(who, fifo, pro_rata, lifo):
    ledger = ledger_of("P F 10; M F 10; F Z 10; K F 10; F Z 10")
    found = trace(ledger, who)
    rows = prepare(ledger, who)

    def left_in_fund(rule):
        part, _ = own_parts(rows, rule)
        return float(part[rows.dst == ledger.account("F")].sum() - part[rows.src == ledger.account("F")].sum())

    assert left_in_fund("fifo") == fifo
    assert left_in_fund("pro_rata") == pro_rata
    assert left_in_fund("lifo") == lifo
    assert left_in_fund("own_last") == 10
    assert left_in_fund("own_first") == 0
    assert found.inflow == 0
    assert found.rules["fifo"].share is None


def test_oracle_9_lowest_intermediate_balance():
    ledger = ledger_of("claimant mixed 100; others mixed 50; mixed shop 120; others mixed 200")
    assert lowest_intermediate_balance(ledger, "mixed", "claimant") == 30


def test_oracle_10_minting():
    ledger = ledger_of("A B 20; B A 50")
    found = trace(ledger, "A")
    for rule in RULES + VARIANTS:
        assert {**found.rules, **found.variants}[rule].back == 20
    assert found.minted.by_account == {"B": 30, "A": 20}
    assert found.minted.total == 50
    assert (found.bounds.low, found.bounds.high) == (20, 20)


def test_oracle_11_bounds_of_main_example():
    found = trace(ledger_of(MAIN), "A")
    assert (found.bounds.low, found.bounds.high) == (20, 100)
    assert (found.bounds.low_share, found.bounds.high_share) == (0.2, 1.0)
    assert found.bounds.certificate == "cut"
    assert all(20 <= a.back <= 100 for a in {**found.rules, **found.variants}.values())


@pytest.mark.parametrize(
    ("text", "low", "high", "answers"),
    [
        ("A B 10; X B 10; B A 10", 0, 10, {"pro_rata": 5, "fifo": 10, "lifo": 0, "own_last": 0, "own_first": 10}),
        ("A B 10; B A 10", 10, 10, dict.fromkeys(RULES, 10)),
        ("A B 10; X B 5; B A 12", 7, 10, {"pro_rata": 8, "fifo": 10, "lifo": 7}),
    ],
)
def test_oracles_12_and_13(text, low, high, answers):
    found = trace(ledger_of(text), "A")
    assert (found.bounds.low, found.bounds.high) == (low, high)
    for rule, back in answers.items():
        assert found.rules[rule].back == pytest.approx(back, rel=1e-14)


def test_bounds_of_a_part_of_the_inflow():
    """Main example: counting only the payment of C, or only that of B, gives bounds of its own."""
    ledger = ledger_of(MAIN)
    from_c = (ledger.src == ledger.account("C")) & (ledger.dst == ledger.account("A"))
    found = bounds(ledger, "A", count=from_c)
    assert (found.low, found.high) == (0, 60)
    from_b = (ledger.src == ledger.account("B")) & (ledger.dst == ledger.account("A"))
    found = bounds(ledger, "A", count=from_b)
    assert (found.low, found.high) == (0, 40)


def test_opening_balance_is_foreign_money():
    ledger = ledger_of("A B 10; B A 10", opening=np.array([0, 10]))
    found = trace(ledger, "A")
    assert {rule: a.back for rule, a in found.rules.items()} == {
        "pro_rata": 5,
        "fifo": 0,
        "lifo": 10,
        "lrb": 0,
        "mrb": 10,
        "own_last": 0,
        "own_first": 10,
    }
    assert (found.bounds.low, found.bounds.high) == (0, 10)
