"""What the test for explosive growth returns: one record per series, one for all of them."""

from __future__ import annotations

from typing import Literal

import msgspec

from kanryu.core.results import Origin
from kanryu.market.dating import Episode
from kanryu.market.false_alarms import FalseAlarms
from kanryu.market.lppls_spread import LpplsSpread
from kanryu.market.panel_test import PanelTest
from kanryu.market.sequences import LagRule
from kanryu.market.series_file import Step
from kanryu.market.simulate import Line
from kanryu.market.surface import PValue
from kanryu.market.windows import Counts

Method = Literal["surface", "simulate", "wild"]


class Statistic(msgspec.Struct, frozen=True, kw_only=True):
    """One statistic with its p-value and critical values by level ("0.95"); None where it does not exist."""

    value: float | None
    p_value: PValue | None
    critical: dict[str, float]


class ColumnTest(msgspec.Struct, frozen=True, kw_only=True):
    """The test of one series. Sequences run by end of window: entry i ends at `ends[i]`, level `first_end + i`.

    adf, sadf, gsadf : None where no window has a statistic; None as well when infinite (`exact_fit`)
    lines : line -> critical value by end of window, at the chosen level
    episodes : dates by the chosen line; `episodes_by_line` holds all three
    rejects : GSADF above its critical value at the chosen level
    above_now : steps up to the end of the series that lie above the chosen line, however few
    """

    name: str
    levels: int
    first: str
    last: str
    step: Step
    lag: int
    first_end: int
    adf: float | None
    sadf: float | None
    gsadf: float | None
    sadf_window: tuple[str, str] | None
    gsadf_window: tuple[str, str] | None
    exact_fit: bool
    rejects: bool | None
    is_running: bool
    above_now: int
    statistics: dict[str, Statistic]
    shortest: int
    ends: tuple[str, ...]
    badf: tuple[float | None, ...]
    bsadf: tuple[float | None, ...]
    lines: dict[str, tuple[float, ...]]
    episodes: tuple[Episode, ...]
    episodes_by_line: dict[str, tuple[Episode, ...]]
    false_alarms: dict[str, FalseAlarms]
    values: tuple[float, ...]


class Explosive(msgspec.Struct, frozen=True, kw_only=True):
    """Tests of one or more series by one rule."""

    columns: dict[str, ColumnTest]
    log: bool
    lag: int
    lag_rule: LagRule
    min_window: int | None
    minimum_counts: Counts
    line: Line
    level: float
    method: Method
    seed: int
    panel: PanelTest | None
    lppls: dict[str, LpplsSpread]
    origin: Origin
