"""How many loops chance alone would make: null models with seeded p-values.

`times`: the same payments, their times shuffled. `partners`: the same times, amounts and payers, the payees shuffled,
so that every account keeps the number of payments it makes and receives and the sum it pays out. Definitions sections
7 and 8.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import msgspec
import numpy as np

from kanryu.core.errors import InputError
from kanryu.flows.ledger import Ledger
from kanryu.follow.time_loops import count_time_loops
from kanryu.follow.time_loops_index import Ties
from kanryu.follow.time_loops_list import Tolerance, list_time_loops
from kanryu.follow.work import Clock

Null = Literal["times", "partners"]
NULLS: tuple[Null, ...] = ("times", "partners")


class Chance(msgspec.Struct, frozen=True):
    """One null model. `p_value` = (1 + shuffles with at least as many loops) / (1 + shuffles).

    mean, low, high : loops in the shuffled ledgers (5th and 95th percentile)
    ratio : loops found / mean, None when the mean is 0
    """

    null: str
    observed: int
    shuffles: int
    mean: float
    low: float
    high: float
    ratio: float | None
    p_value: float
    seed: int
    complete: bool


def shuffled(ledger: Ledger, null: Null, seed: int, number: int) -> Ledger:
    """The `number`-th shuffled ledger of a seed; the same in any order and on any machine.

    `times` permutes times over rows. `partners` permutes payees over rows; a payment to oneself that arises is
    exchanged with another row, and a few may stay where no exchange helps.
    """
    random = np.random.default_rng(np.random.SeedSequence([seed, NULLS.index(null), number]))
    if null == "times":
        order = np.argsort(random.permutation(ledger.m), kind="stable")
        return replace(
            ledger,
            src=ledger.src[order],
            dst=ledger.dst[order],
            amount=ledger.amount[order],
            row=ledger.row[order],
            instrument=None,
            rung=None,
            leg=None,
        )
    dst = ledger.dst[random.permutation(ledger.m)]
    for _ in range(20):
        same = np.flatnonzero(dst == ledger.src)
        if same.size == 0:
            break
        other = random.integers(0, ledger.m, same.size)
        for one, two in zip(same.tolist(), other.tolist()):
            if dst[two] != ledger.src[one] and dst[one] != ledger.src[two]:
                dst[one], dst[two] = dst[two], dst[one]
    return replace(ledger, dst=dst, instrument=None, rung=None, leg=None)


def chance(
    ledger: Ledger,
    window: int,
    *,
    null: Null = "times",
    shuffles: int = 20,
    seed: int = 1,
    ties: Ties = "strict",
    max_length: int | None = None,
    tolerance: Tolerance | None = None,
    budget: float | None = 60.0,
) -> Chance:
    """Compare the loops of a ledger with those of shuffled ledgers.

    Parameters
    ----------
    shuffles : int
        Number of shuffled ledgers; the smallest p-value that can come out is 1 / (1 + shuffles).
    seed : int
        The same seed gives the same numbers.

    Notes
    -----
    When the budget ends, the shuffles done so far are used and `complete` is False.
    """
    if shuffles < 1:
        raise InputError(key="loops.chance_few", found=shuffles)
    clock = Clock(budget)

    def number_of_loops(one: Ledger) -> tuple[int, bool]:
        if tolerance is None or tolerance.is_open:
            counted = count_time_loops(one, window, ties=ties, max_length=max_length, budget=budget)
            return sum(counted.counts.values()), counted.complete
        listing = list_time_loops(
            one, window, ties=ties, max_length=max_length, tolerance=tolerance, limit=0, budget=budget
        )
        return sum(listing.counts.values()), listing.complete

    found, complete = number_of_loops(ledger)
    totals: list[int] = []
    for number in range(shuffles):
        if clock.is_over():
            complete = False
            break
        total, is_whole = number_of_loops(shuffled(ledger, null, seed, number))
        complete = complete and is_whole
        totals.append(total)
    values = np.array(totals or [0], float)
    mean = float(values.mean())
    return Chance(
        null=null,
        observed=found,
        shuffles=len(totals),
        mean=mean,
        low=float(np.percentile(values, 5)),
        high=float(np.percentile(values, 95)),
        ratio=found / mean if mean > 0 else None,
        p_value=(1 + sum(total >= found for total in totals)) / (1 + len(totals)),
        seed=seed,
        complete=complete,
    )
