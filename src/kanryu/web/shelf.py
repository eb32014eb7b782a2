"""The cases that a server holds: built in, given on the command line, or brought by the reader.

A reader's own case lives in memory only, under a name that cannot be guessed, apart from all others. Answers are
kept as the bytes that were sent, so that looking twice costs nothing and gives the same.
"""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec

from kanryu.case.records import Case
from kanryu.core.errors import NotFound, UsageError
from kanryu.core.problems import Problem
from kanryu.formats.checking import Checked, check_facts
from kanryu.formats.source import Request, built_in_cases, read_case
from kanryu.web.settings import Limits

Found = tuple[Checked, tuple[Problem, ...]]
Origin = Literal["built-in", "given", "own"]
KEPT_ANSWERS = 600


class Listed(msgspec.Struct, frozen=True):
    """One case as the page lists it. Money is in `currency`; `last` is the day of the last event."""

    id: str
    title_en: str
    title_ja: str
    origin: Origin
    currency: str
    entities: int
    legs: int
    events: int
    problems: int
    first: dt.date | None
    last: dt.date | None


class Shelf:
    """Cases by id, read when they are first asked for."""

    def __init__(self, target: str = "ai", limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._lock = threading.RLock()
        self._targets: dict[str, tuple[Origin, str]] = {name: ("built-in", name) for name in built_in_cases()}
        self._cases: dict[str, Case] = {}
        self._own: OrderedDict[str, Case] = OrderedDict()
        self._found: dict[str, Found] = {}
        self._answers: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()
        self._working: dict[tuple[Any, ...], threading.Lock] = {}
        if target in self._targets:
            self.first = target
        else:
            self.first = Path(target).stem.lower().replace(" ", "-") or "case"
            if self.first in self._targets:
                self.first += "-own"
            self._targets[self.first] = ("given", target)
            self.case(self.first)  # a path that cannot be read is said before a page opens

    def case(self, name: str) -> Case:
        """The case of that id.

        Raises
        ------
        NotFound
            No such case on this server.
        """
        with self._lock:
            if name in self._own:
                return self._own[name]
            if name not in self._targets:
                raise NotFound(key="web.error.case_unknown", name=name, known=list(self._targets))
            if name not in self._cases:
                self._cases[name] = read_case(Request(target=self._targets[name][1]))
            return self._cases[name]

    def origin(self, name: str) -> Origin:
        """Where the case comes from."""
        return "own" if name in self._own else self._targets[name][0]

    def listed(self, name: str) -> Listed:
        """One case as the page lists it."""
        case = self.case(name)
        days = [event.date.last for event in case.events]
        return Listed(
            name,
            case.title_en or name,
            case.title_ja or case.title_en or name,
            self.origin(name),
            case.currency,
            len(case.entities),
            len(case.legs),
            len(case.events),
            len(case.problems),
            min(days, default=None),
            max(days, default=None),
        )

    def names(self) -> tuple[str, ...]:
        """The cases that everybody may see: own ones are reached by their id only."""
        return tuple(sorted(self._targets, key=lambda name: (name != self.first, name)))

    def checked(self, name: str) -> Found:
        """How the facts of a case stand: problems with their places, and their count."""
        case = self.case(name)
        with self._lock:
            if name not in self._found:
                self._found[name] = check_facts(Request(target=self._targets[name][1]))
            assert case is not None
            return self._found[name]

    def add(self, case: Case, found: Found) -> str:
        """Keep a reader's case; the oldest goes when there are too many."""
        name = "own-" + secrets.token_hex(12)
        with self._lock:
            self._own[name] = msgspec.structs.replace(case, id=name)
            self._found[name] = found
            while len(self._own) > self.limits.uploads:
                self.forget(next(iter(self._own)))
        return name

    def forget(self, name: str) -> None:
        """Drop a reader's case and every answer about it.

        Raises
        ------
        UsageError
            The case is not a reader's own.
        """
        with self._lock:
            if name not in self._own:
                raise UsageError(key="web.error.not_own", name=name)
            del self._own[name], self._found[name]
            for key in [key for key in self._answers if name in key]:
                del self._answers[key]

    def kept(self, key: tuple[Any, ...]) -> bytes | None:
        """The kept bytes of `key`, if there are any."""
        with self._lock:
            return self._answers.get(key)

    def keep(self, key: tuple[Any, ...], made: bytes) -> None:
        """Keep bytes; the oldest go when there are too many."""
        with self._lock:
            if key[0] in self._own or key[0] in self._targets or key[0] == "machine":
                self._answers[key] = made
            while len(self._answers) > KEPT_ANSWERS:
                self._answers.popitem(last=False)

    def answer(self, key: tuple[Any, ...], make: Callable[[], bytes]) -> bytes:
        """The kept bytes of `key`, or what `make` gives; two askers of the same thing share one computation."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
            working = self._working.setdefault(key, threading.Lock())
        with working:
            with self._lock:
                if key in self._answers:
                    return self._answers[key]
            made = make()
            self.keep(key, made)
            with self._lock:
                self._working.pop(key, None)
            return made
