"""The server process: bind the port first, so that the address printed is the one that answers; then run."""

from __future__ import annotations

import contextlib
import secrets
import socket
import threading
import webbrowser

from kanryu.core.errors import InputError, UsageError
from kanryu.web.settings import LOOPBACK, Settings, is_loopback
from kanryu.web.shelf import Shelf

NEAR = 20  # further ports that are tried when the wanted one is taken


class Serving:
    """One server: its case, its settings, its open socket.

    Raises
    ------
    UsageError
        An address that other machines can reach, without the explicit flag.
    InputError
        No port could be bound.
    NotFound
        No such case.
    """

    def __init__(
        self,
        target: str = "ai",
        *,
        host: str = "127.0.0.1",
        port: int = 8600,
        open_to_network: bool = False,
        names: tuple[str, ...] = (),
    ) -> None:
        if not is_loopback(host) and not open_to_network:
            raise UsageError(key="web.serve.needs_flag", host=host)
        self.shelf = Shelf(target)
        self.socket = _bind(host, port)
        bound = self.socket.getsockname()[1]
        outside = not is_loopback(host)
        known = (*LOOPBACK, *names, *(() if host in ("0.0.0.0", "::") else (host.lower(),)))
        if host in ("0.0.0.0", "::"):
            known = (*known, *_own_addresses())
        self.settings = Settings(host, bound, secrets.token_urlsafe(24) if outside else "", tuple(dict.fromkeys(known)))

    def address(self, lang: str = "en") -> str:
        """What to open; with the token behind `#`, which a browser never sends."""
        host = self.settings.host
        shown = {"0.0.0.0": next(iter(_own_addresses()), "127.0.0.1"), "::": "[::1]", "::1": "[::1]"}.get(host, host)
        token = f"#token={self.settings.token}" if self.settings.token else ""
        return f"http://{shown}:{self.settings.port}/{lang}/{token}"

    def run(self, open_browser: str | None = None) -> None:
        """Compute what the first view asks for, then answer until interrupted."""
        import uvicorn

        from kanryu.web.app import create_app

        app = create_app(self.shelf, self.settings)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False))
        app.warm()
        if open_browser:
            timer = threading.Timer(0.4, lambda: webbrowser.open(open_browser))
            timer.daemon = True
            timer.start()
        server.run(sockets=[self.socket])


def serve(target: str = "ai", *, port: int = 8600, host: str = "127.0.0.1", open_browser: bool = True) -> None:
    """Open the page of a case on this machine and answer until interrupted.

    Raises
    ------
    UsageError
        `host` can be reached from other machines; the command line has a flag for that.
    """
    serving = Serving(target, host=host, port=port)
    serving.run(open_browser=serving.address() if open_browser else None)


def _bind(host: str, port: int) -> socket.socket:
    """A listening socket at the port, or at one of the next when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last: OSError | None = None
    for candidate in range(port, min(port + NEAR, 65536)) if port else (0,):
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((host, candidate))
            made.listen(128)
            return made
        except OSError as error:
            made.close()
            last = error
    raise InputError(key="web.serve.no_port", host=host, port=port, reason=str(last))


def _own_addresses() -> tuple[str, ...]:
    """Addresses and name of this machine, as far as it knows them without asking the network."""
    found = [socket.gethostname().lower()]
    with contextlib.suppress(OSError):
        found += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return tuple(dict.fromkeys(name for name in found[::-1] if not name.startswith("127.")))
