"""The ensemble body: all runs of a chunk at once, state `[account, run]`, the run axis last.

Amounts are rounded to the grid (whole dollars by default; textbook models use a power of two), so sums are exact in
any order. Every booking of the quarter is kept until the books are closed; `identities` recomputes the changes of
deposits and net worth from these bookings, independently of the balances.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from kanryu.core.errors import InputError
from kanryu.machine.books.chart import DEPOSITS, Chart
from kanryu.machine.books.verbs import REGISTER_VERBS, VERBS, Flow, Verb

Array = npt.NDArray[np.float64]


class Plan(NamedTuple):
    """A flow with its rows looked up once."""

    flow: Flow
    verb: Verb
    src: slice
    dst: slice
    src_axis: bool
    dst_axis: bool
    src_claim: slice
    dst_claim: slice
    src_real: slice
    dst_real: slice
    shares: str
    issuer: slice
    holder_src: slice
    holder_dst: slice


class Booking(NamedTuple):
    """One flow of the quarter as booked: amounts on the grid, `out` per payer, `inn` per payee (with their axes)."""

    plan: Plan
    amount: Array
    out: Array
    inn: Array


_NONE = slice(0, 0)


def total(rows: Array, axis: int = 0) -> Array:
    """Sum over an axis of agents, row by row, so that the order never depends on the number of runs.

    NumPy adds row after row as long as the contiguous run axis is longer than one; for a single run it would sum in
    pairs, so that case is written out.
    """
    if rows.shape[-1] > 1:
        return np.add.reduce(rows, axis=axis)  # type: ignore[no-any-return]
    rows = np.moveaxis(rows, axis, 0)
    result: Array = rows[0].copy() if len(rows) else np.zeros(rows.shape[1:])
    for row in rows[1:]:
        result += row
    return result


def plan_flow(chart: Chart, flow: Flow) -> Plan:
    """Rows and axes of a flow.

    Raises
    ------
    InputError
        The verb is unknown, or money would move without a counterparty.
    NotFound
        A party, instrument or account does not exist.
    """
    verb = VERBS.get(flow.verb)
    if verb is None:
        raise InputError(key="machine.verb_unknown", flow=flow.name, verb=flow.verb)
    if not flow.payer or (verb.needs_payee and not flow.payee):
        raise InputError(key="machine.no_counterparty", flow=flow.name, verb=flow.verb)
    payee = flow.payee or flow.payer
    instrument = chart.instruments.get(flow.instrument)
    if instrument is None and (flow.instrument or verb.claim or verb.real_src):
        chart.rows(flow.instrument, flow.payer)  # raises with near names
    shares = flow.instrument if instrument is not None and instrument.kind == "shares" else ""
    claim = bool(verb.claim) and not shares
    issuer = holder_src = holder_dst = _NONE
    if shares and flow.verb == "trade":
        issuer = chart.issuer_slice(shares, flow.issuers)
        holder_src, holder_dst = chart.holder_slice(shares, flow.payer), chart.holder_slice(shares, payee)
    elif shares and flow.verb == "subscribe":
        issuer, holder_src = chart.issuer_slice(shares, payee), chart.holder_slice(shares, flow.payer)
    elif shares:
        everybody = slice(0, len(chart.holders[shares]))
        issuer = chart.issuer_slice(shares, flow.payer)
        holder_dst = everybody if flow.verb == "mark" else chart.holder_slice(shares, payee)
    asset = flow.asset or flow.instrument
    return Plan(
        flow=flow,
        verb=verb,
        src=_NONE if flow.verb == "mark" else chart.agents_of(flow.payer),
        dst=chart.agents_of(payee) if verb.needs_payee else _NONE,
        src_axis=not chart.is_single(flow.payer),
        dst_axis=not chart.is_single(payee) and not flow.is_matched and verb.needs_payee,
        src_claim=chart.rows(flow.instrument, flow.payer) if claim else _NONE,
        dst_claim=chart.rows(flow.instrument, payee) if claim else _NONE,
        src_real=chart.rows(asset, flow.payer) if verb.real_src else _NONE,
        dst_real=chart.rows(asset, payee) if verb.real_dst else _NONE,
        shares=shares,
        issuer=issuer,
        holder_src=holder_src,
        holder_dst=holder_dst,
    )


class Ensemble:
    """Balances of all accounts in all runs of a chunk.

    balances : (accounts, runs), whole multiples of `grid`
    units : share instrument -> (issuers, holders + 1, runs); the last column is the issuer's (negative) shares in issue
    price : share instrument -> (issuers, runs), money per unit
    registers : name -> (..., runs), promises outstanding
    """

    def __init__(self, chart: Chart, plans: dict[str, Plan], runs: int, grid: float = 1.0) -> None:
        self.chart, self.plans, self.runs, self.grid = chart, plans, runs, grid
        self.balances: Array = np.zeros((chart.accounts, runs))
        self.units: dict[str, Array] = {}
        self.price: dict[str, Array] = {}
        self.registers: dict[str, Array] = {}
        self.bookings: list[Booking] = []
        self._shapes: dict[str, tuple[int, ...]] = {}
        for instrument in chart.instruments.values():
            if instrument.kind == "shares":
                issuers = len(chart.issuers[instrument.name])
                holders = len(chart.holders[instrument.name])
                self.units[instrument.name] = np.zeros((issuers, holders + 1, runs))
                self.price[instrument.name] = np.ones((issuers, runs))

    def on_grid(self, amount: Any) -> Array:
        """The amount rounded to the grid."""
        if self.grid == 1.0:
            return np.asarray(np.rint(amount))
        return np.asarray(np.rint(np.asarray(amount) / self.grid) * self.grid)

    def book(self, name: str, amount: Any) -> Array:
        """Book a flow and give back the amount that was booked.

        Parameters
        ----------
        amount : (payer agents, payee agents, runs) without the axis of a single agent; for `trade` (issuers, runs);
            for `mark` the new price per unit (issuers, runs)
        """
        plan = self.plans[name]
        if plan.flow.verb == "mark":
            return self._mark(plan, np.asarray(amount, dtype=np.float64))
        amounts = self.on_grid(amount)
        shape = self._shapes.get(name)
        if shape is None:
            shape = self._shapes[name] = self.shape_of(plan)
        moves = amounts.any()
        if amounts.shape != shape:
            amounts = np.broadcast_to(amounts, shape)
        if not moves:  # in no run
            return amounts
        if plan.flow.register:
            register = self.registers[plan.flow.register]
            register += REGISTER_VERBS[plan.flow.verb] * amounts
            self.bookings.append(Booking(plan, amounts, amounts, amounts))
            return amounts
        if plan.flow.verb == "trade":
            out = inn = total(amounts)
        elif plan.src_axis and plan.dst_axis:
            out, inn = total(amounts, 1), total(amounts, 0)
        elif plan.flow.is_matched or not (plan.src_axis or plan.dst_axis):
            out = inn = amounts
        elif plan.src_axis:
            out, inn = amounts, total(amounts)
        else:
            out, inn = total(amounts), amounts
        self._apply(plan, amounts, out, inn)
        self.bookings.append(Booking(plan, amounts, out, inn))
        return amounts

    def _apply(self, plan: Plan, amounts: Array, out: Array, inn: Array) -> None:
        verb, balances = plan.verb, self.balances
        if verb.cash:
            balances[plan.src] -= out
            balances[plan.dst] += inn
        if verb.real_src:
            balances[plan.src_real] += verb.real_src * out
        if verb.real_dst:
            balances[plan.dst_real] += verb.real_dst * inn
        if plan.shares:
            self._move_shares(plan, amounts, inn)
        elif verb.claim > 0:
            balances[plan.src_claim] += out
            balances[plan.dst_claim] -= inn
        elif verb.claim < 0:
            balances[plan.src_claim] -= out
            balances[plan.dst_claim] += inn

    def _move_shares(self, plan: Plan, amounts: Array, inn: Array) -> None:
        block = self.chart.block(self.balances, plan.shares)
        units, price = self.units[plan.shares], self.price[plan.shares][plan.issuer]
        if plan.flow.verb == "trade":
            moved = amounts / price
            block[plan.issuer, plan.holder_src.start] += amounts
            block[plan.issuer, plan.holder_dst.start] -= amounts
            units[plan.issuer, plan.holder_src.start] += moved
            units[plan.issuer, plan.holder_dst.start] -= moved
            return
        issued = self.chart.issued(self.balances, plan.shares)[plan.issuer]
        if plan.flow.verb == "revalue":
            raise InputError(key="machine.shares_need_mark", flow=plan.flow.name)
        if plan.flow.verb == "redeem":
            holders, issuers = plan.holder_dst.stop - plan.holder_dst.start, plan.issuer.stop - plan.issuer.start
            taken = amounts.reshape(issuers, holders, self.runs)
            block[plan.issuer, plan.holder_dst] -= taken
            issued += total(taken, 1)
            back = taken / price[:, None]
            units[plan.issuer, plan.holder_dst] -= back
            units[plan.issuer, -1] += total(back, 1)
            return
        holders = plan.holder_src.stop - plan.holder_src.start
        issuers = plan.issuer.stop - plan.issuer.start
        by_holder = amounts.reshape(holders, issuers, self.runs).swapaxes(0, 1)
        block[plan.issuer, plan.holder_src] += by_holder
        issued -= inn
        moved = by_holder / price[:, None]
        units[plan.issuer, plan.holder_src] += moved
        units[plan.issuer, -1] -= total(moved, 1)

    def _mark(self, plan: Plan, price: Array) -> Array:
        """Revalue all holdings of an issuer's shares to a new price per unit."""
        price = np.broadcast_to(price, (plan.issuer.stop - plan.issuer.start, self.runs))
        is_new = price != self.price[plan.shares][plan.issuer]
        if not is_new.any():
            return price
        block = self.chart.block(self.balances, plan.shares)[plan.issuer, plan.holder_dst]
        worth = self.units[plan.shares][plan.issuer, plan.holder_dst]
        # only where the price is new: rounding must not depend on what other runs of the chunk do
        changes = np.where(is_new[:, None], self.on_grid(worth * price[:, None]) - block, 0.0)
        by_issuer, by_holder = total(changes, 1), total(changes, 0)
        block += changes
        self.chart.issued(self.balances, plan.shares)[plan.issuer] -= by_issuer
        self.price[plan.shares][plan.issuer] = price
        self.bookings.append(Booking(plan, changes, by_issuer, by_holder))
        return price

    def shape_of(self, plan: Plan) -> tuple[int, ...]:
        """Shape that an amount of this flow has."""
        src, dst = plan.src.stop - plan.src.start, plan.dst.stop - plan.dst.start
        if plan.flow.verb == "trade":
            return (plan.issuer.stop - plan.issuer.start, self.runs)
        if plan.flow.register:
            return self.registers[plan.flow.register].shape
        return (*((src,) if plan.src_axis else ()), *((dst,) if plan.dst_axis else ()), self.runs)

    def open_with(self, instrument: str, party: str, amount: Any) -> None:
        """Set an opening balance of a claim or real asset; deposits and shares have their own ways in."""
        self.balances[self.chart.rows(instrument, party)] += self.on_grid(amount)

    def open_deposits(self, party: str, amount: Any, issuer: str) -> None:
        """Give a party deposits at the issuer of money."""
        amounts = np.broadcast_to(self.on_grid(amount), (len(self.chart.party(party)), self.runs))
        self.balances[self.chart.rows(DEPOSITS, party)] += amounts
        self.balances[self.chart.number[issuer]] -= total(amounts)

    def open_claim(self, instrument: str, holder: str, issuer: str, amount: Any) -> None:
        """An opening claim between one holder and each member of a group of issuers."""
        amounts = np.broadcast_to(self.on_grid(amount), (len(self.chart.party(issuer)), self.runs))
        self.balances[self.chart.rows(instrument, issuer)] -= amounts
        self.balances[self.chart.rows(instrument, holder)] += total(amounts)

    def open_shares(self, instrument: str, units: Array, price: Array) -> None:
        """Opening units `[issuer, holder]` and price per unit `[issuer]` of a share instrument."""
        held = np.broadcast_to(np.asarray(units, dtype=np.float64)[..., None], (*np.shape(units), self.runs))
        self.units[instrument][:, :-1] = held
        self.units[instrument][:, -1] = -total(held, 1)
        self.price[instrument][:] = np.asarray(price, dtype=np.float64).reshape(held.shape[0], -1)
        values = self.on_grid(held * self.price[instrument][:, None])
        self.chart.block(self.balances, instrument)[:] = values
        self.chart.issued(self.balances, instrument)[:] = -total(values, 1)
