"""Loops when time is forgotten: rings of different accounts in the simple digraph of who pays whom.

Definitions section 1. Counting does not build lists; listing streams. What it does not do: say whether money can have
gone round (`time_loops`) or did (`trace`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from kanryu.core.errors import InputError
from kanryu.core.speed import hot
from kanryu.flows.ledger import Ledger
from kanryu.follow.time_loops_index import on_static_loops
from kanryu.follow.work import Clock, run_pieces


class StaticCounts(msgspec.Struct, frozen=True):
    """Static loops by length; `complete` False means at least so many."""

    counts: dict[int, int]
    complete: bool
    starts_done: int
    starts: int


@dataclass(frozen=True)
class Pairs:
    """Distinct pairs inside strongly connected components; accounts renumbered by falling number of partners."""

    account: Any
    out_ptr: Any
    out_dst: Any
    in_ptr: Any
    in_src: Any

    @property
    def n(self) -> int:
        """Accounts on some loop."""
        return int(self.account.size)


def pairs_of(ledger: Ledger) -> Pairs:
    """The simple digraph of a ledger, without rows that no loop can use."""
    keep = on_static_loops(ledger.src, ledger.dst, ledger.n) if ledger.m else np.zeros(0, bool)
    code = np.unique(ledger.src[keep].astype(np.int64) * ledger.n + ledger.dst[keep])
    src, dst = code // max(ledger.n, 1), code % max(ledger.n, 1)
    degree = np.bincount(src, minlength=ledger.n) * np.bincount(dst, minlength=ledger.n)
    used = np.unique(np.concatenate([src, dst]))
    account = used[np.lexsort((used, -degree[used]))]
    number = np.zeros(max(ledger.n, 1), np.int64)
    number[account] = np.arange(account.size)
    src, dst = number[src], number[dst]
    by_src, by_dst = np.lexsort((dst, src)), np.lexsort((src, dst))
    steps = np.arange(account.size + 1)
    return Pairs(
        account,
        np.searchsorted(src[by_src], steps).astype(np.int64),
        dst[by_src].astype(np.int32),
        np.searchsorted(dst[by_dst], steps).astype(np.int64),
        src[by_dst].astype(np.int32),
    )


@hot
def count_from(out_ptr, out_dst, in_ptr, in_src, start, stride, max_length, step_limit, counts, progress):  # type: ignore[no-untyped-def]
    """Add loops whose smallest account is `start, start + stride, ...` to `counts`.

    progress : int64 (4,): account to go on with, steps, status (1 = stopped at the limit), starts done
    """
    n = out_ptr.size - 1
    limit = max_length if max_length > 0 else n
    distance = np.full(n, -1, np.int32)
    queue = np.empty(n, np.int32)
    on_path = np.zeros(n, np.bool_)
    path = np.empty(n + 1, np.int32)
    position = np.empty(n + 1, np.int64)
    found = np.zeros(counts.size, np.int64)
    steps = 0
    while start < n:
        head, tail = 0, 1
        queue[0] = start
        distance[start] = 0
        while head < tail:
            account = queue[head]
            head += 1
            if distance[account] >= limit - 1:
                break
            for c in range(in_ptr[account], in_ptr[account + 1]):
                payer = in_src[c]
                if payer > start and distance[payer] < 0:
                    distance[payer] = distance[account] + 1
                    queue[tail] = payer
                    tail += 1
        depth = 0
        path[0] = start
        position[0] = out_ptr[start]
        while depth >= 0:
            account = path[depth]
            if position[depth] >= out_ptr[account + 1]:
                on_path[account] = False
                depth -= 1
                continue
            payee = out_dst[position[depth]]
            position[depth] += 1
            steps += 1
            if payee < start:
                continue
            if payee == start:
                found[depth + 1] += 1
                continue
            if distance[payee] < 0 or on_path[payee] or depth + 1 + distance[payee] > limit:
                continue
            if depth + 2 == limit:
                found[limit] += 1
                continue
            if steps > step_limit:
                progress[0], progress[1], progress[2] = start, steps, 1
                return
            depth += 1
            path[depth] = payee
            on_path[payee] = True
            position[depth] = out_ptr[payee]
        for i in range(tail):
            distance[queue[i]] = -1
        for k in range(found.size):
            counts[k] += found[k]
            found[k] = 0
        progress[3] += 1
        start += stride
    progress[0], progress[1] = start, steps


def count_static_loops(
    ledger: Ledger, max_length: int | None = None, *, budget: float | None = 60.0, threads: int | None = None
) -> StaticCounts:
    """How many static loops there are, by length, without listing them.

    Parameters
    ----------
    max_length : int or None
        Longest loop that counts; None for no limit (the number can then be astronomic: the budget ends it).
    budget : float or None
        Seconds after which the counts so far are given as a lower limit.

    Source
    ------
    Definitions section 1; backward distances as in Peng et al. (2019), hop-constrained cycles.

    Examples
    --------
    >>> from kanryu.flows.ledger import from_columns
    >>> ledger = from_columns("1232341", "2311413", [0] * 7)
    >>> count_static_loops(ledger).counts
    {2: 2, 3: 2, 4: 1}
    """
    if max_length is not None and max_length < 2:
        raise InputError(key="loops.length_small", found=max_length)
    pairs = pairs_of(ledger)
    limit = 0 if max_length is None or max_length >= pairs.n else max_length
    clock = Clock(budget)
    stride = 1 if pairs.out_dst.size < 2000 else min(64, max(1, pairs.n))
    size = max(pairs.n, limit) + 2
    results: list[tuple[Any, int, bool]] = []  # appending is safe between threads, adding up is not

    def work(start: int) -> None:
        counts = np.zeros(size, np.int64)
        progress = np.zeros(4, np.int64)
        steps = 20_000 if stride == 1 else 100_000_000
        at, kernel = start, count_from.plain if stride == 1 else count_from.compiled
        while True:
            progress[2] = 0
            kernel(pairs.out_ptr, pairs.out_dst, pairs.in_ptr, pairs.in_src, at, stride, limit, steps, counts, progress)
            if progress[2] == 0:
                break
            if clock.is_over():
                break
            at, kernel, steps = int(progress[0]), count_from.compiled, max(100_000_000, 3 * steps)
        results.append((counts, int(progress[3]), progress[2] == 0))

    if pairs.n:
        if stride > 1:
            count_from.compiled  # noqa: B018  compile before threads start
        run_pieces(work, range(stride), threads)
    total = sum((counts for counts, _, _ in results), np.zeros(size, np.int64))
    counts = {int(k): int(total[k]) for k in np.flatnonzero(total)}
    return StaticCounts(counts, all(ok for _, _, ok in results), sum(done for _, done, _ in results), pairs.n)


def static_loops(ledger: Ledger, max_length: int | None = None) -> Iterator[tuple[int, ...]]:
    """All static loops as account codes, each from its smallest code on; a stream, nothing is kept.

    Examples
    --------
    >>> from kanryu.flows.ledger import from_columns
    >>> ledger = from_columns("1232341", "2311413", [0] * 7)
    >>> [[ledger.accounts[a] for a in loop] for loop in static_loops(ledger, 3)]
    [['1', '2'], ['1', '2', '3'], ['1', '3'], ['1', '3', '4']]
    """
    keep = on_static_loops(ledger.src, ledger.dst, ledger.n) if ledger.m else np.zeros(0, bool)
    partners: dict[int, list[int]] = {}
    payers: dict[int, list[int]] = {}
    for src, dst in sorted(set(zip(ledger.src[keep].tolist(), ledger.dst[keep].tolist()))):
        partners.setdefault(src, []).append(dst)
        payers.setdefault(dst, []).append(src)
    limit = max_length or len(partners)
    for start in sorted(partners):
        distance = _distances(start, payers, limit)
        path, stack = [start], [iter(partners[start])]
        while stack:
            for payee in stack[-1]:
                if payee == start:
                    yield tuple(path)
                elif payee in distance and payee not in path and len(path) + distance[payee] <= limit:
                    path.append(payee)
                    stack.append(iter(partners[payee]))
                    break
            else:
                stack.pop()
                path.pop()


def _distances(start: int, payers: dict[int, list[int]], limit: int) -> dict[int, int]:
    """Fewest rows from each account above `start` back to it, at most `limit - 1`."""
    distance = {start: 0}
    edge = [start]
    for step in range(1, limit):
        edge = [p for a in edge for p in payers.get(a, ()) if p > start and distance.setdefault(p, step) == step]
        edge = list(dict.fromkeys(edge))
        if not edge:
            break
    del distance[start]
    return distance
