"""Waiting for a state of a page."""

import time


def ready(page, view: str | None = None) -> None:
    """Wait until a view has been drawn."""
    wanted = f'#main[data-ready^="{view}|"]' if view else "#main[data-ready]"
    page.wait_for_selector(wanted)


def until(page, expression: str) -> None:
    """Wait until `expression` holds in the page; its content policy forbids the usual way, which evaluates text."""
    end = time.monotonic() + 15
    while not page.evaluate(f"() => Boolean({expression})"):
        assert time.monotonic() < end, f"never true: {expression}"
        page.evaluate("() => new Promise(requestAnimationFrame)")
