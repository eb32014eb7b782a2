"""How the server runs: where it listens, who may ask, how much may be sent to it."""

from __future__ import annotations

import ipaddress

import msgspec

LOOPBACK = ("127.0.0.1", "localhost", "::1")
MEGABYTE = 1 << 20


class Limits(msgspec.Struct, frozen=True):
    """What an upload may be. Beyond it the answer is an error, before anything is unpacked."""

    upload_bytes: int = 20 * MEGABYTE
    unpacked_bytes: int = 80 * MEGABYTE
    files: int = 200
    uploads: int = 12  # own cases kept at a time; the oldest is forgotten
    running: int = 4  # long works at a time


class Settings(msgspec.Struct, frozen=True):
    """One server. `token` is demanded on every API call when it is not empty; `names` are the host names that
    a request may be addressed to, which keeps a foreign page from reaching the server under its own name."""

    host: str = "127.0.0.1"
    port: int = 8600
    token: str = ""
    names: tuple[str, ...] = LOOPBACK
    limits: Limits = Limits()


def is_loopback(host: str) -> bool:
    """Whether `host` can be reached from this machine only.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
