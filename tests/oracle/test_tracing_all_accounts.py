"""FIFO and LIFO for all accounts in one pass against one pass per account."""

import numpy as np
import pytest

from kanryu.flows.ledger import from_columns
from kanryu.follow.circulation import arcs_of
from kanryu.follow.lots_all import own_money_of_all
from kanryu.follow.trace import own_parts
from kanryu.follow.trace_rows import prepare


def random_ledger(seed, accounts=6, rows=60):
    draw = np.random.default_rng(seed)
    return from_columns(
        draw.integers(0, accounts, rows),
        draw.integers(0, accounts, rows),
        draw.integers(0, 30, rows),
        draw.integers(0, 9, rows),
        accounts=tuple(map(str, range(accounts))),
        opening=draw.integers(0, 9, accounts) * (seed % 2),
    )


def all_at_once(ledger, rule, **options):
    rows = prepare(ledger, 0)
    back, done = own_money_of_all(
        rows.src,
        rows.dst,
        rows.amount,
        rows.opening,
        arcs_of(ledger).component,
        is_stack=rule == "lifo",
        budget=10**9,
        **options,
    )
    assert done == rows.m
    return back.tolist()


def one_by_one(ledger, rule):
    back = []
    for account in range(ledger.n):
        rows = prepare(ledger, account)
        part, _ = own_parts(rows, rule)
        back.append(int(part[rows.counted == 1].sum()))
    return back


@pytest.mark.parametrize("rule", ["fifo", "lifo"])
def test_same_as_one_by_one(rule):
    for seed in range(60):
        ledger = random_ledger(seed, accounts=3 + seed % 6, rows=20 + 2 * seed)
        assert all_at_once(ledger, rule) == one_by_one(ledger, rule), seed


@pytest.mark.parametrize("rule", ["fifo", "lifo"])
def test_little_room_changes_nothing(rule):
    """The tree of histories is tidied and grown on the way, with more accounts than the filter has bits."""
    for seed in range(6):
        ledger = random_ledger(seed, accounts=300, rows=2500)
        assert all_at_once(ledger, rule, histories=16) == one_by_one(ledger, rule), seed


@pytest.mark.parametrize("rule", ["fifo", "lifo"])
def test_compiled_twin_gives_the_same(rule, monkeypatch):
    ledger = random_ledger(1, accounts=200, rows=2000)
    plain = all_at_once(ledger, rule, histories=64)
    monkeypatch.setenv("KANRYU_SPEED", "compiled")
    assert all_at_once(ledger, rule, histories=64) == plain
