"""The HTTP application: the API's routes, the page and its files, errors in one shape, all behind the guard."""

from __future__ import annotations

from typing import Any

from litestar import Litestar, Request, Response, get
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import FromPath

from kanryu import __version__
from kanryu.core.errors import KanryuError
from kanryu.core.words import LANGUAGES, say
from kanryu.web import page
from kanryu.web.answers import failure_bytes, status_of
from kanryu.web.guard import Guard, content_policy
from kanryu.web.measures import MEASURES, View, measure
from kanryu.web.routes import (
    answer,
    json_response,
    language_of,
    measure_route,
    missing,
    site_routes,
    upload_routes,
    work_routes,
)
from kanryu.web.settings import Settings
from kanryu.web.shelf import Shelf

VIEWS = (
    "map", "loops", "company", "deal", "compare", "break", "market", "machine", "essays", "facts", "method",
)  # fmt: skip


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
    async def static(name: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
        content = page.files().get(str(name).lstrip("/"))
        if content is None:
            return missing(request)
        kind = page.TYPES["." + str(name).rsplit(".", 1)[-1]]
        same = request.url.query == page.version()
        kept = {"cache-control": "max-age=31536000, immutable"} if same else {"cache-control": "no-cache"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            content, kept = page.zipped()[str(name).lstrip("/")], {**kept, "content-encoding": "gzip"}
        return Response(content, media_type=kind, headers={**kept, "vary": "accept-encoding"})

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
        *work_routes(shelf, settings),
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
