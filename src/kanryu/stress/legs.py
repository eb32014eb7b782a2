"""The plan: who means to pay whom in one period, in what order, out of what. The top of the box of section 1.

Legs are promises payer -> payee; outside money never changes in a cascade, only by a shock. A plan must be feasible:
every entity can pay its legs. One that is not is reported with the legs that cannot be paid, never repaired.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import numpy as np

from kanryu.core.errors import InputError, NotFound
from kanryu.stress.certificate import TOLERANCE

# Usual ranks of definitions section 3.
RANK_STAFF, RANK_SECURED, RANK_FIRM, RANK_UNSECURED, RANK_FLEXIBLE, RANK_CAPEX, RANK_INVESTMENT = range(1, 8)


def _none() -> Any:
    return np.zeros(0)


@dataclass(frozen=True)
class Plan:
    """Sources and uses of one period.

    accounts, legs : names (n and m of them); src, dst : int64 (m,)
    amount : float64 (m,) planned payment; rank : int64 (m,), 1 is paid first
    is_funding : bool (m,), equity and loans: money of the payee but not its revenue
    eta : float64 (m,), 0 = fixed; else the leg is scaled by clip(1 - eta (1 - revenue / planned revenue), 0, 1)
    requires : int64 (m,), number of the leg that must be paid at `theta` of plan, -1 = none
    firm : float64 (m,), part of an unpaid amount that is a claim on the payer (the rest is dropped)
    outside, outside_funding : float64 (n,), revenue and funding from outside; cash : float64 (n,);
    usable : float64 (n,), share of the cash that may be spent
    """

    accounts: tuple[str, ...]
    legs: tuple[str, ...]
    src: Any
    dst: Any
    amount: Any
    rank: Any
    is_funding: Any
    outside: Any
    eta: Any = field(default_factory=_none)
    requires: Any = field(default_factory=_none)
    theta: Any = field(default_factory=_none)
    firm: Any = field(default_factory=_none)
    outside_funding: Any = field(default_factory=_none)
    cash: Any = field(default_factory=_none)
    usable: Any = field(default_factory=_none)
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n, m = len(self.accounts), len(self.legs)
        for name, size, default in (
            ("eta", m, 0.0), ("requires", m, -1), ("theta", m, 1.0), ("firm", m, 0.0),
            ("outside_funding", n, 0.0), ("cash", n, 0.0), ("usable", n, 1.0),
        ):  # fmt: skip
            if len(getattr(self, name)) == 0 and size:
                object.__setattr__(self, name, np.full(size, default))
        object.__setattr__(self, "requires", np.asarray(self.requires, np.int64))

    @property
    def n(self) -> int:
        """Number of entities."""
        return len(self.accounts)

    @property
    def m(self) -> int:
        """Number of legs."""
        return len(self.legs)

    def account(self, name: str) -> int:
        """Number of the entity of that name; NotFound suggests near names."""
        try:
            return self.accounts.index(name)
        except ValueError:
            raise NotFound(key="stress.account_unknown", name=name, known=self.accounts) from None

    def leg(self, name: str) -> int:
        """Number of the leg of that name; NotFound suggests near names."""
        try:
            return self.legs.index(name)
        except ValueError:
            raise NotFound(key="stress.leg_unknown", name=name, known=self.legs) from None

    def inflow(self) -> tuple[Any, Any]:
        """Planned revenue and planned funding per entity, money from outside included."""
        lent = np.asarray(self.is_funding, bool)
        revenue = self.outside + np.bincount(self.dst, np.where(lent, 0.0, self.amount), minlength=self.n)
        funding = self.outside_funding + np.bincount(self.dst, np.where(lent, self.amount, 0.0), minlength=self.n)
        return revenue, funding


class PlanGap(msgspec.Struct, frozen=True, kw_only=True):
    """An entity that cannot pay its plan: what it has, what it means to pay, and the legs at the end of the queue."""

    id: str
    has: float
    means_to_pay: float
    missing: float
    unpaid_legs: tuple[str, ...]


def gaps(plan: Plan) -> tuple[PlanGap, ...]:
    """The entities whose plan is not feasible when everybody else pays (empty = the plan is feasible)."""
    revenue, funding = plan.inflow()
    has = plan.usable * plan.cash + revenue + funding
    uses = np.bincount(plan.src, plan.amount, minlength=plan.n).astype(np.float64)
    found = []
    for i in np.flatnonzero(has < uses * (1.0 - TOLERANCE)):
        left, unpaid = float(has[i]), []
        mine = np.flatnonzero(plan.src == i)
        for k in np.unique(plan.rank[mine]):
            here = mine[plan.rank[mine] == k]
            due = float(plan.amount[here].sum())
            if left < due * (1.0 - TOLERANCE):
                unpaid += [plan.legs[leg] for leg in here if plan.amount[leg] > 0]
            left = max(0.0, left - due)
        found.append(
            PlanGap(
                id=plan.accounts[i],
                has=float(has[i]),
                means_to_pay=float(uses[i]),
                missing=float(uses[i] - has[i]),
                unpaid_legs=tuple(unpaid),
            )
        )
    return tuple(found)


def check_plan(plan: Plan) -> None:
    """Refuse a plan that has no meaning; feasibility is `gaps`.

    Raises
    ------
    InputError
        A negative amount, inflow or cash, rank below 1, eta below 0, firm or usable share outside [0, 1], or a
        condition that cannot hold even at plan (contradictory).
    """
    for name in ("amount", "eta", "outside", "outside_funding", "cash"):
        values = np.asarray(getattr(plan, name))
        bad = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
        if bad.size:
            k = int(bad[0])
            where = plan.legs[k] if values.size == plan.m and name in ("amount", "eta") else plan.accounts[k]
            raise InputError(key="stress.negative_plan", name=name, where=where, found=float(values[k]))
    for name in ("firm", "usable"):
        values = np.asarray(getattr(plan, name))
        bad = np.flatnonzero(~((values >= 0) & (values <= 1)))
        if bad.size:
            raise InputError(key="stress.share_range", name=name, found=float(values[int(bad[0])]))
    if plan.m and np.any(plan.rank < 1):
        k = int(np.flatnonzero(plan.rank < 1)[0])
        raise InputError(key="stress.rank_unknown", found=int(plan.rank[k]), account=plan.legs[k])
    for leg in np.flatnonzero(plan.requires >= 0):
        needed = int(plan.requires[leg])
        if not 0.0 <= plan.theta[leg] <= 1.0 or (plan.amount[needed] <= 0 and plan.theta[leg] > 0):
            raise InputError(
                key="stress.condition_contradiction", leg=plan.legs[leg], needed=plan.legs[needed],
                theta=float(plan.theta[leg]), planned=float(plan.amount[needed]),
            )  # fmt: skip


def from_rows(
    accounts: dict[str, dict[str, float]],
    legs: list[dict[str, Any]],
) -> Plan:
    """A plan from plain rows, as a script writes it.

    Parameters
    ----------
    accounts : name -> {"outside", "outside_funding", "cash", "usable"}
    legs : rows with "leg", "src", "dst", "amount" and optionally "rank", "eta", "funding", "requires", "theta",
        "firm"

    Examples
    --------
    >>> bill = {"leg": "bill", "src": "lab", "dst": "cloud", "amount": 3.0}
    >>> plan = from_rows({"lab": {"outside": 4.0}, "cloud": {}}, [bill])
    >>> gaps(plan)
    ()
    """
    names = dict.fromkeys(accounts)
    for row in legs:
        names.setdefault(row["src"])
        names.setdefault(row["dst"])
    code = {name: k for k, name in enumerate(names)}
    number = {str(row["leg"]): k for k, row in enumerate(legs)}
    for row in legs:
        if row.get("requires") and str(row["requires"]) not in number:
            raise NotFound(key="stress.leg_unknown", name=str(row["requires"]), known=list(number))

    def column(name: str, default: float) -> Any:
        return np.array([float(row.get(name, default)) for row in legs], np.float64)

    def state(name: str, default: float) -> Any:
        return np.array([float(accounts.get(a, {}).get(name, default)) for a in names], np.float64)

    plan = Plan(
        accounts=tuple(names),
        legs=tuple(number),
        src=np.array([code[row["src"]] for row in legs], np.int64),
        dst=np.array([code[row["dst"]] for row in legs], np.int64),
        amount=column("amount", 0.0),
        rank=np.array([int(row.get("rank", 1)) for row in legs], np.int64),
        is_funding=np.array([bool(row.get("funding", False)) for row in legs]),
        eta=column("eta", 0.0),
        requires=np.array([number[str(row["requires"])] if row.get("requires") else -1 for row in legs], np.int64),
        theta=column("theta", 1.0),
        firm=column("firm", 0.0),
        outside=state("outside", 0.0),
        outside_funding=state("outside_funding", 0.0),
        cash=state("cash", 0.0),
        usable=state("usable", 1.0),
    )
    check_plan(plan)
    return plan


def subplan(plan: Plan, keep: Any) -> Plan:
    """The plan with only the legs where `keep` holds; conditions on dropped legs are dropped too."""
    new = np.cumsum(keep) - 1
    needs = plan.requires[keep]
    return replace(
        plan,
        legs=tuple(name for name, kept in zip(plan.legs, keep) if kept),
        **{
            k: np.asarray(getattr(plan, k))[keep]
            for k in ("src", "dst", "amount", "rank", "is_funding", "eta", "theta", "firm")
        },
        requires=np.where((needs >= 0) & keep[np.maximum(needs, 0)], new[np.maximum(needs, 0)], -1),
    )
