"""Run the capital loop: many runs in chunks, here, in processes or on a cluster, always with the same answer.

A run is fixed by its number, the seed and the settings. Chunks only decide how much is computed at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from kanryu import __version__
from kanryu.core.errors import InputError, NotFound
from kanryu.engine.tasks import run_tasks
from kanryu.machine.books.model import Run
from kanryu.machine.books.parameters import Values, check_value
from kanryu.machine.capital_loop.posterior import draws_of
from kanryu.machine.capital_loop.quarter import capital_loop, parameters
from kanryu.machine.capital_loop.series import NAMES, record
from kanryu.machine.links import cuts_of

Array = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]

MODELS = ("capital-loop",)
START_YEAR, START_QUARTER = 2023, 1  # the first simulated quarter; opening balances are of 2022Q4
CHUNK = 2000
MOST_RUNS, MOST_QUARTERS = 10_000_000, 400


IDENTITIES = (
    "1 deposits",
    "2 claims",
    "3 net worth is real capital",
    "4 net worth explained",
    "5 flows explain deposits",
    "6 funds",
    "7 shares",
    "8 real capital explained",
    "9 marks create nothing",
    "10 promises",
    "11 belief",
    "11 venture shares",
    "12 fuel",
)


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides the answer of a run.

    parameters : "posterior" (run k takes draw k modulo their number), "start", or "prior"
    settings : parameter -> value, or one value per agent of the group; wins over the draw
    cut : links cut from `cut_quarter` on (0 = first simulated quarter)
    """

    model: str = "capital-loop"
    runs: int = 1000
    quarters: int = 32
    seed: int = 1
    parameters: str = "posterior"
    settings: dict[str, float | list[float]] = {}
    cut: tuple[str, ...] = ()
    cut_quarter: int = 12

    def fingerprint(self) -> str:
        """Checksum of everything that decides the answer, with the version of the program."""
        return hashlib.sha256(__version__.encode() + msgspec.json.encode(self, order="sorted")).hexdigest()


class Paths(msgspec.Struct, frozen=True, kw_only=True):
    """Simulated series.

    values : (series, quarters, runs); names : of the series; quarters : labels such as "2023Q1"
    identities : largest absolute error of each identity over all runs and quarters
    """

    spec: Spec
    names: tuple[str, ...]
    quarters: tuple[str, ...]
    values: Array
    identities: dict[str, float]

    def series(self, name: str) -> Array:
        """One series, (quarters, runs).

        Raises
        ------
        NotFound
            No such series; near names are suggested.
        """
        if name not in self.names:
            raise NotFound(key="machine.series_unknown", name=name, known=self.names)
        found: Array = self.values[self.names.index(name)]
        return found

    def frame(self) -> Any:
        """A polars frame with one row per run and quarter."""
        import polars as pl

        count, quarters, runs = self.values.shape
        columns: dict[str, Any] = {
            "run": np.tile(np.arange(runs, dtype=np.int64), quarters),
            "quarter": [label for label in self.quarters for _ in range(runs)],
        }
        for i in range(count):
            columns[self.names[i]] = self.values[i].reshape(-1)
        return pl.DataFrame(columns)


def check_spec(spec: Spec) -> None:
    """Refuse what cannot be run, before anything is computed.

    Raises
    ------
    InputError, NotFound
        Unknown model, parameter or link; a value outside its range; impossible counts.
    """
    if spec.model not in MODELS:
        raise NotFound(key="machine.model_unknown", name=spec.model, known=MODELS, all=", ".join(MODELS))
    for name, value, most in (("runs", spec.runs, MOST_RUNS), ("quarters", spec.quarters, MOST_QUARTERS)):
        if not 1 <= value <= most:
            raise InputError(key="machine.count_range", name=name, value=value, most=most)
    if not 0 <= spec.seed < 2**63:
        raise InputError(key="machine.seed_range", value=spec.seed)
    table = parameters()
    for name, setting in spec.settings.items():
        if name not in table:
            raise NotFound(key="machine.parameter_unknown", name=name, known=list(table))
        expected = table[name].value
        if isinstance(setting, list) and (not isinstance(expected, list) or len(expected) != len(setting)):
            count = len(expected) if isinstance(expected, list) else 1
            raise InputError(key="machine.parameter_count", name=name, found=len(setting), expected=count)
        check_value(name, table[name], setting)
    cuts_of(spec.cut, spec.cut_quarter)


def values_for(spec: Spec, runs: npt.NDArray[np.uint64]) -> Values:
    """Parameter values of these runs."""
    table = parameters()
    values: dict[str, Any] = {name: line.value for name, line in table.items()}
    values.update(draws_of(spec.parameters, runs, spec.seed))
    for name, setting in spec.settings.items():
        single = isinstance(setting, int | float)
        count = len(table[name].value) if isinstance(table[name].value, list) else 0  # type: ignore[arg-type]
        values[name] = [float(setting)] * count if single and count else setting  # type: ignore[arg-type]
    return Values(values)


def start(spec: Spec, runs: npt.NDArray[np.uint64]) -> Run:
    """Open the books for some runs of a specification."""
    return capital_loop().start(
        runs, seed=spec.seed, parameters=values_for(spec, runs), cuts=cuts_of(spec.cut, spec.cut_quarter)
    )


def run_chunk(spec: str, first: int, last: int) -> Array:
    """Largest identity errors, then all series of runs first to last - 1, as one flat array (see `unpack`).

    Parameters
    ----------
    spec : the specification as JSON text
    """
    wanted = msgspec.json.decode(spec, type=Spec)
    run = start(wanted, np.arange(first, last, dtype=np.uint64))
    found = np.empty((len(NAMES), wanted.quarters, last - first))

    def keep(open_run: Run) -> None:
        found[:, open_run.quarter] = record(open_run)

    with np.errstate(over="ignore", under="ignore"):
        for _ in range(wanted.quarters):
            run.step(keep)
    run.closing.check_size(run.quarter)
    worst = [run.closing.worst.get(name, 0.0) for name in IDENTITIES]
    return np.concatenate([worst, found.reshape(-1)])


def unpack(flat: Array, spec: Spec, runs: int) -> tuple[Array, Array]:
    """Identity errors and series (series, quarters, runs) of a chunk."""
    count = len(IDENTITIES)
    return flat[:count], flat[count:].reshape(len(NAMES), spec.quarters, runs)


def chunks(spec: Spec, size: int = CHUNK) -> Iterator[tuple[int, int]]:
    """Ranges of run numbers."""
    for first in range(0, spec.runs, size):
        yield first, min(first + size, spec.runs)


def simulate(
    spec: Spec,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    keep: Path | None = None,
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> Paths:
    """Run the model and give back all series with the largest error of every identity.

    Parameters
    ----------
    workers, scheduler, keep : see `engine.tasks.run_tasks`
    progress : called with the number of finished chunks and of all chunks
    chunk : runs computed at once; changes nothing in the answer

    Raises
    ------
    InputError, NotFound
        The specification cannot be run.
    BooksDoNotClose
        An identity failed.
    """
    check_spec(spec)
    encoded = msgspec.json.encode(spec, order="sorted").decode()
    ranges = list(chunks(spec, chunk))
    tasks = {f"runs-{first:09d}-{last:09d}": (encoded, first, last) for first, last in ranges}
    parts = run_tasks(run_chunk, tasks, workers=workers, scheduler=scheduler, keep=keep, progress=progress)
    unpacked = [unpack(part, spec, last - first) for part, (first, last) in zip(parts.values(), ranges, strict=True)]
    values = np.concatenate([series for _, series in unpacked], axis=2)
    errors = np.max([errors for errors, _ in unpacked], axis=0)
    worst = {name: float(error) for name, error in zip(IDENTITIES, errors, strict=True)}
    return Paths(spec=spec, names=NAMES, quarters=labels(spec.quarters), values=values, identities=worst)


def simulate_arms(specs: Sequence[Spec], *, width: int = 6000) -> list[Paths]:
    """Several arms of one experiment side by side in one ensemble: the same answers, less overhead.

    Parameters
    ----------
    specs : differ only in `cut`, `cut_quarter` and settings that are one number
    width : columns (arms times runs) computed at once

    Raises
    ------
    InputError
        The arms differ in something else, or cannot be run.
    """
    first = specs[0]
    for spec in specs:
        check_spec(spec)
        same = msgspec.structs.replace(spec, cut=first.cut, cut_quarter=first.cut_quarter, settings=first.settings)
        if same != first or any(isinstance(value, list) for value in spec.settings.values()):
            raise InputError(key="machine.arms_differ")
    count = len(specs)
    found = np.empty((count, len(NAMES), first.quarters, first.runs))
    errors = np.zeros(len(IDENTITIES))
    for low, high in chunks(first, max(1, width // count)):
        numbers = np.arange(low, high, dtype=np.uint64)
        size = high - low
        arms = [values_for(spec, numbers) for spec in specs]
        values = {name: _side_by_side([arm[name] for arm in arms], size) for name in arms[0]}
        cuts = [
            cut
            for arm, spec in enumerate(specs)
            for cut in cuts_of(spec.cut, spec.cut_quarter, (arm * size, (arm + 1) * size))
        ]
        run = capital_loop().start(np.tile(numbers, count), seed=first.seed, parameters=Values(values), cuts=cuts)

        def keep(open_run: Run, low: int = low, high: int = high) -> None:
            series = record(open_run).reshape(len(NAMES), count, high - low)
            found[:, :, open_run.quarter, low:high] = series.swapaxes(0, 1)

        with np.errstate(over="ignore", under="ignore"):
            for _ in range(first.quarters):
                run.step(keep)
        run.closing.check_size(run.quarter)
        errors = np.maximum(errors, [run.closing.worst.get(name, 0.0) for name in IDENTITIES])
    worst = {name: float(error) for name, error in zip(IDENTITIES, errors, strict=True)}
    return [
        Paths(spec=spec, names=NAMES, quarters=labels(first.quarters), values=found[arm], identities=worst)
        for arm, spec in enumerate(specs)
    ]


def _side_by_side(values: list[Any], size: int) -> Any:
    """One parameter of several arms: as it is where all agree, one number per column where they differ or are draws."""
    if all(np.array_equal(value, values[0]) for value in values[1:]) and np.ndim(values[0]) != 1:
        return values[0]
    whole = [np.broadcast_to(np.asarray(value, dtype=np.float64), (*np.shape(value)[:-1], size)) for value in values]
    return np.concatenate(whole, axis=-1)


def labels(quarters: int) -> tuple[str, ...]:
    """Names of the simulated quarters, from 2023Q1."""
    return tuple(
        f"{START_YEAR + (START_QUARTER - 1 + i) // 4}Q{(START_QUARTER - 1 + i) % 4 + 1}" for i in range(quarters)
    )
