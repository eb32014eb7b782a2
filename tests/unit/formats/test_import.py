"""A stranger's table becomes a case only as far as the mapping says so; everything else is refused or listed."""

import csv
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from kanryu.case.checks import check
from kanryu.case.records import INSTRUMENTS
from kanryu.core.errors import InputError, UsageError
from kanryu.core.money import BASES
from kanryu.formats.csv_folder import read_folder
from kanryu.formats.stranger import draft_mapping, import_table
from kanryu.formats.stranger_guard import contradicts
from kanryu.formats.stranger_values import Money, Rules, Unclear, read_amount, read_date

TABLE = """Date,Investor,Company,Deal type,Deal value ($bn),Status,Notes
03/04/2025,Nvidia,OpenAI,Equity,100,Letter of intent,not binding
27/02/2026,Nvidia,OpenAI,Equity,30,Paid,at 730bn pre-money
15/09/2025,Nvidia,CoreWeave,Stake value,2.1,Closed,worth of 7%
10/09/2025,Oracle,OpenAI,Cloud contract,300,Signed,five years
30/09/2025,Microsoft,OpenAI,Impairment,1.2,Closed,
"""
MAPPING = """
[case]
title = "deals"
currency = "USD"
[table]
rows = "each a deal"
[columns]
kind = "Deal type"
status = "Status"
date = "Date"
amount = "Deal value ($bn)"
note = "Notes"
[amount]
unit = "billion"
currency = "USD"
[dates]
format = "DD/MM/YYYY"
[kinds."Equity"]
payer = "Investor"
payee = "Company"
instrument = "equity"
basis = "total"
[kinds."Stake value"]
leave_out = "nobody paid it"
[kinds."Cloud contract"]
payer = "Company"
payee = "Investor"
instrument = "purchase_service"
basis = "total"
[kinds."Impairment"]
leave_out = "an entry"
[statuses]
"Letter of intent" = "loi"
"Paid" = "paid_full"
"Closed" = "completed"
"Signed" = "signed"
"""


def run(folder: Path, table=TABLE, mapping=MAPPING, name="deals.csv", **options):
    if isinstance(table, str):
        (folder / name).write_text(table, encoding="utf-8", newline="")
    elif isinstance(table, bytes):
        (folder / name).write_bytes(table)
    (folder / "map.toml").write_text(mapping, encoding="utf-8")
    return import_table(folder / name, folder / "map.toml", folder / "out", **options)


def test_each_row_is_booked_in_its_direction_left_out_or_refused(tmp_path):
    result, problems = run(tmp_path)
    assert [p for p in problems if p.level == "error"] == []
    case = read_folder(tmp_path / "out")
    booked = {(leg.payer, leg.payee, leg.instrument): leg.amount.central for leg in case.legs}
    assert booked == {
        ("nvidia", "openai", "equity"): Decimal(30_000_000_000),
        ("openai", "oracle", "purchase_service"): Decimal(300_000_000_000),
    }
    assert [(e.date.text, e.status, e.amount.central) for e in case.events] == [
        ("2025-04-03", "loi", Decimal(100_000_000_000)),
        ("2026-02-27", "paid_full", Decimal(30_000_000_000)),
        ("2025-09-10", "signed", Decimal(300_000_000_000)),
    ]
    assert [item.row for item in result.left_out] == [4, 6]
    with (tmp_path / "out" / "left_out.csv").open(encoding="utf-8-sig") as file:
        assert [row["reason"] for row in csv.DictReader(file)] == ["nobody paid it", "an entry"]
    assert {p.level for p in check(case)} <= {"warning", "note"}


PAYMENTS_OF_NO_CASH = {
    "letter of intent": ('"Letter of intent" = "loi"', '"Letter of intent" = "paid_full"'),
    "letter as signed": ('"Letter of intent" = "loi"', '"Letter of intent" = "signed"'),
    "stake value": (
        'leave_out = "nobody paid it"',
        'payer = "Investor"\npayee = "Company"\ninstrument = "equity"\nbasis = "total"',
    ),
    "accounting entry": (
        'leave_out = "an entry"',
        'payer = "Investor"\npayee = "Company"\ninstrument = "equity"\nbasis = "total"',
    ),
}


@pytest.mark.parametrize("change", PAYMENTS_OF_NO_CASH.values(), ids=PAYMENTS_OF_NO_CASH.keys())
def test_no_mapping_can_book_these_as_payments(tmp_path, change):
    assert change[0] in MAPPING
    _, problems = run(tmp_path, mapping=MAPPING.replace(*change))
    refused = [p for p in problems if p.level == "error"]
    assert [p.code for p in refused] == ["import-not-a-payment"]
    assert not (tmp_path / "out").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deals.csv", "map.toml"]


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("the amount is a fair value of the stake", "stake"),
        ("持分の評価額", "stake"),
        ("MoU only", "letter"),
        ("基本合意の段階", "letter"),
        ("annualised from one quarter", "rate"),
        ("booked as an impairment", "entry"),
        ("会計上の評価益", "entry"),
    ],
)
def test_a_note_that_says_so_keeps_the_row_out_and_tells_it(tmp_path, word, reason):
    header = "date,payer,payee,amount,note\n"
    table = f"{header}2026-01-02,a-corp,b-corp,5000000,{word}\n2026-01-03,a-corp,b-corp,7000000,plain\n"
    mapping = """
[columns]
date = "date"
amount = "amount"
note = "note"
[amount]
unit = "one"
currency = "USD"
[every_row]
payer = "payer"
payee = "payee"
instrument = "equity"
basis = "total"
status = "paid_full"
"""
    result, problems = run(tmp_path, table, mapping)
    assert [(item.row, item.reason) for item in result.left_out] == [(2, f"imports.left_{reason}")]
    warned = [p for p in problems if p.code == "import-not-a-payment"]
    assert [(p.level, p.where.line, p.where.column) for p in warned] == [("warning", 2, 34)]
    assert [leg.amount.central for leg in read_folder(tmp_path / "out").legs] == [Decimal(7_000_000)]


@pytest.mark.parametrize("status", ["paid_full", "paid_part"])
@pytest.mark.parametrize("basis", ["stake_value", "run_rate", "non_cash"])
def test_what_is_no_cash_is_never_paid_even_when_named_rightly(tmp_path, status, basis):
    mapping = f"""
[columns]
date = "date"
amount = "amount"
[amount]
unit = "one"
currency = "USD"
[every_row]
payer = "payer"
payee = "payee"
instrument = "equity"
basis = "{basis}"
status = "{status}"
"""
    result, _ = run(tmp_path, "date,payer,payee,amount\n2026-01-02,a-corp,b-corp,5000000\n", mapping)
    assert (result.legs, len(result.left_out)) == (0, 1)


AMBIGUOUS = {
    "date without a format": ('format = "DD/MM/YYYY"\n', "", "import-date"),
    "amount without a unit": ('unit = "billion"\n', "", "import-unit"),
    "amount without a currency": (
        '[amount]\nunit = "billion"\ncurrency = "USD"\n',
        '[amount]\nunit = "billion"\n',
        "import-currency",
    ),
    "unknown kind": ('[kinds."Impairment"]\nleave_out = "an entry"\n', "", "import-value"),
    "unknown status": ('"Signed" = "signed"\n', "", "import-value"),
    "no direction": ('[kinds."Equity"]\npayer = "Investor"\n', '[kinds."Equity"]\n', "import-direction"),
    "left open": ('instrument = "equity"', 'instrument = "?"', "import-open"),
    "column that is not there": ('note = "Notes"', 'note = "Remarks"', "import-column"),
    "valuation as amount": ('amount = "Deal value ($bn)"', 'amount = "Post-money valuation"', "import-not-a-payment"),
    "unknown word of ours": ('basis = "total"\n[kinds."Stake', 'basis = "whole"\n[kinds."Stake', "import-mapping"),
    "not TOML": ("[case]", "[case", "import-mapping"),
}


@pytest.mark.parametrize("change", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_what_is_ambiguous_is_refused_with_its_place_and_nothing_is_written(tmp_path, change):
    old, new, code = change
    assert old in MAPPING
    try:
        _, problems = run(tmp_path, mapping=MAPPING.replace(old, new, 1))
    except InputError as refused:
        problems = refused.problems
    errors = [p for p in problems if p.level == "error"]
    assert code in {p.code for p in errors}
    assert all(p.where.file in ("deals.csv", "map.toml") for p in errors)
    assert all(p.hint["en"] and p.hint["ja"] for p in errors if p.code != "import-mapping")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deals.csv", "map.toml"]


def test_a_currency_needs_a_rate_with_a_source_and_is_converted(tmp_path):
    table = "date,payer,payee,amount\n2025-09-09,ASML,Mistral,€1.3bn\n"
    mapping = """
[columns]
date = "date"
amount = "amount"
[amount]
unit = "cell"
currency = "cell"
[every_row]
payer = "payer"
payee = "payee"
instrument = "equity"
basis = "total"
status = "completed"
"""
    _, problems = run(tmp_path, table, mapping)
    assert [p.code for p in problems if p.level == "error"] == ["import-currency"]
    rated = mapping + '[rates.EUR]\nrate = "1.17"\nsource = "https://example.org/rate"\n'
    run(tmp_path, table, rated)
    (leg,) = read_folder(tmp_path / "out").legs
    assert (leg.amount.central, leg.amount.currency) == (Decimal(1_521_000_000), "USD")
    assert "1.17" in leg.amount_note
    assert "https://example.org/rate" in leg.amount_note


JAPANESE = """発表日,出資者,出資先,種類,金額(億円),状態
2025年4月1日,ソフトバンク,オープンエーアイ,出資,4兆円,締結
2025年5月,エヌビディア,オープンエーアイ,出資,約300,意向表明
"""
JAPANESE_MAPPING = """
[case]
currency = "JPY"
[columns]
kind = "種類"
status = "状態"
date = "発表日"
amount = "金額(億円)"
[amount]
unit = "億"
currency = "JPY"
[kinds."出資"]
payer = "出資者"
payee = "出資先"
instrument = "equity"
basis = "total"
[statuses]
"締結" = "signed"
"意向表明" = "loi"
[entities]
"ソフトバンク" = "softbank"
"エヌビディア" = "nvidia"
"オープンエーアイ" = "openai"
"""


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_japanese_tables_in_shift_jis_and_utf8(tmp_path, encoding):
    run(tmp_path, JAPANESE.encode(encoding), JAPANESE_MAPPING)
    case = read_folder(tmp_path / "out")
    assert [(leg.payer, leg.amount.central) for leg in case.legs] == [
        ("softbank", Decimal(4_000_000_000_000)),
        ("nvidia", Decimal(30_000_000_000)),
    ]
    assert [e.date.text for e in case.events] == ["2025-04-01", "2025-05"]
    assert {e.id: e.name_ja for e in case.entities}["softbank"] == "ソフトバンク"


def test_workbooks_and_parquet_give_the_same_case(tmp_path):
    rows = [row.split(",") for row in TABLE.strip().split("\n")]
    book = xlsxwriter.Workbook(tmp_path / "deals.xlsx")
    sheet = book.add_worksheet("Deals")
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            sheet.write(i, j, float(cell) if i and j == 4 else cell)
    book.close()
    pl.DataFrame(dict(zip(rows[0], zip(*rows[1:])))).write_parquet(tmp_path / "deals.parquet")
    found = []
    for name in ("deals.xlsx", "deals.parquet"):
        (tmp_path / name.replace(".", "-")).mkdir()
        (tmp_path / "map.toml").write_text(MAPPING)
        import_table(tmp_path / name, tmp_path / "map.toml", tmp_path / name.replace(".", "-") / "out")
        case = read_folder(tmp_path / name.replace(".", "-") / "out")
        found.append([(leg.payer, leg.payee, leg.amount.central) for leg in case.legs])
    assert (
        found[0]
        == found[1]
        == [
            ("nvidia", "openai", Decimal(100_000_000_000)),
            ("nvidia", "openai", Decimal(30_000_000_000)),
            ("openai", "oracle", Decimal(300_000_000_000)),
        ]
    )


def test_a_problem_in_a_workbook_names_sheet_and_cell(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "deals.xlsx")
    sheet = book.add_worksheet("Deals")
    for i, row in enumerate(
        ["Date,Investor,Company,Deal type,Deal value ($bn),Status,Notes", "03/04/2025,A,B,Merger,1,Signed,"]
    ):
        sheet.write_row(i, 0, row.split(","))
    book.close()
    _, problems = run(tmp_path, None, name="deals.xlsx")
    assert [str(p.where) for p in problems if p.level == "error"] == ["deals.xlsx:Deals!D2"]


def test_several_names_in_one_cell_are_refused_unless_named_as_a_group(tmp_path):
    table = TABLE.replace("Nvidia,OpenAI,Equity,30", '"Nvidia, Microsoft",OpenAI,Equity,30')
    _, problems = run(tmp_path, table)
    assert [p.code for p in problems if p.level == "error"] == ["import-value"]
    run(tmp_path, table, MAPPING + '[entities]\n"Nvidia, Microsoft" = "both"\n[groups]\nids = ["both"]\n')
    assert {e.id: e.is_aggregate for e in read_folder(tmp_path / "out").entities}["both"] is True


def test_totals_and_repeated_headers_are_left_out(tmp_path):
    header = TABLE.split("\n")[0]
    result, _ = run(tmp_path, TABLE + header + "\n,Total,,,433.3,,\n")
    assert [item.reason for item in result.left_out][-2:] == ["imports.header_again", "imports.total_row"]


def test_formulas_do_not_survive_and_text_is_kept(tmp_path):
    run(tmp_path, TABLE.replace("five years", "=HYPERLINK(1)"))
    assert "'=HYPERLINK(1)" in (tmp_path / "out" / "deals.csv").read_text(encoding="utf-8-sig")
    assert any("=HYPERLINK(1)" in leg.amount_note for leg in read_folder(tmp_path / "out").legs)


def test_a_full_folder_is_never_touched(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep")
    with pytest.raises(UsageError):
        run(tmp_path)
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_a_dry_run_writes_nothing(tmp_path):
    result, _ = run(tmp_path, dry_run=True)
    assert (result.legs, result.folder) == (3, "")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deals.csv", "map.toml"]


def test_a_draft_fills_in_what_the_table_says_and_leaves_the_rest_open(tmp_path):
    (tmp_path / "deals.csv").write_text(TABLE)
    draft = draft_mapping(tmp_path / "deals.csv").draft
    assert 'payer = "Investor"' in draft
    assert 'amount = "Deal value ($bn)"' in draft
    assert 'unit = "billion"' in draft
    assert 'format = "?"' in draft
    assert '"Letter of intent" = "loi"' in draft
    assert '"Closed" = "?"' in draft
    assert 'rows = "?"' in draft  # two rows of equity from Nvidia to OpenAI: one deal or two?
    assert draft.count("leave_out") >= 2
    with pytest.raises(InputError) as refused:
        run(tmp_path, mapping=draft)
    assert {p.code for p in refused.value.problems} == {"import-open"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$1.5bn", (None, 1.5e9, None)),
        ("up to $300 million", (None, None, 3e8)),
        ("10-12bn", (1e10, None, 1.2e10)),
        ("more than 22.4bn", (2.24e10, None, None)),
        ("約300億ドル", (None, 3e10, None)),
        ("undisclosed", (None, None, None)),
        ("2,500,000 thousand", (None, 2.5e9, None)),
    ],
)
def test_amounts_as_strangers_write_them(text, expected):
    money = read_amount(text, Rules("cell", "USD"))
    assert (money.low, money.central, money.high) == tuple(None if x is None else Decimal(x) for x in expected)


@pytest.mark.parametrize(
    "text", ["1.5", "¥300bn", "-5bn", "(5bn)", "5 bn and 6bn", "1,5bn", "1bn per year", "five billion", "1e9999bn"]
)
def test_amounts_that_could_mean_two_things_are_refused(text):
    with pytest.raises(Unclear):
        read_amount(text, Rules("cell", "USD"))


def test_a_comma_is_a_decimal_mark_only_when_declared():
    assert read_amount("1.234,5", Rules("million", "EUR", ",")) == Money(None, Decimal("1234500000"), None, "EUR")


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        ("2025/10/1", (), "2025-10-01"),
        ("Oct 2025", (), "2025-10"),
        ("September 22, 2025", (), "2025-09-22"),
        ("22 Sep 2025", (), "2025-09-22"),
        ("2025年10月1日", (), "2025-10-01"),
        ("Q3 2025", (), "2025Q3"),
        ("03/04/2025", ("DD/MM/YYYY",), "2025-04-03"),
        ("03/04/2025", ("MM/DD/YYYY",), "2025-03-04"),
        ("", (), None),
    ],
)
def test_dates_keep_their_precision(text, formats, expected):
    found = read_date(text, formats)
    assert (found.text if found else None) == expected


@pytest.mark.parametrize("text", ["03/04/2025", "2025-02-30", "FY2025", "31/12/2025", "next spring", "2025-13-01"])
def test_dates_that_could_mean_two_things_are_refused(text):
    with pytest.raises(Unclear):
        read_date(text)


def test_a_plan_may_be_announced_but_not_paid():
    assert contradicts("planned", status="announced", basis="total", instrument="equity", is_key=True) is None
    assert contradicts("planned", status="paid_full", basis="total", instrument="equity", is_key=True) == (
        "plan",
        "planned",
    )


KEY_WORDS = (
    "stake value", "fair value", "valuation", "market cap", "letter of intent", "MoU", "non-binding", "run-rate",
    "annual", "impairment", "accrual", "backlog", "non-cash", "持分の評価額", "覚書", "意向表明", "年率", "減損",
    "未払計上", "受注残",
)  # fmt: skip


@pytest.mark.parametrize("word", KEY_WORDS)
def test_no_status_and_basis_makes_a_payment_of_these_words(word):
    for status in ("paid_part", "paid_full"):
        for basis in BASES:
            for instrument in INSTRUMENTS:
                found = contradicts(word, status=status, basis=basis, instrument=instrument, is_key=True)
                # a yearly amount may be paid as one; nothing else of these may
                assert found or (word in ("annual", "年率", "run-rate") and basis == "per_year"), (
                    status,
                    basis,
                    instrument,
                )
