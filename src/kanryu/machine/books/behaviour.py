"""A behaviour: one pure function written as its equation, declared with what it reads, gives and books.

The function takes the view `s` of the quarter and the parameters `p` and returns a dict of the names it declared:
values (`gives`) and amounts of flows (`books`). It never touches the books itself, so it cannot move money without a
counterparty: payer and payee stand in the table of flows.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from kanryu.core.errors import InputError
from kanryu.machine.books import draws
from kanryu.machine.books.chart import DEPOSITS
from kanryu.machine.books.ensemble import Ensemble, total

Array = npt.NDArray[np.float64]
Result = dict[str, Any]


class Behaviour:
    """A declared behaviour.

    reads : values of earlier behaviours of the quarter by name, lags as "last.name", balances as "@instrument",
        shocks as "~name"
    gives : values that later behaviours may read
    books : flows whose amounts it returns
    """

    def __init__(
        self, rule: Callable[[Any, Any], Result], reads: tuple[str, ...], gives: tuple[str, ...], books: tuple[str, ...]
    ) -> None:
        self.rule, self.reads, self.gives, self.books = rule, reads, gives, books
        self.name = rule.__name__
        self.equation = inspect.cleandoc(rule.__doc__ or "")

    def __call__(self, s: Any, p: Any) -> Result:
        return self.rule(s, p)


def behaviour(
    *, reads: tuple[str, ...] = (), gives: tuple[str, ...] = (), books: tuple[str, ...] = ()
) -> Callable[[Callable[[Any, Any], Result]], Behaviour]:
    """Declare a function as a behaviour.

    Examples
    --------
    >>> @behaviour(reads=("last.income",), gives=("tax",), books=("taxes",))
    ... def taxation(s, p):
    ...     "T = theta Y_"
    ...     return {"tax": p.theta * s.last.income, "taxes": p.theta * s.last.income}
    >>> taxation.equation
    'T = theta Y_'
    """

    def declare(rule: Callable[[Any, Any], Result]) -> Behaviour:
        return Behaviour(rule, tuple(reads), tuple(gives), tuple(books))

    return declare


class Lag:
    """Values of the quarter before, by attribute."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise InputError(key="machine.value_unknown", name=f"last.{name}") from None


class View:
    """What a behaviour sees: values given earlier in the quarter, lags, balances and shocks.

    Balances are those after all bookings so far. Arrays must not be changed in place.
    """

    def __init__(
        self, books: Ensemble, values: dict[str, Any], last: dict[str, Any], quarter: int, seed: int, runs: Any
    ) -> None:
        self._books, self._values = books, values
        self._seed, self._runs = seed, runs
        self.quarter = quarter
        self.last = Lag(last)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise InputError(key="machine.value_unknown", name=name) from None

    @property
    def width(self) -> int:
        """Number of runs in the chunk."""
        return self._books.runs

    def cash(self, party: str) -> Array:
        """Deposits of an agent (run,) or a group (agents, run)."""
        return self.balance(DEPOSITS, party)

    def balance(self, instrument: str, party: str) -> Array:
        """Balance of an agent (run,) or a group (agents, run) in a claim or real asset."""
        chart = self._books.chart
        rows = self._books.balances[chart.rows(instrument, party)]
        return rows[0] if chart.is_single(party) else rows

    def holdings(self, instrument: str, issuer: str = "", holder: str = "") -> Array:
        """Market values of holdings (issuers, holders, run)."""
        chart = self._books.chart
        block = chart.block(self._books.balances, instrument)
        rows = chart.issuer_slice(instrument, issuer) if issuer else slice(None)
        columns = chart.holder_slice(instrument, holder) if holder else slice(None)
        return block[rows, columns]

    def issued(self, instrument: str) -> Array:
        """Market value of each issuer's whole issue (issuers, run), as a positive number."""
        return -self._books.chart.issued(self._books.balances, instrument)

    def units(self, instrument: str) -> Array:
        """Units by issuer and holder (issuers, holders, run)."""
        return self._books.units[instrument][:, :-1]

    def price(self, instrument: str) -> Array:
        """Price per unit (issuers, run)."""
        return self._books.price[instrument]

    def register(self, name: str) -> Array:
        """Promises outstanding."""
        return self._books.registers[name]

    def worth(self, agent: str) -> Array:
        """Net worth of one agent after all bookings so far (run,)."""
        chart = self._books.chart
        return total(self._books.balances[chart.rows_of(agent)])

    def normal(self, shock: str, count: int = 1) -> Array:
        """Standard normal shocks (count, run), the same for a run in every experiment with this seed."""
        return draws.normals(self._seed, shock, self._runs, self.quarter, count)

    def uniform(self, shock: str, count: int = 1) -> Array:
        """Uniform shocks (count, run)."""
        return draws.uniforms(self._seed, shock, self._runs, self.quarter, count)


class Recording(View):
    """A view that notes everything a behaviour reads; used once, when a model is loaded."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: set[str] = set()
        inner = self.last
        seen = self.seen

        class Noted:
            def __getattr__(self, name: str) -> Any:
                seen.add(f"last.{name}")
                return getattr(inner, name)

        self.last = Noted()  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            self.seen.add(name)
        return super().__getattr__(name)

    def balance(self, instrument: str, party: str) -> Array:
        self.seen.add("@" + instrument)
        return super().balance(instrument, party)

    def holdings(self, instrument: str, issuer: str = "", holder: str = "") -> Array:
        self.seen.add("@" + instrument)
        return super().holdings(instrument, issuer, holder)

    def issued(self, instrument: str) -> Array:
        self.seen.add("@" + instrument)
        return super().issued(instrument)

    def units(self, instrument: str) -> Array:
        self.seen.add("@" + instrument)
        return super().units(instrument)

    def price(self, instrument: str) -> Array:
        self.seen.add("@" + instrument)
        return super().price(instrument)

    def register(self, name: str) -> Array:
        self.seen.add("@" + name)
        return super().register(name)

    def worth(self, agent: str) -> Array:
        self.seen.add("@worth")
        return super().worth(agent)

    def normal(self, shock: str, count: int = 1) -> Array:
        self.seen.add("~" + shock)
        return super().normal(shock, count)

    def uniform(self, shock: str, count: int = 1) -> Array:
        self.seen.add("~" + shock)
        return super().uniform(shock, count)
