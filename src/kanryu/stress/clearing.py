"""Who can pay whom: clearing of mutual obligations with ranks, costs of default, stakes and guarantees.

Definitions of stress, section 2. One map covers Eisenberg-Noe (2001), Rogers-Veraart (2013), ranks, cross-held
equity and debt (Suzuki 2002, Elsinger 2009, Fischer 2014) and backstops; the answer is its greatest fixed point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import numpy as np

from kanryu.core.errors import InputError, UsageError
from kanryu.core.results import Origin
from kanryu.stress.certificate import TOLERANCE, Certificate
from kanryu.stress.clearing_kernel import add_up, order_by_key, settle
from kanryu.stress.clearing_rounds import settle_rounds

EPSILON = 2e-15  # a change below this share of what the payer owes is not pushed on


@dataclass(frozen=True)
class Backstop:
    """`guarantor` pays the shortfall on obligation number `leg` up to `cap`, at `rank` of its own payments."""

    guarantor: int
    leg: int
    cap: float
    rank: int = 1


@dataclass(frozen=True)
class Obligations:
    """Promises to pay: payer `src` owes `dst`.

    accounts : names, n of them; src, dst : int (m,); amount : float64 (m,), >= 0; rank : int (m,), 1 is paid first
    outside : float64 (n,), what an entity has beside its claims and stakes, >= 0
    owner, issuer : int (k,), share : float64 (k,), part of the issuer's equity that the owner holds
    """

    accounts: tuple[str, ...]
    src: Any
    dst: Any
    amount: Any
    outside: Any
    rank: Any = None
    owner: Any = field(default_factory=lambda: np.zeros(0, np.int64))
    issuer: Any = field(default_factory=lambda: np.zeros(0, np.int64))
    share: Any = field(default_factory=lambda: np.zeros(0))
    backstops: tuple[Backstop, ...] = ()

    @property
    def n(self) -> int:
        """Number of accounts."""
        return len(self.accounts)


class Clearing(msgspec.Struct, frozen=True, kw_only=True):
    """The greatest clearing outcome; amounts in the unit of the input.

    payments : paid in all, per account; equity : what is left for owners, 0 for who fails
    recovery : share of its obligations that an account pays, for those that owe something
    received : paid to each account on its claims; defaults : accounts in rounds of failure
    shortfall : sum of obligations not paid
    """

    payments: dict[str, float]
    received: dict[str, float]
    equity: dict[str, float]
    recovery: dict[str, float]
    defaults: tuple[tuple[str, ...], ...]
    shortfall: float
    certificate: Certificate
    origin: Origin


def from_names(
    obligations: Sequence[tuple[Any, ...]],
    outside: Mapping[str, float],
    *,
    stakes: Sequence[tuple[str, str, float]] = (),
    backstops: Sequence[tuple[str, str, str, float, int]] = (),
) -> Obligations:
    """Obligations from rows `(src, dst, amount[, rank])`, outside assets by name, stakes `(owner, issuer, share)`.

    Backstops are `(guarantor, debtor, creditor, cap, rank)` and cover the first obligation between the two.

    Examples
    --------
    >>> web = from_names([("a", "b", 10.0)], {"a": 4.0, "b": 0.0})
    >>> clear(web).payments["a"]
    4.0
    """
    names: dict[str, int] = {}
    for row in obligations:
        names.setdefault(row[0], len(names))
        names.setdefault(row[1], len(names))
    for name in (*outside, *(s for stake in stakes for s in stake[:2]), *(b[0] for b in backstops)):
        names.setdefault(name, len(names))
    pairs = [(row[0], row[1]) for row in obligations]
    return Obligations(
        accounts=tuple(names),
        src=np.array([names[row[0]] for row in obligations], np.int64),
        dst=np.array([names[row[1]] for row in obligations], np.int64),
        amount=np.array([float(row[2]) for row in obligations], np.float64),
        rank=np.array([row[3] if len(row) > 3 else 1 for row in obligations], np.int64),
        outside=np.array([float(outside.get(name, 0.0)) for name in names], np.float64),
        owner=np.array([names[s[0]] for s in stakes], np.int64),
        issuer=np.array([names[s[1]] for s in stakes], np.int64),
        share=np.array([float(s[2]) for s in stakes], np.float64),
        backstops=tuple(Backstop(names[g], pairs.index((o, b)), float(cap), rank) for g, o, b, cap, rank in backstops),
    )


@dataclass
class Laid:
    """Obligations laid out for the kernel; `guarantees` are extra legs behind the first m, due 0 until called."""

    group_start: Any
    leg_start: Any
    leg_dst: Any
    leg_due: Any
    leg_of: Any  # position of a sorted leg in the input
    payer: Any
    rank_of_group: Any
    owner_start: Any
    owner: Any
    owner_share: Any
    guarded: Any
    guard_group: Any
    guard_leg: Any
    guard_cap: Any
    outside: Any
    group_due: Any = None
    total_due: Any = None
    claims: Any = None  # what each is owed in all

    def group_sums(self) -> tuple[Any, Any]:
        """What is due per group and per entity; computed once unless the dues have changed."""
        if self.group_due is not None:
            return self.group_due, self.total_due
        group_due = (
            np.add.reduceat(np.append(self.leg_due, 0.0), self.leg_start[:-1]) if self.payer.size else self.payer * 0.0
        )
        group_due = np.where(np.diff(self.leg_start) > 0, group_due, 0.0)
        return group_due, np.bincount(self.payer, group_due, minlength=self.outside.size).astype(np.float64)


def check(web: Obligations, alpha: float = 1.0, beta: float = 1.0) -> None:
    """Refuse what has no meaning, with the account and the value.

    Raises
    ------
    InputError
        Negative or infinite amount, an account owing itself, rank below 1, stakes of an issuer adding up to 1 or
        more, alpha or beta outside [0, 1].
    """
    for name, value in (("alpha", alpha), ("beta", beta)):
        if not 0.0 <= value <= 1.0:
            raise UsageError(key="stress.share_range", name=name, found=value)
    bad = np.flatnonzero(~(np.isfinite(web.amount) & (web.amount >= 0)))
    if bad.size:
        k = int(bad[0])
        src, dst = web.accounts[int(web.src[k])], web.accounts[int(web.dst[k])]
        raise InputError(key="stress.negative_obligation", src=src, dst=dst, found=float(web.amount[k]))
    bad = np.flatnonzero(~(np.isfinite(web.outside) & (web.outside >= 0)))
    if bad.size:
        k = int(bad[0])
        raise InputError(key="stress.negative_outside", account=web.accounts[k], found=float(web.outside[k]))
    bad = np.flatnonzero(np.asarray(web.src) == np.asarray(web.dst))
    if bad.size:
        raise InputError(key="stress.owes_itself", account=web.accounts[int(web.src[int(bad[0])])])
    if web.rank is not None and np.any(np.asarray(web.rank) < 1):
        k = int(np.flatnonzero(np.asarray(web.rank) < 1)[0])
        raise InputError(key="stress.rank_unknown", found=int(web.rank[k]), account=web.accounts[int(web.src[k])])
    if web.share.size:
        if np.any(~(web.share >= 0)):
            k = int(np.flatnonzero(~(web.share >= 0))[0])
            raise InputError(
                key="stress.stake_negative", issuer=web.accounts[int(web.issuer[k])], found=float(web.share[k])
            )
        held = np.bincount(web.issuer, web.share, minlength=web.n)
        if np.any(held >= 1.0):
            k = int(np.argmax(held))
            raise InputError(key="stress.stakes_over_one", issuer=web.accounts[k], found=float(held[k]))


def lay_out(web: Obligations) -> Laid:
    """Sort legs by payer and rank, stakes by issuer. O(m)."""
    n, m, extra = web.n, len(web.src), len(web.backstops)
    src = np.asarray(web.src, np.int64)
    dst = np.asarray(web.dst, np.int64)
    due = np.asarray(web.amount, np.float64)
    rank = None if web.rank is None else np.asarray(web.rank, np.int64)
    if extra:
        guarantor = np.array([b.guarantor for b in web.backstops], np.int64)
        src = np.concatenate([src, guarantor])
        dst = np.concatenate([dst, dst[[b.leg for b in web.backstops]]])
        due = np.concatenate([due, np.zeros(extra)])
        first = np.ones(m, np.int64) if rank is None else rank
        rank = np.concatenate([first, np.array([b.rank for b in web.backstops], np.int64)])
    if rank is None or (rank.size and rank.min() == rank.max()):
        key, kinds, levels = src, n, np.array([1 if rank is None or not rank.size else int(rank[0])], np.int64)
    else:
        levels, code = np.unique(rank, return_inverse=True)
        key, kinds = src * levels.size + code, n * levels.size
    order, start = order_by_key(key, kinds)
    width = levels.size
    full = start
    if width == 1:
        group_start, leg_start, payer = np.arange(n + 1, dtype=np.int64), full, np.arange(n, dtype=np.int64)
        rank_of_group = np.full(n, levels[0])
    else:  # drop the empty groups, so that a rank with nothing in it costs nothing
        used = np.flatnonzero(np.diff(full) > 0)
        payer = used // width
        leg_start = np.append(full[used], full[-1])
        group_start = np.searchsorted(payer, np.arange(n + 1)).astype(np.int64)
        rank_of_group = levels[used % width]
    by_issuer, owner_start = order_by_key(np.asarray(web.issuer, np.int64), n)
    guarded, guard_leg, guard_group = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
    if extra:
        place = np.empty(order.size, np.int64)
        place[order] = np.arange(order.size)
        guarded = np.full(order.size, -1, np.int64)
        guarded[place[[b.leg for b in web.backstops]]] = np.arange(extra)
        guard_leg = place[m:]
        guard_group = np.searchsorted(leg_start, guard_leg, side="right") - 1
    laid = Laid(
        group_start=group_start,
        leg_start=leg_start,
        leg_dst=dst[order].astype(np.int32),
        leg_due=due[order],
        leg_of=order,
        payer=payer,
        rank_of_group=rank_of_group,
        owner_start=owner_start,
        owner=np.asarray(web.owner, np.int64)[by_issuer],
        owner_share=np.asarray(web.share, np.float64)[by_issuer],
        guarded=guarded,
        guard_group=guard_group,
        guard_leg=guard_leg,
        guard_cap=np.array([b.cap for b in web.backstops], np.float64),
        outside=np.asarray(web.outside, np.float64).copy(),
    )
    laid.group_due, laid.total_due = laid.group_sums()
    laid.claims = add_up(laid.leg_dst, laid.leg_due, n)
    return laid


@dataclass
class State:
    """A point of the box: shares paid per group, equity, what follows from them, and who fails in which round."""

    ratio: Any
    equity: Any
    income: Any
    held: Any
    failed_in: Any
    leg_due: Any
    group_due: Any
    total_due: Any
    rounds: int = 0
    steps: int = 0
    converged: bool = True


def run(web: Laid, alpha: float, beta: float, *, rising: bool = False, budget: int | None = None) -> State:
    """The greatest (or, rising, the least) fixed point of a laid-out web."""
    n = web.outside.size
    group_due, total_due = web.group_sums()
    state = State(
        ratio=np.zeros(web.payer.size) if rising else np.ones(web.payer.size),
        equity=np.zeros(n),
        income=np.zeros(n) if rising else web.claims.copy(),
        held=np.zeros(n),
        failed_in=np.zeros(n, np.int64),
        leg_due=web.leg_due.copy() if web.guard_leg.size else web.leg_due,
        group_due=group_due.copy() if web.guard_leg.size else group_due,
        total_due=total_due.copy() if web.guard_leg.size else total_due,
    )
    if rising and web.guard_leg.size:  # nobody pays: every guarantee is called to its limit
        covered = np.flatnonzero(web.guarded >= 0)
        called = np.minimum(web.guard_cap[web.guarded[covered]], web.leg_due[covered])
        state.leg_due[web.guard_leg[web.guarded[covered]]] = called
        state.group_due, state.total_due = replace(
            web, leg_due=state.leg_due, group_due=None, total_due=None
        ).group_sums()
    elif web.owner.size:
        state.equity, state.held = _top_of_stakes(web, state)
    limit = budget if budget is not None else 2000 * (n + 10)
    if not rising and not web.owner.size and not web.guard_leg.size:
        state.rounds, state.steps, state.converged = settle_rounds(
            web.group_start, web.leg_start, web.leg_dst, web.leg_due, group_due, total_due, web.outside,
            float(alpha), float(beta), state.income, state.ratio, state.failed_in, TOLERANCE, EPSILON, limit,
        )  # fmt: skip
        return state
    state.rounds, state.steps, state.converged = settle(
        web.group_start, web.leg_start, web.leg_dst, state.leg_due, state.group_due, state.total_due, web.payer,
        web.outside, float(alpha), float(beta), web.owner_start, web.owner, web.owner_share, web.guarded,
        web.guard_group, web.guard_leg, web.guard_cap, state.income, state.held, state.ratio, state.equity,
        state.failed_in, rising, TOLERANCE, EPSILON, limit,
    )  # fmt: skip
    return state


def _top_of_stakes(web: Laid, state: State) -> tuple[Any, Any]:
    """Equity when everybody pays in full: the only solution of E = max(0, u + S E), reached from above."""
    n = web.outside.size
    issuer = np.repeat(np.arange(n), np.diff(web.owner_start))
    own = web.outside + state.income - state.total_due
    worth = np.maximum(own, 0.0)
    kept = np.bincount(issuer, web.owner_share, minlength=n)
    # sum of E <= sum of u+ / (1 - largest column sum): an upper bound, from which the sequence falls
    worth = np.full(n, worth.sum() / max(1e-12, 1.0 - kept.max()))
    for _ in range(100_000):
        held = np.bincount(web.owner, web.owner_share * worth[issuer], minlength=n)
        new = np.maximum(own + held, 0.0)
        if np.all(worth - new <= 1e-16 * (1.0 + np.abs(new))):
            worth = new
            break
        worth = new
    return worth, np.bincount(web.owner, web.owner_share * worth[issuer], minlength=n).astype(np.float64)


def evaluate(web: Laid, state: State, alpha: float, beta: float) -> tuple[Any, Any]:
    """One full application of the map to a state: new (ratio, equity), computed afresh from all legs."""
    n = web.outside.size
    group = np.repeat(np.arange(web.payer.size), np.diff(web.leg_start))
    issuer = np.repeat(np.arange(n), np.diff(web.owner_start))
    paid = state.leg_due * state.ratio[group]
    received = np.bincount(web.leg_dst, paid, minlength=n)
    received = received + np.bincount(web.owner, web.owner_share * state.equity[issuer], minlength=n)
    has = web.outside + received
    fails = has < state.total_due * (1.0 - TOLERANCE)
    value = np.where(fails, alpha * web.outside + beta * received, has)
    before = np.zeros(web.payer.size)  # due at the ranks before, inside each payer
    for i in np.flatnonzero(np.diff(web.group_start) > 1):
        span = slice(int(web.group_start[i]), int(web.group_start[i + 1]))
        before[span] = np.cumsum(state.group_due[span]) - state.group_due[span]
    left = np.maximum(value[web.payer] - before, 0.0)
    due = state.group_due
    ratio = np.where(due > left, left / np.where(due > 0, due, 1.0), 1.0)
    ratio = np.where(fails[web.payer], ratio, 1.0)
    return ratio, np.where(fails, 0.0, np.maximum(has - state.total_due, 0.0))


def residual(web: Laid, state: State, alpha: float, beta: float) -> float:
    """Largest |F(x) - x| over payments and equities, in money."""
    ratio, equity = evaluate(web, state, alpha, beta)
    issued = np.diff(web.owner_start) > 0  # the equity of others is nobody's asset here
    worst = float(np.max(np.abs(equity - state.equity)[issued], initial=0.0))
    return max(worst, float(np.max(np.abs(ratio - state.ratio) * state.group_due, initial=0.0)))


def is_regular(web: Obligations) -> bool:
    """Whether every account that owes reaches, along obligations, somebody with outside assets (then the
    Eisenberg-Noe solution is unique)."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    n = web.n
    funded = np.flatnonzero(web.outside > 0)
    live = np.asarray(web.amount) > 0
    src = np.concatenate([np.asarray(web.dst)[live], np.full(funded.size, n)])
    dst = np.concatenate([np.asarray(web.src)[live], funded])
    backwards = csr_array((np.ones(src.size, np.int8), (src, dst)), shape=(n + 1, n + 1))
    reached = np.zeros(n + 1, bool)
    reached[breadth_first_order(backwards, n, return_predecessors=False)] = True
    owes = np.bincount(np.asarray(web.src)[live], minlength=n) > 0
    return bool(np.all(reached[:n] | ~owes))


def clear(
    web: Obligations,
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
    least: bool = True,
    exact: bool = False,
    budget: int | None = None,
    inputs: Mapping[str, Any] | None = None,
) -> Clearing:
    """The greatest clearing payments of a web of obligations.

    Parameters
    ----------
    web : Obligations
    alpha, beta : float in [0, 1]
        Share of outside assets and of what is received that is left after a failure (Rogers-Veraart). Stakes count
        as received.
    least : bool
        Also look for the least fixed point and say whether it is another one.
    exact : bool
        Solve in rational numbers and verify (small webs; O(n^3) in fractions).
    budget : int, optional
        Largest number of updates of single entities.

    Returns
    -------
    Clearing

    Raises
    ------
    InputError
        See `check`.

    Notes
    -----
    Who fails is decided by `has < owed (1 - 1e-9)`. Rounds are those of the fictitious default sequence: the next
    round begins when the payments of the present default set have settled.

    Source
    ------
    Eisenberg and Noe (2001), Management Science 47; Rogers and Veraart (2013), Management Science 59; Elsinger
    (2009), OeNB working paper 156.
    """
    check(web, alpha, beta)
    laid = lay_out(web)
    top = run(laid, alpha, beta, budget=budget)
    least_differs: bool | None = None
    low_failed: tuple[str, ...] = ()
    if least:
        plain = alpha == 1.0 and beta == 1.0 and not web.share.size and not web.backstops
        if plain and (web.rank is None or np.all(np.asarray(web.rank) == 1)) and is_regular(web):
            least_differs = False
        else:
            bottom = run(laid, alpha, beta, rising=True, budget=budget)
            if bottom.converged:
                gap = np.max(np.abs(top.ratio - bottom.ratio) * top.group_due, initial=0.0)
                least_differs = bool(gap > 1e-7 * max(1.0, float(np.max(top.total_due, initial=0.0))))
                if least_differs:
                    low_failed = tuple(web.accounts[i] for i in np.flatnonzero(bottom.failed_in > 0))
    rounds: tuple[tuple[str, ...], ...] = tuple(
        tuple(web.accounts[i] for i in np.flatnonzero(top.failed_in == r)) for r in range(1, top.rounds + 1)
    )
    paid = np.bincount(laid.payer, top.ratio * top.group_due, minlength=web.n)
    received, equity, gap = top.income, _final_equity(laid, top), residual(laid, top, alpha, beta)
    if exact:
        from kanryu.stress.clearing_law import solve_exactly

        solution = solve_exactly(web, alpha, beta, top, laid)
        paid, received, equity, gap = (*solution, 0.0)
    owes = top.total_due > 0
    return Clearing(
        payments=dict(zip(web.accounts, map(float, paid))),
        received=dict(zip(web.accounts, map(float, received))),
        equity=dict(zip(web.accounts, map(float, equity))),
        recovery={web.accounts[i]: float(min(1.0, paid[i] / top.total_due[i])) for i in np.flatnonzero(owes)},
        defaults=rounds,
        shortfall=float(max(0.0, (top.total_due - np.asarray(paid, np.float64)).sum())),
        certificate=Certificate(
            residual=gap,
            rounds=top.rounds,
            steps=top.steps,
            defaults=tuple(name for names in rounds for name in names),
            least_differs=least_differs,
            least_defaults=low_failed,
            exact=exact,
            converged=top.converged,
        ),
        origin=Origin(definition="stress.definition_clear", inputs={"alpha": alpha, "beta": beta, **(inputs or {})}),
    )


def _final_equity(web: Laid, state: State) -> Any:
    has = web.outside + state.income + state.held
    return np.where(state.failed_in > 0, 0.0, np.maximum(has - state.total_due, 0.0))
