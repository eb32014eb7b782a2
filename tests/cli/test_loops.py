"""`kanryu loops`: the JSON contract, exit codes, and that the built-in case needs no compiler."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kanryu.cli.shell import run

ORACLE = "src,dst,t\nA,B,1\nB,C,2\nB,C,3\nC,A,4\nC,A,5\nB,A,5\nA,C,5\nC,A,6\n"


@pytest.fixture
def oracle(tmp_path: Path) -> str:
    path = tmp_path / "oracle.csv"
    path.write_text(ORACLE, encoding="utf-8")
    return str(path)


def answer(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, dict]:
    code = run(["loops", *args, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_counts_by_length(oracle: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, body = answer(capsys, oracle, "--window", "5", "--ties", "strict", "--count-only")
    assert (code, body["ok"], body["command"]) == (0, True, "loops")
    assert body["result"]["counts"] == {"2": 3, "3": 6}
    assert body["result"]["complete"] is True
    _, body = answer(capsys, oracle, "--window", "5", "--ties", "ledger", "--max-length", "2")
    assert body["result"]["counts"] == {"2": 4}
    _, body = answer(capsys, oracle, "--static", "--max-length", "5")
    assert body["result"]["counts"] == {"2": 2, "3": 1}


def test_loops_and_routes_are_named(oracle: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, body = answer(capsys, oracle, "--window", "5")
    assert body["result"]["n_routes"] == 4
    best = body["result"]["routes"][0]
    assert (best["accounts"], best["row_loops"]) == (["A", "B", "C"], 6)
    assert sorted(loop["rows"] for loop in body["result"]["loops"])[:3] == [[1, 2, 4], [1, 2, 5], [1, 2, 8]]


def test_bad_use_is_told_what_to_do(oracle: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["loops", oracle]) == 2
    assert "--window" in capsys.readouterr().err
    assert run(["loops", oracle, "--window", "7d"]) == 2
    assert run(["loops", oracle, "--window", "5", "--pass-through", "0.9"]) == 2
    assert run(["loops", oracle, "--window", "5", "--max-length", "1"]) == 2
    assert run(["loops", "no-such-thing", "--window", "5"]) == 3


def test_faults_of_the_file_are_in_the_envelope(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("src,dst,t,amount\na,,1,-2\n", encoding="utf-8")
    code, body = answer(capsys, str(path), "--window", "5")
    assert code == 1  # the facts have errors
    assert body["ok"] is False
    assert {problem["code"] for problem in body["problems"]} == {"payments-account-missing", "payments-negative"}
    assert body["problems"][0]["where"] == {"file": str(path), "line": 2, "column": 3}


def test_a_used_up_budget_is_an_honest_partial_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A complete digraph on 26 accounts in every second: too many loops without a limit of length."""
    path = tmp_path / "dense.csv"
    rows = [f"{a},{b},{t}" for t in range(40) for a in range(26) for b in range(26) if a != b and (a * b + t) % 5 == 0]
    path.write_text("src,dst,t\n" + "\n".join(rows), encoding="utf-8")
    code, body = answer(capsys, str(path), "--window", "40", "--count-only", "--budget", "0")
    assert code == 5
    assert body["result"]["complete"] is False
    assert body["result"]["done"] < body["result"]["of"]


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_text_in_both_languages(oracle: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    for args in ([oracle, "--window", "5", "--chance", "3"], [oracle, "--static"], ["ai"], ["telecom", "--top", "3"]):
        assert run(["loops", *args, "--lang", lang]) == 0
        text = capsys.readouterr().out
        assert "loops." not in text
        assert "nan" not in text.lower().split()
    assert ("還流" in text or "輪" in text) == (lang == "ja")


def test_the_built_in_case_needs_no_compiler() -> None:
    code = (
        "import sys; from kanryu.cli.shell import run; status = run(['loops', 'ai', '--json']);"
        "sys.exit(9 if 'numba' in sys.modules else status)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)["result"]
    assert result["kind"] == "deals"
    assert result["total"] == sum(result["counts"].values())
