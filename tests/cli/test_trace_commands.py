"""kanryu trace, circulation and ends as others call them: the JSON keys, exit codes, both languages."""

import itertools
import json
import random
import subprocess
import sys

import pytest

from kanryu.cli.shell import run

MAIN = "src,dst,t,amount\nA,B,1,100\nX,B,2,50\nB,C,3,90\nY,C,4,30\nC,A,5,60\nB,A,6,40\n"


@pytest.fixture
def main_file(tmp_path):
    path = tmp_path / "main.csv"
    path.write_text(MAIN, encoding="utf-8")
    return str(path)


def answer(capsys, *args):
    code = run([*args, "--json"])
    body = json.loads(capsys.readouterr().out)
    assert body["kanryu"] == 1
    return code, body


def test_trace_contract(capsys, main_file):
    code, body = answer(capsys, "trace", main_file, "--account", "A")
    result = body["result"]
    assert (code, body["ok"], body["command"]) == (0, True, "trace")
    assert result["inflow"] == 100
    expected = {"pro_rata": 170 / 3, "fifo": 70, "lifo": 70, "lrb": 70, "mrb": 40, "own_last": 40, "own_first": 70}
    assert {rule: found["back"] for rule, found in result["rules"].items()} == pytest.approx(expected)
    assert (result["bounds"]["low"], result["bounds"]["high"]) == (20, 100)


def test_amounts_are_in_the_unit_of_the_file(capsys, tmp_path):
    path = tmp_path / "cents.csv"
    path.write_text("src,dst,t,amount\nA,B,1,10.25\nB,A,2,4.75\n", encoding="utf-8")
    result = answer(capsys, "trace", str(path), "--account", "A")[1]["result"]
    assert (result["inflow"], result["rules"]["fifo"]["back"], result["bounds"]["high"]) == (4.75, 4.75, 4.75)
    assert answer(capsys, "circulation", str(path))[1]["result"]["circular"] == 9.5


def test_one_rule_only(capsys, main_file):
    result = answer(capsys, "trace", main_file, "--account", "A", "--rule", "own-last")[1]["result"]
    assert list(result["rules"]) == ["own_last"]


def test_circulation_contract(capsys, main_file):
    result = answer(capsys, "circulation", main_file, "--account", "C", "--arc", "A:B")[1]["result"]
    assert (result["total"], result["circular"]) == (370, 260)
    assert result["share"] == pytest.approx(260 / 370)
    assert result["certificate"]["gap"] == 0
    assert (result["accounts"]["C"]["low"], result["accounts"]["C"]["high"]) == (60, 60)


def test_trace_on_the_built_in_case(capsys):
    code, body = answer(capsys, "trace", "ai", "--account", "nvidia")
    result = body["result"]
    assert code == 0
    assert set(result["case"]["on"]) == {"paid", "bound", "talked"}
    assert result["inflow"] > 1e11
    assert 0 <= result["bounds"]["low"] <= result["bounds"]["high"] <= result["inflow"]
    for found in result["rules"].values():
        assert result["bounds"]["low"] <= found["back"] <= result["bounds"]["high"]


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize(
    "args",
    [
        ("trace", "ai", "--account", "openai"),
        ("trace", "telecom", "--account", "nortel"),
        ("circulation", "ai", "--account", "nvidia"),
        ("ends", "ai"),
        ("ends", "telecom", "--by", "kind"),
    ],
)
def test_text_in_both_languages_is_complete(capsys, lang, args):
    assert run([*args, "--lang", lang]) == 0
    text = capsys.readouterr().out
    assert len(text) > 200
    for room in ("trace.", "case_trace.", "circulation.", "ends.", "flows.", "names.", "core."):
        assert f" {room}" not in text, f"a sentence of {room} is missing"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--account", "nobody"), 3),
        ((), 2),
        (("--account", "A", "--rule", "magic"), 2),
        (("--account", "A", "--tag", "equity"), 2),
    ],
)
def test_wrong_use_is_explained(capsys, main_file, args, code):
    assert run(["trace", main_file, *args]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("kanryu: ")


@pytest.mark.parametrize(
    ("args", "code"), [(("--account", "nvidea"), 3), (("--account", "nvidia", "--tag", "love"), 2)]
)
def test_wrong_use_on_a_case_is_explained(capsys, args, code):
    assert run(["trace", "ai", *args]) == code
    assert "nvidia" in capsys.readouterr().err or code == 2


def test_everyone(capsys, main_file):
    result = answer(capsys, "trace", main_file, "--all")[1]["result"]
    assert [(row["account"], row["fifo"], row["lifo"]) for row in result["everyone"]] == [("A", 70, 70)]


@pytest.mark.parametrize("command", ["trace", "circulation", "ends"])
def test_any_small_ledger_gives_an_answer(capsys, tmp_path, command):
    """Odd but readable ledgers: one row, self payments, zeros, equal times, names that look like numbers."""
    draw = random.Random(5)
    texts = ["A,A,1,5", "A,B,1,0", "A,B,1,5", "A,B,9,1\nB,A,1,1", "1,2,3,4\n2,1,3,4\n1,1,1,1"]
    for _ in range(8):
        names = [draw.choice("AB1") for _ in range(60)]
        texts.append(
            "\n".join(f"{u},{v},{draw.randint(0, 3)},{draw.randint(0, 4)}" for u, v in itertools.pairwise(names))
        )
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.csv"
        path.write_text("src,dst,t,amount\n" + text + "\n", encoding="utf-8")
        more = ["--account", text[0]] if command == "trace" else []
        code, body = answer(capsys, command, str(path), *more)
        assert (code, body["ok"]) == (0, True)


def test_built_in_case_needs_no_compiler():
    script = (
        "import sys; from kanryu.cli.shell import run; run(['trace', 'ai', '--account', 'nvidia', '--json']);"
        "sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], stdout=subprocess.DEVNULL, check=False).returncode == 0
