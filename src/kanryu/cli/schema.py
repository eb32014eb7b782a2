"""The promise of what `--json` prints: one JSON Schema file per command, made from the result records.

`python -m kanryu.cli.schema` rewrites the files in `cli/schema/`; a test keeps them equal to the records, so a change
of a key is seen. Keys are stable within a major version.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import msgspec

from kanryu.cli.shell import available, module_of
from kanryu.core.problems import Problem

FOLDER = Path(__file__).parent / "schema"


class ErrorBody(msgspec.Struct, frozen=True):
    """The error of an envelope."""

    code: str
    message: str
    hint: str


def schema_of(command: str) -> dict[str, Any] | None:
    """The schema of the envelope of one command, or None when its module names no `RESULT`."""
    result = getattr(importlib.import_module(module_of(command)), "RESULT", None)
    if result is None:
        return None
    (body, problem, error), parts = msgspec.json.schema_components(
        [result, Problem, ErrorBody], ref_template="#/$defs/{name}"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"kanryu {command} --json",
        "type": "object",
        "required": ["kanryu", "command", "ok", "result", "problems"],
        "properties": {
            "kanryu": {"const": 1},
            "command": {"const": command},
            "ok": {"type": "boolean"},
            "result": {"anyOf": [body, {"type": "null"}]},
            "problems": {"type": "array", "items": problem},
            "error": error,
        },
        "additionalProperties": False,
        "$defs": parts,
    }


def text_of(schema: dict[str, Any]) -> str:
    """The text of a schema file."""
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write_all() -> list[str]:
    """Write every schema file; the names written."""
    FOLDER.mkdir(exist_ok=True)
    written = []
    for command in available():
        schema = schema_of(command)
        if schema is not None:
            (FOLDER / f"{command}.json").write_text(text_of(schema), encoding="utf-8")
            written.append(command)
    return written


if __name__ == "__main__":
    print("\n".join(write_all()))
