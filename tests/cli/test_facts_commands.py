"""kanryu show, export and doctor as a user meets them: text in both languages, JSON, exit codes."""

import json

import pytest
from click.testing import CliRunner

from kanryu.cli.shell import kanryu, run
from kanryu.core import errors
from kanryu.formats.health import Health, Item, complaints
from kanryu.formats.source import Request, read_case


@pytest.fixture
def call(capsys, monkeypatch):
    monkeypatch.setenv("KANRYU_LANG", "en")

    def called(*words):
        code = run(list(words))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return called


def test_show_case_lists_roles_and_deals(call):
    code, out, _ = call("show", "telecom", "--top", "3")
    assert code == 0
    assert "83 entities" in out
    assert "lucent_winstar_1998" in out
    assert "and 60 more" in out
    assert "Legs known: 113" in out


def test_show_letter_of_intent_on_two_days(call):
    code, out, _ = call("show", "ai", "nvda-openai-loi-2025:1", "--as-of", "2025-10-01")
    assert code == 0
    assert "Stands: talked about (a letter of intent, which binds nobody)" in out
    assert "talked about: up to $100bn" in out
    assert "bound: nothing" in out
    assert "replaced" not in out
    assert "Feb 2026" not in out
    _, out, _ = call("show", "ai", "nvda-openai-loi-2025:1", "--as-of", "2026-07-01", "--lang", "ja")
    assert "契約に至らず失効" in out
    assert "代わりの明細: nvda-openai-2026:1" in out
    assert "最大1,000億ドル" in out


def test_show_json_says_what_is_unknown_with_null(call):
    code, out, _ = call("show", "ai", "coreweave-msft", "--as-of", "2025-10-01", "--json")
    body = json.loads(out)
    leg = body["result"]["legs"][0]
    assert (code, body["ok"], body["command"], body["result"]["kind"]) == (0, True, "show", "deal")
    assert leg["rung"] == "paid"
    assert leg["paid"] == {"low": None, "central": None, "high": None, "currency": "USD", "basis": "total"}
    assert [item["known_on"] for item in leg["evidence"]] == ["2025-03-10"]


def test_show_entity_by_name(call):
    code, out, _ = call("show", "ai", "CoreWeave", "--json")
    body = json.loads(out)["result"]
    assert (code, body["kind"], body["name"]) == (0, "entity", "coreweave")
    assert all("coreweave" in (leg["payer"], leg["payee"]) for leg in body["legs"])


def test_show_unknown_name_suggests(call):
    code, _, err = call("show", "ai", "nvidai")
    assert code == errors.EXIT_INPUT
    assert '"nvidia"' in err
    code, out, _ = call("show", "ai", "nvidai", "--json")
    assert json.loads(out)["error"]["code"] == "not-found"


@pytest.fixture
def payments(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("src,dst,t,amount\na,b,2025-01-01,10.50\nb,a,2025-02-01,3\na,c,2025-03-01,1\n")
    return str(path)


def test_show_a_payments_file(call, payments):
    code, out, _ = call("show", payments, "--json")
    body = json.loads(out)["result"]
    assert (code, body["kind"]) == (0, "payments")
    assert body["span"] == {"accounts": 3, "rows": 3, "first": "2025-01-01", "last": "2025-03-01", "amount": 14.5}
    assert body["accounts"][0] == {"name": "a", "pays": 2, "receives": 1, "paid": 11.5, "received": 3.0}
    assert "3 payments between 3 accounts, from 2025-01-01 to 2025-03-01" in call("show", payments)[1]


def test_show_an_account_with_its_partners(call, payments):
    code, out, _ = call("show", payments, "a", "--json")
    body = json.loads(out)["result"]
    assert (code, body["kind"]) == (0, "account")
    assert body["partners"][0] == {"name": "b", "pays": 1, "receives": 1, "paid": 10.5, "received": 3.0}
    assert "取引相手(2)" in call("show", payments, "a", "--lang", "ja")[1]
    assert call("show", payments, "nobody")[0] == errors.EXIT_INPUT


def test_show_a_payments_file_without_amounts(call, tmp_path):
    (tmp_path / "p.csv").write_text("src,dst,t\na,b,1\nb,a,2\n")
    code, out, _ = call("show", str(tmp_path / "p.csv"), "--json")
    body = json.loads(out)["result"]
    assert (code, body["span"]["amount"], body["accounts"][0]["paid"]) == (0, None, None)


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_export_reads_back(call, tmp_path, form):
    out = tmp_path / f"copy.{form}"
    code, text, _ = call("export", "textbook-iridium", "--to", form, str(out))
    assert code == 0
    assert "4 legs" in text
    again = read_case(Request(target=str(out)))
    assert [leg.key for leg in again.legs] == ["facility:1", "facility:2", "system:1", "system:2"]
    code, _, err = call("export", "textbook-iridium", "--to", form, str(out))
    assert (code, "--force" in err) == (errors.EXIT_INPUT, True)
    assert call("export", "textbook-iridium", "--to", form, str(out), "--force")[0] == 0


def test_export_graphs_hold_what_was_known(call, tmp_path):
    networkx = pytest.importorskip("networkx")
    for form, read in (("gexf", networkx.read_gexf), ("graphml", networkx.read_graphml)):
        path = tmp_path / f"g.{form}"
        assert call("export", "ai", "--to", form, str(path), "--as-of", "2025-10-01")[0] == 0
        graph = read(path)
        edges = [data for a, b, data in graph.edges(data=True) if (a, b) == ("nvidia", "openai")]
        letter = next(data for data in edges if data["rung"] == "talked")
        assert letter["amount_high"] == 100e9
        assert "amount_central" not in letter
        assert len(edges) == 2  # beside it the round of 2024, of which no amount is known
        assert not any(data.get("rung") is None for _, _, data in graph.edges(data=True))


def test_export_flows_as_payments(call, tmp_path):
    path = tmp_path / "flows.csv"
    code, out, _ = call("export", "textbook-own-money", "--to", "payments", str(path), "--json")
    assert (code, json.loads(out)["result"]["counts"]) == (0, {"rows": 6})
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "src,dst,t,amount,instrument,rung,leg"
    assert lines[1] == "a,b,2001-01-01,100,equity,paid,row-1:1"
    code, out, _ = call("trace", str(path), "--account", "a", "--json")
    assert json.loads(out)["result"]["inflow"] == 100


def test_export_where_nothing_can_be_written(call, tmp_path):
    (tmp_path / "file").write_text("x")
    code, _, err = call("export", "textbook-iridium", "--to", "json", str(tmp_path / "file" / "copy.json"))
    assert (code, "cannot be written" in err) == (errors.EXIT_INPUT, True)


def test_doctor_finds_everything_here(call):
    code, out, _ = call("doctor", "--json")
    body = json.loads(out)
    standing = {item["name"]: item["standing"] for item in body["result"]["items"]}
    assert (code, body["ok"], body["result"]["ok"]) == (0, True, True)
    assert standing["python"] == standing["ai"] == standing["telecom"] == standing["words"] == "fine"
    assert "126/234/343/123/" in next(i["value"] for i in body["result"]["items"] if i["name"] == "ai")
    for lang, verdict in (("en", "Everything that Kanryu needs"), ("ja", "必要なものはすべて")):
        assert verdict in call("doctor", "--lang", lang)[1]


def test_doctor_says_what_is_wrong_and_ends_with_code_one():
    health = Health(False, (Item("parts", "numpy", "wrong", "", "doctor.part"),))
    found = complaints(health)[0]
    assert (found.level, found.message["en"]) == ("error", "pip install numpy")


@pytest.mark.parametrize("command", ["show", "export", "doctor"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_help_opens(command, lang, monkeypatch):
    monkeypatch.setenv("KANRYU_LANG", lang)
    result = CliRunner().invoke(kanryu, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output
