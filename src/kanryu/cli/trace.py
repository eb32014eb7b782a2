"""`kanryu trace TARGET --account A`: how much of what comes in is its own money back."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import click
import msgspec
import numpy as np

from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.core.errors import UsageError
from kanryu.core.words import preferred_language, say
from kanryu.flows.ledger import Ledger
from kanryu.follow.trace import RULES, VARIANTS, trace
from kanryu.follow.trace_records import Trace
from kanryu.formats.source import Request, is_payments, read_case, read_ledger

RESULT = Trace
LONG = 1_000_000  # rows from which a terminal is told what is going on


def _say_rule(rule: str) -> None:
    click.echo(f"\r{say(preferred_language(), f'trace.rule.{rule}'):40}", nl=False, err=True)


def _names(text: str | None) -> tuple[str, ...] | None:
    return tuple(part.strip() for part in text.split(",") if part.strip()) if text else None


def _rules(chosen: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.replace("-", "_") for name in chosen) or (*RULES, *VARIANTS)


@answers("trace")
@facts
@click.option("--account", help="Whose money to follow.")
@click.option("--rule", "rules", multiple=True, help="Only this rule (repeatable): pro-rata, fifo, lifo, lrb, mrb ...")
@click.option("--tag", help="Kinds of payment that are followed when the account pays, with commas between.")
@click.option("--count", help="Kinds of payment that are counted when the account is paid.")
@click.option("--all", "everyone", is_flag=True, help="FIFO and LIFO own money back of every account.")
@click.option("--by", "ways", multiple=True, help="Also in parts: payer, period, hops, age (repeatable).")
def command(
    lang: str,
    request: Request,
    account: str | None,
    rules: tuple[str, ...],
    tag: str | None,
    count: str | None,
    everyone: bool,
    ways: tuple[str, ...],
) -> tuple[Any, Any]:
    """Follow one account's money home."""
    if not is_payments(request.target):
        return _on_case(request, account, tag, count)
    ledger = read_ledger(request)
    if everyone:
        from kanryu.follow.trace_everyone import own_money_of_everyone
        from kanryu.report.trace import everyone as text_of_everyone

        found = own_money_of_everyone(ledger)
        return found, lambda language: text_of_everyone(found, language)
    if account is None:
        raise UsageError(key="trace.needs_account", largest=", ".join(largest_accounts(ledger)))
    from kanryu.report.trace import text

    result = trace(
        ledger,
        account,
        rules=_rules(rules),
        tag=_names(tag),
        count=_names(count),
        progress=_say_rule if ledger.m >= LONG and sys.stderr.isatty() else None,
    )
    if ways:
        from kanryu.follow.trace_share import self_financed

        parts = [self_financed(ledger, account, by=way, tag=_names(tag), count=_names(count)) for way in ways]
        result = msgspec.structs.replace(result, parts=tuple(parts))
    return result, lambda language: text(result, language)


def _on_case(request: Request, account: str | None, tag: str | None, count: str | None) -> tuple[Any, Any]:
    case = read_case(request)
    if account is None:
        named = Counter(name for leg in case.legs for name in (leg.payer, leg.payee))
        raise UsageError(key="trace.needs_account", largest=", ".join(name for name, _ in named.most_common(5)))
    from kanryu.follow.case_trace import own_money
    from kanryu.follow.case_trace_headline import as_trace
    from kanryu.report.trace_case import text

    own = own_money(
        case,
        account,
        true_by=request.true_by,
        known_by=request.known_by,
        rung=request.rung,
        schedule=request.schedule,
        tag=_names(tag),
        count=_names(count),
    )
    return as_trace(own), lambda language: text(own, case, language)


def largest_accounts(ledger: Ledger, most: int = 5) -> list[str]:
    """The accounts that receive most, for a hint."""
    received = np.bincount(ledger.dst, weights=ledger.amount, minlength=ledger.n)
    return [ledger.accounts[v] for v in np.argsort(-received, kind="stable")[:most]]
