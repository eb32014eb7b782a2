"""Model BMW: bank money wage (Godley and Lavoie, Monetary Economics, 2007, chapter 7).

Deposits and loans are one claim. Here both grow by amounts on one binary grid, so they stay equal for ever without
being set equal; with plain decimals the rounding error would grow by 1 + r a period until the model explodes.
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
    "alpha0": 25.0,
    "alpha1": 0.75,
    "alpha2": 0.1,
    "delta": 0.1,
    "kappa": 1.0,
    "gamma": 0.15,
    "rate": 0.04,
}
CHART = Chart(
    {"households": ("household",), "firms": ("firm",), "banks": ("bank",)},
    (
        Instrument(name="loans", kind="claim", holders=("bank",), issuers=("firm",)),
        Instrument(name="capital", kind="real", holders=("firm",), valued_at="cost less depreciation"),
    ),
)
FLOWS = (
    Flow(name="consumption", number=1, verb="pay", payer="household", payee="firm"),
    Flow(name="investment", number=2, verb="buy_capital", payer="firm", payee="firm", instrument="capital"),
    Flow(name="loan_interest", number=3, verb="pay", payer="firm", payee="bank", word="interest"),
    Flow(name="deposit_interest", number=4, verb="pay", payer="bank", payee="household", word="interest"),
    Flow(name="wages", number=5, verb="pay", payer="firm", payee="household", word="wages"),
    Flow(name="new_loans", number=6, verb="lend", payer="bank", payee="firm", instrument="loans"),
    Flow(name="repaid_loans", number=6, verb="repay", payer="firm", payee="bank", instrument="loans"),
    Flow(name="depreciation", number=7, verb="depreciate", payer="firm", instrument="capital"),
)


@behaviour(
    reads=("last.income", "@loans", "@capital", "@deposits"),
    gives=("income",),
    books=("consumption", "investment", "loan_interest", "deposit_interest", "depreciation"),
)
def demand(s: Any, p: Any) -> dict[str, Any]:
    """Y = C + I; I = gamma (kappa Y_ - K_) + delta K_; C = alpha0 + alpha1 YD + alpha2 M_;

    YD = Y - r L_ - AF + r M_.
    """
    capital, debt, money = s.balance("capital", "firm"), -s.balance("loans", "firm"), s.cash("household")
    wear = p.delta * capital
    investment = p.gamma * (p.kappa * s.last.income - capital) + wear
    fixed = p.alpha0 + p.alpha1 * (p.rate * money - p.rate * debt - wear) + p.alpha2 * money
    income = (fixed + investment) / (1.0 - p.alpha1)
    return {
        "income": income,
        "consumption": income - investment,
        "investment": investment,
        "loan_interest": p.rate * debt,
        "deposit_interest": p.rate * money,
        "depreciation": wear,
    }


@behaviour(
    reads=("consumption", "investment", "loan_interest", "depreciation"),
    books=("wages", "new_loans", "repaid_loans"),
)
def firms(s: Any, p: Any) -> dict[str, Any]:
    """WB = Y - r L_ - AF; loans change by I - AF."""
    more = s.investment - s.depreciation
    return {
        "wages": s.consumption + s.investment - s.loan_interest - s.depreciation,
        "new_loans": np.maximum(more, 0.0),
        "repaid_loans": np.maximum(-more, 0.0),
    }


def opening(books: Ensemble, p: Any, runs: Any) -> dict[str, Any]:
    """Half of the steady state: capital, loans and deposits of 100."""
    books.open_claim("loans", "bank", "firm", 100.0)
    books.open_deposits("household", 100.0, "bank")
    books.open_with("capital", "firm", 100.0)
    return {"income": np.full(books.runs, 100.0)}


def bmw(**changes: float) -> Model:
    """Model BMW with changed parameters."""
    stages = (Stage("demand", demand), Stage("firms", firms))
    return Model("bmw", CHART, FLOWS, stages, opening, Values({**START, **changes}), grid=GRID)


def steady_income(alpha0: float, alpha1: float, alpha2: float, delta: float, kappa: float) -> float:
    """Y* = alpha0 / ((1 - alpha1)(1 - delta kappa) - alpha2 kappa)."""
    return alpha0 / ((1.0 - alpha1) * (1.0 - delta * kappa) - alpha2 * kappa)
