"""The fast loop against plain least squares over every window, at both speeds, and after a collapse."""

import math

import numpy as np
import pytest

from kanryu.market.regression import adf_window
from kanryu.market.sequences import RULES, Setting, compute


def plain_adf(window, lag, dtype=np.float64):
    """Textbook regression on the raw columns, by the normal equations in the given precision."""
    y = np.asarray(window, dtype=dtype)
    steps = np.diff(y)
    n = len(steps) - lag
    design = np.column_stack(
        [np.ones(n, dtype), y[lag:-1] - y[0], *(steps[lag - q - 1 : len(steps) - q - 1] for q in range(lag))]
    )
    target = steps[lag:]
    gram, right = design.T @ design, design.T @ target
    inverse = _inverse(gram)
    beta = inverse @ right
    residual = target - design @ beta
    return float(beta[1] / np.sqrt(residual @ residual / (n - lag - 2) * inverse[1, 1]))


def _inverse(matrix):
    """Gauss-Jordan in the matrix's own precision (NumPy's solver has no long doubles)."""
    size = len(matrix)
    work = np.hstack([matrix.copy(), np.eye(size, dtype=matrix.dtype)])
    for i in range(size):
        pivot = i + int(np.argmax(np.abs(work[i:, i])))
        work[[i, pivot]] = work[[pivot, i]]
        work[i] /= work[i, i]
        for j in range(size):
            if j != i:
                work[j] -= work[j, i] * work[i]
    return work[:, size:]


def brute_force(y, setting):
    ends = range(setting.first_end, len(y))
    return [
        max(plain_adf(y[first : end + 1], setting.lag) for first in range(end - setting.first_end + 1)) for end in ends
    ]


@pytest.mark.parametrize("speed", ["plain", "compiled"])
@pytest.mark.parametrize("lag", [0, 1, 3])
def test_every_window(monkeypatch, speed, lag):
    monkeypatch.setenv("KANRYU_SPEED", speed)
    y = 100 + np.cumsum(np.random.default_rng(lag).standard_normal(48))
    setting = Setting.make(48, lag=lag, minimum=11, counts="rows")
    found = compute(y, setting)
    assert found.bsadf == pytest.approx(brute_force(y, setting), abs=1e-9)
    badf = [plain_adf(y[: end + 1], lag) for end in range(setting.first_end, 48)]
    assert found.badf == pytest.approx(badf, abs=1e-9)


@pytest.mark.parametrize("rule", ["bic", "psymonitor"])
@pytest.mark.parametrize("speed", ["plain", "compiled"])
def test_chosen_lags(monkeypatch, speed, rule):
    """The chosen lag and its statistic, against a choice written out here."""
    monkeypatch.setenv("KANRYU_SPEED", speed)
    y = 3 + 0.4 * np.cumsum(np.random.default_rng(2).standard_normal(40))
    longest = 3
    setting = Setting.make(40, lag=longest, rule=rule, minimum=12, counts="rows")

    def chosen(window):
        answers = []
        for k in range(longest + 1):
            used = window if rule == "psymonitor" else window[longest - k :]
            statistic = plain_adf(used, k)
            n = len(used) - 1 - k
            steps = np.diff(used)
            design = np.column_stack(
                [np.ones(n), used[k:-1], *(steps[k - q - 1 : len(steps) - q - 1] for q in range(k))]
            )
            residual = steps[k:] - design @ np.linalg.lstsq(design, steps[k:], rcond=None)[0]
            squares = residual @ residual
            if rule == "bic":
                answers.append((n * math.log(squares / n) + (k + 2) * math.log(n), statistic))
            else:
                t = len(window) - 1 - longest
                score = (math.log(2 * math.pi) * n + squares) / t + (k + 2) * math.log(t) / t
                answers.append((score, statistic * math.sqrt((t - longest - 2) / (n - k - 2))))
        return min(answers)[1]

    found = compute(y, setting)
    expected = [
        max(chosen(y[first : end + 1]) for first in range(end - setting.first_end + 1))
        for end in range(setting.first_end, 40)
    ]
    assert found.bsadf == pytest.approx(expected, abs=1e-9)
    assert adf_window(y, longest, rule=RULES[rule])[0] == pytest.approx(chosen(y), abs=1e-9)


def collapse():
    """Climbs from about 100 to 765,000 and falls back to 100; noise throughout."""
    noise = np.random.default_rng(7).standard_normal(260)
    calm = 100 + np.cumsum(noise[:60])
    climb = calm[-1] * np.exp(np.linspace(0, math.log(765_000 / calm[-1]), 91)[1:] + 0.01 * noise[60:150])
    return np.concatenate([calm, climb, 100 + np.cumsum(noise[150:])])


@pytest.mark.parametrize("speed", ["plain", "compiled"])
@pytest.mark.parametrize("lag", [0, 1])
def test_right_after_a_collapse(monkeypatch, speed, lag):
    """Prefix sums over this series are off by 4e-5; every statistic here is right to 1e-9 of long doubles."""
    monkeypatch.setenv("KANRYU_SPEED", speed)
    y = collapse()
    assert y.max() == pytest.approx(765_000, rel=0.05)
    setting = Setting.make(len(y), lag=lag, minimum=20, counts="rows")
    found = compute(y, setting)
    ends = [setting.first_end + i for i in (0, 30, 80, 128, 130, 140, 160, 200, len(found.bsadf) - 1)]
    for end in ends:
        exact = [plain_adf(y[first : end + 1], lag, np.longdouble) for first in range(end - setting.first_end + 1)]
        assert found.bsadf[end - setting.first_end] == pytest.approx(max(exact), rel=1e-9, abs=1e-9)
        assert found.badf[end - setting.first_end] == pytest.approx(exact[0], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("lag", [0, 2])
def test_far_from_zero(lag):
    """Mean 10,000, range below one: sums of squares of the levels would lose ten digits."""
    y = 10_000 + 0.01 * np.cumsum(np.random.default_rng(11).standard_normal(120))
    setting = Setting.make(120, lag=lag, minimum=16, counts="rows")
    found = compute(y, setting)
    for end in range(setting.first_end, 120, 9):
        exact = [plain_adf(y[first : end + 1], lag, np.longdouble) for first in range(end - setting.first_end + 1)]
        assert found.bsadf[end - setting.first_end] == pytest.approx(max(exact), abs=1e-9)


def test_statsmodels_agrees():
    tools = pytest.importorskip("statsmodels.api")
    y = np.cumsum(np.random.default_rng(9).standard_normal(80))
    steps = np.diff(y)
    for lag in (0, 1, 4):
        n = len(steps) - lag
        design = np.column_stack(
            [np.ones(n), y[lag:-1], *(steps[lag - q - 1 : len(steps) - q - 1] for q in range(lag))]
        )
        assert adf_window(y, lag)[0] == pytest.approx(tools.OLS(steps[lag:], design).fit().tvalues[1], abs=1e-9)
