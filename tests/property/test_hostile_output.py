"""Whatever the facts are, `export` and `publish` answer with a documented exit code and do bounded work."""

import json

import pytest
from asking import answer, assert_sound
from hostile import HOSTILE, write_case

from kanryu.formats.csv_folder import read_folder
from kanryu.formats.exporting import OF_CASES
from kanryu.web.publish import MOST_MONTHS, month_ends

FAR = ("year 2200", "year 9999", "six hundred years")


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: name.replace(" ", "-"))
def test_every_export_survives(name, tmp_path):
    folder = write_case(tmp_path / "case", HOSTILE[name])
    for form in OF_CASES:
        code, out, err = answer("export", folder, tmp_path / f"out.{form}", "--to", form)
        assert_sound(code, out, err, (name, form))
        is_written = (tmp_path / f"out.{form}").exists()
        assert is_written == bool(out), (name, form)  # what is said to be written is there, and nothing else


@pytest.mark.parametrize("name", [*FAR, "no events", "every amount unknown"])
def test_the_months_of_a_page_are_bounded_and_the_rest_is_counted(name, tmp_path):
    case = read_folder(write_case(tmp_path / "case", HOSTILE[name]))
    ends, left_out = month_ends(case)
    assert len(ends) <= MOST_MONTHS
    assert list(ends) == sorted(set(ends))
    every, none = month_ends(case, most=200_000)
    assert (none, set(ends) <= set(every)) == (0, True)
    assert left_out == len(every) - len(ends)


def test_of_too_many_months_those_with_something_new_stay(tmp_path):
    case = read_folder(write_case(tmp_path / "case", HOSTILE["year 2200"]))
    ends, left_out = month_ends(case)
    assert [end.isoformat()[:7] for end in ends][-1] == "2200-12"
    assert "2025-11" in {end.isoformat()[:7] for end in ends}
    assert left_out > 2000


def test_a_page_with_far_dates_says_what_is_left_out(tmp_path):
    folder = write_case(tmp_path / "case", HOSTILE["year 2200"])
    code, out, err = answer("publish", folder, tmp_path / "page.html", "--json")
    assert_sound(code, out, err, "publish")
    assert code == 0
    assert json.loads(out)["result"]["months_left_out"] > 2000


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: name.replace(" ", "-"))
def test_every_page_survives(name, tmp_path):
    folder = write_case(tmp_path / "case", HOSTILE[name])
    assert_sound(*answer("publish", folder, tmp_path / "page.html"), name)
