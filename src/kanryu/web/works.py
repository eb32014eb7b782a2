"""Long works that tell how far they are: a function in a thread, its steps sent as server-sent events.

Closing the connection cancels the work: the next step that the work tells ends it. The finished result is kept,
so that asking again answers at once.
"""

from __future__ import annotations

import datetime as dt
import logging
import queue
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
import anyio.to_thread
import msgspec

from kanryu.case.records import REVENUE, Case
from kanryu.core.errors import KanryuError, NotFound, UsageError
from kanryu.follow.case_trace import own_money
from kanryu.follow.case_trace_records import Split
from kanryu.machine.results import RunResult, summary
from kanryu.machine.simulate import Spec, check_spec, simulate
from kanryu.web.answers import encode

CHUNK = 40  # runs between two steps
MOST_RUNS = 2000
# switch on the page -> parameter that becomes 0
SWITCHES = {
    "leaders": "weight_leaders",
    "street": "weight_street",
    "media": "weight_media",
    "algorithm": "algorithm",
}


class Step(msgspec.Struct, frozen=True):
    """`done` of `of` parts; `note` names the present one."""

    done: int
    of: int
    note: str = ""


Tell = Callable[[Step], None]


class Cancelled(Exception):
    """The reader has left; nobody waits for the result."""


def ignore(step: Step) -> None:
    """Nobody listens."""


class Surveyed(msgspec.Struct, frozen=True):
    """Own money of one company on the rung of bound money (see `trace`)."""

    company: str
    first: int | None
    last: int | None
    total: Split | None


class Survey(msgspec.Struct, frozen=True):
    """Every company that is paid for something."""

    companies: tuple[Surveyed, ...]


def survey(case: Case, true_by: dt.date | None, known_by: dt.date | None, tell: Tell = ignore) -> Survey:
    """Own money of every company of the case, one step each."""
    paid = {leg.payee for leg in case.legs if leg.instrument in REVENUE}
    names = [entity.id for entity in case.entities if entity.id in paid]
    found = []
    for place, name in enumerate(names):
        tell(Step(place, len(names), name))
        own = own_money(case, name, true_by=true_by, known_by=known_by, rung="bound", all_rungs=False, worth=False)
        found.append(Surveyed(name, own.first, own.last, own.headline.total))
    found.sort(key=lambda row: (row.total is None, -_share(row), row.company))
    return Survey(tuple(found))


def machine_spec(
    runs: int = 200,
    quarters: int = 32,
    seed: int = 1,
    cut: str | None = None,
    cut_quarter: int = 12,
    off: str | None = None,
) -> Spec:
    """What to run. `cut` names links (`machine.links`), `off` switches of `SWITCHES`, with commas between.

    Raises
    ------
    UsageError, InputError, NotFound
        More than the page may ask for, or something that cannot be run.
    """
    if not 1 <= runs <= MOST_RUNS:
        raise UsageError(key="machine.count_range", name="runs", value=runs, most=MOST_RUNS)
    names = [name for name in (off or "").split(",") if name]
    for name in names:
        if name not in SWITCHES:
            raise NotFound(key="web.error.switch_unknown", name=name, known=SWITCHES)
    links = tuple(dict.fromkeys(name for name in (cut or "").split(",") if name))
    settings: dict[str, float | list[float]] = {SWITCHES[name]: 0.0 for name in names}
    spec = Spec(runs=runs, quarters=quarters, seed=seed, cut=links, cut_quarter=cut_quarter, settings=settings)
    check_spec(spec)
    return spec


def machine_run(spec: Spec, tell: Tell = ignore) -> RunResult:
    """Run the machine and summarise it; one step for every few runs."""

    def progress(done: int, of: int) -> None:
        tell(Step(done, of))

    return summary(simulate(spec, progress=progress, chunk=CHUNK))


def _share(row: Surveyed) -> float:
    if row.total is None or row.total.own_share is None:
        return -1.0
    return row.total.own_share.high or 0.0


def event(kind: str, data: bytes) -> bytes:
    """One server-sent event."""
    return b"event: " + kind.encode() + b"\ndata: " + data + b"\n\n"


async def run(work: Callable[[Tell], Any], lang: str, keep: Callable[[bytes], None]) -> AsyncIterator[bytes]:
    """Events of a work while it runs in a thread; leaving the loop cancels it.

    Parameters
    ----------
    work : gets a function to call with every `Step`, and gives the result
    keep : gets the encoded result
    """
    steps: queue.Queue[tuple[str, bytes] | None] = queue.Queue()
    cancelled = threading.Event()

    def tell(step: Step) -> None:
        if cancelled.is_set():
            raise Cancelled
        steps.put(("step", encode(step)))

    def body() -> None:
        try:
            made = encode(work(tell))
            keep(made)
            steps.put(("result", made))
        except Cancelled:
            pass
        except KanryuError as error:
            steps.put(("failed", encode({"error": {"code": error.code, "message": error.text(lang)}})))
        except Exception:  # the reader is told that it failed; the log says why
            logging.getLogger("kanryu.web").exception("a long work failed")
            steps.put(("failed", encode({"error": {"code": "fault", "message": ""}})))
        finally:
            steps.put(None)

    thread = threading.Thread(target=body, name="kanryu-work", daemon=True)
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
