"""Vendor, lab and host in a ring: the boomerang of essay A with nothing else (definitions/machine, 9.1 to 9.5).

The vendor gives money to the lab; the lab spends it at the host (or at the vendor itself), the host at the vendor; at
every hop a part leaks to the world. The vendor gives away again a part of what came back.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.chart import Chart, Instrument
from kanryu.machine.books.ensemble import Ensemble
from kanryu.machine.books.model import Model, Stage
from kanryu.machine.books.parameters import Values
from kanryu.machine.books.verbs import Flow

GRID = 2.0**-30
START = {
    "first": 10.0,  # money that the vendor gives in the first quarter
    "reinvested": 0.0,
    "leak_lab": 0.35,
    "leak_host": 0.0,
    "smoothing": 1.0,  # the lab spends 1/smoothing of its cash
    "new_money": 0.0,  # from the world to the lab, every quarter
}
CHART = Chart(
    {"vendors": ("vendor",), "hosts": ("host",), "labs": ("lab",), "outside": ("world",), "banks": ("bank",)},
    (Instrument(name="stake", kind="claim", holders=("vendor", "world"), issuers=("lab",)),),
)
FLOWS = (
    Flow(name="given", number=17, verb="subscribe", payer="vendor", payee="lab", instrument="stake", word="equity"),
    Flow(name="fresh", number=19, verb="subscribe", payer="world", payee="lab", instrument="stake", word="equity"),
    Flow(name="compute", number=6, verb="pay", payer="lab", payee="host", word="purchase_service"),
    Flow(name="lab_leak", number=13, verb="pay", payer="lab", payee="world", word="wages"),
    Flow(name="chips", number=9, verb="pay", payer="host", payee="vendor", word="purchase_goods"),
    Flow(name="host_leak", number=14, verb="pay", payer="host", payee="world", word="operating_cost"),
)


@behaviour(reads=("last.sales",), books=("given", "fresh"))
def finance(s: Any, p: Any) -> dict[str, Any]:
    """m in the first quarter, then r times what came back; F from the world every quarter."""
    first = p.first if s.quarter == 0 else 0.0
    return {"given": first + p.reinvested * s.last.sales, "fresh": p.new_money + 0.0 * s.last.sales}


@behaviour(reads=("@deposits",), gives=("budget",), books=("compute", "lab_leak"))
def lab(s: Any, p: Any) -> dict[str, Any]:
    """B = C/τ; a part leaks, the rest buys compute."""
    budget = s.cash("lab") / p.smoothing
    return {"budget": budget, "compute": (1.0 - p.leak_lab) * budget, "lab_leak": p.leak_lab * budget}


@behaviour(reads=("compute",), gives=("sales",), books=("chips", "host_leak"))
def host(s: Any, p: Any) -> dict[str, Any]:
    """The host passes on what does not leak."""
    chips = (1.0 - p.leak_host) * s.compute
    return {"sales": chips, "chips": chips, "host_leak": np.maximum(s.compute - chips, 0.0)}


def opening(books: Ensemble, p: Any, runs: Any) -> dict[str, Any]:
    """The vendor and the world have deposits; the lab has what is given in `lab_cash`, if anything."""
    books.open_deposits("vendor", 1000.0, "bank")
    books.open_deposits("world", 100000.0, "bank")
    books.open_deposits("lab", p.get("lab_cash", 0.0), "bank")
    return {"sales": np.zeros(books.runs)}


def ring(**changes: float) -> Model:
    """The ring with changed parameters (`lab_cash` opens the lab with money)."""
    stages = (Stage("finance", finance), Stage("lab", lab), Stage("host", host))
    return Model("ring", CHART, FLOWS, stages, opening, Values({**START, **changes}), grid=GRID)
