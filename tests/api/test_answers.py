"""The API gives what the measures give, in the envelope of the command line, and every error has one shape."""

import json
from decimal import Decimal

import pytest
from click.testing import CliRunner

from kanryu.cli.shell import kanryu
from kanryu.formats.source import Request, read_case
from kanryu.report.picture import months, picture
from kanryu.web.answers import encode
from kanryu.web.measures import MEASURES

CASE = "textbook-own-money"


@pytest.mark.parametrize(
    ("path", "arguments"),
    [
        (f"cases/{CASE}/funnel", ["funnel", CASE]),
        (f"cases/{CASE}/funnel?true_by=2020-06-30&known_by=2020-06-30", ["funnel", CASE, "--as-of", "2020-06-30"]),
        (f"cases/{CASE}/roles", ["roles", CASE]),
        (f"cases/{CASE}/check", ["check", CASE]),
        (f"compare?a={CASE}&b=textbook-round-trip", ["compare", CASE, "textbook-round-trip"]),
    ],
)
def test_same_as_the_command_line(api, path, arguments):
    printed = json.loads(CliRunner().invoke(kanryu, [*arguments, "--json"]).output)
    answered = api.get(f"/api/v1/{path}").body
    assert answered["kanryu"] == printed["kanryu"] == 1
    assert answered["command"] == printed["command"]
    assert answered["result"] == printed["result"]
    assert answered["problems"] == printed["problems"]


def test_picture_and_months_are_those_of_python(api):
    case = read_case(Request(target=CASE))
    assert api.get(f"/api/v1/cases/{CASE}/picture").result == json.loads(encode(picture(case)))
    assert api.get(f"/api/v1/cases/{CASE}/months").result == json.loads(encode(months(case)))


def test_standing_on_a_day_sees_the_letter_of_intent(api):
    """On 1 October 2025 Nvidia's 100bn is open talk; on 1 July 2026 it has ended and 30bn stands beside it."""

    def flows(day):
        found = api.get(f"/api/v1/cases/ai/picture?true_by={day}&known_by={day}").result["flows"]
        return {flow["key"]: flow for flow in found}

    then, later = flows("2025-10-01"), flows("2026-07-01")
    assert then["nvda-openai-loi-2025:1"]["rung"] == "talked"
    assert Decimal(then["nvda-openai-loi-2025:1"]["talked"]["high"]) == Decimal("1e11")
    assert "nvda-openai-2026:1" not in then
    assert later["nvda-openai-loi-2025:1"]["rung"] == "ended"
    assert Decimal(later["nvda-openai-2026:1"]["bound"]["central"]) == Decimal("3e10")


def test_worked_example_has_the_numbers_of_the_definitions(api):
    """Definitions, oracle 7: FIFO 70, own-last 40, bounds 20 to 100."""
    trace = api.get("/api/v1/worked").result["trace"]
    assert (trace["rules"]["fifo"]["back"], trace["rules"]["own_last"]["back"]) == (70, 40)
    assert (trace["bounds"]["low"], trace["bounds"]["high"]) == (20, 100)


def test_breaking_a_link_of_the_only_loop_ends_it(api):
    loops = api.get(f"/api/v1/cases/{CASE}/loops").result["deals"]
    assert loops["total"] >= 1
    link = loops["loops"][0]["links"][0]
    after = api.get(f"/api/v1/cases/{CASE}/broken?account={link['payer']}&other={link['payee']}").result
    through = [x for x in loops["loops"] if link["payer"] in x["accounts"] and link["payee"] in x["accounts"]]
    assert after["loops_before"] == loops["total"]
    assert loops["total"] - len(through) <= after["loops_after"] < loops["total"]
    assert after["circular_after"] <= after["circular_before"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/cases/nobody/loops", 404, "not-found"),
        ("/api/v1/nothing", 404, "address"),
        ("/nowhere/at/all", 404, "address"),
        (f"/api/v1/cases/{CASE}/loops?true_by=tomorrow", 400, "parameter"),
        (f"/api/v1/cases/{CASE}/loops?rung=sure", 400, "parameter"),
        (f"/api/v1/cases/{CASE}/trace", 400, "usage"),
        (f"/api/v1/cases/{CASE}/trace?account=nobody", 404, "not-found"),
        (f"/api/v1/cases/{CASE}/download/secret.csv", 404, "not-found"),
        ("/api/v1/worked?x=7", 400, "usage"),
        ("/api/v1/words/xx", 404, "not-found"),
    ],
)
def test_every_error_has_one_shape(api, path, status, code):
    for lang in ("en", "ja"):
        answer = api.get(path, headers={"Accept-Language": lang})
        assert answer.status == status
        assert answer.body["ok"] is False
        assert answer.body["error"]["code"] == code
        assert answer.body["error"]["message"]
        assert not answer.body["error"]["message"].startswith("web."), "a sentence is missing"
        assert "Traceback" not in answer.content.decode()


def test_method_that_is_not_there(api):
    answer = api("DELETE", "/api/v1/site")
    assert (answer.status, answer.body["error"]["code"]) == (405, "method")


def test_description_is_openapi_3_1_and_names_every_measure(api):
    described = api.get("/openapi/openapi.json").body
    assert described["openapi"].startswith("3.1")
    for row in MEASURES:
        assert f"/api/v1/cases/{{case_id}}/{row.name}" in described["paths"]


def test_words_are_complete_for_both_languages(api):
    english, japanese = (api.get(f"/api/v1/words/{lang}").result for lang in ("en", "ja"))
    assert english.keys() == japanese.keys()
    assert japanese["web.nav.loops"] == "資金の輪"


def test_survey_streams_progress_and_then_the_result(api):
    for _ in range(2):  # the second time from what was kept
        events = api.get(f"/api/v1/cases/{CASE}/survey").content.decode().strip().split("\n\n")
        kinds = [event.split("\n")[0] for event in events]
        assert kinds[-1] == "event: result"
        assert set(kinds[:-1]) <= {"event: step"}
        found = json.loads(events[-1].split("data: ", 1)[1])["companies"]
        assert {row["company"] for row in found}
