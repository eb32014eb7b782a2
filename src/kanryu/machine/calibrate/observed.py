"""Which reported figures the machine is compared with, and the figures known on a day (definitions/machine, 13).

A figure counts when its period lies in the window and it was public by `known_by`. Reports of the last quarter appear
weeks after its end, so with `known_by` at the end of the window the last quarter of most companies is not yet there:
it is predicted, not fitted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec
import numpy as np
import numpy.typing as npt

from kanryu.case.records import Figure

Array = npt.NDArray[np.float64]

FIRST_LABEL = "2022Q4"  # opening; the first simulated quarter is the one after it


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One reported series and its counterpart in the model.

    scale : what the reported number is multiplied by to give dollars (or a share)
    span : "quarter", "point" (a value at a date), "rate" (annual run rate at a date), "year" (sum of four quarters)
    weight : of the whole series in the fit; 0 = scored only
    """

    entity: str
    metric: str
    series: str
    scale: float
    span: str = "quarter"
    weight: float = 1.0

    @property
    def key(self) -> str:
        """Entity and metric as one name."""
        return f"{self.entity}: {self.metric}"


def _capex(entity: str, metric: str, series: str) -> Target:
    return Target(entity=entity, metric=metric, series=series, scale=1e6, weight=0.6)


TARGETS: tuple[Target, ...] = (
    Target(entity="Nvidia", metric="revenue_data_center", series="data_center_nvidia", scale=1e6, weight=3.0),
    Target(entity="Nvidia", metric="revenue_total", series="revenue_nvidia", scale=1e6, weight=0.0),
    Target(entity="Nvidia", metric="net_income", series="net_income_nvidia", scale=1e6, weight=1.0),
    Target(
        entity="Nvidia",
        metric="market_cap_calendar_quarter_end",
        series="market_value_nvidia",
        scale=1e9,
        span="point",
        weight=2.0,
    ),
    Target(entity="Nvidia", metric="purchases_of_equity_investments", series="equity_by_nvidia", scale=1e6, weight=0.4),
    _capex("Alphabet", "capex", "capex_alphabet"),
    _capex("Microsoft", "capex_cash_ppe", "capex_microsoft"),
    _capex("Meta", "capex_incl_finance_leases", "capex_meta"),
    _capex("Amazon", "capex_purchases_of_ppe", "capex_amazon"),
    _capex("Oracle", "capex", "capex_oracle"),
    Target(
        entity="OpenAI",
        metric="annualised_revenue_run_rate",
        series="revenue_openai",
        scale=0.25e6,
        span="rate",
        weight=1.5,
    ),
    Target(
        entity="OpenAI",
        metric="annual_recurring_revenue_year_end",
        series="revenue_openai",
        scale=0.25e6,
        span="rate",
        weight=0.5,
    ),
    Target(entity="OpenAI", metric="revenue_year", series="revenue_openai", scale=1e6, span="year", weight=0.5),
    Target(entity="OpenAI", metric="valuation", series="value_openai", scale=1e6, span="point", weight=0.7),
    Target(
        entity="Anthropic",
        metric="annualised_revenue_run_rate",
        series="revenue_anthropic",
        scale=0.25e6,
        span="rate",
        weight=1.0,
    ),
    Target(entity="Anthropic", metric="valuation", series="value_anthropic", scale=1e6, span="point", weight=0.5),
    Target(entity="CoreWeave", metric="revenue", series="revenue_coreweave", scale=1e6, weight=0.7),
    Target(
        entity="CoreWeave", metric="revenue_backlog", series="backlog_coreweave", scale=1e6, span="point", weight=0.5
    ),
    Target(entity="CoreWeave", metric="debt_total", series="debt_coreweave", scale=1e6, span="point", weight=0.5),
    Target(entity="CoreWeave", metric="interest_expense", series="interest_coreweave", scale=1e6, weight=0.3),
    Target(
        entity="Crunchbase (global)", metric="ai_share_of_venture_funding", series="venture_ai", scale=0.01, weight=1.5
    ),
    # scored only
    Target(entity="Nvidia", metric="operating_income", series="operating_income_nvidia", scale=1e6, weight=0.0),
    Target(entity="Nvidia", metric="operating_cash_flow", series="net_income_nvidia", scale=1e6, weight=0.0),
    Target(entity="AMD", metric="revenue_data_center", series="data_center_amd_all", scale=1e6, weight=0.0),
    *(
        Target(
            entity=name.capitalize(), metric="operating_cash_flow", series=f"cash_flow_{name}", scale=1e6, weight=0.0
        )
        for name in ("microsoft", "alphabet", "amazon", "meta", "oracle")
    ),
    Target(entity="Alphabet", metric="cloud_revenue_google_cloud", series="cloud_alphabet", scale=1e6, weight=0.0),
    Target(entity="Amazon", metric="cloud_revenue_aws", series="cloud_amazon", scale=1e6, weight=0.0),
    Target(entity="Microsoft", metric="microsoft_cloud_revenue", series="cloud_microsoft", scale=1e6, weight=0.0),
    Target(
        entity="Microsoft", metric="segment_revenue_intelligent_cloud", series="cloud_microsoft", scale=1e6, weight=0.0
    ),
    Target(entity="Oracle", metric="cloud_revenue_total", series="cloud_oracle", scale=1e6, weight=0.0),
    Target(
        entity="Alphabet", metric="revenue_backlog_rpo", series="backlog_alphabet", scale=1e6, span="point", weight=0.0
    ),
    Target(
        entity="Microsoft", metric="commercial_rpo", series="backlog_microsoft", scale=1e6, span="point", weight=0.0
    ),
    Target(entity="Oracle", metric="rpo", series="backlog_oracle", scale=1e6, span="point", weight=0.0),
    Target(entity="Microsoft", metric="capex_incl_finance_leases", series="capex_microsoft", scale=1e6, weight=0.0),
    Target(entity="CoreWeave", metric="capex_cash_purchases_of_ppe", series="capex_coreweave", scale=1e6, weight=0.0),
    Target(entity="Crunchbase (global)", metric="venture_funding_ai", series="venture_ai_money", scale=1e9, weight=0.0),
    Target(entity="Crunchbase (global)", metric="venture_funding_total", series="venture_money", scale=1e9, weight=0.0),
    *(
        Target(
            entity=name.capitalize(),
            metric="market_cap_year_end",
            series=f"market_value_{name}",
            scale=1e9,
            span="point",
            weight=0.25,
        )
        for name in ("microsoft", "alphabet", "amazon", "meta")
    ),
)


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A reported value in the units of the model. `quarter` counts from 0 = 2023Q1; -1 is the opening quarter."""

    quarter: int
    value: float
    known_on: dt.date | None


def quarter_number(year: int, quarter: int) -> int:
    """Number of a quarter from 0 = 2023Q1."""
    return (year - 2023) * 4 + quarter - 1


def quarter_of(figure: Figure) -> int | None:
    """Quarter in which the figure's period ends, or None without a period."""
    if figure.period is None:
        return None
    end = figure.period.last
    return quarter_number(end.year, (end.month - 1) // 3 + 1)


def points_of(target: Target, figures: Iterable[Figure], *, last_quarter: int, known_by: dt.date | None) -> list[Point]:
    """Reported values of a target inside the window that were public by `known_by`, one per quarter, in order.

    Where several reports name the same quarter the first one published counts: a later revision was not known then.
    Half years and years do not enter series of quarters. Values of zero or less are left out (logarithms).
    """
    found: dict[int, Point] = {}
    for figure in figures:
        if figure.entity != target.entity or figure.metric != target.metric or figure.value is None:
            continue
        quarter = quarter_of(figure)
        known = figure.known_on.last if figure.known_on is not None else None
        if quarter is None or not -1 <= quarter <= last_quarter or figure.value <= 0:
            continue
        if known_by is not None and (known is None or known > known_by):
            continue
        if not _fits(target, figure):
            continue
        point = Point(quarter=quarter, value=float(figure.value) * target.scale, known_on=known)
        before = found.get(quarter)
        if before is None or (known is not None and before.known_on is not None and known < before.known_on):
            found[quarter] = point
    return [found[quarter] for quarter in sorted(found)]


def _fits(target: Target, figure: Figure) -> bool:
    text = figure.period_text.strip()
    if target.span == "quarter":
        return "Q" in text and "H" not in text
    if target.span == "year":
        return text[:4].isdigit() and len(text) == 4
    return True


def model_value(target: Target, series: Array, quarter: int) -> Array | None:
    """The model's counterpart of a reported value, (runs,), or None outside the simulated quarters.

    `series` is (quarters, runs). A year needs its four quarters.
    """
    if not 0 <= quarter < series.shape[0]:
        return None
    if target.span == "year":
        if quarter < 3:
            return None
        return np.asarray(series[quarter - 3 : quarter + 1].sum(axis=0))
    return np.asarray(series[quarter])


def trend(points: list[Point]) -> tuple[float, float]:
    """Level at the opening quarter and growth per quarter of a noisy, seasonal series.

    Least squares on the logarithm of four-quarter means; the window decides what is known.
    """
    values = {p.quarter: p.value for p in points}
    quarters = [q for q in sorted(values) if all(q - k in values for k in range(4))]
    means = [np.mean([values[q - k] for k in range(4)]) for q in quarters]
    if len(quarters) < 2:
        level = float(np.mean(list(values.values())))
        return level, 0.0
    slope, level_log = np.polyfit(np.array(quarters) - 1.5 + 1.0, np.log(means), 1)
    return float(np.exp(level_log)), float(slope)
