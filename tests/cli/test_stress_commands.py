"""clear, debtrank and stress on the command line: JSON contracts, exit codes, problems with file, line and column."""

import json

import pytest

from kanryu.cli.shell import run

DEBTS = "src,dst,amount\n1,2,0.5\n1,3,.5\n2,1,.5\n2,3,.5\n3,1,.5\n3,2,.5\n1,out,1.5\n2,out,.5\n3,out,5e-1\n"
OUTSIDE = "account,amount\n1,0.5\n2,0.625\n3,0.75\n"


@pytest.fixture
def table(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def answer(capsys, *args, code=0):
    assert run([*args, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_clear(table, capsys):
    body = answer(capsys, "clear", table("o.csv", DEBTS), table("e.csv", OUTSIDE))
    result = body["result"]
    assert body["ok"] is True
    assert body["problems"] == []
    assert result["payments"]["1"] == pytest.approx(165 / 112)
    assert result["equity"]["3"] == pytest.approx(1 / 56)
    assert result["defaults"] == [["1"], ["2"]]
    assert result["certificate"]["residual"] < 1e-12
    costly = answer(
        capsys, "clear", table("o.csv", DEBTS), table("e.csv", OUTSIDE), "--alpha", "0.5", "--beta", "0.7", "--exact"
    )["result"]
    assert costly["payments"]["2"] == pytest.approx(160275 / 311392, abs=1e-15)
    assert costly["defaults"] == [["1"], ["2", "3"]]
    assert costly["certificate"]["exact"] is True


def test_clear_with_ranks_stakes_and_guarantees(table, capsys):
    debts = table("o.csv", "src,dst,amount,rank\nA,crA,6,1\nA,B,2,1\nB,crB,6,1\no,b,10,1\ng,s,2,1\n")
    outside = table("e.csv", "account,amount\nA,10\nB,2\no,4\ng,3\n")
    stakes = table("s.csv", "owner,issuer,share\nA,B,0.3\nB,A,0.2\n")
    backing = table("b.csv", "guarantor,debtor,creditor,cap,rank\ng,o,b,5,2\n")
    result = answer(capsys, "clear", debts, outside, "--stakes", stakes, "--backstops", backing)["result"]
    assert (result["equity"]["A"], result["equity"]["B"]) == pytest.approx((2.0, 0.0))
    assert result["received"]["crB"] == pytest.approx(4.4)
    assert result["received"]["b"] == pytest.approx(5.0)


@pytest.mark.parametrize(
    ("text", "line", "column", "code"),
    [
        ("src,dst,amount\na,b,-5\n", 2, 5, "amount-negative"),
        ("src,dst,amount\na,b,five\n", 2, 5, "amount-format"),
        ("src,dst,amount\na,b,inf\n", 2, 5, "amount-format"),
        ("src,dst,amount\na,b,1e30\n", 2, 5, "amount-size"),
        ("src,dst,amount\na,b,\n", 2, 5, "cell-missing"),
        ("src,dst,amount\nb,c,1\na,a,5\n", 3, 3, "owes-itself"),
        ("src,dst,amount,rank\na,b,5,senior\n", 2, 7, "rank-unknown"),
        ("src,dst,amount,rank\na,b,5,0\n", 2, 7, "rank-unknown"),
        ("from,amount\na,5\n", 1, 1, "column-missing"),
        ("src,dst,amount\n", 0, 0, "file-empty"),
    ],
)
def test_bad_obligations_are_named_by_place(table, capsys, text, line, column, code):
    body = answer(capsys, "clear", table("o.csv", text), table("e.csv", OUTSIDE), code=1 if line else 3)
    assert body["ok"] is False
    found = body["problems"][0]
    assert found["code"] == code
    assert (found["where"].get("line", 0), found["where"].get("column", 0)) == (line, column)
    assert found["message"]["ja"]


def test_other_bad_tables(table, capsys):
    debts, outside = table("o.csv", DEBTS), table("e.csv", OUTSIDE)
    twice = answer(capsys, "clear", debts, table("t.csv", "account,amount\n1,2\n1,3\n"), code=1)
    assert twice["problems"][0]["code"] == "account-twice"
    negative = answer(capsys, "clear", debts, table("t.csv", "account,amount\n1,-2\n"), code=1)
    assert negative["problems"][0]["code"] == "amount-negative"
    over = table("s.csv", "owner,issuer,share\n1,2,0.6\n3,2,0.5\n")
    body = answer(capsys, "clear", debts, outside, "--stakes", over, code=1)
    assert body["problems"][0]["code"] == "stakes-over-one"
    assert body["problems"][0]["where"]["line"] == 3
    unknown = table("s.csv", "owner,issuer,share\n1,9,0.6\n")
    assert (
        answer(capsys, "clear", debts, outside, "--stakes", unknown, code=1)["problems"][0]["code"] == "account-unknown"
    )
    nothing = table("b.csv", "guarantor,debtor,creditor,cap,rank\n1,out,2,5,1\n")
    body = answer(capsys, "clear", debts, outside, "--backstops", nothing, code=1)
    assert body["problems"][0]["code"] == "guarantee-of-nothing"
    assert answer(capsys, "clear", debts, outside, "--alpha", "1.5", code=2)["error"]["code"] == "usage"
    assert answer(capsys, "clear", debts, "nowhere.csv", code=3)["error"]["code"] == "not-found"


def test_an_account_without_outside_row_is_a_warning(table, capsys):
    body = answer(capsys, "clear", table("o.csv", "src,dst,amount\na,b,5\n"), table("e.csv", "account,amount\nb,1\n"))
    assert [p["code"] for p in body["problems"]] == ["outside-missing"]
    assert body["result"]["payments"]["a"] == 0.0


def test_debtrank(table, capsys):
    claims = table("c.csv", "holder,debtor,amount\n1,2,1\n2,1,10\n2,3,3\n3,1,3\n3,2,2\n")
    equity = table("e.csv", "account,equity\n1,2\n2,5\n3,2\n")
    result = answer(capsys, "debtrank", claims, equity, "--shock", "3=1")["result"]
    assert result["stress"] == pytest.approx({"1": 0.5, "2": 1.0, "3": 1.0})
    assert result["stress_uncapped"] == pytest.approx({"1": 0.5, "2": 1.6, "3": 2.75})
    single = answer(capsys, "debtrank", claims, equity, "--shock", "3=1", "--variant", "single")["result"]
    assert single["stress_uncapped"] == pytest.approx({"1": 0.3, "2": 1.2, "3": 2.05})
    # src pays dst, so dst holds the claim: the same web the other way round
    turned = table("t.csv", "src,dst,amount\n2,1,1\n1,2,10\n3,2,3\n1,3,3\n2,3,2\n")
    assert answer(capsys, "debtrank", turned, equity, "--shock", "3=1")["result"]["stress"] == result["stress"]


def test_debtrank_refuses_what_has_no_meaning(table, capsys):
    claims = table("c.csv", "holder,debtor,amount\n1,2,1\n")
    equity = table("e.csv", "account,equity\n1,2\n2,5\n")
    assert answer(capsys, "debtrank", claims, equity, "--shock", "1", code=2)["error"]["code"] == "usage"
    assert answer(capsys, "debtrank", claims, equity, "--shock", "1=2", code=3)["error"]["code"] == "input"
    body = answer(capsys, "debtrank", claims, equity, "--shock", "bank=1", code=3)
    assert body["error"]["code"] == "not-found"
    broke = table("z.csv", "account,equity\n1,0\n2,5\n")
    assert answer(capsys, "debtrank", claims, broke, "--shock", "1=1", code=3)["error"]["code"] == "input"


def test_stress_of_a_built_in_case(capsys):
    body = answer(capsys, "stress", "telecom", "--as-of", "2000-12-31", "--break", "loans:lucent", "--draws", "20")
    result = body["result"]
    hit = {item["id"]: item for item in result["entities"]}
    assert {"id", "impact", "exposure", "unknown"} <= hit["lucent"].keys()
    assert 0 < hit["lucent"]["impact"]["low"] <= hit["lucent"]["impact"]["high"]
    assert result["amplification"] > 0
    assert result["answer"] == "broken"


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize(
    "options",
    [
        ["--break", "funding:openai", "--draws", "20"],
        ["--each"],
        ["--reverse", "openai cannot pay"],
        ["--break", "funding:openai", "--reverse", "openai cannot pay", "--repair"],
    ],
)
def test_stress_as_text(capsys, lang, options):
    assert run(["stress", "ai", *options, "--lang", lang]) in (0, 5)
    text = capsys.readouterr().out
    assert "stress." not in text.replace("stress.md", "")
    assert "None" not in text
    assert "nan" not in text


def test_stress_wants_to_know_what_breaks(capsys):
    assert run(["stress", "ai"]) == 2
    assert "--break" in capsys.readouterr().err
    assert run(["stress", "ai", "--break", "nvda-opnai-2026:1"]) == 3
    assert "nvda-openai-2026:1" in capsys.readouterr().err
    assert run(["stress", "ai", "--each", "--channels", "magic"]) == 2
    assert run(["stress", "ai", "--break", "outside:openai", "--cut", "2"]) == 2
    assert run(["stress", "ai", "--break", "outside:openai", "--set", "luck=1"]) == 3
    assert run(["stress", "ai", "--break", "outside:openai", "--repair"]) == 2
