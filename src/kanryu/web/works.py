"""Long works that tell how far they are: a generator of steps in a thread, sent as server-sent events.

Closing the connection cancels the work: the thread looks at a flag between two steps. The finished result is kept,
so that asking again answers at once.
"""

from __future__ import annotations

import datetime as dt
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import anyio
import anyio.to_thread
import msgspec

from kanryu.case.records import REVENUE, Case
from kanryu.core.errors import KanryuError
from kanryu.follow.case_trace import own_money
from kanryu.follow.case_trace_records import Split
from kanryu.web.answers import encode


class Step(msgspec.Struct, frozen=True):
    """`done` of `of` parts; `note` names the present one."""

    done: int
    of: int
    note: str = ""


class Surveyed(msgspec.Struct, frozen=True):
    """Own money of one company on the rung of bound money (see `trace`)."""

    company: str
    first: int | None
    last: int | None
    total: Split | None


class Survey(msgspec.Struct, frozen=True):
    """Every company that is paid for something."""

    companies: tuple[Surveyed, ...]


def survey(case: Case, true_by: dt.date | None, known_by: dt.date | None) -> Iterator[Step | Survey]:
    """Own money of every company of the case, one step each; the last item is the result."""
    paid = {leg.payee for leg in case.legs if leg.instrument in REVENUE}
    names = [entity.id for entity in case.entities if entity.id in paid]
    found = []
    for place, name in enumerate(names):
        yield Step(place, len(names), name)
        own = own_money(case, name, true_by=true_by, known_by=known_by, rung="bound", all_rungs=False, worth=False)
        found.append(Surveyed(name, own.first, own.last, own.headline.total))
    found.sort(key=lambda row: (row.total is None, -_share(row), row.company))
    yield Survey(tuple(found))


def _share(row: Surveyed) -> float:
    if row.total is None or row.total.own_share is None:
        return -1.0
    return row.total.own_share.high or 0.0


def event(kind: str, data: bytes) -> bytes:
    """One server-sent event."""
    return b"event: " + kind.encode() + b"\ndata: " + data + b"\n\n"


async def run(make: Callable[[], Iterator[Any]], lang: str, keep: Callable[[bytes], None]) -> AsyncIterator[bytes]:
    """Events of a work while it runs in a thread; leaving the loop cancels it.

    Parameters
    ----------
    make : gives the steps and, last, the result
    keep : gets the encoded result
    """
    steps: queue.Queue[tuple[str, bytes] | None] = queue.Queue()
    cancelled = threading.Event()

    def work() -> None:
        try:
            last: Any = None
            for item in make():
                if cancelled.is_set():
                    return
                last = item
                if isinstance(item, Step):
                    steps.put(("step", encode(item)))
            body = encode(last)
            keep(body)
            steps.put(("result", body))
        except KanryuError as error:
            steps.put(("failed", encode({"error": {"code": error.code, "message": error.text(lang)}})))
        except Exception:  # the reader is told that it failed; the log says why
            import logging

            logging.getLogger("kanryu.web").exception("a long work failed")
            steps.put(("failed", encode({"error": {"code": "fault", "message": ""}})))
        finally:
            steps.put(None)

    thread = threading.Thread(target=work, name="kanryu-work", daemon=True)
    thread.start()
    try:
        while True:
            item = await _next(steps)
            if item is None:
                return
            yield event(*item)
    finally:
        cancelled.set()


async def _next(steps: queue.Queue[Any]) -> Any:
    """The next item, without holding the event loop."""
    while True:
        try:
            return steps.get_nowait()
        except queue.Empty:
            await anyio.sleep(0.03)
