"""The four channels together, until nothing is new: funding, solvency, valuation, and the index once at the end.

Definitions of stress, section 8. Each channel is monotone, so is their composition: links that a channel breaks stay
broken, and the loop ends. Scenarios run side by side (last axis), each with its own parameters.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from kanryu.stress.certificate import TOLERANCE
from kanryu.stress.funding import Amounts, Funded, FundingMap, Shock, run_funding
from kanryu.stress.situation import CHANNELS, Situation

MOST_LAPS = 200


@dataclass(frozen=True)
class Settings:
    """Parameters per scenario, float64 (S,)."""

    recovery_secured: Any
    recovery_unsecured: Any
    recovery_firm: Any
    margin: Any
    chi: Any
    raise_floor: Any
    firm_share: Any


@dataclass
class Outcome:
    """What happened; arrays [leg or entity, scenario].

    paid, planned : (m, S); revenue, planned_revenue : (n, S)
    short : (n, S), what an entity wanted to pay on its fixed legs and could not; fails : (n, S) bool
    debt_lost, claims_lost : (n, S), lost on debts outstanding and on firm claims from legs of this year
    recovered : (n, S), share of the claims on it that an entity pays
    called : (n, S), paid under guarantees; covered : (n, S), received under them
    value, value_before : (n, S), NaN = unknown; outside_value_lost : (n, S), part of the loss that outside holders bear
    index_return : (S,); laps : rounds of the four channels
    """

    paid: Any
    planned: Any
    revenue: Any
    planned_revenue: Any
    short: Any
    fails: Any
    debt_lost: Any
    claims_lost: Any
    recovered: Any
    called: Any
    covered: Any
    value: Any
    value_before: Any
    outside_value_lost: Any
    index_return: Any
    laps: int
    rounds: int
    residual: float
    converged: bool
    history: list[Any]
    cash_left: Any
    broken_later: Any


def run_channels(
    situation: Situation,
    shock: Shock,
    settings: Settings,
    given: Amounts | None = None,
    *,
    channels: Collection[str] = CHANNELS,
    stake_left: Any = None,
    multiple_left: Any = None,
    debt_failed: Any = None,
    history: bool = False,
) -> Outcome:
    """What a shock does through the channels that are switched on.

    Parameters
    ----------
    situation : Situation
    shock : Shock
        Broken links as factors; scenarios side by side.
    settings : Settings
        Parameters, one value per scenario.
    given : Amounts, optional
        Amounts that differ between scenarios.
    channels : collection of {"funding", "solvency", "valuation", "index"}
    stake_left, multiple_left : float64 (n, n, S) or (n, S), optional
        What is left of the value of stakes and of the multiple at which a business is valued.
    debt_failed : float64 (k, S), optional
        Part of each outstanding debt that is not repaid whatever its debtor could pay.

    Source
    ------
    Definitions of stress, section 8.
    """
    plan = situation.plan
    law = FundingMap(plan, shock, given)
    count = law.count
    extra = np.ones((plan.m, count))
    carried = np.zeros((plan.n, count), bool)
    paid_before: Any = None
    before = _values(situation, law.planned_revenue, law.planned_revenue, 0.0, settings, None, None)
    story: list[Any] = []
    laps, rounds, worst, converged = 0, 0, 0.0, True
    while True:
        laps += 1
        now = Shock(np.asarray(law.left) * extra, shock.outside, shock.outside_funding, shock.cash)
        if "funding" in channels:
            funded = run_funding(plan, now, given, history=history, start=paid_before, checked=True)
        else:
            funded = _direct_only(plan, now, given, count)
        paid_before = funded.paid
        story += funded.history if not story else funded.history[1:]
        rounds, worst, converged = rounds + funded.rounds, max(worst, funded.residual), converged and funded.converged
        missing = np.maximum(funded.missing, 0.0)
        missing[missing <= TOLERANCE * np.maximum(funded.planned, 1e-300)] = 0.0
        short = _by(plan.src, np.where(law.eta > 0, 0.0, missing), plan.n)
        fails = carried | (_by(plan.src, missing * (plan.firm > 0)[:, None], plan.n) > 0)
        missing = missing * now.leg  # a leg broken by decree is no claim
        debt_lost = claims_lost = np.zeros((plan.n, count))
        recovered = np.ones((plan.n, count))
        if "solvency" in channels:
            debt_lost, claims_lost, recovered, fails = _solvency(situation, missing, fails, settings, debt_failed)
        called, covered = _guarantees(situation, funded)
        value, value_lost = before, np.zeros((plan.n, count))
        new = np.ones((plan.m, count))
        if "valuation" in channels:
            value = _values(
                situation,
                funded.revenue,
                law.planned_revenue,
                debt_lost + claims_lost,
                settings,
                stake_left,
                multiple_left,
            )
            kept = 1.0 - situation.stakes.sum(axis=0)
            value_lost = kept[:, None] * (before - value)
            fallen = value < settings.raise_floor[None, :] * before * (1.0 - TOLERANCE)
            new[situation.raises] = np.where(fallen[plan.dst[situation.raises]], 0.0, 1.0)
        if "solvency" in channels:  # who is eaten up by write-offs finances nobody any more
            lends = np.asarray(plan.is_funding, bool)
            new[lends] = np.where(fails[plan.src[lends]], 0.0, new[lends])
        grown = extra * new
        if np.array_equal(grown, extra) or laps >= MOST_LAPS:
            break
        extra, carried = grown, fails
    move = np.zeros(count)
    if "index" in channels and situation.weights.any():
        relative = np.where(before > 0, value / np.where(before > 0, before, 1.0) - 1.0, 0.0)
        move = situation.weights @ np.nan_to_num(relative)
    return Outcome(
        paid=funded.paid,
        planned=funded.planned,
        revenue=funded.revenue,
        planned_revenue=law.planned_revenue,
        short=short,
        fails=fails,
        debt_lost=debt_lost,
        claims_lost=claims_lost,
        recovered=recovered,
        called=called,
        covered=covered,
        value=value,
        value_before=before,
        outside_value_lost=value_lost,
        index_return=move,
        laps=laps,
        rounds=rounds,
        residual=worst,
        converged=converged,
        history=story,
        cash_left=funded.cash_left,
        broken_later=extra < 1.0,
    )


def _guarantees(situation: Situation, funded: Funded) -> tuple[Any, Any]:
    """What guarantors pay on covered legs that fall short, up to their caps, and who receives it."""
    plan = situation.plan
    gone = (funded.planned - funded.paid)[situation.covered]
    paid = np.minimum(np.maximum(gone, 0.0), situation.guarantee_cap[:, None])
    return _by(situation.guarantor, paid, plan.n), _by(plan.dst[situation.covered], paid, plan.n)


def _by(rows: Any, values: Any, n: int) -> Any:
    total = np.zeros((n, values.shape[1]))
    np.add.at(total, rows, values)
    return total


def _direct_only(plan: Any, shock: Shock, given: Amounts | None, count: int) -> Funded:
    """Funding channel off: broken links carry nothing, everybody else pays as planned."""
    law = FundingMap(plan, shock, given, count)
    paid = law.amount * law.left
    revenue, resources = law.revenue_and_resources(paid)
    spent = _by(plan.src, paid, plan.n)
    return Funded(
        paid=paid,
        missing=np.zeros_like(paid),
        revenue=revenue,
        resources=resources,
        planned=law.amount,
        planned_revenue=law.planned_revenue,
        cash_left=resources - spent,
        rounds=1,
        residual=0.0,
        converged=True,
        history=[law.amount[:, 0].copy(), paid[:, 0].copy()],
    )


def _solvency(
    situation: Situation, missing: Any, fails: Any, settings: Settings, debt_failed: Any
) -> tuple[Any, Any, Any, Any]:
    """Losses of creditors on debts and on claims, share recovered per debtor, and who fails when losses exceed buffers.

    Claims on who fails: debts outstanding in full, unpaid legs as far as they are firm. An estate pays its recovery
    rate (section 10); losses beyond a known buffer fail the creditor too, round after round.
    """
    plan = situation.plan
    claim = missing * plan.firm[:, None] * settings.firm_share[None, :]
    rate = np.where(
        situation.is_secured[:, None], settings.recovery_secured[None, :], settings.recovery_unsecured[None, :]
    )
    owed = situation.owed[:, None] if situation.owed.ndim == 1 else situation.owed
    claims_lost = _by(plan.dst, claim * (1.0 - settings.recovery_firm[None, :]), plan.n)
    for _ in range(plan.n + 1):
        down = fails[situation.debtor].astype(np.float64) if len(situation.debtor) else np.zeros((0, fails.shape[1]))
        if debt_failed is not None:
            down = np.maximum(down, debt_failed)
        debt_lost = _by(situation.creditor, down * owed * (1.0 - rate), plan.n)
        # a buffer that is not known (NaN) is never said to be used up
        now = fails | (debt_lost + claims_lost > situation.buffer[:, None] * (1.0 + TOLERANCE))
        if np.array_equal(now, fails):
            break
        fails = now
    total = _by(plan.src, claim, plan.n) + _by(situation.debtor, down * owed, plan.n)
    paid = _by(plan.src, claim * settings.recovery_firm[None, :], plan.n)
    paid += _by(situation.debtor, down * owed * rate, plan.n)
    return debt_lost, claims_lost, np.where(total > 0, paid / np.where(total > 0, total, 1.0), 1.0), fails


def _values(
    situation: Situation, revenue: Any, planned: Any, lost: Any, settings: Settings, stake_left: Any, multiple_left: Any
) -> Any:
    """Equity values after losses of revenue and write-offs, stakes passed through; NaN where not known."""
    own, earnings = situation.own_value[:, None], situation.earnings[:, None]
    gone = np.maximum(planned - revenue, 0.0)
    relative = np.where(planned > 0, gone / np.where(planned > 0, planned, 1.0), 0.0)
    drop = np.minimum(settings.margin[None, :] * gone / np.where(earnings > 0, earnings, 1.0), 1.0)
    rated = np.maximum(1.0 - settings.chi[None, :] * drop, 0.0) * (1.0 - drop)
    scale = np.where(earnings > 0, rated, 1.0 - np.minimum(relative, 1.0))
    if multiple_left is not None:
        scale = scale * multiple_left
    value = own * scale - lost
    unknown = np.isnan(value)
    known = np.where(unknown, 0.0, value)
    equity = np.maximum(known, 0.0)
    if situation.stakes.any():
        equity = _hold_each_other(situation.stakes, known, stake_left)
    return np.where(unknown, np.nan, equity)


def _hold_each_other(stakes: Any, own: Any, stake_left: Any) -> Any:
    """Greatest solution of E = max(0, u + S E), scenarios side by side; the column sums of S are below one.

    With all own values at zero or above it is (I - S)^-1 u; that of the positive parts is an upper bound, from which
    the sequence falls where somebody is below zero or a stake is written down.
    """
    equity = np.linalg.solve(np.eye(stakes.shape[0]) - stakes, np.maximum(own, 0.0))
    if stake_left is None and np.all(own >= 0.0):
        return equity
    for _ in range(10_000):
        if stake_left is None:
            held = stakes @ equity
        else:
            held = np.einsum("ijs,js->is", stakes[:, :, None] * stake_left, equity)
        new = np.maximum(own + held, 0.0)
        moved = float(np.max(np.abs(new - equity), initial=0.0))
        equity = new
        if moved <= 1e-12 * (1.0 + float(np.max(equity, initial=0.0))):
            break
    return equity
