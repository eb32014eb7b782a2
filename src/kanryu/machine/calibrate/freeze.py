"""The frozen predictions as files of the project: written once with their checksum, verified before every scoring."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from kanryu.core.errors import InputError
from kanryu.machine.calibrate.predict import Frozen, encode
from kanryu.machine.results import write_bytes

PREDICTIONS_FILE = Path(__file__).parent.parent / "capital_loop" / "predictions.json"


def freeze(frozen: Frozen, path: Path = PREDICTIONS_FILE) -> str:
    """Write predictions and, beside them, their checksum; gives the checksum."""
    checksum = write_bytes(path, encode(frozen))
    write_bytes(path.with_suffix(".sha256"), f"{checksum}  {path.name}\n".encode())
    return checksum


def thaw(path: Path = PREDICTIONS_FILE) -> Frozen:
    """Read frozen predictions.

    Raises
    ------
    InputError
        They are missing, unreadable, or differ from their checksum.
    """
    try:
        data = path.read_bytes()
        written = path.with_suffix(".sha256").read_text(encoding="utf-8").split()[0]
    except (OSError, IndexError) as cause:
        raise InputError(key="machine.predictions_missing", path=str(path), cause=str(cause)) from cause
    if hashlib.sha256(data).hexdigest() != written:
        raise InputError(key="machine.predictions_changed", path=str(path))
    try:
        return msgspec.json.decode(data, type=Frozen)
    except msgspec.DecodeError as cause:
        raise InputError(key="machine.predictions_missing", path=str(path), cause=str(cause)) from cause
