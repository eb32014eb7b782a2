"""What the four channels need to know beyond the plan: debts outstanding, buffers, values, stakes, index weights.

Unknown numbers are NaN and stay unknown: an entity without a known buffer cannot be said to fail by write-offs, one
without a known value has no known loss of value. Parameters are ranges (definitions section 10); each carries its
source or the word assumption.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np

from kanryu.core.errors import InputError, NotFound
from kanryu.core.money import Interval
from kanryu.stress.legs import Plan

CHANNELS = ("funding", "solvency", "valuation", "index")


class Parameter(msgspec.Struct, frozen=True):
    """A range of section 10; `source` is empty for an assumption."""

    low: float
    central: float
    high: float
    source: str = ""

    @property
    def is_assumption(self) -> bool:
        """No public statistic stands behind it."""
        return not self.source


PARAMETERS: dict[str, Parameter] = {
    "recovery_secured": Parameter(0.61, 0.77, 0.82, "Moody's Ultimate Recovery Database 2007; BancAlliance 2018"),
    "recovery_unsecured": Parameter(0.24, 0.37, 0.45, "Moody's Ultimate Recovery Database 2007"),
    "recovery_firm": Parameter(0.26, 0.52, 0.78, "Moody's Ultimate Recovery Database 2007"),
    "firm_share": Parameter(0.1, 0.5, 1.0),
    "eta_capex": Parameter(0.5, 1.0, 2.0),
    "eta_investment": Parameter(0.0, 1.0, 2.0),
    "margin": Parameter(0.4, 0.6, 0.75, "gross margin as upper bound: Nvidia about 0.71"),
    "chi": Parameter(0.0, 0.5, 1.0),
    "raise_floor": Parameter(0.3, 0.5, 0.7),
    "drawn_share": Parameter(
        0.16, 0.26, 0.55, "Lucent 30 September 2000: 2.1 of 8.1 billion; low 1.3 of 8.1, high Winstar"
    ),
    "mpc": Parameter(0.02, 0.035, 0.05, "JPMorgan 2025"),
}


def parameters(changes: dict[str, float | Parameter] | None = None) -> dict[str, Parameter]:
    """The ranges of section 10 with `changes` put in; a single number fixes a parameter.

    Raises
    ------
    NotFound
        There is no parameter of that name.
    InputError
        A value is negative or not finite.
    """
    found = dict(PARAMETERS)
    for name, value in (changes or {}).items():
        if name not in found:
            raise NotFound(key="stress.parameter_unknown", name=name, known=found)
        given = value if isinstance(value, Parameter) else Parameter(float(value), float(value), float(value), "set")
        if not (0.0 <= given.low <= given.central <= given.high < float("inf")):
            raise InputError(key="stress.parameter_range", name=name, found=f"{given.low}:{given.central}:{given.high}")
        found[name] = given
    return found


def _nothing() -> Any:
    return np.zeros(0)


@dataclass(frozen=True)
class Situation:
    """A plan and what surrounds it. Arrays over entities are float64 (n,), NaN = unknown.

    debtor, creditor : int64 (k,), owed : float64 (k,), debts outstanding before the period (accelerated when the
        debtor fails); is_secured : bool (k,); debt_names : which legs they come from
    buffer : equity that absorbs write-offs; own_value : value of the own business, stakes left out
    earnings : per year; value moves with earnings where they are positive, with revenue where not
    stakes : float64 (n, n), part of the column's equity that the row holds
    weights : share of the index; market_value : for the loss in money
    guarantor : int64 (g,), covered : int64 (g,) the leg whose shortfall it pays, guarantee_cap : float64 (g,)
    raises : bool (m,), legs that need the payee's value to hold (share sales): broken below the floor
    cushion_known : bool (n,), whether all sources of the entity are known
    """

    plan: Plan
    debtor: Any = field(default_factory=lambda: np.zeros(0, np.int64))
    creditor: Any = field(default_factory=lambda: np.zeros(0, np.int64))
    owed: Any = field(default_factory=_nothing)
    is_secured: Any = field(default_factory=lambda: np.zeros(0, bool))
    debt_names: tuple[str, ...] = ()
    buffer: Any = field(default_factory=_nothing)
    own_value: Any = field(default_factory=_nothing)
    earnings: Any = field(default_factory=_nothing)
    stakes: Any = field(default_factory=_nothing)
    weights: Any = field(default_factory=_nothing)
    market_value: Any = field(default_factory=_nothing)
    raises: Any = field(default_factory=lambda: np.zeros(0, bool))
    guarantor: Any = field(default_factory=lambda: np.zeros(0, np.int64))
    covered: Any = field(default_factory=lambda: np.zeros(0, np.int64))
    guarantee_cap: Any = field(default_factory=_nothing)
    cushion_known: Any = field(default_factory=lambda: np.zeros(0, bool))

    def __post_init__(self) -> None:
        n, m = self.plan.n, self.plan.m
        for name in ("buffer", "own_value", "earnings", "market_value"):
            if not len(getattr(self, name)):
                object.__setattr__(self, name, np.full(n, np.nan))
        for name, value in (
            ("stakes", np.zeros((n, n))), ("weights", np.zeros(n)), ("raises", np.zeros(m, bool)),
            ("cushion_known", np.ones(n, bool)), ("is_secured", np.zeros(len(self.owed), bool)),
        ):  # fmt: skip
            if not len(getattr(self, name)):
                object.__setattr__(self, name, value)
        held = self.stakes.sum(axis=0)
        if np.any(held >= 1.0):
            k = int(np.argmax(held))
            raise InputError(key="stress.stakes_over_one", issuer=self.plan.accounts[k], found=float(held[k]))


def interval(values: Any, *, low: float = 0.05, high: float = 0.95) -> Interval:
    """5 %, 50 % and 95 % of draws."""
    a, b, c = np.quantile(values, [low, 0.5, high])
    return Interval(float(a), float(b), float(c))
