"""Model SIM: money created by a government's spending (Godley and Lavoie, Monetary Economics, 2007, chapter 3).

Y = C + G; T = theta Y; YD = Y - T; C = alpha1 YD + alpha2 H_; the stock of money grows by what the government spends
and does not take back.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.chart import Chart
from kanryu.machine.books.ensemble import Ensemble
from kanryu.machine.books.model import Model, Stage
from kanryu.machine.books.parameters import Values
from kanryu.machine.books.verbs import Flow

GRID = 2.0**-30
START = {"alpha1": 0.6, "alpha2": 0.4, "theta": 0.2, "spending": 20.0}
CHART = Chart({"households": ("household",), "firms": ("firm",), "government": ("treasury",)})
FLOWS = (
    Flow(name="government_spending", number=1, verb="pay", payer="treasury", payee="firm"),
    Flow(name="consumption", number=2, verb="pay", payer="household", payee="firm"),
    Flow(name="wages", number=3, verb="pay", payer="firm", payee="household", word="wages"),
    Flow(name="taxes", number=4, verb="pay", payer="household", payee="treasury", word="tax"),
)


@behaviour(reads=("@deposits",), gives=("income", "disposable_income"), books=("government_spending", "consumption"))
def demand(s: Any, p: Any) -> dict[str, Any]:
    """Y = (G + alpha2 H_) / (1 - alpha1 (1 - theta)); YD = (1 - theta) Y; C = alpha1 YD + alpha2 H_."""
    income = (p.spending + p.alpha2 * s.cash("household")) / (1.0 - p.alpha1 * (1.0 - p.theta))
    return {
        "income": income,
        "disposable_income": (1.0 - p.theta) * income,
        "government_spending": p.spending + 0.0 * income,
        "consumption": income - p.spending,
    }


@behaviour(reads=("government_spending", "consumption"), books=("wages",))
def production(s: Any, p: Any) -> dict[str, Any]:
    """Firms pay out what they sell: W = Y."""
    return {"wages": s.government_spending + s.consumption}


@behaviour(reads=("income",), books=("taxes",))
def taxation(s: Any, p: Any) -> dict[str, Any]:
    """T = theta Y."""
    return {"taxes": p.theta * s.income}


def opening(books: Ensemble, p: Any, runs: Any) -> dict[str, Any]:
    """No money before the first period."""
    return {}


def sim(**changes: float) -> Model:
    """Model SIM with changed parameters.

    Examples
    --------
    >>> run = sim().start([0, 1])
    >>> round(float(run.step()["income"][0]), 4)
    38.4615
    """
    stages = (Stage("demand", demand), Stage("production", production), Stage("tax", taxation))
    return Model("sim", CHART, FLOWS, stages, opening, Values({**START, **changes}), grid=GRID)


def mean_lag(alpha1: float, alpha2: float, theta: float) -> float:
    """Mean lag of the stock of money behind spending: (1 - alpha1 (1 - theta)) / (alpha2 theta).

    The quarter of the spending itself counts as one. Income reacts at once in part, so its own mean lag is shorter.
    """
    return (1.0 - alpha1 * (1.0 - theta)) / (alpha2 * theta)


def steady_income(spending: float, theta: float) -> float:
    """Income in the steady state, G / theta."""
    return float(np.float64(spending) / theta)
