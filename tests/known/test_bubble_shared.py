"""Oracles 3, 5 to 10 and 12 of the bubble definitions, on the reference data that a user does not have."""

import csv
import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from kanryu.market.dating import date_episodes, spans_above
from kanryu.market.false_alarms import false_alarms
from kanryu.market.lppls import fit_lppls
from kanryu.market.panel_test import panel_sequence
from kanryu.market.sequences import Setting, compute
from kanryu.market.simulate import line_of, simulate
from kanryu.market.valuation import cape
from kanryu.market.windows import shortest_episode

pytestmark = pytest.mark.shared
SIMULATED = ("psy1", "psy2", "evans", "div", "blan")


@pytest.fixture(scope="module")
def folder(shared):
    return shared / "data" / "bubble"


def read(folder, name):
    with open(folder / name, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def column(rows, name):
    return np.array([float(row[name]) if row[name] else np.nan for row in rows])


@pytest.fixture(scope="module")
def price_dividend(folder):
    rows = read(folder, "sp500_price_dividend_psy.csv")[:1680]
    return [row["month"] for row in rows], column(rows, "pd_index")


def test_oracle_3_five_simulated_series(folder):
    data = read(folder, "exuber_sim_data.csv")
    sequences = read(folder, "exuber_sim_data_sequences.csv")
    for row in read(folder, "exuber_sim_data_statistics.csv"):
        setting = Setting.make(100, lag=int(row["lag"]), minimum=19, counts="rows")
        if row["series"] == "panel":
            mean = panel_sequence([column(data, name) for name in SIMULATED], setting)
            assert mean.max() == pytest.approx(float(row["gsadf"]), abs=1e-9)
            continue
        found = compute(column(data, row["series"]), setting)
        for name in ("adf", "sadf", "gsadf"):
            assert getattr(found, name) == pytest.approx(float(row[name]), abs=1e-9), row
        mine = [s for s in sequences if s["series"] == row["series"] and s["lag"] == row["lag"]]
        if mine:
            assert int(mine[0]["end_obs"]) == found.first_end + 1
            assert found.badf == pytest.approx(column(mine, "badf"), abs=1e-9)
            assert found.bsadf == pytest.approx(column(mine, "bsadf"), abs=1e-9)


@pytest.mark.parametrize(("minimum", "lag"), [(36, 0), (89, 0), (90, 0), (90, 1)])
def test_oracle_6_whole_sequences(folder, price_dividend, minimum, lag):
    months, y = price_dividend
    found = compute(y, Setting.make(1680, lag=lag, minimum=minimum, counts="rows"))
    rows = read(folder, f"sp500_pd_bsadf_exuber_minw{minimum}_lag{lag}.csv")
    assert months[found.first_end] == rows[0]["month"]
    assert found.badf == pytest.approx(column(rows, "badf"), abs=1e-8)
    assert found.bsadf == pytest.approx(column(rows, "bsadf"), abs=1e-8)
    expected = {0: (-1.165342, 3.443243, 4.206874), 1: (-1.802143, 1.577200, 3.170868)}[lag]
    assert (found.adf, found.sadf, found.gsadf) == pytest.approx(expected, abs=5e-7)
    if lag == 0:
        assert months[found.sadf_end] == "2000-08"
        assert months[found.starts[found.gsadf_end - found.first_end]] == "1976-02"
        assert months[found.gsadf_end] == "1999-07"


def test_oracle_6_todays_vintage(folder):
    """The same months from a later vintage of the data give other values: vintage matters."""
    rows = [r for r in read(folder, "shiller_sp500_monthly.csv") if "1871-01" <= r["month"] <= "2010-12"]
    found = compute(
        column(rows, "real_price") / column(rows, "real_dividend"), Setting.make(1680, minimum=90, counts="rows")
    )
    assert (found.sadf, found.gsadf) == pytest.approx((3.461880, 4.159266), abs=5e-7)


def overlaps(episodes, start, end):
    return [e for e in episodes if e.start <= end and e.end >= start]


def index_of(month):
    return int(month[:4]) * 12 + int(month[5:7])


def test_oracle_7_published_episodes(folder, price_dividend):
    """All seven of the published figure are met, ends within a month; the other lines give fewer, as published."""
    months, y = price_dividend
    setting = Setting.make(1680, minimum=90)
    found = compute(y, setting)
    sample = simulate(1680, setting, seed=20110301, repetitions=2000, keep=True)
    dated = {
        line: date_episodes(y, found.bsadf, line_of(sample, line, 0.95), months, found.first_end, shortest=shortest)
        for line, shortest in (("pointwise", 1), ("running", 7), ("family", 7))
    }
    published = [r for r in read(folder, "published_episodes.csv") if r["source"] == "PSY2015_fig7"]
    assert len(published) == 7
    for episode in published:
        met = overlaps(dated["pointwise"], episode["start"], episode["end"])
        assert met, episode
        assert any(abs(index_of(e.end) - index_of(episode["end"])) <= 1 for e in met), episode
    assert [e.sign for e in overlaps(dated["pointwise"], "1917-08", "1918-04")] == [-1]
    assert all(e.sign == -1 for e in overlaps(dated["pointwise"], "2009-02", "2009-04"))
    assert [(e.start, e.end) for e in dated["running"]] == [("1879-10", "1880-04"), ("1997-05", "2001-02")]
    assert [(e.start, e.end) for e in dated["family"]] == [("1997-06", "1998-08"), ("1998-11", "2000-11")]
    recursive_line = np.quantile(sample.badf, 0.95, axis=0)
    recursive = date_episodes(y, found.badf, recursive_line, months, found.first_end, shortest=7)
    for episode in read(folder, "published_episodes.csv"):
        if episode["source"] == "PSY2015_fig8_SADF":
            assert overlaps(recursive, episode["start"], episode["end"]), episode


def test_oracle_8_psymonitor_compatibility(folder):
    rows = read(folder, "psymonitor_snp.csv")
    y = 1 / column(rows, "dividend_yield_pct")
    dates = [row["date"] for row in rows]
    found = compute(y, Setting.make(len(y), lag=6, rule="psymonitor", minimum=47, counts="levels"))
    expected = read(folder, "psymonitor_snp_bsadf.csv")
    assert dates[found.first_end] == expected[0]["date"]
    assert found.bsadf == pytest.approx(column(expected, "bsadf"), abs=1e-8)
    published = [
        (r["start"], r["end"])
        for r in read(folder, "published_episodes.csv")
        if r["source"] == "psymonitor_article_95pct"
    ]
    ours = date_episodes(y, found.bsadf, np.full(len(found.bsadf), 0.8283288), dates, found.first_end)
    assert [(e.start, e.end) for e in ours] == published
    assert len(published) == 10
    strict = date_episodes(y, found.bsadf, np.full(len(found.bsadf), 1.2929134), dates, found.first_end)
    assert [(e.start, e.end) for e in strict] == [
        ("1996-11-29", "1996-11-29"),
        ("1997-05-30", "1998-07-31"),
        ("1998-10-30", "2000-10-31"),
        ("2008-10-31", "2009-02-27"),
    ]


def test_oracle_9_exuber_manual(folder):
    """Start, peak and end (first after), counted from 1, only for series whose GSADF rejects."""
    data = read(folder, "exuber_sim_data.csv")
    line = column(read(folder, "exuber_bsadf_cv_n100.csv"), "q95")
    expected = {
        "psy1": [(44, 48, 56)],
        "psy2": [(22, 40, 41), (62, 70, 71)],
        "evans": [(20, 20, 21), (44, 44, 45), (66, 67, 68)],
        "blan": [(34, 36, 37), (84, 86, 87)],
    }
    labels = [str(i + 1) for i in range(100)]
    for name in SIMULATED:
        y = column(data, name)
        found = compute(y, Setting.make(100, minimum=19, counts="rows"))
        if name == "div":
            assert found.gsadf < 1.974
            continue
        episodes = date_episodes(y, found.bsadf, line, labels, found.first_end)
        assert [(int(e.start), int(e.peak), int(e.end) + 1) for e in episodes] == expected[name]


def test_oracle_12_cape(folder):
    rows = read(folder, "shiller_sp500_monthly.csv")
    ours = cape(column(rows, "real_price"), column(rows, "real_earnings"))
    theirs = column(rows, "cape")
    both = ~np.isnan(ours) & ~np.isnan(theirs)
    assert both.sum() > 1700
    assert np.abs(ours[both] - theirs[both]).max() < 0.01
    at = {row["month"]: value for row, value in zip(rows, ours)}
    named = {"1929-09": 32.56, "1932-06": 5.57, "1982-08": 6.64, "1999-12": 44.20, "2000-03": 43.22, "2009-03": 13.32}
    for month, value in {**named, "2021-11": 38.58, "2023-06": 29.94}.items():
        assert at[month] == pytest.approx(value, abs=0.01)


@pytest.mark.slow
def test_oracle_5_false_alarms():
    rates = {
        one.line: one
        for one in false_alarms(1680, Setting.make(1680, minimum=90), seed=5, shortest=shortest_episode(1680))
    }
    table = {
        "pointwise": (0.989, 0.855, 0.051, 2.72),
        "running": (0.686, 0.248, 0.006, 0.36),
        "family": (0.053, 0.005, 0.0001, 0.01),
    }
    for line, (alarm, episode, flagged, each) in table.items():
        assert rates[line].walks_with_alarm == pytest.approx(alarm, abs=0.03), line
        assert rates[line].walks_with_episode == pytest.approx(episode, abs=0.03), line
        assert rates[line].flagged == pytest.approx(flagged, abs=0.004), line
        assert rates[line].episodes_per_walk == pytest.approx(each, abs=0.15), line


def test_oracle_10_log_periodic_fit_of_the_dot_com_years():
    """Needs the data of the optional package lppls; skips without it."""
    package = pytest.importorskip("lppls", reason="the optional package lppls is not installed")
    path = Path(package.__file__).parent / "data" / "nasdaq_dotcom.csv"
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    t = np.array([dt.date.fromisoformat(row["Date"]).toordinal() for row in rows], dtype=float)
    found = fit_lppls(t, np.log(column(rows, "Adj Close")))
    assert len(t) == 1563
    assert found.tc == 730190
    assert (found.m, found.w) == pytest.approx((0.48203, 9.80361), abs=1e-4)
    assert (found.a, found.b) == pytest.approx((8.570938, -0.0476272), abs=1e-5)
    assert (found.c1, found.c2) == pytest.approx((-0.000648, 0.001800), abs=2e-6)
    assert found.squares == pytest.approx(6.319613, abs=1e-5)
    assert (found.damping, found.oscillations) == pytest.approx((1.224, 12.05), abs=0.005)
    assert found.at_bound == ("tc",)


def test_spans_are_maximal_runs():
    assert spans_above(np.array([False, True, True, False, True]), 1) == [(1, 2), (4, 4)]
