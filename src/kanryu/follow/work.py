"""Many pieces of counting work on the cores of this machine, inside a budget of time.

A piece is a call that may stop early and say where to go on. Sums do not depend on the order of pieces, so neither
does a complete answer; an incomplete one says how much it covers.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

P = TypeVar("P")


def cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


class Clock:
    """A budget of seconds; None never ends."""

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds

    def is_over(self) -> bool:
        """Whether the budget is used up."""
        return self._end is not None and time.monotonic() >= self._end


def run_pieces(work: Callable[[P], None], pieces: Sequence[P], threads: int | None = None) -> None:
    """Do `work` on every piece; with several threads when there is more than one piece."""
    threads = min(threads or cores(), len(pieces))
    if threads <= 1:
        for piece in pieces:
            work(piece)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        for future in [pool.submit(work, piece) for piece in pieces]:
            future.result()
