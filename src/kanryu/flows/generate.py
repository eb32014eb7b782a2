"""Seeded ledgers of any size with known loops: a background of payments and rings planted into it.

Every chunk of rows has its own random numbers, so a ledger is the same whether it is made at once, in parts, or by
several workers. Accounts differ in activity like a Pareto law, and pay mostly inside their community.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from kanryu.core.errors import UsageError

CHUNK = 1_000_000


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to make.

    rows : payments of the background; accounts : of the background
    span : seconds from the first to the last possible payment; start : Unix time of the beginning
    communities : number of groups; inside : part of the payments that stay in the payer's group
    activity : 1 = all accounts alike; 2 or 3 = a few accounts make most payments
    rings : planted loops in time, of 3 to `ring_length` payments inside `ring_window` seconds, each passing on
        between 90 and 100 % of what came in, between accounts of their own
    acyclic : background payments go from lower to higher numbers only, so the planted rings are the only loops
    """

    rows: int
    accounts: int
    seed: int = 1
    span: int = 30 * 86400
    start: int = 1_700_000_000
    communities: int = 100
    inside: float = 0.8
    activity: float = 2.0
    rings: int = 0
    ring_length: int = 6
    ring_window: int = 86400
    acyclic: bool = False

    @property
    def chunks(self) -> int:
        """Number of chunks of the background."""
        return max(1, -(-self.rows // CHUNK))


@dataclass(frozen=True)
class Rows:
    """Payments in order of time: accounts as numbers, times in seconds, amounts in cents. `ring` is -1 or a number."""

    src: Any
    dst: Any
    t: Any
    amount: Any
    ring: Any


def check_plan(plan: Plan) -> None:
    """Refuse a plan that cannot be made."""
    wrong = (
        plan.rows < 1
        or plan.accounts < 2
        or plan.span < 1
        or not 0 <= plan.inside <= 1
        or plan.activity < 1
        or plan.rings < 0
        or plan.ring_length < 3
        or not 1 <= plan.communities <= plan.accounts // 2
        or plan.ring_window < 3 * plan.ring_length
        or plan.ring_window > plan.span
    )
    if wrong:
        raise UsageError(key="generate.plan", plan=str(plan))


def rings_of(plan: Plan) -> Rows:
    """All planted rings in order of time."""
    random = np.random.default_rng(np.random.SeedSequence([plan.seed, 1]))
    lengths = random.integers(3, plan.ring_length + 1, plan.rings)
    total = int(lengths.sum())
    ring = np.repeat(np.arange(plan.rings), lengths)
    first = np.repeat(np.cumsum(lengths) - lengths, lengths)
    place = np.arange(total) - first
    src = plan.accounts + np.arange(total)
    dst = plan.accounts + first + (place + 1) % np.repeat(lengths, lengths)
    # one payment in each of `length` equal parts of the ring's window: times increase strictly
    part = plan.ring_window // np.repeat(lengths, lengths)
    begin = random.integers(0, plan.span - plan.ring_window + 1, plan.rings)
    t = plan.start + np.repeat(begin, lengths) + place * part + (random.random(total) * part).astype(np.int64)
    kept = random.uniform(0.9, 1.0, total)
    kept[place == 0] = 1.0
    passed = np.log(kept)
    running = np.cumsum(passed)
    before = running[first] - passed[first]
    amount = np.repeat(random.integers(100_000, 10_000_000, plan.rings), lengths) * np.exp(running - before)
    order = np.argsort(t, kind="stable")
    return Rows(src[order], dst[order], t[order], np.floor(amount).astype(np.int64)[order], ring[order])


def background(plan: Plan, chunk: int) -> Rows:
    """One chunk of the background; chunk c lies wholly before chunk c + 1."""
    random = np.random.default_rng(np.random.SeedSequence([plan.seed, 2, chunk]))
    rows = min(CHUNK, plan.rows - chunk * CHUNK)
    low, high = plan.span * chunk // plan.chunks, plan.span * (chunk + 1) // plan.chunks
    t = np.sort(random.integers(low, max(high, low + 1), rows)) + plan.start
    groups = plan.communities
    size = plan.accounts // groups  # accounts of one group; the few left over stay silent
    src = (size * groups * random.random(rows) ** plan.activity).astype(np.int64)
    in_group = (size * random.random(rows) ** plan.activity).astype(np.int64) * groups + src % groups
    anywhere = (size * groups * random.random(rows) ** plan.activity).astype(np.int64)
    dst = np.where(random.random(rows) < plan.inside, in_group, anywhere)
    dst = np.where(dst == src, (dst + groups) % (size * groups), dst)
    if plan.acyclic:
        src, dst = np.minimum(src, dst), np.maximum(src, dst)
    amount = np.maximum(1, np.exp(random.normal(9.0, 1.5, rows))).astype(np.int64)
    return Rows(src, dst, t, amount, np.full(rows, -1, np.int64))


def generate(plan: Plan) -> Iterator[Rows]:
    """The ledger in chunks, in order of time, rings merged in.

    Examples
    --------
    >>> plan = Plan(rows=1000, accounts=50, rings=3, communities=5)
    >>> sum(part.src.size for part in generate(plan)) > 1000
    True
    """
    check_plan(plan)
    rings = rings_of(plan)
    done = 0
    for chunk in range(plan.chunks):
        part = background(plan, chunk)
        is_last = chunk == plan.chunks - 1
        end = rings.t.size if is_last else int(np.searchsorted(rings.t, int(part.t[-1]) + 1))
        take = slice(done, max(done, end))
        done = take.stop
        if take.start == take.stop:
            yield part
            continue
        names = ("src", "dst", "t", "amount", "ring")
        merged = [np.concatenate([getattr(part, name), getattr(rings, name)[take]]) for name in names]
        order = np.argsort(merged[2], kind="stable")
        yield Rows(*(column[order] for column in merged))
