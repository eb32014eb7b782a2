"""How often a rule finds a bubble where there is none: pure random walks, dated by the same rule.

The critical line and the walks it is tried on come from different random numbers.
"""

from __future__ import annotations

import msgspec
import numpy as np

from kanryu.market.dating import spans_above
from kanryu.market.sequences import Setting
from kanryu.market.simulate import LINES, Line, NullSample, line_of, simulate
from kanryu.market.sweep import Floats

TRIAL = 7919  # added to the seed for the walks that are judged


class FalseAlarms(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule does to random walks.

    walks_with_alarm : share of walks above the line at any end of window
    walks_with_episode : share of walks with an episode of `shortest` steps or more
    flagged : share of ends of window above the line
    episodes_per_walk : mean number of such episodes
    std_error : of `walks_with_episode`
    """

    line: Line
    level: float
    shortest: int
    walks: int
    walks_with_alarm: float
    walks_with_episode: float
    flagged: float
    episodes_per_walk: float
    std_error: float


def count_false_alarms(
    trial: NullSample, lines: dict[Line, Floats], *, level: float, shortest: int
) -> tuple[FalseAlarms, ...]:
    """False alarms of each line on a kept sample of random walks."""
    assert trial.bsadf is not None
    found = []
    for name, line in lines.items():
        above = trial.bsadf > line
        counts = np.array([len(spans_above(row, shortest)) for row in above])
        share = float((counts > 0).mean())
        found.append(
            FalseAlarms(
                line=name,
                level=level,
                shortest=shortest,
                walks=len(above),
                walks_with_alarm=float(above.any(axis=1).mean()),
                walks_with_episode=share,
                flagged=float(above.mean()),
                episodes_per_walk=float(counts.mean()),
                std_error=float(np.sqrt(share * (1 - share) / len(above))),
            )
        )
    return tuple(found)


def false_alarms(
    levels: int,
    setting: Setting,
    *,
    seed: int,
    level: float = 0.95,
    shortest: int = 1,
    repetitions: int = 2000,
    lines: dict[Line, Floats] | None = None,
    threads: int | None = None,
) -> tuple[FalseAlarms, ...]:
    """How often random walks of `levels` values would have been flagged by each critical line.

    Parameters
    ----------
    lines : dict or None
        Lines to judge, float64 (ends,) each; None simulates all three.

    Source
    ------
    Definitions, bubble, section 2, oracle 5.
    """
    if lines is None:
        sample = simulate(levels, setting, seed=seed, repetitions=repetitions, keep=True, threads=threads)
        lines = {line: line_of(sample, line, level) for line in LINES}
    trial = simulate(levels, setting, seed=seed + TRIAL, repetitions=repetitions, keep=True, threads=threads)
    return count_false_alarms(trial, lines, level=level, shortest=shortest)


def cross_fitted(sample: NullSample, *, level: float, shortest: int) -> tuple[FalseAlarms, ...]:
    """False alarms from one kept sample: the lines of each half are tried on the other half."""
    assert sample.badf is not None
    assert sample.bsadf is not None
    middle = len(sample.gsadf) // 2
    halves = []
    for part in (slice(0, middle), slice(middle, None)):
        halves.append(
            msgspec.structs.replace(
                sample,
                adf=sample.adf[part],
                sadf=sample.sadf[part],
                gsadf=sample.gsadf[part],
                badf=sample.badf[part],
                bsadf=sample.bsadf[part],
            )
        )
    found = []
    for one, other in ((0, 1), (1, 0)):
        lines = {line: line_of(halves[one], line, level) for line in LINES}
        found.append(count_false_alarms(halves[other], lines, level=level, shortest=shortest))
    return tuple(_mean(first, second) for first, second in zip(*found))


def _mean(first: FalseAlarms, second: FalseAlarms) -> FalseAlarms:
    walks = first.walks + second.walks

    def both(name: str) -> float:
        one, other = getattr(first, name), getattr(second, name)
        return float((first.walks * one + second.walks * other) / walks)

    share = both("walks_with_episode")
    return msgspec.structs.replace(
        first,
        walks=walks,
        walks_with_alarm=both("walks_with_alarm"),
        walks_with_episode=share,
        flagged=both("flagged"),
        episodes_per_walk=both("episodes_per_walk"),
        std_error=float(np.sqrt(share * (1 - share) / walks)),
    )
