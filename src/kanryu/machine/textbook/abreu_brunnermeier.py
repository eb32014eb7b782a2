"""When rational traders ride a bubble and when they attack it (Abreu and Brunnermeier, Econometrica 71(1), 2003).

The bubble starts at t0 (exponential, rate `hazard`); traders learn of it one after the other over a window; the price
grows at `growth`, cash at `riskless`. The bubble bursts when a mass has sold, or at the latest after `limit`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.chart import Chart
from kanryu.machine.books.ensemble import Ensemble
from kanryu.machine.books.model import Model, Stage
from kanryu.machine.books.parameters import Values


class Burst(msgspec.Struct, frozen=True):
    """How the bubble ends.

    attack_hazard : lambda / (1 - e^(-lambda eta kappa))
    is_endogenous : bursts because traders attack, before the limit
    bursts_after : time since t0
    sells_after : time since a trader learned
    """

    attack_hazard: float
    is_endogenous: bool
    bursts_after: float
    sells_after: float


def burst(
    *,
    hazard: float,
    window: float,
    mass: float,
    limit: float,
    growth: float,
    riskless: float,
    overpricing: Callable[[float], float],
    inverse: Callable[[float], float],
) -> Burst:
    """The equilibrium of the paper.

    Parameters
    ----------
    hazard, window, mass, limit : lambda, eta, kappa, tau-bar
    overpricing, inverse : beta(u), the share of the price that is bubble after u, and its inverse
    """
    attack = hazard / (1.0 - math.exp(-hazard * window * mass))
    if attack > (growth - riskless) / overpricing(limit):
        after = inverse((growth - riskless) / attack)
        return Burst(attack, True, after, after - window * mass)
    spread = growth - riskless
    wait = math.log(spread / (spread - hazard * overpricing(limit))) / hazard
    return Burst(attack, False, limit, limit - wait)


START = {"hazard": 0.1, "window": 4.0, "mass": 0.3, "wait": 0.934844, "step": 0.01, "limit": 30.0}
CHART = Chart({"traders": ("trader",), "banks": ("bank",)})


@behaviour(reads=("last.since_start", "last.sold", "last.burst_at"), gives=("since_start", "sold", "burst_at"))
def attack(s: Any, p: Any) -> dict[str, Any]:
    """Mass sold = share of traders who learned at least `wait` ago; the bubble bursts when it reaches `mass`."""
    since = s.last.since_start + p.step
    sold = np.clip((since - p.wait) / p.window, 0.0, 1.0)
    bursts = ((sold >= p.mass) | (since >= p.limit)) & np.isnan(s.last.burst_at)
    return {"since_start": since, "sold": sold, "burst_at": np.where(bursts, since, s.last.burst_at)}


def opening(books: Ensemble, p: Any, runs: Any) -> dict[str, Any]:
    """The moment t0: nobody knows yet."""
    zero = np.zeros(books.runs)
    return {"since_start": zero, "sold": zero, "burst_at": np.full(books.runs, np.nan)}


def abreu_brunnermeier(**changes: float) -> Model:
    """Traders who wait a given time after learning, and the burst that follows from it."""
    return Model("abreu-brunnermeier", CHART, (), (Stage("attack", attack),), opening, Values({**START, **changes}))
