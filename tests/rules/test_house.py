"""The house keeps its own rules: file size, names, both languages, examples that run, rooms."""

import doctest
import importlib
import pkgutil
import re
import string
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

import kanryu
from kanryu.cli.shell import available, module_of

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "kanryu"
WORDS = SOURCE / "core" / "words"
CODE = sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.js"), *SOURCE.rglob("*.css"), *(ROOT / "tests").rglob("*.py")])
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "manager"}


def flat(table: dict, prefix: str = "") -> dict[str, str]:
    found = {}
    for key, value in table.items():
        found.update(flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: str(value)})
    return found


def words(lang: str, room: str) -> dict[str, str]:
    return flat(tomllib.loads((WORDS / lang / f"{room}.toml").read_text(encoding="utf-8")))


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_is_one_idea(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500
    assert path.stem not in FORBIDDEN_NAMES


def test_both_languages_have_the_same_rooms():
    """The English help of options stands beside the option in the code."""
    english, japanese = ({p.stem for p in (WORDS / lang).glob("*.toml")} for lang in ("en", "ja"))
    assert english | {"options"} == japanese


def test_every_option_has_help_in_both_languages():
    known = words("ja", "options")
    used = {"version"}
    for name in available():
        command = importlib.import_module(module_of(name)).command
        for option in command.get_params(click.Context(command)):
            if isinstance(option, click.Option):
                assert option.help, f"{name} {option.name}"
                key = f"{name}.{option.name}" if f"{name}.{option.name}" in known else option.name
                assert key in known, f"core/words/ja/options.toml lacks {name}.{option.name}: {option.help}"
                used.add(key)
    assert set(known) == used, "a translation of an option that no longer exists"


@pytest.mark.parametrize("room", sorted(p.stem for p in (WORDS / "en").glob("*.toml")))
def test_both_languages_say_the_same(room):
    english, japanese = words("en", room), words("ja", room)
    assert english.keys() == japanese.keys()
    for key, text in english.items():
        assert text.strip(), key
        assert japanese[key].strip(), key
        try:
            wanted = places(text)
        except ValueError:  # a sentence with braces of its own is never filled
            continue
        assert places(japanese[key]) <= wanted, f"{room}.{key}: Japanese asks for values that English does not have"


def test_lawful_deals_are_never_called_fictitious():
    """循環取引 means fictitious sales in accounting; only the glossary, which explains this, may name it."""
    for room in (WORDS / "ja").glob("*.toml"):
        for key, text in words("ja", room.stem).items():
            if "循環取引" in text:
                assert "glossary" in key or "架空" in text, f"{room.stem}.{key}"


def test_examples_in_docstrings_run():
    tried = 0
    for info in pkgutil.walk_packages(kanryu.__path__, "kanryu."):
        path = SOURCE.joinpath(*info.name.split(".")[1:]).with_suffix(".py")
        if not path.is_file() or ">>>" not in path.read_text(encoding="utf-8"):
            continue
        outcome = doctest.testmod(importlib.import_module(info.name))
        assert outcome.failed == 0, info.name
        tried += outcome.attempted
    assert tried > 5


def test_rooms_import_only_downwards():
    linter = Path(sys.executable).with_name("lint-imports")
    outcome = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_importing_the_package_is_light():
    code = (
        "import sys, kanryu, kanryu.cli.shell; "
        "heavy = {'numpy', 'polars', 'numba', 'scipy', 'ortools', 'pandas', 'litestar'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr


def test_no_path_of_a_machine_is_in_the_project():
    pattern = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|tmp/\w+)/")
    for path in [*CODE, *(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "Makefile"]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if path == Path(__file__):
                continue
            assert not pattern.search(line), f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
