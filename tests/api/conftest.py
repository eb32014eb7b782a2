"""The application without a socket: requests go straight into it."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import pytest

from kanryu.web.app import create_app
from kanryu.web.settings import LOOPBACK, Limits, Settings
from kanryu.web.shelf import Shelf

HOST = "http://127.0.0.1:8600"


@dataclass
class Answered:
    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def body(self):
        return json.loads(self.content)

    @property
    def result(self):
        assert self.status < 300, self.content[:500]
        return self.body["result"]


class Client:
    """A caller of one application; every call is a new connection."""

    def __init__(self, app, base: str = HOST) -> None:
        self.app = app
        self.base = base

    def __call__(self, method: str, path: str, **more) -> Answered:
        async def ask():
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=self.base) as client:
                return await client.request(method, path, **more)

        with ThreadPoolExecutor(1) as aside:  # a browser test may have left its own loop in this thread
            answer = aside.submit(asyncio.run, ask()).result()
        return Answered(answer.status_code, answer.headers, answer.content)

    def get(self, path: str, **more) -> Answered:
        return self("GET", path, **more)

    def post(self, path: str, **more) -> Answered:
        return self("POST", path, **more)


LIMITS = Limits(upload_bytes=3 << 20, unpacked_bytes=8 << 20, files=40, uploads=2)


@pytest.fixture(scope="session")
def shelf():
    return Shelf("textbook-own-money", LIMITS)


@pytest.fixture(scope="session")
def api(shelf):
    return Client(create_app(shelf, Settings(limits=LIMITS)))


@pytest.fixture(scope="session")
def guarded(shelf):
    return Client(create_app(shelf, Settings(token="secret-token", names=(*LOOPBACK, "desk.example"), limits=LIMITS)))
