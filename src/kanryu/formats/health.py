"""What `kanryu doctor` looks at: interpreter, parts installed, caches, a browser, fonts, the built-in data."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from kanryu.core.problems import Place, Problem, problem
from kanryu.core.words import LANGUAGES, room_words
from kanryu.formats.source import Request, built_in_cases, read_case

Standing = Literal["fine", "missing", "wrong"]
NEEDED = (
    "click",
    "litestar",
    "msgspec",
    "narwhals",
    "numba",
    "numpy",
    "ortools",
    "plotly",
    "polars",
    "python-calamine",
    "rich",
    "scipy",
    "uvicorn",
    "xlsxwriter",
)
EXTRAS = {"dask": "cluster", "lppls": "lppls"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


class Item(msgspec.Struct, frozen=True):
    """One thing looked at.

    group : "program", "parts", "optional", "machine", "data"
    standing : "fine", "missing" (an optional part is not there) or "wrong" (Kanryu will not work as it should)
    hint : sentence key of one thing to do
    """

    group: str
    name: str
    standing: Standing
    value: str
    hint: str = ""
    hint_values: dict[str, str] = {}


class Health(msgspec.Struct, frozen=True):
    """All of it; `ok` unless something is wrong."""

    ok: bool
    items: tuple[Item, ...]


def doctor() -> Health:
    """Look at everything once; nothing is changed and nothing leaves the machine."""
    items = (*_program(), *_parts(), *_machine(), *_data())
    return Health(all(item.standing != "wrong" for item in items), items)


def complaints(health: Health) -> tuple[Problem, ...]:
    """What is wrong, as problems, so that the command ends with the exit code of facts that have errors."""
    found = []
    for item in health.items:
        if item.standing == "wrong":
            values: dict[str, Any] = {"name": item.name, **item.hint_values}
            found.append(problem("doctor", "error", Place(path=item.name), item.hint, **values))
    return tuple(found)


def _program() -> Iterator[Item]:
    from kanryu import __version__

    yield Item("program", "kanryu", "fine", __version__)
    new_enough = sys.version_info >= (3, 11)
    version = platform.python_version()
    yield Item("program", "python", "fine" if new_enough else "wrong", version, "" if new_enough else "doctor.python")
    yield Item("program", "platform", "fine", f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPU")


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _parts() -> Iterator[Item]:
    for name in NEEDED:
        version = _version(name)
        yield Item("parts", name, "fine" if version else "wrong", version, "" if version else "doctor.part")
    for name, extra in EXTRAS.items():
        version = _version(name)
        hint = "" if version else "doctor.extra"
        yield Item("optional", name, "fine" if version else "missing", version, hint, {"extra": extra})


def _machine() -> Iterator[Item]:
    yield _compiled_cache()
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), "")
    yield Item("machine", "browser", "fine" if browser else "missing", browser, "" if browser else "doctor.browser")
    font = _japanese_font()
    yield Item("machine", "japanese_font", "fine" if font else "missing", font, "" if font else "doctor.font")


def _compiled_cache() -> Item:
    """Compiled loops are kept beside the package, or where NUMBA_CACHE_DIR says; without a place each start is slow."""
    package = Path(__file__).parents[1]
    given = os.environ.get("NUMBA_CACHE_DIR")
    folder = Path(given) if given else package
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    kept = sum(1 for _ in (Path(given) if given else package).rglob("*.nbi"))
    if os.access(folder, os.W_OK):
        return Item("machine", "compiled_cache", "fine", str(kept))
    return Item("machine", "compiled_cache", "missing", str(kept), "doctor.cache", {"folder": str(folder)})


def _japanese_font() -> str:
    lister = shutil.which("fc-list")
    if not lister:
        return ""
    try:
        listed = subprocess.run(
            [lister, ":lang=ja", "family"], capture_output=True, text=True, timeout=10, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return next((line.split(",")[0].strip() for line in sorted(listed.splitlines()) if line.strip()), "")


def _data() -> Iterator[Item]:
    for name in built_in_cases():
        case = read_case(Request(target=name))
        wrong = [problem for problem in (*case.problems, *case.series.problems) if problem.level == "error"]
        counts = f"{len(case.entities)}/{len(case.legs)}/{len(case.events)}/{len(case.figures)}/{len(case.series)}"
        standing: Standing = "wrong" if wrong or not case.legs else "fine"
        yield Item("data", name, standing, counts, "doctor.data" if standing == "wrong" else "", {"case": name})
    rooms = sorted(path.stem for path in (Path(__file__).parents[1] / "core" / "words" / "en").glob("*.toml"))
    unequal = [room for room in rooms if len({frozenset(room_words(lang, room)) for lang in LANGUAGES}) > 1]
    yield Item("data", "words", "wrong" if unequal else "fine", str(len(rooms)), "doctor.words" if unequal else "")
