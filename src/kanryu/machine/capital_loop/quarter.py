"""One quarter of the capital loop, on one page (definitions/machine, section 5).

Each stage reads only earlier stages and lags, so no simultaneous system is solved. The loop of the essay closes over
time: money for labs -> compute and chips a quarter later -> earnings and prices -> money for labs again.
"""

from __future__ import annotations

import functools
from pathlib import Path

from kanryu.machine.books.model import Model, Stage
from kanryu.machine.books.parameters import Parameter, Values, read_parameters
from kanryu.machine.capital_loop import (
    bear,
    capex,
    closing,
    compute_market,
    costs,
    default,
    demand,
    financing,
    labs,
    narrative,
    prices,
    talent,
)
from kanryu.machine.capital_loop.economy import FLOWS, FUNDS, chart
from kanryu.machine.capital_loop.opening import open_books

STAGES = (
    Stage("narrative", narrative.narrators, narrative.belief, narrative.fear),
    Stage("outside demand", demand.adoption, demand.outside_demand, demand.startups),
    Stage("lab budgets", labs.budgets, labs.promises),
    Stage("compute market", compute_market.compute_market, compute_market.guarantee),
    Stage(
        "capital expenditure",
        capex.book_wear,
        capex.core_cash,
        capex.debt_room,
        capex.hyperscaler_capex,
        capex.neocloud_capex,
        capex.deliveries,
        capex.capital,
    ),
    Stage("costs", costs.vendors, costs.upstream, costs.hosts, costs.state, talent.talent),
    Stage(
        "financing",
        financing.ask,
        financing.vendor_finance,
        financing.hyperscaler_finance,
        financing.venture,
        financing.outside_investors,
        financing.withheld_money,
        financing.neocloud_finance,
        financing.settle,
        financing.hyperscaler_bonds,
        financing.payouts,
    ),
    Stage("default", default.bridge, default.failures, default.losses, default.estates),
    Stage("share market", prices.earnings, prices.share_prices, prices.fund_flows, bear.bear),
    Stage("close", closing.spending_shares, closing.street, closing.fund_units),
)
PARAMETERS_FILE = Path(__file__).parent / "parameters.toml"


@functools.cache
def parameters() -> dict[str, Parameter]:
    """The parameter file of the model."""
    return read_parameters(PARAMETERS_FILE)


def start_values() -> Values:
    """Every parameter at its start value."""
    return Values({name: line.value for name, line in parameters().items()})


@functools.cache
def capital_loop() -> Model:
    """The flagship model, loaded and checked."""
    return Model("capital-loop", chart(), FLOWS, STAGES, open_books, start_values(), funds=FUNDS)
