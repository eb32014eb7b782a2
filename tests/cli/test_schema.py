"""What `--json` promises is a file, and the records keep the promise."""

import json

import pytest

from kanryu.cli import schema
from kanryu.cli.shell import available


@pytest.mark.parametrize("command", available())
def test_schema_file_is_what_the_records_say(command):
    wanted = schema.schema_of(command)
    assert wanted is not None, f"cli module of {command} names no RESULT"
    path = schema.FOLDER / f"{command}.json"
    assert path.is_file(), "run: python -m kanryu.cli.schema"
    assert json.loads(path.read_text(encoding="utf-8")) == json.loads(schema.text_of(wanted)), (
        "the result of this command changed its form; if that is meant, run: python -m kanryu.cli.schema"
    )
