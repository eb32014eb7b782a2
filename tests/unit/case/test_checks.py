"""Every rule finds its wrong example at the stated place and leaves its right example alone."""

import re
from pathlib import Path

import pytest
from example_folder import write_example

from kanryu.case.catalogue import catalogue
from kanryu.case.checks import check, rules
from kanryu.core.words import LANGUAGES, room_words
from kanryu.formats.csv_folder import read_folder
from kanryu.formats.pointing import point
from kanryu.formats.source import Request, read_case

SOURCE = Path(__file__).parents[3] / "src" / "kanryu"
# what an example cannot help having beside its own fault
BESIDE = {"entity-unused"}
MORE: dict[str, set[str]] = {}


def problems_of(example, folder):
    case = read_folder(write_example(example, folder))
    return point(check(case), case.folder)


EXAMPLES = [entry for entry in catalogue().values() if entry.wrong and not entry.code.startswith("payments-")]


@pytest.mark.parametrize("entry", EXAMPLES, ids=lambda entry: entry.code)
def test_the_wrong_example_has_this_problem_at_this_place(entry, tmp_path):
    found = problems_of(entry.wrong, tmp_path / "wrong")
    own = [p for p in found if p.code == entry.code]
    assert own, [str(p.where) + " " + p.code for p in found]
    assert (str(own[0].where), own[0].level) == (entry.at, entry.level)
    if entry.code in rules():
        assert {p.code for p in found} - (BESIDE - {entry.code}) - MORE.get(entry.code, set()) == {entry.code}, [
            p.text() for p in found
        ]


@pytest.mark.parametrize("entry", EXAMPLES, ids=lambda entry: entry.code)
def test_the_right_example_has_no_problem(entry, tmp_path):
    found = problems_of(entry.right, tmp_path / "right")
    assert {p.code for p in found} - BESIDE == set(), [p.text() for p in found]


@pytest.mark.parametrize("code", sorted(catalogue()))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_is_explained_in_both_languages(code, lang):
    words = room_words(lang, "checks")
    assert words[f"{code}.title"]
    assert words[f"{code}.why"]


def emitted_codes():
    """Every code that a source file hands to `problem`, `Problem` or a reader's own complaint."""
    found = {}
    shapes = (
        r'problem\(\s*\n?\s*"([a-z]+(?:-[a-z]+)+)"',
        r'code="([a-z]+(?:-[a-z]+)+)"',
        r'"((?:payments|series|import)-[a-z]+(?:-[a-z]+)*)"',
        r'\b(?:choice|_complain)\([^"\n]*"[a-z_]+"[^"\n]*"([a-z]+(?:-[a-z]+)+)"',
        r'"((?:amount|date|flag|cell|table|file|row|column)-[a-z]+)"',
        r'\b[a-z]+ = "([a-z]+-[a-z]+)" if wrong\.key',
    )
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for shape in shapes:
            for code in re.findall(shape, text):
                found.setdefault(code, path.name)
    reasons = re.findall(
        r'complain\("([a-z_]+)"', (SOURCE / "formats" / "payments_cells.py").read_text(encoding="utf-8")
    )
    for reason in reasons:
        name = {"missing": "amount-missing", "out_of_range": "time-out-of-range"}.get(reason, reason.replace("_", "-"))
        found[f"payments-{name}"] = "payments_cells.py"
    return found


def test_every_code_that_the_program_can_emit_is_in_the_catalogue():
    missing = {code: file for code, file in emitted_codes().items() if code not in catalogue()}
    assert missing == {}
    assert len(emitted_codes()) > 60


def test_every_sentence_of_a_rule_belongs_to_a_code():
    codes = {key.split(".")[0] for key in room_words("en", "checks")}
    assert codes == set(catalogue())


@pytest.mark.parametrize("name", ["ai", "telecom"])
def test_the_built_in_cases_have_no_errors(name):
    case = read_case(Request(target=name))
    errors = [p.text() for p in point(check(case), case.folder) if p.level == "error"]
    assert errors == []


def test_problems_are_sorted_by_place_and_found_in_one_pass(tmp_path):
    (tmp_path / "entities.csv").write_text("id,name_en,name_ja,kind\na,A,A,lab\nb,B,B,lab\n")
    (tmp_path / "deals.csv").write_text(
        "deal_id,leg,payer,payee,instrument,amount_low_usd,amount_high_usd,start,end\n"
        "d,1,a,a,equity,-5,10,2026,2025\n"
        "e,1,a,x,equty,1e99,,2025-02-30,\n"
    )
    (tmp_path / "events.csv").write_text("deal_id,leg,date,status,amount_usd,source_url\nd,9,2025-01-01,signed,,\n")
    case = read_folder(tmp_path)
    found = point(check(case), case.folder)
    codes = {p.code for p in found}
    assert codes >= {
        "self-payment", "amount-negative", "date-order", "entity-unknown", "instrument-unknown", "amount-size",
        "date-impossible", "event-without-leg", "fact-source",
    }  # fmt: skip
    places = [(p.where.file, p.where.line, p.where.column) for p in found]
    assert places == sorted(places)


def test_a_rule_that_stops_is_reported_and_hides_nothing(monkeypatch, tmp_path):
    def broken(case):
        raise ZeroDivisionError("on purpose")

    example = rules()["self-payment"].WRONG
    case = read_folder(write_example(example, tmp_path))
    monkeypatch.setattr(rules()["amount-order"], "find", broken)
    found = {p.code: p for p in check(case)}
    assert "ZeroDivisionError" in found["rule-failed"].found
    assert "self-payment" in found
