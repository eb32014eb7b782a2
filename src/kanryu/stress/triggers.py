"""Triggers and forced sales: what a fall of value sets off, and what the selling does to the price.

Definitions of stress, section 4. Each trigger is a broken link or a new claim for the funding and solvency channels.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from kanryu.core.errors import InputError


def margin_call(loan: float, value: float, limit: float, target: float) -> float:
    """Payment that cures a loan-to-value covenant: 0 if it holds, else loan - target x value.

    Examples
    --------
    >>> round(margin_call(8.0, 9.0, 0.85, 0.8), 12)
    0.8
    """
    if not 0 < target <= limit:
        raise InputError(key="stress.covenant_targets", target=target, limit=limit)
    if value > 0 and loan / value <= limit:
        return 0.0
    return max(0.0, loan - target * max(value, 0.0))


def covenant_holds(debt: float, earnings: float, service: float, *, most_leverage: float, least_cover: float) -> bool:
    """Whether debt / earnings and earnings / debt service keep their limits; no further draws if not."""
    leverage = debt <= most_leverage * earnings if earnings > 0 else debt <= 0
    return leverage and earnings >= least_cover * service


def price_move(
    sold: Any, *, daily_volume: Any = None, volatility: Any = None, y: float = 0.75, slope: Any = None
) -> Any:
    """Relative fall of a price when an amount is sold: Y s sqrt(Q / ADV), or slope x Q.

    Source
    ------
    Toth et al. (2011) for the square root; Greenwood, Landier and Thesmar (2015) for the line.
    """
    sold = np.asarray(sold, np.float64)
    if slope is not None:
        return slope * sold
    return y * np.asarray(volatility) * np.sqrt(sold / np.asarray(daily_volume))


class LeverageTargeting(msgspec.Struct, frozen=True, kw_only=True):
    """Sales per asset, relative price moves, and second-round losses per holder."""

    sales: list[float]
    price: list[float]
    loss: list[float]


def leverage_targeting(assets: Any, weights: Any, debt_to_equity: Any, slope: Any, shock: Any) -> LeverageTargeting:
    """Holders who keep their leverage sell after a fall; the selling moves prices and hits all holders.

    Parameters
    ----------
    assets, debt_to_equity : float64 (n,)
    weights : float64 (n, k)
        Portfolio weights, rows sum to 1.
    slope : float64 (k,)
        Relative price move per unit of money sold.
    shock : float64 (k,)
        First relative price move.

    Returns
    -------
    LeverageTargeting
        `sales = M' B A M f`, `price = L sales`, `loss = -A M price` (positive = lost).

    Source
    ------
    Greenwood, Landier and Thesmar (2015), Journal of Financial Economics 115, eq. 5.
    """
    assets, weights = np.asarray(assets, np.float64), np.asarray(weights, np.float64)
    sales = weights.T @ (np.asarray(debt_to_equity) * assets * (weights @ np.asarray(shock, np.float64)))
    price = np.asarray(slope) * sales
    return LeverageTargeting(sales=sales.tolist(), price=price.tolist(), loss=(-assets * (weights @ price)).tolist())


class FireSale(msgspec.Struct, frozen=True, kw_only=True):
    """A price fall that feeds itself: the mild (greatest) and the severe (least) solution."""

    fall: float
    sold: list[float]
    severe_fall: float
    severe_sold: list[float]
    least_differs: bool
    residual: float


def limit_sales(fall: float, equity: Any, security: Any, loans: Any, limit: float) -> Any:
    """Share of its security that each bank sells to come back under a leverage limit after a price fall."""
    equity, security, loans = (np.asarray(x, np.float64) for x in (equity, security, loans))
    left = equity - security * fall
    safe = np.where(left > 0, left, 1.0)
    part = 1.0 - (limit * left - loans) / (security * (1.0 - fall))
    part = np.where((security * (1.0 - fall) + loans) / safe <= limit, 0.0, part)
    return np.where((left <= 0) | (loans / safe > limit), 1.0, np.clip(part, 0.0, 1.0))


def fire_sale(equity: Any, security: Any, loans: Any, *, limit: float, impact: float) -> FireSale:
    """Sales of one security by banks under a leverage limit; the price falls by sqrt(impact x amount sold).

    From no fall upwards the iteration runs to the mild solution, from the fall when all sell downwards to the severe.

    Source
    ------
    Breuer, Summer and Urosevic (2021), appendix (several equilibria).
    """
    security = np.asarray(security, np.float64)

    def respond(fall: float) -> float:
        return float(np.sqrt(impact * (security @ limit_sales(fall, equity, security, loans, limit))))

    worst = float(np.sqrt(impact * security.sum()))
    if worst >= 1.0:
        raise InputError(key="stress.impact_too_large", found=worst)
    ends = []
    for start in (0.0, worst):
        fall = start
        for _ in range(200_000):
            new = respond(fall)
            moved, fall = abs(new - fall), new
            if moved <= 1e-16:
                break
        ends.append(fall)
    mild, severe = ends
    return FireSale(
        fall=mild,
        sold=limit_sales(mild, equity, security, loans, limit).tolist(),
        severe_fall=severe,
        severe_sold=limit_sales(severe, equity, security, loans, limit).tolist(),
        least_differs=abs(severe - mild) > 1e-9,
        residual=abs(respond(mild) - mild),
    )
