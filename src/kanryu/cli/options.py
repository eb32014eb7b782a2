"""Options that several commands share: which facts, as of which day, on which rung."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import click

from kanryu.core.dates import parse_day
from kanryu.core.errors import UsageError
from kanryu.formats.source import Request


def _columns(pairs: str | None) -> dict[str, str]:
    if not pairs:
        return {}
    found: dict[str, str] = {}
    for pair in pairs.split(","):
        role, equals, name = pair.partition("=")
        if not equals or not role.strip() or not name.strip():
            raise UsageError(key="cli.columns_shape", found=pair)
        found[role.strip()] = name.strip()
    return found


def _day(text: str | None) -> dt.date | None:
    return parse_day(text) if text else None


def facts(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add TARGET and the options that choose the facts; the function gets one `request`."""

    def body(
        target: str,
        as_of: str | None,
        true_by: str | None,
        known_by: str | None,
        rung: Any,
        schedule: str,
        columns: str | None,
        **params: Any,
    ) -> Any:
        request = Request(
            target=target,
            true_by=_day(true_by or as_of),
            known_by=_day(known_by or as_of),
            rung=rung,
            schedule=schedule,
            columns=_columns(columns),
        )
        return function(request=request, **params)

    body.__name__ = function.__name__
    body.__doc__ = function.__doc__
    if hasattr(function, "__click_params__"):
        body.__click_params__ = function.__click_params__  # type: ignore[attr-defined]
    for add in (
        click.option("--columns", help="Names in a payments file: src=sender,dst=receiver,t=date,amount=value."),
        click.option(
            "--schedule",
            type=click.Choice(["even", "front", "dates"]),
            default="even",
            show_default=True,
            help="How a leg with a total is spread over its years.",
        ),
        click.option("--rung", type=click.Choice(["talked", "bound", "paid"]), help="Count this rung and surer ones."),
        click.option("--known-by", help="Only what was public on this day."),
        click.option("--true-by", help="Only what held on this day."),
        click.option("--as-of", help="Sets both days; never looks ahead."),
        click.argument("target"),
    ):
        body = add(body)
    return body
