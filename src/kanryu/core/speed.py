"""One source, two speeds: a hot loop runs as plain Python on small input and compiled by numba on large.

Importing numba costs a third of a second, so the built-in cases never do; from `COMPILE_FROM` array elements on,
compiling pays. There is no second copy of a kernel: both speeds run the same function.

A hot function may call other hot functions; they must be decorated too, and stand above it in the file or be
imported at module level. Inside, write what numba understands: arrays, integers, floats, loops; no Python objects.
`KANRYU_SPEED=plain` or `compiled` forces one speed (tests use it); an argument `hot=True` or `False` forces one call.
"""

from __future__ import annotations

import functools
import os
import sys
import types
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np

P = ParamSpec("P")
R = TypeVar("R")

COMPILE_FROM = 20_000


class Hot(Generic[P, R]):
    """A function with two speeds; calling it chooses by the size of its array arguments."""

    def __init__(self, plain: Callable[P, R], options: dict[str, Any], compile_from: int) -> None:
        functools.update_wrapper(self, plain)
        self.plain = plain
        self.options = options
        self.compile_from = compile_from
        self._compiled: Callable[..., Any] | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        forced = os.environ.get("KANRYU_SPEED")
        if forced == "plain":
            return self.plain(*args, **kwargs)
        if forced != "compiled" and self._compiled is None:
            size = sum(a.size for a in args if isinstance(a, np.ndarray))
            if size < self.compile_from:
                return self.plain(*args, **kwargs)
        return self.compiled(*args, **kwargs)  # type: ignore[no-any-return]

    @property
    def compiled(self) -> Callable[..., Any]:
        """The compiled twin; made on first use and cached on disk by numba."""
        if self._compiled is None:
            import numba

            options = {"cache": True, "nogil": True, **self.options}
            self._compiled = numba.njit(**options)(_with_compiled_callees(self.plain))
            _say_once_that_it_compiles(self._compiled)
        return self._compiled


_told = False


def _say_once_that_it_compiles(compiled: Any) -> None:
    """The first use on a machine takes long; the user should know why, and that it happens once."""
    global _told
    index = getattr(getattr(getattr(compiled, "_cache", None), "_cache_file", None), "_index_path", None)
    if _told or index is None or os.path.exists(index):
        return
    _told = True
    from kanryu.core.words import preferred_language, say

    print(say(preferred_language(), "core.compiling"), file=sys.stderr, flush=True)


def _with_compiled_callees(plain: Callable[..., Any]) -> Callable[..., Any]:
    """The same code object, with the hot functions it calls replaced by their compiled twins."""
    names = set(plain.__code__.co_names)
    hot = {name: value for name, value in plain.__globals__.items() if name in names and isinstance(value, Hot)}
    if not hot:
        return plain
    scope = dict(plain.__globals__)
    scope.update({name: value.compiled for name, value in hot.items()})
    twin = types.FunctionType(plain.__code__, scope, plain.__name__, plain.__defaults__, plain.__closure__)
    twin.__module__, twin.__qualname__ = plain.__module__, plain.__qualname__
    return twin


def hot(plain: Callable[P, R] | None = None, *, compile_from: int = COMPILE_FROM, **options: Any) -> Any:
    """Decorator: keep `plain` as it is for small input, compile it with numba for large.

    Parameters
    ----------
    compile_from : int
        Sum of sizes of the array arguments from which the compiled twin is used.
    options
        Passed on to `numba.njit` (for example `parallel=True`, `fastmath=False`).
    """
    if plain is None:
        return lambda function: Hot(function, options, compile_from)
    return Hot(plain, options, compile_from)


def numba_loaded() -> bool:
    """Whether this process has imported numba (a test asserts that the built-in cases do not)."""
    return "numba" in sys.modules
