"""Maximum circulation, its ranges and its balanced choice against linear and quadratic programmes."""

import numpy as np
import pytest
from scipy.optimize import linprog

from kanryu.flows.ledger import from_columns
from kanryu.follow.circulation import arcs_of, circulation, largest_circulation
from kanryu.follow.circulation_proof import potentials_of, proof_gap
from kanryu.follow.circulation_range import balanced_choice


def random_ledger(seed, accounts=6, rows=18, most=8):
    draw = np.random.default_rng(seed)
    return from_columns(
        draw.integers(0, accounts, rows),
        draw.integers(0, accounts, rows),
        draw.integers(0, 9, rows),
        draw.integers(0, most, rows),
        accounts=tuple("ABCDEFGH"[:accounts]),
    )


def balance_matrix(arcs, n):
    matrix = np.zeros((n, arcs.tail.size))
    for k, (u, v) in enumerate(zip(arcs.tail, arcs.head)):
        matrix[u, k] += 1
        matrix[v, k] -= 1
    return matrix


def test_value_and_account_ranges():
    for seed in range(40):
        ledger = random_ledger(seed)
        arcs = arcs_of(ledger)
        matrix = balance_matrix(arcs, ledger.n)
        ones = np.ones(arcs.tail.size)
        limits = [(0, w) for w in arcs.weight]
        best = linprog(-ones, A_eq=matrix, b_eq=np.zeros(ledger.n), bounds=limits, method="highs")
        found = circulation(ledger, accounts=ledger.accounts, arcs=[("A", "B"), ("C", "A")])
        assert found.circular == pytest.approx(-best.fun)
        stacked, target = np.vstack((matrix, ones)), np.append(np.zeros(ledger.n), -best.fun)
        cases = [(found.accounts[name], arcs.head == v) for v, name in enumerate(ledger.accounts)]
        cases += [(found.arcs["A -> B"], (arcs.tail == 0) & (arcs.head == 1))]
        cases += [(found.arcs["C -> A"], (arcs.tail == 2) & (arcs.head == 0))]
        for answer, where in cases:
            ends = [
                sign * linprog(sign * where, A_eq=stacked, b_eq=target, bounds=limits, method="highs").fun
                for sign in (1, -1)
            ]
            assert [answer.low, answer.high] == pytest.approx(ends, abs=1e-6), seed


def test_balanced_choice_cannot_be_improved():
    """No feasible direction lowers sum f^2/w: the linear programme over its gradient finds nothing better."""
    for seed in range(40):
        ledger = random_ledger(seed, rows=30)
        arcs = arcs_of(ledger)
        flow = largest_circulation(arcs)
        potential = potentials_of(arcs.tail, arcs.head, arcs.weight, flow, arcs.component)
        even = balanced_choice(arcs, flow, potential)
        matrix = balance_matrix(arcs, ledger.n)
        assert np.abs(matrix @ even).max() < 1e-7
        assert even.sum() == pytest.approx(flow.sum())
        gradient = 2 * even / arcs.weight
        best = linprog(
            gradient,
            A_eq=np.vstack((matrix, np.ones(arcs.tail.size))),
            b_eq=np.append(np.zeros(ledger.n), flow.sum()),
            bounds=[(0, w) for w in arcs.weight],
            method="highs",
        )
        assert best.fun >= gradient @ even - 1e-6, seed


def test_certificate_refuses_a_flow_that_is_not_the_largest():
    ledger = from_columns(list("ABC"), list("BCA"), [1, 2, 3], [5, 5, 5])
    arcs = arcs_of(ledger)
    for flow, proved in ((np.full(3, 5), True), (np.full(3, 4), False), (np.zeros(3, int), False)):
        potential = potentials_of(arcs.tail, arcs.head, arcs.weight, flow, arcs.component)
        assert (proof_gap(arcs.tail, arcs.head, arcs.weight, flow, arcs.component, potential) == (0, 0)) is proved


def test_a_long_ring_is_proved_at_once():
    """30,000 accounts in one ring, in random order, all but one arc left partly over: chains as long as the ring."""
    draw = np.random.default_rng(2)
    n = 30_000
    order = draw.permutation(n)
    amount = draw.integers(2, 9, n)
    amount[0] = 1
    ledger = from_columns(order, np.roll(order, -1), range(n), amount, accounts=tuple(map(str, range(n))))
    found = circulation(ledger)
    assert found.circular == n
    assert found.certificate.gap == 0
    assert found.certificate.highest_potential == n - 1
