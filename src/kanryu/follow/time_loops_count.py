"""Counting loops in time: roots in turn, first rows in order, a core for each window, then `completions`.

For one root the latest useful departure of every account (the last moment to leave it and still be home inside the
window) only grows from one first row to the next, so each row is scanned once for a root and not once for a window.
First rows whose windows end with the same last row home share one core and one memory.
"""

from __future__ import annotations

import numpy as np

from kanryu.core.speed import hot
from kanryu.follow.time_loops_memo import completions, first_above

FAR = 2147483647


@hot
def latest_departures(  # type: ignore[no-untyped-def]
    root, low_key, closing, closing_end, in_ptr, in_src, in_key, departure, scanned, queue, waiting, touched, n_touched
):
    """Raise `departure` by the rows home `closing:closing_end`, considering rows with a key of at least `low_key`.

    Returns the number of accounts in `touched`.
    """
    size = queue.size
    head, tail, count = 0, 0, 0
    for c in range(closing, closing_end):
        payer, key = in_src[c], in_key[c]
        if key >= low_key and key > departure[payer]:
            if departure[payer] < 0:
                touched[n_touched] = payer
                n_touched += 1
            departure[payer] = key
            if not waiting[payer]:
                waiting[payer] = True
                queue[tail] = payer
                tail = (tail + 1) % size
                count += 1
    while count > 0:
        payee = queue[head]
        head = (head + 1) % size
        count -= 1
        waiting[payee] = False
        bottom = max(scanned[payee], low_key)
        scanned[payee] = departure[payee]
        c = first_above(in_key, in_ptr[payee], in_ptr[payee + 1], departure[payee] - 1) - 1
        while c >= in_ptr[payee] and in_key[c] >= bottom:
            payer, key = in_src[c], in_key[c]
            if payer != root and key > departure[payer]:
                if departure[payer] < 0:
                    touched[n_touched] = payer
                    n_touched += 1
                departure[payer] = key
                if not waiting[payer]:
                    waiting[payer] = True
                    queue[tail] = payer
                    tail = (tail + 1) % size
                    count += 1
            c -= 1
    return n_touched


@hot
def earliest_arrivals(  # type: ignore[no-untyped-def]
    root, first, group_end, out_ptr, out_dst, out_key, departure, arrival, scanned, queue, waiting, local, members
):
    """Earliest arrival of every account after the first rows `first:group_end`, on ways that still lead home.

    Fills `members` and `local` (number of an account in the core); returns how many there are.
    """
    size = queue.size
    head, tail, count, n_members = 0, 0, 0, 0
    for f in range(first, group_end):
        payee, key = out_dst[f], out_key[f]
        if departure[payee] > key and key < arrival[payee]:
            if local[payee] < 0:
                local[payee] = n_members
                members[n_members] = payee
                n_members += 1
            arrival[payee] = key
            if not waiting[payee]:
                waiting[payee] = True
                queue[tail] = payee
                tail = (tail + 1) % size
                count += 1
    while count > 0:
        payer = queue[head]
        head = (head + 1) % size
        count -= 1
        waiting[payer] = False
        top = min(scanned[payer], departure[payer])
        scanned[payer] = arrival[payer]
        c = first_above(out_key, out_ptr[payer], out_ptr[payer + 1], arrival[payer])
        while c < out_ptr[payer + 1] and out_key[c] <= top:
            payee, key = out_dst[c], out_key[c]
            if payee != root and key < departure[payee] and key < arrival[payee]:
                if local[payee] < 0:
                    local[payee] = n_members
                    members[n_members] = payee
                    n_members += 1
                arrival[payee] = key
                if not waiting[payee]:
                    waiting[payee] = True
                    queue[tail] = payee
                    tail = (tail + 1) % size
                    count += 1
            c += 1
    return n_members


@hot
def collect_core(  # type: ignore[no-untyped-def]
    root, only_first, members, n_members, out_ptr, out_dst, out_key, out_count, departure, arrival, local,
    core, core_key, core_row, core_end, close_key, close_sum, close_row, close_end,
):  # fmt: skip
    """Copy the rows of the core: those between its accounts, and the rows home. Returns both numbers, or (-1, -1).

    (-1, -1) says that the arrays are too small. `only_first` is the one payee of the first rows, or -1.
    """
    rows, closings = 0, 0
    for a in range(n_members):
        payer = members[a]
        core_end[a], close_end[a] = rows, closings
        c = first_above(out_key, out_ptr[payer], out_ptr[payer + 1], arrival[payer])
        while c < out_ptr[payer + 1] and out_key[c] <= departure[payer]:
            payee, key = out_dst[c], out_key[c]
            if payee == root:
                if closings >= close_key.size:
                    return -1, -1
                close_key[closings], close_sum[closings], close_row[closings] = key, out_count[c], c
                closings += 1
            elif payee != only_first and key < departure[payee]:
                if rows >= core_key.size:
                    return -1, -1
                core[rows, 0], core[rows, 4] = local[payee], a
                core_key[rows], core_row[rows] = key, c
                rows += 1
            c += 1
        for j in range(closings - 2, close_end[a] - 1, -1):
            close_sum[j] += close_sum[j + 1]
    core_end[n_members], close_end[n_members] = rows, closings
    return rows, closings


@hot
def link_core(  # type: ignore[no-untyped-def]
    rows, width, max_length, out_count, core, core_key, core_row, core_count, core_end, reach,
    close_key, close_sum, close_end,
):  # fmt: skip
    """Where each row of the core leads: next position, closings after it, least and most rows home, who is in reach."""
    order = np.argsort(core_key[:rows], kind="mergesort")
    longest = 0
    for position in range(rows - 1, -1, -1):
        i = order[position]
        payee, payer, key = core[i, 0], core[i, 4], core_key[i]
        after = first_above(core_key, core_end[payee], core_end[payee + 1], key)
        closing = first_above(close_key, close_end[payee], close_end[payee + 1], key)
        core[i, 1] = after
        core_count[i, 0] = out_count[core_row[i]]
        core_count[i, 1] = close_sum[closing] if closing < close_end[payee + 1] else 0
        core_count[i, 2] = closing
        least, most = 1000000000, 0
        if core_count[i, 1] > 0:
            least, most = 2, 2
        for w in range(width):
            reach[i * width + w] = 0
        if after < core_end[payee + 1]:
            if core[after, 3] > 0:
                least = min(least, 1 + core[after, 2])
                most = max(most, 1 + core[after, 3])
            for w in range(width):
                reach[i * width + w] = reach[after * width + w]
        reach[i * width + payee // 62] |= np.int64(1) << (payee % 62)
        if i + 1 < core_end[payer + 1]:
            least = min(least, core[i + 1, 2])
            most = max(most, core[i + 1, 3])
            for w in range(width):
                reach[i * width + w] |= reach[(i + 1) * width + w]
        if max_length > 0 and most > max_length:
            most = max_length
        core[i, 2], core[i, 3] = least, most
        longest = max(longest, most)
    return longest


@hot
def share_out(  # type: ignore[no-untyped-def]
    states, max_length, memo, pool, pending, core_count, core_row, close_added, participation
):
    """Spread the loops of the counted first rows over the rows of the core, from the last state to the first."""
    for number in range(states - 1, -1, -1):
        times = pending[number]
        if times == 0:
            continue
        pending[number] = 0
        row, child, chain = memo[number, 0], memo[number, 5], memo[number, 6]
        if chain >= 0:
            pending[chain] += times
        times *= core_count[row, 0]
        ways = 0
        if core_count[row, 1] > 0 and (max_length == 0 or memo[number, 1] + 2 <= max_length):
            ways += core_count[row, 1]
            close_added[core_count[row, 2]] += times
        if child >= 0:
            pending[child] += times
            for j in range(memo[child, 3]):
                ways += pool[memo[child, 2] + j]
        participation[core_row[row]] += times * ways


@hot
def count_roots(  # type: ignore[no-untyped-def]
    out_ptr, out_dst, out_key, out_count, in_ptr, in_src, in_key, key_end,
    root_from, root_to, first_from, key_limit, max_length, step_limit, memo_size, counts, participation, progress,
):  # fmt: skip
    """Add the loops of the roots `root_from:root_to` to `counts` (by length) and to `participation` (by row).

    first_from : position of the first row of the first root from which to start; key_limit : first rows lie below it
    participation : int64 (rows,), or empty when not asked
    progress : int64 (6,): root and first row to go on with, steps, status, first rows done, states kept at most
    """
    n = out_ptr.size - 1
    share = participation.size > 0
    departure = np.full(n, -1, np.int32)
    scanned = np.full(n, -1, np.int32)
    arrival = np.full(n, 2147483647, np.int32)
    scanned_out = np.full(n, 2147483647, np.int32)
    local = np.full(n, -1, np.int32)
    waiting = np.zeros(n, np.bool_)
    queue = np.empty(n + 1, np.int32)
    touched = np.empty(n, np.int32)
    members = np.empty(n, np.int32)
    core_end = np.empty(n + 1, np.int32)
    close_end = np.empty(n + 1, np.int32)
    room = 64
    core = np.empty((room, 5), np.int32)
    core_key = np.empty(room, np.int32)
    core_row = np.empty(room, np.int64)
    core_count = np.empty((room, 3), np.int64)
    close_key = np.empty(room, np.int32)
    close_sum = np.empty(room, np.int64)
    close_row = np.empty(room, np.int64)
    close_added = np.zeros(room, np.int64)
    reach = np.empty(room, np.int64)
    stack = np.empty((room, 6), np.int64)
    stack_sets = np.empty(room, np.int64)
    sums = np.empty(room, np.int64)
    found = np.zeros(room, np.int64)
    table = np.full(memo_size * 2, -1, np.int32)
    memo = np.empty((memo_size, 7), np.int64)
    memo_sets = np.empty(memo_size * 4, np.int64)
    pool = np.empty(memo_size * 12, np.int64)
    pending = np.zeros(memo_size if share else 1, np.int64)
    state = np.zeros(8, np.int64)
    totals = np.zeros(16, np.int64)

    for root in range(root_from, root_to):
        n_touched = 0
        closing = in_ptr[root]
        first = first_from if root == root_from else out_ptr[root]
        while first < out_ptr[root + 1] and out_key[first] < key_limit:
            low_key = out_key[first] + 1
            closing_end = first_above(in_key, in_ptr[root], in_ptr[root + 1], key_end[out_key[first]])
            if closing_end == in_ptr[root] or in_key[closing_end - 1] < low_key:
                first += 1
                progress[4] += 1
                continue
            last_key = in_key[closing_end - 1]
            group_end = first + 1
            while (
                group_end < out_ptr[root + 1]
                and out_key[group_end] < last_key
                and out_key[group_end] < key_limit
                and (closing_end == in_ptr[root + 1] or in_key[closing_end] > key_end[out_key[group_end]])
            ):
                group_end += 1
            only_first = out_dst[first]
            for f in range(first + 1, group_end):
                if out_dst[f] != only_first:
                    only_first = -1
                    break
            n_touched = latest_departures(
                root, low_key, closing, closing_end, in_ptr, in_src, in_key, departure, scanned, queue, waiting,
                touched, n_touched,
            )  # fmt: skip
            closing = closing_end
            n_members = earliest_arrivals(
                root, first, group_end, out_ptr, out_dst, out_key, departure, arrival, scanned_out, queue, waiting,
                local, members,
            )  # fmt: skip
            if n_members > 0:
                rows, _ = collect_core(
                    root, only_first, members, n_members, out_ptr, out_dst, out_key, out_count, departure, arrival,
                    local, core, core_key, core_row, core_end, close_key, close_sum, close_row, close_end,
                )  # fmt: skip
                while rows < 0:
                    room = 2 * core_key.size
                    core = np.empty((room, 5), np.int32)
                    core_key = np.empty(room, np.int32)
                    core_row = np.empty(room, np.int64)
                    core_count = np.empty((room, 3), np.int64)
                    close_key = np.empty(room, np.int32)
                    close_sum = np.empty(room, np.int64)
                    close_row = np.empty(room, np.int64)
                    close_added = np.zeros(room, np.int64)
                    stack = np.empty((room, 6), np.int64)
                    rows, _ = collect_core(
                        root, only_first, members, n_members, out_ptr, out_dst, out_key, out_count, departure, arrival,
                        local, core, core_key, core_row, core_end, close_key, close_sum, close_row, close_end,
                    )  # fmt: skip
                width = (n_members + 61) // 62
                if reach.size < rows * width:
                    reach = np.empty(2 * rows * width, np.int64)
                longest = link_core(
                    rows, width, max_length, out_count, core, core_key, core_row, core_count, core_end, reach,
                    close_key, close_sum, close_end,
                )  # fmt: skip
                state[2] += rows
                if longest + 3 > found.size:
                    found = np.zeros(longest + 64, np.int64)
                if stack_sets.size < (rows + 2) * width:
                    stack_sets = np.empty(2 * (rows + 2) * width, np.int64)
                if sums.size < (rows + 2) * (longest + 2):
                    sums = np.empty(2 * (rows + 2) * (longest + 2), np.int64)
                if stack.shape[0] < rows + 2:
                    stack = np.empty((2 * rows + 2, 6), np.int64)
                if memo_sets.size < 64 * width:
                    memo_sets = np.empty(64 * width, np.int64)
                if pool.size < 64 * (longest + 2):
                    pool = np.empty(64 * (longest + 2), np.int64)
                for j in range(found.size):
                    found[j] = 0
                if share and totals.size < group_end - first:
                    totals = np.zeros(2 * (group_end - first), np.int64)
                if share:
                    for j in range(group_end - first):
                        totals[j] = 0
                for f in range(first, group_end):
                    payee, key = out_dst[f], out_key[f]
                    place = local[payee]
                    if place < 0 or departure[payee] <= key:
                        continue
                    times = out_count[f]
                    total = 0
                    c = first_above(close_key, close_end[place], close_end[place + 1], key)
                    if c < close_end[place + 1] and (max_length == 0 or max_length >= 2):
                        total = close_sum[c]
                        if total * 1.0 * times > 9.0e18:
                            progress[3] = 2
                            break
                        found[2] += total * times
                        if share:
                            close_added[c] += times
                    start = first_above(core_key, core_end[place], core_end[place + 1], key)
                    if start < core_end[place + 1] and max_length != 1:
                        for w in range(width):
                            stack_sets[w] = 0
                        stack_sets[place // 62] |= np.int64(1) << (place % 62)
                        completions(
                            start, 1, max_length, width, core, core_count, core_end, reach, stack, stack_sets, sums,
                            table, memo, memo_sets, pool, state, step_limit, share,
                        )  # fmt: skip
                        if state[3] != 0:
                            progress[3] = state[3]
                            break
                        for j in range(state[5]):
                            ways = pool[state[4] + j]
                            if ways * 1.0 * times > 9.0e18 or found[j + 1] + ways * times > 9000000000000000000:
                                progress[3] = 2
                                break
                            total += ways
                            found[j + 1] += ways * times
                        if progress[3] != 0:
                            break
                        if share and state[7] >= 0:
                            pending[state[7]] += times
                    if share:
                        totals[f - first] = total * times
                if progress[3] == 0:
                    for j in range(min(found.size, longest + 3)):
                        if found[j] > 0:
                            counts[j] += found[j]
                            if counts[j] < 0 or counts[j] > 9000000000000000000:
                                progress[3] = 2
                    if share:
                        for j in range(group_end - first):
                            participation[first + j] += totals[j]
                        share_out(
                            state[0], max_length, memo, pool, pending, core_count, core_row, close_added, participation
                        )
                        for a in range(n_members):
                            added = 0
                            for j in range(close_end[a], close_end[a + 1]):
                                added += close_added[j]
                                close_added[j] = 0
                                participation[close_row[j]] += added * out_count[close_row[j]]
                for j in range(state[0]):
                    table[memo[j, 4]] = -1
                progress[5] = max(progress[5], state[0])
                state[0], state[1] = 0, 0
                for a in range(n_members):
                    payer = members[a]
                    arrival[payer], scanned_out[payer], local[payer] = 2147483647, 2147483647, -1
                progress[2] = state[2]
                if progress[3] != 0:
                    progress[0], progress[1] = root, first
                    return
            progress[4] += group_end - first
            first = group_end
        for j in range(n_touched):
            departure[touched[j]], scanned[touched[j]] = -1, -1
    progress[0], progress[1] = root_to, 0
