"""Null models keep what they promise and are the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from kanryu.core.errors import InputError
from kanryu.flows.ledger import Ledger, from_columns
from kanryu.follow.chance import chance, shuffled


def ledger() -> Ledger:
    random = np.random.default_rng(3)
    src = [str(a) for a in random.integers(0, 12, 120)]
    dst = [str(a) for a in random.integers(0, 12, 120)]
    for _turn in range(10):  # ten quick rings that chance would not make
        src += ["x", "y", "z"]
        dst += ["y", "z", "x"]
    times = [*random.integers(0, 5000, 120).tolist(), *[500 * turn + step for turn in range(10) for step in range(3)]]
    return from_columns(src, dst, times, random.integers(1, 100, 150))


def test_times_are_permuted_and_nothing_else() -> None:
    one, two = ledger(), shuffled(ledger(), "times", 1, 0)
    assert sorted(one.t.tolist()) == two.t.tolist()
    key = lambda x: sorted(zip(x.src.tolist(), x.dst.tolist(), x.amount.tolist(), x.row.tolist()))  # noqa: E731
    assert key(one) == key(two)
    assert one.src.tolist() != two.src.tolist()


def test_partners_keep_payments_made_and_received() -> None:
    one, two = ledger(), shuffled(ledger(), "partners", 1, 0)
    assert one.src.tolist() == two.src.tolist()
    assert one.amount.tolist() == two.amount.tolist()
    assert np.bincount(one.dst).tolist() == np.bincount(two.dst).tolist()
    assert one.dst.tolist() != two.dst.tolist()


def test_planted_rings_are_not_chance_and_the_seed_decides() -> None:
    found = chance(ledger(), 2, null="times", shuffles=19, seed=5)
    assert found.observed >= 10
    assert found.p_value == 1 / 20
    assert found == chance(ledger(), 2, null="times", shuffles=19, seed=5)
    assert found.mean != chance(ledger(), 400, null="times", shuffles=19, seed=6).mean


def test_no_shuffles_is_refused() -> None:
    with pytest.raises(InputError):
        chance(ledger(), 2, shuffles=0)
