"""Parameters of a model: a file with value, range, unit and source per line, and the values a run uses.

A value is a number, or one number per run (posterior ensembles), or one per agent of a group. Every value reaches the
behaviours as a float or as an array whose last axis is the run.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from kanryu.core.errors import InputError, NotFound

Array = npt.NDArray[np.float64]

UNITS = ("1", "usd", "1/quarter", "1/year", "years", "quarters", "index", "log", "people", "usd/year")


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a parameter file.

    value : start value; a list has one entry per agent of a group
    low, high : range of the prior
    source : where the value comes from; "own" = our judgement, to be replaced by evidence
    fitted : whether the calibration may move it
    """

    value: float | list[float]
    low: float
    high: float
    unit: str
    source: str
    symbol: str = ""
    meaning: str = ""
    fitted: bool = False


class Values(Mapping[str, Any]):
    """Parameter values by attribute."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = {name: _shaped(value) for name, value in values.items()}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "_values":
            raise AttributeError(name)
        try:
            return self._values[name]
        except KeyError:
            raise NotFound(key="machine.parameter_unknown", name=name, known=list(self._values)) from None

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def changed(self, **changes: Any) -> Values:
        """A copy with some values replaced."""
        return Values({**self._values, **changes})


def _shaped(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return np.asarray(value, dtype=np.float64)[:, None]
    return value


def read_parameters(path: Path) -> dict[str, Parameter]:
    """All parameters of a TOML file, checked.

    Raises
    ------
    InputError
        The file cannot be read, a line lacks a field, a unit is not known, or a value is outside its range.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as cause:
        raise InputError(key="machine.parameters_unreadable", path=str(path), cause=str(cause)) from cause
    found: dict[str, Parameter] = {}
    for name, table in tables.items():
        try:
            parameter = msgspec.convert(table, Parameter)
        except msgspec.ValidationError as cause:
            raise InputError(key="machine.parameter_line", path=str(path), name=name, cause=str(cause)) from cause
        check_value(name, parameter, parameter.value)
        if parameter.unit not in UNITS:
            raise InputError(key="machine.parameter_unit", name=name, unit=parameter.unit, known=", ".join(UNITS))
        found[name] = parameter
    return found


def check_value(name: str, parameter: Parameter, value: Any) -> None:
    """Refuse a value that is not a number or lies outside the range.

    Raises
    ------
    InputError
        Says the value, the range and the unit.
    """
    numbers = np.atleast_1d(np.asarray(value, dtype=np.float64))
    if not (np.isfinite(numbers).all() and (numbers >= parameter.low).all() and (numbers <= parameter.high).all()):
        raise InputError(
            key="machine.parameter_range",
            name=name,
            value=", ".join(f"{number:g}" for number in numbers[:8]),
            low=f"{parameter.low:g}",
            high=f"{parameter.high:g}",
            unit=parameter.unit,
        )
