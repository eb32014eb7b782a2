"""Two eras on one clock: the same measure at the same distance from a start, a peak, or a level of investment.

Which clock is chosen decides what the picture says, so the choice is an input and stands in the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np

from kanryu.core.errors import InputError, UsageError

Clock = Literal["start", "peak", "share"]
Base = Literal["none", "clock"]


class Era(msgspec.Struct, frozen=True, kw_only=True):
    """One series of an overlay. `start` is the label at which the era begins by the chooser's account.

    share : the measure that the clock `share` reads (for example investment in percent of GDP), by the same labels
    """

    name: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    start: str = ""
    share: tuple[float, ...] = ()
    source: str = ""


class AlignedEra(msgspec.Struct, frozen=True, kw_only=True):
    """`steps[i]` = distance of `values[i]` from the clock's zero, in steps of the series (months, quarters, years)."""

    name: str
    zero: str
    steps: tuple[int, ...]
    labels: tuple[str, ...]
    values: tuple[float, ...]
    source: str


class Overlay(msgspec.Struct, frozen=True, kw_only=True):
    """Eras on one clock; `base` says whether values are multiples of the value at the clock's zero.

    missing : eras that never reach the clock's zero, with what they lack
    """

    clock: Clock
    base: Base
    threshold: float | None
    eras: tuple[AlignedEra, ...]
    missing: tuple[str, ...] = ()


def overlay(
    eras: Sequence[Era], *, clock: Clock = "start", base: Base = "none", threshold: float | None = None
) -> Overlay:
    """Align eras by a clock.

    Parameters
    ----------
    clock : {"start", "peak", "share"}
        Zero at each era's own start, at its highest value, or where its share first reaches `threshold`.
    base : {"none", "clock"}
        Values as they are, or as multiples of the value at zero.
    threshold : float
        Needed for the clock `share`.

    Notes
    -----
    The peak of a series that is still rising is its last value so far: an era that has not ended has no known peak,
    and the comparison by that clock assumes that it is now. The caller should say so.

    Raises
    ------
    UsageError
        Clock `share` without a threshold.
    InputError
        An era whose labels and values differ in number, or whose start is not among its labels.

    Examples
    --------
    >>> one = Era(name="a", labels=("1999", "2000", "2001"), values=(2.0, 4.0, 1.0), start="1999")
    >>> overlay([one], clock="peak", base="clock").eras[0].steps
    (-1, 0, 1)
    """
    if clock == "share" and threshold is None:
        raise UsageError(key="market.threshold_missing")
    aligned, missing = [], []
    for era in eras:
        if not era.labels or len(era.labels) != len(era.values):
            raise InputError(key="market.era_shape", name=era.name)
        zero = _zero(era, clock, threshold)
        if zero is None:
            missing.append(era.name)
            continue
        scale = era.values[zero] if base == "clock" else 1.0
        if scale == 0:
            missing.append(era.name)
            continue
        aligned.append(
            AlignedEra(
                name=era.name,
                zero=era.labels[zero],
                steps=tuple(range(-zero, len(era.labels) - zero)),
                labels=era.labels,
                values=tuple(v / scale for v in era.values),
                source=era.source,
            )
        )
    return Overlay(clock=clock, base=base, threshold=threshold, eras=tuple(aligned), missing=tuple(missing))


def _zero(era: Era, clock: Clock, threshold: float | None) -> int | None:
    if clock == "peak":
        return int(np.argmax(era.values))
    if clock == "share":
        reached = [i for i, v in enumerate(era.share) if threshold is not None and v >= threshold]
        return reached[0] if reached else None
    if era.start not in era.labels:
        raise InputError(key="market.era_start", name=era.name, found=era.start)
    return era.labels.index(era.start)
