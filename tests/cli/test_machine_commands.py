"""kanryu run, replay, matrix, experiment, fit and score: contracts, clear errors, nothing half-written."""

import json
import os
import signal
import subprocess
import sys
import time

import polars as pl
import pytest

from kanryu.cli.shell import run


@pytest.fixture
def kanryu(capsys):
    def call(*args, code=0):
        assert run([str(a) for a in args]) == code
        return capsys.readouterr()

    return call


def answer(captured):
    return json.loads(captured.out)


def test_run_gives_identities_and_a_folder(kanryu, tmp_path):
    folder = tmp_path / "r"
    found = answer(kanryu("run", "--runs", 20, "--quarters", 12, "--seed", 1, "--out", folder, "--json"))["result"]
    assert found["folder"] == str(folder)
    assert found["identities"]["1 deposits"] == 0.0
    assert found["identities"]["5 flows explain deposits"] == 0.0
    assert max(found["identities"].values()) < 1e-9
    assert sorted(p.name for p in folder.iterdir()) == ["manifest.json", "quantiles.parquet", "series.parquet"]
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["spec"]["seed"] == 1
    assert manifest["version"]
    frame = pl.read_parquet(folder / "series.parquet")
    assert frame.height == 20 * 12
    assert frame["quarter"][-1] == "2025Q4"
    turning = found["turning"]
    assert sum(turning["by_quarter"].values()) + turning["not_yet"] == pytest.approx(1.0)


def test_replay_writes_payments_that_the_other_commands_read(kanryu, tmp_path):
    folder, rows = tmp_path / "r", tmp_path / "rows.parquet"
    kanryu("run", "--runs", 10, "--quarters", 8, "--out", folder)
    found = answer(kanryu("replay", folder, "--run", 7, "--out", rows, "--journal", tmp_path / "all.csv", "--json"))[
        "result"
    ]
    assert found["largest_difference"] == 0
    frame = pl.read_parquet(rows)
    assert frame.columns[:5] == ["src", "dst", "t", "amount", "instrument"]
    assert frame.height == found["rows"]
    assert (frame["amount"] > 0).all()
    assert "write_off" not in frame["instrument"].unique().to_list()
    trace = answer(kanryu("trace", rows, "--account", "nvidia", "--json"))["result"]
    assert trace["inflow"] == frame.filter(pl.col("dst") == "nvidia")["amount"].sum()
    loops = answer(kanryu("loops", rows, "--static", "--count-only", "--max-length", 3, "--json"))
    assert loops["ok"]
    assert pl.read_csv(tmp_path / "all.csv").height == found["entries"] > found["rows"]


def test_seed_and_settings_reach_the_run(kanryu, tmp_path):
    base = answer(kanryu("run", "--runs", 5, "--quarters", 8, "--json"))["result"]
    other = answer(kanryu("run", "--runs", 5, "--quarters", 8, "--set", "contagion=0.2", "--json"))["result"]
    again = answer(kanryu("run", "--runs", 5, "--quarters", 8, "--json"))["result"]
    assert base["fans"] == again["fans"] != other["fans"]
    assert other["origin"]["inputs"]["set"] == {"contagion": 0.2}


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("run", "capital-lop"), 3, "capital-loop"),
        (("run", "--set", "contagion"), 2, "name=value"),
        (("run", "--set", "contagion=9"), 3, "outside 0.1 to 0.9"),
        (("run", "--set", "contagon=0.4"), 3, "contagion"),
        (("run", "--cut", "compue"), 3, "compute"),
        (("run", "--runs", "0"), 3, "outside 1 to"),
        (("replay", "nowhere"), 3, "no finished run"),
        (("matrix", "smi"), 3, "sim"),
        (("matrix", "sim", "--quarter", "2025Q4"), 2, "capital-loop"),
        (("matrix", "--quarter", "1999Q1"), 3, "2023Q1"),
        (("experiment", "P77"), 3, "P1 to P24"),
        (("experiment", "P2", "--runs", "3"), 3, "at least"),
        (("fit", "--until", "2026Q1"), 3, "scoring only"),
        (("score", "nowhere.csv"), 3, "cannot be read"),
    ],
)
def test_wrong_input_says_what_to_do(kanryu, arguments, code, says):
    captured = kanryu(*arguments, code=code)
    assert says in captured.err
    assert "Traceback" not in captured.err
    kanryu("--lang", "ja", *arguments, code=code)


def test_a_folder_with_something_else_is_left_alone(kanryu, tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    captured = kanryu("run", "--runs", 2, "--quarters", 2, "--out", tmp_path, code=3)
    assert "no run of the machine" in captured.err
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_a_finished_folder_is_not_overwritten_by_another_run(kanryu, tmp_path):
    folder = tmp_path / "r"
    kanryu("run", "--runs", 3, "--quarters", 3, "--out", folder)
    before = (folder / "series.parquet").read_bytes()
    kanryu("run", "--runs", 4, "--quarters", 3, "--out", folder, code=3)
    assert (folder / "series.parquet").read_bytes() == before


def test_a_broken_manifest_is_named(kanryu, tmp_path):
    (tmp_path / "manifest.json").write_text("{")
    assert "manifest.json" in kanryu("replay", tmp_path, code=3).err
    kanryu("run", "--runs", 2, "--quarters", 2, "--out", tmp_path / "ok")
    assert "no run 9" in kanryu("replay", tmp_path / "ok", "--run", 9, code=3).err


def test_a_full_disk_leaves_nothing_half_written(kanryu, tmp_path, monkeypatch):
    from kanryu.machine import results

    folder = tmp_path / "r"
    real = os.fsync

    def full(number):
        if (folder / "series.parquet").exists():
            raise OSError(28, "No space left on device")
        real(number)

    monkeypatch.setattr(results.os, "fsync", full)
    captured = kanryu("run", "--runs", 2, "--quarters", 2, "--out", folder, code=3)
    assert "No space left" in captured.err
    assert not (folder / "manifest.json").exists()
    assert not [p for p in folder.iterdir() if p.name.startswith(".")]
    monkeypatch.setattr(results.os, "fsync", real)
    kanryu("run", "--runs", 2, "--quarters", 2, "--out", folder)  # and it goes on from there
    assert (folder / "manifest.json").exists()


@pytest.mark.slow
def test_a_killed_run_resumes_with_the_same_bytes(kanryu, tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    arguments = ["run", "--runs", "40", "--quarters", "16", "--chunk", "2"]
    kanryu(*arguments, "--out", whole)
    program = [sys.executable, "-c", "from kanryu.cli import main; main()", *arguments, "--out", str(broken)]
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(400):
        if len(list(broken.glob("chunks/*/*.npy"))) >= 2 or process.poll() is not None:
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (broken / "manifest.json").exists()
    kanryu(*arguments, "--out", broken)
    for name in ("series.parquet", "quantiles.parquet"):
        assert (broken / name).read_bytes() == (whole / name).read_bytes()


@pytest.mark.slow
def test_two_workers_give_the_same_bytes(kanryu, tmp_path):
    kanryu("run", "--runs", 40, "--quarters", 12, "--out", tmp_path / "one", "--chunk", 10)
    kanryu("run", "--runs", 40, "--quarters", 12, "--out", tmp_path / "two", "--chunk", 10, "--workers", 2)
    assert (tmp_path / "one/series.parquet").read_bytes() == (tmp_path / "two/series.parquet").read_bytes()


@pytest.mark.parametrize("model", ["capital-loop", "sim", "pc", "lp", "bmw", "keen"])
def test_matrix_shows_balance_flows_and_equations(kanryu, model):
    found = answer(kanryu("matrix", model, "--json"))["result"]
    assert found["equations"]
    assert all(line["equation"] for line in found["equations"])
    if found["flows"]:
        assert all(line["payer"] for line in found["flows"])
    assert model.split("-")[0] in kanryu("matrix", model, "--lang", "ja").out


def test_matrix_of_a_quarter_sums_to_zero(kanryu):
    found = answer(kanryu("matrix", "--quarter", "2024Q4", "--json"))["result"]["values"]
    for instrument, row in found.items():
        if instrument not in ("chips", "shells"):
            assert sum(row.values()) == 0.0, instrument
    assert sum(found["chips"].values()) > 0


def test_experiment_answers_with_a_band_and_a_verdict(kanryu):
    found = answer(kanryu("experiment", "P11", "P24", "--runs", 30, "--quarters", 24, "--json"))["result"]["answers"]
    assert [a["proposition"] for a in found] == ["P11", "P24"]
    for one in found:
        assert one["main"]["low"] <= one["main"]["value"] <= one["main"]["high"]
        assert one["is_refuted"] in (True, False)
    text = kanryu("experiment", "P11", "--runs", 30, "--quarters", 24, "--lang", "ja").out
    assert "反証" in text


LATER = "entity,metric,period,value\nNvidia,revenue_data_center,2026Q1,70000\nNvidia,revenue_data_center,2026Q2,75000\n"


def test_score_answers_per_series(kanryu, tmp_path):
    path = tmp_path / "later.csv"
    path.write_text(
        LATER + "Nobody,revenue,2026Q1,5\nNvidia,net_income,2031Q1,5\nMeta,capex_incl_finance_leases,2026Q1,-3\n"
    )
    found = answer(kanryu("score", path, "--json"))["result"]
    one = found["series"][0]
    assert (one["entity"], one["metric"], one["count"]) == ("Nvidia", "revenue_data_center", 2)
    assert set(one["crps_naive"]) == {"random walk with drift", "AR(1) growth", "last growth", "logistic"}
    assert one["crps"] > 0
    assert set(one["coverage"]) == {"50", "80", "95"}
    assert all(0 <= x <= 1 for x in one["pit"])
    assert len(found["not_scored"]) == 3
    assert len(found["predictions_sha256"]) == 64
    assert "Nvidia" in kanryu("score", path).out


def test_score_names_every_wrong_cell(kanryu, tmp_path):
    path = tmp_path / "later.csv"
    path.write_text(LATER.replace("70000", "much"))
    captured = kanryu("score", path, code=1)
    assert "later.csv:2" in captured.err
    path.write_text("entity,metric,value\nNvidia,x,3\n")
    assert "period" in kanryu("score", path, code=3).err


def test_changed_predictions_are_refused(kanryu, tmp_path):
    from kanryu.machine.calibrate.freeze import PREDICTIONS_FILE

    copy, later = tmp_path / "predictions.json", tmp_path / "later.csv"
    copy.write_bytes(PREDICTIONS_FILE.read_bytes().replace(b'"seed":1', b'"seed":2'))
    copy.with_suffix(".sha256").write_bytes(PREDICTIONS_FILE.with_suffix(".sha256").read_bytes())
    later.write_text(LATER)
    assert "checksum" in kanryu("score", later, "--predictions", copy, code=3).err


def test_predictions_were_made_without_later_figures():
    from kanryu.machine.calibrate.freeze import thaw

    frozen = thaw()
    assert frozen.known_by.isoformat() <= "2025-12-31"
    assert max(p.anchored_on for p in frozen.predictions) <= 11
