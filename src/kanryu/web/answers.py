"""The two shapes of the API: an answer, which is the command line's envelope, and an error.

An answer is `{"kanryu": 1, "command", "ok", "result", "problems"}` as `kanryu COMMAND --json` prints it.
An error is `{"ok": false, "error": {"code", "message", "hint"}, "problems"}` with the matching status.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec

from kanryu.core import errors
from kanryu.core.problems import Problem

T = TypeVar("T")


class Answer(msgspec.Struct, Generic[T]):
    """What a measure gave."""

    command: str
    result: T
    kanryu: int = 1
    ok: bool = True
    problems: tuple[Problem, ...] = ()


class ErrorBody(msgspec.Struct):
    """What went wrong, with one thing to do."""

    code: str
    message: str
    hint: str = ""


class Failure(msgspec.Struct):
    """The one error shape of the service."""

    error: ErrorBody
    ok: bool = False
    problems: tuple[Problem, ...] = ()


def plain(value: Any) -> Any:
    """NumPy scalars and arrays, paths: to what JSON knows."""
    return value.tolist() if hasattr(value, "tolist") else str(value)


def encode(value: Any) -> bytes:
    """JSON bytes of a record; a float that is no number becomes null."""
    return msgspec.json.encode(value, enc_hook=plain)


def answer_bytes(command: str, result: Any, problems: tuple[Problem, ...] = ()) -> bytes:
    """The envelope of a result, as the command line prints it."""
    ok = not any(problem.level == "error" for problem in problems)
    return encode({"kanryu": 1, "command": command, "ok": ok, "result": result, "problems": list(problems)})


def failure_bytes(code: str, message: str, hint: str = "", problems: tuple[Problem, ...] = ()) -> bytes:
    """The envelope of an error."""
    return encode(Failure(ErrorBody(code, message, hint), problems=problems))


def status_of(error: errors.KanryuError) -> int:
    """The HTTP status that fits an error of ours.

    Examples
    --------
    >>> status_of(errors.NotFound(name="x")), status_of(errors.UsageError("x"))
    (404, 400)
    """
    for kind, status in (
        (errors.NotFound, 404),
        (errors.UsageError, 400),
        (errors.InputError, 422),
        (errors.MissingExtra, 501),
        (errors.LimitReached, 503),
    ):
        if isinstance(error, kind):
            return status
    return 500
