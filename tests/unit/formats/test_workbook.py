"""Workbooks: sheets by name in any case, places as sheet and cell, numbers and days of the spreadsheet, refusals."""

import datetime as dt
import zipfile
from decimal import Decimal

import pytest
import xlsxwriter

from kanryu.core.errors import InputError
from kanryu.formats import excel
from kanryu.formats.excel import cell_name, cell_text, read_workbook

ENTITIES = [["ID", "Name_en", "Name_ja", "Kind"], ["a", "A", "ラボ", "lab"], ["b", "B", "雲", "neocloud"]]
DEALS = [["deal_id", "leg", "payer", "payee", "instrument", "amount_central_usd", "start"]]
EVENTS = [["deal_id", "leg", "date", "status", "amount_usd", "source_url"]]


@pytest.fixture
def book(tmp_path):
    def write(deals=(), events=(), *, down=0, right=0, **more):
        path = tmp_path / "book.xlsx"
        made = xlsxwriter.Workbook(str(path))
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        sheets = {"Entities": ENTITIES, "Deals": [*DEALS, *deals], "Events": [*EVENTS, *events], **more}
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            shift = (down, right) if name == "Deals" else (0, 0)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    place = (r + shift[0], c + shift[1])
                    if isinstance(value, dt.datetime):
                        sheet.write_datetime(*place, value, day)
                    elif value is not None:
                        sheet.write(*place, value)
        made.close()
        return path

    return write


def test_numbers_and_days_of_a_spreadsheet_are_read_exactly(book):
    deals = [["x", 1, "a", "b", "debt", 12_500_000, dt.datetime(2025, 3, 4)], ["y", 2.0, "b", "a", "equity", 0.1, 2025]]
    case = read_workbook(book(deals, [["x", 1, dt.datetime(2025, 3, 4), "signed", 1e15, "https://example.org"]]))
    assert case.problems == ()
    first, second = case.legs
    assert (first.key, first.amount.central, str(first.start)) == ("x:1", Decimal(12_500_000), "2025-03-04")
    assert (second.key, second.amount.central, str(second.start)) == ("y:2", Decimal("0.1"), "2025")
    assert case.events[0].amount.central == Decimal(10**15)
    assert [entity.name_ja for entity in case.entities] == ["ラボ", "雲"]
    assert str(first.place) == "book.xlsx:Deals!A2"


def test_every_complaint_names_sheet_and_cell(book):
    deals = [["x", 1, "a", "b", "debt", "12 million", "2025-13"], ["y", 1, "a", "b", "dept", 5, None]]
    case = read_workbook(book(deals, down=3, right=2))
    assert {(p.code, str(p.where)) for p in case.problems} == {
        ("amount-format", "book.xlsx:Deals!H5"),
        ("date-impossible", "book.xlsx:Deals!I5"),
        ("instrument-unknown", "book.xlsx:Deals!G6"),
    }
    assert [leg.key for leg in case.legs] == ["x:1", "y:1"]


def test_an_error_of_a_formula_is_no_number(book):
    case = read_workbook(book([["x", 1, "a", "b", "debt", "#REF!", None]]))
    assert [p.code for p in case.problems] == ["amount-format"]


def test_a_missing_sheet_is_named_with_those_that_are_there(tmp_path):
    made = xlsxwriter.Workbook(str(tmp_path / "b.xlsx"))
    for name in ("Entities", "取引"):
        made.add_worksheet(name).write_row(0, 0, ["id", "name_en"])
    made.close()
    case = read_workbook(tmp_path / "b.xlsx")
    missing = {p.expected: p for p in case.problems if p.code == "table-missing"}
    assert set(missing) == {"deals", "events"}
    assert all("取引" in p.hint["en"] for p in missing.values())


def test_a_sheet_of_absurd_width_is_refused(book):
    path = book(Stakes=[["owner"] * 1 + [None] * 15_000 + ["x"]])
    case = read_workbook(path)
    assert [(p.code, str(p.where)) for p in case.problems] == [("table-columns", "book.xlsx:Stakes")]


def test_a_file_that_unpacks_to_gigabytes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(excel, "MAX_UNPACKED", 1000)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "x" * 100_000)
    with pytest.raises(InputError) as caught:
        read_workbook(tmp_path / "bomb.xlsx")
    assert "100000 bytes unpacked" in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"plain text", bytes(range(256)) * 40])
def test_what_is_no_workbook_is_an_error_that_names_it(tmp_path, data):
    (tmp_path / "b.xlsx").write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_workbook(tmp_path / "b.xlsx")
    assert "b.xlsx" in str(caught.value)


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_workbook_never_breaks_the_reader(book, seed):
    import random

    path = book([["x", 1, "a", "b", "debt", 5, None]])
    raw, dice = bytearray(path.read_bytes()), random.Random(seed)
    for _ in range(dice.randrange(1, 40)):
        raw[dice.randrange(len(raw))] = dice.randrange(256)
    path.write_bytes(bytes(raw))
    try:
        read_workbook(path)
    except InputError as refused:
        message = refused.text("ja")
        if not message:
            raise


def test_cell_names_and_texts():
    assert [cell_name(0, c) for c in (0, 25, 26, 701, 702)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]
    values = (True, 1.0, 1e15, 0.1, dt.datetime(2025, 3, 4), dt.date(2025, 3, 4), None, " x ")
    assert [cell_text(v) for v in values] == [
        "yes",
        "1",
        "1000000000000000",
        "0.1",
        "2025-03-04",
        "2025-03-04",
        "",
        "x",
    ]
