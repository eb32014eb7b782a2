"""The door of the server: who may come in, and what the browser may do with what it is given.

A plain ASGI wrapper around everything else, so that no route can forget it:

- the Host header must name this server (a foreign name that resolves to 127.0.0.1 is turned away);
- a request that changes something must come from the server's own pages;
- where a token is set, every API call carries it as `Authorization: Bearer`;
- a body larger than the limit is cut off while it arrives;
- every answer carries a content policy without inline scripts and without outside addresses.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from kanryu.core.words import preferred_language, say
from kanryu.web.answers import failure_bytes
from kanryu.web.settings import Settings

Scope = dict[str, Any]

_COMMON = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


def content_policy(script_hashes: tuple[str, ...] = ()) -> str:
    """The content security policy; `script_hashes` admit the page's own import map and nothing else inline."""
    scripts = " ".join(["'self'", *(f"'{value}'" for value in script_hashes)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def host_name(header: str) -> str:
    """The name in a Host header, without port and brackets.

    Examples
    --------
    >>> host_name("localhost:8600"), host_name("[::1]:8600"), host_name("evil.example")
    ('localhost', '::1', 'evil.example')
    """
    try:
        return (urlsplit("//" + header).hostname or "").lower()
    except ValueError:
        return ""


class Guard:
    """ASGI application that lets only proper requests reach `inner`."""

    def __init__(self, inner: Any, settings: Settings, policy: str, warm: Callable[[], None] | None = None) -> None:
        self.inner = inner
        self.settings = settings
        self.policy = policy.encode()
        self.warm = warm or (lambda: None)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.inner(scope, receive, send)
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        lang = preferred_language(headers.get("accept-language", "en")[:2])
        refusal = self._refusal(scope, headers)
        if refusal:
            status, key = refusal
            await self._answer(send, status, key, lang)
            return
        await self.inner(scope, self._limited(receive), self._dressed(send))

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        if host_name(headers.get("host", "")) not in self.settings.names:
            return 421, "web.error.host"
        if scope["method"] not in ("GET", "HEAD"):
            origin = headers.get("origin")
            if origin and urlsplit(origin).netloc != headers.get("host"):
                return 403, "web.error.origin"
            if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
                return 403, "web.error.origin"
        try:
            length = int(headers.get("content-length", "0"))
        except ValueError:
            return 400, "web.error.length"
        if length > self.settings.limits.upload_bytes:
            return 413, "web.error.too_large"
        if self.settings.token and scope["path"].startswith("/api/"):
            given = headers.get("authorization", "").removeprefix("Bearer ")
            if not hmac.compare_digest(given.encode(), self.settings.token.encode()):
                return 401, "web.error.token"
        return None

    def _limited(self, receive: Any) -> Any:
        """A body without a stated length is cut off at the limit."""
        seen = 0

        async def limited() -> Any:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.settings.limits.upload_bytes:
                return {"type": "http.disconnect"}
            return message

        return limited

    def _dressed(self, send: Any) -> Any:
        async def dressed(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message["headers"]}
                local = [] if self.settings.token else [(b"cross-origin-opener-policy", b"same-origin")]  # needs trust
                extra = [*_COMMON, *local, (b"content-security-policy", self.policy), (b"cache-control", b"no-store")]
                message = {
                    **message,
                    "headers": [*message["headers"], *((k, v) for k, v in extra if k not in names)],
                }
            await send(message)

        return dressed

    async def _answer(self, send: Any, status: int, key: str, lang: str) -> None:
        body = failure_bytes(key.rsplit(".", 1)[1], say(lang, key), say(lang, key + ".hint"))
        start = {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())],
        }
        await self._dressed(send)(start)
        await send({"type": "http.response.body", "body": body})
