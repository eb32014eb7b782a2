"""Only what was known counts; scores agree with closed forms; naive rules do what they say."""

import datetime as dt
import math
from decimal import Decimal

import numpy as np
import pytest
from scipy.stats import norm

from kanryu.case.records import Figure, Source
from kanryu.core.dates import parse_date
from kanryu.core.errors import InputError
from kanryu.machine.calibrate import naive
from kanryu.machine.calibrate.answer import window_of
from kanryu.machine.calibrate.fit import Window, box, fit, losses, simulate_draws
from kanryu.machine.calibrate.freeze import freeze, thaw
from kanryu.machine.calibrate.observed import TARGETS, Point, points_of, trend
from kanryu.machine.calibrate.predict import LEVELS, Frozen, Prediction, weighted_quantiles
from kanryu.machine.calibrate.score import Later, crps, diebold_mariano, pit, quarter_of_text, score

CENTER = TARGETS[0]  # Nvidia, revenue_data_center, USD million


def figure(period, value, known, metric="revenue_data_center", entity="Nvidia"):
    return Figure(
        entity=entity,
        metric=metric,
        period_text=period,
        unit="USD million",
        source=Source(url="x"),
        value=Decimal(value),
        period=parse_date(period),
        known_on=parse_date(known) if known else None,
    )


def test_a_figure_published_too_late_is_not_used():
    rows = [
        figure("2025Q2", 41100, "2025-08-27"),
        figure("2025Q3", 51200, "2025-11-19"),
        figure("2025Q4", 62300, "2026-02-25"),
    ]
    known = points_of(CENTER, rows, last_quarter=11, known_by=dt.date(2025, 12, 31))
    assert [(p.quarter, p.value) for p in known] == [(9, 41100e6), (10, 51200e6)]
    assert [p.quarter for p in points_of(CENTER, rows, last_quarter=11, known_by=dt.date(2026, 3, 31))] == [9, 10, 11]
    assert [p.quarter for p in points_of(CENTER, rows, last_quarter=9, known_by=dt.date(2026, 3, 31))] == [9]


def test_an_unknown_day_of_publication_is_not_used_in_a_real_time_fit():
    rows = [figure("2025Q1", 39100, None)]
    assert points_of(CENTER, rows, last_quarter=11, known_by=dt.date(2025, 12, 31)) == []
    assert len(points_of(CENTER, rows, last_quarter=11, known_by=None)) == 1


def test_the_first_publication_counts_and_years_are_no_quarters():
    rows = [
        figure("2024Q1", 22600, "2024-05-22"),
        figure("2024Q1", 22563, "2025-02-26"),
        figure("2024", 115000, "2025-02-26"),
    ]
    known = points_of(CENTER, rows, last_quarter=11, known_by=dt.date(2025, 12, 31))
    assert [(p.quarter, p.value) for p in known] == [(4, 22600e6)]


def test_window_refuses_later_quarters():
    assert window_of("2024Q4", None) == Window(last_quarter=7, known_by=dt.date(2024, 12, 31))
    for wrong in ("2026Q1", "2025", "soon", "2022Q1"):
        with pytest.raises(InputError):
            window_of(wrong, None)


def test_trend_of_a_clean_exponential():
    points = [Point(quarter=q, value=10.0 * math.exp(0.05 * (q + 1)), known_on=None) for q in range(-4, 12)]
    level, slope = trend(points)
    assert slope == pytest.approx(0.05, abs=1e-9)
    assert level == pytest.approx(10.0, rel=0.02)


def test_quarter_of_text():
    assert [quarter_of_text(x) for x in ("2023Q1", "2025-12", "2025-12-31", "2026", "2022Q4")] == [0, 11, 11, 15, -1]
    assert [quarter_of_text(x) for x in ("2026Q5", "soon", "", "2026-13")] == [None] * 4


def test_crps_of_a_normal_forecast_agrees_with_its_closed_form():
    levels = np.array(LEVELS)
    fine = np.linspace(0.0005, 0.9995, 1000)
    for z in (-1.0, 0.0, 0.7, 2.0):
        exact = 0.3 * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / math.sqrt(math.pi))
        quantiles = np.exp(2.0 + 0.3 * norm.ppf(fine))
        assert crps(quantiles, fine, math.exp(2.0 + 0.3 * z)) == pytest.approx(exact, rel=0.01)
        coarse = np.exp(2.0 + 0.3 * norm.ppf(levels))
        assert crps(coarse, levels, math.exp(2.0 + 0.3 * z)) == pytest.approx(exact, rel=0.05)
        assert pit(quantiles, fine, math.exp(2.0 + 0.3 * z)) == pytest.approx(norm.cdf(z), abs=1e-3)


def test_weighted_quantiles():
    sample, weight = np.arange(1001.0), np.ones(1001) / 1001
    assert weighted_quantiles(sample, weight, (0.1, 0.5, 0.9)) == pytest.approx((100, 500, 900), abs=0.6)
    heavy = np.where(sample >= 500, 1.0, 0.0)
    assert weighted_quantiles(sample, heavy / heavy.sum(), (0.5,))[0] == pytest.approx(750, abs=1)


def growing(rate=0.1, count=10, noise=0.0):
    generator = np.random.Generator(np.random.Philox(key=3))
    return [
        Point(quarter=q, value=math.exp(rate * q + noise * generator.standard_normal()), known_on=None)
        for q in range(count)
    ]


def test_naive_rules_on_a_clean_exponential():
    points = growing()
    for rule in ("random walk with drift", "AR(1) growth", "last growth"):
        sample = naive.FUNCTIONS[rule](points, 4, 4000, 1)
        assert float(np.median(np.log(sample))) == pytest.approx(0.1 * 13, abs=0.02), rule


def test_logistic_knows_that_growth_ends():
    points = [Point(quarter=q, value=100 / (1 + math.exp(-0.6 * (q - 5))), known_on=None) for q in range(12)]
    sample = naive.logistic(points, 8, 4000, 1)
    assert float(np.median(sample)) == pytest.approx(100, rel=0.05)
    assert float(np.median(naive.last_growth(points, 8, 4000, 1))) > 101


def frozen_with(sigma_model, sigma_naive):
    z = norm.ppf(LEVELS)
    predictions = tuple(
        Prediction(
            entity="Nvidia",
            metric="revenue_data_center",
            quarter=q,
            span="quarter",
            scale=1e6,
            anchored_on=11,
            model=tuple(np.exp(25 + sigma_model * z).tolist()),
            naive={r: tuple(np.exp(25.3 + sigma_naive * z).tolist()) for r in naive.RULES},
        )
        for q in range(12, 20)
    )
    return Frozen(
        version="x",
        last_quarter=11,
        known_by=dt.date(2025, 12, 31),
        seed=1,
        draws_sha256="",
        levels=LEVELS,
        predictions=predictions,
    )


def test_score_says_who_wins_and_how_well_bands_cover():
    generator = np.random.Generator(np.random.Philox(key=9))
    later = [
        Later(
            entity="Nvidia",
            metric="revenue_data_center",
            period=f"{2026 + i // 4}Q{i % 4 + 1}",
            value=float(np.exp(25 + 0.1 * z)),
        )
        for i, z in enumerate(generator.standard_normal(8))
    ]
    good = score(frozen_with(0.1, 0.1), later).series[0]
    assert good.beats_all
    assert good.best == "model"
    bad = score(frozen_with(3.0, 0.1), [*later, Later(entity="X", metric="y", period="2026Q1", value=1.0)])
    assert not bad.series[0].beats_all
    assert bad.series[0].coverage["50"] == 1.0  # far too wide
    assert len(bad.not_scored) == 1
    test = diebold_mariano([good], "last growth")
    assert test["difference"] > 0
    assert 0 <= test["p"] <= 1


def test_frozen_predictions_are_checked(tmp_path):
    path = tmp_path / "predictions.json"
    made = frozen_with(0.1, 0.1)
    checksum = freeze(made, path)
    assert checksum == made.checksum() == thaw(path).checksum()
    path.write_bytes(path.read_bytes()[:-20] + b"9" * 20)
    with pytest.raises(InputError) as error:
        thaw(path)
    assert error.value.key == "machine.predictions_changed"


def known_world(quarters=8):
    """Data made by the model with known parameters."""
    names, low, high = box()
    truth = low + 0.4 * (high - low)
    used = [t for t in TARGETS if t.span == "quarter" and t.weight > 0][:8]
    series = tuple(dict.fromkeys(t.series for t in used))
    path = simulate_draws(names, truth[None], {}, quarters, seed=4, series=series)
    data = {
        t: [Point(quarter=q, value=float(path[series.index(t.series), q, 0]), known_on=None) for q in range(quarters)]
        for t in used
        if (path[series.index(t.series), :, 0] > 0).all()
    }
    return names, low, high, truth, data


def test_fit_comes_nearer_to_known_parameters_than_the_prior():
    names, low, high, _, data = known_world()
    window = Window(last_quarter=7)
    found = fit(data, {}, window, population=200, rounds=4, keep=60, seed=2)
    series = tuple(dict.fromkeys(t.series for t in data))
    unit = np.random.Generator(np.random.Philox(key=5)).uniform(size=(200, len(names)))
    prior, _ = losses(data, simulate_draws(names, low + unit * (high - low), {}, 8, seed=2, series=series), series)
    fitted, _ = losses(data, simulate_draws(names, found.draws, {}, 8, seed=2, series=series), series)
    assert float(np.median(fitted)) < 0.25 * float(np.median(prior))
    assert ((found.draws >= low) & (found.draws <= high)).all()


@pytest.mark.slow
def test_known_parameters_are_recovered():
    """Simulation-based calibration: 80% bands hold about 80% of known values."""
    from kanryu.machine.calibrate.checks import recover

    _, _, _, _, data = known_world(12)
    found = recover(data, {}, Window(), trials=8, population=500, rounds=8)
    assert 0.6 <= found.within_80 <= 0.95


@pytest.mark.slow
def test_sobol_indices_name_what_matters():
    from kanryu.machine.calibrate.checks import sobol
    from kanryu.machine.capital_loop.posterior import read_draws

    names, table = read_draws()
    found = sobol(names, table, {}, output="belief", quarter=3, base=64)
    top = sorted(found.total, key=lambda name: -found.total[name])[:4]
    assert {"contagion", "belief_start"} & set(top)
