"""Whatever the facts are, every command answers with a documented exit code; no traceback, no changed number."""

import json
import os
import unicodedata
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from asking import answer, assert_sound
from hostile import DEALS, EVENTS, HOSTILE, TABLES, write_case
from hypothesis import HealthCheck, given, settings

from kanryu.case.checks import check
from kanryu.cli.shell import available
from kanryu.core.errors import KanryuError
from kanryu.formats.csv_folder import read_folder

CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
# every command that takes a case, with the least that it asks for
ARGUMENTS = {
    "check": [],
    "circulation": [],
    "compare": [],
    "consolidate": [],
    "demo": [],
    "ends": [],
    "funnel": [],
    "loops": [],
    "roles": [],
    "show": [],
    "stress": ["--break", "nvidia"],
    "ties": [],
    "trace": ["--account", "openai"],
    "vendor": [],
}
COMMANDS = {name: more for name, more in ARGUMENTS.items() if name in available()}


def some(number):
    """A third of the commands, another third for each number: the slow test below takes them all."""
    return {name: COMMANDS[name] for name in sorted(COMMANDS)[number % 3 :: 3]}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: name.replace(" ", "-"))
def test_every_command_survives_everything(name, tmp_path):
    folder = write_case(tmp_path / "case", HOSTILE[name])
    for command, more in COMMANDS.items():
        assert_sound(*answer(command, folder, *more), (command, name))


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: name.replace(" ", "-"))
def test_commands_survive(name, tmp_path):
    folder = write_case(tmp_path / "case", HOSTILE[name])
    for command, more in some(list(HOSTILE).index(name)).items():
        assert_sound(*answer(command, folder, *more), (command, name))
    code, out, _ = answer("check", folder, "--json")
    body = json.loads(out)
    assert body["kanryu"] == 1
    assert body["ok"] is (code == 0)
    assert (code == 1) == any(p["level"] == "error" for p in body["problems"]) or code == 3


def test_the_sound_case_is_sound(tmp_path):
    code, out, _ = answer("check", write_case(tmp_path / "case"), "--json", "--level", "note")
    assert (code, json.loads(out)["problems"]) == (0, [])


FAULTS = {
    "huge number": "amount-size",
    "words as numbers": "amount-format",
    "formula as amount": "amount-format",
    "nan and infinity": "amount-format",
    "negative": "amount-negative",
    "low above high": "amount-order",
    "30 February": "date-impossible",
    "year 0": "date-impossible",
    "end before start": "date-order",
    "self payment": "self-payment",
    "unknown entity": "entity-unknown",
    "same entity twice": "entity-twice",
    "same leg twice": "leg-twice",
    "cyclic replaces": "reference-cycle",
    "cyclic parts": "reference-cycle",
    "replaces itself": "reference-cycle",
    "reference to nothing": "reference-missing",
    "right-to-left mark": "hidden-characters",
    "homoglyph": "hidden-characters",
    "stake of 5000 percent": "stake-range",
    "too many cells": "row-length",
    "columns twice": "column-twice",
    "events of nothing": "event-without-leg",
    "binary deals": "file-binary",
    "workbook named csv": "file-binary",
    "toml broken": "toml-syntax",
}


@pytest.mark.parametrize(("name", "code"), FAULTS.items(), ids=[name.replace(" ", "-") for name in FAULTS])
def test_the_fault_is_named(name, code, tmp_path):
    exit_code, out, _ = answer("check", write_case(tmp_path / "case", HOSTILE[name]), "--json")
    assert code in {problem["code"] for problem in json.loads(out)["problems"]}
    assert exit_code == 1


@pytest.mark.parametrize("name", ["huge number", "words as numbers", "30 February", "too many cells"])
def test_no_answer_hides_that_its_facts_have_errors(name, tmp_path):
    folder = write_case(tmp_path / "case", HOSTILE[name])
    for command in ("loops", "circulation", "funnel"):
        code, out, _ = answer(command, folder, "--json")
        assert code == 1, command
        assert any(problem["level"] == "error" for problem in json.loads(out)["problems"]), command
        code, _, err = answer(command, folder)
        assert (code, "kanryu check" in err) == (1, True), command


PATHS = {
    "nothing": lambda folder: folder / "nothing",
    "an empty folder": lambda folder: (folder / "empty").mkdir() or folder / "empty",
    "an empty file": lambda folder: write_bytes(folder / "x.csv", b""),
    "a binary": lambda folder: write_bytes(folder / "x.csv", os.urandom(4000)),
    "a binary without a name": lambda folder: write_bytes(folder / "x", bytes(range(256)) * 9),
    "a false workbook": lambda folder: write_bytes(folder / "x.xlsx", b"PK\x03\x04" + bytes(400)),
    "an empty workbook": lambda folder: write_bytes(folder / "x.xlsx", b""),
    "a false parquet": lambda folder: write_bytes(folder / "x.parquet", b"PAR1" + bytes(40) + b"PAR1"),
    "a false gzip": lambda folder: write_bytes(folder / "x.csv.gz", b"\x1f\x8b" + bytes(30)),
    "a false json": lambda folder: write_bytes(folder / "x.json", b"[" * 100_000),
    "a false toml": lambda folder: write_bytes(folder / "x.toml", b"[[[[" * 9),
    "a header only": lambda folder: write_bytes(folder / "x.csv", b"src,dst,t,amount\n"),
    "many columns": lambda folder: write_bytes(folder / "x.csv", b"a," * 1_000_000 + b"b\n"),
    "a wrong date": lambda folder: write_bytes(folder / "x.csv", b"src,dst,t,amount\na,b,2025-02-30,1\n"),
    "a huge amount": lambda folder: write_bytes(folder / "x.csv", b"src,dst,t,amount\na,b,1,1e400\nb,a,2,1\n"),
    "hidden signs": lambda folder: write_bytes(folder / "x.csv", "src,dst,t,amount\na\u202e,b\x1b[2J,1,1\n".encode()),
    "a name of 4000 letters": lambda folder: folder / ("x" * 4000),
    "a name with a line break": lambda folder: folder / "a\nb\x1b[2J",
}


def write_bytes(path, data):
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", PATHS, ids=lambda name: name.replace(" ", "-"))
def test_commands_survive_any_path(name, tmp_path):
    path = PATHS[name](tmp_path)
    for command, more in {**some(list(PATHS).index(name)), "check": []}.items():
        code, out, err = answer(command, path, *more)
        assert_sound(code, out, err, (command, name))
        if name not in ("hidden signs",):
            assert code != 0 or command == "demo", (command, name)


def test_an_unreadable_file_is_named(tmp_path, monkeypatch):
    folder = write_case(tmp_path / "case")

    def refuse(self, *args, **kwargs):
        if self.name == "deals.csv":
            raise PermissionError(13, "Permission denied")
        return original(self, *args, **kwargs)

    original = type(folder).read_bytes
    monkeypatch.setattr(type(folder), "read_bytes", refuse)
    code, out, _ = answer("check", folder, "--json")
    assert "file-unreadable" in {problem["code"] for problem in json.loads(out)["problems"]}
    assert code == 1


def cells_of(text):
    return [(i, j) for i, line in enumerate(text.split("\n")[:-1]) for j in range(line.count(",") + 1)]


SPOTS = [(name, i, j) for name, text in TABLES.items() if name.endswith(".csv") for i, j in cells_of(text)]
JUNK = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "", "0", "-1", "1e300", "9" * 30, "2025-02-30", "9999", "nan", "=1+1", '"', "'", "\x00", "\u202e", "a,b",
            "1\n2", "round:1", "cloud:1", "USD", "yes", "None", "{x}", "%s", "../..", "１２", "１億", "2025-Q5",
            "equity", "paid_full",
        ]
    ),
)  # fmt: skip


def mutated(changes):
    tables = dict(TABLES)
    for (name, i, j), junk in changes:
        rows = [line.split(",") for line in tables[name].split("\n")]
        if i < len(rows) and j < len(rows[i]):
            rows[i][j] = junk
        tables[name] = "\n".join(",".join(row) for row in rows)
    return tables


@settings(max_examples=30, deadline=None, suppress_health_check=CHECKS)
@given(changes=st.lists(st.tuples(st.sampled_from(SPOTS), JUNK), min_size=1, max_size=6), seed=st.integers(0, 10**9))
def test_cells_changed_at_random(changes, seed, tmp_path):
    folder = write_case(tmp_path / f"case-{seed}", mutated(changes))
    chosen = sorted(COMMANDS)[seed % len(COMMANDS)]
    for command in ("check", "loops", chosen):
        assert_sound(*answer(command, folder, *COMMANDS[command]), (command, changes))


@settings(max_examples=25, deadline=None, suppress_health_check=CHECKS)
@given(
    name=st.sampled_from(sorted(TABLES)),
    data=st.binary(max_size=400),
    at=st.integers(0, 300),
    seed=st.integers(0, 10**9),
)
def test_bytes_put_anywhere(name, data, at, seed, tmp_path):
    plain = TABLES[name].encode()
    folder = write_case(tmp_path / f"case-{seed}", {name: plain[:at] + data + plain[at:]})
    for command in ("check", "circulation"):
        assert_sound(*answer(command, folder, *COMMANDS[command]), (command, name, data))


@settings(max_examples=40, deadline=None, suppress_health_check=CHECKS)
@given(text=st.text(alphabet="0123456789.,eE+-１億 $", min_size=1, max_size=20), seed=st.integers(0, 10**9))
def test_a_number_is_read_exactly_or_refused_aloud(text, seed, tmp_path):
    quoted = '"' + text.replace('"', '""') + '"'
    deals = DEALS.replace("10000000000,10000000000,10000000000", f",{quoted},", 1)
    case = read_folder(write_case(tmp_path / f"case-{seed}", {"deals.csv": deals}))
    (leg,) = [leg for leg in case.legs if leg.key == "round:1"]
    about = [p for p in case.problems if p.where.file == "deals.csv" and p.where.line == 2]
    if leg.amount.central is None:
        assert about or not text.strip(" '")
    else:
        plain = unicodedata.normalize("NFKC", text.strip()).replace(",", "")
        assert leg.amount.central == Decimal(plain)
        assert not about


@settings(max_examples=30, deadline=None, suppress_health_check=CHECKS)
@given(order=st.permutations(range(7)), seed=st.integers(0, 10**9))
def test_the_order_of_rows_changes_no_problem(order, seed, tmp_path):
    head, *rows = EVENTS.strip("\n").split("\n")
    rows[5] = rows[5].replace("2000000000", "99000000000")
    shuffled = "\n".join([head, *(rows[i] for i in order)]) + "\n"
    case = read_folder(write_case(tmp_path / f"case-{seed}", {"events.csv": shuffled}))
    assert [(p.code, p.found) for p in check(case)] == [("paid-above-total", "99000000000")]


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: name.replace(" ", "-"))
def test_the_twin_raises_only_our_errors(name, tmp_path):
    folder = write_case(tmp_path / "case", HOSTILE[name])
    told = []
    try:
        check(read_folder(folder))
    except KanryuError as error:
        told = [error.text("en"), error.text("ja")]
    assert all(told)
