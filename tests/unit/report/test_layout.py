"""Columns stay straight when Japanese stands in them."""

from kanryu.report.layout import bar, cut, table


def test_wide_characters_count_two_cells():
    lines = table([["還流", "1"], ["loop", "22"]], "<>").splitlines()
    assert lines == ["  還流   1", "  loop  22"]


def test_cut_marks_what_is_missing():
    assert cut("エヌビディア", 7) == "エヌビ…"
    assert cut("short", 10) == "short"


def test_a_narrow_range_is_still_seen():
    assert bar(0.0, 0.001, 10) == "▒·········"
    assert bar(1.0, 1.0, 4) == "████"
