"""`kanryu check`, `kanryu explain` and `kanryu import` as a user meets them."""

import csv
import io
import json

import pytest
import xlsxwriter
from hostile import DEALS, TABLES, write_case

from kanryu.case.catalogue import catalogue
from kanryu.cli.shell import run


def ask(capsys, *args):
    code = run([str(arg) for arg in args])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_problem_is_shown_with_file_line_column_caret_and_one_thing_to_do(tmp_path, capsys):
    folder = write_case(tmp_path, {"deals.csv": DEALS.replace("equity", "equty", 1)})
    code, out, _ = ask(capsys, "check", folder)
    lines = out.split("\n")
    assert code == 1
    assert lines[0] == 'deals.csv:2:23: error[instrument-unknown]: instrument "equty" is not known'
    assert lines[1].index("equty") == lines[2].index("^")
    assert lines[3].strip().startswith('did you mean "equity"?')
    assert lines[4] == "   see: kanryu explain instrument-unknown"
    assert "1 error, 0 warnings" in out


def test_the_caret_stands_below_the_cell_after_japanese_text(tmp_path, capsys):
    entities = TABLES["entities.csv"].replace("chip_vendor,chips", "chip_vendor,maker", 1)
    _, out, _ = ask(capsys, "check", write_case(tmp_path, {"entities.csv": entities}))
    line, caret = next((a, b) for a, b in zip(out.split("\n"), out.split("\n")[1:]) if b.strip(" |\u3000") == "^")
    wide = line.split("maker")[0].count("エヌビディア") * 6
    assert caret.count("\u3000") == wide
    assert len(caret) - 1 == line.index("maker")


@pytest.mark.parametrize(
    ("target", "code"), [("ai", 0), ("telecom", 0), ("no-such-thing", 3)], ids=["ai", "telecom", "missing"]
)
def test_exit_codes(target, code, capsys):
    assert ask(capsys, "check", target)[0] == code


def test_levels_choose_what_is_listed_and_never_the_exit_code(tmp_path, capsys):
    folder = write_case(tmp_path, {"deals.csv": DEALS.replace("round,1,nvidia", "round,1,nobody", 1)})
    found = {}
    for level in ("error", "warning", "note"):
        code, out, _ = ask(capsys, "check", folder, "--level", level, "--json")
        found[level] = {problem["code"] for problem in json.loads(out)["problems"]}
        assert code == 1
        assert json.loads(out)["result"]["errors"] == 1
    assert found["error"] <= found["warning"] <= found["note"]
    assert "entity-unknown" in found["error"]


def test_a_workbook_is_pointed_at_by_sheet_and_cell(tmp_path, capsys):
    book = xlsxwriter.Workbook(tmp_path / "case.xlsx")
    for name, text in TABLES.items():
        if name.endswith(".csv"):
            sheet = book.add_worksheet(name.removesuffix(".csv"))
            changed = text.replace("cloud,1,openai,oracle", "cloud,1,openai,openai")
            for i, row in enumerate(csv.reader(io.StringIO(changed))):
                sheet.write_row(i, 0, row)
    book.close()
    code, out, _ = ask(capsys, "check", tmp_path / "case.xlsx")
    assert code == 1
    assert "case.xlsx:deals!D3: error[self-payment]" in out


def test_a_deal_in_toml_is_pointed_at_by_the_line_of_its_field(tmp_path, capsys):
    folder = write_case(tmp_path)
    (folder / "deals").mkdir()
    (folder / "deals" / "swap.toml").write_text(
        'id = "swap"\n\n[[legs]]\npayer = "nvidia"\npayee = "nvidia"\ninstrument = "equity"\n'
        "amount = { central = -5 }\n\n"
        '[[events]]\ndate = 2025-10-01\nstatus = "signed"\nsource = { url = "https://example.org/z" }\n'
    )
    code, out, _ = ask(capsys, "check", folder)
    assert code == 1
    assert "deals/swap.toml:5:9: error[self-payment]" in out
    assert "deals/swap.toml:7:10: error[amount-negative]" in out


def test_a_payments_file_is_checked_row_by_row(tmp_path, capsys):
    path = tmp_path / "payments.csv"
    path.write_text("src,dst,t,amount\na,b,2025-01-01,100\nb,a,2025-01-02,-40\nb,,2025-01-03,5\n")
    code, out, _ = ask(capsys, "check", path, "--json")
    body = json.loads(out)
    assert code == 1
    assert body["result"]["kind"] == "payments"
    assert [(p["code"], p["where"]["line"]) for p in body["problems"]] == [
        ("payments-account-missing", 4),
        ("payments-negative", 3),
    ]
    path.write_text("src,dst,t,amount\na,b,2025-01-01,100\n")
    assert ask(capsys, "check", path)[0] == 0


@pytest.mark.parametrize("entry", [e for e in catalogue().values() if e.code.startswith("payments-") and e.wrong])
def test_the_examples_of_payments_files_are_wrong_and_right(entry, tmp_path, capsys):
    for name, example in (("wrong", entry.wrong), ("right", entry.right)):
        path = tmp_path / f"{name}.csv"
        path.write_text(example.removeprefix("payments.csv\n"))
        code, out, _ = ask(capsys, "check", path, "--json")
        codes = {problem["code"] for problem in json.loads(out)["problems"]}
        assert (entry.code in codes, code == 0) == ((True, False) if name == "wrong" else (False, True))


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_code_can_be_explained(lang, capsys):
    for code in catalogue():
        exit_code, out, _ = ask(capsys, "explain", code, "--lang", lang)
        assert exit_code == 0
        assert out.startswith(code)
    exit_code, out, _ = ask(capsys, "explain", "--lang", lang)
    assert all(code in out for code in catalogue())


def test_a_misspelt_code_suggests_near_ones(capsys):
    code, _, err = ask(capsys, "explain", "self-paymnt")
    assert code == 3
    assert '"self-payment"' in err


def test_a_code_is_understood_as_it_was_printed(capsys):
    assert ask(capsys, "explain", "error[self-payment]")[1] == ask(capsys, "explain", "self_payment")[1]


def test_problems_and_answers_speak_japanese(tmp_path, capsys):
    folder = write_case(tmp_path, {"deals.csv": DEALS.replace("round,1,nvidia,openai", "round,1,nvidia,nvidia", 1)})
    _, out, _ = ask(capsys, "check", folder, "--lang", "ja")
    assert "自分自身への支払です" in out
    assert "エラー1件" in out


def test_import_without_a_mapping_says_how_to_begin(tmp_path, capsys):
    (tmp_path / "deals.csv").write_text("buyer,seller,amount\na,b,1\n")
    code, _, err = ask(capsys, "import", tmp_path / "deals.csv", tmp_path / "out")
    assert code == 2
    assert "--draft" in err
    code, out, _ = ask(capsys, "import", tmp_path / "deals.csv", "--draft")
    assert code == 0
    assert 'payer = "buyer"' in out


def test_an_imported_case_is_a_case_for_every_command(tmp_path, capsys):
    (tmp_path / "deals.csv").write_text(
        "date,buyer,seller,amount ($m)\n2025-01-02,alpha,beta,10\n2025-02-03,beta,gamma,9\n2025-03-04,gamma,alpha,8\n"
    )
    (tmp_path / "map.toml").write_text(
        '[columns]\ndate = "date"\namount = "amount ($m)"\n[amount]\nunit = "million"\ncurrency = "USD"\n[every_row]\n'
        'payer = "buyer"\npayee = "seller"\ninstrument = "purchase_goods"\nbasis = "total"\nstatus = "paid_full"\n'
    )
    code, out, _ = ask(
        capsys, "import", tmp_path / "deals.csv", tmp_path / "out", "--map", tmp_path / "map.toml", "--json"
    )
    assert (code, json.loads(out)["result"]["legs"]) == (0, 3)
    code, out, _ = ask(capsys, "circulation", tmp_path / "out", "--json")
    assert (code, json.loads(out)["result"]["circular"]) == (0, 24_000_000)
