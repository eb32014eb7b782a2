"""What all experiments share: pairs of runs with common random numbers, bands, answers.

An effect is the median over runs of the posterior ensemble, with the band from the 10th to the 90th of a hundred runs.
The same run number has the same shocks and the same parameters with and without the change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from kanryu.core.results import Origin
from kanryu.machine.simulate import Paths, Spec, simulate, simulate_arms

Array = npt.NDArray[np.float64]

CUT_QUARTER = 12  # 2026Q1, the first quarter after the window


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A measured number: median with 10-90% band; `what` is the key of its label in `machine.measure`."""

    what: str
    value: float
    low: float
    high: float
    unit: str = "share"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one proposition.

    is_refuted : by the rule that was fixed before; None when the runs cannot decide
    rows : further rows for tables (ranked cuts, sectors), name -> numbers
    """

    proposition: str
    main: Number
    is_refuted: bool | None
    others: tuple[Number, ...] = ()
    rows: dict[str, dict[str, float]] = {}
    runs: int
    quarters: int
    seed: int
    notes: tuple[str, ...] = ()
    origin: Origin


class Bench:
    """Simulated runs, kept for one experiment or a row of them.

    Parameters
    ----------
    runs, quarters, seed : of every simulation
    parameters : "posterior", "prior" or "start"
    """

    def __init__(self, runs: int = 500, quarters: int = 32, seed: int = 1, parameters: str = "posterior") -> None:
        self.runs, self.quarters, self.seed, self.parameters = runs, quarters, seed, parameters
        self._done: dict[tuple[tuple[tuple[str, float], ...], tuple[str, ...]], Paths] = {}

    def spec(self, settings: dict[str, float] | None = None, cut: tuple[str, ...] = ()) -> Spec:
        """Specification of one arm."""
        return Spec(
            runs=self.runs,
            quarters=self.quarters,
            seed=self.seed,
            parameters=self.parameters,
            settings=dict(settings or {}),
            cut=cut,
            cut_quarter=CUT_QUARTER,
        )

    def paths(self, cut: tuple[str, ...] = (), **settings: float) -> Paths:
        """Paths with some links cut and parameters set."""
        key = (tuple(sorted(settings.items())), cut)
        if key not in self._done:
            self._done[key] = simulate(self.spec(settings, cut))
        return self._done[key]

    def prepare(self, arms: Sequence[tuple[tuple[str, ...], dict[str, float]]]) -> None:
        """Run several arms side by side, so that `paths` finds them; the answers are the same."""
        keys = [(tuple(sorted(settings.items())), cut) for cut, settings in arms]
        missing = [key for key in dict.fromkeys(keys) if key not in self._done]
        if missing:
            specs = [self.spec(dict(settings), cut) for settings, cut in missing]
            self._done.update(zip(missing, simulate_arms(specs), strict=True))

    @property
    def base(self) -> Paths:
        """Paths without any change."""
        return self.paths()


Experiment = Callable[[Bench], Answer]


def number(what: str, sample: Array, unit: str = "share") -> Number:
    """Median and band of a sample over runs."""
    sample = sample[np.isfinite(sample)]
    if not sample.size:
        return Number(what=what, value=float("nan"), low=float("nan"), high=float("nan"), unit=unit)
    low, middle, high = np.quantile(sample, (0.1, 0.5, 0.9))
    return Number(what=what, value=float(middle), low=float(low), high=float(high), unit=unit)


def change(with_it: Array, without: Array) -> Array:
    """Effect of a mechanism relative to the world without it, by run."""
    return np.asarray(with_it / np.maximum(np.abs(without), 1e-9) - 1.0)


def answer(
    proposition: str,
    bench: Bench,
    main: Number,
    is_refuted: bool | None,
    *,
    others: tuple[Number, ...] = (),
    rows: dict[str, dict[str, float]] | None = None,
    notes: tuple[str, ...] = (),
) -> Answer:
    """Put an answer together; the claim and its refutation rule are `machine.claim.P..` and `machine.refuted.P..`."""
    return Answer(
        proposition=proposition,
        main=main,
        is_refuted=None if is_refuted is None else bool(is_refuted),
        others=others,
        rows=rows or {},
        runs=bench.runs,
        quarters=bench.quarters,
        seed=bench.seed,
        notes=notes,
        origin=Origin(
            definition=f"machine.claim.{proposition}",
            inputs={"runs": bench.runs, "quarters": bench.quarters, "seed": bench.seed, "parameters": bench.parameters},
            assumptions=("machine.assumed_opening", "machine.assumed_turn"),
        ),
    )


def busts(paths: Paths, series: str = "market_value_machine", fall: float = 0.33) -> tuple[Array, Array, Array]:
    """Runs with a fall of at least `fall` from the peak: mask, quarter of the peak, quarter of the trough after it."""
    path = paths.series(series)
    top = np.maximum.accumulate(path, axis=0)
    drop = 1.0 - path / top
    trough = np.argmax(drop, axis=0)
    runs = np.arange(path.shape[1])
    peak = np.array([int(np.argmax(path[: trough[k] + 1, k])) for k in runs])
    return drop[trough, runs] >= fall, peak, trough


def drawdown(path: Array) -> Array:
    """Largest fall from a peak of every run."""
    return np.asarray((1.0 - path / np.maximum.accumulate(path, axis=0)).max(axis=0))
