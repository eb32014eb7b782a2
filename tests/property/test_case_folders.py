"""Whatever happens to a case folder, reading it gives a case with problems or one clear error, never a traceback."""

import datetime as dt
import shutil
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kanryu.case.checks import check
from kanryu.case.rungs import states_of
from kanryu.core.errors import InputError
from kanryu.flows.from_case import case_ledger, leg_intervals
from kanryu.formats.csv_folder import read_folder, write_folder
from kanryu.formats.tables import parse_csv

CASES = Path(__file__).parents[2] / "src" / "kanryu" / "cases"
FILES = ("kanryu.toml", "entities.csv", "deals.csv", "events.csv")
CELLS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "=cmd()",
            "1e400",
            "-1",
            "NaN",
            "2025-13-45",
            "9999",
            '"',
            "",
            "\x85\u2028",
            "ﾃｽﾄ",
            "1,000",
            "paid_full",
            "facility",
            "10000000000000000",
            "0",
            "motorola",
            "iridium",
            "1999-08",
            "a" * 5000,
        ]
    ),
)
relaxed = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read_or_refuse(folder):
    try:
        return read_folder(folder), None
    except InputError as refused:
        return None, refused


def use(folder):
    """Read, check and use the case as the commands do."""
    case, refused = read_or_refuse(folder)
    if refused is not None:
        assert refused.text("en")
        assert refused.problems
        return None
    for found in (*case.problems, *check(case)):
        assert found.text("en")
        assert found.text("ja")
        assert str(found.where)
    day = dt.date(1999, 9, 1)
    states_of(case, day, day)
    for rung in ("talked", "bound", "paid"):
        ledger = case_ledger(case, rung=rung)
        assert ledger.m == 0 or ledger.amount.min() > 0
    for item in leg_intervals(case, rung="talked"):
        assert item.high is None or item.low <= item.high
    return case


@relaxed
@given(st.data())
def test_cells_changed_at_random(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("case")
    shutil.copytree(CASES / "textbook-iridium", folder, dirs_exist_ok=True)
    for _ in range(data.draw(st.integers(1, 4))):
        path = folder / data.draw(st.sampled_from(FILES[1:]))
        lines = path.read_text(encoding="utf-8").split("\n")
        number = data.draw(st.integers(0, len(lines) - 1))
        cells = lines[number].split(",")
        cells[data.draw(st.integers(0, len(cells) - 1))] = data.draw(CELLS)
        lines[number] = ",".join(cells)
        path.write_text("\n".join(lines), encoding="utf-8", errors="replace", newline="")
    use(folder)


@relaxed
@given(st.data())
def test_bytes_changed_at_random(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("case")
    shutil.copytree(CASES / "textbook-carousel", folder, dirs_exist_ok=True)
    path = folder / data.draw(st.sampled_from(FILES))
    raw = bytearray(path.read_bytes())
    start = data.draw(st.integers(0, len(raw) - 1))
    raw[start : start + data.draw(st.integers(0, 200))] = data.draw(st.binary(max_size=60))
    path.write_bytes(bytes(raw))
    use(folder)


@relaxed
@given(st.text(max_size=200))
def test_any_text_is_a_table_or_a_problem(text):
    problems = []
    table = parse_csv(text, "deals", "deals.csv", problems)
    assert table is not None or problems
    for row in table.rows if table else ():
        for column in table.columns:
            assert row.place(column).line >= 1


@relaxed
@given(st.lists(CELLS.map(lambda x: x.replace("\x00", "")), min_size=3, max_size=3))
def test_any_words_survive_a_round_trip(tmp_path_factory, words):
    folder = tmp_path_factory.mktemp("case")
    shutil.copytree(CASES / "textbook-carousel", folder / "one")
    case = read_folder(folder / "one")

    def clean(text):
        return text.encode("utf-8", "replace").decode().strip()

    description, conditions, note = map(clean, words)
    leg = msgspec.structs.replace(case.legs[0], description=description, conditions=conditions, amount_note=note)
    write_folder(msgspec.structs.replace(case, legs=(leg, *case.legs[1:])), folder / "two")
    again = read_folder(folder / "two").legs[0]
    assert (again.description, again.conditions, again.amount_note) == (description, conditions, note)


def test_the_order_of_rows_does_not_matter(tmp_path):
    shutil.copytree(CASES / "textbook-iridium", tmp_path / "one")
    shutil.copytree(CASES / "textbook-iridium", tmp_path / "two")
    for name in ("deals.csv", "events.csv", "entities.csv"):
        head, *rows = (tmp_path / "two" / name).read_text(encoding="utf-8").rstrip("\n").split("\n")
        (tmp_path / "two" / name).write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    one, two = (states_of(read_folder(tmp_path / name)) for name in ("one", "two"))
    for key, state in one.items():
        assert (state.rung, state.bound, state.paid) == (two[key].rung, two[key].bound, two[key].paid)
