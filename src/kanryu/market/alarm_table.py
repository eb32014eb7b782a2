"""False-alarm rates of the usual rule, measured beforehand, so that every date list can carry one at once.

The usual rule: smallest window by the rule of Phillips, Shi and Yu counted in levels, 95 % line, episodes of at least
`floor(log T)` steps. Another rule is simulated. Made by `python -m kanryu.market.alarm_table`.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from kanryu.market.false_alarms import FalseAlarms, count_false_alarms
from kanryu.market.sequences import Setting
from kanryu.market.simulate import LINES, simulate
from kanryu.market.surface import covered, surface_line
from kanryu.market.windows import shortest_episode, smallest_window

_FILE = Path(__file__).with_name("alarm_table.json")
# on both sides of each step of floor(log T), so that no two rules are ever mixed
LENGTHS = (60, 100, 148, 149, 200, 300, 403, 404, 600, 800, 1096, 1097, 1700, 2980, 2981, 4500, 6400)
LAGS = (0, 1, 2, 4, 8)
LEVEL = 0.95
SEED = 20251121
WORK = 6e9  # windows per entry
WORK_WITHOUT_LAG = 1.5e10  # a window without lags costs least, and long series need walks most
MEASURED = ("walks_with_alarm", "walks_with_episode", "flagged", "episodes_per_walk", "std_error")


@functools.cache
def _table() -> dict[int, dict[int, tuple[FalseAlarms, ...]]]:
    """lag -> length -> rates of the three lines."""
    return msgspec.json.decode(_FILE.read_bytes(), type=dict[int, dict[int, tuple[FalseAlarms, ...]]])


def known_rates(levels: int, setting: Setting, level: float, shortest: int) -> tuple[FalseAlarms, ...] | None:
    """Stored rates for this rule, interpolated in the logarithm of the length; None where the table does not reach."""
    usual = (
        setting.rule == "fixed"
        and setting.lag <= LAGS[-1]
        and setting.counts == "levels"
        and setting.minimum == smallest_window(levels)
        and level == LEVEL
        and shortest == shortest_episode(levels)
        and LENGTHS[0] <= levels <= LENGTHS[-1]
    )
    if not usual:
        return None
    above = next(lag for lag in LAGS if lag >= setting.lag)
    below = max(lag for lag in LAGS if lag <= setting.lag)
    first, second = _at_length(below, levels), _at_length(above, levels)
    if first is None or second is None:
        return None
    share = 0.0 if above == below else (setting.lag - below) / (above - below)
    return _mixed(first, second, share, shortest)


def _at_length(lag: int, levels: int) -> tuple[FalseAlarms, ...] | None:
    """Rates at a tabled lag, between the two lengths next to `levels`."""
    table = _table()[lag]
    known = sorted(table)
    if not known or not known[0] <= levels <= known[-1]:
        return None
    above = next(length for length in known if length >= levels)
    below = max(length for length in known if length <= levels)
    share = 0.0 if above == below else math.log(levels / below) / math.log(above / below)
    return _mixed(table[below], table[above], share, table[below][0].shortest)


def _mixed(
    first: tuple[FalseAlarms, ...], second: tuple[FalseAlarms, ...], share: float, shortest: int
) -> tuple[FalseAlarms, ...]:
    found = []
    for one, other in zip(first, second):
        mixed = {field: (1 - share) * getattr(one, field) + share * getattr(other, field) for field in MEASURED}
        found.append(msgspec.structs.replace(one, shortest=shortest, walks=min(one.walks, other.walks), **mixed))
    return tuple(found)


def make(lags: Sequence[int] = LAGS) -> dict[int, dict[int, tuple[FalseAlarms, ...]]]:
    """Measure the table: the surface's own lines tried on fresh random walks. Each lag is independent of the others."""
    out: dict[int, dict[int, tuple[FalseAlarms, ...]]] = {}
    for lag in lags:
        work = WORK_WITHOUT_LAG if lag == 0 else WORK
        out[lag] = {}
        for levels in LENGTHS:
            setting = Setting.make(levels, lag=lag)
            walks = int(min(5000, max(300 if levels <= 1700 or lag == 0 else 0, work / levels**2 / (1 + lag) ** 2)))
            reached = covered(levels - 1 - lag, setting)
            if walks < 300 or not reached or setting.minimum != smallest_window(levels):
                continue
            trial = simulate(levels, setting, seed=SEED, repetitions=walks, keep=True)
            lines = {line: surface_line(line, LEVEL, levels, setting) for line in LINES}
            rates = count_false_alarms(trial, lines, level=LEVEL, shortest=shortest_episode(levels))
            out[lag][levels] = tuple(
                msgspec.structs.replace(
                    rate,
                    **{name: round(getattr(rate, name), 5) for name in MEASURED},
                )
                for rate in rates
            )
    return out


if __name__ == "__main__":
    with np.errstate(all="ignore"):
        _FILE.write_bytes(msgspec.json.encode(make()))
