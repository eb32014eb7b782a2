"""Scores of frozen predictions on figures that came later: CRPS, coverage, PIT, against naive rules.

CRPS from quantiles: twice the mean pinball loss over the levels (Gneiting and Raftery 2007), on the logarithm of values
so that series of different size can be compared; Diebold and Mariano's test with the correction of Harvey, Leybourne
and Newbold (1997) over all scored values.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

from kanryu.core.errors import InputError
from kanryu.core.results import Origin
from kanryu.machine.calibrate.naive import RULES
from kanryu.machine.calibrate.observed import quarter_number
from kanryu.machine.calibrate.predict import Frozen, Prediction
from kanryu.machine.simulate import labels

Array = npt.NDArray[np.float64]


class Later(msgspec.Struct, frozen=True, kw_only=True):
    """A later reported value: `value` in the unit of its series file."""

    entity: str
    metric: str
    period: str
    value: float
    line: int = 0


class ValueScore(msgspec.Struct, frozen=True, kw_only=True):
    """One value: reported, predicted median and 80% band (in the file's unit), CRPS by rule, PIT."""

    period: str
    observed: float
    median: float
    low: float
    high: float
    crps: dict[str, float]
    pit: float


class SeriesScore(msgspec.Struct, frozen=True, kw_only=True):
    """A series: mean CRPS (log units) of the model and every naive rule, coverage, PIT values, best rule."""

    entity: str
    metric: str
    count: int
    crps: float
    crps_naive: dict[str, float]
    log_score: float
    coverage: dict[str, float]
    pit: list[float]
    best: str
    beats_all: bool
    beaten_by: tuple[str, ...]
    values: tuple[ValueScore, ...]


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """All series, totals, and what could not be scored."""

    series: tuple[SeriesScore, ...]
    beats_all_naive: int
    scored_series: int
    coverage: dict[str, float]
    diebold_mariano: dict[str, dict[str, float]]
    not_scored: tuple[str, ...]
    predictions_sha256: str
    last_quarter: str
    known_by: str
    origin: Origin


def crps(quantiles: Array, levels: Array, observed: float) -> float:
    """Continuous ranked probability score from quantiles, in log units."""
    q = np.log(np.maximum(quantiles, 1e-12))
    y = float(np.log(observed))
    return float(2.0 * np.mean(np.where(y >= q, levels * (y - q), (1.0 - levels) * (q - y))))


def pit(quantiles: Array, levels: Array, observed: float) -> float:
    """Probability that the prediction gives to values below the reported one."""
    return float(np.interp(np.log(observed), np.log(np.maximum(quantiles, 1e-12)), levels, left=0.0, right=1.0))


def log_density(quantiles: Array, levels: Array, observed: float) -> float:
    """Log density of the reported value on the log scale, from the slope of the quantile function; flat tails."""
    q = np.log(np.maximum(quantiles, 1e-12))
    y = float(np.log(observed))
    k = int(np.clip(np.searchsorted(q, y), 1, len(q) - 1))
    first, last = max(0, k - 5), min(len(q) - 1, k + 5)
    density = (levels[last] - levels[first]) / max(q[last] - q[first], 1e-9)
    if y < q[0] or y > q[-1]:
        spread = max((q[-1] - q[0]) / 4.65, 1e-9)
        far = max(q[0] - y, y - q[-1]) / spread
        density *= float(np.exp(-far * (2.33 + 0.5 * far)))
    return float(np.log(max(density, 1e-12)))


def score(frozen: Frozen, later: Iterable[Later]) -> Score:
    """Score frozen predictions.

    Raises
    ------
    InputError
        No row fits a predicted series and quarter.
    """
    levels = np.array(frozen.levels)
    # names are matched without regard to capitals: "nvidia" is "Nvidia"
    known = {(p.entity.casefold(), p.metric.casefold(), p.quarter): p for p in frozen.predictions}
    metrics = {(p.entity.casefold(), p.metric.casefold()) for p in frozen.predictions}
    rows: dict[tuple[str, str], list[tuple[Later, Prediction]]] = {}
    skipped: list[str] = []
    for item in later:
        quarter = quarter_of_text(item.period)
        where = f"{item.entity}, {item.metric}, {item.period}"
        name = (item.entity.casefold(), item.metric.casefold())
        prediction = known.get((*name, quarter)) if quarter is not None else None
        if prediction is None:
            reason = "no such series" if name not in metrics else "quarter not predicted"
            skipped.append(f"{where}: {reason}")
        elif item.value <= 0:
            skipped.append(f"{where}: not a positive value")
        else:
            rows.setdefault((prediction.entity, prediction.metric), []).append((item, prediction))
    if not rows:
        raise InputError(key="machine.nothing_to_score", first=skipped[0] if skipped else "")
    found = tuple(_series(key, pairs, levels) for key, pairs in rows.items())
    count = sum(s.count for s in found)
    coverage = {band: sum(s.coverage[band] * s.count for s in found) / count for band in ("50", "80", "95")}
    return Score(
        series=found,
        beats_all_naive=sum(s.beats_all for s in found),
        scored_series=len(found),
        coverage=coverage,
        diebold_mariano={rule: diebold_mariano(found, rule) for rule in RULES},
        not_scored=tuple(skipped),
        predictions_sha256=frozen.checksum(),
        last_quarter=labels(frozen.last_quarter + 1)[-1],
        known_by=frozen.known_by.isoformat(),
        origin=Origin(
            definition="machine.definition_score",
            inputs={"seed": frozen.seed, "known_by": frozen.known_by.isoformat()},
            left_out=tuple(skipped),
            coverage={"values": count, "not_scored": len(skipped)},
        ),
    )


def _series(key: tuple[str, str], pairs: list[tuple[Later, Prediction]], levels: Array) -> SeriesScore:
    values = []
    densities = []
    for item, prediction in pairs:
        observed = item.value
        model = np.array(prediction.model)
        by_rule = {"model": crps(model, levels, observed)} | {
            rule: crps(np.array(prediction.naive[rule]), levels, observed) for rule in RULES
        }
        densities.append(log_density(model, levels, observed))
        values.append(
            ValueScore(
                period=item.period,
                observed=item.value,
                median=float(np.interp(0.5, levels, model)),
                low=float(np.interp(0.1, levels, model)),
                high=float(np.interp(0.9, levels, model)),
                crps=by_rule,
                pit=pit(model, levels, observed),
            )
        )
    mean = {rule: float(np.mean([v.crps[rule] for v in values])) for rule in ("model", *RULES)}
    places = np.array([v.pit for v in values])
    return SeriesScore(
        entity=key[0],
        metric=key[1],
        count=len(values),
        crps=mean["model"],
        crps_naive={rule: mean[rule] for rule in RULES},
        log_score=float(np.mean(densities)),
        coverage={
            name: float(np.mean(np.abs(places - 0.5) <= half))
            for name, half in (("50", 0.25), ("80", 0.40), ("95", 0.475))
        },
        pit=[float(x) for x in places],
        best=min(mean, key=lambda rule: mean[rule]),
        beats_all=all(mean["model"] < mean[rule] for rule in RULES),
        beaten_by=tuple(rule for rule in RULES if mean[rule] <= mean["model"]),
        values=tuple(values),
    )


def diebold_mariano(found: Iterable[SeriesScore], rule: str) -> dict[str, float]:
    """Mean difference of CRPS (rule less model; positive = model better), corrected statistic and p-value."""
    gaps = np.array([v.crps[rule] - v.crps["model"] for s in found for v in s.values])
    n = len(gaps)
    if n < 3 or float(np.std(gaps)) == 0.0:
        return {"difference": float(np.mean(gaps)), "statistic": float("nan"), "p": float("nan")}
    statistic = float(np.mean(gaps) / np.sqrt(np.var(gaps) / n) * np.sqrt((n - 1) / n))
    return {
        "difference": float(np.mean(gaps)),
        "statistic": statistic,
        "p": float(2.0 * student.sf(abs(statistic), n - 1)),
    }


def quarter_of_text(period: str) -> int | None:
    """Number of the quarter of `2026Q1`, `2026-03`, `2026-03-31` or `2026` (its last quarter), or None."""
    text = period.strip()
    try:
        year = int(text[:4])
        if len(text) == 4:
            return quarter_number(year, 4)
        if text[4] in "Qq":
            number = int(text[5:])
            return quarter_number(year, number) if 1 <= number <= 4 else None
        if text[4] == "-":
            month = int(text[5:7])
            return quarter_number(year, (month - 1) // 3 + 1) if 1 <= month <= 12 else None
    except (ValueError, IndexError):
        return None
    return None
