"""Every tracing rule against coins moved one by one; the bounds against a linear programme.

Random ledgers with few accounts, many parallel rows, many equal times, opening balances, self payments and zero rows.
"""

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

from kanryu.flows.ledger import from_columns
from kanryu.follow.bounds import bounds
from kanryu.follow.trace import INEXACT, RULES, VARIANTS, own_parts, trace
from kanryu.follow.trace_exact import pro_rata_exact
from kanryu.follow.trace_rows import prepare


def random_ledger(seed, accounts=5, rows=40, most=9, opening=True):
    draw = np.random.default_rng(seed)
    return from_columns(
        draw.integers(0, accounts, rows),
        draw.integers(0, accounts, rows),
        np.sort(draw.integers(0, rows // 3, rows)),
        draw.integers(0, most, rows),
        accounts=tuple("ABCDEFGH"[:accounts]),
        opening=draw.integers(0, most, accounts) * int(opening and seed % 2),
        instrument=draw.integers(0, 2, rows),
        instruments=("loan", "purchase"),
    )


def coins(ledger, who, rule, tagged_rows):
    """Tagged coins per ledger row; a coin is [is_own, birth], an account a list in order of receipt."""
    purse = [[[False, -1] for _ in range(int(b))] for b in ledger.opening]
    result = []
    for i, (u, v, q) in enumerate(zip(ledger.src, ledger.dst, ledger.amount)):
        if u == v:
            result.append(0)
            continue
        minted = [[False, i] for _ in range(q - len(purse[u]))]  # never received, so it leaves last of all
        purse[u] = minted + purse[u] if rule.startswith("lifo") else purse[u] + minted
        if rule in ("lrb_minting", "mrb_minting", "lrb", "mrb"):
            newest = rule.startswith("mrb")
            purse[u].sort(key=lambda coin: (-coin[1] if newest else coin[1], coin[0]))
        if rule == "fifo" or "rb" in rule:
            taken, purse[u] = purse[u][:q], purse[u][q:]
        elif rule == "own_last":
            purse[u].sort(key=lambda coin: coin[0])
            taken, purse[u] = purse[u][:q], purse[u][q:]
        elif rule == "own_first":
            purse[u].sort(key=lambda coin: not coin[0])
            taken, purse[u] = purse[u][:q], purse[u][q:]
        else:  # a stack
            keep = len(purse[u]) - q
            taken, purse[u] = purse[u][keep:], purse[u][:keep]
            if rule == "lifo":
                taken = taken[::-1]
        if u == who:
            for coin in taken:
                coin[0] = bool(tagged_rows[i])
                if not rule.endswith("minting"):
                    coin[1] = i
        result.append(sum(coin[0] for coin in taken))
        if v == who:
            for coin in taken:
                coin[0] = False
        purse[v] += taken
    return result


@pytest.mark.parametrize("rule", [r for r in RULES + VARIANTS if r not in INEXACT])
@pytest.mark.parametrize("tag", [None, ("loan",)])
def test_rules_move_the_same_coins(rule, tag):
    for seed in range(60):
        ledger = random_ledger(seed)
        rows = prepare(ledger, "A", tag=tag)
        part, done = own_parts(rows, rule)
        chosen = ledger.instrument == 0 if tag else np.ones(ledger.m, bool)
        expected = np.array(coins(ledger, 0, rule, chosen))[rows.index]
        assert done == rows.m
        assert part.tolist() == expected.tolist(), seed


def test_blended_lots_against_plain_stacks():
    for seed in range(40):
        ledger = random_ledger(seed)
        rows = prepare(ledger, "A")
        stack = [[[int(b), 0.0]] if b else [] for b in ledger.opening]
        for i, (u, v, q) in enumerate(zip(rows.src, rows.dst, rows.amount.tolist())):
            held = sum(lot[0] for lot in stack[u])
            if held < q:
                stack[u].append([q - held, 0.0])
            x, left = 0.0, q
            while left:
                size, own = stack[u].pop()
                cut = min(size, left)
                x += own * cut / size
                if cut < size:
                    stack[u].append([size - cut, own * (size - cut) / size])
                left -= cut
            if u == 0:
                x = float(q)
            stack[v].append([q, 0.0 if v == 0 else x])
            assert own_parts(rows, "lifo_blend")[0][i] == pytest.approx(x, abs=1e-9)


def test_pro_rata_against_fractions():
    for seed in range(60):
        rows = prepare(random_ledger(seed, rows=80, most=1000), "A")
        exact = [float(x) for x in pro_rata_exact(rows)]
        assert own_parts(rows, "pro_rata")[0].tolist() == pytest.approx(exact, rel=1e-9, abs=1e-12)


def linear_programme(ledger, who, counted):
    """The programme of definitions section 6, row by row, without any cut: (minimum, maximum)."""
    rows = prepare(ledger, who)
    m = rows.m
    balance = rows.opening.astype(float).copy()
    limits, matrix, upper = [], [], []
    touches = {v: [] for v in range(ledger.n)}
    for i, (u, v, q) in enumerate(zip(rows.src, rows.dst, rows.amount.tolist())):
        short = max(q - balance[u], 0)
        balance[u] = max(balance[u] - q, 0)
        balance[v] += q
        limits.append((q, q) if u == rows.account else (0, q - short))
        touches[u].append((i, -1))
        touches[v].append((i, 1))
        for account in {u, v} - {rows.account}:
            row = np.zeros(m)
            for j, sign in touches[account]:
                row[j] = sign
            matrix += [row, -row]
            upper += [balance[account], 0.0]
    objective = ((rows.dst == rows.account) & counted[rows.index]).astype(float)
    if not matrix:
        return 0, 0
    constraints = coo_matrix(np.array(matrix))
    answers = [
        linprog(sign * objective, A_ub=constraints, b_ub=upper, bounds=limits, method="highs") for sign in (1, -1)
    ]
    assert all(a.status == 0 for a in answers)
    return answers[0].fun, -answers[1].fun


def test_bounds_against_linear_programme():
    for seed in range(80):
        ledger = random_ledger(seed, accounts=3 + seed % 4, rows=30)
        counted = np.random.default_rng(seed).integers(0, 3, ledger.m) > 0
        low, high = linear_programme(ledger, "A", counted)
        found = bounds(ledger, "A", count=counted)
        assert (found.low, found.high) == pytest.approx((low, high), abs=1e-6), seed


def test_bounds_where_others_pay_in_between():
    """Outsiders who only pay in: their receipts raise a balance between two payments of an account."""
    for seed in range(150):
        draw = np.random.default_rng(seed)
        rows = 24
        src = np.where(draw.random(rows) < 0.4, draw.integers(3, 6, rows), draw.integers(0, 3, rows))
        ledger = from_columns(
            src, draw.integers(0, 3, rows), range(rows), draw.integers(0, 9, rows), accounts=tuple("ABCXYZ")
        )
        everything = np.ones(ledger.m, bool)
        found = bounds(ledger, "A")
        assert (found.low, found.high) == pytest.approx(linear_programme(ledger, "A", everything), abs=1e-6), seed


def test_every_rule_inside_the_bounds():
    for seed in range(60):
        found = trace(random_ledger(seed, accounts=4, rows=60), "B")
        for answer in (*found.rules.values(), *found.variants.values()):
            assert found.bounds.low - 1e-9 <= answer.back <= found.bounds.high + 1e-9


def test_compiled_twin_gives_the_same(monkeypatch):
    ledger = random_ledger(7, accounts=6, rows=300, most=50)
    rows = prepare(ledger, "A")
    plain = {rule: own_parts(rows, rule)[0].tolist() for rule in RULES + VARIANTS}
    plain_bounds = bounds(ledger, "A")
    monkeypatch.setenv("KANRYU_SPEED", "compiled")
    for rule in RULES + VARIANTS:
        assert own_parts(rows, rule)[0].tolist() == plain[rule]
    assert bounds(ledger, "A") == plain_bounds
