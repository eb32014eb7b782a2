"""What must hold in every run and quarter (definitions, section 8), asserted when the books of a quarter are closed.

The changes of deposits and of net worth are recomputed from the bookings and compared with the balances; both are
whole multiples of the grid, so "exactly" means a difference of zero. A failure names identity, run, quarter, account
and difference.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kanryu.core.errors import BooksDoNotClose
from kanryu.machine.books.chart import DEPOSITS, Chart
from kanryu.machine.books.ensemble import Booking, Ensemble, total
from kanryu.machine.books.verbs import REGISTER_VERBS

Array = npt.NDArray[np.float64]

EXACT_TO = 9.0e15  # whole numbers above this are not exact in float64


class Closing:
    """Checks of one chunk over its quarters; `worst` keeps the largest absolute error of each identity.

    Identities by number: 1 deposits, 2 claims, 3 net worth is real capital, 4 net worth explained, 5 flows explain
    deposits, 6 funds, 7 shares, 8 real capital explained, 9 marks create nothing, 10 promises.
    """

    def __init__(self, ensemble: Ensemble, first_run: int = 0, funds: tuple[str, ...] = ()) -> None:
        self.books, self.first_run = ensemble, first_run
        chart = ensemble.chart
        self.funds = [chart.number[agent] for agent in chart.spread(funds)]
        self.real = [
            chart.rows(i.name, agent).start
            for i in chart.instruments.values()
            if i.kind == "real"
            for agent in chart.members[i.name]
        ]
        self.before = ensemble.balances[: len(chart.agents)].copy()
        self.real_before = total(ensemble.balances[self.real]) if self.real else np.zeros(ensemble.runs)
        self.worth_before = net_worth(chart, ensemble.balances)
        self.registers_before = {name: register.copy() for name, register in ensemble.registers.items()}
        self.worst: dict[str, float] = {}

    def close(self, quarter: int) -> None:
        """Assert every identity and start the next quarter.

        Raises
        ------
        BooksDoNotClose
            An identity fails; names it with run, quarter, account and difference.
        """
        books, chart = self.books, self.books.chart
        agents = len(chart.agents)
        cash, worth, real, marks = recompute(chart, books.bookings, books.runs)
        now = net_worth(chart, books.balances)
        self._hold("1 deposits", total(books.balances[:agents]), quarter, [DEPOSITS])
        for name, instrument in chart.instruments.items():
            if instrument.kind == "claim":
                rows = slice(chart.first[name], chart.first[name] + len(chart.members[name]))
                self._hold("2 claims", total(books.balances[rows]), quarter, [name])
            elif instrument.kind == "shares":
                block, issued = chart.block(books.balances, name), chart.issued(books.balances, name)
                self._hold("2 claims", total(block, 1) + issued, quarter, chart.issuers[name])
                units = books.units[name]
                scale = np.maximum(-units[:, -1], 1.0)
                self._hold("7 shares", total(units, 1) / scale, quarter, chart.issuers[name], 1e-9)
        stock = total(books.balances[self.real]) if self.real else np.zeros(books.runs)
        self._hold("3 net worth is real capital", total(now) - stock, quarter, ["system"])
        self._hold("4 net worth explained", now - self.worth_before - worth, quarter, chart.agents)
        moved = books.balances[:agents] - self.before
        self._hold("5 flows explain deposits", moved - cash, quarter, chart.agents)
        if self.funds:
            self._hold("6 funds", now[self.funds], quarter, [chart.agents[i] for i in self.funds])
        if self.real:
            self._hold("8 real capital explained", stock - self.real_before - real, quarter, ["real capital"])
            self.real_before = stock
        self._hold("9 marks create nothing", marks, quarter, ["system"])
        self._promises(quarter)
        self._never_negative(quarter)
        np.copyto(self.before, books.balances[:agents])
        self.worth_before = now
        books.bookings.clear()

    def _promises(self, quarter: int) -> None:
        if not self.books.registers:
            return
        expected = self.registers_before
        for booking in self.books.bookings:
            if booking.plan.flow.register:
                expected[booking.plan.flow.register] += REGISTER_VERBS[booking.plan.flow.verb] * booking.amount
        for name, register in self.books.registers.items():
            gap = (register - expected[name]).reshape(-1, self.books.runs)
            self._hold("10 promises", gap, quarter, [name] * len(gap))
            np.copyto(self.registers_before[name], register)

    def _never_negative(self, quarter: int) -> None:
        for booking in self.books.bookings:
            if booking.plan.verb.kind == "revaluation" or not booking.amount.size:
                continue
            least = float(booking.amount.min())
            if np.isnan(least) or least < 0.0:
                flow = booking.plan.flow
                rows = booking.amount.reshape(-1, self.books.runs)
                run = self.first_run + int(np.argmin(rows.min(axis=0)))
                raise BooksDoNotClose(
                    key="machine.negative_amount", flow=flow.name, run=run, quarter=quarter, amount=f"{least:.0f}"
                )

    def _hold(self, identity: str, gap: Array, quarter: int, names: Sequence[str], tolerance: float = 0.0) -> None:
        worst = 0.0
        if tolerance or gap.any():  # one pass where the identity is exact; not-a-number counts as a gap
            worst = max(float(gap.max()), -float(gap.min()))
        if not worst <= tolerance:
            rows = np.abs(gap.reshape(-1, self.books.runs))
            rows = np.where(np.isfinite(rows), rows, np.inf)
            row, run = (int(i) for i in np.unravel_index(int(np.argmax(rows)), rows.shape))
            raise BooksDoNotClose(
                key="machine.books_open",
                identity=identity,
                run=self.first_run + run,
                quarter=quarter,
                account=names[row],
                gap=f"{gap.reshape(-1, self.books.runs)[row, run]:.6g}",
            )
        if worst > self.worst.get(identity, -1.0):
            self.worst[identity] = worst

    def check_size(self, quarter: int) -> None:
        """Refuse balances too large to be whole numbers in float64."""
        size = max(float(self.books.balances.max()), -float(self.books.balances.min()))
        if not size < EXACT_TO * self.books.grid:
            row = int(np.argmax(np.abs(self.books.balances).max(axis=1)))
            chart = self.books.chart
            raise BooksDoNotClose(
                key="machine.too_large", account=chart.agents[chart.owner[row]], quarter=quarter, size=f"{size:.3g}"
            )


def net_worth(chart: Chart, balances: Array) -> Array:
    """Sum of all balances of each agent, shape (agents, runs)."""
    agents = len(chart.agents)
    worth = balances[:agents].copy()
    for row in range(agents, chart.accounts):
        worth[chart.owner[row]] += balances[row]
    return worth


def recompute(chart: Chart, bookings: list[Booking], runs: int) -> tuple[Array, Array, Array, Array]:
    """Changes of deposits and net worth by agent, of real capital, and the sum of all marks, from bookings alone."""
    agents = len(chart.agents)
    cash, worth = np.zeros((agents, runs)), np.zeros((agents, runs))
    real, marks = np.zeros(runs), np.zeros(runs)
    for plan, _, out, inn in bookings:
        verb = plan.verb
        if plan.flow.register:
            continue
        if verb.cash:
            cash[plan.src] -= out
            cash[plan.dst] += inn
        if verb.kind == "revaluation" and plan.shares:
            for row, agent in enumerate(_agents(chart, chart.issuers[plan.shares][plan.issuer])):
                worth[agent] -= out[row]
            for row, agent in enumerate(_agents(chart, chart.holders[plan.shares][plan.holder_dst])):
                worth[agent] += inn[row]
            marks += total(inn) - total(out)
            continue
        if verb.worth_src:
            worth[plan.src] += verb.worth_src * out
        if verb.worth_dst:
            worth[plan.dst] += verb.worth_dst * inn
        if verb.kind == "revaluation":
            marks += _sum(inn) - _sum(out)
        if verb.real_src:
            real += verb.real_src * _sum(out)
        if verb.real_dst:
            real += verb.real_dst * _sum(inn)
    return cash, worth, real, marks


def _agents(chart: Chart, names: tuple[str, ...]) -> list[int]:
    return [chart.number[name] for name in names]


def _sum(amounts: Array) -> Array:
    return total(amounts) if amounts.ndim > 1 else amounts
