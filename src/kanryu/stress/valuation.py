"""Valuation channel: cross-held value, failure costs, revision of earnings, marks and the index.

Definitions of stress, sections 4 and 5. Values are those of entities; what belongs to outside holders is counted
once, however often shares are held in a circle.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from kanryu.core.errors import InputError
from kanryu.stress.certificate import TOLERANCE


def _check_stakes(stakes: Any) -> Any:
    stakes = np.asarray(stakes, np.float64)
    held = stakes.sum(axis=0)
    if np.any(stakes < 0) or np.any(held >= 1.0):
        k = int(np.argmax(held))
        raise InputError(key="stress.stakes_over_one", issuer=str(k), found=float(held[k]))
    return stakes


def cross_held_value(own: Any, stakes: Any, *, limited: bool = True) -> tuple[Any, Any]:
    """Equity of firms that hold each other's shares, and the part of it that belongs to outside holders.

    Parameters
    ----------
    own : float64 (n,)
        Value of the own business net of debt.
    stakes : float64 (n, n)
        `stakes[i, j]` = share of j held by i; column sums below 1.
    limited : bool
        Limited liability: E = max(0, u + S E); otherwise E = (I - S)^-1 u.

    Returns
    -------
    (equity, outside) : float64 (n,), float64 (n,)
        The greatest (only) solution; `outside` sums to the sum of `own` if nobody is at zero.

    Source
    ------
    Definitions of stress, section 4; Elliott, Golub and Jackson (2014), section 2.

    Examples
    --------
    >>> cross_held_value([100.0, 50.0], [[0, 0.1], [0.2, 0]])[0].round(6).tolist()
    [107.142857, 71.428571]
    """
    stakes = _check_stakes(stakes)
    own = np.asarray(own, np.float64)
    alive = np.ones(own.size, bool)
    equity = own
    for _ in range(own.size + 1):  # firms only leave: the set of live firms falls to the greatest solution
        system = np.eye(own.size) - stakes * alive[None, :]
        equity = np.linalg.solve(system, own)
        if not limited or np.all((equity >= 0) | ~alive):
            break
        alive &= equity >= 0
    if limited:
        equity = np.where(alive, np.maximum(equity, 0.0), 0.0)
    return equity, (1.0 - stakes.sum(axis=0)) * equity


class FailureCosts(msgspec.Struct, frozen=True, kw_only=True):
    """Values after failures with costs; `failed` in rounds; `least_differs` = a worse outcome feeds itself too."""

    value: list[float]
    market_value: list[float]
    failed: tuple[tuple[int, ...], ...]
    least_differs: bool
    dependency: list[list[float]]


def failure_costs(own: Any, holdings: Any, floor: Any, cost: Any) -> FailureCosts:
    """Market values of firms that hold each other when failing costs something.

    Parameters
    ----------
    own : float64 (n,)
        Value of the assets of each firm (D p).
    holdings : float64 (n, n)
        `holdings[i, j]` = share of j held by i (C), column sums below 1.
    floor, cost : float64 (n,)
        A firm whose value to outside holders is below `floor` loses `cost`.

    Returns
    -------
    FailureCosts
        `value` = v = Chat (I - C)^-1 (D p - b); best case (fewest failures).

    Source
    ------
    Elliott, Golub and Jackson (2014), American Economic Review 104, sections 2-3.
    """
    holdings = _check_stakes(holdings)
    own, floor, cost = (np.asarray(x, np.float64) for x in (own, floor, cost))
    kept = 1.0 - holdings.sum(axis=0)
    through = np.linalg.inv(np.eye(own.size) - holdings)
    dependency = kept[:, None] * through

    def settle(failed: Any) -> tuple[Any, list[tuple[int, ...]]]:
        rounds: list[tuple[int, ...]] = []
        while True:
            value = dependency @ (own - cost * failed)
            now = value < floor - TOLERANCE * np.abs(floor)
            new = now & ~failed
            if not new.any():
                return value, rounds
            failed = failed | now
            rounds.append(tuple(int(i) for i in np.flatnonzero(new)))

    best, rounds = settle(np.zeros(own.size, bool))
    failed = np.ones(own.size, bool)  # worst case: start with all failed and let those recover who can
    while True:
        worst = dependency @ (own - cost * failed)
        still = failed & (worst < floor - TOLERANCE * np.abs(floor))
        if np.array_equal(still, failed):
            break
        failed = still
    lost = np.zeros(own.size, bool)
    lost[[i for names in rounds for i in names]] = True
    return FailureCosts(
        value=best.tolist(),
        market_value=(through @ (own - cost * lost)).tolist(),
        failed=tuple(rounds),
        least_differs=not np.array_equal(lost, failed),
        dependency=dependency.tolist(),
    )


def revised_value(
    earnings: Any, multiple: Any, lost_revenue: Any, margin: Any, chi: Any, *, debt: Any = 0.0, cash: Any = 0.0
) -> Any:
    """Value of own business after a loss of revenue: lower earnings at a lower multiple.

    `multiple (1 - chi drop / earnings) (earnings - drop) - debt + cash`, drop = margin x lost revenue, floored at
    -debt + cash (definitions section 4). All arguments broadcast.

    Examples
    --------
    >>> float(revised_value(10.0, 30.0, 5.0, 0.6, 0.5))
    178.5
    """
    earnings = np.asarray(earnings, np.float64)
    drop = np.asarray(margin) * np.asarray(lost_revenue)
    relative = np.where(earnings > 0, drop / np.where(earnings > 0, earnings, 1.0), 0.0)
    rated = np.asarray(multiple) * np.maximum(0.0, 1.0 - np.asarray(chi) * relative)
    return np.maximum(rated * (earnings - drop), 0.0) - debt + cash


class IndexEffect(msgspec.Struct, frozen=True, kw_only=True):
    """Return of an index, weights afterwards, and the loss in money where market values are known."""

    index_return: float
    weights_after: list[float]
    loss: float | None
    consumption_loss: float | None


def index_effect(
    weights: Any, returns: Any, *, market_values: Any = None, wealth: float | None = None, mpc: float = 0.0
) -> IndexEffect:
    """What falls of shares do to an index: r = sum of w r, weights before the shock.

    Parameters
    ----------
    weights, returns : float64 (n,)
        Shares of the index and relative changes; members not listed do not move.
    market_values : float64 (n,), optional
        Gives the loss in money, sum of value x return.
    wealth : float, optional
        Value of the whole index, if market values of the members are not known.
    mpc : float
        Consumption lost per unit of wealth lost.

    Source
    ------
    Definitions of stress, section 5.

    Examples
    --------
    >>> round(index_effect([0.08, 0.06, 0.04], [-0.3, -0.2, -0.5]).index_return, 12)
    -0.056
    """
    weights, returns = np.asarray(weights, np.float64), np.asarray(returns, np.float64)
    if np.any(weights < 0) or weights.sum() > 1.0 + 1e-9:
        raise InputError(key="stress.weights_range", found=float(weights.sum()))
    move = float(weights @ returns)
    loss = None
    if market_values is not None:
        loss = float(np.asarray(market_values, np.float64) @ returns)
    elif wealth is not None:
        loss = wealth * move
    return IndexEffect(
        index_return=move,
        weights_after=(weights * (1.0 + returns) / (1.0 + move)).tolist(),
        loss=loss,
        consumption_loss=None if loss is None else loss * mpc,
    )
