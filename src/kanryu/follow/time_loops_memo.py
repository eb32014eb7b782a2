"""How many ways lead home: the counting search with memory that never lists what it only has to count.

A partial loop is decided by where it stands (the next row that its last account may pay) and by which of the accounts
it has visited could still be met again before home. Partial loops that agree in both have the same continuations, so
these are counted once. The visited accounts are a bit set, masked by what is still in reach; states are kept in a hash
table that is emptied when full, which costs time and never changes a count.
"""

from __future__ import annotations

import numpy as np

from kanryu.core.speed import hot

BITS = 62  # bits used of a word of a set: signs stay out of the way
DONE, STEPS, OVERFLOW, POOL = 0, 1, 2, 3
_HASH_MASK = (1 << 40) - 1


@hot
def first_above(keys, low, high, bound):  # type: ignore[no-untyped-def]
    """First position in the sorted `keys[low:high]` whose key is greater than `bound`."""
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] > bound:
            high = middle
        else:
            low = middle + 1
    return low


@hot
def state_hash(row, used, words, at, width):  # type: ignore[no-untyped-def]
    """A number below 2^40 from a row, a depth and a set."""
    value = (row * 1000003 + used * 7919 + 12345) & 1099511627775
    for w in range(width):
        word = words[at + w]
        value = ((value ^ (word & 1073741823)) * 1000003) & 1099511627775
        value = ((value ^ (word >> 30)) * 998244) & 1099511627775
        value = value ^ (value >> 17)
    return value


@hot
def completions(  # type: ignore[no-untyped-def]
    first,
    used,
    max_length,
    width,
    core,
    core_count,
    core_end,
    reach,
    stack,
    stack_sets,
    sums,
    table,
    memo,
    memo_sets,
    pool,
    state,
    step_limit,
    keep,
):
    """Count the ways home from position `first` with the set in `stack_sets[:width]`, by number of rows.

    used : rows used before; max_length : 0 for none; width : words of a set; keep : never empty the table
    core : int32 (rows, 5): payee, position after the row, least and most rows home from this position on, payer
    core_count : int64 (rows, 2): equal rows, closings that can follow the row
    core_end : int32 (accounts + 1,); positions of one payer
    reach : int64 (rows * width,); accounts that can still be met from this position on
    stack : int64 (depth, 6): row, rows used, stage, place in `sums`, hash, state after the row
    sums : int64, the running sums of the frames; pool : int64, finished sums
    memo : int64 (states, 7): row, rows used, place and length in the pool, slot, state after the row, and of the next
    state : int64 (8,): states, words in the pool, steps, status, place and length of the answer, clears, answer state
    """
    mask = table.size - 1
    depth = 0
    stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = first, used, 0, 0
    ret_at, ret_len, ret_state = 0, 0, -1
    while depth >= 0:
        stage = stack[depth, 2]
        row = stack[depth, 0]
        here = depth * width
        if stage == 0:
            payer = core[row, 4]
            end = core_end[payer + 1]
            while row < end:
                payee = core[row, 0]
                if (stack_sets[here + payee // 62] >> (payee % 62)) & 1:
                    row += 1
                else:
                    break
            depth_used = stack[depth, 1]
            if row >= end or (max_length > 0 and depth_used + core[row, 2] > max_length):
                ret_len, ret_state = 0, -1
                depth -= 1
                continue
            state[2] += 1
            if state[2] > step_limit:
                state[3] = 1
                return
            for w in range(width):
                stack_sets[here + w] &= reach[row * width + w]
            key_used = depth_used if max_length > 0 else 0
            code = state_hash(row, key_used, stack_sets, here, width)
            slot = code & mask
            found = -1
            while table[slot] >= 0:
                known = table[slot]
                if memo[known, 0] == row and memo[known, 1] == key_used:
                    same = True
                    for w in range(width):
                        if memo_sets[known * width + w] != stack_sets[here + w]:
                            same = False
                            break
                    if same:
                        found = known
                        break
                slot = (slot + 1) & mask
            if found >= 0:
                ret_at, ret_len, ret_state = memo[found, 2], memo[found, 3], found
                depth -= 1
                continue
            base = stack[depth, 3]
            most = core[row, 3]
            for j in range(most + 1):
                sums[base + j] = 0
            if core_count[row, 1] > 0 and (max_length == 0 or depth_used + 2 <= max_length):
                sums[base + 2] = core_count[row, 0] * core_count[row, 1]
            stack[depth, 0], stack[depth, 2], stack[depth, 4], stack[depth, 5] = row, 1, code, -1
            after = core[row, 1]
            payee = core[row, 0]
            if after < core_end[payee + 1] and (max_length == 0 or depth_used + 1 + core[after, 2] <= max_length):
                depth += 1
                there = depth * width
                for w in range(width):
                    stack_sets[there + w] = stack_sets[here + w]
                stack_sets[there + payee // 62] |= np.int64(1) << (payee % 62)
                stack[depth, 0], stack[depth, 1], stack[depth, 2] = after, depth_used + 1, 0
                stack[depth, 3] = base + most + 1
            else:
                ret_len, ret_state = 0, -1
        elif stage == 1:
            base = stack[depth, 3]
            stack[depth, 2] = 2
            times = core_count[row, 0]
            stack[depth, 5] = ret_state
            for j in range(ret_len):
                value = pool[ret_at + j]
                if times > 1 and value * 1.0 * times > 9.0e18:
                    state[3] = 2
                    return
                total = sums[base + j + 1] + value * times
                if total < 0 or total > 9000000000000000000:
                    state[3] = 2
                    return
                sums[base + j + 1] = total
            payer = core[row, 4]
            if row + 1 < core_end[payer + 1]:
                most = core[row, 3]
                depth += 1
                there = depth * width
                for w in range(width):
                    stack_sets[there + w] = stack_sets[here + w]
                stack[depth, 0], stack[depth, 1], stack[depth, 2] = row + 1, stack[depth - 1, 1], 0
                stack[depth, 3] = base + most + 1
            else:
                ret_len, ret_state = 0, -1
        else:
            base = stack[depth, 3]
            most = core[row, 3]
            for j in range(ret_len):
                total = sums[base + j] + pool[ret_at + j]
                if total < 0 or total > 9000000000000000000:
                    state[3] = 2
                    return
                sums[base + j] = total
            length = most + 1
            while length > 0 and sums[base + length - 1] == 0:
                length -= 1
            number = state[0]
            if (
                number + 1 >= memo.shape[0]
                or (number + 1) * width > memo_sets.size
                or state[1] + length > pool.size
                or 2 * number > table.size
            ):
                if keep:
                    state[3] = 3
                    return
                state[6] += 1
                for j in range(number):
                    table[memo[j, 4]] = -1
                number = 0
                state[1] = 0
            slot = stack[depth, 4] & mask
            while table[slot] >= 0:
                slot = (slot + 1) & mask
            table[slot] = number
            memo[number, 0] = row
            memo[number, 1] = stack[depth, 1] if max_length > 0 else 0
            memo[number, 2] = state[1]
            memo[number, 3] = length
            memo[number, 4] = slot
            memo[number, 5] = stack[depth, 5]
            memo[number, 6] = ret_state
            for w in range(width):
                memo_sets[number * width + w] = stack_sets[here + w]
            for j in range(length):
                pool[state[1] + j] = sums[base + j]
            ret_at, ret_len, ret_state = state[1], length, number
            state[0] = number + 1
            state[1] += length
            depth -= 1
    state[4], state[5], state[7] = ret_at, ret_len, ret_state
