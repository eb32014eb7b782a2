"""The kernel refuses what would break the books, and names the place when something does."""

from types import SimpleNamespace

import numpy as np
import pytest

from kanryu.core.errors import BooksDoNotClose, InputError, NotFound
from kanryu.machine.books import draws
from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.chart import Chart, Instrument
from kanryu.machine.books.model import Cut, Model, Stage
from kanryu.machine.books.parameters import Values, read_parameters
from kanryu.machine.books.verbs import Flow

CHART = Chart(
    {"firms": ("a", "b"), "banks": ("bank",)},
    (Instrument(name="loans", kind="claim", holders=("bank",), issuers=("firms",)),),
)
PAY = Flow(name="rent", number=1, verb="pay", payer="a", payee="b")


def opening(books, p, runs):
    books.open_deposits("firms", np.array([[100.0], [50.0]]), "bank")
    return {"wealth": np.full(books.runs, 1.0)}


def model(*rules, flows=(PAY,), stages=None):
    return Model("test", CHART, flows, stages or (Stage("one", *rules),), opening, Values({"rate": 0.1}))


def test_a_payment_moves_deposits_and_net_worth():
    @behaviour(books=("rent",))
    def rent(s, p):
        return {"rent": 10.4 + 0.0 * s.width}

    chunk = model(rent).start([0, 1])
    chunk.step()
    assert chunk.books.balances[:3, 0].tolist() == [90.0, 60.0, -150.0]  # rounded to whole dollars


@pytest.mark.parametrize(
    ("flow", "key"),
    [
        (Flow(name="gift", number=1, verb="pay", payer="a"), "machine.no_counterparty"),
        (Flow(name="gift", number=1, verb="pay", payer="", payee="b"), "machine.no_counterparty"),
        (Flow(name="gift", number=1, verb="donate", payer="a", payee="b"), "machine.verb_unknown"),
    ],
)
def test_money_without_a_counterparty_is_refused_when_the_model_is_loaded(flow, key):
    with pytest.raises(InputError) as error:
        model(flows=(flow,))
    assert error.value.key == key


def test_unknown_party_and_instrument_get_near_names():
    with pytest.raises(NotFound) as error:
        model(flows=(Flow(name="x", number=1, verb="pay", payer="frms", payee="b"),))
    assert "firms" in error.value.near
    with pytest.raises(NotFound) as error:
        model(flows=(Flow(name="x", number=1, verb="lend", payer="bank", payee="a", instrument="loan"),))
    assert "loans" in error.value.near


def test_an_undeclared_flow_is_refused():
    @behaviour(books=("rant",))
    def rent(s, p):
        return {"rant": 1.0}

    with pytest.raises(InputError) as error:
        model(rent)
    assert error.value.key == "machine.flow_undeclared"


def test_a_result_that_was_not_declared_is_refused():
    @behaviour()
    def rent(s, p):
        return {"rent": 1.0}

    with pytest.raises(InputError) as error:
        model(rent)
    assert error.value.key == "machine.result_undeclared"


def test_reading_a_later_stage_is_refused():
    @behaviour(reads=("income",), gives=("spending",))
    def spend(s, p):
        return {"spending": s.income}

    @behaviour(gives=("income",))
    def earn(s, p):
        return {"income": 1.0}

    with pytest.raises(InputError) as error:
        model(stages=(Stage("spend", spend), Stage("earn", earn)))
    assert error.value.key == "machine.read_later"
    assert "last.income" in error.value.hint("en")


def test_reading_without_declaring_is_refused():
    @behaviour(gives=("spending",))
    def spend(s, p):
        return {"spending": s.last.wealth + s.cash("a")}

    with pytest.raises(InputError) as error:
        model(spend)
    assert error.value.key == "machine.read_undeclared"
    assert "@deposits" in str(error.value)
    assert "last.wealth" in str(error.value)


def test_a_negative_payment_names_flow_run_and_quarter():
    @behaviour(books=("rent",))
    def rent(s, p):
        return {"rent": np.where(np.arange(s.width) == 3, -5.0, 5.0) if s.quarter == 2 else np.full(s.width, 1.0)}

    chunk = model(rent).start(np.arange(10, 15))
    chunk.step()
    chunk.step()
    with pytest.raises(BooksDoNotClose) as error:
        chunk.step()
    assert error.value.values["run"] == 13
    assert error.value.values["quarter"] == 2
    assert error.value.values["flow"] == "rent"


def test_a_hole_in_the_books_names_identity_run_quarter_account_and_difference():
    @behaviour(books=("rent",))
    def rent(s, p):
        return {"rent": np.full(s.width, 1.0)}

    chunk = model(rent).start(np.arange(20, 24))
    chunk.step()
    chunk.books.balances[1, 2] += 7.0  # money out of nowhere, in run 22 at firm b
    with pytest.raises(BooksDoNotClose) as error:
        chunk.step()
    assert error.value.values["run"] == 22
    assert error.value.values["gap"] == "7"
    assert error.value.values["identity"].startswith("1")


def test_not_a_number_is_never_closed_over():
    @behaviour(books=("rent",))
    def rent(s, p):
        return {"rent": np.full(s.width, np.nan)}

    with pytest.raises(BooksDoNotClose):
        model(rent)


def test_a_cut_replaces_a_flow_from_its_quarter_on():
    @behaviour(books=("rent",))
    def rent(s, p):
        return {"rent": np.full(s.width, 2.0)}

    loaded = model(rent)
    chunk = loaded.start([0, 1], cuts=(Cut("rent", 2),))
    for _ in range(5):
        chunk.step()
    assert chunk.books.balances[0, 0] == 100.0 - 2 * 2.0


def test_draws_depend_on_seed_run_quarter_and_shock_only():
    runs = np.arange(50, dtype=np.uint64)
    whole = draws.normals(5, "prices", runs, 3, 7)
    assert np.array_equal(draws.normals(5, "prices", runs[17:18], 3, 7), whole[:, 17:18])
    assert np.array_equal(draws.normals(5, "prices", runs[::-1], 3, 7), whole[:, ::-1])
    for other in (
        draws.normals(6, "prices", runs, 3, 7),
        draws.normals(5, "core", runs, 3, 7),
        draws.normals(5, "prices", runs, 4, 7),
    ):
        assert not np.isclose(other, whole).any(axis=None) or np.isclose(other, whole).mean() < 0.01
    assert not np.array_equal(draws.normals(5 + 2**32, "prices", runs, 3, 7), whole)


def test_draws_have_the_right_distribution():
    runs = np.arange(40_000, dtype=np.uint64)
    normal = draws.normals(1, "x", runs, 0, 2)
    assert abs(float(normal.mean())) < 0.02
    assert abs(float(normal.std()) - 1.0) < 0.02
    assert abs(float(np.corrcoef(normal)[0, 1])) < 0.02
    count = draws.poisson(draws.uniforms(1, "y", runs, 0, 1)[0], 0.6)
    assert abs(float(count.mean()) - 0.6) < 0.02
    assert abs(float(count.var()) - 0.6) < 0.02


def test_parameter_file_errors_name_the_line(tmp_path):
    good = 'rate = {value = 0.1, low = 0.0, high = 1.0, unit = "1/quarter", source = "own"}\n'
    path = tmp_path / "parameters.toml"
    for text, key in (
        ("rate = {value = 0.1", "machine.parameters_unreadable"),
        ('rate = {value = 0.1, low = 0.0, high = 1.0, unit = "1/quarter"}', "machine.parameter_line"),
        (good.replace("1/quarter", "furlongs"), "machine.parameter_unit"),
        (good.replace("0.1,", "3.0,"), "machine.parameter_range"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as error:
            read_parameters(path)
        assert error.value.key == key
        assert error.value.text("ja") != error.value.text("en")
    path.write_text(good, encoding="utf-8")
    assert read_parameters(path)["rate"].value == 0.1


def test_values_of_a_group_get_a_run_axis():
    values = Values({"speed": 0.5, "size": [1.0, 2.0]})
    assert values.speed == 0.5
    assert values.size.shape == (2, 1)
    with pytest.raises(NotFound):
        _ = values.seed


def test_a_view_like_object_is_enough_for_a_rule():
    @behaviour(reads=("last.x",), gives=("y",))
    def double(s, p):
        """y = 2 x_"""
        return {"y": 2.0 * s.last.x}

    assert double(SimpleNamespace(last=SimpleNamespace(x=4.0)), None) == {"y": 8.0}
    assert double.equation == "y = 2 x_"
