"""Own money back of every account of a ledger: FIFO and LIFO for all in one pass each, pro-rata for the largest.

An account that is alone in its strongly connected component gets nothing back, so only the others are asked about.
FIFO and LIFO run side by side on two threads; pro-rata needs one pass per account (definitions section 9).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from kanryu.core.results import Origin
from kanryu.flows.ledger import Int64, Ledger
from kanryu.follow.bounds import Bounds
from kanryu.follow.circulation import arcs_of
from kanryu.follow.lots_all import own_money_of_all
from kanryu.follow.trace import BUDGET_AT_LEAST, BUDGET_PER_ROW, own_parts
from kanryu.follow.trace_records import OfAccount, Trace
from kanryu.follow.trace_rows import prepare


def own_money_of_everyone(ledger: Ledger, *, largest: int = 10, listed: int = 1000) -> Trace:
    """FIFO and LIFO own money back of every account, with pro-rata for the accounts that get most.

    Parameters
    ----------
    largest : accounts for which pro-rata is run
    listed : accounts in the answer, those with most own money back first; `everyone_arrays` gives all

    Examples
    --------
    >>> from kanryu.flows.ledger import from_columns
    >>> found = own_money_of_everyone(from_columns(["a", "b"], ["b", "a"], [1, 2], [10, 4]))
    >>> [(row.account, row.fifo, row.lifo, row.pro_rata) for row in found.everyone]
    [('a', 4.0, 4.0, 4.0)]
    """
    inflow, fifo, lifo, done = everyone_arrays(ledger)
    most = np.maximum(fifo, lifo)
    order = [int(v) for v in np.argsort(-most, kind="stable")[:listed] if most[v] > 0]
    pro_rata: dict[int, float] = {}
    for v in order[:largest]:
        rows = prepare(ledger, v)
        part, _ = own_parts(rows, "pro_rata")
        pro_rata[v] = float(part[rows.counted == 1].sum())
    everyone = tuple(
        OfAccount(
            account=ledger.accounts[v],
            inflow=ledger.in_units(int(inflow[v])),
            fifo=ledger.in_units(int(fifo[v])),
            lifo=ledger.in_units(int(lifo[v])),
            pro_rata=ledger.in_units(pro_rata[v]) if v in pro_rata else None,
            share_low=min(int(fifo[v]), int(lifo[v])) / int(inflow[v]),
            share_high=int(most[v]) / int(inflow[v]),
        )
        for v in order
    )
    return Trace(
        account="",
        inflow=ledger.in_units(int(inflow.sum())),
        paid_out=None,
        counted_rows=ledger.m,
        tagged_rows=ledger.m,
        rules={},
        variants={},
        low=None,
        high=None,
        low_share=None,
        high_share=None,
        bounds=Bounds(low=0.0, high=None, low_share=None, high_share=None, rows=0, nodes=0, arcs=0, certificate="none"),
        touched=None,
        minted=None,
        everyone=everyone,
        origin=Origin(
            definition="trace.define_everyone",
            inputs={"name": ledger.name, **ledger.inputs},
            assumptions=("trace.assume_minting", *ledger.assumptions),
            left_out=(*ledger.left_out, *(() if done else ("trace.unfinished_everyone",))),
            coverage={
                "rows": ledger.m,
                "accounts": ledger.n,
                "accounts_with_own_money": int((most > 0).sum()),
                **ledger.coverage,
            },
        ),
    )


def everyone_arrays(ledger: Ledger) -> tuple[Int64, Int64, Int64, bool]:
    """Inflow, FIFO own money and LIFO own money of every account, (n,) minor units each, and whether both finished."""
    rows = prepare(ledger, 0) if ledger.n else None
    if rows is None:
        empty = np.zeros(0, np.int64)
        return empty, empty, empty, True
    component = arcs_of(ledger).component
    inflow = np.zeros(ledger.n, np.int64)
    np.add.at(inflow, rows.dst, rows.amount)
    budget = max(BUDGET_AT_LEAST, BUDGET_PER_ROW * rows.m)

    def run(is_stack: bool) -> tuple[Int64, int]:
        return own_money_of_all(
            rows.src, rows.dst, rows.amount, rows.opening, component, is_stack=is_stack, budget=budget
        )

    with ThreadPoolExecutor(2) as pool:
        (fifo, first), (lifo, second) = pool.map(run, (False, True))
    return inflow, fifo, lifo, first == second == rows.m
