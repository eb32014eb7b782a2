"""Fundamentalists who pay for their forecast against free trend followers (Brock and Hommes 1998, JEDC 22).

R x = (1 - m_)/2 g x_ with m = tanh(beta/2 (-(g/(a sigma^2)) x__ (x - R x_) - C)): x is the distance of the price
from its fundamental, m the difference of the fractions of both types, x__ two periods back.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.chart import Chart
from kanryu.machine.books.ensemble import Ensemble
from kanryu.machine.books.model import Model, Stage
from kanryu.machine.books.parameters import Values

START = {"trend": 1.2, "gross_rate": 1.1, "cost": 1.0, "risk": 1.0, "intensity": 3.0, "first": 0.1}
CHART = Chart({"traders": ("fundamentalists", "trend_followers"), "banks": ("bank",)})


@behaviour(
    reads=("last.deviation", "last.deviation_before", "last.difference"),
    gives=("deviation", "deviation_before", "difference"),
)
def price(s: Any, p: Any) -> dict[str, Any]:
    """R x = (1 - m_)/2 g x_; m = tanh(beta/2 (-(g/(a sigma^2)) x__ (x - R x_) - C))."""
    one, two = s.last.deviation, s.last.deviation_before
    deviation = 0.5 * (1.0 - s.last.difference) * p.trend * one / p.gross_rate
    gain = -(p.trend / p.risk) * two * (deviation - p.gross_rate * one) - p.cost
    return {
        "deviation": deviation,
        "deviation_before": one,
        "difference": np.tanh(0.5 * p.intensity * gain),
    }


def opening(books: Ensemble, p: Any, runs: Any) -> dict[str, Any]:
    """A small deviation, with the fractions that it implies."""
    first = np.full(books.runs, p.first)
    return {
        "deviation": first,
        "deviation_before": first,
        "difference": np.full(books.runs, math.tanh(-p.intensity / 2)),
    }


def brock_hommes(**changes: float) -> Model:
    """The two-type asset market with changed parameters (`intensity` = beta)."""
    return Model("brock-hommes", CHART, (), (Stage("price", price),), opening, Values({**START, **changes}))


def steady_state(
    trend: float, gross_rate: float, cost: float, intensity: float, risk: float = 1.0
) -> tuple[float, float]:
    """(m*, x*): m* = 1 - 2R/g and x*^2 = (2 atanh(m*)/beta + C) a sigma^2 / (g (R - 1)).

    x* is 0 before the pitchfork.
    """
    difference = 1.0 - 2.0 * gross_rate / trend
    square = (2.0 * math.atanh(difference) / intensity + cost) * risk / (trend * (gross_rate - 1.0))
    return difference, math.sqrt(max(square, 0.0))


def pitchfork(trend: float, gross_rate: float, cost: float) -> float:
    """Intensity at which the fundamental price loses its stability: ln(R / (g - R)) / C."""
    return math.log(gross_rate / (trend - gross_rate)) / cost


def neimark_sacker(trend: float, gross_rate: float, cost: float, risk: float = 1.0) -> float:
    """Intensity at which the non-fundamental steady state starts to oscillate.

    The Jacobian of (x, x_, m) at the steady state has a complex pair of modulus one there; found by bisection.
    """

    def modulus(intensity: float) -> float:
        m, x = steady_state(trend, gross_rate, cost, intensity, risk)
        a = 0.5 * (1.0 - m) * trend / gross_rate  # = 1 at the steady state
        b = -0.5 * trend * x / gross_rate
        slope = 0.5 * intensity * (1.0 - m * m)
        k = -(trend / risk)
        # gain = k x__ (x' - R x_), x' = a x_ + b (m_ - m*): derivatives with respect to (x_, x__, m_)
        jacobian = np.array(
            [
                [a, 0.0, b],
                [1.0, 0.0, 0.0],
                [slope * k * x * (a - gross_rate), slope * k * (1.0 - gross_rate) * x, slope * k * x * b],
            ]
        )
        return float(np.abs(np.linalg.eigvals(jacobian)).max())

    low, high = pitchfork(trend, gross_rate, cost) * 1.01, 20.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if modulus(middle) < 1.0 else (low, middle)
    return 0.5 * (low + high)
