"""The pictures of the README, taken from the running page: `python -m kanryu.web.pictures [FOLDER]` or `make pictures`.

Needs Chromium on the machine and Playwright (part of the test packages); a reader of the page needs neither.
"""

from __future__ import annotations

import shutil
import sys
import threading
from pathlib import Path
from typing import Any

from kanryu.core.errors import MissingExtra, NotFound, optional
from kanryu.web.serving import Serving

# name -> address, width, height, dark, what must be drawn
PICTURES = {
    "front-en": ("/en/", 1440, 900, False, ".ribbon.on"),
    "map-ja": ("/ja/map?loop=oracle~nvidia~openai", 1440, 900, False, ".ribbon.on"),
    "company-en": ("/en/company?entity=nvidia", 1440, 900, True, ".own .big"),
    "break-en": ("/en/break?link=funding%3Aopenai", 1440, 1000, True, ".verdict.impact li"),
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def take(folder: Path, target: str = "ai") -> tuple[Path, ...]:
    """Write every picture as PNG.

    Raises
    ------
    NotFound
        No Chromium on this machine.
    MissingExtra
        Playwright is not installed.
    """
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        raise NotFound(key="web.pictures.no_browser", name="chromium")
    try:
        playwright: Any = optional("playwright.sync_api")
    except MissingExtra:
        raise MissingExtra("playwright is not installed", hint="pip install 'kanryu[test]'") from None
    folder.mkdir(parents=True, exist_ok=True)
    address = serve_aside(target)
    written = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        for name, (where, width, height, dark, drawn) in PICTURES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.goto(address + where)
            page.wait_for_selector(drawn, state="attached")
            page.wait_for_selector(".bars .bar")
            page.evaluate("() => new Promise(requestAnimationFrame)")
            file = folder / f"{name}.png"
            page.screenshot(path=str(file))
            written.append(file)
            context.close()
        browser.close()
    return tuple(written)


def serve_aside(target: str) -> str:
    """A server in this process, on any free port."""
    import uvicorn

    from kanryu.web.app import create_app

    serving = Serving(target, port=0)
    app = create_app(serving.shelf, serving.settings)
    app.warm()
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    threading.Thread(target=lambda: server.run(sockets=[serving.socket]), daemon=True).start()
    return f"http://127.0.0.1:{serving.settings.port}"


if __name__ == "__main__":
    for made in take(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures")):
        print(made)
