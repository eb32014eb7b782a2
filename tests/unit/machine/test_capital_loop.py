"""The flagship model: books, parameters, opening, determinism, metamorphic tests, one run as a journal."""

import msgspec
import numpy as np
import pytest

from kanryu.core.errors import InputError, NotFound
from kanryu.machine.books.parameters import UNITS, Values
from kanryu.machine.calibrate.checks import BOUNDS
from kanryu.machine.capital_loop import financing
from kanryu.machine.capital_loop.economy import FLOWS, GROUPS
from kanryu.machine.capital_loop.opening import BALANCES
from kanryu.machine.capital_loop.quarter import STAGES, capital_loop, parameters, start_values
from kanryu.machine.links import CUT_LIST, LINKS, cuts_of
from kanryu.machine.results import replay
from kanryu.machine.simulate import IDENTITIES, Spec, run_chunk, simulate, simulate_arms, unpack

SMALL = Spec(runs=60, quarters=16, seed=3)
EXACT = (
    "1 deposits",
    "2 claims",
    "3 net worth is real capital",
    "4 net worth explained",
    "5 flows explain deposits",
    "6 funds",
    "8 real capital explained",
    "9 marks create nothing",
    "10 promises",
    "12 fuel",
)


@pytest.fixture(scope="module")
def paths():
    return simulate(SMALL)


def test_identities_hold_exactly(paths):
    assert set(paths.identities) == set(IDENTITIES)
    for name in EXACT:
        assert paths.identities[name] == 0.0, name
    assert paths.identities["7 shares"] < 1e-9
    assert paths.identities["11 belief"] < 1e-12


def test_identities_hold_in_stressed_worlds():
    """Every link cut, labs and neoclouds failing, prior draws: the books close all the same."""
    stressed = Spec(
        runs=40,
        quarters=20,
        parameters="prior",
        cut=("outside-demand", "core-cash-flow", "neocloud-loans", "venture"),
        cut_quarter=6,
    )
    found = simulate(stressed)
    assert found.series("alive_labs")[-1].mean() < 1.0 or found.series("alive_coreweave")[-1].mean() < 1.0
    assert all(found.identities[name] == 0.0 for name in EXACT)


def test_a_run_is_the_same_alone_and_in_any_chunk(paths):
    other = simulate(SMALL, chunk=7)
    assert other.values.tobytes() == paths.values.tobytes()
    _, alone = unpack(run_chunk(msgspec.json.encode(SMALL).decode(), 41, 42), SMALL, 1)
    assert alone[:, :, 0].tobytes() == np.ascontiguousarray(paths.values[:, :, 41]).tobytes()


@pytest.mark.slow
def test_runs_of_very_different_fate_do_not_touch_each_other():
    """Prior draws with failures: a run is the same bits beside runs in which everything breaks."""
    wild = Spec(runs=24, quarters=20, parameters="prior", cut=("neocloud-loans", "venture"), cut_quarter=5)
    whole = simulate(wild)
    assert simulate(wild, chunk=1).values.tobytes() == whole.values.tobytes()


def test_arms_side_by_side_are_the_same_bits_as_alone(paths):
    specs = [
        SMALL,
        msgspec.structs.replace(SMALL, cut=("compute", "belief-frozen"), cut_quarter=6),
        msgspec.structs.replace(SMALL, cut=("chips-hyperscalers",), cut_quarter=4, settings={"algorithm": 0.0}),
        msgspec.structs.replace(SMALL, settings={"contagion": 0.3, "substitution": 0.0}),
    ]
    for spec, together in zip(specs, simulate_arms(specs, width=80), strict=True):
        assert together.values.tobytes() == simulate(spec).values.tobytes()
    with pytest.raises(InputError):
        simulate_arms([SMALL, msgspec.structs.replace(SMALL, seed=9)])


def test_more_runs_do_not_change_the_first_ones(paths):
    more = simulate(msgspec.structs.replace(SMALL, runs=90))
    assert np.array_equal(more.values[:, :, :60], paths.values)


def test_a_cut_meets_the_same_shocks_before_its_quarter(paths):
    cut = simulate(msgspec.structs.replace(SMALL, cut=("compute",), cut_quarter=9))
    assert np.array_equal(cut.values[:, :9], paths.values[:, :9])
    assert float(np.median(cut.series("revenue_cloud")[10])) < float(np.median(paths.series("revenue_cloud")[10]))


def test_one_run_through_the_journal_gives_the_same_balances_to_the_dollar():
    answer, entries = replay(SMALL, 7)
    assert answer.largest_difference == 0
    assert answer.accounts_compared == capital_loop().chart.accounts
    assert all(isinstance(entry.amount, int) for entry in entries)
    assert {entry.rule for entry in entries} <= {rule.name for stage in STAGES for rule in stage.behaviours}


def test_every_parameter_has_unit_range_and_source():
    for name, line in parameters().items():
        assert line.unit in UNITS, name
        assert line.source, name
        assert line.meaning or line.symbol, name
        assert line.low <= line.high, name


def test_every_parameter_is_read_by_some_rule():
    """A parameter that nobody reads would be a number without effect."""
    read = set()

    class Spy(Values):
        def __getattr__(self, name):
            if not name.startswith("_"):
                read.add(name)
            return super().__getattr__(name)

    ruin = cuts_of(("neocloud-loans", "compute"), 4)  # so that the rules of default are asked too
    chunk = capital_loop().start([0, 1], parameters=Spy(start_values()), cuts=ruin)
    for _ in range(24):
        chunk.step()
    assert set(parameters()) - read == set()


def test_opening_says_what_is_assumed():
    groups = set(GROUPS)
    for line in BALANCES:
        assert line.party in groups
        assert line.source
        if line.is_assumed:
            assert line.low <= 1.0 <= line.high
    assert any(line.is_assumed for line in BALANCES)
    assert any(not line.is_assumed for line in BALANCES)


def test_flows_cover_the_matrix_of_the_definitions():
    assert {flow.number for flow in FLOWS} >= set(range(1, 29))


def test_money_scaled_by_two_scales_every_series():
    """Metamorphic: twice the dollars, the same shares, prices and belief."""
    money = {name: (np.asarray(line.value) * 2.0).tolist() for name, line in parameters().items() if line.unit == "usd"}
    model = capital_loop()
    one = model.start([0, 1], parameters=start_values(), check=False)
    two = model.start([0, 1], parameters=Values({**start_values(), **money}), check=False)
    double_opening(two)
    for _ in range(3):
        first, second = one.step(), two.step()
    for name in ("belief", "fear", "adoption", "compute_price", "use"):
        assert second[name] == pytest.approx(first[name], rel=1e-4), name
    for name in ("lab_revenue", "capex_hyperscalers", "accelerator_sales", "market_value"):
        assert second[name] == pytest.approx(2.0 * np.asarray(first[name]), rel=1e-3), name


def double_opening(run):
    """Twice the opening stocks that are not parameters."""
    chart, books = run.model.chart, run.books
    for name, instrument in chart.instruments.items():
        if instrument.kind in ("real", "claim", "deposits"):
            start = chart.first[name]
            books.balances[start : start + len(chart.members[name])] *= 2.0
    books.registers["backlog"] *= 2.0
    for name in (
        "efficient_chips",
        "accelerator_book",
        "capex_hyperscalers",
        "neocloud_receipts",
        "ordered_hosts",
        "upstream_sales",
        "top_value",
        "earnings",
        "lab_revenue",
        "fees_mean",
        "foreign_compute",
    ):
        if name == "foreign_compute":
            run.last[name] = run.last[name] + np.log(2.0)
        else:
            run.last[name] = 2.0 * np.asarray(run.last[name])


def test_the_two_neoclouds_can_be_swapped():
    """Metamorphic: their opening stocks exchanged, each walks the path that the other one had."""
    model = capital_loop()
    quiet = {"price_noise": 0.0, "guarantee": 0.0}
    values = np.array(parameters()["value_start"].value)
    other = values.copy()
    other[[7, 8]] = values[[8, 7]]
    one = model.start([0, 1], parameters=Values({**start_values(), **quiet}))
    two = model.start([0, 1], parameters=Values({**start_values(), **quiet, "value_start": other.tolist()}))
    swap_neoclouds(two)
    for _ in range(12):
        first, second = one.step(), two.step()
    for name, rows in (
        ("host_sales", (5, 6)),
        ("capex_neoclouds", (0, 1)),
        ("chips_left", (5, 6)),
        ("market_value", (7, 8)),
    ):
        assert second[name][rows[0]] == pytest.approx(first[name][rows[1]], rel=1e-6), name
        assert second[name][rows[1]] == pytest.approx(first[name][rows[0]], rel=1e-6), name


def swap_neoclouds(run):
    from kanryu.machine.books.identities import Closing

    chart, books = run.model.chart, run.books
    for name, instrument in chart.instruments.items():
        members = chart.members[name]
        if instrument.kind != "shares" and "coreweave" in members:
            rows = chart.rows(name, "neoclouds")
            books.balances[rows] = books.balances[rows][::-1].copy()
    for name, rows in (
        ("efficient_chips", (5, 6)),
        ("accelerator_book", (5, 6)),
        ("host_part", (5, 6)),
        ("neocloud_receipts", (0, 1)),
        ("earnings", (7, 8)),
    ):
        value = np.array(run.last[name], dtype=float)
        value[list(rows)] = value[list(rows[::-1])]
        run.last[name] = value
    run.closing = Closing(books, 0, run.model.funds)


def test_the_return_that_a_vendor_counts_is_most_of_the_whole_matrix():
    """ρ over two steps against (A + A² + ... + A⁶) of all machine members at a state of the model."""
    run = capital_loop().start([0, 1])
    for _ in range(10):
        values = run.step()
    lab_host, lab_vendor, host_vendor = (
        values[n][..., 0] for n in ("shares_lab_host", "shares_lab_vendor", "shares_host_vendor")
    )
    n = 2 + 7 + 3
    matrix = np.zeros((n, n))
    matrix[9:, 2:9], matrix[9:, :2], matrix[2:9, :2] = lab_host, lab_vendor, host_vendor
    outlay = (
        values["cost_of_goods"].sum(axis=0)[0]
        + values["vendor_cost"].sum(axis=0)[0]
        + values["vendor_to_labs"].sum(axis=(0, 1))[0]
    )
    matrix[:2, 9:] = (values["vendor_to_labs"][..., 0].T / outlay).T
    power, everything = matrix.copy(), matrix.copy()
    for _ in range(5):
        power = power @ matrix
        everything += power
    two_steps = lab_vendor + lab_host @ host_vendor
    assert (two_steps <= everything[9:, :2] + 1e-12).all()
    assert two_steps == pytest.approx(everything[9:, :2], rel=0.15)
    assert financing.vendor_finance.equation.startswith("U =")


def test_links_name_flows_and_values_of_the_model():
    known = set(capital_loop().giver)
    for link, parts in LINKS.items():
        for name, _, _ in parts:
            assert name in known, (link, name)
    assert set(CUT_LIST) <= set(LINKS)
    with pytest.raises(NotFound) as error:
        cuts_of(("vendor-to-lab",), 3)
    assert "vendor-to-labs" in error.value.near


@pytest.mark.parametrize(
    "spec",
    [
        Spec(runs=0),
        Spec(quarters=1000),
        Spec(seed=-1),
        Spec(settings={"contagion": 9.0}),
        Spec(settings={"contagion": float("nan")}),
        Spec(settings={"story": [1.0, 2.0]}),
    ],
)
def test_impossible_values_are_refused(spec):
    with pytest.raises(InputError) as error:
        simulate(spec)
    assert error.value.text("en")
    assert error.value.text("ja")


def test_unknown_names_get_near_ones():
    for spec, near in ((Spec(settings={"contagon": 0.5}), "contagion"), (Spec(cut=("compue",)), "compute")):
        with pytest.raises(NotFound) as error:
            simulate(spec)
        assert near in error.value.near


def test_prior_runs_stay_inside_physical_bounds():
    from kanryu.machine.calibrate.checks import prior_check

    found = prior_check(runs=200, quarters=12, seed=2)
    assert found.inside >= 0.9
    assert set(found.by_series) == set(BOUNDS)


def test_neoclouds_mostly_live():
    """The first prototype killed the neocloud in 92% of runs by 2031."""
    found = simulate(Spec(runs=150, quarters=34, seed=5))
    assert found.series("alive_coreweave")[-1].mean() > 0.5
