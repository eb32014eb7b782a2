"""A command asked as a user would, and what every answer has in common, whatever the facts are."""

import contextlib
import io

from kanryu.cli.shell import run

CODES = {0, 1, 2, 3, 5}


def answer(*args):
    """Exit code, standard output and standard error of one call; an exception is the failure looked for."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(arg) for arg in args])
    return code, out.getvalue(), err.getvalue()


def assert_sound(code, out, err, args):
    assert code in CODES, args
    assert "Traceback" not in out + err
    if code in (2, 3):
        assert err.startswith("kanryu: ") or "kanryu: " in err or "Usage" in err or "Error" in err, args
    unseen = {"\x1b", "\x07", "\u202e", "\x00"}
    assert not unseen & set(out + err), args
