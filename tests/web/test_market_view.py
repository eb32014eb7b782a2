"""The market view: eras by several clocks, dates with their error rate, the short seller with two kinds of money."""

import pytest

pytestmark = pytest.mark.browser


def test_the_clock_decides_the_picture_and_an_assumed_peak_is_said(opened):
    with opened("/en/market") as page:
        card = page.locator("#overlay-nasdaq")
        card.wait_for()
        by_start = card.locator("path.era-1").first.get_attribute("d")
        assert "zero is 2022-11 (ChatGPT)" in card.inner_text()
        assert card.locator(".assumed").count() == 0
        assert "not possible" in card.inner_text()  # no series of investment over GDP, said and not left out
        card.get_by_role("button", name="by peak").click()
        assert card.locator("path.era-1").first.get_attribute("d") != by_start
        assert card.locator(".assumed").inner_text().startswith("2015-2025")
        assert card.get_by_role("button", name="by peak").get_attribute("aria-pressed") == "true"


def test_notional_and_money_at_risk_stand_apart(opened):
    with opened("/ja/market", width=390, dark=True) as page:
        boxes = page.locator(".kinds-apart > div")
        boxes.first.wait_for()
        risk, notional = boxes.all_inner_texts()
        assert "920万ドル" in risk
        assert "非公表" in risk
        assert "11億ドル" in notional
        assert "920万" not in notional
        assert page.locator(".line-card table tbody tr", has_text="4年目").count() == 1


def test_dates_carry_the_error_rate_of_their_line(opened):
    with opened("/en/market") as page:
        page.locator(".line-card .dates").first.wait_for()
        shown = page.locator(".line-card .dates + p.quiet").all_inner_texts()
        assert shown
        assert all("random walks of this length" in text for text in shown)
