"""The HTTP application: routes of the API and of the page. Every answer is made elsewhere.

`/api/v1/...` answers as the command line does with `--json`; `/api/v1/openapi.json` describes it.
"""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import AsyncIterator
from typing import Any

import anyio
import anyio.to_thread
import msgspec
from litestar import Litestar, Request, Response, delete, get, post
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.response import Stream

from kanryu import __version__
from kanryu.core.errors import KanryuError
from kanryu.core.words import LANGUAGES, preferred_language, say
from kanryu.formats.checking import Checked
from kanryu.report.worked import Worked, worked
from kanryu.web import downloads, page, works
from kanryu.web.answers import Answer, Failure, answer_bytes, failure_bytes, status_of
from kanryu.web.guard import Guard, content_policy
from kanryu.web.measures import MEASURES, QUERY_TYPES, Measure, View, measure
from kanryu.web.settings import Settings
from kanryu.web.shelf import Listed, Shelf
from kanryu.web.site import Site, site_of, word_table
from kanryu.web.upload import receive

VIEWS = (
    "map", "loops", "company", "deal", "compare", "break", "market", "machine", "essays", "facts", "method",
)  # fmt: skip
_WRONG = {
    status: ResponseSpec(Failure, generate_examples=False, description=text)
    for status, text in ((400, "A parameter cannot be used."), (404, "Not there."), (422, "The facts cannot be used."))
}


class Uploaded(msgspec.Struct, frozen=True):
    """A reader's case under its own id, and how its facts stand; the problems are in the envelope."""

    case: Listed
    checked: Checked


def language_of(request: Request[Any, Any, Any]) -> str:
    """The language that the reader's page asks in."""
    return preferred_language(request.headers.get("accept-language", "en")[:2])


def json_response(body: bytes, status: int = 200) -> Response[bytes]:
    """Bytes that are JSON already."""
    return Response(body, status_code=status, media_type="application/json")


def answer(shelf: Shelf, row: Measure, case_id: str, view: View) -> bytes:
    """The bytes of one measure of one case."""

    def make() -> bytes:
        result, problems = row.work(shelf.case(case_id), view)
        return answer_bytes(row.name, result, problems)

    return shelf.answer((case_id, row.name, view), make)


def measure_route(row: Measure, shelf: Shelf) -> Any:
    """The GET route of one measure; its parameters are those of the table."""

    def work(case_id: str, **given: Any) -> Response[bytes]:
        return json_response(answer(shelf, row, case_id, View(**given)))

    keep = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter("case_id", keep, annotation=str)]
    parameters += [inspect.Parameter(n, keep, annotation=QUERY_TYPES[n], default=None) for n in row.query]
    work.__signature__ = inspect.Signature(parameters, return_annotation=Response[bytes])  # type: ignore[attr-defined]
    work.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": Response[bytes]}
    work.__name__ = row.name
    generic: Any = Answer
    kind = generic[row.result]  # the type is a value of the table
    answers = {200: ResponseSpec(kind, generate_examples=False, description=row.summary), **_WRONG}
    return get(
        f"/api/v1/cases/{{case_id:str}}/{row.name}",
        responses=answers,
        summary=row.summary,
        operation_id=row.name,
        sync_to_thread=True,
    )(work)


def site_routes(shelf: Shelf) -> list[Any]:
    """What every page needs first: the list of cases, number rules, words."""

    @get("/api/v1/site", responses={200: ResponseSpec(Answer[Site], generate_examples=False)}, operation_id="site")
    async def site() -> Response[bytes]:
        """Cases, rules for numbers and what this server can do."""
        return json_response(answer_bytes("site", site_of(shelf)))

    @get(
        "/api/v1/words/{lang:str}",
        responses={200: ResponseSpec(Answer[dict[str, str]], generate_examples=False), 404: _WRONG[404]},
        operation_id="words",
    )
    async def words(lang: str, request: Request[Any, Any, Any]) -> Response[bytes]:
        """Every sentence of the page in one language."""
        if lang not in LANGUAGES:
            return missing(request)
        return json_response(answer_bytes("words", word_table(lang)))

    @get(
        "/api/v1/worked",
        responses={200: ResponseSpec(Answer[Worked], generate_examples=False), 400: _WRONG[400]},
        operation_id="worked",
        sync_to_thread=True,
    )
    def worked_example(x: int = 50, y: int = 30, stranger_first: bool = False) -> Response[bytes]:
        """The small worked example of the tracing rules."""
        return json_response(answer_bytes("worked", worked(x, y, stranger_first=stranger_first)))

    @get(
        "/api/v1/cases/{case_id:str}/check",
        responses={200: ResponseSpec(Answer[Checked], generate_examples=False), 404: _WRONG[404]},
        operation_id="check",
        sync_to_thread=True,
    )
    def check(case_id: str) -> Response[bytes]:
        """Everything that is wrong with the facts, with file, line and column."""
        return json_response(shelf.answer((case_id, "check"), lambda: answer_bytes("check", *shelf.checked(case_id))))

    @get("/api/v1/cases/{case_id:str}/download/{name:str}", operation_id="download", sync_to_thread=True)
    def download(case_id: str, name: str) -> Response[bytes]:
        """The facts as a file: `TABLE.csv`, `facts.json`, `facts.xlsx` or `facts.zip`."""
        kind, content = downloads.facts_file(shelf.case(case_id), name)
        headers = {"content-disposition": f'attachment; filename="kanryu-{name}"'}
        return Response(content, media_type=kind, headers=headers)

    return [site, words, worked_example, check, download]


def upload_routes(shelf: Shelf) -> list[Any]:
    """A reader's own case: brought, looked at under its own id, forgotten."""

    @post(
        "/api/v1/uploads",
        status_code=201,
        responses={201: ResponseSpec(Answer[Uploaded], generate_examples=False), **_WRONG},
        operation_id="upload",
    )
    async def upload(name: str, request: Request[Any, Any, Any]) -> Response[bytes]:
        """Read a zip, workbook or table sent as the body; it stays in memory."""
        data = await request.body()
        received = await anyio.to_thread.run_sync(receive, name, data, shelf.limits)
        made = Uploaded(shelf.listed(shelf.add(received.case, (received.checked, received.problems))), received.checked)
        return json_response(answer_bytes("upload", made, received.problems[:500]), 201)

    @delete(
        "/api/v1/uploads/{case_id:str}",
        status_code=200,
        responses={200: ResponseSpec(Answer[str], generate_examples=False), **_WRONG},
        operation_id="forget",
    )
    async def forget(case_id: str) -> Response[bytes]:
        """Drop an uploaded case and everything computed from it."""
        shelf.forget(case_id)
        return json_response(answer_bytes("forget", case_id))

    return [upload, forget]


def work_routes(shelf: Shelf, settings: Settings) -> list[Any]:
    """Long works as server-sent events: `step`, then `result` or `failed`. Closing the connection cancels."""
    running = anyio.CapacityLimiter(settings.limits.running)

    @get("/api/v1/cases/{case_id:str}/survey", operation_id="survey", media_type="text/event-stream")
    async def survey(
        case_id: str,
        request: Request[Any, Any, Any],
        true_by: dt.date | None = None,
        known_by: dt.date | None = None,
    ) -> Stream:
        """Own money of every company, with progress."""
        case = shelf.case(case_id)
        key = (case_id, "survey", true_by, known_by)
        kept = shelf.kept(key)

        async def events() -> AsyncIterator[bytes]:
            if kept is not None:
                yield works.event("result", kept)
                return
            async with running:
                work = works.run(
                    lambda: works.survey(case, true_by, known_by), language_of(request), lambda b: shelf.keep(key, b)
                )
                async for item in work:
                    yield item

        return Stream(events(), media_type="text/event-stream")

    return [survey]


def missing(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The answer to an address that is not there."""
    lang = language_of(request)
    return json_response(
        failure_bytes("not-found", say(lang, "web.error.address"), say(lang, "web.error.address.hint")), 404
    )


def page_routes() -> list[Any]:
    """The page and its files."""

    def html(lang: str) -> Response[str]:
        text = page.shell(lang, say(lang, "web.title"), say(lang, "web.front.lead"))
        return Response(text, media_type="text/html")

    @get(["/", "/en", "/ja", *(f"/{lang}/{view}" for lang in LANGUAGES for view in VIEWS)], include_in_schema=False)
    async def document(request: Request[Any, Any, Any]) -> Response[str]:
        first = request.url.path.strip("/").split("/")[0]
        return html(first if first in LANGUAGES else language_of(request))

    @get("/static/{name:path}", include_in_schema=False)
    async def static(name: str, request: Request[Any, Any, Any]) -> Response[bytes]:
        content = page.files().get(str(name).lstrip("/"))
        if content is None:
            return missing(request)
        kind = page.TYPES["." + str(name).rsplit(".", 1)[-1]]
        same = request.url.query == page.version()
        kept = {"cache-control": "max-age=31536000, immutable"} if same else {"cache-control": "no-cache"}
        return Response(content, media_type=kind, headers=kept)

    return [document, static]


def wrong(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Every error in the one shape; a fault of ours says nothing about the inside."""
    lang = language_of(request)
    if isinstance(error, KanryuError):
        problems = tuple(getattr(error, "problems", ()))[:50]
        body = failure_bytes(error.code, error.text(lang), error.hint(lang), problems)
        return json_response(body, status_of(error))
    if isinstance(error, HTTPException):
        key = {404: "address", 405: "method", 400: "parameter"}.get(error.status_code, "request")
        detail = _what(error)
        body = failure_bytes(key, say(lang, f"web.error.{key}", detail=detail), say(lang, f"web.error.{key}.hint"))
        answer = json_response(body, error.status_code)
        for name, value in (error.headers or {}).items():
            answer.headers[name] = value
        return answer
    import logging

    logging.getLogger("kanryu.web").error("unexpected fault", exc_info=error)
    return json_response(failure_bytes("fault", say(lang, "web.error.fault"), say(lang, "web.error.fault.hint")), 500)


def _what(error: HTTPException) -> str:
    """Names and reasons of the parameters that did not fit."""
    extra = error.extra if isinstance(error.extra, list) else []
    parts = [f"{item.get('key', '?')}: {item.get('message', '')}" for item in extra if isinstance(item, dict)]
    return "; ".join(parts)[:300]


def create_app(shelf: Shelf, settings: Settings | None = None) -> Guard:
    """The whole application behind its guard."""
    settings = settings or Settings()
    routes = [
        *site_routes(shelf),
        *upload_routes(shelf),
        *(measure_route(row, shelf) for row in MEASURES),
        *page_routes(),
    ]
    inner = Litestar(
        routes,
        exception_handlers={Exception: wrong},
        openapi_config=OpenAPIConfig(
            title="Kanryu",
            version=__version__,
            path="/openapi",
            render_plugins=[JsonRenderPlugin()],
            use_handler_docstrings=True,
        ),
        request_max_body_size=settings.limits.upload_bytes,
    )
    return Guard(inner, settings, content_policy((page.script_hash(page.served_import_map()),)), lambda: warm(shelf))


def warm(shelf: Shelf) -> None:
    """Compute what the first view asks for, so that the reader does not wait for it."""
    for name in ("facts", "loops", "picture", "months", "wheel"):
        try:
            answer(shelf, measure(name), shelf.first, View())
        except KanryuError:
            return  # the page asks again and shows why
