"""A real server and a real Chromium. Tests skip with a message where there is no browser."""

import shutil
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn

from kanryu.web.app import create_app
from kanryu.web.serving import Serving

sys.path.insert(0, str(Path(__file__).parent))
from browsing import ready

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


@pytest.fixture(scope="session")
def server():
    """The address of a running server with the AI case."""
    serving = Serving("ai", port=0)
    app = create_app(serving.shelf, serving.settings)
    running = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=lambda: running.run(sockets=[serving.socket]), daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not running.started and time.monotonic() < until:
        threading.Event().wait(0.02)
    app.warm()
    yield f"http://127.0.0.1:{serving.settings.port}"
    running.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def browser():
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium on this machine: the page is tested where there is one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield made
        made.close()


@pytest.fixture
def opened(browser, server):
    """`with opened("/ja/map", width=390, dark=True) as page`: fails on any console error or request elsewhere."""

    @contextmanager
    def open_page(path="/", *, base=None, width=1440, height=900, dark=False, still=True, allow=()):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if still else "no-preference",
            accept_downloads=True,
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        wrong: list[str] = []
        page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        host = urlsplit(base or server).netloc

        def watch(request):
            target = urlsplit(request.url)
            if target.scheme in ("http", "https", "ws", "wss") and target.netloc != host:
                wrong.append(f"request to {request.url}")

        page.on("request", watch)
        page.goto((base or server) + path)
        ready(page)
        yield page
        context.close()
        assert [text for text in wrong if not any(part in text for part in allow)] == []

    return open_page
