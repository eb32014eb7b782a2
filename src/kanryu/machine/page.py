"""What the page shows of the machine: fans with reported values, the turn, levers, links, ranked cuts, bear and costs.

Everything is a record that JSON can hold. A long run is cancelled by raising an exception in `progress`; finished
chunks are dropped unless the run has a folder.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import numpy as np

from kanryu.case.records import Figure
from kanryu.core.errors import NotFound
from kanryu.core.results import Origin
from kanryu.machine.calibrate.fit import Window, observations
from kanryu.machine.calibrate.observed import FIRST_LABEL, Point
from kanryu.machine.capital_loop.quarter import parameters
from kanryu.machine.experiments.betting import wealth
from kanryu.machine.experiments.lab import CUT_QUARTER, Bench
from kanryu.machine.links import CUT_LIST, LINKS
from kanryu.machine.results import MAIN_SERIES, Fan, Turning, fans, turning
from kanryu.machine.simulate import Paths, Progress, Spec, labels, simulate

# switches and levers of the page, in its order; labels are `machine.lever.NAME`
LEVERS = (
    "weight_leaders",
    "weight_street",
    "weight_media",
    "algorithm",
    "fear_effect",
    "premium_effect",
    "contagion",
    "fatigue",
    "relapse",
    "vendor_purse",
    "gains_in_earnings",
    "outside_money",
    "venture_belief",
    "capex_belief",
    "credit_limit",
    "subsidy_race",
    "talent_move",
    "bear_short",
    "bear_puts",
)
COST_SERIES = (
    "venture_ai",
    "venture_climate",
    "venture_biotech",
    "people_science",
    "science_output",
    "share_covering",
    "realised_return",
    "ai_spending",
)
LEFT_SERIES = ("efficient_chips", "compute_price", "adoption", "loan_losses", "alive_labs", "alive_coreweave")


class Lever(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter that the page lets a reader set; `value` is the ensemble's median where it is fitted."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    is_fitted: bool


class RankedCut(msgspec.Struct, frozen=True, kw_only=True):
    """Loss of circulating money over eight quarters when a link is cut, with and without substitution by others."""

    link: str
    loss: float
    loss_without_substitution: float
    low: float
    high: float


class BearOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """Final wealth per dollar of one way to meet the price from the end of the window on; share of runs it wins."""

    choice: str
    low: float
    median: float
    high: float
    wins: float


class MachinePage(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer for one setting of the levers."""

    quarters: tuple[str, ...]
    fans: tuple[Fan, ...]
    costs: tuple[Fan, ...]
    left: tuple[Fan, ...]
    turning: Turning
    identities: dict[str, float]
    bear: tuple[BearOutcome, ...]
    levers: tuple[Lever, ...]
    links: tuple[str, ...]
    origin: Origin


def levers() -> tuple[Lever, ...]:
    """The levers with their ranges."""
    from kanryu.machine.capital_loop.posterior import POSTERIOR_FILE, read_draws

    middle: dict[str, float] = {}
    if POSTERIOR_FILE.is_file():
        names, table = read_draws()
        middle = {name: float(np.median(table[:, i])) for i, name in enumerate(names)}
    table_of = parameters()
    return tuple(
        Lever(
            name=name,
            value=middle.get(name, float(np.ravel(table_of[name].value)[0])),
            low=table_of[name].low,
            high=table_of[name].high,
            unit=table_of[name].unit,
            is_fitted=table_of[name].fitted,
        )
        for name in LEVERS
    )


def observed_by_series(figures: Iterable[Figure], window: Window | None = None) -> dict[str, dict[str, float]]:
    """Reported values of the window that were public by its end: series of the model -> quarter -> value."""
    found: dict[str, dict[str, float]] = {}
    names = labels(80)
    for target, points in observations(figures, window or Window()).items():
        if target.span == "year":
            continue
        row = found.setdefault(target.series, {})
        for point in points:
            row.setdefault(_label(point, names), point.value)
    return found


def _label(point: Point, names: tuple[str, ...]) -> str:
    return names[point.quarter] if point.quarter >= 0 else FIRST_LABEL


def with_observed(found: tuple[Fan, ...], observed: dict[str, dict[str, float]]) -> tuple[Fan, ...]:
    """Fans with the reported values beside the bands."""
    return tuple(msgspec.structs.replace(fan, observed=observed.get(fan.name, {})) for fan in found)


def bear_outcomes(paths: Paths) -> tuple[BearOutcome, ...]:
    """Long, short, puts and not playing on the vendor's simulated price after the window."""
    path = paths.series("market_value_nvidia")[min(CUT_QUARTER - 1, len(paths.quarters) - 2) :]
    choices = ("long", "short", "puts", "deposits")
    final = np.stack([wealth(path, choice) for choice in choices])
    winner = final.argmax(axis=0)
    return tuple(
        BearOutcome(
            choice=choice,
            low=float(np.quantile(final[i], 0.1)),
            median=float(np.median(final[i])),
            high=float(np.quantile(final[i], 0.9)),
            wins=float(np.mean(winner == i)),
        )
        for i, choice in enumerate(choices)
    )


def machine_page(spec: Spec, figures: Iterable[Figure] = (), *, progress: Progress | None = None) -> MachinePage:
    """Everything the page shows for one setting.

    Parameters
    ----------
    figures : reported figures of a case, for the dots on the fans
    """
    paths = simulate(spec, progress=progress, chunk=200)
    observed = observed_by_series(figures)
    return MachinePage(
        quarters=paths.quarters,
        fans=with_observed(fans(paths, (*MAIN_SERIES, "value_anthropic", "net_income_nvidia")), observed),
        costs=with_observed(fans(paths, COST_SERIES), observed),
        left=with_observed(fans(paths, LEFT_SERIES), observed),
        turning=turning(paths),
        identities=paths.identities,
        bear=bear_outcomes(paths),
        levers=levers(),
        links=tuple(LINKS),
        origin=Origin(
            definition="machine.definition_run",
            inputs={
                "runs": spec.runs,
                "quarters": spec.quarters,
                "seed": spec.seed,
                "set": spec.settings,
                "cut": list(spec.cut),
            },
            assumptions=("machine.assumed_opening", "machine.assumed_turn"),
        ),
    )


def ranked_cuts(
    *, runs: int = 200, seed: int = 1, links: tuple[str, ...] = CUT_LIST, progress: Progress | None = None
) -> tuple[RankedCut, ...]:
    """Links by the loss that their cut makes, largest first.

    Raises
    ------
    NotFound
        A link does not exist.
    """
    bench = Bench(runs=runs, quarters=CUT_QUARTER + 8, seed=seed)
    after = slice(CUT_QUARTER, CUT_QUARTER + 8)

    def money(paths: Paths) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.asarray(paths.series("circulating")[after].sum(axis=0))

    for link in links:
        if link not in LINKS:
            raise NotFound(key="machine.link_unknown", name=link, known=list(LINKS), all=", ".join(LINKS))
    group = 5
    for start in range(0, len(links), group):
        arms = [
            (cut, s)
            for cut in ((), *((link,) for link in links[start : start + group]))
            for s in ({}, {"substitution": 0.0})
        ]
        bench.prepare(arms)
        if progress is not None:
            progress(min(start + group, len(links)), len(links))
    base, rigid = money(bench.base), money(bench.paths(substitution=0.0))
    found = []
    for link in links:
        loss = 1.0 - money(bench.paths((link,))) / base
        alone = 1.0 - money(bench.paths((link,), substitution=0.0)) / rigid
        found.append(
            RankedCut(
                link=link,
                loss=float(np.median(loss)),
                loss_without_substitution=float(np.median(alone)),
                low=float(np.quantile(alone, 0.1)),
                high=float(np.quantile(alone, 0.9)),
            )
        )
    return tuple(sorted(found, key=lambda cut: -cut.loss_without_substitution))
