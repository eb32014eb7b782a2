"""Model LP1: bills and perpetuities with capital gains (Godley and Lavoie, Monetary Economics, 2007, chapter 5).

Perpetuities pay one unit a period and have a price; they are shares of the treasury in this kernel: units and a mark.
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
from kanryu.machine.textbook.pc import FLOWS as PC_FLOWS
from kanryu.machine.textbook.pc import central_bank

GRID = 2.0**-30
START = {
    "alpha1": 0.8,
    "alpha2": 0.2,
    "theta": 0.1938,
    "spending": 20.0,
    "rate": 0.03,
    "price": 20.0,
    "bills0": 0.44196,
    "bills_rate": 1.1,
    "bills_bonds": 1.0,
    "bills_income": 0.03,
    "bonds0": 0.3997,
    "bonds_rate": 1.0,
    "bonds_bonds": 1.1,
    "bonds_income": 0.03,
}
CHART = Chart(
    {"households": ("household",), "firms": ("firm",), "government": ("treasury",), "banks": ("central_bank",)},
    (
        Instrument(name="bills", kind="claim", holders=("household", "central_bank"), issuers=("treasury",)),
        Instrument(
            name="perpetuities", kind="shares", holders=("household",), issuers=("treasury",), valued_at="market price"
        ),
    ),
)
FLOWS = (
    *PC_FLOWS,
    Flow(name="coupon", number=5, verb="pay", payer="treasury", payee="household", word="interest"),
    Flow(name="mark_bonds", number=8, verb="mark", payer="treasury", payee="household", instrument="perpetuities"),
    Flow(name="bonds_sold", number=9, verb="subscribe", payer="household", payee="treasury", instrument="perpetuities"),
    Flow(name="bonds_back", number=9, verb="redeem", payer="treasury", payee="household", instrument="perpetuities"),
)


@behaviour(reads=("@perpetuities",), gives=("capital_gain",), books=("mark_bonds",))
def bond_price(s: Any, p: Any) -> dict[str, Any]:
    """CG = (p - p_) BL_."""
    gain = (p.price - s.price("perpetuities")[0]) * s.units("perpetuities")[0, 0]
    return {"capital_gain": gain, "mark_bonds": np.broadcast_to(np.float64(p.price), (1, s.width))}


@behaviour(
    reads=("last.regular_income", "last.wealth", "capital_gain", "@bills", "@perpetuities"),
    gives=("income", "regular_income", "disposable_income", "wealth", "expected_wealth"),
    books=("government_spending", "consumption", "interest", "coupon", "interest_bank", "bank_profit"),
)
def demand(s: Any, p: Any) -> dict[str, Any]:
    """C = alpha1 YDr_ + alpha2 V_; Y = C + G; YDr = (1 - theta)(Y + r Bh_ + BL_); V = V_ + YDr - C + CG."""
    interest = p.rate * s.balance("bills", "household")
    coupon = s.units("perpetuities")[0, 0]
    consumption = p.alpha1 * s.last.regular_income + p.alpha2 * s.last.wealth
    income = consumption + p.spending
    regular = (1.0 - p.theta) * (income + interest + coupon)
    bank = p.rate * s.balance("bills", "central_bank")
    return {
        "income": income,
        "regular_income": regular,
        "disposable_income": s.last.regular_income,  # expected income drives the portfolio
        "wealth": s.last.wealth + regular - consumption + s.capital_gain,
        "expected_wealth": s.last.wealth + s.last.regular_income - consumption + s.capital_gain,
        "government_spending": p.spending + 0.0 * income,
        "consumption": consumption,
        "interest": interest,
        "coupon": coupon,
        "interest_bank": bank,
        "bank_profit": bank,
    }


@behaviour(reads=("government_spending", "consumption", "interest", "coupon"), books=("wages", "taxes"))
def incomes_lp(s: Any, p: Any) -> dict[str, Any]:
    """W = Y; T = theta (Y + r Bh_ + BL_)."""
    income = s.government_spending + s.consumption
    return {"wages": income, "taxes": p.theta * (income + s.interest + s.coupon)}


@behaviour(
    reads=("expected_wealth", "disposable_income", "@bills", "@perpetuities"),
    books=("bills_bought", "bills_repaid", "bonds_sold", "bonds_back"),
)
def portfolio(s: Any, p: Any) -> dict[str, Any]:
    """Bh = Ve (l20 + l22 r - l23 rbl) - l24 YDe; p BL = Ve (l30 - l32 r + l33 rbl) - l34 YDe; rbl = 1/p."""
    bond_rate = 1.0 / p.price
    bills = (
        s.expected_wealth * (p.bills0 + p.bills_rate * p.rate - p.bills_bonds * bond_rate)
        - p.bills_income * s.disposable_income
    )
    bonds = (
        s.expected_wealth * (p.bonds0 - p.bonds_rate * p.rate + p.bonds_bonds * bond_rate)
        - p.bonds_income * s.disposable_income
    )
    more_bills = bills - s.balance("bills", "household")
    more_bonds = (bonds - s.holdings("perpetuities")[0, 0])[None]
    return {
        "bills_bought": np.maximum(more_bills, 0.0),
        "bills_repaid": np.maximum(-more_bills, 0.0),
        "bonds_sold": np.maximum(more_bonds, 0.0)[0],
        "bonds_back": np.maximum(-more_bonds, 0.0)[0],
    }


def opening(books: Ensemble, p: Any, runs: Any) -> dict[str, Any]:
    """The steady state that the book prints (rate 0.03, price 20)."""
    books.open_claim("bills", "household", "treasury", 37.839)
    books.open_claim("bills", "central_bank", "treasury", 20.125)
    books.open_deposits("household", 20.125, "central_bank")
    books.open_shares("perpetuities", np.array([[1.892]]), np.array([20.0]))
    wealth = 37.839 + 20.125 + 1.892 * 20.0
    return {"regular_income": np.full(books.runs, 95.803), "wealth": np.full(books.runs, wealth)}


def lp(**changes: float) -> Model:
    """Model LP1 with changed parameters, opened near its steady state."""
    stages = (
        Stage("bond price", bond_price),
        Stage("demand", demand),
        Stage("incomes", incomes_lp),
        Stage("portfolio", portfolio),
        Stage("central bank", central_bank),
    )
    return Model("lp", CHART, FLOWS, stages, opening, Values({**START, **changes}), grid=GRID)
