"""The hot part of clearing for large plain webs: debts in ranks and costs of default, no stakes, no guarantees.

The fictitious default sequence. While the payments of one default set settle, only the debts inside that set matter;
they are copied together and swept until nothing moves, and only then the rest of the web is told. A test holds it
against the general worklist.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kanryu.core.speed import hot

COARSE = 1e-8  # precision of the rounds before the last one, which settles to the end


@hot
def settle_rounds(
    group_start: Any,
    leg_start: Any,
    leg_dst: Any,
    leg_due: Any,
    group_due: Any,
    total_due: Any,
    outside: Any,
    alpha: float,
    beta: float,
    income: Any,
    ratio: Any,
    failed_in: Any,
    tolerance: float,
    epsilon: float,
    budget: int,
) -> Any:
    """The greatest fixed point from the top; returns (rounds, steps, whether it converged).

    Arrays as in `clearing_kernel.settle`; income, ratio and failed_in are changed in place. O(debts of who fails) per
    round, O(debts inside the default set) per sweep.
    """
    n = outside.size
    keep = 1.0 - tolerance
    members = np.empty(n, np.int64)
    number = np.full(n, -1, np.int64)
    count = 0
    rounds = 0
    steps = 0
    fine = False
    while True:
        before = count
        for i in range(n):
            if number[i] < 0 and total_due[i] > 0.0 and outside[i] + income[i] < total_due[i] * keep:
                members[count] = i
                number[i] = count
                failed_in[i] = rounds + 1
                count += 1
        if count == before:
            if fine or count == 0:
                return rounds, steps, True
            fine = True  # nobody new at the coarse precision: settle the present set to the end and look again
        else:
            fine = False
            rounds += 1
        small = epsilon if fine else max(epsilon, COARSE)
        groups = 0
        inside = 0
        for d in range(count):
            i = members[d]
            groups += group_start[i + 1] - group_start[i]
            for leg in range(leg_start[group_start[i]], leg_start[group_start[i + 1]]):
                if number[leg_dst[leg]] >= 0:
                    inside += 1
        part_start = np.zeros(groups + 1, np.int64)
        part_dst = np.empty(inside, np.int32)
        part_due = np.empty(inside)
        share_now = np.empty(groups)
        received = np.empty(count)
        seen = np.empty(count)
        own = np.empty(count)
        owed = np.empty(count)
        first = np.zeros(count + 1, np.int64)
        due_of = np.empty(groups)
        at = 0
        g_at = 0
        for d in range(count):
            i = members[d]
            received[d] = income[i]
            seen[d] = np.inf
            own[d] = alpha * outside[i]
            owed[d] = total_due[i]
            for g in range(group_start[i], group_start[i + 1]):
                share_now[g_at] = ratio[g]
                due_of[g_at] = group_due[g]
                for leg in range(leg_start[g], leg_start[g + 1]):
                    j = number[leg_dst[leg]]
                    if j >= 0:
                        part_dst[at] = j
                        part_due[at] = leg_due[leg]
                        at += 1
                g_at += 1
                part_start[g_at] = at
            first[d + 1] = g_at
        moved = 1.0
        while moved > small:
            moved = 0.0
            for d in range(count):
                if received[d] == seen[d]:
                    continue
                seen[d] = received[d]
                left = own[d] + beta * received[d]
                for g in range(first[d], first[d + 1]):
                    due = due_of[g]
                    share = 1.0
                    if left < due:
                        share = left / due if left > 0.0 else 0.0
                    left -= due
                    drop = share_now[g] - share
                    change = abs(drop) * due
                    if change > small * owed[d]:
                        share_now[g] = share
                        for k in range(part_start[g], part_start[g + 1]):
                            received[part_dst[k]] -= part_due[k] * drop
                        if change > moved * owed[d]:
                            moved = change / owed[d]
            steps += count
            if steps > budget:
                break
        g_at = 0
        for d in range(count):
            i = members[d]
            for g in range(group_start[i], group_start[i + 1]):
                drop = ratio[g] - share_now[g_at]
                ratio[g] = share_now[g_at]
                g_at += 1
                if drop != 0.0:
                    for leg in range(leg_start[g], leg_start[g + 1]):
                        income[leg_dst[leg]] -= leg_due[leg] * drop
        if steps > budget:
            return rounds, steps, False
