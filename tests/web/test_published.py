"""The published file: opens from disk with no server, asks nobody, holds every view that needs no computation."""

import html

import pytest
from browsing import until

from kanryu.core.errors import InputError
from kanryu.web.publish import key_of, publish


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    path = tmp_path_factory.mktemp("published") / "own money.html"
    made = publish("textbook-own-money", path, lang="ja")
    assert made.bytes == path.stat().st_size < 2_000_000
    return path


def test_same_file_every_time(published, tmp_path):
    again = tmp_path / "again.html"
    publish("textbook-own-money", again, lang="ja")
    assert again.read_bytes() == published.read_bytes()


def test_a_path_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(InputError):
        publish("textbook-own-money", tmp_path / "no" / "such.html")
    folder = tmp_path / "folder.html"
    folder.mkdir()
    with pytest.raises(InputError):
        publish("textbook-own-money", folder)
    assert list(tmp_path.glob("*.part")) == []


def test_names_of_answers_are_those_of_the_page():
    assert key_of("cases/ai/loops", true_by="2025-09-30", known_by="2025-09-30", rung=None) == (
        "cases/ai/loops?known_by=2025-09-30&true_by=2025-09-30"
    )


def test_nothing_in_it_points_outside(published):
    text = html.unescape(published.read_text(encoding="utf-8"))
    head = text[: text.index("<style>")]
    assert "connect-src 'none'" in head
    assert "https://" not in head
    assert "/static/" not in text


@pytest.mark.browser
def test_every_view_opens_from_disk(published, opened):
    with opened("#/ja/", base=published.as_uri()) as page:
        assert page.locator("html").get_attribute("lang") == "ja"
        for view in ("map", "loops", "company", "deal", "compare", "essays", "facts", "method"):
            page.locator(f".top nav a[href*='#/ja/{view}']").click()
            page.wait_for_selector(f'#main[data-ready^="{view}|"]')
            assert page.locator(".notice.failed").count() == 0, view
        page.click(".tool[hreflang=en]")
        page.wait_for_selector("html[lang=en]")
        page.locator(".top nav a").first.click()
        page.wait_for_selector('#main[data-ready^="front|"]')
        page.click("#break")
        page.wait_for_selector(".aftermath b")
        page.go_back()
        page.wait_for_selector("#break")


@pytest.mark.browser
def test_the_days_can_be_moved_in_the_file(opened, tmp_path):
    path = tmp_path / "iridium.html"
    assert publish("textbook-iridium", path).months > 12
    with opened("#/en/map", base=path.as_uri()) as page:
        now = int(page.get_attribute("[data-flows]", "data-flows"))
        page.wait_for_selector("[data-dial=t]")
        page.focus("[data-dial=t]")
        page.keyboard.press("Home")
        page.wait_for_url("**t=*")
        until(page, f"Number(document.querySelector('[data-flows]').dataset.flows) < {now}")
        page.get_by_role("button", name="as known today").click()
        page.wait_for_url("**known=now*")
        until(page, "document.querySelector('.pill[aria-pressed=true]').textContent === 'as known today'")
        assert page.locator(".notice.failed").count() == 0
