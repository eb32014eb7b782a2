"""Model PC: money and bills in a portfolio (Godley and Lavoie, Monetary Economics, 2007, chapter 4).

Households split wealth between money and bills; the central bank buys the bills that nobody else holds. That the money
households want equals the money the central bank has issued is not written anywhere: it follows, and is tested.
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
    "alpha1": 0.6,
    "alpha2": 0.4,
    "theta": 0.2,
    "spending": 20.0,
    "lambda0": 0.635,
    "lambda1": 5.0,
    "lambda2": 0.01,
    "rate": 0.025,
}
CHART = Chart(
    {"households": ("household",), "firms": ("firm",), "government": ("treasury",), "banks": ("central_bank",)},
    (Instrument(name="bills", kind="claim", holders=("household", "central_bank"), issuers=("treasury",)),),
)
FLOWS = (
    Flow(name="government_spending", number=1, verb="pay", payer="treasury", payee="firm"),
    Flow(name="consumption", number=2, verb="pay", payer="household", payee="firm"),
    Flow(name="wages", number=3, verb="pay", payer="firm", payee="household", word="wages"),
    Flow(name="taxes", number=4, verb="pay", payer="household", payee="treasury", word="tax"),
    Flow(name="interest", number=5, verb="pay", payer="treasury", payee="household", word="interest"),
    Flow(name="interest_bank", number=5, verb="pay", payer="treasury", payee="central_bank", word="interest"),
    Flow(name="bank_profit", number=6, verb="pay", payer="central_bank", payee="treasury"),
    Flow(name="bills_bought", number=7, verb="lend", payer="household", payee="treasury", instrument="bills"),
    Flow(name="bills_repaid", number=7, verb="repay", payer="treasury", payee="household", instrument="bills"),
    Flow(name="bills_bank", number=7, verb="lend", payer="central_bank", payee="treasury", instrument="bills"),
    Flow(name="bills_bank_repaid", number=7, verb="repay", payer="treasury", payee="central_bank", instrument="bills"),
)


@behaviour(
    reads=("last.rate", "@deposits", "@bills"),
    gives=("rate", "income", "disposable_income", "wealth"),
    books=("government_spending", "consumption", "interest", "interest_bank", "bank_profit"),
)
def demand(s: Any, p: Any) -> dict[str, Any]:
    """Y = C + G; YD = (1 - theta)(Y + r_ Bh_); C = alpha1 YD + alpha2 V_; V = V_ + YD - C."""
    interest = s.last.rate * s.balance("bills", "household")  # paid at the rate agreed a period ago
    wealth = s.cash("household") + s.balance("bills", "household")
    fixed = p.alpha1 * (1.0 - p.theta) * interest + p.alpha2 * wealth + p.spending
    income = fixed / (1.0 - p.alpha1 * (1.0 - p.theta))
    disposable = (1.0 - p.theta) * (income + interest)
    bank = s.last.rate * s.balance("bills", "central_bank")
    return {
        "rate": p.rate,
        "income": income,
        "disposable_income": disposable,
        "wealth": wealth + disposable - (income - p.spending),
        "government_spending": p.spending + 0.0 * income,
        "consumption": income - p.spending,
        "interest": interest,
        "interest_bank": bank,
        "bank_profit": bank,
    }


@behaviour(reads=("government_spending", "consumption", "interest"), books=("wages", "taxes"))
def incomes(s: Any, p: Any) -> dict[str, Any]:
    """W = Y; T = theta (Y + r Bh_)."""
    income = s.government_spending + s.consumption
    return {"wages": income, "taxes": p.theta * (income + s.interest)}


@behaviour(
    reads=("wealth", "disposable_income", "@bills", "@deposits"),
    gives=("bills_wanted",),
    books=("bills_bought", "bills_repaid"),
)
def portfolio(s: Any, p: Any) -> dict[str, Any]:
    """Bh = V (lambda0 + lambda1 r) - lambda2 YD."""
    wanted = s.wealth * (p.lambda0 + p.lambda1 * p.rate) - p.lambda2 * s.disposable_income
    more = wanted - s.balance("bills", "household")
    return {"bills_wanted": wanted, "bills_bought": np.maximum(more, 0.0), "bills_repaid": np.maximum(-more, 0.0)}


@behaviour(reads=("@deposits",), books=("bills_bank", "bills_bank_repaid"))
def central_bank(s: Any, p: Any) -> dict[str, Any]:
    """The central bank takes the bills that the treasury still has to place, so that its account is empty."""
    need = -s.cash("treasury")
    return {"bills_bank": np.maximum(need, 0.0), "bills_bank_repaid": np.maximum(-need, 0.0)}


def opening(books: Ensemble, p: Any, runs: Any) -> dict[str, Any]:
    """The old steady state of the book (rate 0.025)."""
    books.open_claim("bills", "household", "treasury", 64.864865)
    books.open_claim("bills", "central_bank", "treasury", 21.621622)
    books.open_deposits("household", 21.621622, "central_bank")
    return {"rate": 0.025}


def pc(**changes: float) -> Model:
    """Model PC with changed parameters, opened in its steady state at a rate of 0.025."""
    stages = (
        Stage("demand", demand),
        Stage("incomes", incomes),
        Stage("portfolio", portfolio),
        Stage("central bank", central_bank),
    )
    return Model("pc", CHART, FLOWS, stages, opening, Values({**START, **changes}), grid=GRID)
