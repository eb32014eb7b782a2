"""The routes of the API: which address gives which answer. Every answer is made elsewhere.

`/api/v1/...` answers as the command line does with `--json`; `/openapi/openapi.json` describes it.
"""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import AsyncIterator
from typing import Any

import anyio
import anyio.to_thread
import msgspec
from litestar import Request, Response, delete, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from kanryu.core.words import LANGUAGES, preferred_language, say
from kanryu.follow.compare import Comparison, compare
from kanryu.formats.checking import Checked
from kanryu.report.worked import Worked, worked
from kanryu.web import downloads, works
from kanryu.web.answers import Answer, Failure, answer_bytes, failure_bytes
from kanryu.web.measures import QUERY_TYPES, Measure, RungName, View
from kanryu.web.settings import Settings
from kanryu.web.shelf import Listed, Shelf
from kanryu.web.site import Site, site_of, word_table
from kanryu.web.upload import receive

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
    from_query: Any = FromQuery
    parameters = [inspect.Parameter("case_id", keep, annotation=FromPath[str])]
    parameters += [inspect.Parameter(n, keep, annotation=from_query[QUERY_TYPES[n]], default=None) for n in row.query]
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
    async def words(lang: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
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
    def worked_example(
        x: FromQuery[int] = 50, y: FromQuery[int] = 30, stranger_first: FromQuery[bool] = False
    ) -> Response[bytes]:
        """The small worked example of the tracing rules."""
        return json_response(answer_bytes("worked", worked(x, y, stranger_first=stranger_first)))

    @get(
        "/api/v1/cases/{case_id:str}/check",
        responses={200: ResponseSpec(Answer[Checked], generate_examples=False), 404: _WRONG[404]},
        operation_id="check",
        sync_to_thread=True,
    )
    def check(case_id: FromPath[str]) -> Response[bytes]:
        """Everything that is wrong with the facts, with file, line and column."""
        return json_response(shelf.answer((case_id, "check"), lambda: answer_bytes("check", *shelf.checked(case_id))))

    @get(
        "/api/v1/compare",
        responses={200: ResponseSpec(Answer[Comparison], generate_examples=False), **_WRONG},
        operation_id="compare",
        sync_to_thread=True,
    )
    def compare_cases(a: FromQuery[str], b: FromQuery[str], rung: FromQuery[RungName | None] = None) -> Response[bytes]:
        """The same measures on two cases."""

        def make() -> bytes:
            return answer_bytes("compare", compare(shelf.case(a), shelf.case(b), rung=rung))

        return json_response(shelf.answer((a, "compare", b, rung), make))

    @get("/api/v1/cases/{case_id:str}/download/{name:str}", operation_id="download", sync_to_thread=True)
    def download(case_id: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        """The facts as a file: `TABLE.csv`, `facts.json`, `facts.xlsx` or `facts.zip`."""
        kind, content = downloads.facts_file(shelf.case(case_id), name)
        headers = {"content-disposition": f'attachment; filename="kanryu-{name}"'}
        return Response(content, media_type=kind, headers=headers)

    return [site, words, worked_example, check, compare_cases, download]


def upload_routes(shelf: Shelf) -> list[Any]:
    """A reader's own case: brought, looked at under its own id, forgotten."""

    @post(
        "/api/v1/uploads",
        status_code=201,
        responses={201: ResponseSpec(Answer[Uploaded], generate_examples=False), **_WRONG},
        operation_id="upload",
    )
    async def upload(name: FromQuery[str], request: Request[Any, Any, Any]) -> Response[bytes]:
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
    async def forget(case_id: FromPath[str]) -> Response[bytes]:
        """Drop an uploaded case and everything computed from it."""
        shelf.forget(case_id)
        return json_response(answer_bytes("forget", case_id))

    return [upload, forget]


def work_routes(shelf: Shelf, settings: Settings) -> list[Any]:
    """Long works as server-sent events: `step`, then `result` or `failed`. Closing the connection cancels."""
    running = anyio.CapacityLimiter(settings.limits.running)

    @get("/api/v1/cases/{case_id:str}/survey", operation_id="survey", media_type="text/event-stream", responses=_WRONG)
    async def survey(
        case_id: FromPath[str],
        request: Request[Any, Any, Any],
        true_by: FromQuery[dt.date | None] = None,
        known_by: FromQuery[dt.date | None] = None,
    ) -> Stream:
        """Own money of every company, with progress."""
        case = shelf.case(case_id)
        return streamed(
            (case_id, "survey", true_by, known_by),
            lambda tell: works.survey(case, true_by, known_by, tell),
            language_of(request),
        )

    @get("/api/v1/machine/run", operation_id="machine_run", media_type="text/event-stream", responses=_WRONG)
    async def machine(
        request: Request[Any, Any, Any],
        runs: FromQuery[int] = 200,
        quarters: FromQuery[int] = 32,
        seed: FromQuery[int] = 1,
        cut: FromQuery[str | None] = None,
        cut_quarter: FromQuery[int] = 12,
        off: FromQuery[str | None] = None,
    ) -> Stream:
        """Run the simulation, with progress; `cut` and `off` are names with commas between them."""
        spec = works.machine_spec(runs, quarters, seed, cut, cut_quarter, off)
        return streamed(
            ("machine", spec.fingerprint()), lambda tell: works.machine_run(spec, tell), language_of(request)
        )

    def streamed(key: tuple[Any, ...], work: Any, lang: str) -> Stream:
        kept = shelf.kept(key)

        async def events() -> AsyncIterator[bytes]:
            if kept is not None:
                yield works.event("result", kept)
                return
            async with running:
                async for item in works.run(work, lang, lambda body: shelf.keep(key, body)):
                    yield item

        return Stream(events(), media_type="text/event-stream")

    return [survey, machine]


def missing(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The answer to an address that is not there."""
    lang = language_of(request)
    return json_response(
        failure_bytes("not-found", say(lang, "web.error.address"), say(lang, "web.error.address.hint")), 404
    )
