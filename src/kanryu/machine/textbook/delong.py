"""Noise trader risk (De Long, Shleifer, Summers and Waldmann, Journal of Political Economy 98(4), 1990, equation 12).

p = 1 + mu (rho - rho*)/(1 + r) + mu rho*/r - 2 gamma mu^2 sigma^2 / (r (1 + r)^2).
"""

from __future__ import annotations

from typing import Any

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.chart import Chart
from kanryu.machine.books.ensemble import Ensemble
from kanryu.machine.books.model import Model, Stage
from kanryu.machine.books.parameters import Values

START = {"noise_share": 0.3, "mean": 0.05, "variance": 0.04, "rate": 0.03, "aversion": 1.0, "noise": 1.0}
CHART = Chart({"traders": ("sophisticated", "noise_traders"), "banks": ("bank",)})


def price(*, noise_share: Any, misperception: Any, mean: Any, rate: Any, aversion: Any, variance: Any) -> Any:
    """Price of the unsafe asset by equation 12 (mu, rho_t, rho*, r, gamma, sigma_rho squared)."""
    return (
        1.0
        + noise_share * (misperception - mean) / (1.0 + rate)
        + noise_share * mean / rate
        - 2.0 * aversion * noise_share**2 * variance / (rate * (1.0 + rate) ** 2)
    )


@behaviour(reads=("~misperception",), gives=("misperception", "unsafe_price"))
def market(s: Any, p: Any) -> dict[str, Any]:
    """rho ~ N(rho*, sigma^2) each period; price by equation 12."""
    rho = p.mean + p.noise * p.variance**0.5 * s.normal("misperception")[0]
    found = price(
        noise_share=p.noise_share,
        misperception=rho,
        mean=p.mean,
        rate=p.rate,
        aversion=p.aversion,
        variance=p.variance,
    )
    return {"misperception": rho, "unsafe_price": found}


def opening(books: Ensemble, p: Any, runs: Any) -> dict[str, Any]:
    """No history."""
    return {}


def delong(**changes: float) -> Model:
    """The market with noise traders."""
    return Model("delong", CHART, (), (Stage("market", market),), opening, Values({**START, **changes}))
