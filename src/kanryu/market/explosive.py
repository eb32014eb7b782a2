"""Was a series explosive, when, and how often would pure chance have said so: the whole test of one or more series.

Explosive growth is a statement about a series and not about its value. Every answer carries its convention (window
counting, lag rule, line), where its critical values come from, and the false-alarm rate of its dating rule.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from kanryu.core.errors import LimitReached
from kanryu.core.results import Origin
from kanryu.market.alarm_table import known_rates
from kanryu.market.bootstrap import exceed_share, wild
from kanryu.market.dating import date_episodes
from kanryu.market.explosive_records import ColumnTest, Explosive, Method, Statistic
from kanryu.market.false_alarms import FalseAlarms, cross_fitted, false_alarms
from kanryu.market.lppls_spread import spread_of_series
from kanryu.market.panel_test import panel_test
from kanryu.market.sequences import LagRule, Sequences, Setting, compute
from kanryu.market.series_file import TimeSeries
from kanryu.market.simulate import LINES, Line, NullSample, line_of, quantile, simulate
from kanryu.market.surface import PValue, covered, critical_value, p_value, surface_line
from kanryu.market.sweep import Floats
from kanryu.market.windows import Counts, shortest_episode

NAMED: tuple[Literal["adf", "sadf", "gsadf"], ...] = ("adf", "sadf", "gsadf")
LEVELS = (0.90, 0.95, 0.99)
DEFAULT_SEED = 20251120
BUDGET = 6.0  # processor seconds that a simulation may cost when nobody says how many series
FEWEST, MOST = 200, 2000
LONGEST = 90.0  # seconds that nobody asked for


def explosive(
    series: Sequence[TimeSeries],
    *,
    log: bool = False,
    lag: int = 0,
    lag_rule: LagRule = "fixed",
    min_window: int | None = None,
    counts: Counts = "levels",
    line: Line = "family",
    level: float = 0.95,
    method: Method = "surface",
    seed: int = DEFAULT_SEED,
    repetitions: int | None = None,
    shortest: int | None = None,
    max_gap: int = 0,
    measure_alarms: bool = False,
    panel: bool = False,
    lppls: bool = False,
    threads: int | None = None,
) -> Explosive:
    """Test series for explosive growth, date it, and say how often the dating rule errs.

    Parameters
    ----------
    series : sequence of TimeSeries
        Levels as they are to be tested (`read_series(..., log=True)` takes logarithms).
    log : bool
        Whether the values are logarithms; only recorded.
    lag : int
        Lagged differences, or the longest when `lag_rule` chooses per window.
    min_window : int or None
        Smallest window; None = `floor((0.01 + 1.8 / sqrt(T)) T)`.
    counts : {"levels", "rows"}
        What the smallest window counts.
    line : {"family", "running", "pointwise"}
        The line that `episodes` uses. Only `family` controls the error over the whole sample.
    method : {"surface", "simulate", "wild"}
        Where critical values come from; "surface" falls back to simulation where it does not reach.
    repetitions : int or None
        Simulated series; None = as many as take some seconds, between 200 and 2,000.
    shortest : int or None
        Steps an episode lasts at least; None = `floor(log T)`.
    measure_alarms : bool
        Simulate the false-alarm rates for exactly this setting instead of reading the table.
    lppls : bool
        Also fit the contested log-periodic law over many windows.
    panel : bool
        Also test the mean of the BSADF sequences (needs two or more series of equal length).

    Raises
    ------
    InputError
        The window does not fit the series or the lag.

    Source
    ------
    Phillips, Shi, Yu (2015), International Economic Review 56; definitions, bubble, sections 1-3.
    """
    tested: dict[str, ColumnTest] = {}
    used: Method = method
    for one in series:
        setting = Setting.make(len(one.values), lag=lag, rule=lag_rule, minimum=min_window, counts=counts)
        tested[one.name], used = _test(
            one, setting, line, level, method, seed, repetitions, shortest, max_gap, measure_alarms, threads
        )
    together = None
    if panel:
        together = panel_test(
            series, lag=lag, lag_rule=lag_rule, min_window=min_window, counts=counts, seed=seed, level=level
        )
    return Explosive(
        columns=tested,
        log=log,
        lag=lag,
        lag_rule=lag_rule,
        min_window=min_window,
        minimum_counts=counts,
        line=line,
        level=level,
        method=used,
        seed=seed,
        panel=together,
        lppls={one.name: spread_of_series(one, is_log=log) for one in series} if lppls else {},
        origin=Origin(
            definition="market.define_explosive",
            inputs={"lag": lag, "lag_rule": lag_rule, "counts": counts, "line": line, "level": level, "seed": seed},
            assumptions=("market.assume_random_walk",),
            sources=tuple(dict.fromkeys(one.source for one in series if one.source)),
        ),
    )


def _test(
    one: TimeSeries,
    setting: Setting,
    line: Line,
    level: float,
    method: Method,
    seed: int,
    repetitions: int | None,
    shortest: int | None,
    max_gap: int,
    measure_alarms: bool,
    threads: int | None,
) -> tuple[ColumnTest, Method]:
    y, labels, levels = one.values, one.labels, len(one.values)
    if method == "surface" and not covered(levels - 1 - setting.lag, setting):
        method = "simulate"
    count = repetitions or (affordable(levels, setting) if method != "surface" else MOST)
    found = compute(y, setting)
    sample: NullSample | None = None
    if method == "simulate":
        sample = simulate(levels, setting, seed=seed, repetitions=count, keep=True, threads=threads)
    elif method == "wild":
        sample = wild(
            y,
            setting,
            seed=seed,
            repetitions=repetitions or max(FEWEST, count // 2),
            keep=True,
            threads=threads,
        )
    lines: dict[Line, Floats] = {
        name: line_of(sample, name, level) if sample else surface_line(name, level, levels, setting) for name in LINES
    }
    least = shortest if shortest is not None else shortest_episode(levels)
    dated = {
        name: date_episodes(y, found.bsadf, lines[name], labels, found.first_end, shortest=least, max_gap=max_gap)
        for name in LINES
    }
    return ColumnTest(
        name=one.name,
        levels=levels,
        first=labels[0],
        last=labels[-1],
        step=one.step,
        lag=setting.lag,
        first_end=found.first_end,
        adf=_finite(found.adf),
        sadf=_finite(found.sadf),
        gsadf=_finite(found.gsadf),
        sadf_window=(labels[0], labels[found.sadf_end]) if found.sadf_end >= 0 else None,
        gsadf_window=_gsadf_window(found, labels),
        exact_fit=bool(np.isposinf(found.bsadf).any()),
        rejects=None if math.isnan(found.gsadf) else bool(found.gsadf > lines["family"][0]),
        above_now=_trailing(found.bsadf > lines[line]),
        is_running=bool(dated[line] and dated[line][-1].is_running),
        statistics=_statistics(found, levels, setting, sample),
        shortest=least,
        ends=tuple(labels[found.first_end :]),
        badf=tuple(_finite(v) for v in found.badf.tolist()),
        bsadf=tuple(_finite(v) for v in found.bsadf.tolist()),
        lines={name: tuple(lines[name].tolist()) for name in LINES},
        episodes=dated[line],
        episodes_by_line={name: dated[name] for name in LINES},
        false_alarms=_alarms(
            levels,
            setting,
            lines,
            sample if method == "simulate" else None,
            level,
            least,
            seed,
            measure_alarms,
            repetitions,
            threads,
        ),
        values=tuple(y.tolist()),
    ), method


def affordable(levels: int, setting: Setting) -> int:
    """How many series of this length can be simulated within the budget.

    Raises
    ------
    LimitReached
        Even the fewest that are worth anything would take minutes.
    """
    cost = 1.3e-9 if setting.lag == 0 else 0.5e-9 * (setting.lag + 2) ** 2  # seconds per window
    cost *= {"fixed": 1.0, "bic": 1.5, "psymonitor": 6.0}[setting.rule]
    ends = max(1, levels - setting.first_end)
    each = cost * ends**2 / 2 + levels * (2e-8 + 5e-11 * ends)  # windows, drawing, sums of each block
    if each * FEWEST > LONGEST:
        raise LimitReached(key="market.simulation_long", levels=levels, count=FEWEST, seconds=round(each * FEWEST))
    return int(min(MOST, max(FEWEST, BUDGET / each)))


def _trailing(above: np.ndarray) -> int:
    """How many of the last values are True without a break."""
    below = np.flatnonzero(~above)
    return len(above) if len(below) == 0 else len(above) - 1 - int(below[-1])


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _gsadf_window(found: Sequences, labels: Sequence[str]) -> tuple[str, str] | None:
    end = found.gsadf_end
    return (labels[int(found.starts[end - found.first_end])], labels[end]) if end >= 0 else None


def _statistics(found: Sequences, levels: int, setting: Setting, sample: NullSample | None) -> dict[str, Statistic]:
    out: dict[str, Statistic] = {}
    for name in NAMED:
        value = getattr(found, name)
        if sample is not None:
            simulated = getattr(sample, name)
            critical = {f"{p:.2f}": quantile(simulated, p).value for p in LEVELS}
            chance = None if math.isnan(value) else PValue(value=exceed_share(simulated, value))
        else:
            critical = {f"{p:.2f}": critical_value(name, p, levels, setting) for p in LEVELS}
            chance = None if math.isnan(value) else p_value(name, value, levels, setting)
        out[name] = Statistic(value=_finite(value), p_value=chance, critical=critical)
    return out


def _alarms(
    levels: int,
    setting: Setting,
    lines: dict[Line, Floats],
    sample: NullSample | None,
    level: float,
    shortest: int,
    seed: int,
    measure: bool,
    repetitions: int | None,
    threads: int | None,
) -> dict[str, FalseAlarms]:
    """Rates of the three lines: from the table where it holds this very rule, else measured on random walks.

    Walks that were simulated for the lines are used in two halves, each judged by the lines of the other.
    """
    rates = None if measure else known_rates(levels, setting, level, shortest)
    if rates is None and sample is not None and not measure:
        rates = cross_fitted(sample, level=level, shortest=shortest)
    if rates is None:
        walks = repetitions or affordable(levels, setting)
        rates = false_alarms(
            levels, setting, seed=seed, level=level, shortest=shortest, repetitions=walks, lines=lines, threads=threads
        )
    return {one.line: one for one in rates}
