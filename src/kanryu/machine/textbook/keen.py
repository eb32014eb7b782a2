"""Keen's debt model (Grasselli and Costa Lima 2012, Mathematics and Financial Economics 6): two attractors.

omega' = omega (Phi(lambda) - alpha); lambda' = lambda (kappa(pi)/nu - delta - alpha - beta);
d' = kappa(pi) - pi - d (kappa(pi)/nu - delta); pi = 1 - omega - r d. Wage share, employment, debt over output.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.chart import Chart
from kanryu.machine.books.ensemble import Ensemble
from kanryu.machine.books.model import Model, Stage
from kanryu.machine.books.parameters import Values

Array = npt.NDArray[np.float64]

START = {
    "nu": 3.0,
    "alpha": 0.025,
    "beta": 0.02,
    "delta": 0.01,
    "rate": 0.03,
    "step_years": 0.05,
    "wage_share": 0.80,
    "employment": 0.90,
    "debt": 0.10,
}
CHART = Chart({"households": ("worker",), "firms": ("firm",), "banks": ("bank",)})
_PHI0, _PHI1 = 0.04 / (1.0 - 0.04**2), 0.04**3 / (1.0 - 0.04**2)
_DEBT_LIMIT = 1e9  # a run beyond this debt over output is counted as diverged


def wage_curve(employment: Any) -> Any:
    """Phi(lambda) = phi1 / (1 - lambda)^2 - phi0."""
    return _PHI1 / (1.0 - employment) ** 2 - _PHI0


def investment_curve(profit: Any) -> Any:
    """kappa(pi) = -0.0065 + e^-5 e^(20 pi)."""
    return -0.0065 + np.exp(-5.0 + 20.0 * profit)


def change(state: Array, p: Any) -> Array:
    """Time derivative of (omega, lambda, d), shape (3, runs)."""
    wage, employment, debt = state
    profit = 1.0 - wage - p.rate * debt
    invested = investment_curve(profit)
    growth = invested / p.nu - p.delta
    return np.stack(
        [
            wage * (wage_curve(employment) - p.alpha),
            employment * (growth - p.alpha - p.beta),
            invested - profit - debt * growth,
        ]
    )


@behaviour(reads=("last.state",), gives=("state",))
def motion(s: Any, p: Any) -> dict[str, Any]:
    """One classical Runge-Kutta step of the three equations."""
    h, x = p.step_years, s.last.state
    k1 = change(x, p)
    k2 = change(x + 0.5 * h * k1, p)
    k3 = change(x + 0.5 * h * k2, p)
    k4 = change(x + h * k3, p)
    moved = x + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return {"state": np.where(np.abs(x[2]) > _DEBT_LIMIT, x, moved)}


def opening(books: Ensemble, p: Any, runs: Any) -> dict[str, Any]:
    """The given wage share, employment and debt."""
    return {"state": np.tile(np.array([[p.wage_share], [p.employment], [p.debt]]), (1, books.runs))}


def keen(**changes: float) -> Model:
    """The model with changed parameters or another start."""
    return Model("keen", CHART, (), (Stage("motion", motion),), opening, Values({**START, **changes}))


def good_equilibrium(p: Any) -> dict[str, float]:
    """pi, omega, lambda and d where growth equals alpha + beta."""
    growth = p.alpha + p.beta
    profit = (math.log(p.nu * (growth + p.delta) + 0.0065) + 5.0) / 20.0
    debt = (p.nu * (growth + p.delta) - profit) / growth
    employment = 1.0 - math.sqrt(_PHI1 / (p.alpha + _PHI0))
    return {"profit": profit, "wage_share": 1.0 - profit - p.rate * debt, "employment": employment, "debt": debt}


def eigenvalues(p: Any) -> npt.NDArray[np.complex128]:
    """Eigenvalues at the good equilibrium, from the analytic Jacobian."""
    at = good_equilibrium(p)
    wage, employment, debt = at["wage_share"], at["employment"], at["debt"]
    slope = 20.0 * (investment_curve(at["profit"]) + 0.0065)  # kappa'(pi)
    wage_slope = 2.0 * _PHI1 / (1.0 - employment) ** 3
    by_profit = slope - 1.0 - debt * slope / p.nu
    jacobian = np.array(
        [
            [0.0, wage * wage_slope, 0.0],
            [-employment * slope / p.nu, 0.0, -employment * slope * p.rate / p.nu],
            [-by_profit, 0.0, -p.rate * by_profit - (p.alpha + p.beta)],
        ]
    )
    return np.linalg.eigvals(jacobian).astype(np.complex128)
