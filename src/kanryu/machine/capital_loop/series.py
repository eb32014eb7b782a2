"""What a run of the capital loop reports every quarter: named series with units, and the fuel of the machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from kanryu.core.errors import BooksDoNotClose
from kanryu.machine.books.ensemble import total
from kanryu.machine.books.model import Run
from kanryu.machine.capital_loop.economy import MACHINE, NOT_PAYMENTS

Array = npt.NDArray[np.float64]


class Series(msgspec.Struct, frozen=True):
    """A reported series: unit "usd", "share", "index", "log", "people", "count" or "multiple"."""

    name: str
    unit: str
    read: Callable[[Run], Array]


def _value(name: str, row: int | None = None) -> Callable[[Run], Array]:
    def read(run: Run) -> Array:
        found = run.values[name]
        return np.asarray(found if row is None else found[row])

    return read


def _sum(name: str, rows: slice = slice(None)) -> Callable[[Run], Array]:
    def read(run: Run) -> Array:
        found = run.values[name][rows]
        while found.ndim > 1:
            found = total(found)
        return np.asarray(found)

    return read


def _stock(instrument: str, party: str, sign: float = 1.0) -> Callable[[Run], Array]:
    def read(run: Run) -> Array:
        rows = run.books.balances[run.model.chart.rows(instrument, party)]
        found: Array = np.multiply(total(rows), sign)
        return found

    return read


def _circulating(run: Run) -> Array:
    """Chips bought by the machine and compute and AI cloud sold by it: the money that goes round."""
    v = run.values
    chips = total(total(v["chips_hosts"])) + total(total(v["chips_credit"])) + total(total(v["chips_labs"]))
    return chips + total(v["host_sales"])


def _top_seven(run: Run) -> Array:
    """The machine's seven listed companies (vendors and hyperscalers) in the model's whole listed market."""
    value = run.values["market_value"]
    # the rest of the market is not modelled: adopters' sectors stand for it
    return total(value[:7]) / total(value)


def _overhang(run: Run) -> Array:
    """Part of the market value that sceptics' growth would not pay for (P24)."""
    v = run.values
    ratio: Array = total(v["sceptic_value"][:7]) / total(v["market_value"][:7])
    return 1.0 - np.minimum(ratio, 2.0)


def _layers(run: Run) -> Array:
    """Claims over real capital (P23): all positive claims, deposits apart, per dollar of chips and shells."""
    chart, books = run.model.chart, run.books
    claims = np.zeros(books.runs)
    for name, instrument in chart.instruments.items():
        if instrument.kind == "claim":
            rows = books.balances[chart.first[name] : chart.first[name] + len(chart.members[name])]
            claims += 0.5 * np.abs(rows).sum(axis=0)
        elif instrument.kind == "shares":
            claims += np.abs(chart.issued(books.balances, name)).sum(axis=0)
    real = total(books.balances[chart.rows("chips", "hyperscalers+neoclouds+labs")])
    return claims / np.maximum(real + total(books.balances[chart.rows("shells", "hyperscalers+neoclouds")]), 1.0)


def _cash_flow(row: int) -> Callable[[Run], Array]:
    """Operating cash flow: core business and the margin of AI cloud."""

    def read(run: Run) -> Array:
        found: Array = np.add(run.values["core_cash_flow"][row], run.values["host_margin"][row])
        return found

    return read


def _fund_value(run: Run) -> Array:
    """Listed shares held by index and active funds, which households own."""
    block = run.model.chart.block(run.books.balances, "listed_shares")
    return total(total(block[:, :2].swapaxes(0, 1)))


def _direct_value(run: Run) -> Array:
    """Listed shares held by the outside directly: households, founders, other firms."""
    return total(run.model.chart.block(run.books.balances, "listed_shares")[:, 3])


def _lab_stakes(run: Run, first: int, last: int) -> Array:
    block = run.model.chart.block(run.books.balances, "lab_shares")[:, first:last]
    return total(total(block.swapaxes(0, 1)))


_HYPERSCALERS = ("microsoft", "alphabet", "amazon", "meta", "oracle")
_SECTORS = ("payments", "carmakers", "retail", "logistics", "advertising")
SERIES: tuple[Series, ...] = (
    Series("belief", "share", _value("belief")),
    Series("fear", "share", _value("fear")),
    Series("message", "index", _value("message")),
    Series("adoption", "share", _value("adoption")),
    Series("share_covering", "share", _value("share_covering")),
    Series("ai_spending", "usd", _sum("ai_spending")),
    Series("realised_return", "usd", _sum("realised_return")),
    Series("premium", "share", _value("premium")),
    Series("revenue_openai", "usd", _value("lab_revenue", 0)),
    Series("revenue_anthropic", "usd", _value("lab_revenue", 1)),
    Series("revenue_labs", "usd", _sum("lab_revenue")),
    Series("budget_labs", "usd", _sum("lab_budget")),
    Series("burn_openai", "usd", _value("lab_burn", 0)),
    Series("cash_labs", "usd", _stock("deposits", "labs")),
    Series("value_openai", "usd", _value("mark", 0)),
    Series("value_anthropic", "usd", _value("mark", 1)),
    Series("quality", "index", _value("quality")),
    Series("compute_price", "index", _value("compute_price")),
    Series("tightness", "index", _value("tightness")),
    Series("efficient_chips", "usd", _sum("chips_left")),
    *(Series(f"capex_{name}", "usd", _value("capex_hyperscalers", i)) for i, name in enumerate(_HYPERSCALERS)),
    Series("capex_five", "usd", _sum("capex_hyperscalers")),
    Series("capex_neoclouds", "usd", _sum("capex_neoclouds")),
    Series("core_cash_flow", "usd", _sum("core_cash_flow")),
    Series("data_center_nvidia", "usd", _value("accelerator_sales", 0)),
    Series("data_center_amd", "usd", _value("accelerator_sales", 1)),
    Series(
        "revenue_nvidia", "usd", lambda run: run.values["accelerator_sales"][0] + run.values["vendor_other_sales"][0]
    ),
    *(Series(f"cash_flow_{name}", "usd", _cash_flow(i)) for i, name in enumerate(_HYPERSCALERS)),
    *(Series(f"cloud_{name}", "usd", _value("cloud_sales", i)) for i, name in enumerate(_HYPERSCALERS) if i != 3),
    *(Series(f"backlog_{name}", "usd", _value("cloud_backlog", i)) for i, name in enumerate(_HYPERSCALERS) if i != 3),
    # AMD reports accelerators and server processors together; a third of its other sales stands for the latter
    Series(
        "data_center_amd_all",
        "usd",
        lambda run: run.values["accelerator_sales"][1] + 0.35 * run.values["vendor_other_sales"][1],
    ),
    Series("operating_income_nvidia", "usd", _value("vendor_profit", 0)),
    Series("capex_coreweave", "usd", _value("capex_neoclouds", 0)),
    Series("venture_ai_money", "usd", lambda run: run.values["venture_part"][0] * run.values["venture_total"]),
    Series("net_income_nvidia", "usd", _value("net_income", 0)),
    Series("market_value_nvidia", "usd", _value("market_value", 0)),
    *(Series(f"market_value_{name}", "usd", _value("market_value", i + 2)) for i, name in enumerate(_HYPERSCALERS)),
    Series("market_value_coreweave", "usd", _value("market_value", 7)),
    Series("market_value_machine", "usd", _sum("market_value", slice(0, 9))),
    *(Series(f"value_{name}", "usd", _value("market_value", i + 9)) for i, name in enumerate(_SECTORS)),
    Series("price_earnings_nvidia", "multiple", _value("price_earnings", 0)),
    Series("overhang", "share", _overhang),
    Series("top_seven", "share", _top_seven),
    Series(
        "equity_by_nvidia",
        "usd",
        lambda run: total(run.values["vendor_to_labs"][0]) + total(run.values["vendor_to_neoclouds"]),
    ),
    Series("vendor_to_labs", "usd", _sum("vendor_to_labs")),
    Series("hyperscaler_to_labs", "usd", _sum("hyperscaler_to_labs")),
    Series("venture_to_labs", "usd", _sum("venture_to_labs")),
    Series("outside_to_labs", "usd", _sum("outside_to_labs")),
    Series("gap_left", "usd", _sum("gap_left")),
    Series("stake_gains", "usd", _sum("stake_gains")),
    Series("revenue_coreweave", "usd", _value("host_sales", 5)),
    Series("revenue_cloud", "usd", _sum("host_sales")),
    Series("debt_coreweave", "usd", _stock("loans", "coreweave", -1.0)),
    Series("interest_coreweave", "usd", _value("interest", 5)),
    Series("backlog_coreweave", "usd", lambda run: total(run.books.registers["backlog"][:, 5])),
    Series("backlog_all", "usd", lambda run: total(total(run.books.registers["backlog"]))),
    Series("alive_coreweave", "share", _value("host_alive", 5)),
    Series("alive_neoclouds", "share", _value("host_alive", 6)),
    Series("alive_labs", "share", lambda run: total(run.values["lab_alive"]) / 3.0),
    Series("loan_losses", "usd", _value("loan_losses")),
    Series("venture_money", "usd", _value("venture_total")),
    Series("venture_ai", "share", _value("venture_part", 0)),
    Series("venture_climate", "share", _value("venture_part", 1)),
    Series("venture_biotech", "share", _value("venture_part", 2)),
    Series("people_ai", "people", _value("people_ai")),
    Series("people_science", "people", _value("people_science")),
    Series("wage_ai", "usd", _value("wage_ai")),
    Series("science_output", "index", _value("science_output")),
    Series("subsidies", "usd", _sum("subsidy")),
    Series("public_debt", "usd", _stock("government_debt", "us-government", -1.0)),
    Series("bear_equity", "usd", _value("bear_equity")),
    Series("bear_notional", "usd", _value("bear_notional")),
    Series("bear_called", "share", _value("bear_called")),
    Series("held_by_funds", "usd", _fund_value),
    Series("held_directly", "usd", _direct_value),
    Series("held_by_venture", "usd", _stock("venture_equity", "sector-venture")),
    Series("lab_stakes_machine", "usd", lambda run: _lab_stakes(run, 0, 7)),
    Series("lab_stakes_venture", "usd", lambda run: _lab_stakes(run, 7, 8)),
    Series("lab_stakes_outside", "usd", lambda run: _lab_stakes(run, 8, 9)),
    Series("cloud_adopters", "usd", _sum("cloud_adopters")),
    Series("impairments", "usd", lambda run: _sum("impairment")(run) + _sum("impairment_fire")(run)),
    Series("circulating", "usd", _circulating),
    Series("layers", "multiple", _layers),
)
FUELS = ("outside_demand", "chips_outside", "core_cash", "new_capital", "net_debt", "state", "other")
NAMES: tuple[str, ...] = (*(s.name for s in SERIES), *(f"fuel_{name}" for name in FUELS), "spent_outside")
UNITS: dict[str, str] = {s.name: s.unit for s in SERIES} | dict.fromkeys(
    (*(f"fuel_{name}" for name in FUELS), "spent_outside"), "usd"
)
_FUEL_OF = {
    1: "core_cash",
    2: "outside_demand",
    3: "outside_demand",
    10: "chips_outside",
    16: "state",
    18: "new_capital",
    19: "new_capital",
    20: "net_debt",
    28: "net_debt",
}


def fuel(run: Run) -> Array:
    """Fuel identity of the machine (definitions/machine, identity 12), shape (len(FUELS) + 1, runs).

    What enters the machine by kind, and all that leaves it. The difference is the change of its deposits; this is
    asserted to the dollar. Repayments count against new debt.

    Raises
    ------
    BooksDoNotClose
        Inflow less outflow is not the change of deposits.
    """
    chart = run.model.chart
    inside = np.zeros(len(chart.agents), dtype=bool)
    for group in MACHINE:
        inside[[chart.number[agent] for agent in chart.party(group)]] = True
    rows = {name: i for i, name in enumerate(FUELS)}
    found = np.zeros((len(FUELS) + 1, run.books.runs))
    for plan, _, out, inn in run.books.bookings:
        if not plan.verb.cash:
            continue
        from_inside, to_inside = inside[plan.src], inside[plan.dst]
        if from_inside.all() and to_inside.all():
            continue
        kind = _FUEL_OF.get(plan.flow.number, "other")
        if to_inside.any():
            entering = inn if inn.ndim == 1 else total(inn[to_inside] if not to_inside.all() else inn)
            found[rows[kind]] += entering
        if from_inside.any():
            leaving = out if out.ndim == 1 else total(out[from_inside] if not from_inside.all() else out)
            if kind == "net_debt":
                found[rows[kind]] -= leaving
            else:
                found[-1] += leaving
    deposits = total(run.books.balances[: len(chart.agents)][inside])
    before = total(run.closing.before[: len(chart.agents)][inside])
    gap = total(found[:-1]) - found[-1] - (deposits - before)
    worst = float(np.abs(gap).max())
    if worst != 0.0:
        bad = int(np.argmax(np.abs(gap)))
        raise BooksDoNotClose(
            key="machine.books_open",
            identity="12 fuel",
            run=run.closing.first_run + bad,
            quarter=run.quarter,
            account="machine",
            gap=f"{gap[bad]:.6g}",
        )
    run.closing.worst["12 fuel"] = worst
    return found


def record(run: Run) -> Array:
    """All series of the open quarter, shape (len(NAMES), runs). Also asserts identities 11 and 12.

    Raises
    ------
    BooksDoNotClose
        Shares do not sum to one, or the fuel identity fails.
    """
    v = run.values
    for name, gap in (
        ("11 belief", v["susceptible"] + v["belief"] + v["weary"] - 1.0),
        ("11 venture shares", total(v["venture_part"]) - 1.0),
    ):
        worst = float(np.abs(gap).max())
        if not worst <= 1e-9:
            raise BooksDoNotClose(
                key="machine.books_open",
                identity=name,
                run=run.closing.first_run + int(np.argmax(np.abs(gap))),
                quarter=run.quarter,
                account="shares",
                gap=f"{worst:.3g}",
            )
        run.closing.worst[name] = max(worst, run.closing.worst.get(name, 0.0))
    found = np.empty((len(NAMES), run.books.runs))
    for i, series in enumerate(SERIES):
        found[i] = series.read(run)
    found[len(SERIES) :] = fuel(run)
    return found


def flow_rows(entries: list[Any]) -> list[Any]:
    """Entries that are payments: money moved and it was no write-off."""
    from kanryu.machine.books.verbs import VERBS

    return [entry for entry in entries if VERBS[entry.verb].cash and entry.word not in NOT_PAYMENTS]
