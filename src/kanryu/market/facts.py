"""Market figures of a case as of a day: one value per date, from one vintage, never one that was published later.

A series is named by its file, entity and metric, and that name is one vintage: figures that a publisher restated
stand under another metric. Where one date has several values, the one published last by the day is used and the
others are counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from kanryu.case.figures import is_public, is_relayed, value_of
from kanryu.case.records import Case, Figure
from kanryu.core.dates import PartialDate, parse_date
from kanryu.core.errors import InputError


class Point(msgspec.Struct, frozen=True):
    """A value and what it rests on. Money is in whole currency, percent is a share, all else as the source gives it.

    period : what the table calls it; a fiscal quarter stands under the calendar quarter that it is nearest to, and
        `figure.period` holds its real end
    """

    period: PartialDate
    value: float
    figure: Figure

    @property
    def label(self) -> str:
        """The period as the source gives it."""
        return self.period.text


class Reader:
    """Reads series of a case and remembers which sources were used."""

    def __init__(self, case: Case, true_by: dt.date | None = None, known_by: dt.date | None = None) -> None:
        self.case = case
        self.true_by = true_by
        self.known_by = known_by
        self._others: dict[str, Reader] = {}
        self.late = 0  # figures not yet published on the day

    def points(self, series: str, entity: str, metric: str, *, since: str = "", until: str = "") -> tuple[Point, ...]:
        """All values of one series in order of date, as known on the day.

        Parameters
        ----------
        since, until : str
            Partial dates that limit the periods, both included.

        Raises
        ------
        InputError
            The case holds no such series at all (a series without a value on that day is empty, not an error).
        """
        figures = [f for f in self._all(series) if f.entity == entity and f.metric == metric and not is_relayed(f)]
        if not figures:
            raise InputError(key="market.series_missing", series=series, entity=entity, metric=metric)
        best: dict[tuple[dt.date, dt.date], Point] = {}
        for figure in figures:
            if figure.period is None or figure.value is None:
                continue
            if not is_public(figure, self.known_by):
                self.late += 1
                continue
            if self.true_by is not None and not figure.period.certainly_by(self.true_by):
                continue
            label = figure.period_text
            if (since and label < since) or (until and label[: len(until)] > until):
                continue
            point = Point(_named(figure), _plain(figure), figure)
            key = (point.period.first, point.period.last)
            other = best.get(key)
            if other is None or _published(figure) > _published(other.figure):
                best[key] = point
        return tuple(best[key] for key in sorted(best, key=lambda key: (key[1], key[0])))

    def other(self, name: str) -> Reader:
        """A reader of another built-in case, as of the same day, for comparisons."""
        if not name or name == self.case.id:
            return self
        from kanryu.formats.source import Request, read_case

        if name not in self._others:
            self._others[name] = Reader(read_case(Request(target=name)), self.true_by, self.known_by)
        return self._others[name]

    def latest(self, series: str, entity: str, metric: str) -> Point | None:
        """The last value known on the day, or None."""
        found = self.points(series, entity, metric)
        return found[-1] if found else None

    def at(self, series: str, entity: str, metric: str, period: str) -> Point | None:
        """The value of one period, or None."""
        return next((p for p in self.points(series, entity, metric) if p.label == period), None)

    def _all(self, series: str) -> Sequence[Figure]:
        return self.case.figures if series == "figures" else self.case.series.of(series)


def _published(figure: Figure) -> int:
    return figure.known_on.last.toordinal() if figure.known_on is not None else 0


def _named(figure: Figure) -> PartialDate:
    """The period by the name that the table gives it, where that is a date."""
    assert figure.period is not None
    try:
        return parse_date(figure.period_text)
    except InputError:
        return figure.period


def _plain(figure: Figure) -> float:
    money = value_of(figure)
    if money is not None:
        return float(money[0])
    assert figure.value is not None
    return float(figure.value / 100 if figure.unit.startswith("percent") else figure.value)


def month_steps(points: Sequence[Point]) -> list[int]:
    """Months between each point and the one before it."""
    ends = [p.period.last for p in points]
    return [(b.year - a.year) * 12 + b.month - a.month for a, b in pairwise(ends)]


def last_stretch(points: Sequence[Point]) -> tuple[Point, ...]:
    """The last run of points without a gap: a series with a hole is not bridged."""
    steps = month_steps(points)
    if not steps:
        return tuple(points)
    usual = sorted(steps)[len(steps) // 2]
    begin = max((i + 1 for i, step in enumerate(steps) if step != usual), default=0)
    return tuple(points[begin:])


def sources_of(points: Sequence[Point | None]) -> tuple[str, ...]:
    """Addresses of the figures used, each once."""
    return tuple(dict.fromkeys(p.figure.source.url for p in points if p is not None))


def trailing_year(points: Sequence[Point]) -> list[tuple[str, float]]:
    """Sums of four successive quarters by the last of them; a missing quarter gives no sum."""
    found = []
    for i in range(3, len(points)):
        four = points[i - 3 : i + 1]
        if all(p.period.precision == "quarter" for p in four) and month_steps(four) == [3, 3, 3]:
            found.append((points[i].label, sum(p.value for p in four)))
    return found
