"""The page as one HTML file that opens from disk: scripts as `data:` addresses, answers packed inside.

The file holds every answer that a view can ask for without new computation: all measures of the case as of today,
and the map, loops and deals at every month end, known then and known today.
"""

from __future__ import annotations

import base64
import calendar
import datetime as dt
import gzip
import html
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from kanryu.case.records import REVENUE, Case
from kanryu.core.errors import InputError, KanryuError
from kanryu.core.words import LANGUAGES, say
from kanryu.follow.broken_link import broken_link
from kanryu.follow.compare import compare
from kanryu.follow.deal_loops import deal_loops
from kanryu.formats.source import Request, read_case
from kanryu.report.picture import months
from kanryu.report.worked import X_STEPS, Y_STEPS, worked
from kanryu.stress.search_case import stress_each
from kanryu.web import page, works
from kanryu.web.answers import plain
from kanryu.web.measures import MEASURES, View, measure
from kanryu.web.shelf import Shelf
from kanryu.web.site import site_of, word_table

PER_MONTH = ("picture", "loops", "funnel")
ONCE = (
    "facts",
    "months",
    "wheel",
    "essays",
    "circulation",
    "consolidate",
    "ties",
    "vendor",
    "market",
    "overlays",
    "stress_each",
    "ends",
)
BY_COMPANY = ("trace", "roles", "vendor")
MOST_MONTHS = 180  # a slider of fifteen years; the built-in cases have fewer than half of it
BREAKABLE = 12  # loops whose links can be broken in the file
STRESSED = 8  # links at the top of the ranking that can be followed through the web in the file


class Published(msgspec.Struct, frozen=True):
    """What was written.

    months : month ends that the slider can show; months_left_out : those that are not in the file
    """

    path: str
    title: dict[str, str]
    bytes: int
    answers: int
    months: int
    months_left_out: int = 0


def publish(target: str, path: Path, *, lang: str = "en", tell: Callable[[int, int], None] | None = None) -> Published:
    """Write the page of a case as one file.

    Parameters
    ----------
    target : built-in case, case folder or workbook
    path : where to write; an existing file is replaced in one step
    lang : the language in which it opens; it holds both
    tell : called with (done, of) while answers are computed

    Raises
    ------
    NotFound
        No such case.
    InputError
        The path cannot be written.
    """
    if not path.parent.is_dir():
        raise InputError(key="web.publish.no_folder", folder=str(path.parent))
    shelf = Shelf(target)
    case = shelf.case(shelf.first)
    answers: dict[str, Any] = {}
    ends, left_out = month_ends(case)
    plan = list(_plan(case, ends))
    for done, (key, make) in enumerate(plan):
        if tell:
            tell(done, len(plan))
        try:
            answers[key] = make()
        except KanryuError:
            continue  # a measure that this case cannot have; the view says that it is not in the file
    checked, problems = shelf.checked(shelf.first)
    answers[f"cases/{shelf.first}/check"] = {"result": checked, "problems": problems}
    site = site_of(shelf)
    held = [name for name in (shelf.first, "telecom", "ai") if f"cases/{name}/facts" in answers]
    own = tuple(listed for listed in site.cases if listed.id in held)
    answers["site"] = msgspec.structs.replace(site, cases=own)
    for each in LANGUAGES:
        answers[f"words/{each}"] = word_table(each)
    listed = shelf.listed(shelf.first)
    titles = {"en": listed.title_en, "ja": listed.title_ja}
    content = document(answers, lang, say(lang, "web.publish.title", title=titles[lang])).encode()
    _write(path, content)
    return Published(str(path), titles, len(content), len(answers), len(ends), left_out)


def month_ends(case: Case, most: int = MOST_MONTHS) -> tuple[tuple[dt.date, ...], int]:
    """The last days of the months that the slider shows, and how many of its months are left out.

    A case with dates far apart has thousands of months in which nothing happens: of more than `most`, those with
    something new are kept, the latest first.
    """
    shown = months(case)
    rows = [row for row in shown.months if row.month >= shown.drawn_from]
    kept = rows if len(rows) <= most else [row for row in rows if row.legs][-most:]
    ends = []
    for row in kept:
        year, month = int(row.month[:4]), int(row.month[5:])
        ends.append(dt.date(year, month, calendar.monthrange(year, month)[1]))
    return tuple(ends), len(rows) - len(ends)


def key_of(path: str, **query: Any) -> str:
    """The name of an answer, as the page's `addressOf` writes it."""
    given = sorted((name, str(value)) for name, value in query.items() if value not in (None, ""))
    return path + (f"?{urlencode(given)}" if given else "")


def _plan(case: Case, ends: tuple[dt.date, ...]) -> Iterator[tuple[str, Callable[[], Any]]]:
    base = f"cases/{case.id}"

    def ask(name: str, **given: Any) -> tuple[str, Callable[[], Any]]:
        return key_of(f"{base}/{name}", **given), lambda: measure(name).work(case, View(**given))[0]

    there = {row.name for row in MEASURES}
    yield from (ask(name) for name in ONCE if name in there)
    yield from (ask(name) for name in PER_MONTH)
    for name in PER_MONTH:
        for end in ends:
            yield ask(name, true_by=end, known_by=end)
            yield ask(name, true_by=end)
    other = "ai" if case.id == "telecom" else "telecom"
    past = read_case(Request(target=other))
    for rung in (None, "talked", "paid"):
        name = key_of("compare", a=case.id, b=other, rung=rung)
        yield name, lambda rung=rung: compare(case, past, rung=rung)  # type: ignore[misc]
    for name in ("facts", "loops"):
        yield f"cases/{other}/{name}", lambda name=name: measure(name).work(past, View())[0]  # type: ignore[misc]
    paid = {leg.payee for leg in case.legs if leg.instrument in REVENUE}
    used = {leg.payer for leg in case.legs} | {leg.payee for leg in case.legs}
    for entity in case.entities:
        if entity.id in used:
            for name in BY_COMPANY:
                if name != "trace" or entity.id in paid:
                    yield ask(name, account=entity.id)
    yield key_of(f"{base}/survey"), lambda: works.survey(case, None, None)
    try:
        ranked = stress_each(case).links
    except KanryuError:
        ranked = ()
    for link in ranked[:STRESSED]:
        yield ask("stress", link=link.name)
    yield key_of("machine/run", runs=200, quarters=32), lambda: works.machine_run(works.machine_spec())
    before = deal_loops(case)
    links = {(link.payer, link.payee): None for loop in before.loops[:BREAKABLE] for link in loop.links}
    for payer, payee in links:
        name = key_of(f"{base}/broken", account=payer, other=payee)
        yield name, lambda payer=payer, payee=payee: broken_link(case, payer, payee, before=before)  # type: ignore[misc]
    for x in X_STEPS:
        for y in Y_STEPS:
            for first in (False, True):
                name = key_of("worked", x=x, y=y, stranger_first=str(first).lower())
                yield name, lambda x=x, y=y, first=first: worked(x, y, stranger_first=first)  # type: ignore[misc]


def document(answers: dict[str, Any], lang: str, title: str) -> str:
    """The HTML of the whole file."""
    packed = base64.b64encode(gzip.compress(msgspec.json.encode(answers, enc_hook=plain), 9, mtime=0)).decode()
    files = page.files()
    addresses = {
        name: "data:text/javascript;base64," + base64.b64encode(files[file]).decode()
        for name, file in page.modules().items()
    }
    mapping = page.import_map(addresses)
    style = files["page.css"].decode()
    start = 'import "kanryu/main";'
    icon = "data:image/svg+xml;base64," + base64.b64encode(files["icon.svg"]).decode()
    policy = (
        f"default-src 'none'; script-src '{page.script_hash(mapping)}' '{page.script_hash(start)}' data:; "
        f"style-src '{page.script_hash(style)}'; img-src data: blob:; connect-src 'none'; base-uri 'none'; "
        "form-action 'none'"
    )
    return (
        f'<!doctype html><html lang="{html.escape(lang)}" data-mode="file" data-lang="{html.escape(lang)}"><head>'
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'
        f'<title>{html.escape(title)}</title><link rel="icon" href="{icon}"><style>{style}</style>'
        f'<script type="importmap">{mapping}</script></head><body><div id="kanryu"></div>'
        f'<script type="application/octet-stream" id="kanryu-data">{packed}</script>'
        f'<script type="module">{start}</script></body></html>\n'
    )


def _write(path: Path, content: bytes) -> None:
    """Replace the file in one step, so that a full disk leaves the old one as it was."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError(key="web.publish.cannot_write", path=str(path), reason=error.strerror or "") from None
