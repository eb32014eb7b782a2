"""Where spent money comes to rest: against fractions followed by hand, and what must add up."""

from fractions import Fraction

import numpy as np
import pytest

from kanryu.core.errors import NotFound
from kanryu.flows.ledger import from_columns
from kanryu.follow.ends import ends


def random_ledger(seed, rows=60, accounts=6):
    draw = np.random.default_rng(seed)
    return from_columns(
        draw.integers(0, accounts, rows),
        draw.integers(0, accounts, rows),
        draw.integers(0, 20, rows),
        draw.integers(0, 50, rows),
        accounts=tuple("ABCDEF"[:accounts]),
    )


def by_fractions(ledger, members):
    """Marked money by number of hops, per account: {account: {hops: amount}}."""
    balance = [Fraction(0)] * ledger.n
    marked = [{} for _ in range(ledger.n)]
    for u, v, q in zip(ledger.src.tolist(), ledger.dst.tolist(), ledger.amount.tolist()):
        if u == v or q == 0:
            continue
        held = max(balance[u], Fraction(q))
        moved = {h: a * q / held for h, a in marked[u].items()}
        for h, a in moved.items():
            marked[u][h] -= a
        if u in members:
            moved[0] = moved.get(0, 0) + q - sum(moved.values())
        balance[u] = held - q
        balance[v] += q
        for h, a in moved.items():
            marked[v][h + 1] = marked[v].get(h + 1, 0) + a
    return marked


def test_against_fractions():
    for seed in range(30):
        ledger = random_ledger(seed)
        exact = by_fractions(ledger, {0})
        found = ends(ledger, sources=["A"], largest=6)
        if not found.sources:
            assert all(not sum(m.values()) for m in exact)
            continue
        source = found.sources[0]
        total = sum(sum(m.values()) for m in exact)
        assert source.spent == pytest.approx(float(total))
        assert source.hops == pytest.approx(float(sum(h * a for m in exact for h, a in m.items()) / total))
        for rest in source.rests:
            mine = exact[ledger.account(rest.holder)]
            assert rest.amount == pytest.approx(float(sum(mine.values())))
            assert rest.hops == pytest.approx(float(sum(h * a for h, a in mine.items()) / sum(mine.values())))


def test_groups_and_shares_add_up():
    ledger = random_ledger(3)
    groups = dict(zip("ABCDEF", ("labs", "labs", "chips", "chips", "outside", "outside")))
    found = ends(ledger, groups=groups, by="role")
    assert {source.source for source in found.sources} <= {"labs", "chips", "outside"}
    for source in found.sources:
        assert sum(source.groups.values()) == pytest.approx(1)
        assert source.hops >= 1


def test_compiled_twin_gives_the_same(monkeypatch):
    ledger = random_ledger(5)
    plain = ends(ledger)
    monkeypatch.setenv("KANRYU_SPEED", "compiled")
    assert ends(ledger) == plain


def test_unknown_source():
    with pytest.raises(NotFound):
        ends(random_ledger(1), sources=["nobody"])
