"""The page itself: its files, the import map that gives modules their names, and the HTML around them.

The files are read once into a table; a request names a key of that table, so no path can lead outside.
"""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
import html
import json
import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@functools.cache
def files() -> dict[str, bytes]:
    """Name -> bytes of every file that the page may load; views have names like `views/map.js`."""
    found = {}
    for path in sorted(STATIC.rglob("*")):
        if path.suffix in TYPES:
            content = path.read_bytes()
            found[path.relative_to(STATIC).as_posix()] = slim(content) if path.suffix != ".svg" else content
    return found


@functools.cache
def zipped() -> dict[str, bytes]:
    """The same files as gzip, for browsers that take it: all of them."""
    return {name: gzip.compress(content, 9, mtime=0) for name, content in files().items()}


def slim(source: bytes) -> bytes:
    """A script or style without doc comments, comment lines and indentation; lines stay lines.

    Examples
    --------
    >>> slim(b"/** @param {any} x */\\n// note\\n  f(x);\\n")
    b'f(x);\\n'
    """
    text = re.sub(r"/\*.*?\*/", "", source.decode(), flags=re.DOTALL)
    lines = (line.strip() for line in text.splitlines())
    return ("\n".join(line for line in lines if line and not line.startswith("//")) + "\n").encode()


def modules() -> dict[str, str]:
    """Import name -> file: `kanryu/map` -> `map.js`."""
    return {f"kanryu/{name.removesuffix('.js')}": name for name in files() if name.endswith(".js")}


def version() -> str:
    """A short name of the present content of all files, so that a browser never mixes two versions."""
    digest = hashlib.sha256()
    for name, content in files().items():
        digest.update(name.encode() + content)
    return digest.hexdigest()[:10]


def import_map(addresses: dict[str, str]) -> str:
    """The import map as JSON that cannot end the script element it stands in."""
    return json.dumps({"imports": addresses}, separators=(",", ":")).replace("<", "\\u003c")


def script_hash(text: str) -> str:
    """The content-policy hash of an inline script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@functools.cache
def served_import_map() -> str:
    """The import map of the server's page."""
    stamp = version()
    return import_map({name: f"/static/{file}?{stamp}" for name, file in modules().items()})


def shell(lang: str, title: str, description: str) -> str:
    """The HTML of every address of the page; what is shown is decided by the address. Views load when shown."""
    stamp = version()
    first = [file for file in modules().values() if not file.startswith("views/")]
    preload = "".join(f'<link rel="modulepreload" href="/static/{file}?{stamp}">' for file in first)
    return (
        f'<!doctype html><html lang="{html.escape(lang)}" data-mode="server"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title>"
        f'<meta name="description" content="{html.escape(description)}">'
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="icon" href="/static/icon.svg?{stamp}"><link rel="stylesheet" href="/static/page.css?{stamp}">'
        f'<script type="importmap">{served_import_map()}</script>{preload}</head>'
        f'<body><div id="kanryu"></div><script type="module" src="/static/main.js?{stamp}"></script></body></html>'
    )
