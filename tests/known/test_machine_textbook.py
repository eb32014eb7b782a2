"""Published stock-flow and bubble models on the kernel; numbers from definitions/machine, section 10."""

import math

import numpy as np
import pytest

from kanryu.machine.textbook import abreu_brunnermeier as ab
from kanryu.machine.textbook import bmw, delong, keen, lp, pc, sim
from kanryu.machine.textbook import brock_hommes as bh


def run(model, quarters):
    chunk = model.start([0, 1])
    for _ in range(quarters):
        values = chunk.step()
    return chunk, {name: float(np.ravel(value)[0]) for name, value in values.items() if np.size(value) == 2}


def test_sim_first_quarters_and_limit():
    chunk, first = run(sim.sim(), 1)
    assert first["income"] == pytest.approx(38.4615, abs=5e-5)
    assert first["taxes"] == pytest.approx(7.6923, abs=5e-5)
    assert first["disposable_income"] == pytest.approx(30.7692, abs=5e-5)
    assert chunk.books.balances[0, 0] == pytest.approx(12.3077, abs=5e-5)
    chunk, second = run(sim.sim(), 2)
    assert second["income"] == pytest.approx(47.9290, abs=5e-5)
    assert second["consumption"] == pytest.approx(27.9290, abs=5e-5)
    assert chunk.books.balances[0, 0] == pytest.approx(22.7219, abs=5e-5)
    chunk, limit = run(sim.sim(), 400)
    assert limit["income"] == pytest.approx(100.0, abs=1e-6) == sim.steady_income(20, 0.2)
    assert chunk.books.balances[:, 0] == pytest.approx([80.0, 0.0, -80.0], abs=1e-6)


def test_sim_mean_lag_is_six_and_a_half():
    assert sim.mean_lag(0.6, 0.4, 0.2) == pytest.approx(6.5)
    chunk = sim.sim().start([0, 1])
    money = [0.0]
    for _ in range(2000):
        chunk.step()
        money.append(float(chunk.books.balances[0, 0]))
    steps = np.diff(money) / money[-1]  # the stock of money, the quarter of the spending counted as one
    assert float((steps * np.arange(1, 2001)).sum()) == pytest.approx(6.5, abs=1e-5)


def test_pc_steady_state_and_rise_of_the_rate():
    model = pc.pc()
    chunk, values = run(model, 400)
    assert values["income"] == pytest.approx(106.486486, abs=2e-6)
    assert values["wealth"] == pytest.approx(86.486486, abs=2e-6)
    assert values["taxes"] == pytest.approx(21.621622, abs=2e-6)
    assert chunk.books.balances[model.chart.rows("bills", "household"), 0] == pytest.approx(64.864865, abs=2e-6)
    chunk.parameters = model.parameters.changed(rate=0.035)
    first = chunk.step()  # only the portfolio moves
    assert float(first["income"][0]) == pytest.approx(106.486486, abs=2e-6)
    assert chunk.books.balances[model.chart.rows("bills", "household"), 0] == pytest.approx(69.189189, abs=2e-6)
    assert chunk.books.balances[0, 0] == pytest.approx(17.297297, abs=2e-6)
    second = chunk.step()
    assert float(second["income"][0]) == pytest.approx(107.224948, abs=2e-6)
    assert float(second["consumption"][0]) == pytest.approx(87.224948, abs=2e-6)
    assert float(second["wealth"][0]) == pytest.approx(86.978794, abs=2e-6)
    limit, values = run(pc.pc(rate=0.035), 400)
    assert values["income"] == pytest.approx(110.090090, abs=2e-6)
    assert values["wealth"] == pytest.approx(90.090090, abs=2e-6)
    assert limit.books.balances[model.chart.rows("bills", "household"), 0] == pytest.approx(72.072072, abs=2e-6)
    assert limit.books.balances[0, 0] == pytest.approx(18.018018, abs=2e-6)


def test_pc_money_held_equals_money_issued_though_nothing_says_so():
    model = pc.pc(rate=0.035)
    chunk, values = run(model, 50)
    money = chunk.books.balances[0, 0]
    assert money == -chunk.books.balances[model.chart.number["central_bank"], 0]
    wanted = values["wealth"] - values["bills_wanted"]
    assert money == pytest.approx(wanted, abs=1e-6)


def test_lp_steady_states():
    chunk, values = run(lp.lp(), 800)
    chart = chunk.model.chart
    assert values["income"] == pytest.approx(115.783972, abs=2e-6)
    assert values["wealth"] == pytest.approx(95.783972, abs=2e-6)
    assert chunk.books.balances[chart.rows("bills", "household"), 0] == pytest.approx(37.830838, abs=2e-6)
    assert chunk.books.units["perpetuities"][0, 0, 0] == pytest.approx(1.890297, abs=2e-6)
    assert chunk.books.balances[0, 0] == pytest.approx(20.147201, abs=2e-6)
    chunk, values = run(lp.lp(rate=0.04, price=15.0), 800)
    assert values["wealth"] == pytest.approx(101.037464, abs=2e-6)
    assert chunk.books.balances[chart.rows("bills", "household"), 0] == pytest.approx(39.333211, abs=2e-6)
    assert chunk.books.units["perpetuities"][0, 0, 0] == pytest.approx(2.714764, abs=2e-6)
    assert chunk.books.balances[0, 0] == pytest.approx(20.982787, abs=2e-6)


@pytest.mark.parametrize(
    ("changes", "income"), [({}, 200.0), ({"alpha0": 28.0}, 224.0), ({"alpha1": 0.74}, 186.567164)]
)
def test_bmw_stays_at_its_steady_state_for_two_thousand_quarters(changes, income):
    model = bmw.bmw(**changes)
    chunk, values = run(model, 2000)
    assert values["income"] == pytest.approx(income, abs=1e-5)
    used = {name: model.parameters[name] for name in ("alpha0", "alpha1", "alpha2", "delta", "kappa")}
    assert bmw.steady_income(**used) == pytest.approx(income, abs=1e-6)
    chart = model.chart
    capital = chunk.books.balances[chart.rows("capital", "firm"), 0]
    loans = -chunk.books.balances[chart.rows("loans", "firm"), 0]
    deposits = chunk.books.balances[0, 0]
    assert loans == deposits == capital  # to the bit: one claim on one grid
    assert capital == pytest.approx(income, abs=1e-4)


def test_brock_hommes_bifurcations():
    difference, deviation = bh.steady_state(1.2, 1.1, 1.0, 3.0)
    assert difference == pytest.approx(-0.833333, abs=5e-7)
    assert deviation == pytest.approx(1.293257, abs=5e-7)
    assert bh.pitchfork(1.2, 1.1, 1.0) == pytest.approx(math.log(11)) == pytest.approx(2.397895, abs=5e-7)
    assert bh.neimark_sacker(1.2, 1.1, 1.0) == pytest.approx(3.331337, abs=2e-6)


@pytest.mark.parametrize(("intensity", "settles"), [(2.41, 0.204587), (3.30, 1.509318)])
def test_brock_hommes_settles(intensity, settles):
    start = 0.2 if intensity < 3.2 else 1.5
    _, values = run(bh.brock_hommes(intensity=intensity, first=start), 4000)
    assert abs(values["deviation"]) == pytest.approx(settles, abs=2e-6)


def test_brock_hommes_dies_out_before_the_pitchfork():
    _, values = run(bh.brock_hommes(intensity=2.39, first=0.1), 6000)
    assert 0.0 < values["deviation"] < 0.002


def test_brock_hommes_oscillates_beyond_the_second_bifurcation():
    chunk, _ = run(bh.brock_hommes(intensity=3.35, first=1.5), 4000)
    path = [float(chunk.step()["deviation"][0]) for _ in range(400)]
    assert max(path) - min(path) > 0.05


def test_abreu_brunnermeier_both_ends():
    overpricing, inverse = (lambda u: 1 - math.exp(-0.1 * u)), (lambda b: -math.log(1 - b) / 0.1)
    given = {"growth": 0.20, "riskless": 0.03, "overpricing": overpricing, "inverse": inverse}
    attacked = ab.burst(hazard=0.10, window=4.0, mass=0.3, limit=30.0, **given)
    assert attacked.is_endogenous
    assert attacked.attack_hazard == pytest.approx(0.884333, abs=5e-7)
    assert attacked.bursts_after == pytest.approx(2.134844, abs=5e-7)
    assert attacked.sells_after == pytest.approx(0.934844, abs=5e-7)
    ridden = ab.burst(hazard=0.02, window=10.0, mass=0.5, limit=5.0, **given)
    assert not ridden.is_endogenous
    assert ridden.attack_hazard == pytest.approx(0.210167, abs=5e-7)
    assert (ridden.bursts_after, ridden.sells_after) == (5.0, pytest.approx(2.630191, abs=5e-7))


def test_abreu_brunnermeier_simulated_burst_is_the_equilibrium_burst():
    _, values = run(ab.abreu_brunnermeier(), 400)
    assert values["burst_at"] == pytest.approx(2.134844, abs=0.01)


def test_delong_price():
    price = delong.price(noise_share=0.3, misperception=0.10, mean=0.05, rate=0.03, aversion=1.0, variance=0.04)
    assert price == pytest.approx(1.288340, abs=5e-7)
    _, still = run(delong.delong(noise=0.0, mean=0.10), 1)
    expected = delong.price(noise_share=0.3, misperception=0.1, mean=0.1, rate=0.03, aversion=1.0, variance=0.04)
    assert still["unsafe_price"] == pytest.approx(expected)


def test_keen_equilibrium_and_eigenvalues():
    at = keen.good_equilibrium(keen.keen().parameters)
    assert at == pytest.approx(
        {"profit": 0.1618414, "wage_share": 0.8360529, "employment": 0.9686118, "debt": 0.0701911}, abs=5e-8
    )
    found = sorted(keen.eigenvalues(keen.keen().parameters), key=lambda z: (z.real, z.imag))
    assert found[0].real == pytest.approx(-0.045037, abs=5e-7)
    assert found[1].real == found[2].real == pytest.approx(-0.035228, abs=5e-7)
    assert found[2].imag == pytest.approx(1.958081, abs=5e-7)


@pytest.mark.slow
def test_keen_has_two_attractors():
    chunk, _ = run(keen.keen(), 6000)
    assert chunk.last["state"][:, 0] == pytest.approx([0.8360529, 0.9686118, 0.0701911], abs=2e-5)
    chunk, _ = run(keen.keen(wage_share=0.75, employment=0.70, debt=0.50, step_years=0.02), 12000)
    _, employment, debt = chunk.last["state"][:, 0]
    assert debt > 1000
    assert employment < 0.05
