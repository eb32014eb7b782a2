"""`kanryu doctor`: what is installed and whether it works here."""

from __future__ import annotations

from typing import Any

from kanryu.cli.shell import answers
from kanryu.formats.health import Health

RESULT = Health


def diagnose(lang: str) -> Any:
    """Look at the installation and print it."""
    from kanryu.formats.health import complaints, doctor
    from kanryu.report.doctor import text

    health = doctor()
    return health, lambda lang: text(health, lang), complaints(health)


command = answers("doctor")(diagnose)
