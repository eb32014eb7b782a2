"""The page of problem codes is the catalogue, in both languages."""

from pathlib import Path

import pytest

from kanryu.case.catalogue import catalogue
from kanryu.core.words import LANGUAGES
from kanryu.report.codes_page import codes_page

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_what_the_catalogue_says(lang):
    written = (DOCS / lang / "codes.md").read_text(encoding="utf-8")
    assert written == codes_page(lang), "run: python -m kanryu.report.codes_page"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_stands_once_with_its_examples(lang):
    page = codes_page(lang)
    for code, entry in catalogue().items():
        assert page.count(f"### `{code}`\n") == 1
        assert entry.wrong.strip() in page
        assert entry.right.strip() in page
