"""A fixed run of the capital loop at start values: any change of the model shows here, and has to be meant.

Rewrite with `python tests/known/test_machine_golden.py` after a change that is meant, and say so in the change log.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from kanryu.machine.simulate import Spec, simulate

FILE = Path(__file__).with_name("machine_golden.json")
SPEC = Spec(runs=4, quarters=24, seed=11, parameters="start")
SERIES = (
    "belief",
    "circulating",
    "data_center_nvidia",
    "capex_five",
    "revenue_labs",
    "market_value_machine",
    "debt_coreweave",
    "compute_price",
    "venture_ai",
    "fuel_outside_demand",
    "bear_equity",
    "people_science",
)


def values():
    paths = simulate(SPEC)
    return {name: paths.series(name)[[0, 11, 23]].tolist() for name in SERIES}


def test_the_fixed_run_is_what_it_was():
    expected = json.loads(FILE.read_text(encoding="utf-8"))
    found = values()
    assert set(found) == set(expected)
    for name in SERIES:
        assert np.array(found[name]) == pytest.approx(np.array(expected[name]), rel=1e-9), name


if __name__ == "__main__":
    FILE.write_text(json.dumps(values(), indent=1) + "\n", encoding="utf-8")
