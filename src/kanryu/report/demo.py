"""The answer for a case in under a screen."""

from __future__ import annotations

from kanryu.core.words import say
from kanryu.follow.case_trace_records import Span
from kanryu.follow.deal_loops import DealLoop
from kanryu.follow.overview import Overview
from kanryu.report import numbers
from kanryu.report.layout import bar, cut, table
from kanryu.report.names import Names, group, rung
from kanryu.report.sums import sums

COLUMNS = ("talked", "bound", "paid")


def text(result: Overview, lang: str, names: Names, title: str) -> str:
    """Title, funnel, loops, own money, what is unknown, where to go on."""
    inputs = result.origin.inputs
    blocks = [
        say(lang, "demo.title", title=title, day=inputs.get("known_by") or result.latest),
        "  " + say(lang, "demo.size", companies=result.companies, deals=result.deals, legs=result.legs),
        "",
        say(lang, "demo.funnel"),
        _funnel(result, lang),
        "",
        say(lang, "demo.loops", total=result.loops_total, in_time=result.loops_in_time, boomerangs=result.boomerangs),
        _loops(result, lang, names),
        "",
        say(lang, "demo.own"),
        _own(result, lang, names),
        "",
        say(lang, "demo.unknown"),
        *_unknown(result, lang, names),
        "",
        say(lang, "demo.more", case=str(inputs["case"]), company=_first_company(result)),
    ]
    return "\n".join(blocks)


def _currency(result: Overview) -> str:
    return str(result.origin.inputs.get("currency", "USD"))


def _funnel(result: Overview, lang: str) -> str:
    head = ["", *(say(lang, f"funnel.column.{column}") for column in COLUMNS)]
    rows = []
    for line in result.groups:
        if line.group in ("financing", "purchases"):
            totals = [[s for s in getattr(line.columns, column) if s.basis == "total"] for column in COLUMNS]
            rows.append([group(line.group, lang), *(sums(found, lang) for found in totals)])
    return table(rows, head=head)


def _loops(result: Overview, lang: str, names: Names) -> str:
    if not result.loops:
        return "  " + say(lang, "demo.no_loops")
    head = ["", say(lang, "demo.goes_round"), say(lang, "demo.weakest")]
    return table([_loop(loop, lang, names, _currency(result)) for loop in result.loops], head=head)


def _loop(loop: DealLoop, lang: str, names: Names, currency: str) -> list[str]:
    route = cut(names.route([*loop.accounts, loop.accounts[0]], lang), 58)
    link = loop.links[loop.weakest]
    weakest = f"{rung(link.rung, lang)}: {names.route([link.payer, link.payee], lang)}"
    amount = loop.goes_round if loop.goes_round.high is not None or loop.goes_round.low else None
    return [
        route,
        numbers.interval(amount, lang, currency) if amount else say(lang, "numbers.unknown"),
        cut(weakest, 42),
    ]


def span(value: Span | None, lang: str, currency: str = "USD") -> str:
    """Money between limits; nothing is written as nothing."""
    if value is None:
        return say(lang, "numbers.unknown")
    if value.high == 0:
        return say(lang, "demo.nothing")
    return numbers.money_range(value.low, value.high, lang, currency=currency)


def _own(result: Overview, lang: str, names: Names) -> str:
    rows, currency = [], _currency(result)
    for line in result.own:
        years = str(line.first) if line.first == line.last else f"{line.first}–{line.last}"
        share = line.own_share
        high = share.high if share is not None and share.high is not None else 1.0
        low = share.low if share is not None else 0.0
        rows.append(
            [
                names.entity(line.company, lang),
                bar(low, high, 12),
                numbers.share_range(low, high, lang) if share is not None else say(lang, "numbers.unknown"),
                say(
                    lang,
                    "demo.own_of",
                    own=span(line.own, lang, currency),
                    revenue=span(line.revenue, lang, currency),
                    years=years,
                ),
            ]
        )
    return table(rows, "<<>") if rows else "  " + say(lang, "demo.no_own")


def _unknown(result: Overview, lang: str, names: Names) -> list[str]:
    lines = ["  " + say(lang, "demo.amounts", without=result.legs - result.legs_with_amount, legs=result.legs)]
    if result.without_revenue:
        shown = [names.entity(name, lang) for name in result.without_revenue[:5]]
        more = len(result.without_revenue) - len(shown)
        joined = say(lang, "roles.join").join(shown)
        key = "demo.no_revenue_more" if more > 0 else "demo.no_revenue"
        lines.append("  " + say(lang, key, names=joined, more=more))
    return lines


def _first_company(result: Overview) -> str:
    """A company that a reader may go on with."""
    if result.own:
        return result.own[0].company
    return result.loops[0].accounts[0] if result.loops else "ID"
