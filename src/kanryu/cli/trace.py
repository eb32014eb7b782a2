"""`kanryu trace TARGET --account A`: how much of what comes in is its own money back."""

from __future__ import annotations

from typing import Any

import click
import msgspec
import numpy as np

from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.core.errors import UsageError
from kanryu.flows.ledger import Ledger
from kanryu.follow.trace import RULES, VARIANTS, Trace, trace
from kanryu.formats.source import Request, is_payments, read_ledger

RESULT = Trace


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
def command(
    lang: str, request: Request, account: str | None, rules: tuple[str, ...], tag: str | None, count: str | None
) -> tuple[Any, Any]:
    """Follow one account's money home."""
    ledger = read_ledger(request)
    if account is None:
        raise UsageError(key="trace.needs_account", largest=", ".join(largest_accounts(ledger)))
    from kanryu.report.trace import text

    result = trace(ledger, account, rules=_rules(rules), tag=_names(tag), count=_names(count))
    return result, lambda language: text(result, language)


def largest_accounts(ledger: Ledger, most: int = 5) -> list[str]:
    """The accounts that receive most, for a hint."""
    received = np.bincount(ledger.dst, weights=ledger.amount, minlength=ledger.n)
    return [ledger.accounts[v] for v in np.argsort(-received, kind="stable")[:most]]


__all__ = ["RESULT", "command", "is_payments", "largest_accounts", "msgspec"]
