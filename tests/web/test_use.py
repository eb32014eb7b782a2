"""The page used as a reader would: break a link, move the days, choose a loop, change language, use the keyboard."""

import re

import pytest
from browsing import until

pytestmark = pytest.mark.browser


def test_breaking_the_link_says_what_stops(opened):
    with opened("/en/") as page:
        number = page.locator(".answer .big").inner_text()
        assert re.search(r"\$\d", number)
        page.click("#break")
        page.wait_for_selector(".answer s")
        assert page.locator(".answer s").inner_text() == number
        page.wait_for_selector(".aftermath b")
        assert "cut=" in page.url
        assert page.locator(".ribbon.ended").count() == 1
        page.click("#mend")
        page.wait_for_selector("#break")
        page.go_back()
        page.wait_for_selector(".answer s")


def test_slider_stands_on_an_earlier_day(opened):
    with opened("/en/map") as page:
        page.wait_for_selector("[data-dial=t]")
        now = int(page.get_attribute("[data-flows]", "data-flows"))
        page.focus("[data-dial=t]")
        for _ in range(8):
            page.keyboard.press("ArrowLeft")
        until(page, "new URL(location).searchParams.get('t')")
        until(page, f"Number(document.querySelector('[data-flows]').dataset.flows) < {now}")
        assert page.evaluate("document.activeElement.dataset.dial") == "t", "the focus stays on the dial"
        earlier = page.url
        page.reload()
        page.wait_for_selector(".ribbons .ribbon")
        assert page.url == earlier
        assert int(page.get_attribute("[data-flows]", "data-flows")) < now


def test_two_days_can_be_chosen_apart(opened):
    """What held on 1 October 2025, as known then and as known today: more is known of a day later on."""
    with opened("/en/map?t=2025-10-01") as page:
        page.wait_for_selector("[data-dial=t]")
        then = int(page.get_attribute("[data-flows]", "data-flows"))
        assert page.locator(".dial output").first.inner_text() == "1 Oct 2025"
        page.get_by_role("button", name="as known today").click()
        until(page, f"Number(document.querySelector('[data-flows]').dataset.flows) > {then}")
        page.get_by_role("button", name="choose both days").click()
        page.wait_for_selector("[data-dial=known]")
        assert "known=2025-10-01" in page.url


def test_a_loop_lights_up_with_its_evidence(opened):
    with opened("/ja/map") as page:
        page.locator(".loop-list .loop").first.focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_selector(".ribbon.on")
        chosen = page.locator(".loop.on").get_attribute("data-loop")
        assert chosen in page.url.replace("%7E", "~")
        members = chosen.split("~")
        assert page.locator(".node.on").count() == len(members)
        assert page.locator(".side .card").count() >= len(members)
        assert page.locator(".side .card .source a").count() >= 1
        assert page.locator(".side .big").inner_text()


def test_a_ribbon_leads_to_its_sources(opened):
    with opened("/en/map?leg=nvda-openai-2026%3A1") as page:
        assert "$30bn" in page.locator(".side .card").inner_text()
        page.locator(".side .more").click()
        page.wait_for_selector(".event .source a")
        assert "deal=nvda-openai-2026" in page.url
        assert page.locator(".event .source a").first.get_attribute("href").startswith("http")


def test_circles_are_reached_by_arrow_keys(opened):
    with opened("/en/map") as page:
        page.locator(".node[tabindex='0']").focus()
        first = page.evaluate("document.activeElement.dataset.id")
        page.keyboard.press("ArrowRight")
        second = page.evaluate("document.activeElement.dataset.id")
        assert second != first
        page.keyboard.press("Enter")
        until(page, f"new URL(location).searchParams.get('entity') === '{second}'")


def test_flows_are_there_as_a_table(opened):
    with opened("/en/map") as page:
        page.click(".as-table summary")
        drawn = int(page.get_attribute("[data-flows]", "data-flows"))
        assert page.locator(".as-table tbody tr").count() == min(drawn, 200)
        page.click(".as-table th:last-child .sort")
        assert page.locator(".as-table th:last-child").get_attribute("aria-sort") == "descending"


def test_language_and_theme_keep_the_state(opened):
    with opened("/en/map?loop=oracle~nvidia~openai&t=2026-04") as page:
        page.click(".tool[hreflang=ja]")
        page.wait_for_selector("html[lang=ja]")
        page.wait_for_selector(".loop.on")
        assert "t=2026-04" in page.url
        assert "億" in page.locator(".side .big").inner_text()
        page.locator("button.tool").click()
        page.wait_for_selector("html[data-theme=night]")
        assert "theme=night" in page.url
        page.click(".top nav a[href*='/ja/loops']")
        page.wait_for_selector("#main[data-ready^='loops|']")
        assert "t=2026-04" in page.url
        assert "theme=night" in page.url
        page.go_back()
        page.wait_for_selector("#main[data-ready^='map|']")


def test_grains_move_only_when_they_may(opened):
    moved = "Number(document.querySelector('.grains').dataset.frames ?? 0)"
    with opened("/en/map", still=False) as page:
        until(page, f"{moved} > 3")
        page.locator(".pause").click()
        page.wait_for_selector(".grains[data-running=false]")
        page.locator(".pause").click()
        page.wait_for_selector(".grains[data-running=true]")
    with opened("/en/map", still=True) as page:
        page.wait_for_selector(".ribbons .ribbon")
        assert page.evaluate(moved) == 0, "a reader who asked for less motion gets none"


def test_company_shows_a_range_and_survey_can_be_stopped(opened):
    with opened("/en/company?entity=nvidia") as page:
        page.wait_for_selector(".own .big")
        assert re.fullmatch(r"[\d.]+(–[\d.]+)?%", page.locator(".own .big").inner_text())
        page.get_by_role("button", name="paid only").click()
        until(page, "new URL(location).searchParams.get('rung') === 'paid'")
    with opened("/en/company") as page:
        page.click("#survey")
        page.wait_for_selector(".survey progress")
        page.get_by_role("button", name="Stop").click()
        page.wait_for_selector("#survey")


def test_worked_example_answers_to_the_hand(opened):
    with opened("/en/method") as page:
        page.wait_for_selector("#example .ibar")
        assert "20 – 100" in page.locator("#example").inner_text()
        page.focus("#dial-x")
        page.keyboard.press("Home")
        until(page, "new URL(location).searchParams.get('x') === '0'")
        until(page, "!document.querySelector('#example').innerText.includes('20 – 100')")
        assert page.evaluate("document.activeElement.id") == "dial-x"


def test_downloads_are_files_of_their_kind(opened):
    with opened("/ja/map?loop=oracle~nvidia~openai") as page:
        page.wait_for_selector(".ribbon.on")

        def taken(name):
            with page.expect_download() as waiting:
                page.locator(".below .download", has_text=name).click()
            return waiting.value.path().read_bytes()

        assert taken("CSV").startswith(b"\xef\xbb\xbfleg,")
        assert b'"flows"' in taken("JSON")
        drawn = taken("SVG")
        assert drawn.startswith(b"<?xml")
        assert b"<script" not in drawn
        assert "オラクル".encode() in drawn
        assert taken("PNG").startswith(b"\x89PNG")


def test_errors_say_what_to_do(opened):
    with opened("/en/map?case=nobody", allow=("404",)) as page:
        page.wait_for_selector(".notice.failed")
        assert "no case" in page.locator(".notice.failed").inner_text()
    with opened("/en/map?t=2019-01-01") as page:
        assert "no money could yet come back" in page.locator(".list").inner_text()
