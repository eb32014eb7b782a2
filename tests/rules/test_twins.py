"""Every command has a twin in Python, and the README names only twins and commands that exist."""

import re
from pathlib import Path

import pytest

import kanryu
from kanryu.cli.shell import COMMANDS, available

ROOT = Path(__file__).parents[2]


def test_every_command_promised_exists():
    assert set(available()) == set(COMMANDS)


@pytest.mark.parametrize("name", [n for n in kanryu.__all__ if n != "__version__"])
def test_twin_can_be_called(name):
    assert callable(getattr(kanryu, name))


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_readme_names_only_what_exists(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    for command in re.findall(r"`kanryu ([a-z]+)", text):
        assert command in COMMANDS, command
    for twin in re.findall(r"`kanryu\.([a-z_]+)\(", text):
        assert twin in kanryu.__all__, twin
    for target in re.findall(r"^make ([a-z]+)", text, flags=re.MULTILINE):
        assert f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8"), target
