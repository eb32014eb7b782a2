"""The example of the page on imports runs as it is printed, in both languages."""

import re
from pathlib import Path

import pytest

from kanryu.formats.csv_folder import read_folder
from kanryu.formats.stranger import import_table
from kanryu.formats.stranger_mapping import COLUMNS, SECTIONS

DOCS = Path(__file__).parents[2] / "docs"


def block(text, kind):
    return re.search(rf"```{kind}\n(.*?)```", text, re.S)[1]


@pytest.mark.parametrize(
    ("lang", "booked", "left_out"),
    [
        ("en", [("nvidia", "openai"), ("nvidia", "openai"), ("openai", "oracle")], []),
        ("ja", [("softbank", "openai"), ("nvidia", "openai")], [5]),
    ],
)
def test_the_example_gives_what_the_page_says(lang, booked, left_out, tmp_path):
    page = (DOCS / lang / "import.md").read_text(encoding="utf-8")
    (tmp_path / "deals.csv").write_text(block(page, "csv"), encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(block(page, "toml"), encoding="utf-8")
    result, problems = import_table(tmp_path / "deals.csv", tmp_path / "mapping.toml", tmp_path / "case")
    assert [p.text() for p in problems if p.level == "error"] == []
    assert [(leg.payer, leg.payee) for leg in read_folder(tmp_path / "case").legs] == booked
    assert [item.row for item in result.left_out] == left_out


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_page_names_every_section_and_column(lang):
    page = (DOCS / lang / "import.md").read_text(encoding="utf-8")
    assert [name for name in SECTIONS if f"[{name}" not in page] == []
    assert [name for name in COLUMNS if name not in page] == []
