"""How much of an account's inflow is its own money back: every accepted rule, and the bounds no rule can leave.

Definitions sections 4 to 6. Money has no colour, so there is no single answer: each rule of law or practice gives one,
and the sharp bounds contain them all. What A pays out is tagged, what comes home is counted and absorbed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from kanryu.core.errors import UsageError
from kanryu.core.results import Origin
from kanryu.flows.ledger import Int64, Ledger
from kanryu.follow import lots, lots_birth, trace_scalar
from kanryu.follow.bounds import Bounds, bounds_of, core_of
from kanryu.follow.trace_records import Minted, RuleAnswer, Trace
from kanryu.follow.trace_rows import Choice, Rows, prepare

Part = npt.NDArray[np.int64] | npt.NDArray[np.float64]

RULES = ("pro_rata", "fifo", "lifo", "lrb", "mrb", "own_last", "own_first")
VARIANTS = ("lifo_block", "lifo_blend", "lrb_minting", "mrb_minting")
INEXACT = ("pro_rata", "lifo_blend")
BUDGET_PER_ROW = 400  # pieces of money a rule may move per row before it gives up, so that no ledger hangs it
BUDGET_AT_LEAST = 20_000_000


def own_parts(rows: Rows, rule: str, *, budget: int | None = None) -> tuple[Part, int]:
    """Tagged part of every row under one rule, and how many rows were done.

    Parameters
    ----------
    rule : one of RULES or VARIANTS, or "poison" (1 where a row is touched)
    budget : most pieces of money to move, for rules with lots; default BUDGET_PER_ROW per row

    Returns
    -------
    (m,) int64 minor units, or float64 for the rules that divide; rows done (m unless the budget was used up)
    """
    m, n = rows.m, int(rows.opening.size)
    if budget is None:
        budget = max(BUDGET_AT_LEAST, BUDGET_PER_ROW * m)
    common = (rows.src, rows.dst, rows.amount, rows.opening, rows.account, rows.tag)
    if rule == "pro_rata":
        part = np.zeros(m)
        trace_scalar.pro_rata(*common, np.zeros(n), part)
        return part, m
    whole = np.zeros(m, np.int64)
    scalar = {
        "own_last": trace_scalar.OWN_LAST,
        "own_first": trace_scalar.OWN_FIRST,
        "poison": trace_scalar.POISON,
    }
    if rule in scalar:
        trace_scalar.greedy(*common, scalar[rule], np.zeros(n, np.int64), whole)
        return whole, m
    room = n + 2 * m + 1
    stacks = {"fifo": lots.FIFO, "lifo": lots.LIFO, "lifo_block": lots.LIFO_BLOCK}
    if rule in stacks:
        space = (np.empty(room, np.int64), np.empty(room, np.int8), np.empty(room, np.int32))
        return whole, lots.queues(*common, stacks[rule], *space, whole, budget)
    if rule == "lifo_blend":
        part = np.zeros(m)
        done = lots.blended(*common, np.empty(room, np.int64), np.empty(room), np.empty(room, np.int32), part, budget)
        return part, done
    births = {
        "lrb": (False, False),
        "mrb": (True, False),
        "lrb_minting": (False, True),
        "mrb_minting": (True, True),
    }
    if rule in births:
        heap = (
            np.empty(room, np.int64),
            np.empty(room, np.int64),
            np.empty(room, np.int32),
            np.empty(room, np.int32),
        )
        return whole, lots_birth.born(*common, *births[rule], *heap, whole, budget)
    raise UsageError(key="trace.rule_unknown", found=rule, known=", ".join((*RULES, *VARIANTS)))


def trace(
    ledger: Ledger,
    account: str | int,
    *,
    rules: Sequence[str] = (*RULES, *VARIANTS),
    tag: Choice = None,
    count: Choice = None,
    progress: Callable[[str], None] | None = None,
) -> Trace:
    """Own money back in the inflow of an account, under every rule, with the sharp bounds.

    Parameters
    ----------
    account : name or code
    rules : which of RULES and VARIANTS to run
    tag, count : instruments (or masks) that are tagged when A pays, and counted when A is paid; None = all
    progress : called with the name of each rule before it runs

    Raises
    ------
    NotFound, UsageError, InputError
        See `trace_rows.prepare`.

    Source
    ------
    Definitions sections 4 to 6; main example: oracle 7.

    Examples
    --------
    >>> from kanryu.flows.ledger import from_columns
    >>> found = trace(from_columns(["A", "X", "B"], ["B", "B", "A"], [1, 2, 3], [10, 10, 10]), "A")
    >>> found.rules["pro_rata"].back, found.bounds.low, found.bounds.high
    (5.0, 0.0, 10.0)
    """
    unknown = [rule for rule in rules if rule not in (*RULES, *VARIANTS)]
    if unknown:
        raise UsageError(key="trace.rule_unknown", found=unknown[0], known=", ".join((*RULES, *VARIANTS)))
    rows = prepare(ledger, account, tag=tag, count=count)
    answers: dict[str, RuleAnswer] = {}
    for rule in rules:
        if progress is not None:
            progress(rule)
        answers[rule] = _answer(ledger, rows, rule)
    core = core_of(rows)
    low, high = bounds_of(core)
    inflow = rows.inflow
    touched, _ = own_parts(rows, "poison")
    found = [a.back for name, a in answers.items() if name in RULES and a.back is not None]
    unfinished = tuple(name for name, answer in answers.items() if answer.back is None)
    return Trace(
        account=ledger.accounts[rows.account],
        inflow=ledger.in_units(inflow),
        paid_out=ledger.in_units(rows.paid_out),
        counted_rows=int(rows.counted.sum()),
        tagged_rows=int(rows.tag.sum()),
        rules={name: answers[name] for name in RULES if name in answers},
        variants={name: answers[name] for name in VARIANTS if name in answers},
        low=min(found) if found else None,
        high=max(found) if found else None,
        low_share=min(found) / ledger.in_units(inflow) if found and inflow else None,
        high_share=max(found) / ledger.in_units(inflow) if found and inflow else None,
        bounds=Bounds(
            low=ledger.in_units(low),
            high=ledger.in_units(high),
            low_share=low / inflow if inflow else None,
            high_share=high / inflow if inflow else None,
            rows=int((core.row >= 0).sum()),
            nodes=core.nodes,
            arcs=int(core.tail.size),
            certificate="cut" if core.tail.size else "empty",
        ),
        touched=int((touched[rows.counted == 1] > 0).sum()),
        minted=minted_by(ledger, rows),
        origin=Origin(
            definition="trace.define_trace",
            inputs={"name": ledger.name, "account": ledger.accounts[rows.account], **ledger.inputs},
            assumptions=("trace.assume_minting", *ledger.assumptions),
            left_out=(*ledger.left_out, *(f"trace.unfinished_{name}" for name in unfinished)),
            coverage={"rows": ledger.m, "rows_followed": rows.m, **ledger.coverage},
        ),
    )


def _answer(ledger: Ledger, rows: Rows, rule: str) -> RuleAnswer:
    part, done = own_parts(rows, rule)
    is_exact = rule not in INEXACT
    if done < rows.m:
        return RuleAnswer(back=None, share=None, held=None, is_exact=is_exact)
    home = rows.dst == rows.account
    back = part[rows.counted == 1].sum().item()
    absorbed = part[home].sum().item()
    inflow = rows.inflow
    return RuleAnswer(
        back=ledger.in_units(back),
        share=back / inflow if inflow else None,
        held=ledger.in_units(max(rows.paid_out - absorbed, 0)),
        is_exact=is_exact,
    )


def minted_by(ledger: Ledger, rows: Rows, largest: int = 5) -> Minted:
    """What payers had to mint: a measure of how incomplete the ledger is (definitions section 0)."""
    minted: Int64 = np.zeros(rows.m, np.int64)
    trace_scalar.balances(rows.src, rows.dst, rows.amount, rows.opening.copy(), minted, np.zeros(rows.m, np.int64))
    per_account = np.bincount(rows.src, weights=minted, minlength=ledger.n)
    order = np.argsort(-per_account, kind="stable")[:largest]
    total = int(minted.sum())
    paid = int(rows.amount.sum())
    return Minted(
        total=ledger.in_units(total),
        share=total / paid if paid else 0.0,
        rows=int((minted > 0).sum()),
        by_account={ledger.accounts[v]: ledger.in_units(float(per_account[v])) for v in order if per_account[v] > 0},
    )
