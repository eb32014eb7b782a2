"""The largest ADF statistic over all starts, for every end of window: the hot loop of SADF, BSADF and GSADF.

Ends are taken in blocks no longer than the smallest window, so that every window of a block holds the block's first
row. Sums of a window are then the sum of two parts (rows before the block, rows inside it), both measured from the
values in that row: nothing outside a window ever enters its sums, so no digits are lost after a collapse, and the
cost per window is a few multiplications. Scores are `sign(t) t^2`; the root is taken once, by the caller.

Source: Phillips, Shi, Yu (2015), International Economic Review 56, eq. 3-6. Cost O(T^2) for lag 0,
O(T^2 (lag + 2)^2) with lags. What one window must give: `market.regression`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kanryu.core.speed import hot

Floats = NDArray[np.float64]

LANES = 64  # ends worked on together; a block of sums stays in the first-level cache
FIXED, BIC, COMPATIBLE = 0, 1, 2
DIGITS = 8 * 2.0**-52  # steps below this share of the largest value are rounding
SINGULAR = 1e-13  # a lagged difference explained to this share by the others is not a regressor of its own


def noise_floor(y: Floats) -> float:
    """Square of the smallest step of `y` that is more than rounding of its values."""
    return float((DIGITS * np.abs(y).max()) ** 2) if len(y) else 0.0


@hot(compile_from=300, error_model="numpy")  # type: ignore[untyped-decorator]
def sweep(y: Floats, rows: int, floor: float, top: Floats, start: Floats, whole: Floats) -> None:
    """Fill in, for every last row, the best score, the first level of that window, and the score from the start.

    Lag 0. The window that ends at row `e` uses levels `start[e] .. e + 1`.

    y : float64 (T,)
    floor : square of the smallest step that is not rounding (`noise_floor`); what varies less is constant
    top, start, whole : float64 (T - 1,), by last row; entries before `rows - 1` are left as they are
    """
    n_rows = y.shape[0] - 1
    width = min(rows, LANES)
    in_x, in_d = np.zeros(width), np.zeros(width)
    in_xx, in_xd, in_dd = np.zeros(width), np.zeros(width), np.zeros(width)
    lane = np.arange(width) * 1.0
    score, best, who = np.zeros(width), np.zeros(width), np.zeros(width)
    for block in range(rows - 1, n_rows, width):
        used = min(width, n_rows - block)
        anchor_x, anchor_d = y[block], y[block + 1] - y[block]
        sum_x = sum_d = sum_xx = sum_xd = sum_dd = 0.0
        for j in range(used):
            x = y[block + j] - anchor_x
            d = y[block + j + 1] - y[block + j] - anchor_d
            sum_x += x
            sum_d += d
            sum_xx += x * x
            sum_xd += x * d
            sum_dd += d * d
            in_x[j], in_d[j], in_xx[j], in_xd[j], in_dd[j] = sum_x, sum_d, sum_xx, sum_xd, sum_dd
            best[j] = -np.inf
            who[j] = -1.0
        sum_x = sum_d = sum_xx = sum_xd = sum_dd = 0.0
        for first in range(block, -1, -1):
            if first < block:
                x = y[first] - anchor_x
                d = y[first + 1] - y[first] - anchor_d
                sum_x += x
                sum_d += d
                sum_xx += x * x
                sum_xd += x * d
                sum_dd += d * d
            short = rows - 1 - (block - first)  # lanes whose window would be too short
            if short >= used:
                continue
            n_first = block - first + 1.0
            for j in range(width):
                n = n_first + lane[j]
                x = sum_x + in_x[j]
                d = sum_d + in_d[j]
                xd = n * (sum_xd + in_xd[j]) - x * d
                xx = n * (sum_xx + in_xx[j]) - x * x
                dd = n * (sum_dd + in_dd[j]) - d * d
                rest = xx * dd - xd * xd
                rest = rest if rest > 0.0 else 0.0
                least = n * n * floor
                rest = rest if (xx > least) & (dd > least) else np.nan
                score[j] = xd * abs(xd) * (n - 2.0) / rest  # an exact fit is infinite, a constant is NaN
            for j in range(short):
                score[j] = -np.inf
            for j in range(width):
                better = score[j] > best[j]
                who[j] = first if better else who[j]
                best[j] = score[j] if better else best[j]
        for j in range(used):
            top[block + j] = best[j] if who[j] >= 0.0 else np.nan
            start[block + j] = who[j]
            whole[block + j] = score[j]


@hot(compile_from=200, error_model="numpy")  # type: ignore[untyped-decorator]
def sweep_lags(
    y: Floats, lag: int, rows: int, rule: int, floor: float, top: Floats, start: Floats, whole: Floats, chosen: Floats
) -> None:
    """As `sweep`, with `lag` lagged differences, fixed or chosen per window among 0..lag.

    rule : FIXED; BIC (the same rows for every lag); COMPATIBLE (the score of the R package psymonitor, which takes
        the error variance to be 1 and uses every row that a lag allows)
    chosen : float64 (T - 1,): the lag of the best window
    The window that ends at row `e` uses levels `start[e] .. e + 1`; `rows` counts rows at the longest lag.
    """
    n_rows = y.shape[0] - 1
    size = lag + 2  # lagged differences, level, difference
    at_x, at_d = lag, lag + 1
    width = min(rows, LANES)
    columns = np.zeros((size, n_rows))
    for i in range(n_rows):
        columns[at_x, i] = y[i]
        columns[at_d, i] = y[i + 1] - y[i]
        for q in range(min(lag, i)):
            columns[q, i] = y[i - q] - y[i - q - 1]
    inside, inside_two = np.zeros((size, width)), np.zeros((size * size, width))
    before, before_two = np.zeros((n_rows + 1, size)), np.zeros((n_rows + 1, size * size))
    moment = np.zeros((size * size, width))
    scale = np.zeros((size, width))
    lane = np.arange(width) * 1.0
    factor, score, best = np.zeros(width), np.zeros(width), np.zeros(width)
    power = np.zeros(width)
    log_two_pi = np.log(2.0 * np.pi)
    log_of = np.log(np.maximum(np.arange(n_rows + width + 1) * 1.0, 1.0))  # of row counts
    root_of = np.exp(log_of / np.maximum(np.arange(n_rows + width + 1) * 1.0, 1.0))  # n^(1/n)
    who, which, score_lag, least = np.zeros(width), np.zeros(width), np.zeros(width), np.zeros(width)
    for block in range(lag + rows - 1, n_rows, width):
        used = min(width, n_rows - block)
        anchor = columns[:, block].copy()
        for a in range(size):
            total = 0.0
            for j in range(used):
                total += columns[a, block + j] - anchor[a]
                inside[a, j] = total
            for b in range(a, size):
                total = 0.0
                for j in range(used):
                    total += (columns[a, block + j] - anchor[a]) * (columns[b, block + j] - anchor[b])
                    inside_two[a * size + b, j] = total
            before[block, a] = 0.0
            for b in range(a, size):
                before_two[block, a * size + b] = 0.0
        for i in range(block - 1, -1, -1):
            for a in range(size):
                value = columns[a, i] - anchor[a]
                before[i, a] = before[i + 1, a] + value
                for b in range(a, size):
                    pair = a * size + b
                    before_two[i, pair] = before_two[i + 1, pair] + value * (columns[b, i] - anchor[b])
        for j in range(width):
            best[j] = -np.inf
            who[j] = -1.0
            which[j] = 0.0
        for first in range(block - lag, -1, -1):
            short = rows - 1 - (block - first - lag)
            if short >= used:
                continue
            for j in range(width):
                score[j] = np.nan
                least[j] = np.inf
                score_lag[j] = 0.0
            rounds = lag + 1 if rule == COMPATIBLE else 1
            for round_ in range(rounds):
                row = first + (round_ if rule == COMPATIBLE else lag)
                count = block - row + 1
                n_first = count * 1.0
                # centred products, times n
                for a in range(size):
                    for b in range(a, size):
                        left, right = before[row, a], before[row, b]
                        both = before_two[row, a * size + b]
                        in_left, in_right, in_both = inside[a], inside[b], inside_two[a * size + b]
                        out = moment[a * size + b]
                        for j in range(width):
                            out[j] = (n_first + lane[j]) * (both + in_both[j]) - (left + in_left[j]) * (
                                right + in_right[j]
                            )
                    own, size_of = moment[a * size + a], scale[a]
                    for j in range(width):
                        size_of[j] = own[j]
                for j in range(width):
                    power[j] = 1.0
                steps = round_ if rule == COMPATIBLE else lag
                for q in range(steps + 1):
                    if q == steps or rule == BIC:
                        xx, xd, dd = moment[at_x * size + at_x], moment[at_x * size + at_d], moment[at_d * size + at_d]
                        for j in range(width):
                            n = n_first + lane[j]
                            rest = xx[j] * dd[j] - xd[j] * xd[j]
                            rest = rest if rest > 0.0 else 0.0
                            small = n * n * floor
                            rest = rest if (xx[j] > small) & (dd[j] > small) else np.nan
                            free = n - q - 2.0
                            if rule == COMPATIBLE:
                                free = n + round_ - 2.0 * lag - 2.0
                            factor[j] = xd[j] * abs(xd[j]) * free / rest
                        if rule == FIXED:
                            for j in range(width):
                                score[j] = factor[j]
                        else:
                            for j in range(width):
                                n = n_first + lane[j]
                                residual = dd[j] - xd[j] * xd[j] / xx[j]
                                if rule == BIC:  # in the order of n log(residual) + q log n
                                    worth = residual * power[j]
                                    power[j] *= root_of[count + j]
                                else:
                                    common = n + round_ - lag
                                    worth = (log_two_pi * n + residual / n) / common
                                    worth += (q + 2.0) * log_of[count + round_ - lag + j] / common
                                better = worth < least[j]
                                least[j] = worth if better else least[j]
                                score[j] = factor[j] if better else score[j]
                                score_lag[j] = q if better else score_lag[j]
                    if q < steps:  # take the next lagged difference out of all that remain
                        pivot, size_of = moment[q * size + q], scale[q]
                        for j in range(width):
                            factor[j] = 1.0 / pivot[j] if pivot[j] > SINGULAR * size_of[j] else np.nan
                        for a in range(q + 1, size):
                            row_a = moment[q * size + a]
                            for b in range(a, size):
                                row_b, out = moment[q * size + b], moment[a * size + b]
                                for j in range(width):
                                    out[j] -= row_a[j] * row_b[j] * factor[j]
            for j in range(short):
                score[j] = -np.inf
            for j in range(width):
                better = score[j] > best[j]
                who[j] = first if better else who[j]
                which[j] = score_lag[j] if better else which[j]
                best[j] = score[j] if better else best[j]
        for j in range(used):
            top[block + j] = best[j] if who[j] >= 0.0 else np.nan
            start[block + j] = who[j]
            whole[block + j] = score[j]
            chosen[block + j] = which[j]
