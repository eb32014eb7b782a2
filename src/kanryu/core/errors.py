"""One small tree of exceptions: we cannot do what was asked.

Problems in a user's facts are not exceptions: they are collected (`core.problems`). An exception states a fact
with its values and, in `hint`, one thing to do. All survive pickling, so that they cross process borders.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

EXIT_FINE = 0
EXIT_FACTS = 1
EXIT_USAGE = 2
EXIT_INPUT = 3
EXIT_MISSING = 4
EXIT_LIMIT = 5
EXIT_INTERRUPTED = 130


class KanryuError(Exception):
    """Base of all errors that Kanryu raises on purpose.

    `key` names a pair of sentences in `core/words` (English and Japanese); `values` fill them. Give a plain
    `message` only where no reader of the command line can meet it.
    """

    exit_code: ClassVar[int] = EXIT_INPUT
    code: ClassVar[str] = "error"

    def __init__(self, message: str = "", *, hint: str = "", key: str = "", **values: Any) -> None:
        self.message = message
        self.hint_text = hint
        self.key = key
        self.values = values
        super().__init__(message or key)

    def text(self, lang: str = "en") -> str:
        """The fact, as one sentence in `lang`."""
        if self.key:
            from kanryu.core.words import say

            return say(lang, self.key, **self.values)
        return self.message

    def hint(self, lang: str = "en") -> str:
        """One thing to do, or an empty string."""
        if self.key and not self.hint_text:
            from kanryu.core.words import say_or

            return say_or(lang, self.key + ".hint", "", **self.values)
        return self.hint_text

    def __str__(self) -> str:
        hint = self.hint()
        return self.text() + (f" ({hint})" if hint else "")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, self.hint_text, self.key, self.values, self.__dict__)


def _rebuild(
    kind: type[KanryuError], message: str, hint: str, key: str, values: dict[str, Any], state: dict[str, Any]
) -> KanryuError:
    error = kind.__new__(kind)
    KanryuError.__init__(error, message, hint=hint, key=key, **values)
    error.__dict__.update(state)
    return error


class InputError(KanryuError, ValueError):
    """An argument or a file cannot be used. Carries the problems found, if any."""

    code = "input"

    def __init__(
        self, message: str = "", *, hint: str = "", key: str = "", problems: Sequence[Any] = (), **values: Any
    ) -> None:
        super().__init__(message, hint=hint, key=key, **values)
        self.problems = tuple(problems)


class UsageError(InputError):
    """The command or function was called in a way it does not offer."""

    exit_code = EXIT_USAGE
    code = "usage"


class NotFound(KanryuError, LookupError):
    """A named thing is not there; `near` holds the closest names."""

    code = "not-found"

    def __init__(
        self,
        message: str = "",
        *,
        name: str = "",
        known: Iterable[str] = (),
        hint: str = "",
        key: str = "",
        **values: Any,
    ) -> None:
        self.near = tuple(difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)) if name else ()
        super().__init__(message, hint=hint, key=key, name=name, near=", ".join(self.near), **values)

    def hint(self, lang: str = "en") -> str:
        """The near names, else the hint of the sentence."""
        if self.hint_text or not self.near:
            return super().hint(lang)
        from kanryu.core.words import say

        mark = {"ja": "「{}」"}.get(lang, '"{}"')
        separator = {"ja": "、"}.get(lang, ", ")
        return say(lang, "core.near", names=separator.join(mark.format(near) for near in self.near))


class MissingExtra(KanryuError, ImportError):
    """An optional part is not installed; the hint is the exact install line."""

    exit_code = EXIT_MISSING
    code = "missing-extra"


class LimitReached(KanryuError, RuntimeError):
    """A budget was used up. `partial` holds what was found and says what it covers."""

    exit_code = EXIT_LIMIT
    code = "limit"

    def __init__(self, message: str = "", *, partial: Any = None, hint: str = "", key: str = "", **values: Any) -> None:
        super().__init__(message, hint=hint, key=key, **values)
        self.partial = partial


class BooksDoNotClose(KanryuError, ArithmeticError):
    """An accounting identity failed; names the identity, sector, period and gap."""

    exit_code = EXIT_FACTS
    code = "books"


class EngineError(KanryuError, RuntimeError):
    """A task of a long run failed; names the task, the attempt and the cause."""

    code = "engine"


_EXTRAS = {
    "dask": "cluster",
    "distributed": "cluster",
    "lppls": "lppls",
    "SALib": "test",
}


def optional(module: str) -> Any:
    """Import an optional module, or say exactly how to install it.

    Raises
    ------
    MissingExtra
        The module is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as cause:
        extra = _EXTRAS.get(module.split(".")[0], module)
        raise MissingExtra(f"{module} is not installed", hint=f"pip install 'kanryu[{extra}]'") from cause
