"""`kanryu explosive`: the JSON that others rely on, the text, and what bad input gets."""

import json

import numpy as np
import pytest

from kanryu.cli.shell import run

Y = [1, 2, 4, 3, 5, 8, 13, 20, 31, 30]


def write(folder, values, name="y.csv"):
    path = folder / name
    path.write_text("month,Price\n" + "".join(f"{2000 + i // 12}-{i % 12 + 1:02d},{v}\n" for i, v in enumerate(values)))
    return str(path)


def answer(capsys, *words):
    code = run(["explosive", *words, "--json"])
    body = json.loads(capsys.readouterr().out)
    assert (body["kanryu"], body["command"], body["ok"]) == (1, "explosive", code == 0)
    return code, body


def test_the_contract(tmp_path, capsys):
    """Oracle 2 of the definitions through the command line."""
    path = write(tmp_path, Y)
    _, body = answer(capsys, path, "--column", "Price", "--lag", "0", "--min-window", "4", "--count", "rows")
    found = body["result"]["columns"]["Price"]
    assert found["adf"] == pytest.approx(0.53098352, abs=1e-8)
    assert found["sadf"] == pytest.approx(6.77307407, abs=1e-8)
    assert found["gsadf"] == pytest.approx(27.28002933, abs=1e-8)
    assert found["badf"] == pytest.approx(
        [-0.9258201, 0.18156826, 1.68498863, 3.5616882, 6.77307407, 0.53098352], abs=1e-8
    )
    assert found["bsadf"][-2:] == pytest.approx([27.28002933, 0.53098352], abs=1e-8)
    assert found["ends"] == ["2000-05", "2000-06", "2000-07", "2000-08", "2000-09", "2000-10"]
    assert isinstance(found["episodes"], list)


def test_lag_and_levels(tmp_path, capsys):
    path = write(tmp_path, Y)
    _, body = answer(capsys, path, "--lag", "1", "--min-window", "7", "--count", "levels")
    found = body["result"]["columns"]["Price"]
    assert found["bsadf"] == pytest.approx([1.23035964, 2.38584444, 6.55916563, 0.46293420], abs=1e-8)


def bubble():
    """A random walk that grows 6 % a step from 80 to 99 and falls back at 100."""
    rng = np.random.default_rng(3)
    y = list(100 + np.cumsum(rng.standard_normal(80)))
    for _ in range(20):
        y.append(y[-1] * 1.06 + rng.standard_normal())
    return y + list(y[79] + np.cumsum(rng.standard_normal(40)))


def test_a_planted_rise_is_dated_with_its_sign(tmp_path, capsys):
    path = write(tmp_path, bubble())
    _, body = answer(capsys, path, "--lag", "0")
    found = body["result"]["columns"]["Price"]
    first = found["episodes"][0]
    assert first["sign"] == 1
    assert 80 <= first["start_index"] <= 95
    assert first["end_index"] == 99
    assert {"start", "end", "peak", "sign"} <= first.keys()
    assert first["start"] == f"{2000 + first['start_index'] // 12}-{first['start_index'] % 12 + 1:02d}"
    assert found["false_alarms"]["family"]["walks_with_episode"] < 0.02
    assert found["false_alarms"]["pointwise"]["walks_with_episode"] > 0.2


def test_a_planted_fall_is_a_downturn(tmp_path, capsys):
    path = write(tmp_path, [500 - v for v in bubble()])
    _, body = answer(capsys, path)
    assert body["result"]["columns"]["Price"]["episodes"][0]["sign"] == -1
    assert body["result"]["columns"]["Price"]["episodes"][0]["kind"] == "crash"


def test_log_bic_and_the_other_choices(tmp_path, capsys):
    path = write(tmp_path, bubble())
    code, body = answer(capsys, path, "--log", "--lag", "bic:3", "--line", "running", "--repetitions", "200")
    result = body["result"]
    assert code == 0
    assert (result["log"], result["lag"], result["lag_rule"], result["method"]) == (True, 3, "bic", "simulate")
    assert len(result["columns"]["Price"]["bsadf"]) == len(result["columns"]["Price"]["ends"])
    code, body = answer(capsys, path, "--critical", "wild", "--repetitions", "200")
    assert body["result"]["method"] == "wild"


def test_the_text_says_no_verdict_and_gives_the_odds(tmp_path, capsys):
    path = write(tmp_path, bubble())
    assert run(["explosive", path, "--lang", "en", "--false-alarms"]) == 0
    text = capsys.readouterr().out
    assert "One random walk in 20 would say the same" in text
    assert "False alarms of these dates" in text
    assert "pure random walks would be flagged" in text
    assert "bubble: yes" not in text.lower()
    assert run(["explosive", path, "--lang", "ja"]) == 0
    assert "ランダムウォーク" in capsys.readouterr().out


def test_a_chart_of_its_own(tmp_path, capsys):
    path = write(tmp_path, bubble())
    out = tmp_path / "out.svg"
    assert run(["explosive", path, "--picture", str(out)]) == 0
    capsys.readouterr()
    import xml.etree.ElementTree as ET

    root = ET.fromstring(out.read_text(encoding="utf-8"))
    assert root.tag.endswith("svg")
    assert "nan" not in out.read_text(encoding="utf-8").lower()


def test_a_hostile_column_name_is_only_text(tmp_path, capsys):
    path = tmp_path / "x.csv"
    path.write_text("month,<script>alert(1)</script>\n" + "".join(f"2000-{i + 1:02d},{v}\n" for i, v in enumerate(Y)))
    out = tmp_path / "out.svg"
    assert run(["explosive", str(path), "--picture", str(out)]) == 0
    capsys.readouterr()
    assert "<script" not in out.read_text(encoding="utf-8")


def test_a_panel(tmp_path, capsys):
    rng = np.random.default_rng(1)
    both = np.cumsum(rng.standard_normal((60, 2)), axis=0)
    path = tmp_path / "two.csv"
    path.write_text("t,a,b\n" + "".join(f"{i},{a},{b}\n" for i, (a, b) in enumerate(both)))
    _, body = answer(capsys, str(path), "--panel", "--min-window", "15")
    panel = body["result"]["panel"]
    columns = body["result"]["columns"]
    mean = [(p + q) / 2 for p, q in zip(columns["a"]["bsadf"], columns["b"]["bsadf"])]
    assert panel["bsadf"] == pytest.approx(mean, abs=1e-12)
    assert panel["gsadf"] == pytest.approx(max(mean), abs=1e-12)


@pytest.mark.parametrize(
    ("values", "words", "code"),
    [
        (Y, ("--lag", "x"), 2),
        (Y, ("--lag", "9"), 3),
        (Y, ("--min-window", "50"), 3),
        (Y, ("--min-window", "1"), 3),
        (Y, ("--level", "2"), 2),
        (Y, ("--column", "nothing"), 3),
        ([1, 2, "x", 4, 5, 6, 7, 8], (), 1),
        ([1, 2, 0, 4, 5, 6, 7, 8], ("--log",), 1),
    ],
)
def test_what_cannot_be_done_says_so(tmp_path, capsys, values, words, code):
    path = write(tmp_path, values)
    found, body = answer(capsys, path, *words)
    assert found == code
    assert not body["ok"]
    assert body["problems"] or (body["error"]["message"] and body["error"]["hint"])


def test_exact_growth_is_not_a_number_that_rounding_made(tmp_path, capsys):
    """A straight line and a doubling series leave no residual: no statistic, or an infinite one."""
    _, body = answer(capsys, write(tmp_path, range(1, 13)), "--min-window", "5")
    assert body["result"]["columns"]["Price"]["gsadf"] is None
    _, body = answer(capsys, write(tmp_path, [2.0**i for i in range(12)]), "--min-window", "5")
    found = body["result"]["columns"]["Price"]
    assert found["exact_fit"]
    assert found["gsadf"] is None


def test_a_simulation_of_minutes_is_never_started_unasked(tmp_path, capsys):
    path = tmp_path / "long.csv"
    values = np.cumsum(np.random.default_rng(0).standard_normal(40_000))
    path.write_text("v\n" + "".join(f"{v}\n" for v in values))
    code, body = answer(capsys, str(path), "--min-window", "1000")
    assert code == 5
    assert "simulated" in body["error"]["message"]
