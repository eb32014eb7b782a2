"""Readers keep what can be kept, say what cannot, where it stands, and never raise on a cell."""

from decimal import Decimal

import pytest

from kanryu.core.errors import InputError, NotFound
from kanryu.formats.csv_folder import read_folder
from kanryu.formats.source import Request, read_case
from kanryu.formats.tables import cell_position

ENTITIES = "id,name_en,name_ja,kind\nlab,Lab,研究所,lab\ncloud,Cloud,クラウド,neocloud\n"
DEALS = (
    "deal_id,leg,payer,payee,instrument,amount_low_usd,amount_central_usd,amount_high_usd,start,end,description\n"
    "rent,1,lab,cloud,purchase_service,,100,,2025-01,2025-12,plain\n"
)
EVENTS = (
    "deal_id,leg,date,status,amount_usd,what,source_url,source_publisher,source_date\n"
    "rent,1,2025-01-05,signed,100,Signed,https://example.org/a,Example,2025-01-05\n"
)


@pytest.fixture
def folder(tmp_path):
    def write(entities=ENTITIES, deals=DEALS, events=EVENTS, encoding="utf-8", **more):
        for name, text in {"entities": entities, "deals": deals, "events": events, **more}.items():
            if text is not None:
                data = text if isinstance(text, bytes) else text.encode(encoding)
                (tmp_path / f"{name}.csv").write_bytes(data)
        return tmp_path

    return write


def only(case):
    assert len(case.problems) == 1, [p.text() for p in case.problems]
    return case.problems[0]


def test_a_plain_folder_in_the_columns_of_the_shared_tables(folder):
    case = read_folder(folder())
    assert case.problems == ()
    leg, event = case.legs[0], case.events[0]
    assert (leg.key, leg.payer, leg.payee, leg.amount.central, leg.amount.basis) == (
        "rent:1",
        "lab",
        "cloud",
        Decimal(100),
        "total",
    )
    assert (leg.place.file, leg.place.line) == ("deals.csv", 2)
    assert (str(event.known_on), event.amount.currency, case.entities[1].role) == ("2025-01-05", "USD", "clouds")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_encodings_give_the_same_names(folder, encoding):
    case = read_folder(folder(encoding=encoding))
    assert case.problems == ()
    assert [entity.name_ja for entity in case.entities] == ["研究所", "クラウド"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("12bn", "amount-format"),
        ("$100", "amount-format"),
        ("1.2.3", "amount-format"),
        ("1,00", "amount-format"),
        ("NaN", "amount-format"),
        ("Infinity", "amount-format"),
        ("0x10", "amount-format"),
        ("1_000", "amount-format"),
        ("1e999", "amount-size"),
        ("1e99", "amount-size"),
        ("1000000000000001", "amount-size"),
        ("9" * 59, "amount-size"),
        ("9" * 5000, "amount-format"),
    ],
)
def test_a_bad_amount_is_a_problem_and_stays_unknown(folder, cell, code):
    case = read_folder(folder(deals=DEALS.replace(",,100,,", f',,"{cell}",,')))
    found = only(case)
    assert (found.code, found.level) == (code, "error")
    assert (found.where.file, found.where.line, found.where.column) == ("deals.csv", 2, 36)
    assert found.found == cell[:200]
    assert found.message["en"] != found.message["ja"]
    assert case.legs[0].amount.is_unknown


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234,567", "1234567"),
        ("2.5e9", "2500000000"),
        ("１００", "100"),
        ("-5", "-5"),
        ("1e15", "1e15"),
        ("0.1", "0.1"),
    ],
)
def test_exact_numbers(folder, cell, value):
    quoted = f'"{cell}"' if "," in cell else cell
    case = read_folder(folder(deals=DEALS.replace(",,100,,", f",,{quoted},,")))
    assert case.problems == ()
    assert case.legs[0].amount.central == Decimal(value)


@pytest.mark.parametrize(
    ("date", "code"),
    [
        ("2025-02-30", "date-impossible"),
        ("9999-01-01", "date-impossible"),
        ("01/02/2025", "date-format"),
        ("soon", "date-format"),
    ],
)
def test_a_bad_date_of_an_event_leaves_the_event_out_and_says_so(folder, date, code):
    case = read_folder(folder(events=EVENTS.replace("1,2025-01-05,signed", f"1,{date},signed")))
    found = only(case)
    assert (found.code, found.where.line, found.where.column, found.found) == (code, 2, 8, date)
    assert case.events == ()
    assert len(case.legs) == 1


def test_an_unknown_status_names_the_near_one(folder):
    case = read_folder(folder(events=EVENTS.replace("signed", "sigend")))
    found = only(case)
    assert found.code == "status-unknown"
    assert '"signed"' in found.hint["en"]
    assert "「signed」" in found.hint["ja"]


def test_an_unknown_instrument_becomes_other_with_a_problem(folder):
    case = read_folder(folder(deals=DEALS.replace("purchase_service", "barter")))
    assert only(case).code == "instrument-unknown"
    assert case.legs[0].instrument == "other"


def test_all_problems_come_in_one_pass(folder):
    deals = DEALS + "bad,1,lab,cloud,nothing,x,y,z,2025-13,2025-12-32,text\n"
    codes = sorted(p.code for p in read_folder(folder(deals=deals)).problems)
    assert codes == ["amount-format"] * 3 + ["date-impossible"] * 2 + ["instrument-unknown"]


def test_a_short_row_an_open_quote_and_a_missing_column(folder):
    case = read_folder(
        folder(
            deals=DEALS + "short,1,lab\n",
            events=EVENTS.replace("Signed,https", '"Signed,https'),
            stakes="owner,as_of\nlab,2025\n",
        )
    )
    codes = {p.code for p in case.problems}
    assert {"row-length", "quote-open", "column-missing", "cell-missing"} <= codes
    assert [leg.key for leg in case.legs] == ["rent:1"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"  \n\n", "file-empty"),
        (b"deal_id\x00,leg\n", "file-binary"),
        (bytes(range(1, 256)) * 3, "file-encoding"),
        (b"a," * 600 + b"b\n", "table-columns"),
        (b"," * 10_000_000, "table-columns"),
    ],
)
def test_a_file_that_is_no_table_is_one_problem_and_the_rest_is_read(folder, data, code):
    case = read_folder(folder(events=data))
    assert [p.code for p in case.problems] == [code]
    assert case.problems[0].where.file == "events.csv"
    assert len(case.legs) == 1


def test_a_folder_without_tables_is_an_error_that_names_it(tmp_path):
    with pytest.raises(InputError) as caught:
        read_folder(tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert {p.code for p in caught.value.problems} == {"table-missing"}


def test_a_missing_table_is_a_problem(folder):
    case = read_folder(folder(events=None))
    assert (only(case).code, only(case).expected) == ("table-missing", "events.csv")


def test_files_that_are_no_case(tmp_path):
    for name, data in (("a.xlsx", b"PK\x03\x04 nothing"), ("b.json", b"[1, 2"), ("c.json", b"{}"), ("d.toml", b"x =")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputError):
            read_case(Request(target=str(tmp_path / name)))
    with pytest.raises(NotFound) as caught:
        read_case(Request(target="telecon"))
    assert "telecom" in caught.value.near


def test_a_bad_kanryu_toml_is_a_problem(folder):
    path = folder()
    (path / "kanryu.toml").write_text("title = [", encoding="utf-8")
    assert only(read_folder(path)).code == "toml-syntax"


def test_cell_positions_in_characters():
    assert cell_position('あ,"い,""う",z', 2) == (0, 11)
    assert cell_position('a,"b\nc",d', 2) == (1, 4)


DEAL = """id = "lab-cloud"

[[legs]]
payer = "lab"
payee = "cloud"
instrument = "purchase_service"
amount = { low = 10e9, central = 12_000_000_000, high = 15e9 }
start = 2025-01-01
end = "2027"
due = [{ date = "2026-06-30", amount = 3e9 }]

[[events]]
leg = "1"
date = 2025-01-05
status = "signed"
amount = 12e9
source = { url = "https://example.org/a", publisher = "Example", date = "2025-01-06", quote = "twelve billion" }
"""


def test_a_deal_in_toml_gives_the_same_records_as_csv(tmp_path):
    (tmp_path / "entities.csv").write_text(ENTITIES, encoding="utf-8")
    (tmp_path / "deals").mkdir()
    (tmp_path / "deals" / "lab-cloud.toml").write_text(DEAL, encoding="utf-8")
    case = read_folder(tmp_path)
    assert case.problems == ()
    leg, event = case.legs[0], case.events[0]
    assert leg.key == event.key == "lab-cloud:1"
    assert [leg.amount.low, leg.amount.central, leg.amount.high] == [Decimal(10**9 * x) for x in (10, 12, 15)]
    assert (str(leg.start), str(leg.end), leg.due[0].amount) == ("2025-01-01", "2027", Decimal(3 * 10**9))
    assert (event.source.quote, str(event.known_on)) == ("twelve billion", "2025-01-06")
    assert str(event.place) == "deals/lab-cloud.toml:12:1"


def test_a_bad_status_in_a_deal_points_at_its_line(tmp_path):
    (tmp_path / "entities.csv").write_text(ENTITIES, encoding="utf-8")
    (tmp_path / "deals").mkdir()
    (tmp_path / "deals" / "x.toml").write_text(DEAL.replace('"signed"', '"anounced"'), encoding="utf-8")
    found = only(read_folder(tmp_path))
    assert str(found.where) == "deals/x.toml:15:10"
    assert '"announced"' in found.hint["en"]


def test_broken_toml_is_a_problem_with_its_line(tmp_path):
    (tmp_path / "entities.csv").write_text(ENTITIES, encoding="utf-8")
    (tmp_path / "deals").mkdir()
    (tmp_path / "deals" / "x.toml").write_text(DEAL + "\nsource = {", encoding="utf-8")
    found = only(read_folder(tmp_path))
    assert (found.code, found.where.line) == ("toml-syntax", 19)


def test_a_single_deal_is_a_case(tmp_path):
    (tmp_path / "lab-cloud.toml").write_text(DEAL, encoding="utf-8")
    case = read_case(Request(target=str(tmp_path / "lab-cloud.toml")))
    assert case.problems == ()
    assert [entity.id for entity in case.entities] == ["lab", "cloud"]
