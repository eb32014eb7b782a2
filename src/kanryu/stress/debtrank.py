"""Distress before default: the DebtRank family and network valuation (NEVA).

Definitions of stress, section 6. h_i is the relative loss of equity; a claim loses value before its debtor defaults.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, get_args

import msgspec
import numpy as np

from kanryu.core.errors import InputError, LimitReached, NotFound, UsageError
from kanryu.core.results import Origin
from kanryu.stress.certificate import Certificate

Variant = Literal["multi", "single", "threshold"]
VARIANTS: tuple[str, ...] = get_args(Variant)
DEFAULTED = 1.0 - 1e-12
MOST_ROUNDS = 200_000


class Distress(msgspec.Struct, frozen=True, kw_only=True):
    """How far distress spreads; losses in the unit of the equity.

    stress : h at the end, in [0, 1]; stress_uncapped : sum of what reached an account, may exceed 1 (for comparison
    with programs that do not cap); debtrank : weighted h at the end minus weighted shock
    defaults : accounts in the rounds in which their equity was gone, round 0 = by the shock itself
    """

    stress: dict[str, float]
    stress_uncapped: dict[str, float]
    debtrank: float
    original_stress: float
    original_losses: float
    additional_losses: float
    additional_losses_uncapped: float
    additional_defaults: int
    defaults: tuple[tuple[str, ...], ...]
    spectral_radius: float | None
    certificate: Certificate
    origin: Origin


def leverage(holder: Any, debtor: Any, amount: Any, equity: Any) -> Any:
    """Lam[i, j] = claim of i on j / equity of i, as a sparse array; 0 rows for accounts without claims."""
    from scipy.sparse import csr_array

    equity = np.asarray(equity, np.float64)
    n = equity.size
    return csr_array((np.asarray(amount, np.float64) / equity[holder], (holder, debtor)), shape=(n, n))


def multi_hit(lam: Any, shock: Any) -> tuple[Any, Any, Any, int, bool]:
    """h = min(1, h(0) + Lam h), least solution above the shock: (h, uncapped, round of default, rounds, converged).

    Sweeps raise h from below; after every block of sweeps the linear system of the accounts not yet at 1 is solved,
    and its answer is taken as soon as it caps nobody: then it is the limit of the sweeps, to rounding.

    Source
    ------
    Bardoscia, Battiston, Caccioli and Caldarelli (2015), PLoS ONE 10(6).
    """
    from scipy.sparse import eye_array
    from scipy.sparse.linalg import splu

    n = shock.size
    h = shock.astype(np.float64).copy()
    reached = np.where(h >= DEFAULTED, 0, -1)
    rounds, block = 0, max(64, n // 4)
    while rounds < MOST_ROUNDS:
        for _ in range(block):
            new = np.minimum(1.0, shock + lam @ h)
            rounds += 1
            reached[(new >= DEFAULTED) & (reached < 0)] = rounds
            moved = float(np.max(new - h, initial=0.0))
            h = np.maximum(new, h)
            if moved == 0.0:
                return h, shock + lam @ h, reached, rounds, True
        free = np.flatnonzero(reached < 0)
        if not free.size:
            return np.minimum(h, 1.0), shock + lam @ h, reached, rounds, True
        capped = np.flatnonzero(reached >= 0)
        right = shock[free] + lam[free][:, capped] @ np.ones(capped.size)
        try:
            limit = splu((eye_array(free.size) - lam[free][:, free]).tocsc()).solve(right)
        except RuntimeError:  # singular: the radius is one, the sweeps decide
            continue
        # (a negative or smaller solution means a radius above one: the sweeps still grow)
        if np.all(limit <= 1.0) and np.all(limit >= h[free] - 1e-12):
            h[free] = np.maximum(limit, h[free])
            h[capped] = 1.0
            reached[(h >= DEFAULTED) & (reached < 0)] = rounds
            return h, shock + lam @ h, reached, rounds, True
        block *= 2
    return h, shock + lam @ h, reached, rounds, False


def _one_pass(lam: Any, shock: Any, variant: Variant) -> tuple[Any, Any, Any, int, bool]:
    """Single-hit (passes on its distress once, when first hit) and threshold (passes on 1 when it reaches 1)."""
    n = shock.size
    total = shock.astype(np.float64).copy()
    reached = np.where(total >= DEFAULTED, 0, -1)
    passed = np.zeros(n, bool)
    rounds = 0
    while True:
        level = np.minimum(total, 1.0)
        ready = ~passed & ((level >= DEFAULTED) if variant == "threshold" else (level > 0))
        if not ready.any():
            return np.minimum(total, 1.0), total, reached, rounds, True
        passed |= ready
        rounds += 1
        total = total + lam @ np.where(ready, level, 0.0)
        reached[(total >= DEFAULTED) & (reached < 0)] = rounds


def debtrank(
    claims: Sequence[tuple[str, str, float]],
    equity: Mapping[str, float],
    shock: Mapping[str, float],
    *,
    variant: Variant = "multi",
    weights: Mapping[str, float] | None = None,
    inputs: Mapping[str, Any] | None = None,
) -> Distress:
    """How a first loss of equity spreads along claims.

    Parameters
    ----------
    claims : rows (holder, debtor, amount)
        `holder` has a claim of `amount` on `debtor`; parallel claims add up.
    equity : name -> float
        Equity before the shock, above 0 for every holder.
    shock : name -> float in [0, 1]
        Relative loss of equity at the start.
    variant : {"multi", "single", "threshold"}
        Bardoscia et al. 2015, Battiston et al. 2012, or a plain cascade of defaults.
    weights : name -> float, optional
        Importance of accounts, rescaled to sum to 1; equity when not given.

    Raises
    ------
    InputError
        A negative claim, equity of a holder not above 0, a shock outside [0, 1].
    NotFound
        A shocked account is not there; near names are suggested.

    Examples
    --------
    >>> found = debtrank([("a", "b", 5.0), ("b", "a", 4.0)], {"a": 10.0, "b": 10.0}, {"a": 0.1, "b": 0.05})
    >>> {name: round(h, 12) for name, h in found.stress.items()}
    {'a': 0.15625, 'b': 0.1125}
    """
    if variant not in VARIANTS:
        raise UsageError(key="stress.variant_unknown", found=variant, known=", ".join(VARIANTS))
    names = dict.fromkeys([*equity, *(name for row in claims for name in row[:2])])
    code = {name: k for k, name in enumerate(names)}
    for holder, debtor, amount in claims:
        if not (amount >= 0 and np.isfinite(amount)):
            raise InputError(key="stress.negative_claim", holder=holder, debtor=debtor, found=amount)
        if amount > 0 and not equity.get(holder, 0.0) > 0:
            raise InputError(key="stress.equity_needed", account=holder, found=equity.get(holder, "-"))
    first = np.zeros(len(names))
    for name, size in shock.items():
        if name not in code:
            raise NotFound(key="stress.account_unknown", name=name, known=names)
        if not 0.0 <= size <= 1.0:
            raise InputError(key="stress.shock_range", account=name, found=size)
        first[code[name]] = size
    own = np.array([float(equity.get(name, 0.0)) for name in names])
    safe = np.where(own > 0, own, 1.0)
    holder_of = np.array([code[row[0]] for row in claims], np.int64)
    debtor_of = np.array([code[row[1]] for row in claims], np.int64)
    lam = leverage(holder_of, debtor_of, np.array([float(row[2]) for row in claims]), safe)
    solved = multi_hit(lam, first) if variant == "multi" else _one_pass(lam, first, variant)
    h, uncapped, reached, rounds, converged = solved
    if weights is not None and any(not w >= 0 for w in weights.values()):
        raise InputError(key="stress.negative_weight", found=min(weights.values()))
    given = weights if weights is not None else equity
    w = np.array([max(0.0, float(given.get(name, 0.0))) for name in names])
    w = w / w.sum() if w.sum() > 0 else w
    original = float(w @ first)
    defaults = tuple(
        tuple(name for name, k in code.items() if reached[k] == r) for r in range(int(reached.max(initial=-1)) + 1)
    )
    gap = float(np.max(np.abs(np.minimum(1.0, first + lam @ h) - h), initial=0.0)) if variant == "multi" else 0.0
    result = Distress(
        stress=dict(zip(names, h.tolist())),
        stress_uncapped=dict(zip(names, uncapped.tolist())),
        debtrank=float(w @ h) - original,
        original_stress=original,
        original_losses=float(own @ first),
        additional_losses=float(own @ (h - first)),
        additional_losses_uncapped=float(own @ (uncapped - first)),
        additional_defaults=int(np.sum((h >= DEFAULTED) & (first < DEFAULTED))),
        defaults=tuple(part for part in defaults if part),
        spectral_radius=_radius(lam),
        certificate=Certificate(
            residual=gap,
            rounds=rounds,
            steps=rounds,
            defaults=tuple(name for part in defaults for name in part),
            converged=converged,
        ),
        origin=Origin(
            definition="stress.definition_debtrank",
            inputs={"variant": variant, "shock": dict(shock), **(inputs or {})},
            assumptions=() if weights is not None else ("stress.weights_are_equity",),
        ),
    )
    if not converged:
        raise LimitReached(key="stress.budget_rounds", partial=result, rounds=rounds)
    return result


def _radius(lam: Any) -> float | None:
    """Largest eigenvalue of Lam (below 1: distress dies out); None for webs too large for a dense solve."""
    if lam.shape[0] > 600:
        return None
    return float(np.max(np.abs(np.linalg.eigvals(lam.toarray())), initial=0.0))


Valuation = Callable[[Any, Any, Any], Any]
"""(equity, equity before, debt inside the network) -> value of a unit of claim on each account, in [0, 1]."""


def endogenous_recovery(equity: Any, before: Any, inside: Any) -> Any:
    """Eisenberg-Noe: a claim on j pays what j has left for it, clip((E_j + debt_j) / debt_j, 0, 1)."""
    return np.where(inside > 0, np.clip((equity + inside) / np.where(inside > 0, inside, 1.0), 0.0, 1.0), 1.0)


def fixed_recovery(recovery: float) -> Valuation:
    """Furfine: 1 while equity is not below zero, `recovery` after."""
    return lambda equity, before, inside: np.where(equity >= -1e-9 * np.abs(before), 1.0, recovery)


def linear_distress(equity: Any, before: Any, inside: Any) -> Any:
    """Linear DebtRank: clip(E_j / E_j before, 0, 1)."""
    return np.clip(equity / np.where(before > 0, before, 1.0), 0.0, 1.0)


def structural(volatility: float, horizon: float = 1.0, recovery: float = 0.0) -> Valuation:
    """Ex ante: one minus loss given default x default probability, for assets that move like a geometric walk.

    P(default) = Phi((ln(debt / assets) + s^2 T / 2) / (s sqrt T)) with assets = equity + debt inside the network.
    """
    from scipy.special import ndtr

    spread = volatility * np.sqrt(horizon)

    def value(equity: Any, before: Any, inside: Any) -> Any:
        assets = np.maximum(equity + inside, 1e-300)
        debt = np.where(inside > 0, inside, 1e-300)
        chance = ndtr((np.log(debt / assets) + 0.5 * spread * spread) / spread)
        return np.where(inside > 0, 1.0 - (1.0 - recovery) * chance, 1.0)

    return value


def network_value(
    own: Any, claims: Any, debt: Any, value: Valuation, *, before: Any = None, rounds: int = MOST_ROUNDS
) -> tuple[Any, Certificate]:
    """Equities that value each other's debt: E_i = own_i + sum_j A_ij f(E_j) - debt_i, greatest solution.

    Parameters
    ----------
    own : float64 (n,)
        Assets outside the network after the shock, net of debt to outside that is paid first.
    claims : float64 (n, n)
        `claims[i, j]` = face of what j owes i.
    debt : float64 (n,)
        What each account owes inside the network (column sums of `claims`).
    value : Valuation
        `endogenous_recovery`, `fixed_recovery(R)`, `linear_distress`, `structural(...)` or any rising function.
    before : float64 (n,), optional
        Equity before the shock.

    Source
    ------
    Barucca et al. (2020), Mathematical Finance 30.
    """
    own, claims, debt = (np.asarray(x, np.float64) for x in (own, claims, debt))
    top = own + claims.sum(axis=1) - debt
    before = top if before is None else np.asarray(before, np.float64)
    equity, inside, done, moved = top, claims.sum(axis=0), 0, np.inf
    scale = float(np.max(np.abs(top), initial=1.0))
    while moved > 1e-15 * scale and done < rounds:
        new = own + claims @ value(equity, before, inside) - debt
        moved, equity, done = float(np.max(np.abs(new - equity), initial=0.0)), new, done + 1
    gap = float(np.max(np.abs(own + claims @ value(equity, before, inside) - debt - equity), initial=0.0))
    failed = tuple(str(i) for i in np.flatnonzero(equity < -1e-9 * scale))
    return equity, Certificate(residual=gap, rounds=done, steps=done, defaults=failed, converged=moved <= 1e-15 * scale)
