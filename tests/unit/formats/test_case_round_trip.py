"""A case written in any form and read back is the same case."""

import json
import zipfile
from decimal import Decimal

import msgspec
import pytest

from kanryu.case.records import Case, Due, Source
from kanryu.core.dates import parse_date
from kanryu.core.money import Amount
from kanryu.core.problems import Place
from kanryu.formats.case_json import read_json, write_json
from kanryu.formats.csv_folder import read_folder, write_folder
from kanryu.formats.excel import read_workbook, write_workbook
from kanryu.formats.source import Request, built_in_cases, read_case


def plain(case: Case) -> dict:
    """The records of a case without the places at which they stood."""

    def bare(records):
        return [msgspec.structs.replace(record, place=Place()) for record in records]

    fields = ("entities", "legs", "events", "stakes", "figures", "series")
    found = {name: bare(getattr(case, name)) for name in fields}
    return {**found, "about": (case.title_en, case.title_ja, case.currency, case.notes_en, case.notes_ja)}


def there_and_back(case, form, folder):
    if form == "csv":
        write_folder(case, folder / "copy")
        return read_folder(folder / "copy")
    if form == "xlsx":
        write_workbook(case, folder / "copy.xlsx")
        return read_workbook(folder / "copy.xlsx")
    write_json(case, folder / "copy.json")
    return read_json(folder / "copy.json")


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("name", [n for n in built_in_cases() if n != "ai"])
def test_built_in_cases_survive(name, form, tmp_path):
    case = read_case(Request(target=name))
    again = there_and_back(case, form, tmp_path)
    assert again.problems == ()
    assert plain(again) == plain(case)


def ai_without_long_series():
    case = read_case(Request(target="ai"))
    return msgspec.structs.replace(case, series=type(case.series)({"nvidia": lambda: (case.series.of("nvidia"), ())}))


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_the_ai_case_survives(form, tmp_path):
    case = ai_without_long_series()
    again = there_and_back(case, form, tmp_path)
    assert again.problems == ()
    assert plain(again) == plain(case)
    assert again.series.names == ("nvidia",)


def hostile_case():
    case = read_case(Request(target="textbook-iridium"))
    leg = msgspec.structs.replace(
        case.legs[0],
        description='=cmd|"/c calc"!A1',
        conditions='\'+1, "quoted"\nsecond line',
        amount_note="@SUM(A1)",
        amount=Amount(None, Decimal("0.1"), Decimal("999999999999999.99"), "JPY", "total"),
        is_cancelable=False,
        is_funded=True,
        due=(Due(parse_date("1997Q1"), Decimal("12.5")), Due(parse_date("1998-02-03"), Decimal(7))),
    )
    event = msgspec.structs.replace(
        case.events[0],
        what="-2+3 億ドル",
        source=Source("https://example.org/?a=1,2", "Société; ﾃｽﾄ", parse_date("1996H2"), "D", "“quote”, 引用"),
        stated=Amount(None, Decimal(9), None, "USD", "total"),
        amount=Amount(None, Decimal(4), None, "USD", "total"),
        scope="joint",
    )
    return msgspec.structs.replace(case, legs=(leg, *case.legs[1:]), events=(event, *case.events[1:]))


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_hostile_text_and_every_field_survive(form, tmp_path):
    case = hostile_case()
    again = there_and_back(case, form, tmp_path)
    assert again.problems == ()
    assert plain(again) == plain(case)


def test_no_cell_of_a_csv_can_run_as_a_formula(tmp_path):
    write_folder(hostile_case(), tmp_path / "copy")
    text = (tmp_path / "copy" / "deals.csv").read_text(encoding="utf-8-sig")
    assert "'=cmd|" in text
    assert ",=cmd" not in text
    assert '"=cmd' not in text
    assert ",'@SUM(A1)" in text
    assert "''+1" in text


def test_csv_starts_with_the_mark_that_shows_japanese_in_spreadsheets(tmp_path):
    write_folder(read_case(Request(target="textbook-carousel")), tmp_path / "copy")
    assert (tmp_path / "copy" / "entities.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_workbook_text_is_text_and_large_amounts_are_exact(tmp_path):
    write_workbook(hostile_case(), tmp_path / "copy.xlsx")
    with zipfile.ZipFile(tmp_path / "copy.xlsx") as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert not any("<f>" in sheet for sheet in sheets)
    assert read_workbook(tmp_path / "copy.xlsx").legs[0].amount.high == Decimal("999999999999999.99")


def test_json_is_plain_and_versioned(tmp_path):
    write_json(read_case(Request(target="textbook-carousel")), tmp_path / "copy.json")
    body = json.loads((tmp_path / "copy.json").read_text(encoding="utf-8"))
    assert body["kanryu_case"] == 1
    assert body["tables"]["deals"][1]["amount_central"] == "117.5"
