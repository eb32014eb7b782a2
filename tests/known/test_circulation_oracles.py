"""Oracles 14 to 17 of the definitions: maximum circulation worked by hand."""

import pytest

from kanryu.flows.ledger import from_columns
from kanryu.follow.circulation import arcs_of, circulation, largest_circulation


def ledger_of(text):
    rows = [line.split() for line in text.split(";")]
    src, dst, amount = zip(*rows)
    return from_columns(src, dst, range(len(rows)), [int(a) for a in amount])


def left_over(ledger):
    arcs = arcs_of(ledger)
    left = arcs.weight - largest_circulation(arcs)
    return {(ledger.accounts[u], ledger.accounts[v]): int(g) for u, v, g in zip(arcs.tail, arcs.head, left) if g}


def test_oracle_14_main_example():
    ledger = ledger_of("A B 100; X B 50; B C 90; Y C 30; C A 60; B A 40")
    found = circulation(ledger)
    assert (found.total, found.circular) == (370, 260)
    assert found.share == pytest.approx(260 / 370)
    assert left_over(ledger) == {("B", "C"): 30, ("X", "B"): 50, ("Y", "C"): 30}
    assert found.certificate.gap == 0
    assert [c.accounts for c in found.components] == [3]


def test_oracle_15_longer_ring_is_worth_more():
    ledger = ledger_of("A B 80; X B 50; B C 90; Y C 30; C A 60; B A 40")
    found = circulation(ledger)
    assert (found.total, found.circular) == (350, 220)
    assert left_over(ledger) == {("B", "A"): 20, ("B", "C"): 30, ("X", "B"): 50, ("Y", "C"): 30}


def test_oracle_16_not_unique():
    found = circulation(
        ledger_of("A B 10; B C 10; C A 10; B D 10; D A 10"),
        accounts="ABCD",
        arcs=[("B", "C"), ("A", "B")],
        balanced=True,
    )
    assert found.circular == 30
    ranges = {name: (r.low, r.high) for name, r in found.accounts.items()}
    assert ranges == {"A": (10, 10), "B": (10, 10), "C": (0, 10), "D": (0, 10)}
    assert found.accounts["C"].balanced == pytest.approx(5)
    assert found.accounts["D"].balanced == pytest.approx(5)
    assert (found.arcs["B -> C"].low, found.arcs["B -> C"].high) == (0, 10)
    assert (found.arcs["A -> B"].low, found.arcs["A -> B"].high) == (10, 10)


def test_oracle_17_no_ring():
    found = circulation(ledger_of("A B 5; B C 4; A C 3"))
    assert (found.circular, found.share, found.components) == (0, 0, ())
    found = circulation(ledger_of("A B 7; B A 4"))
    assert (found.circular, found.acyclic) == (8, 3)


def test_nothing_paid_has_no_share():
    found = circulation(ledger_of("A A 5; A B 0"))
    assert (found.total, found.share) == (0, None)
