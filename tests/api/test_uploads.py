"""A reader's own case: read in memory, with its problems and their lines; hostile files are refused or harmless."""

import io
import zipfile

import pytest

from kanryu.web.downloads import TABLES

ENTITIES = "id,name_en,name_ja,kind,role\na,Maker,メーカー,other,chips\nb,Lab,研究所,lab,labs\n"
DEALS = (
    "deal_id,leg,payer,payee,instrument,amount_low_usd,amount_central_usd,amount_high_usd,description\n"
    "d,1,a,b,equity,100,100,100,money in\nd,2,b,a,purchase_goods,60,60,60,money back\n"
)
EVENTS = (
    "deal_id,leg,date,status,amount_usd,what,source_url,source_publisher,source_date\n"
    "d,1,2024-01-10,signed,100,signed,https://example.org/1,Example,2024-01-10\n"
    "d,2,2024-03-10,signed,60,signed,https://example.org/2,Example,2024-03-10\n"
)
HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=cmd|' /C calc'!A0", "@SUM(1+1)", "+1", "-1"]


def zipped(files: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def good(**changes: str) -> bytes:
    files = {"entities.csv": ENTITIES, "deals.csv": DEALS, "events.csv": EVENTS}
    return zipped({f"my-case/{name}": changes.get(name.split(".")[0], text) for name, text in files.items()})


def send(api, content: bytes, name: str = "case.zip"):
    return api.post(f"/api/v1/uploads?name={name}", content=content)


def test_a_good_case_is_looked_at_under_its_own_id(api):
    made = send(api, good()).result["case"]
    assert (made["origin"], made["legs"], made["entities"], made["title_en"]) == ("own", 2, 2, "case")
    assert made["id"].startswith("own-")
    loops = api.get(f"/api/v1/cases/{made['id']}/loops").result["deals"]
    assert [loop["accounts"] for loop in loops["loops"]] == [["a", "b"]]
    assert loops["loops"][0]["goes_round"]["high"] == 60
    assert made["id"] not in [case["id"] for case in api.get("/api/v1/site").result["cases"]], "others cannot list it"


def test_an_own_case_can_be_forgotten(api):
    made = send(api, good()).result["case"]["id"]
    assert api.get(f"/api/v1/cases/{made}/wheel").status == 200
    assert api("DELETE", f"/api/v1/uploads/{made}").status == 200
    assert api.get(f"/api/v1/cases/{made}/wheel").status == 404
    assert api("DELETE", "/api/v1/uploads/ai").status == 400


def test_only_a_few_are_kept(api):
    names = [send(api, good()).result["case"]["id"] for _ in range(3)]
    assert api.get(f"/api/v1/cases/{names[0]}/wheel").status == 404
    assert api.get(f"/api/v1/cases/{names[2]}/wheel").status == 200


def test_problems_come_with_file_line_and_column(api):
    broken = DEALS.replace("purchase_goods,60,60,60", "purchase_goods,90,60,60").replace("2,b,a", "2,nobody,a")
    answer = send(api, good(deals=broken)).body
    places = {(p["code"], p["where"]["file"], p["where"]["line"]) for p in answer["problems"]}
    assert ("entity-unknown", "deals.csv", 3) in places
    assert ("amount-order", "deals.csv", 3) in places
    assert "/tmp" not in str(answer)
    assert "/dev/shm" not in str(answer)


def test_one_table_says_what_is_missing(api):
    answer = send(api, DEALS.encode(), "deals.csv").body
    assert answer["result"]["case"]["legs"] == 2
    assert "table-missing" in {problem["code"] for problem in answer["problems"]}


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.zip", b"", 422),
        ("a.zip", b"not a zip", 422),
        ("a.xlsx", b"PK\x03\x04 broken", 422),
        ("a.exe", b"MZ", 422),
        ("a", b"x", 422),
        ("a.csv", b"one,two\n1,2\n", 422),
        ("a.csv", b"\x00\x01\x02", 422),
        ("a.zip", zipped({"readme.txt": "nothing"}), 422),
        ("a.zip", zipped({f"series/{i}.csv": "x" for i in range(60)}), 422),
        ("a.zip", zipped({"a/deals.csv": DEALS, "b/deals.csv": DEALS}), 422),
    ],
)
def test_what_cannot_be_used_says_why(api, name, content, status):
    answer = send(api, content, name)
    assert answer.status == status, answer.content[:300]
    assert answer.body["error"]["message"]
    assert "Traceback" not in answer.content.decode()


def test_a_bomb_does_not_unpack(api):
    bomb = zipped({"deals.csv": DEALS, "events.csv": EVENTS, "series/zero.csv": b"0" * (20 << 20)})
    assert len(bomb) < 100_000
    answer = send(api, bomb)
    assert (answer.status, answer.body["error"]["code"]) == (422, "input")


@pytest.mark.parametrize("name", ["../../evil.csv", "/etc/deals.csv", "deals/../../x.toml", "C:\\deals.csv"])
def test_names_inside_an_archive_lead_nowhere(api, name, tmp_path):
    files = {"entities.csv": ENTITIES, "deals.csv": DEALS, "events.csv": EVENTS, name: "owned"}
    assert send(api, zipped(files)).status in (201, 422)
    assert not list(tmp_path.parent.glob("evil*"))


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_a_ledger_is_data_in_every_download(api, text):
    cell = '"' + text.replace('"', '""') + '"'
    made = send(api, good(entities=ENTITIES.replace("Lab,", f"{cell},"), deals=DEALS.replace("money back", cell)))
    case = made.result["case"]["id"]
    for table in TABLES:
        content = api.get(f"/api/v1/cases/{case}/download/{table}.csv").content.decode("utf-8-sig")
        for line in content.splitlines():
            assert not line.startswith(("=", "+", "-", "@"))
            assert not any(mark in line for mark in (",=", ",@", ",+", ',"=', ',"@')), line
    book = zipfile.ZipFile(io.BytesIO(api.get(f"/api/v1/cases/{case}/download/facts.xlsx").content))
    for sheet in [name for name in book.namelist() if "sheet" in name]:
        assert b"<f>" not in book.read(sheet), "a formula was written"
    whole = api.get(f"/api/v1/cases/{case}/download/facts.json")
    assert whole.headers["content-type"].startswith("application/json")


def test_a_payments_table_becomes_a_picture(api):
    table = "src,dst,t,amount\na,b,2024-01-01,100\nb,c,2024-02-01,90\nc,a,2024-03-01,60.50\n"
    made = send(api, table.encode(), "bank.csv").result["case"]
    assert (made["title_en"], made["legs"], made["entities"], made["first"]) == ("bank", 3, 3, "2024-01-01")
    flows = api.get(f"/api/v1/cases/{made['id']}/picture").result["flows"]
    assert [(f["payer"], f["payee"], f["rung"], f["paid"]["central"]) for f in flows][-1] == ("c", "a", "paid", "60.5")
    wheel = api.get(f"/api/v1/cases/{made['id']}/wheel").result
    assert {spot["ring"] for spot in wheel["spots"]} == {"inner"}
    loops = api.get(f"/api/v1/cases/{made['id']}/loops").result["deals"]
    assert loops["loops"][0]["goes_round"]["high"] == 60.5


@pytest.mark.parametrize("table", ["src,dst,t,amount\na,b,1,100\n", "src,dst,t,amount\na,b,2024-01-01,lots\n"])
def test_a_payments_table_that_cannot_be_drawn_says_why(api, table):
    answer = send(api, table.encode(), "bank.csv")
    assert answer.status == 422
    assert answer.body["error"]["hint"] or answer.body["problems"]
    assert "/dev/shm" not in answer.content.decode()


def test_a_workbook_made_here_can_be_read_again(api):
    pytest.importorskip("kanryu.formats.excel")
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, text in (("entities", ENTITIES), ("deals", DEALS), ("events", EVENTS)):
        sheet = book.create_sheet(title)
        for row in text.strip().split("\n"):
            sheet.append(row.split(","))
    out = io.BytesIO()
    book.save(out)
    assert send(api, out.getvalue(), "case.xlsx").result["case"]["legs"] == 2
