"""The break view: the reverse test with its proof, errors, stepping by keyboard, the worked example of 2000."""

import pytest
from browsing import until

pytestmark = pytest.mark.browser


def test_reverse_test_lists_the_smallest_sets_and_one_can_be_broken(opened):
    with opened("/en/break") as page:
        page.select_option("#choose-goal", "openai cannot pay")
        page.wait_for_selector(".failing-sets li")
        sets = page.locator(".failing-sets li").all_inner_texts()
        assert sets[0].count(" + ") == 0, "the smallest set comes first"
        assert any(" + " in text for text in sets)
        assert "Proven by" in page.locator(".bounds").inner_text()
        assert "%" in page.locator("#reverse").inner_text()
        assert "goal=openai" in page.url
        page.locator(".failing-sets a", has_text=" + ").first.click()
        page.wait_for_selector(".verdict.impact li")
        assert " + " in page.locator("h1").inner_text()
        assert "OpenAI" in page.locator(".verdict.impact").inner_text()


@pytest.mark.slow
def test_a_goal_that_cannot_be_judged_says_why(opened):
    with opened("/ja/break?goal=nobody+cannot+pay", allow=("40", "42")) as page:
        page.wait_for_selector("#reverse .notice.failed")
        assert page.locator("#reverse .notice.failed p").count() >= 1
        assert page.locator(".table-frame td").count() > 0, "the ranking stands beside it"


@pytest.mark.slow
def test_time_over_shows_both_bounds(opened):
    """A search that ran out of its budget, as the server would answer it."""
    with opened("/en/break") as page:

        def cut_short(route):
            answer = route.fetch()
            body = answer.json()
            body["result"]["sets"] |= {"best": ["outside:openai", "funding:openai"], "minimal": [], "cost": 2.0,
                                       "lower_bound": 1.0, "gap": 1.0, "complete": False}  # fmt: skip
            route.fulfill(response=answer, json=body)

        page.route("**/api/v1/**reverse**", cut_short)
        page.select_option("#choose-goal", "openai cannot pay")
        page.wait_for_selector("#reverse .notice.partial")
        assert "between 1 and 2 links" in page.locator("#reverse .notice.partial").inner_text()
        assert page.locator(".failing-sets li").count() == 1


@pytest.mark.slow
def test_rounds_are_stepped_by_keyboard(opened):
    with opened("/ja/break?link=funding%3Aopenai", width=390) as page:
        page.wait_for_selector("#round")
        last = int(page.get_attribute("#round", "max"))
        assert last >= 2
        page.focus("#round")
        page.keyboard.press("ArrowLeft")
        until(page, f"new URL(location).searchParams.get('round') === '{last - 1}'")
        until(page, "document.activeElement.id === 'round'")
        page.focus("#round-back")
        page.keyboard.press("Enter")
        until(page, f"new URL(location).searchParams.get('round') === '{last - 2}'")
        until(page, "['round-back', 'round'].includes(document.activeElement.id)")
        assert page.locator(".rounds .later").count() == 2


@pytest.mark.slow
def test_telecom_at_the_end_of_2000_is_one_link_away(opened):
    with opened("/en/break") as page:
        page.click("#worked-example")
        page.wait_for_selector("#choose-goal option[value='lucent cannot pay']", state="attached")
        assert "t=2000-12-31" in page.url
        page.select_option("#choose-goal", "lucent cannot pay")
        page.wait_for_selector(".failing-sets li")
        assert "Lucent" in page.locator(".failing-sets li").first.inner_text()
        ranking = page.locator(".table-frame tbody").inner_text()
        assert "unnamed customers" in ranking
        assert "customers:" not in ranking, "a link has a name, not a key"
