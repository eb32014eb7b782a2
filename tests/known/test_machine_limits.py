"""The 24 limit cases of definitions/machine, section 9: simulation with rules switched off against closed forms."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import expit

from kanryu.machine import limits
from kanryu.machine.books.parameters import Values
from kanryu.machine.capital_loop import default, demand, financing, narrative, prices, talent
from kanryu.machine.capital_loop.quarter import capital_loop, start_values
from kanryu.machine.textbook.ring import ring


def view(last=None, **values):
    return SimpleNamespace(last=SimpleNamespace(**(last or {})), quarter=0, width=1, **values)


def total_sales(quarters=400, **changes):
    chunk = ring(**changes).start([0, 1])
    sales = given = 0.0
    for _ in range(quarters):
        values = chunk.step()
        sales += float(values["chips"][0])
        given += float(values["given"][0])
    return sales, given


def test_9_1_boomerang_once():
    assert limits.boomerang(10.0, 0.35)[0] == pytest.approx(6.5)
    assert total_sales()[0] == pytest.approx(6.5, abs=1e-5)


def test_9_2_boomerang_reinvested():
    assert limits.boomerang(10.0, 0.35, 0.8) == pytest.approx((13.541667, 20.833333), abs=5e-7)
    assert total_sales(reinvested=0.8) == pytest.approx((13.541667, 20.833333), abs=1e-4)


def test_9_3_two_hop_ring():
    assert limits.ring_multiplier((0.4, 0.5), 1.0) == pytest.approx(1.428571, abs=5e-7)
    _, given = total_sales(leak_lab=0.4, leak_host=0.5, reinvested=1.0)
    assert given / 10.0 == pytest.approx(1.428571, abs=1e-5)


def test_9_4_half_life_without_new_money():
    assert limits.cash_half_life(6.0) == pytest.approx(3.801784, abs=5e-7)
    chunk = ring(first=0.0, lab_cash=1000.0, smoothing=6.0, leak_lab=1.0).start([0, 1])
    cash = []
    for _ in range(10):
        chunk.step()
        cash.append(float(chunk.books.balances[2, 0]))
    assert cash == pytest.approx([1000.0 * (5 / 6) ** (t + 1) for t in range(10)], abs=1e-4)


def test_9_5_runs_as_long_as_new_money_comes():
    chunk = ring(first=0.0, lab_cash=0.0, smoothing=6.0, leak_lab=1.0, new_money=12.0).start([0, 1])
    for _ in range(300):
        values = chunk.step()
    assert float(values["budget"][0]) == pytest.approx(12.0, abs=1e-4)


def test_9_6_price_under_a_flow():
    expected = limits.flow_gap(0.3, 0.18, 0.003)
    assert expected == pytest.approx(0.0385684, abs=5e-8)
    gap, distance = 0.0, []
    for _ in range(60):
        gap = gap - 0.3 * gap + 0.7 * math.log1p(0.003 / 0.18)
        distance.append(expected - gap)
    assert gap == pytest.approx(expected, abs=1e-9)
    assert distance[5] / distance[4] == pytest.approx(0.7)


def test_9_7_capital_at_constant_growth():
    assert limits.capital_ratio(0.06, 0.05) == pytest.approx(9.636364, abs=5e-7)
    assert limits.capital_ratio(0.06, 0.075) == pytest.approx(7.851852, abs=5e-7)
    assert limits.charged_share(0.06, 0.05) == pytest.approx(0.454545, abs=5e-7)
    assert limits.charged_share(0.06, 0.075) == pytest.approx(0.555556, abs=5e-7)
    stock, investment = 0.0, 1.0
    for _ in range(400):
        charged = 0.05 * stock  # on the opening stock, as `book_wear` does
        stock = stock - charged + investment
        ratio, share = stock / investment, charged / investment
        investment *= 1.06
    assert (ratio, share) == pytest.approx((9.636364, 0.454545), abs=1e-6)


def test_9_8_neocloud_leverage():
    assert limits.leverage(0.8, 0.08, 0.05, 0.03) == pytest.approx(0.945455, abs=5e-7)
    debt = stock = 0.0
    investment = 1.0
    for _ in range(400):
        stock = 0.95 * stock + investment
        debt = 0.97 * debt + 0.8 * investment
        investment *= 1.08
    assert debt / stock == pytest.approx(0.945455, abs=1e-6)


def vendor_choice(back, cost=0.30, own_price=0.0):
    """The model's own decision with marks off and a lab full of cash."""
    shape = (3, 7, 1)
    shares = np.zeros(shape)
    s = view(
        last={
            "shares_lab_host": shares,
            "shares_lab_vendor": np.full((3, 2, 1), back),
            "shares_host_vendor": np.zeros((7, 2, 1)),
            "price_earnings": np.full((9, 1), 30.0),
            "mark_rise": np.zeros((3, 1)),
            "lab_alive": np.ones((3, 1)),
        },
        lab_burn=np.full((3, 1), 1e6),
        lab_gap=np.full((3, 1), 1e9),
    )
    s.cash = lambda party: np.full((3 if party == "labs" else 2, 1), 1e12)
    p = start_values().changed(
        finance_cost=cost, mark_weight=0.0, own_price_weight=own_price, vendor_margin=0.64, default_guess=0.0
    )
    return financing.vendor_finance.rule(s, p)


def test_9_9_vendor_finance_threshold():
    threshold = limits.finance_threshold(0.64, 0.30)
    assert threshold == pytest.approx(0.46875)
    assert vendor_choice(threshold)["vendor_value"][0, 0, 0] == pytest.approx(0.0, abs=1e-12)
    assert (
        vendor_choice(threshold + 0.01)["vendor_value"][0, 0, 0]
        > 0
        > vendor_choice(threshold - 0.01)["vendor_value"][0, 0, 0]
    )
    given = vendor_choice(threshold)["vendor_to_labs"][0, 0, 0]
    assert given == pytest.approx(0.12e9 * expit(0.0))


def test_9_10_value_of_a_vendor_dollar():
    assert limits.vendor_dollar(0.64, 0.7, 30.0) == pytest.approx((0.448, 53.76))
    assert vendor_choice(0.7, cost=0.0)["vendor_value"][0, 0, 0] == pytest.approx(0.448)
    assert vendor_choice(0.7, cost=0.0, own_price=1.0)["vendor_value"][0, 0, 0] == pytest.approx(53.76)


def test_9_11_price_loop_and_its_gain():
    gain, multiplier, runaway = limits.price_loop(0.64, 0.7, 0.0028, 30.0)
    assert (gain, multiplier, runaway) == pytest.approx((0.150528, 1.177202, 0.018601), abs=5e-7)
    value = 100.0 + 0.0
    for _ in range(200):  # invest θ of own value; what comes back is capitalised at the own price-earnings ratio
        value = 100.0 + 4.0 * 30.0 * 0.64 * 0.7 * 0.0028 * value
    assert value / 100.0 == pytest.approx(1.177202, abs=1e-6)
    measured = limits.loop_gain(lambda x: 100.0 + 4.0 * 30.0 * 0.64 * 0.7 * 0.0028 * x, np.array([100.0]))
    assert measured == pytest.approx(gain, abs=1e-8)


def test_9_12_price_earnings_and_belief():
    p = start_values().changed(mature_multiple=17.0, growth_years=5.0, discount=0.09)
    assert prices.price_earnings(0.30, p) == pytest.approx(41.0, abs=0.05)
    needed = limits.growth_needed(60.0, 17.0, 0.09, 5.0)
    assert needed == pytest.approx(0.4027, abs=5e-5)
    assert prices.price_earnings(needed, p) == pytest.approx(60.0)


def tell_story(quarters, contagion, fatigue, relapse, start):
    p = start_values().changed(contagion=contagion, fatigue=fatigue, relapse=relapse, disappointment=0.0)
    state = {"susceptible": np.array([1.0 - start]), "belief": np.array([start]), "weary": np.array([0.0])}
    quiet = {"return_smooth": np.zeros(1), "surprise": np.zeros(1), "message": np.ones(1)}
    for _ in range(quarters):
        state = narrative.belief.rule(view(last=state, **quiet), p)
        assert float(state["susceptible"][0] + state["belief"][0] + state["weary"][0]) == pytest.approx(1.0, abs=1e-12)
    return {name: float(value[0]) for name, value in state.items()}


def test_9_13_a_story_without_relapse():
    number, left = limits.story_left(0.5, 0.2, 1e-4)
    assert number == pytest.approx(2.758328, abs=5e-7)
    assert left == pytest.approx(0.0787769, abs=5e-8)
    assert tell_story(3000, 0.5, 0.2, 0.0, 1e-4)["susceptible"] == pytest.approx(left, abs=1e-6)


def test_9_14_a_story_with_relapse():
    rest = limits.story_rest(0.6, 0.2, 0.05)
    assert rest == pytest.approx(0.1451288, abs=5e-8)
    assert tell_story(4000, 0.6, 0.2, 0.05, 0.01)["belief"] == pytest.approx(rest, abs=1e-8)


def test_9_15_adoption_peak():
    assert limits.adoption_peak(0.003, 0.17) == pytest.approx(23.336336, abs=5e-7)
    p = start_values().changed(
        innovation=0.0003,  # a tenth of a quarter, so that steps come near the continuous curve
        imitation=0.017,
        fear_effect=0.0,
        premium_effect=0.0,
        adopter_disappointment=0.0,
        ceiling_scale=1.0,
    )
    ceiling = np.asarray(p.spend_ceiling)
    adopted = np.zeros((5, 1))
    speed = []
    share = np.zeros(1)
    for _ in range(600):
        s = view(
            last={"intensity": adopted, "adoption": share, "quality": np.ones(1)},
            belief=np.zeros(1),
            fear=np.zeros(1),
            return_smooth=np.zeros(1),
        )
        s.normal = lambda shock, count: np.zeros((count, 1))
        found = demand.adoption.rule(s, p)
        speed.append(float((found["intensity"] - adopted)[0, 0] / ceiling[0, 0]))
        adopted, share = found["intensity"], found["adoption"]
    assert int(np.argmax(speed)) / 10.0 == pytest.approx(23.336336, abs=0.25)


def test_9_16_share_of_adopters_in_profit():
    s = view(
        last={"intensity": np.zeros((5, 1)), "adoption": np.zeros(1), "quality": np.ones(1)},
        belief=np.zeros(1),
        fear=np.zeros(1),
        return_smooth=np.zeros(1),
    )
    s.normal = lambda shock, count: np.zeros((count, 1))
    found = demand.adoption.rule(s, start_values().changed(return_mean=-1.644854, return_spread=1.0))
    assert float(found["share_covering"][0]) == pytest.approx(0.05, abs=5e-7)


def test_9_17_cross_holding():
    values = limits.cross_holding(np.array([[0.0, 0.10], [0.05, 0.0]]), np.array([100.0, 40.0]))
    assert values == pytest.approx([104.522613, 45.226131], abs=5e-7)
    assert limits.cross_holding(np.array([[0.0, 0.10], [0.05, 0.0]]), np.array([1.0, 0.0]))[0] == pytest.approx(
        1.0 / (1.0 - 0.10 * 0.05)
    )


def test_9_18_venture_shares():
    s = view(
        last={"venture_gains": np.zeros(1), "mark_rise": np.zeros((3, 1))},
        belief=np.full(1, 0.5),
        lab_gap=np.zeros((3, 1)),
        vendor_to_labs=np.zeros((2, 3, 1)),
        vendor_offer=np.zeros((2, 3, 1)),
        hyperscaler_to_labs=np.zeros((5, 3, 1)),
        hyperscaler_offer=np.zeros((5, 3, 1)),
    )
    # the three other sectors pooled into one of weight e^0
    p = start_values().changed(
        venture_ai=-2.5, venture_belief=4.3, venture_other=np.array([[-800.0], [-800.0], [0.0]]), venture_returns=0.0
    )
    part = financing.venture.rule(s, p)["venture_part"]
    assert float(part[0, 0]) == pytest.approx(0.413382, abs=5e-7)
    assert float(part.sum()) == pytest.approx(1.0)


def test_9_19_talent_is_constant_when_flows_cancel():
    p = start_values().changed(talent_exit=0.01, graduates=0.0, talent_move=0.01)
    s = view(
        last={"people_ai": np.array([1.0]), "people_tech": np.array([1.0]), "people_science": np.array([1.0])},
        lab_wages=np.zeros((3, 1)),
    )
    wage = 1.2 * float(p.wage_tech)
    move = 0.01 * math.log(wage / float(p.wage_science)) * 0.1
    s.last.people_ai = np.array([move / 0.01])  # exits of AI = moves from science
    found = talent.talent.rule(s, p)
    assert float(found["people_ai"][0]) == pytest.approx(move / 0.01, rel=1e-12)
    moved = float(found["people_ai"][0] + found["people_science"][0])
    assert moved == pytest.approx(0.99 * (1.0 + move / 0.01), rel=1e-12)


def test_9_20_short_seller():
    found = limits.short_call(0.06, 0.05, 0.66, 0.5, 0.3)
    assert found == pytest.approx((1.153846, 2.385014, 0.887585, -0.065169), abs=1e-6)
    assert limits.short_break_even(0.06, 0.66) == pytest.approx(0.090909, abs=5e-7)
    generator = np.random.Generator(np.random.Philox(key=1))
    crash = generator.exponential(1 / 0.05, 400_000)
    first = crash < found[1]
    value = np.where(first, 1.0 - 0.34 * np.exp(0.06 * np.minimum(crash, found[1])), -(found[0] - 1.0))
    assert float(value.mean()) == pytest.approx(-0.065169, abs=0.002)


def test_9_21_put_ladder():
    assert limits.put_break_even(0.0025, 0.16) == pytest.approx(0.015625)


def test_9_22_mark_up_without_cash():
    chunk = capital_loop().start([0, 1])
    chart, books = chunk.model.chart, chunk.books
    before = books.balances.copy()
    price = books.price["lab_shares"].copy()
    price[0] *= 3.0
    books.book("mark_labs", price)
    change = books.balances - before
    assert float(change.sum()) == 0.0
    assert float(np.abs(change[: len(chart.agents)]).max()) == 0.0  # no cash moves
    held = chart.block(change, "lab_shares")[0].sum(axis=0)
    assert (held == -chart.issued(change, "lab_shares")[0]).all()
    assert float(held[0]) == 2.0 * 20e9


def test_9_23_all_behaviours_off_keeps_every_stock():
    from kanryu.machine.books.model import Model, Stage
    from kanryu.machine.capital_loop import capex
    from kanryu.machine.capital_loop.economy import FLOWS, FUNDS, chart
    from kanryu.machine.capital_loop.opening import open_books

    still = Model("still", chart(), FLOWS, (Stage("wear", capex.book_wear),), open_books, start_values(), funds=FUNDS)
    chunk = still.start([0, 1])
    before = chunk.books.balances.copy()
    for _ in range(4):
        chunk.step()
    changed = np.flatnonzero((chunk.books.balances != before).any(axis=1))
    real = {still.chart.rows(name, agent).start for name in ("chips", "shells") for agent in still.chart.members[name]}
    assert set(changed) == {row for row in real if before[row, 0] > 0}


def test_9_24_symmetric_hyperscalers_walk_the_same_path():
    same = {
        "core_cash": [20e9] * 5,
        "core_growth": [0.05] * 5,
        "capex_style": [1.0] * 5,
        "debt_room": [2.0] * 5,
        "cash_floor": [30e9] * 5,
        "story": [1.0, 0.8, 0.4, 0.4, 0.4, 0.4, 0.4, 1.0, 1.0],
        "rented_share": [0.5] * 5 + [1.0, 1.0],
        "core_noise": 0.0,
        "capex_noise": 0.0,
        "price_noise": 0.0,
        "affinity_openai": [0.1] * 5,
        "affinity_anthropic": [0.1] * 5,
        "affinity_others": [0.03] * 5,
        "core_earnings": [0.8] * 5,
        "revenue_share": 0.0,
    }
    chunk = capital_loop().start([0, 1], parameters=Values({**start_values(), **same}))
    make_equal(chunk)
    for _ in range(16):
        values = chunk.step()
        for name in ("capex_hyperscalers", "core_cash_flow", "host_sales", "chips_left"):
            rows = values[name][:5]
            assert (rows == rows[0]).all(), name
        deposits = chunk.books.balances[chunk.model.chart.rows("deposits", "hyperscalers")]
        assert (deposits == deposits[0]).all()


def make_equal(chunk):
    """Give the five hyperscalers the same opening stocks."""
    chart, books = chunk.model.chart, chunk.books
    bank = chart.number["sector-banks"]
    rows = chart.rows("deposits", "hyperscalers")
    books.balances[bank] += books.balances[rows].sum(axis=0) - 5 * 60e9
    books.balances[rows] = 60e9
    loans = chart.rows("loans", "hyperscalers")
    books.balances[chart.rows("loans", "sector-banks")] += books.balances[loans].sum(axis=0) + 5 * 40e9
    books.balances[loans] = -40e9
    for asset in ("chips", "shells"):
        books.balances[chart.rows(asset, "hyperscalers")] = 20e9
    block = chart.block(books.balances, "listed_shares")
    issued = chart.issued(books.balances, "listed_shares")
    mean = np.rint(block[2:7].mean(axis=0))
    block[2:7] = mean
    issued[2:7] = -mean.sum(axis=0)
    units = books.units["listed_shares"]
    units[2:7, :-1] = mean
    units[2:7, -1] = -mean.sum(axis=0)
    labs = chart.block(books.balances, "lab_shares")
    labs_issued = chart.issued(books.balances, "lab_shares")
    labs[:, 2:7] = 1e9
    labs_issued[:] = -labs.sum(axis=1)
    lab_units = books.units["lab_shares"]
    lab_units[:, :-1] = labs
    lab_units[:, -1] = -labs.sum(axis=1)
    for name, value in chunk.last.items():
        if name in ("efficient_chips", "accelerator_book", "capex_hyperscalers", "core_path", "host_part"):
            value = np.array(value, dtype=float)
            value[:5] = value[:5].mean(axis=0)
            chunk.last[name] = value
    earnings = np.array(chunk.last["earnings"])
    earnings[2:7] = 9e9
    chunk.last["earnings"] = earnings
    books.registers["backlog"][:] = 0.0
    for fund in ("sector-index-funds", "sector-active-funds", "sector-venture"):
        worth = sum(books.balances[i] for i in chart.rows_of(fund))
        books.balances[chart.rows("fund_units", fund)] -= worth
        books.balances[chart.rows("fund_units", "sector-outside")] += worth

    from kanryu.machine.books.identities import Closing

    chunk.closing = Closing(books, 0, chunk.model.funds)


def test_clearing_vector_of_eisenberg_and_noe():
    owed = np.zeros((3, 3, 1))
    owed[0, 1], owed[1, 2], owed[2, 0] = 10.0, 8.0, 5.0
    paid = default.clear(np.array([[2.0], [1.0], [0.5]]), owed)
    # by hand: 2 gets at least 5 from 1 and pays its 5, 0 has 2 + 5 = 7, 1 has 1 + 7 = 8
    assert paid[:, 0] == pytest.approx([7.0, 8.0, 5.0])
    poor = default.clear(np.array([[0.0], [1.0], [0.0]]), owed)
    assert poor[:, 0] == pytest.approx([5.0, 6.0, 5.0], abs=1e-9)
