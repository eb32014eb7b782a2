"""`kanryu vendor CASE [ENTITY] [--customer ID] [--margin 0.7] [--recovery 0.3-0.6]`: the financier's arithmetic."""

from __future__ import annotations

from typing import Any

import click

from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.core.errors import UsageError
from kanryu.core.money import Interval
from kanryu.follow.vendor import Vendor
from kanryu.formats.source import Request, read_case

RESULT = Vendor


def as_range(name: str, text: str | None) -> Interval | None:
    """`0.45` or `0.4-0.5` as an interval."""
    if text is None:
        return None
    try:
        ends = [float(part) for part in text.split("-")]
    except ValueError:
        ends = []
    if not 1 <= len(ends) <= 2 or ends[0] > ends[-1]:
        raise UsageError(key="cli.range_shape", name=name, found=text)
    return Interval(ends[0], sum(ends) / len(ends), ends[-1])


@facts
@click.argument("entity", required=False)
@click.option("--customer", help="Only this customer, in full.")
@click.option("--margin", help="Gross margin, for example 0.45 or 0.4-0.5; default: as reported.")
@click.option("--recovery", help="Share left if the customer fails, for example 0.26-0.78.")
def show_vendor(
    request: Request, entity: str | None, customer: str | None, margin: str | None, recovery: str | None, lang: str
) -> Any:
    """Read the case, do the arithmetic, print."""
    from kanryu.follow.vendor import largest_financing_vendor, vendor
    from kanryu.report.names import Names
    from kanryu.report.vendor import text

    case = read_case(request)
    result = vendor(
        case,
        entity or largest_financing_vendor(case, true_by=request.true_by, known_by=request.known_by),
        customer=customer,
        margin=as_range("--margin", margin),
        recovery=as_range("--recovery", recovery),
        true_by=request.true_by,
        known_by=request.known_by,
    )
    return result, lambda lang: text(result, lang, Names(case))


command = answers("vendor")(show_vendor)
