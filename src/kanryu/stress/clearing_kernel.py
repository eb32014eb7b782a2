"""The hot part of clearing: a worklist that lets payments fall from the top, or rise from the bottom.

Groups are the ranks of a payer in order; the legs of a group share pro rata. `income` is what an entity receives on
its claims, `held` what its stakes are worth. Every update is a push of a difference, so the cost is that of the
region hit, not of the web.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kanryu.core.speed import hot


@hot
def order_by_key(key: Any, keys: int) -> Any:
    """Positions that sort `key` (int64 (m,), 0 <= key < keys), equal keys in order of input, and their starts.

    Returns `order` int64 (m,) and `start` int64 (keys + 1,). O(m + keys).
    """
    start = np.zeros(keys + 1, np.int64)
    for position in range(key.size):
        start[key[position] + 1] += 1
    for k in range(keys):
        start[k + 1] += start[k]
    fill = start[:-1].copy()
    order = np.empty(key.size, np.int64)
    for position in range(key.size):
        k = key[position]
        order[fill[k]] = position
        fill[k] += 1
    return order, start


@hot
def add_up(keys: Any, values: Any, size: int) -> Any:
    """Sums of `values` by key, float64 (size,); keys int32 or int64 (m,)."""
    total = np.zeros(size)
    for position in range(keys.size):
        total[keys[position]] += values[position]
    return total


@hot
def settle(
    group_start: Any,
    leg_start: Any,
    leg_dst: Any,
    leg_due: Any,
    group_due: Any,
    total_due: Any,
    payer: Any,
    outside: Any,
    alpha: float,
    beta: float,
    owner_start: Any,
    owner: Any,
    owner_share: Any,
    guarded: Any,
    guard_group: Any,
    guard_leg: Any,
    guard_cap: Any,
    income: Any,
    held: Any,
    ratio: Any,
    equity: Any,
    failed_in: Any,
    rising: bool,
    tolerance: float,
    epsilon: float,
    budget: int,
) -> Any:
    """Push differences until nothing moves; returns (rounds, steps, whether it converged).

    group_start : int64 (n + 1,) groups of an entity; leg_start : int64 (groups + 1,) legs of a group
    leg_dst : int32 (m,); leg_due : float64 (m,), group_due : float64 (groups,), total_due : float64 (n,); the last
        three grow while guarantees are called
    payer : int64 (groups,); owner_start : int64 (n + 1,) holders of an issuer, owner int64, owner_share float64
    guarded : int64 (m,) or (0,): number of the guarantee of a leg, -1 = none; guard_group, guard_leg : int64 (k,),
        guard_cap : float64 (k,)
    income, held, equity : float64 (n,), ratio : float64 (groups,) share paid; changed in place
    failed_in : int64 (n,), round of failure, 0 = pays in full; changed in place
    rising : False from the top (greatest fixed point, in rounds of failures), True from the bottom (least)
    """
    n = outside.size
    queue = np.empty(n, np.int64)
    queued = np.zeros(n, np.bool_)
    waiting = np.empty(n, np.int64)  # those who cannot pay, until the next round begins
    pending = np.zeros(n, np.bool_)
    always = np.zeros(n, np.bool_)  # revisited at every change: their equity is somebody's asset
    keep = 1.0 - tolerance
    head = 0
    length = 0
    count = 0
    rounds = 0
    steps = 0
    has_guards = guard_leg.size > 0
    for i in range(n):
        always[i] = rising or owner_start[i + 1] > owner_start[i]
        if rising or (total_due[i] > 0.0 and outside[i] + income[i] + held[i] < total_due[i] * keep):
            queue[length] = i
            length += 1
            queued[i] = True
    while length > 0 or count > 0:
        if length == 0:
            rounds += 1
            for k in range(count):
                i = waiting[k]
                pending[i] = False
                failed_in[i] = rounds
                queue[(head + length) % n] = i
                length += 1
                queued[i] = True
            count = 0
        while length > 0:
            i = queue[head]
            head += 1
            if head == n:
                head = 0
            length -= 1
            queued[i] = False
            steps += 1
            if steps > budget:
                return rounds, steps, False
            received = income[i] + held[i]
            due_here = total_due[i]
            has = outside[i] + received
            short = has < due_here * keep
            fails = failed_in[i] > 0
            if rising:
                fails = short
                failed_in[i] = 1 if short else 0
            elif short and not fails and not pending[i]:
                waiting[count] = i
                pending[i] = True
                count += 1
            value = alpha * outside[i] + beta * received if fails else has
            worth = 0.0 if fails else max(0.0, has - due_here)
            left = value
            for g in range(group_start[i], group_start[i + 1]):
                due = group_due[g]
                share = 1.0
                if fails and left < due:
                    share = left / due if left > 0.0 else 0.0
                left -= due
                drop = ratio[g] - share
                if abs(drop) * due <= epsilon * due_here and not (share == 1.0 and drop != 0.0):
                    continue
                ratio[g] = share
                for leg in range(leg_start[g], leg_start[g + 1]):
                    j = leg_dst[leg]
                    income[j] -= leg_due[leg] * drop
                    if has_guards and guarded[leg] >= 0:
                        c = guarded[leg]
                        h = guard_leg[c]
                        gg = guard_group[c]
                        called = min(guard_cap[c], leg_due[leg] * (1.0 - share))
                        rise = called - leg_due[h]
                        leg_due[h] = called
                        group_due[gg] += rise
                        total_due[payer[gg]] += rise
                        income[j] += ratio[gg] * rise
                        k = payer[gg]
                        if not queued[k] and (
                            always[k]
                            or failed_in[k] > 0
                            or (not pending[k] and outside[k] + income[k] + held[k] < total_due[k] * keep)
                        ):
                            queue[(head + length) % n] = k
                            length += 1
                            queued[k] = True
                    if not queued[j] and (
                        always[j]
                        or failed_in[j] > 0
                        or (not pending[j] and outside[j] + income[j] + held[j] < total_due[j] * keep)
                    ):
                        queue[(head + length) % n] = j
                        length += 1
                        queued[j] = True
            fall = equity[i] - worth
            equity[i] = worth
            if fall != 0.0 and abs(fall) > epsilon * (due_here + has):
                for s in range(owner_start[i], owner_start[i + 1]):
                    j = owner[s]
                    held[j] -= owner_share[s] * fall
                    if not queued[j] and (
                        always[j]
                        or failed_in[j] > 0
                        or (not pending[j] and outside[j] + income[j] + held[j] < total_due[j] * keep)
                    ):
                        queue[(head + length) % n] = j
                        length += 1
                        queued[j] = True
            elif fall != 0.0:
                equity[i] = worth + fall  # too small to push: keep it, so that small falls add up
    return rounds, steps, True
