"""The guided wave with augmentations gives the maximum flow of the general solver, and its cut proves it."""

import numpy as np
import pytest

from kanryu.flows.ledger import from_columns
from kanryu.follow import bounds as bounds_module
from kanryu.follow.bounds import AWAY, HOME, SOURCE, core_of, most_flow
from kanryu.follow.bounds_flow import wide_flow
from kanryu.follow.trace_rows import prepare


def random_core(seed, accounts=8, rows=150):
    draw = np.random.default_rng(seed)
    ledger = from_columns(
        draw.integers(0, accounts, rows),
        draw.integers(0, accounts, rows),
        range(rows),
        draw.integers(0, 50, rows),
        accounts=tuple(map(str, range(accounts))),
    )
    return core_of(prepare(ledger, seed % accounts))


@pytest.mark.parametrize("sink", [HOME, AWAY])
@pytest.mark.parametrize("from_source", [True, False])
def test_same_as_the_general_solver(sink, from_source):
    compared = 0
    for seed in range(60):
        core = random_core(seed, accounts=3 + seed % 9)
        if not (core.head == sink).any():
            continue
        arcs = (core.nodes, 3, core.tail, core.head, core.capacity)
        found = wide_flow(*arcs, SOURCE, sink, from_source=from_source, visits_per_node=10**6)
        assert found.value == found.cut == most_flow(core, sink), seed
        compared += 1
    assert compared > 40


def test_budget_is_kept():
    core = random_core(3, rows=400)
    arcs = (core.nodes, 3, core.tail, core.head, core.capacity)
    assert wide_flow(*arcs, SOURCE, HOME, from_source=False, visits_per_node=-(10**6)) is None


def test_bounds_use_it_on_large_cores(monkeypatch):
    core = random_core(11, rows=400)
    expected = most_flow(core, AWAY)
    monkeypatch.setattr(bounds_module, "WIDE_FROM", 0)
    assert most_flow(core, AWAY) == expected
    monkeypatch.setenv("KANRYU_SPEED", "compiled")
    assert most_flow(core, AWAY) == expected
