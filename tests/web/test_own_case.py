"""A reader's own case in the browser: a good one, a broken one, a hostile one."""

import io
import zipfile

import pytest
from browsing import ready

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)><script>document.title='owned'</script>"
ENTITIES = 'id,name_en,name_ja,kind,role\na,"{name}",メーカー,other,chips\nb,Lab,研究所,lab,labs\n'
DEALS = (
    "deal_id,leg,payer,payee,instrument,amount_low_usd,amount_central_usd,amount_high_usd,description\n"
    'd,1,a,b,equity,100,100,100,"{name}"\nd,2,b,a,purchase_goods,60,60,60,money back\n'
)
EVENTS = (
    "deal_id,leg,date,status,amount_usd,what,source_url,source_publisher,source_date\n"
    'd,1,2024-01-10,signed,100,"{name}",javascript:alert(1),"{name}",2024-01-10\n'
    "d,2,2024-03-10,signed,60,signed,https://example.org/2,Example,2024-03-10\n"
)


def upload_of(name: str = "Maker", **changes: str) -> dict:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for table, text in (("entities", ENTITIES), ("deals", DEALS), ("events", EVENTS)):
            archive.writestr(f"{table}.csv", changes.get(table, text).replace("{name}", name))
    return {"name": "mine.zip", "mimeType": "application/zip", "buffer": out.getvalue()}


def test_a_good_case_opens_on_the_map_and_can_be_forgotten(opened):
    with opened("/en/facts") as page:
        page.set_input_files("#own-file", upload_of())
        page.click("#own-open")
        ready(page, "map")
        page.wait_for_selector("[data-flows='2']")
        assert "case=own-" in page.url
        assert page.locator(".loop-list .loop").count() == 1
        page.click(".top nav a[href*='/en/facts']")
        ready(page, "facts")
        page.get_by_role("button", name="Forget this case").click()
        page.wait_for_url("**/facts?case=ai*")


def test_a_broken_case_shows_its_problems_with_lines(opened):
    with opened("/ja/facts") as page:
        page.set_input_files("#own-file", upload_of(deals=DEALS.replace("2,b,a", "2,nobody,a")))
        page.wait_for_selector(".upload .problem.error", state="attached")
        assert "deals.csv:3:" in page.locator(".upload .problem-list").text_content()
    with opened("/en/facts", allow=("422",)) as page:
        page.set_input_files("#own-file", {"name": "a.zip", "mimeType": "application/zip", "buffer": b"not a zip"})
        page.wait_for_selector(".upload .notice.failed")
        assert "damaged" in page.locator(".upload .notice.failed").inner_text()


def test_text_of_a_ledger_runs_nowhere(opened):
    with opened("/en/facts") as page:
        page.set_input_files("#own-file", upload_of(HOSTILE))
        page.click("#own-open")
        ready(page, "map")
        page.wait_for_selector("[data-flows='2']")
        case = page.url.split("case=")[1].split("&")[0]
        for view in ("map?leg=d%3A1", "deal?deal=d", "company?entity=a", "facts", "loops?loop=a~b", ""):
            mark = "&" if "?" in view else "?"
            page.goto(page.url.split("/en/")[0] + f"/en/{view}{mark}case={case}")
            page.wait_for_selector("#main[data-ready]")
            assert page.locator("#kanryu img").count() == 0
            assert page.locator("#kanryu script").count() == 0
            assert page.locator("a[href^=javascript]").count() == 0
            assert "owned" not in page.title()
        page.goto(page.url.split("/en/")[0] + f"/en/map?case={case}")
        page.wait_for_selector("[data-flows='2']")
        with page.expect_download() as waiting:
            page.locator(".below .download", has_text="SVG").click()
        drawn = waiting.value.path().read_text(encoding="utf-8")
        assert "<script" not in drawn
        assert "<img" not in drawn
