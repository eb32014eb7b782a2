"""Closed forms of the limit cases (definitions/machine, section 9): what simulation must do with rules off."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.integrate import quad
from scipy.optimize import brentq

Array = npt.NDArray[np.float64]


def boomerang(money: float, leak: float, reinvested: float = 0.0) -> tuple[float, float]:
    """Revenue and money given when a vendor finances its buyer: m(1-λ)/(1-r(1-λ)) and m/(1-r(1-λ)) (9.1, 9.2)."""
    gain = reinvested * (1.0 - leak)
    return money * (1.0 - leak) / (1.0 - gain), money / (1.0 - gain)


def ring_multiplier(leaks: tuple[float, ...], reinvested: float) -> float:
    """1/(1 - r ρ) with ρ the product of what every hop passes on (9.3)."""
    return 1.0 / (1.0 - reinvested * math.prod(1.0 - leak for leak in leaks))


def cash_half_life(quarters: float) -> float:
    """Half-life of circulation without new money: ln 2 / -ln(1 - 1/τ) (9.4)."""
    return math.log(2.0) / -math.log(1.0 - 1.0 / quarters)


def flow_gap(speed: float, free_share: float, flow: float) -> float:
    """Steady gap ln(P/V*) under a constant flow: (1-κ) ln(1 + f/φ)/κ (9.6)."""
    return (1.0 - speed) * math.log1p(flow / free_share) / speed


def capital_ratio(growth: float, wear: float) -> float:
    """K/I at constant growth: (1+g)/(g+δ) (9.7)."""
    return (1.0 + growth) / (growth + wear)


def charged_share(growth: float, wear: float) -> float:
    """Depreciation charged over investment: δ/(g+δ), on the opening stock (9.7)."""
    return wear / (growth + wear)


def leverage(credit: float, growth: float, wear: float, repayment: float) -> float:
    """Debt over capital: LTV (g+δ)/(g+a) (9.8)."""
    return credit * (growth + wear) / (growth + repayment)


def finance_threshold(margin: float, cost: float) -> float:
    """Share of a dollar that must come back for vendor finance without marks: (k + PD·LGD)/μ (9.9)."""
    return cost / margin


def vendor_dollar(margin: float, back: float, price_earnings: float) -> tuple[float, float]:
    """Value of one vendor dollar to a sceptic, μρ, and to a believer, 4 PE μρ (9.10)."""
    return margin * back, 4.0 * price_earnings * margin * back


def price_loop(margin: float, back: float, part: float, price_earnings: float) -> tuple[float, float, float]:
    """Gain G = 4μρθPE, multiplier 1/(1-G) and runaway part θ* = 1/(4μρPE) (9.11)."""
    gain = 4.0 * margin * back * part * price_earnings
    return gain, 1.0 / (1.0 - gain), 1.0 / (4.0 * margin * back * price_earnings)


def growth_needed(multiple: float, mature: float, discount: float, years: float) -> float:
    """Growth that a price-earnings ratio implies: (1+ρ)(PE/m0)^(1/T) - 1 (9.12)."""
    return float((1.0 + discount) * (multiple / mature) ** (1.0 / years) - 1.0)


def story_left(contagion: float, fatigue: float, start: float) -> tuple[float, float]:
    """R0 = β/(1-e^-γ) and the share never reached, S∞ = S0 exp(-R0 (1 - S∞)) (9.13)."""
    number = contagion / -math.expm1(-fatigue)
    first = 1.0 - start
    return number, float(brentq(lambda s: s - first * math.exp(-number * (1.0 - s)), 1e-12, 0.999 * first))


def story_rest(contagion: float, fatigue: float, relapse: float) -> float:
    """Steady belief with relapse (9.14)."""
    tired, back = -math.expm1(-fatigue), -math.expm1(-relapse)

    def gap(b: float) -> float:
        return (1.0 - b - b * tired / back) * -math.expm1(-contagion * b) - b * tired

    return float(brentq(gap, 1e-6, 1.0 / (1.0 + tired / back)))


def adoption_peak(innovation: float, imitation: float) -> float:
    """Quarter of the fastest adoption: ln(q/p)/(p+q) (9.15)."""
    return math.log(imitation / innovation) / (innovation + imitation)


def cross_holding(holdings: Array, own: Array) -> Array:
    """Values of firms that hold each other: (I - W)^-1 e (9.17)."""
    return np.asarray(np.linalg.solve(np.eye(len(own)) - holdings, own))


def short_call(
    drift: float, hazard: float, crash: float, equity: float, margin: float
) -> tuple[float, float, float, float]:
    """Price at the margin call, quarters to it, chance of being called first, expected value (9.20).

    value = ∫0^T h e^-ht (1 - (1-c) e^at) dt - e^-hT (price at call - 1).
    """
    price = (1.0 + equity) / (1.0 + margin)
    quarters = math.log(price) / drift
    called = math.exp(-hazard * quarters)
    gain, _ = quad(
        lambda t: hazard * math.exp(-hazard * t) * (1.0 - (1.0 - crash) * math.exp(drift * t)), 0.0, quarters
    )
    return price, quarters, called, gain - called * (price - 1.0)


def short_break_even(drift: float, crash: float) -> float:
    """Hazard at which the crash just pays for the drift: h = a/c (9.20)."""
    return drift / crash


def put_break_even(premium: float, payoff: float) -> float:
    """Hazard at which a ladder of puts breaks even: π/x (9.21)."""
    return premium / payoff


def loop_gain(step: Any, state: Array, size: float = 1e-6) -> float:
    """Spectral radius of the Jacobian of a one-quarter map at a state, by central differences.

    Parameters
    ----------
    step : function from a state (n,) to the next state (n,)
    """
    columns = []
    for i in range(state.size):
        bump = np.zeros_like(state)
        bump[i] = size * max(abs(state[i]), 1.0)
        columns.append((step(state + bump) - step(state - bump)) / (2.0 * bump[i]))
    return float(np.abs(np.linalg.eigvals(np.stack(columns, axis=1))).max())
