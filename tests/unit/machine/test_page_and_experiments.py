"""Records of the page, ways to meet a price path, and experiments that can fail."""

import msgspec
import numpy as np
import pytest

from kanryu.core.errors import NotFound
from kanryu.core.words import say_or
from kanryu.machine.experiments.betting import wealth
from kanryu.machine.experiments.catalogue import EXPERIMENTS, run_experiments
from kanryu.machine.experiments.circular import half_life
from kanryu.machine.experiments.lab import Bench, busts, change, drawdown, number
from kanryu.machine.links import LINKS
from kanryu.machine.page import LEVERS, levers, machine_page, ranked_cuts
from kanryu.machine.simulate import Spec


def test_the_page_is_one_record_that_json_can_hold():
    page = machine_page(Spec(runs=20, quarters=16))
    again = msgspec.json.decode(msgspec.json.encode(page), type=type(page))
    assert again == page
    assert len(page.quarters) == 16
    for fan in page.fans:
        lower, middle, upper = (np.array(fan.bands[level]) for level in ("0.1", "0.5", "0.9"))
        assert (lower <= middle).all()
        assert (middle <= upper).all()
    assert sum(outcome.wins for outcome in page.bear) == pytest.approx(1.0)
    assert max(page.identities.values()) < 1e-9


def test_levers_lie_in_their_ranges_and_have_words():
    assert {lever.name for lever in levers()} == set(LEVERS)
    for lever in levers():
        assert lever.low <= lever.value <= lever.high
        for lang in ("en", "ja"):
            assert say_or(lang, f"machine.lever.{lever.name}", "")
    for link in LINKS:
        for lang in ("en", "ja"):
            assert say_or(lang, f"machine.link.{link}", "")


def test_ranked_cuts_come_largest_first():
    found = ranked_cuts(runs=10, links=("compute", "index-money", "outside-demand"))
    losses = [cut.loss_without_substitution for cut in found]
    assert losses == sorted(losses, reverse=True)
    assert found[-1].link == "index-money"
    with pytest.raises(NotFound):
        ranked_cuts(runs=10, links=("nothing",))


def test_every_proposition_has_claim_rule_and_labels_in_both_languages():
    for lang in ("en", "ja"):
        for name in EXPERIMENTS:
            assert say_or(lang, f"machine.claim.{name}", "")
            assert say_or(lang, f"machine.refutation.{name}", "")
    assert list(EXPERIMENTS) == [f"P{n}" for n in range(1, 25)]


def test_cheap_propositions_answer_on_few_runs():
    cheap = [name for name in EXPERIMENTS if name not in ("P1", "P5", "P9")]
    for one in run_experiments(cheap, runs=20, quarters=28):
        for found in (one.main, *one.others):
            if np.isfinite(found.value):
                assert found.low <= found.value <= found.high
            assert say_or("ja", f"machine.measure.{found.what}", "")
        assert one.is_refuted in (True, False, None)


def test_a_claim_can_be_refuted():
    """Without any pull of belief on venture money, P12's effect is zero and the claim falls."""
    from kanryu.machine.experiments.costs import p12

    class Still(Bench):
        def spec(self, settings=None, cut=()):
            return super().spec({**(settings or {}), "venture_belief": 0.0}, cut)

    assert p12(Still(20, 24)).is_refuted is True
    assert p12(Bench(20, 24)).is_refuted is False


def test_wealth_of_four_choices_on_known_paths():
    rising = np.array([[1.0], [1.5], [2.0], [2.5]])
    falling = np.array([[1.0], [0.5], [0.2], [0.1]])
    assert wealth(rising, "long")[0] == 2.5
    assert wealth(rising, "deposits")[0] == pytest.approx(1.01**3)
    # half the money short at 1: 1.5 in cash, position 0.5 x price; called when equity < 30% of it
    short = wealth(falling, "short")[0]
    fees = 0.006 * 0.5 * (0.5 + 0.2 + 0.1)
    assert short == pytest.approx(1.5 - 0.05 - fees)
    called = wealth(np.array([[1.0], [3.0], [0.1]]), "short")[0]
    assert called == pytest.approx(0.01)  # 1.5 - 1.5 - fee: gone before the fall comes
    assert wealth(falling, "puts")[0] > wealth(rising, "puts")[0]


def test_measures_of_paths():
    path = np.array([[1.0, 1.0], [2.0, 3.0], [1.0, 4.0]])
    assert drawdown(path).tolist() == [0.5, 0.0]
    assert change(np.array([1.1]), np.array([1.0]))[0] == pytest.approx(0.1)
    band = number("x", np.arange(101.0))
    assert (band.low, band.value, band.high) == (10.0, 50.0, 90.0)
    base = np.full((20, 1), 10.0)
    cut = base.copy()
    cut[15:] = 4.0
    assert half_life(base, cut)[0] == 4.0
    assert half_life(base, base)[0] == 8.0


def test_busts_find_peak_and_trough():
    from types import SimpleNamespace

    series = np.array([[1.0, 1.0], [4.0, 2.0], [2.0, 3.0], [1.0, 4.0]])
    bust, peak, trough = busts(SimpleNamespace(series=lambda name: series))
    assert bust.tolist() == [True, False]
    assert (peak[0], trough[0]) == (1, 3)
