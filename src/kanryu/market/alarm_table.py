"""False-alarm rates of the usual rule, measured beforehand, so that every date list can carry one at once.

The usual rule: smallest window by the rule of Phillips, Shi and Yu counted in levels, 95 % line, episodes of at least
`floor(log T)` steps. Another rule is simulated. Made by `python -m kanryu.market.alarm_table`.
"""

from __future__ import annotations

import functools
import math
from pathlib import Path

import msgspec
import numpy as np

from kanryu.market.false_alarms import FalseAlarms, count_false_alarms
from kanryu.market.sequences import Setting
from kanryu.market.simulate import LINES, simulate
from kanryu.market.surface import surface_line
from kanryu.market.windows import shortest_episode, smallest_window

_FILE = Path(__file__).with_name("alarm_table.json")
# on both sides of each step of floor(log T), so that no two rules are ever mixed
LENGTHS = (60, 100, 148, 149, 200, 300, 403, 404, 600, 800, 1096, 1097, 1700, 2980, 2981, 4500, 6400)
LAGS = (0, 1, 4)
LEVEL = 0.95
SEED = 20251121
WORK = 6e9  # windows per entry


@functools.cache
def _table() -> dict[int, dict[int, tuple[FalseAlarms, ...]]]:
    """lag -> length -> rates of the three lines."""
    return msgspec.json.decode(_FILE.read_bytes(), type=dict[int, dict[int, tuple[FalseAlarms, ...]]])


def known_rates(levels: int, setting: Setting, level: float, shortest: int) -> tuple[FalseAlarms, ...] | None:
    """Stored rates for this rule, interpolated in the logarithm of the length; None where the table does not reach."""
    usual = (
        setting.rule == "fixed"
        and setting.lag in LAGS
        and setting.counts == "levels"
        and setting.minimum == smallest_window(levels)
        and level == LEVEL
        and shortest == shortest_episode(levels)
        and LENGTHS[0] <= levels <= LENGTHS[-1]
    )
    if not usual:
        return None
    table = _table()[setting.lag]
    known = sorted(table)
    if not known or levels > known[-1]:
        return None
    above = next(length for length in known if length >= levels)
    below = max(length for length in known if length <= levels)
    share = 0.0 if above == below else math.log(levels / below) / math.log(above / below)
    found = []
    for first, second in zip(table[below], table[above]):
        mixed = {
            field: (1 - share) * getattr(first, field) + share * getattr(second, field)
            for field in ("walks_with_alarm", "walks_with_episode", "flagged", "episodes_per_walk", "std_error")
        }
        found.append(msgspec.structs.replace(first, shortest=shortest, walks=min(first.walks, second.walks), **mixed))
    return tuple(found)


def make() -> dict[int, dict[int, tuple[FalseAlarms, ...]]]:
    """Measure the table: the surface's own lines tried on fresh random walks."""
    out: dict[int, dict[int, tuple[FalseAlarms, ...]]] = {}
    for lag in LAGS:
        out[lag] = {}
        for levels in LENGTHS:
            setting = Setting.make(levels, lag=lag)
            walks = int(min(5000, WORK / levels**2 / (1 + lag) ** 2))
            if walks < 500 or setting.minimum != smallest_window(levels):
                continue
            trial = simulate(levels, setting, seed=SEED, repetitions=walks, keep=True)
            lines = {line: surface_line(line, LEVEL, levels, setting) for line in LINES}
            rates = count_false_alarms(trial, lines, level=LEVEL, shortest=shortest_episode(levels))
            out[lag][levels] = tuple(
                msgspec.structs.replace(
                    rate,
                    **{
                        name: round(getattr(rate, name), 5)
                        for name in (
                            "walks_with_alarm",
                            "walks_with_episode",
                            "flagged",
                            "episodes_per_walk",
                            "std_error",
                        )
                    },
                )
                for rate in rates
            )
    return out


if __name__ == "__main__":
    with np.errstate(all="ignore"):
        _FILE.write_bytes(msgspec.json.encode(make()))
