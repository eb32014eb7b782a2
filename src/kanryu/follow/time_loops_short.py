"""Counting loops in time of a few rows in ledgers of any size.

For short loops the search is kept small from both ends. Backward from the root: the latest useful departure of each
account for a budget of 1, 2, 3 rows home, raised step by step as the window moves over the root's first rows. Forward:
a walk over rows that enters an account only when it can still be home within its budget; the last row is counted by
binary search. A root whose walks become too many is left to `time_loops_count`, which remembers states.
"""

from __future__ import annotations

import numpy as np

from kanryu.core.speed import hot
from kanryu.follow.time_loops_memo import first_above

LEVELS = 3  # rows home that the backward search looks ahead


@hot
def raise_departures(  # type: ignore[no-untyped-def]
    root, low_key, closing, closing_end, levels, in_ptr, in_src, in_key, departure, scanned, changed, is_changed,
    touched, n_touched,
):  # fmt: skip
    """Raise `departure[h, account]` by the rows home `closing:closing_end`; returns the number of touched accounts.

    departure[h, x] : last key with which x can leave and be home with at most h + 1 rows
    changed : int32 (2, n), accounts raised at the level before and at this level
    """
    count = 0
    for c in range(closing, closing_end):
        payer, key = in_src[c], in_key[c]
        if key >= low_key and key > departure[0, payer]:
            if departure[levels - 1, payer] < 0:
                touched[n_touched] = payer
                n_touched += 1
            departure[0, payer] = key
            for h in range(1, levels):
                if key > departure[h, payer]:
                    departure[h, payer] = key
            if not is_changed[0, payer]:
                is_changed[0, payer] = True
                changed[0, count] = payer
                count += 1
    for h in range(levels - 1):
        here, there = h & 1, (h + 1) & 1
        following = 0
        for i in range(count):
            payee = changed[here, i]
            is_changed[here, payee] = False
            # whoever was raised at this level stays raised at the next one
            if not is_changed[there, payee]:
                is_changed[there, payee] = True
                changed[there, following] = payee
                following += 1
            top = departure[h, payee]
            bottom = max(scanned[h, payee], low_key)
            scanned[h, payee] = top
            c = first_above(in_key, in_ptr[payee], in_ptr[payee + 1], top - 1) - 1
            while c >= in_ptr[payee] and in_key[c] >= bottom:
                payer, key = in_src[c], in_key[c]
                if payer != root and key > departure[h + 1, payer]:
                    if departure[levels - 1, payer] < 0:
                        touched[n_touched] = payer
                        n_touched += 1
                    for g in range(h + 1, levels):
                        if key > departure[g, payer]:
                            departure[g, payer] = key
                    if not is_changed[there, payer]:
                        is_changed[there, payer] = True
                        changed[there, following] = payer
                        following += 1
                c -= 1
        count = following
    last = (levels - 1) & 1
    for i in range(count):
        is_changed[last, changed[last, i]] = False
    return n_touched


@hot
def group_closings(root, in_ptr, in_src, in_key, in_count, begin, end, keys, sums, position):  # type: ignore[no-untyped-def]
    """Rows home of `root` by payer: keys and running counts of payer x stand in `begin[x]:end[x]`.

    position : int64, where each row home went; `begin`, `end` hold -1 and 0 for all accounts before
    """
    low, high = in_ptr[root], in_ptr[root + 1]
    for c in range(low, high):
        end[in_src[c]] += 1
    filled = 0
    for c in range(low, high):
        payer = in_src[c]
        if begin[payer] < 0:
            begin[payer] = filled
            filled += end[payer]
            end[payer] = begin[payer]
        place = end[payer]
        keys[place] = in_key[c]
        sums[place] = in_count[c] + (sums[place - 1] if place > begin[payer] else 0)
        position[place] = c
        end[payer] += 1


@hot
def ways_home(key, payer, last_key, begin, end, keys, sums):  # type: ignore[no-untyped-def]
    """Rows home of a payer after `key` and up to `last_key`: how many, and the first and last place."""
    low = begin[payer]
    if low < 0:
        return 0, 0, 0
    stop = first_above(keys, low, end[payer], last_key)
    start = first_above(keys, low, stop, key)
    if start >= stop:
        return 0, 0, 0
    return sums[stop - 1] - (sums[start - 1] if start > low else 0), start, stop


@hot
def write_loops(  # type: ignore[no-untyped-def]
    path, depth, low, high, position, in_row, listed, ends, n_loops, filled, most_listed, progress
):
    """Append the loops of `path[:depth]` and each row home `low:high`; the arrays grow as needed."""
    for place in range(low, high):
        if n_loops >= most_listed:
            progress[2] = 1
            break
        if filled + depth + 1 > listed.size:
            more = np.empty(2 * listed.size + depth, np.int32)
            more[:filled] = listed[:filled]
            listed = more
        if n_loops >= ends.size:
            later = np.empty(2 * ends.size, np.int64)
            later[:n_loops] = ends[:n_loops]
            ends = later
        for j in range(depth):
            listed[filled + j] = path[j]
        listed[filled + depth] = in_row[position[place]]
        filled += depth + 1
        ends[n_loops] = filled
        n_loops += 1
    return listed, ends, n_loops, filled


@hot
def count_short(  # type: ignore[no-untyped-def]
    out_ptr, out_dst, out_key, out_count, in_ptr, in_src, in_key, in_count, in_row, key_end,
    root_from, root_to, key_limit, max_length, most_steps, most_listed, counts, participation, heavy, progress,
):  # fmt: skip
    """Add the loops of up to `max_length` rows of the roots `root_from:root_to` to `counts`.

    key_limit : first rows have keys below it; most_listed : loops that are written down at most (0: only count)
    most_steps : rows walked per first row (and 50 more) of a root before it is left to the search with memory
    heavy : int32, roots left over; progress : int64 (4,): heavy roots, steps, 1 when the list is full

    Returns rows of the listed loops one after another (positions in `out_*`), and where each loop ends.
    """
    n = out_ptr.size - 1
    share = participation.size > 0
    levels = min(3, max_length - 1)
    departure = np.full((levels, n), -1, np.int32)
    scanned = np.full((levels, n), -1, np.int32)
    changed = np.empty((2, n), np.int32)
    is_changed = np.zeros((2, n), np.bool_)
    touched = np.empty(n, np.int32)
    on_path = np.zeros(n, np.bool_)
    begin = np.full(n, -1, np.int64)
    end = np.zeros(n, np.int64)
    widest = 1
    for root in range(root_from, root_to):
        widest = max(widest, in_ptr[root + 1] - in_ptr[root])
    keys = np.empty(widest, np.int32)
    sums = np.empty(widest, np.int64)
    position = np.empty(widest, np.int64)
    added = np.zeros(widest + 1 if share else 1, np.int64)
    path = np.empty(max_length + 2, np.int64)
    at = np.empty(max_length + 2, np.int64)
    times = np.empty(max_length + 2, np.int64)
    below = np.zeros(max_length + 2, np.int64)
    found = np.zeros(max_length + 2, np.int64)
    listed = np.empty(1024 if most_listed > 0 else 0, np.int32)
    ends = np.empty(256 if most_listed > 0 else 0, np.int64)
    n_loops, filled = 0, 0
    marked = np.empty(4096, np.int64)
    marks = np.empty(4096, np.int64)
    for root in range(root_from, root_to):
        n_touched, steps, n_marks = 0, 0, 0
        allowed = most_steps * (out_ptr[root + 1] - out_ptr[root] + 50)
        is_grouped, is_heavy = False, False
        loops_before, filled_before = n_loops, filled
        closing = in_ptr[root]
        home_end = in_ptr[root + 1]
        if home_end == closing:
            continue
        final_key = in_key[home_end - 1]
        for first in range(out_ptr[root], out_ptr[root + 1]):
            start_key = out_key[first]
            if start_key >= final_key or start_key >= key_limit:
                break
            last_key = key_end[start_key]
            payee = out_dst[first]
            leave = first_above(out_key, out_ptr[payee], out_ptr[payee + 1], start_key)
            if leave == out_ptr[payee + 1] or out_key[leave] > last_key:
                continue
            while closing < home_end and in_key[closing] <= start_key:
                closing += 1  # rows home before this first row serve no later one either
            closing_end = closing
            while closing_end < home_end and in_key[closing_end] <= last_key:
                closing_end += 1
            if closing_end == in_ptr[root] or in_key[closing_end - 1] <= start_key:
                continue
            if closing_end > closing:
                n_touched = raise_departures(
                    root, start_key + 1, closing, closing_end, levels, in_ptr, in_src, in_key, departure, scanned,
                    changed, is_changed, touched, n_touched,
                )  # fmt: skip
                closing = closing_end
            if max_length <= levels + 1 and departure[levels - 1, payee] <= start_key:
                continue
            if not is_grouped:
                group_closings(root, in_ptr, in_src, in_key, in_count, begin, end, keys, sums, position)
                is_grouped = True
            depth = 0
            path[0], times[0], at[0], below[0] = first, out_count[first], leave, 0
            on_path[payee] = True
            ways, low, high = ways_home(start_key, payee, last_key, begin, end, keys, sums)
            if ways > 0:
                found[2] += ways * times[0]
                if most_listed > 0:
                    listed, ends, n_loops, filled = write_loops(
                        path, 1, low, high, position, in_row, listed, ends, n_loops, filled, most_listed, progress
                    )
                if share:
                    below[0] += ways
                    added[low] += times[0]
                    added[high] -= times[0]
            if max_length == 2:
                depth = -1
                on_path[payee] = False
                if share and below[0] > 0:
                    participation[first] += below[0] * times[0]
            while depth >= 0:
                account = out_dst[path[depth]]
                row = at[depth]
                if row >= out_ptr[account + 1] or out_key[row] > last_key:
                    on_path[account] = False
                    if share and below[depth] > 0:
                        if n_marks == marked.size:
                            grown_rows, grown = np.empty(2 * n_marks, np.int64), np.empty(2 * n_marks, np.int64)
                            grown_rows[:n_marks], grown[:n_marks] = marked, marks
                            marked, marks = grown_rows, grown
                        marked[n_marks], marks[n_marks] = path[depth], below[depth] * times[depth]
                        n_marks += 1
                        if depth > 0:
                            below[depth - 1] += below[depth] * out_count[path[depth]]
                    depth -= 1
                    continue
                at[depth] += 1
                steps += 1
                payee, key = out_dst[row], out_key[row]
                budget = max_length - depth - 2  # rows that may still follow this one
                if payee == root or on_path[payee] or budget < 1:
                    continue
                if key >= (departure[budget - 1, payee] if budget <= levels else last_key):
                    continue
                many = times[depth] * out_count[row]
                ways, low, high = ways_home(key, payee, last_key, begin, end, keys, sums)
                if ways > 0:
                    found[depth + 3] += ways * many
                    if most_listed > 0:
                        path[depth + 1] = row
                        listed, ends, n_loops, filled = write_loops(
                            path, depth + 2, low, high, position, in_row, listed, ends, n_loops, filled, most_listed,
                            progress,
                        )  # fmt: skip
                    if share:
                        added[low] += many
                        added[high] -= many
                if budget == 1:
                    if share and ways > 0:
                        if n_marks == marked.size:
                            grown_rows, grown = np.empty(2 * n_marks, np.int64), np.empty(2 * n_marks, np.int64)
                            grown_rows[:n_marks], grown[:n_marks] = marked, marks
                            marked, marks = grown_rows, grown
                        marked[n_marks], marks[n_marks] = row, ways * many
                        n_marks += 1
                        below[depth] += ways * out_count[row]
                    continue
                if steps > allowed:
                    is_heavy = True
                    break
                depth += 1
                path[depth], times[depth] = row, many
                below[depth] = ways if share else 0
                on_path[payee] = True
                at[depth] = first_above(out_key, out_ptr[payee], out_ptr[payee + 1], key)
            if is_heavy:
                for j in range(depth + 1):
                    on_path[out_dst[path[j]]] = False
                break
        progress[1] += steps
        if is_heavy:
            heavy[progress[0]] = root
            progress[0] += 1
            n_loops, filled = loops_before, filled_before
        for j in range(found.size):
            if not is_heavy and found[j] > 0:
                counts[j] += found[j]
            found[j] = 0
        if share:
            if not is_heavy:
                for j in range(n_marks):
                    participation[marked[j]] += marks[j]
            if is_grouped:
                running = 0
                for j in range(in_ptr[root + 1] - in_ptr[root]):
                    running += added[j]
                    added[j] = 0
                    if not is_heavy and running > 0:
                        participation[in_row[position[j]]] += running * in_count[position[j]]
                added[in_ptr[root + 1] - in_ptr[root]] = 0
        if is_grouped:
            for c in range(in_ptr[root], in_ptr[root + 1]):
                begin[in_src[c]], end[in_src[c]] = -1, 0
        for j in range(n_touched):
            for h in range(levels):
                departure[h, touched[j]], scanned[h, touched[j]] = -1, -1
    return listed[:filled], ends[:n_loops]
