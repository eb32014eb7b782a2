"""Loops as text: how many, the strongest ones link by link, what they hang on, and what chance would give."""

from __future__ import annotations

import datetime as dt

from kanryu.core.words import say
from kanryu.flows.ledger import Ledger
from kanryu.follow.chance import Chance
from kanryu.follow.deal_loops import CONDITIONS, DealLoop, DealLoops, Link, LoopLeg
from kanryu.follow.loops import Loops
from kanryu.follow.time_loops_list import Loop
from kanryu.report.layout import table
from kanryu.report.names import Names, instrument, rung
from kanryu.report.numbers import count, interval, money

SHOWN_DEALS = 5


def text(result: Loops, lang: str, names: Names, ledger: Ledger | None = None) -> str:
    """What a person reads."""
    if result.deals is not None:
        return _deals(result.deals, lang, names)
    key = f"loops.title_{result.kind}" + ("_one" if result.total == 1 else "")
    lines = [say(lang, key, total=count(result.total), window=_window(result, ledger, lang), ties=result.ties)]
    if not result.complete:
        lines.append(say(lang, "loops.partial", done=count(result.done), of=count(result.of), budget=""))
    if result.counts:
        rows = [[length, count(number)] for length, number in result.counts.items()]
        head = [say(lang, "loops.length"), say(lang, f"loops.column_{result.kind}")]
        lines += ["", table(rows, ">>", head=head)]
    else:
        lines += ["", say(lang, "loops.none")]
    if result.loops:
        lines += ["", say(lang, "loops.largest" if result.are_largest else "loops.some")]
        for number, loop in enumerate(result.loops, 1):
            lines += _loop(number, loop, lang, names, ledger)
    if result.routes and result.routes[0].row_loops > 1:
        title = say(lang, "loops.routes", n=count(result.n_routes or 0))
        rows = [
            [names.route([*r.accounts, r.accounts[0]], lang), count(r.row_loops), money(r.bottleneck, lang, "")]
            for r in result.routes
        ]
        head = [say(lang, "loops.route"), say(lang, "loops.row_loops"), say(lang, "loops.best_bottleneck")]
        lines += ["", title, table(rows, "<>>", head=head)]
    for null in result.chance:
        lines += ["", _chance(null, lang)]
    if result.slices is not None:
        gib = f"{(result.bytes_at_once or 0) / 2**30:.2g}"
        lines += ["", say(lang, "loops.in_slices", slices=result.slices, gib=gib)]
        if "participation" in result.written:
            lines.append(say(lang, "loops.wrote_participation", file=result.written["participation"]))
        if "loops" in result.written:
            lines.append(say(lang, "loops.wrote_loops", file=result.written["loops"], n=count(result.total)))
    if result.kind == "time":
        lines += ["", say(lang, f"loops.ties_{result.ties}")]
    lines += [say(lang, "loops.pattern")]
    return "\n".join(lines)


def _window(result: Loops, ledger: Ledger | None, lang: str) -> str:
    if result.window is None:
        return ""
    number = f"{result.window:,.10g}"
    unit = ledger.t_unit if ledger is not None else "number"
    return say(lang, f"loops.unit_{unit}", number=number)


def _time(value: float, ledger: Ledger | None) -> str:
    if ledger is not None and ledger.t_unit == "day":
        return str(dt.date.fromordinal(int(value)))
    if ledger is not None and ledger.t_unit == "second":
        return str(dt.datetime(1970, 1, 1) + dt.timedelta(seconds=value))
    return f"{value:.12g}"


def _loop(number: int, loop: Loop, lang: str, names: Names, ledger: Ledger | None) -> list[str]:
    has_amount = ledger is None or ledger.inputs.get("has_amount", True)
    currency = ledger.currency if ledger is not None else ""
    head = names.route([*loop.accounts, loop.accounts[0]], lang)
    if has_amount:
        head += "   " + say(lang, "loops.bottleneck", amount=money(loop.bottleneck, lang, currency))
    lines = [f"{number:>3}. {head}"]
    if loop.rows:
        steps = [
            say(lang, "loops.step", time=_time(t, ledger), amount=money(a, lang, currency), row=row)
            if has_amount
            else say(lang, "loops.step_bare", time=_time(t, ledger), row=row)
            for t, a, row in zip(loop.times, loop.amounts, loop.rows)
        ]
        lines.append("     " + "  →  ".join(steps))
    elif has_amount:
        lines.append("     " + " → ".join(money(a, lang, currency) for a in loop.amounts))
    return lines


def _chance(null: Chance, lang: str) -> str:
    return say(
        lang,
        f"loops.chance_{null.null}",
        observed=count(null.observed),
        mean=f"{null.mean:,.4g}",
        low=f"{null.low:,.4g}",
        high=f"{null.high:,.4g}",
        shuffles=null.shuffles,
        p=f"{null.p_value:.3g}",
        seed=null.seed,
    )


def _deals(found: DealLoops, lang: str, names: Names) -> str:
    inputs = found.origin.inputs
    when = say(lang, "loops.as_of", day=inputs["known_by"]) if inputs["known_by"] else say(lang, "loops.as_all")
    lines = [
        say(lang, "loops.deals_title", case=inputs["case"], when=when, rung=say(lang, f"loops.rung_{inputs['rung']}")),
        say(
            lang,
            "loops.deals_count",
            total=found.total,
            ordered=found.in_time_order,
            boomerangs=found.boomerangs,
            **{name: found.by_rung[name] for name in ("paid", "bound", "talked")},
        ),
    ]
    if not found.total:
        return "\n".join([*lines, say(lang, "loops.none")])
    for number, loop in enumerate(found.loops[:SHOWN_DEALS] if found.loops else (), 1):
        lines += ["", *deal_loop_lines(loop, lang, names, number, str(inputs.get("currency", "USD")))]
    if found.total > SHOWN_DEALS:
        lines += ["", say(lang, "loops.deals_more", shown=min(SHOWN_DEALS, len(found.loops)), total=found.total)]
    lines += ["", say(lang, "loops.without_title", total=found.total)]
    rows = [[say(lang, f"loops.without_{c}"), count(found.without[c])] for c in (*CONDITIONS, "all")]
    rows.append([say(lang, "loops.if_called"), count(found.if_called)])
    lines.append(table(rows, "<>"))
    cut = found.cut
    if cut.legs:
        key = "loops.cut_smallest" if cut.is_smallest else "loops.cut_bound"
        lines += ["", say(lang, key, legs=len(cut.legs), links=len(cut.links), bound=cut.lower_bound)]
        shown = [names.route(link, lang) for link in cut.links[:6]]
        lines.append("  " + "; ".join(shown) + (" …" if len(cut.links) > len(shown) else ""))
    lines += ["", say(lang, "loops.deals_coverage", **found.origin.coverage), say(lang, "loops.pattern")]
    return "\n".join(lines)


def deal_loop_lines(
    loop: DealLoop, lang: str, names: Names, number: int | None = None, currency: str = "USD"
) -> list[str]:
    """One loop of deals: what can go round, then each link with its legs and a mark at the weakest one."""
    head = names.route([*loop.accounts, loop.accounts[0]], lang)
    lead = f"{number}. " if number is not None else ""
    if not loop.in_time_order:
        verdict = say(lang, "loops.not_in_order")
    elif loop.sure.high == 0:
        verdict = say(lang, "loops.only_talked", amount=interval(loop.goes_round, lang, currency))
    else:
        verdict = say(lang, "loops.goes_round", amount=interval(loop.sure, lang, currency))
        if interval(loop.goes_round, lang, currency) != interval(loop.sure, lang, currency):
            verdict += say(lang, "loops.with_talked", amount=interval(loop.goes_round, lang, currency))
        if loop.paid.high != 0:
            verdict += say(lang, "loops.of_which_paid", amount=interval(loop.paid, lang, currency))
    lines = [lead + head, "   " + verdict + " · " + say(lang, f"loops.kind_{loop.kind}")]
    if loop.through_group:
        lines.append("   " + say(lang, "loops.through_group"))
    rows = []
    for i, link in enumerate(loop.links):
        mark = say(lang, "loops.weakest") if i == loop.weakest else ""
        pair = names.route([link.payer, link.payee], lang)
        rows.append(
            [pair, interval(link.amount, lang, currency), _sureness(link, lang, currency), _what(link, lang), mark]
        )
    lines.append(table(rows, "<><<<", indent=5))
    return lines


def _sureness(link: Link, lang: str, currency: str) -> str:
    """On which rung the money of a link stands; where only a part is paid, how much."""
    if link.rung != "paid" or interval(link.paid, lang, currency) == interval(link.amount, lang, currency):
        return rung(link.rung, lang)
    if not link.paid.low and link.paid.central is None:
        return say(lang, "loops.part_paid_unknown")
    return say(lang, "loops.part_paid", amount=interval(link.paid, lang, currency))


def _what(link: Link, lang: str) -> str:
    shown = [_leg(leg, lang) for leg in link.legs[:2]]
    if len(link.legs) > 2:
        shown.append(say(lang, "loops.more_legs", n=len(link.legs) - 2))
    return "; ".join(shown)


def _leg(leg: LoopLeg, lang: str) -> str:
    flags = [
        say(lang, f"loops.flag_{name}")
        for name, is_set in (
            ("cancelable", leg.is_cancelable is True),
            ("contingent", leg.is_contingent is True),
            ("unfunded", leg.is_funded is False),
        )
        if is_set
    ]
    kind = instrument(leg.instrument, lang)
    detail = ", ".join([leg.start, *flags])
    return f"{kind} ({detail})"
