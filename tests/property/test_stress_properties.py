"""Laws of section 12 of the definitions of stress, on random webs."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kanryu.stress.clearing import Backstop, Obligations, clear, lay_out, run
from kanryu.stress.clearing_law import clearing_law
from kanryu.stress.debtrank import debtrank
from kanryu.stress.exact import Branches
from kanryu.stress.funding import Shock, run_funding
from kanryu.stress.funding_law import funding_law
from kanryu.stress.funding_worklist import FundingWeb
from kanryu.stress.legs import Plan, gaps
from kanryu.stress.reverse import grow_safe, smallest_failing_sets

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=25, deadline=None)


def random_obligations(seed, *, ranks=1, stakes=False, guarantees=False, n=8, m=24):
    generator = np.random.default_rng(seed)
    src, dst = generator.integers(0, n, (2, m))
    dst = np.where(src == dst, (dst + 1) % n, dst)
    more = {}
    if stakes:
        owner, issuer = generator.integers(0, n, (2, 5))
        keep = owner != issuer
        more = {"owner": owner[keep], "issuer": issuer[keep], "share": np.full(int(keep.sum()), 0.15)}
    if guarantees:
        legs = generator.choice(m, 3, replace=False)
        who = [int(k) for k in generator.integers(0, n, 3)]
        more["backstops"] = tuple(
            Backstop(g, int(leg), float(generator.uniform(0.5, 3)), 9)
            for g, leg in zip(who, legs)
            if g not in (int(src[leg]), int(dst[leg]))
        )
    return Obligations(
        accounts=tuple(f"x{i}" for i in range(n)),
        src=src,
        dst=dst,
        amount=np.round(generator.uniform(0.1, 5, m), 3),
        rank=generator.integers(1, ranks + 1, m),
        outside=np.round(generator.uniform(0, 6, n) * (generator.random(n) < 0.7), 3),
        **more,
    )


def payments(web, alpha=1.0, beta=1.0, **more):
    return np.array(list(clear(web, alpha=alpha, beta=beta, least=False, **more).payments.values()))


@FEW
@given(SEEDS)
def test_eisenberg_noe_is_the_linear_programme(seed):
    from scipy.optimize import linprog

    web = random_obligations(seed)
    owed = np.zeros((web.n, web.n))
    np.add.at(owed, (web.src, web.dst), web.amount)
    total = owed.sum(axis=1)
    share = np.divide(owed, total[:, None], out=np.zeros_like(owed), where=total[:, None] > 0)
    answer = linprog(
        -np.ones(web.n), A_ub=np.eye(web.n) - share.T, b_ub=web.outside, bounds=list(zip(np.zeros(web.n), total))
    )
    assert payments(web) == pytest.approx(answer.x, abs=1e-9)


@FEW
@given(SEEDS, st.sampled_from([(1.0, 1.0), (0.8, 0.9), (0.5, 0.5)]))
def test_the_kernel_reaches_a_fixed_point_of_the_law(seed, costs):
    """The law is written once in plain fractions; the kernels must land on its fixed points."""
    web = random_obligations(seed, ranks=3, stakes=seed % 2 == 0, guarantees=seed % 3 == 0)
    laid = lay_out(web)
    state = run(laid, *costs)
    used = np.diff(laid.leg_start) > 0
    equity = np.where(
        state.failed_in > 0, 0.0, np.maximum(laid.outside + state.income + state.held - state.total_due, 0.0)
    )
    point = [Fraction(x) for x in [*(state.ratio * state.group_due)[used], *equity]]
    again = clearing_law(web, *costs)(point, Branches(edge=Fraction(1, 10**9)))
    assert max(abs(float(a - b)) for a, b in zip(again, point)) < 1e-9


@FEW
@given(SEEDS)
def test_greatest_lies_above_least_and_costs_hurt(seed):
    web = random_obligations(seed, ranks=2)
    laid = lay_out(web)
    for costs in ((1.0, 1.0), (0.7, 0.8)):
        top, low = run(laid, *costs), run(laid, *costs, rising=True)
        assert np.all(top.ratio >= low.ratio - 1e-9)
    assert np.all(payments(web) >= payments(web, 0.7, 0.8) - 1e-12)


@FEW
@given(SEEDS, st.floats(0.0, 1.0))
def test_less_outside_money_helps_nobody(seed, left):
    from dataclasses import replace

    web = random_obligations(seed, ranks=2, stakes=True)
    poorer = replace(web, outside=web.outside * left)
    assert np.all(payments(poorer, 0.8, 0.8) <= payments(web, 0.8, 0.8) + 1e-9)


@FEW
@given(SEEDS)
def test_clearing_destroys_no_money_without_costs(seed):
    web = random_obligations(seed, ranks=2)
    found = clear(web, least=False)
    assert sum(found.payments.values()) == pytest.approx(sum(found.received.values()))
    for k, name in enumerate(web.accounts):
        left = web.outside[k] + found.received[name] - found.payments[name]
        assert left == pytest.approx(found.equity[name], abs=1e-9)


@FEW
@given(SEEDS, st.floats(0.01, 1000.0))
def test_scale_and_order_do_not_matter(seed, scale):
    from dataclasses import replace

    web = random_obligations(seed, ranks=2)
    base = payments(web, 0.8, 0.9)
    assert payments(replace(web, amount=web.amount * scale, outside=web.outside * scale), 0.8, 0.9) == pytest.approx(
        base * scale, rel=1e-9, abs=1e-9 * scale
    )
    order = np.random.default_rng(seed).permutation(len(web.src))
    mixed = replace(web, src=web.src[order], dst=web.dst[order], amount=web.amount[order], rank=web.rank[order])
    assert payments(mixed, 0.8, 0.9) == pytest.approx(base, abs=1e-9)


def test_payments_are_concave_in_outside_money():
    from dataclasses import replace

    for seed in range(10):
        web = random_obligations(seed)
        other = random_obligations(seed + 100).outside
        middle = payments(replace(web, outside=(web.outside + other) / 2)).sum()
        ends = payments(web).sum() + payments(replace(web, outside=other)).sum()
        assert middle >= ends / 2 - 1e-9


def test_both_speeds_agree(monkeypatch):
    web = random_obligations(5, ranks=3, stakes=True, guarantees=True)
    plain_web = random_obligations(6, ranks=3)
    results = []
    for speed in ("plain", "compiled"):
        monkeypatch.setenv("KANRYU_SPEED", speed)
        results.append([payments(web, 0.8, 0.9), payments(plain_web, 0.8, 0.9)])
    for one, other in zip(*results):
        assert one.tolist() == other.tolist()


def random_plan(seed, n=9, m=30):
    generator = np.random.default_rng(seed)
    src, dst = generator.integers(0, n, (2, m))
    dst = np.where(src == dst, (dst + 1) % n, dst)
    amount = generator.uniform(0.2, 4, m)
    eta = np.where(generator.random(m) < 0.4, generator.uniform(0.2, 1.5, m), 0.0)
    lends = generator.random(m) < 0.25
    uses = np.bincount(src, amount, minlength=n)
    receipts = np.bincount(dst, amount, minlength=n)
    requires = np.full(m, -1)
    requires[0], requires[1] = 5, 7
    return Plan(
        accounts=tuple(f"x{i}" for i in range(n)),
        legs=tuple(f"leg{k}" for k in range(m)),
        src=src,
        dst=dst,
        amount=amount,
        rank=generator.integers(1, 6, m),
        is_funding=lends,
        eta=eta,
        requires=requires,
        theta=np.full(m, 0.8),
        outside=np.maximum(uses - receipts, 0.0) + 0.3,
        cash=generator.uniform(0, 0.5, n),
    )


@FEW
@given(SEEDS)
def test_no_break_no_loss(seed):
    plan = random_plan(seed)
    assert gaps(plan) == ()
    found = run_funding(plan, Shock())
    assert found.paid[:, 0] == pytest.approx(plan.amount)


@FEW
@given(SEEDS)
def test_breaking_more_helps_nobody(seed):
    plan = random_plan(seed)
    generator = np.random.default_rng(seed + 1)
    less = generator.random((plan.m, 1)) < 0.15
    more = less | (generator.random((plan.m, 1)) < 0.15)
    a = run_funding(plan, Shock(leg=1.0 - less))
    b = run_funding(plan, Shock(leg=1.0 - more))
    assert np.all(b.paid <= a.paid + 1e-9)
    assert np.all(b.missing >= -1e-9)


@FEW
@given(SEEDS)
def test_in_less_out_is_change_of_cash(seed):
    plan = random_plan(seed)
    legs = np.ones((plan.m, 1))
    legs[seed % plan.m] = 0.3
    found = run_funding(plan, Shock(leg=legs))
    out = np.bincount(plan.src, found.paid[:, 0], minlength=plan.n)
    into = np.bincount(plan.dst, found.paid[:, 0], minlength=plan.n) + plan.outside
    assert plan.cash + into - out == pytest.approx(found.cash_left[:, 0], abs=1e-9)
    assert np.all(found.cash_left >= -1e-9)
    assert found.residual < 1e-9


@FEW
@given(SEEDS)
def test_worklist_after_one_break_is_the_full_recomputation(seed):
    plan = random_plan(seed)
    web = FundingWeb(plan)
    legs = [seed % plan.m, (seed * 7 + 3) % plan.m]
    for leg in (*legs, legs[0]):  # twice the same: everything was put back
        kept = np.ones((plan.m, 1))
        kept[leg] = 0.0
        full = run_funding(plan, Shock(leg=kept))
        report = web.break_leg(leg)
        assert report.converged
        assert report.total == pytest.approx(float((full.planned - full.paid).sum()), abs=1e-6)


@FEW
@given(SEEDS)
def test_the_sweeps_reach_a_fixed_point_of_the_law(seed):
    plan = random_plan(seed)
    kept = np.ones((plan.m, 1))
    kept[seed % plan.m] = 0.0
    found = run_funding(plan, Shock(leg=kept))
    law = funding_law(plan, kept[:, 0].tolist(), [1.0] * plan.n)
    again = law([Fraction(x) for x in found.paid[:, 0]], Branches(edge=Fraction(1, 10**9)))
    assert [float(x) for x in again] == pytest.approx(found.paid[:, 0].tolist(), abs=1e-9)


@FEW
@given(SEEDS)
def test_from_below_lies_below(seed):
    plan = random_plan(seed)
    legs = np.ones((plan.m, 1))
    legs[seed % plan.m] = 0.0
    top = run_funding(plan, Shock(leg=legs))
    low = run_funding(plan, Shock(leg=legs), from_below=True)
    assert np.all(low.paid <= top.paid + 1e-9)


@FEW
@given(SEEDS)
def test_distress_stays_between_the_shock_and_one(seed):
    generator = np.random.default_rng(seed)
    n = 7
    names = [f"b{i}" for i in range(n)]
    claims = [
        (names[i], names[j], float(generator.uniform(0, 2)))
        for i in range(n)
        for j in range(n)
        if i != j and generator.random() < 0.4
    ]
    equity = {name: float(generator.uniform(0.5, 5)) for name in names}
    shock = {names[0]: 1.0, names[1]: 0.2}
    found = {kind: debtrank(claims, equity, shock, variant=kind) for kind in ("multi", "single", "threshold")}
    for result in found.values():
        assert all(0.0 <= h <= 1.0 for h in result.stress.values())
        assert all(result.stress[name] >= size - 1e-12 for name, size in shock.items())
    for name in names:
        assert found["multi"].stress[name] >= found["single"].stress[name] - 1e-9
        assert found["multi"].stress[name] >= found["threshold"].stress[name] - 1e-9
    assert found["multi"].certificate.residual < 1e-9


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_smallest_sets_fail_and_their_subsets_do_not(seed):
    """Against brute force over all sets of up to three of nine links."""
    from itertools import combinations

    plan = random_plan(seed, n=6, m=9)
    target = int(np.argmax(np.bincount(plan.dst, plan.amount, minlength=plan.n)))
    planned = run_funding(plan, Shock()).resources[target, 0]

    def test(broken):
        return run_funding(plan, Shock(leg=1.0 - broken.astype(float))).resources[target] < 0.75 * planned

    if not test(np.ones((9, 1), bool))[0]:
        return
    found = smallest_failing_sets(test, plan.legs)
    brute = []
    for size in (1, 2, 3):
        for group in combinations(range(9), size):
            if any(set(old) <= set(group) for old in brute):
                continue
            broken = np.zeros((9, 1), bool)
            broken[list(group)] = True
            if test(broken)[0]:
                brute.append(group)
    assert {frozenset(group) for group in found.minimal} == {frozenset(plan.legs[k] for k in group) for group in brute}
    assert found.complete
    safe = grow_safe(test, np.zeros(9, bool), np.arange(9), [0])
    assert not test(safe[:, None])[0]
    for link in np.flatnonzero(~safe):
        more = safe.copy()
        more[link] = True
        assert test(more[:, None])[0]
