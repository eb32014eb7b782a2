"""The command line: one file per command, each loaded only when it is called."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of the `kanryu` command."""
    from kanryu.cli.shell import run

    sys.exit(run(sys.argv[1:]))
