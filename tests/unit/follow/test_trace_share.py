"""The self-financed share in parts: hand values, and the parts add up to the rule's answer."""

import numpy as np
import pytest

from kanryu.core.errors import UsageError
from kanryu.flows.ledger import from_columns
from kanryu.follow.trace import trace
from kanryu.follow.trace_share import self_financed

MAIN = from_columns("AXBYCB", "BBCCAA", [1, 2, 3, 4, 5, 6], [100, 50, 90, 30, 60, 40])


def parts(**options):
    return {part.label: part.back for part in self_financed(MAIN, "A", **options).parts}


def test_main_example():
    assert parts(by="payer", rule="fifo") == {"C": 60, "B": 10}
    assert parts(by="hops", rule="fifo") == {"2": 10, "3": 60}
    assert parts(by="hops", rule="lifo") == {"2": 40, "3": 30}
    assert parts(by="hops", rule="pro_rata") == pytest.approx({"2": 80 / 3, "3": 30})
    assert parts(by="age", rule="fifo", edges=[0, 5]) == {"0": 60, "5": 10}
    assert parts(by="period", rule="own_first", edges=[0, 6]) == {"0": 60, "6": 10}
    found = self_financed(MAIN, "A", by="payer", rule="fifo").parts
    assert [(part.label, part.inflow, part.share) for part in found] == [("C", 60, 1.0), ("B", 40, 0.25)]


@pytest.mark.parametrize("rule", ["fifo", "lifo", "pro_rata"])
def test_parts_add_up_to_the_rule(rule, monkeypatch):
    for seed in range(20):
        draw = np.random.default_rng(seed)
        ledger = from_columns(
            draw.integers(0, 5, 60),
            draw.integers(0, 5, 60),
            draw.integers(0, 30, 60),
            draw.integers(0, 20, 60),
            accounts=tuple("ABCDE"),
            opening=draw.integers(0, 9, 5),
        )
        back = trace(ledger, "A", rules=[rule]).rules[rule].back
        for by in ("payer", "period", "hops", "age"):
            if by == "age" and rule == "pro_rata":
                continue
            found = self_financed(ledger, "A", by=by, rule=rule)
            assert found.back == pytest.approx(back)
            assert sum(part.back for part in found.parts) == pytest.approx(back)


def test_what_cannot_be_asked():
    with pytest.raises(UsageError):
        self_financed(MAIN, "A", by="colour")
    with pytest.raises(UsageError):
        self_financed(MAIN, "A", by="age", rule="pro_rata")
