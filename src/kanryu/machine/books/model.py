"""A model: accounts, flows, behaviours by stage and parameters; checked when it is loaded, then run.

Loading refuses a behaviour that returns an undeclared flow or value, reads what it did not declare, reads a value of a
later stage, or books a flow that has no counterparty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from kanryu.core.errors import InputError
from kanryu.machine.books.behaviour import Behaviour, Recording, View
from kanryu.machine.books.chart import Chart
from kanryu.machine.books.ensemble import Ensemble, Plan, plan_flow
from kanryu.machine.books.identities import Closing
from kanryu.machine.books.journal import Entry, Journal
from kanryu.machine.books.verbs import Flow

Array = npt.NDArray[np.float64]
Open = Callable[[Ensemble, Any, Any], dict[str, Any]]


class Cut(msgspec.Struct, frozen=True):
    """A value or flow that is replaced from a quarter on.

    rows : part of the first axis, or all of it
    columns : part of the runs of the chunk, or all of them
    to : what it becomes; None keeps it where it was the quarter before
    """

    name: str
    quarter: int
    rows: tuple[int, int] | None = None
    to: float | None = 0.0
    columns: tuple[int, int] | None = None


class Stage:
    """A named step of the quarter with its behaviours in order."""

    def __init__(self, name: str, *behaviours: Behaviour) -> None:
        self.name, self.behaviours = name, behaviours


class Model:
    """A loaded model.

    Parameters
    ----------
    opening : function (ensemble, parameters, run numbers) -> values before the first quarter
        Sets opening balances and registers and gives the lagged values of the first quarter.
    parameters : any
        Handed to every behaviour as `p`; attributes are floats or arrays with the run axis last.
    grid : float
        Smallest step of money; a power of two so that sums are exact.
    funds : names of agents whose net worth is zero after every quarter
    """

    def __init__(
        self,
        name: str,
        chart: Chart,
        flows: Sequence[Flow],
        stages: Sequence[Stage],
        opening: Open,
        parameters: Any,
        *,
        grid: float = 1.0,
        funds: tuple[str, ...] = (),
    ) -> None:
        self.name, self.chart, self.stages = name, chart, tuple(stages)
        self.opening, self.parameters, self.grid, self.funds = opening, parameters, grid, funds
        self.flows = {flow.name: flow for flow in flows}
        self.plans: dict[str, Plan] = {flow.name: plan_flow(chart, flow) for flow in flows}
        self.giver: dict[str, tuple[int, Behaviour]] = {}
        self._check_declarations()
        self._check_by_running()

    def behaviours(self) -> list[tuple[int, Stage, Behaviour]]:
        """All behaviours in order with the number of their stage."""
        return [(i, stage, rule) for i, stage in enumerate(self.stages) for rule in stage.behaviours]

    def _check_declarations(self) -> None:
        order: dict[str, int] = {}
        for position, (number, _, rule) in enumerate(self.behaviours()):
            for flow in rule.books:
                if flow not in self.flows:
                    raise InputError(key="machine.flow_undeclared", behaviour=rule.name, flow=flow)
            for name in (*rule.gives, *rule.books):
                if name in order:
                    raise InputError(key="machine.given_twice", name=name, behaviour=rule.name)
                order[name] = position
                self.giver[name] = (number, rule)
        for position, (_, stage, rule) in enumerate(self.behaviours()):
            for name in rule.reads:
                if name.startswith(("last.", "@", "~")):
                    continue
                if name not in order:
                    raise InputError(key="machine.read_unknown", behaviour=rule.name, name=name)
                if order[name] >= position:
                    raise InputError(key="machine.read_later", behaviour=rule.name, name=name, stage=stage.name)

    def _check_by_running(self) -> None:
        """Two quarters of two runs, noting what each behaviour really reads and returns."""
        run = Run(self, runs=np.arange(2, dtype=np.uint64), seed=0, view=Recording)
        for _ in range(2):
            run.step()

    def start(self, runs: Any, seed: int = 0, **options: Any) -> Run:
        """Open the books for the given run numbers."""
        return Run(self, runs=np.asarray(runs, dtype=np.uint64), seed=seed, **options)


class Run:
    """A chunk of runs on its way through the quarters.

    Parameters
    ----------
    runs : (n,) run numbers; a run is the same in any chunk
    parameters : replaces the model's parameters
    cuts : values or flows that are replaced from a quarter on
    """

    def __init__(
        self,
        model: Model,
        runs: npt.NDArray[np.uint64],
        seed: int = 0,
        *,
        parameters: Any = None,
        cuts: Sequence[Cut] = (),
        view: type[View] = View,
        check: bool = True,
    ) -> None:
        self.model, self.runs, self.seed = model, runs, seed
        self.parameters = model.parameters if parameters is None else parameters
        self.cuts: dict[str, list[Cut]] = {}
        for cut in cuts:
            self.cuts.setdefault(cut.name, []).append(cut)
        self.view_type, self.check = view, check
        self.books = Ensemble(model.chart, model.plans, runs.size, model.grid)
        self.last: dict[str, Any] = model.opening(self.books, self.parameters, runs)
        self.values: dict[str, Any] = {}
        self.quarter = 0
        first = int(runs[0]) if runs.size else 0
        self.closing = Closing(self.books, first, model.funds)
        self.entries_of: list[tuple[str, str]] = []

    def step(self, before_close: Callable[[Run], None] | None = None) -> dict[str, Any]:
        """Run one quarter and close its books; gives back the values of the quarter."""
        self.values = {}
        self.entries_of = []
        for stage in self.model.stages:
            for rule in stage.behaviours:
                self._follow(stage, rule)
        if before_close is not None:
            before_close(self)
        if self.check:
            self.closing.close(self.quarter)
            if self.quarter % 8 == 7:
                self.closing.check_size(self.quarter)
        else:
            self.books.bookings.clear()
        self.last = self.values
        self.quarter += 1
        return self.values

    def _follow(self, stage: Stage, rule: Behaviour) -> None:
        view = self.view_type(self.books, self.values, self.last, self.quarter, self.seed, self.runs)
        result = rule(view, self.parameters)
        if isinstance(view, Recording):
            self._compare(rule, view, result)
        for name in rule.gives:
            self.values[name] = self._cut(name, result[name]) if name in self.cuts else result[name]
        for name in rule.books:
            amount = self._cut(name, result[name]) if name in self.cuts else result[name]
            before = len(self.books.bookings)
            self.values[name] = self.books.book(name, amount)
            self.entries_of += [(stage.name, rule.name)] * (len(self.books.bookings) - before)

    def _cut(self, name: str, value: Any) -> Any:
        for cut in self.cuts[name]:
            if self.quarter < cut.quarter:
                continue
            shape = self.books.shape_of(self.model.plans[name]) if name in self.model.plans else np.shape(value)
            value = np.array(np.broadcast_to(value, shape), dtype=np.float64)
            rows = (slice(None),) if cut.rows is None else (slice(*cut.rows),)
            where = (*rows, ..., slice(None) if cut.columns is None else slice(*cut.columns))
            if value.ndim == 1:
                where = where[-1:]
            value[where] = np.asarray(self.last[name])[where] if cut.to is None else cut.to
        return value

    def _compare(self, rule: Behaviour, view: Recording, result: dict[str, Any]) -> None:
        if set(result) != {*rule.gives, *rule.books}:
            wrong = sorted(set(result) ^ {*rule.gives, *rule.books})
            raise InputError(key="machine.result_undeclared", behaviour=rule.name, names=", ".join(wrong))
        hidden = sorted(view.seen - set(rule.reads) - {"width", "quarter"})
        if hidden:
            raise InputError(key="machine.read_undeclared", behaviour=rule.name, names=", ".join(hidden))

    def entries(self, position: int = 0) -> list[Entry]:
        """The bookings of the open quarter for one run of the chunk, as rows of a journal."""
        rows: list[Entry] = []
        for booking, (stage, rule) in zip(self.books.bookings, self.entries_of, strict=True):
            rows += self._rows(booking.plan, booking.amount, stage, rule, position)
        return rows

    def _rows(self, plan: Plan, amounts: Array, stage: str, rule: str, position: int) -> list[Entry]:
        chart, flow = self.model.chart, plan.flow
        payers, payees = chart.agents[plan.src], chart.agents[plan.dst] if plan.verb.needs_payee else ("",)
        if plan.flow.verb == "trade":
            issuers = chart.issuers[plan.shares][plan.issuer]
            pairs = [(payers[0], payees[0], issuer) for issuer in issuers]
        elif plan.flow.verb == "mark":
            holders = chart.holders[plan.shares][plan.holder_dst]
            issuers = chart.issuers[plan.shares][plan.issuer]
            pairs = [(issuer, holder, "") for issuer in issuers for holder in holders]
        elif flow.is_matched:
            pairs = [(a, b, "") for a, b in zip(payers, payees, strict=True)]
        else:
            pairs = [(a, b, "") for a in payers for b in payees]
        column = amounts.reshape(-1, amounts.shape[-1])[:, position]
        return [
            Entry(
                quarter=self.quarter,
                stage=stage,
                rule=rule,
                flow=flow.name,
                verb=flow.verb,
                src=src,
                dst=dst,
                amount=round(float(amount) / self.model.grid),
                instrument=flow.instrument,
                asset=flow.asset or flow.instrument,
                word=flow.word or flow.instrument or flow.verb,
                issuer=issuer,
                is_shares=bool(plan.shares),
                register=flow.register,
            )
            for (src, dst, issuer), amount in zip(pairs, column, strict=True)
            if amount != 0.0
        ]


def opening_journal(model: Model, run: Run, position: int = 0) -> Journal:
    """A journal that starts with the balances of one run of a chunk."""
    journal = Journal()
    for key, row in account_rows(model.chart).items():
        amount = round(float(run.books.balances[row, position]) / model.grid)
        if amount:
            journal.balances[key] = amount
    return journal


def account_rows(chart: Chart) -> dict[tuple[str, ...], int]:
    """Key of an account in the journal -> its row in the ensemble."""
    found: dict[tuple[str, ...], int] = {}
    for name, instrument in chart.instruments.items():
        row = chart.first[name]
        if instrument.kind == "shares":
            for issuer in chart.issuers[name]:
                for holder in chart.holders[name]:
                    found[holder, name, issuer] = row
                    row += 1
            for issuer in chart.issuers[name]:
                found[issuer, name] = row
                row += 1
            continue
        for agent in chart.members[name]:
            found[agent, name] = row
            row += 1
    return found
