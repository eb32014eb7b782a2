"""What follows from what is known about a company's own money, and nothing more: one linear programme.

Formulation, for company A, flows f = (leg, year) from u to v, years in order.

    variables   a_f  amount of the flow                      low_f <= a_f <= high_f (high may be infinite)
                x_f  own money of A in it                    0 <= x_f
    tagged      x_f = a_f        flows by which A finances (equity, convertibles, loans, credits, called guarantees)
                x_f = 0          everything else that A pays, and flows on no way home
    carried     x_f <= a_f                                                                  flows of others
    held        sum of x out of v up to year y  <=  sum of x into v up to year y            every v != A, every y
    totals      sum of a over sales to v in y  <=  reported revenue of v in y
                sum of a over goods bought by u in y  <=  reported capital expenditure of u in y
                sum of a over equity paid by u in y  <=  reported purchases of equity by u in y
    objective   sum of x_f over flows into A that are counted (purchases, leases, revenue share)

Derivation. A tracing rule allocates units of money; whatever the amounts really were, its allocation has x <= a on
every payment, never lets an account pay on more own money of A than reached it, and the amounts satisfy what is
reported. Summing payments within a year keeps each of these, so the yearly sums of every rule on every ledger that
fits the facts are feasible: the optimum of the relaxation bounds them all. Products of unknowns never occur because a
rule's proportion is not fixed, only tagged <= amount and tagged holding <= balance, so the programme stays linear.

The limit "tagged holding <= balance" binds only where a company's other money is known: `limited` companies have no
money but what the case and their reported revenue show. For those, with B the balance, w what they spend elsewhere
and z the own money of A in that,

    B(y) = sum up to y of (financing in + revenue - a out - w) >= 0,   Y(y) = sum (x in - x out - z),
    0 <= Y(y) <= B(y),   0 <= z <= w.

For all others the case does not know what they hold, the least that comes home is therefore 0, and money that they
had before is not A's. Money that left the companies of the case is taken as gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from kanryu.case.records import REVENUE
from kanryu.follow.case_trace_figures import Reported
from kanryu.follow.case_trace_flows import UNLIMITED, CaseFlows, Flow
from kanryu.follow.case_trace_records import Conflict

Float64 = npt.NDArray[np.float64]

LIMITS = (
    ("revenue", "payee", REVENUE),
    ("capex", "payer", ("purchase_goods",)),
    ("equity_paid", "payer", ("equity", "convertible")),
)


@dataclass
class Programme:
    """The linear programme of one company on one rung; `solve` optimises sums of its variables."""

    data: CaseFlows
    company: str
    reported: Reported
    limited: tuple[str, ...] = ()
    core: list[Flow] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    unit: float = 1.0
    _amount: dict[tuple[str, int], int] = field(default_factory=dict)
    _own: dict[tuple[str, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        finite = [f.high if f.high < UNLIMITED else f.low for f in self.data.flows]
        self.unit = max(finite, default=0.0) / 1e4 or 1.0  # the solver works best with numbers of this size
        self.core = core_flows(self.data, self.company)
        self._flows = self._relevant()
        for flow in self._flows:
            self._amount[flow.key, flow.year] = len(self._amount)
        columns = len(self._amount)
        for flow in self.core:
            if flow.payer == self.company:
                self._own[flow.key, flow.year] = self._amount[flow.key, flow.year]
            else:
                self._own[flow.key, flow.year] = columns
                columns += 1
        self._columns = columns
        self._entries: tuple[list[int], list[int], list[float]] = ([], [], [])
        self._right: list[float] = []
        self._low, self._high = np.zeros(columns), np.full(columns, UNLIMITED)
        for flow in self._flows:
            place = self._amount[flow.key, flow.year]
            self._low[place], self._high[place] = flow.low / self.unit, flow.high / self.unit
        self._carried()
        self._held()
        self._totals()
        for entity in self.limited:
            self._balance(entity)

    def _relevant(self) -> list[Flow]:
        """Flows with a variable amount: those on the way, A's financing and receipts, those of limited companies."""
        wanted = {(f.key, f.year) for f in self.core}
        wanted |= {(f.key, f.year) for f in (*self.data.tagged(self.company), *self.data.home(self.company))}
        return [
            f
            for f in self.data.flows
            if (f.key, f.year) in wanted or f.payer in self.limited or f.payee in self.limited
        ]

    def _row(self, terms: Mapping[int, float], right: float) -> None:
        row = len(self._right)
        for column, factor in terms.items():
            self._entries[0].append(row)
            self._entries[1].append(column)
            self._entries[2].append(factor)
        self._right.append(right)

    def _carried(self) -> None:
        for flow in self.core:
            if flow.payer != self.company:
                self._row({self._own[flow.key, flow.year]: 1.0, self._amount[flow.key, flow.year]: -1.0}, 0.0)

    def _held(self) -> None:
        companies = {f.payer for f in self.core} - {self.company}
        for company in companies:
            for year in sorted({f.year for f in self.core if f.payer == company}):
                terms: dict[int, float] = {}
                for flow in self.core:
                    if flow.year <= year and company in (flow.payer, flow.payee):
                        terms[self._own[flow.key, flow.year]] = 1.0 if flow.payer == company else -1.0
                self._row(terms, 0.0)

    def _totals(self) -> None:
        for kind, side, instruments in LIMITS:
            groups: dict[tuple[str, int], list[Flow]] = {}
            for flow in self.data.flows:
                if flow.instrument in instruments:
                    groups.setdefault((getattr(flow, side), flow.year), []).append(flow)
            for (entity, year), flows in groups.items():
                total = self.reported.total(entity, kind, year)
                mine = [f for f in flows if (f.key, f.year) in self._amount]
                if total is None or not mine:
                    continue
                least = sum(f.low for f in flows)
                others = least - sum(f.low for f in mine)
                if least > total.high * (1 + 1e-9):
                    self.conflicts.append(Conflict(entity, kind, year, least, total.high))
                    others = 0.0
                    for flow in mine:
                        self._low[self._amount[flow.key, flow.year]] = 0.0
                terms = {self._amount[f.key, f.year]: 1.0 for f in mine}
                self._row(terms, (total.high - others) / self.unit)

    def _balance(self, entity: str) -> None:
        """Tagged holding <= balance for a company whose money is all known."""
        years = sorted({f.year for f in self.data.flows if entity in (f.payer, f.payee)})
        spent = {year: self._columns + 2 * i for i, year in enumerate(years)}  # w; z stands behind it
        self._columns += 2 * len(years)
        self._low = np.append(self._low, np.zeros(2 * len(years)))
        self._high = np.append(self._high, np.full(2 * len(years), UNLIMITED))
        balance: dict[int, float] = {}
        holding: dict[int, float] = {}
        revenue = 0.0
        for year in years:
            total = self.reported.total(entity, "revenue", year)
            revenue += total.high / self.unit if total is not None else 0.0
            for flow in (f for f in self._flows if f.year == year and entity in (f.payer, f.payee)):
                sign = 1.0 if flow.payee == entity else -1.0
                if not (sign > 0 and total is not None and flow.instrument in REVENUE):
                    balance[self._amount[flow.key, year]] = sign
                if (flow.key, year) in self._own:
                    holding[self._own[flow.key, year]] = sign
            balance[spent[year]] = -1.0
            holding[spent[year] + 1] = -1.0
            self._row({column: -factor for column, factor in balance.items()}, revenue)
            self._row({column: -factor for column, factor in holding.items()}, 0.0)
            gap = dict(holding)
            for column, factor in balance.items():
                gap[column] = gap.get(column, 0.0) - factor
            self._row(gap, revenue)
            self._row({spent[year] + 1: 1.0, spent[year]: -1.0}, 0.0)

    def own(self, years: Iterable[int]) -> dict[int, float]:
        """Objective: own money in the counted inflow of these years."""
        wanted = set(years)
        return {
            self._own[f.key, f.year]: 1.0
            for f in self.core
            if f.payee == self.company and f.year in wanted and f.payer != self.company
        }

    def own_of(self, flow: Flow) -> tuple[int, ...]:
        """The variable of own money in a flow, if it has one."""
        place = self._own.get((flow.key, flow.year))
        return () if place is None else (place,)

    def amounts(self, flows: Iterable[Flow]) -> dict[int, float]:
        """Objective: the amounts of these flows (those that are not variables are left out)."""
        return {self._amount[f.key, f.year]: 1.0 for f in flows if (f.key, f.year) in self._amount}

    def solve(
        self,
        objective: Mapping[int, float],
        *,
        largest: bool,
        fixed: Mapping[tuple[str, int], tuple[float, float]] | None = None,
    ) -> tuple[float | None, Float64 | None]:
        """Least or largest value of a sum of variables, whole currency, and the point where it is reached.

        Parameters
        ----------
        fixed : other limits (low, high) for some flows, by (leg key, year)

        Returns
        -------
        (value, point); value is infinite when nothing limits it, and None when the facts contradict each other
        """
        if not objective:
            return 0.0, None
        is_own_only = all(column >= len(self._amount) and factor > 0 for column, factor in objective.items())
        if not largest and not self.limited and is_own_only:
            return 0.0, None  # nothing forces own money home where nobody's other money is known
        from scipy.optimize import linprog
        from scipy.sparse import csr_array

        low, high = self._low.copy(), self._high.copy()
        for place, (least, most) in (fixed or {}).items():
            if place in self._amount:
                low[self._amount[place]], high[self._amount[place]] = least / self.unit, most / self.unit
        cost = np.zeros(self._columns)
        for column, factor in objective.items():
            cost[column] = -factor if largest else factor
        rows, columns, factors = self._entries
        matrix = csr_array((factors, (rows, columns)), shape=(len(self._right), self._columns))
        answer: Any = linprog(  # type: ignore[call-overload]
            cost,
            A_ub=matrix if self._right else None,
            b_ub=np.array(self._right) if self._right else None,
            bounds=np.column_stack((low, high)),
            method="highs",
        )
        if answer.status == 3:
            return (UNLIMITED if largest else -UNLIMITED), None
        if answer.status != 0:
            return None, None
        value = float(-answer.fun if largest else answer.fun) * self.unit
        return (0.0 if abs(value) < 1e-6 * self.unit else round(value, 2)), answer.x * self.unit

    def amount_at(self, point: Float64, flow: Flow) -> float:
        """The amount of a flow at a point that `solve` gave."""
        place = self._amount.get((flow.key, flow.year))
        return flow.low if place is None else float(point[place])


def core_flows(data: CaseFlows, company: str) -> list[Flow]:
    """Flows by which money that the company paid as financing can have come home as counted inflow, in time."""
    never = 10**6
    reached: dict[str, int] = {}
    last: dict[str, int] = {}
    able = [f for f in data.flows if f.high > 0]
    is_changed = True
    while is_changed:  # earliest year in which own money can be with a company
        is_changed = False
        for flow in able:
            starts = (
                flow.instrument in data.tag if flow.payer == company else reached.get(flow.payer, never) <= flow.year
            )
            if starts and flow.payee != company and flow.year < reached.get(flow.payee, never):
                reached[flow.payee] = flow.year
                is_changed = True
    is_changed = True
    while is_changed:  # latest year in which a company can still send it on its way home
        is_changed = False
        for flow in able:
            if flow.payer != company and _leads(flow, data, company, last) and flow.year > last.get(flow.payer, -never):
                last[flow.payer] = flow.year
                is_changed = True
    return [
        flow
        for flow in able
        if _leads(flow, data, company, last)
        and (
            (flow.payer == company and flow.instrument in data.tag)
            or (flow.payer != company and reached.get(flow.payer, never) <= flow.year)
        )
    ]


def _leads(flow: Flow, data: CaseFlows, company: str, last: Mapping[str, int]) -> bool:
    if flow.payee == company:
        return flow.instrument in data.count
    return last.get(flow.payee, -(10**6)) >= flow.year
