"""A stress test as text: who is hit, through which leg, by how much, and what is only exposure or unknown.

Sentences are built only from legs that the result names; a company that nothing reaches gets none.
"""

from __future__ import annotations

from kanryu.core.money import Interval
from kanryu.core.words import say
from kanryu.report.numbers import count, interval, money, share, share_range
from kanryu.report.stress_clear import certificate_text
from kanryu.stress.results import EachResult, EntityHit, RepairResult, ReverseResult, StressResult
from kanryu.stress.situation import PARAMETERS

SHOWN = 15


def _name(result: StressResult, who: str, lang: str) -> str:
    return result.names.get(who, {}).get(lang, who)


def _change(value: Interval | None, lang: str) -> str:
    """A fall as percent, "no change" when there is none."""
    if value is None:
        return say(lang, "numbers.unknown")
    low, high = -(value.high or 0.0), -value.low
    if high <= 0.0005:
        return say(lang, "stress.no_change")
    if low <= 0.0005:
        return say(lang, "stress.fall_up_to", share=share(high, lang))
    return "-" + share_range(low, high, lang)


def sentence(result: StressResult, item: EntityHit, lang: str, currency: str = "USD") -> str:
    """What happens to one company, in one sentence made only of legs that exist; empty when nothing reaches it."""
    who = item.name_ja if lang == "ja" else item.name_en
    parts = []
    if item.path:
        last = item.path[-1]
        payer = _name(result, result.parties[last][0], lang)
        values = {"name": who, "payer": payer, "leg": last, "amount": interval(item.receipts_lost, lang, currency)}
        if len(item.path) == 1:
            parts.append(say(lang, "stress.sentence_direct", **values))
        else:
            arrow = " → ".join(_name(result, result.parties[leg][0], lang) for leg in item.path)
            parts.append(say(lang, "stress.sentence_path", path=f"{arrow} → {who}", broken=item.path[0], **values))
    if item.debts and (item.debt_lost.high or 0.0) > 0:
        debtors = ", ".join(dict.fromkeys(_name(result, result.parties[f"debt:{key}"][0], lang) for key in item.debts))
        lost = interval(item.debt_lost, lang, currency)
        parts.append(say(lang, "stress.sentence_debt", name=who, amount=lost, debtors=debtors))
    for key, amount in (("called", item.called), ("covered", item.covered)):
        if (amount.high or 0.0) > 1.0:
            parts.append(say(lang, f"stress.sentence_{key}", name=who, amount=interval(amount, lang, currency)))
    if not parts and item.verdict == "impact":
        parts.append(say(lang, "stress.sentence_loses", name=who, amount=interval(item.impact, lang, currency)))
    if not parts and item.verdict == "exposure":
        exposed = interval(item.exposure, lang, currency)
        key = "stress.sentence_exposed" if (item.impact.high or 0.0) <= 1.0 else "stress.sentence_maybe"
        parts.append(say(lang, key, name=who, exposure=exposed, amount=interval(item.impact, lang, currency)))
    if item.unknown:
        key = "stress.sentence_unknown" if not parts else "stress.sentence_also_unknown"
        parts.append(say(lang, key, name=who, legs=", ".join(item.unknown[:4])))
    return (" " if lang == "en" else "").join(parts)


def text(result: StressResult, lang: str, currency: str = "USD") -> str:
    """What `kanryu stress CASE --break ...` prints."""
    broken = ", ".join(link.name + (f" x {link.cut:g}" if link.cut < 1 else "") for link in result.broken)
    lines = [
        say(
            lang,
            "stress.head",
            broken=broken,
            year=result.year,
            direct=interval(result.direct, lang, currency),
            lost=interval(result.lost, lang, currency),
        )
    ]
    hidden = [key for link in result.broken for key in link.unknown]
    if hidden:
        lines.append(say(lang, "stress.broken_unknown", legs=", ".join(hidden[:6]), count=count(len(hidden))))
    if result.amplification is not None and result.amplification_range is not None:
        spread = result.amplification_range
        same = f"{spread.low:.2f}" == f"{spread.high or 0:.2f}"
        lines.append(
            say(
                lang,
                "stress.amplification_same" if same else "stress.amplification",
                low=f"{spread.low:.2f}",
                high=f"{spread.high or 0:.2f}",
                tight=f"{result.amplification:.2f}",
            )
        )
    lines += _plan_lines(result, lang, currency)
    for verdict in ("impact", "exposure", "unknown"):
        group = [item for item in result.entities if item.verdict == verdict]
        if not group:
            continue
        lines += ["", say(lang, f"stress.title_{verdict}", count=count(len(group)))]
        for item in group[:SHOWN]:
            lines.append("  - " + sentence(result, item, lang, currency))
            more = _more(item, lang)
            if more:
                lines.append("      " + more)
        if len(group) > SHOWN:
            lines.append("  " + say(lang, "stress.and_more", count=count(len(group) - SHOWN)))
    lines += _round_lines(result, lang, currency)
    lines += _channel_lines(result, lang, currency)
    lines += ["", certificate_text(result.certificate, lang, "stress.certificate_sweeps")]
    return "\n".join([*lines, *_assumption_lines(result.assumptions, lang)])


def _more(item: EntityHit, lang: str) -> str:
    """Revenue, value and failure of a company that is hit."""
    parts = []
    if item.revenue_change is not None and item.revenue_change.low < -0.0005:
        parts.append(say(lang, "stress.revenue_change", change=_change(item.revenue_change, lang)))
    if item.value_change is not None and item.value_change.low < -0.0005:
        parts.append(say(lang, "stress.value_change", change=_change(item.value_change, lang)))
    if (item.fails.high or 0.0) > 0:
        parts.append(say(lang, "stress.fails_share", share=share_range(item.fails.low, item.fails.high, lang)))
    if not item.is_known and item.verdict == "impact":
        parts.append(say(lang, "stress.no_figures"))
    return ("; " if lang == "en" else "、").join(parts)


def _plan_lines(result: StressResult, lang: str, currency: str) -> list[str]:
    if not result.gaps:
        return []
    lines = ["", say(lang, "stress.plan_not_feasible", year=result.year)]
    for gap in result.gaps:
        lines.append(
            "  - "
            + say(
                lang,
                "stress.gap_line",
                name=_name(result, gap.id, lang),
                has=money(gap.has, lang, currency),
                uses=money(gap.means_to_pay, lang, currency),
                missing=money(gap.missing, lang, currency),
                legs=", ".join(gap.unpaid_legs[:6]),
            )
        )
    return [*lines, say(lang, "stress.gap_filled")]


def _round_lines(result: StressResult, lang: str, currency: str) -> list[str]:
    if not result.rounds:
        return []
    lines = ["", say(lang, "stress.title_rounds")]
    for step in result.rounds[:6]:
        hits = [
            f"{hit.leg} ({_name(result, hit.src, lang)} → {_name(result, hit.dst, lang)}) "
            f"{money(hit.before, lang, currency)} → {money(hit.after, lang, currency)}"
            for hit in step.hits[:4]
        ]
        more = f" +{len(step.hits) - 4}" if len(step.hits) > 4 else ""
        lines.append(f"  {step.number}. " + "; ".join(hits) + more)
    if len(result.rounds) > 6:
        lines.append("  " + say(lang, "stress.and_more", count=count(len(result.rounds) - 6)))
    return lines


def _channel_lines(result: StressResult, lang: str, currency: str) -> list[str]:
    lines: list[str] = []
    if result.value_lost is not None and (result.value_lost.high or 0.0) > 1.0:
        lines.append(say(lang, "stress.value_lost", amount=interval(result.value_lost, lang, currency)))
    if result.index is not None and result.index.low < -1e-6:
        lines.append(say(lang, "stress.index_line", change=_change(result.index, lang)))
    by_measure: dict[str, list[str]] = {}
    for part in result.contributions:
        amount = share(part.amount, lang) if part.measure == "index" else money(part.amount, lang, currency)
        by_measure.setdefault(part.measure, []).append(f"{say(lang, f'stress.channel_{part.channel}')} {amount}")
    if by_measure:
        lines.append(say(lang, "stress.title_contributions"))
        for measure, parts in by_measure.items():
            lines.append(f"  {say(lang, f'stress.measure_{measure}')}: " + ", ".join(parts))
    if result.attribution:
        lines.append(say(lang, "stress.title_attribution"))
        for item in result.attribution:
            amounts = {key: money(getattr(item, key), lang, currency) for key in ("alone", "last", "shapley")}
            line = "  " + say(lang, "stress.attribution_line", name=item.name, **amounts)
            if item.standard_error > 0:
                line += say(lang, "stress.attribution_error", error=money(item.standard_error, lang, currency))
            lines.append(line)
    return ["", *lines] if lines else []


def _assumption_lines(keys: tuple[str, ...], lang: str) -> list[str]:
    values = {
        f"stress.assumed_{name}": {"low": f"{p.low:g}", "central": f"{p.central:g}", "high": f"{p.high:g}"}
        for name, p in PARAMETERS.items()
    }
    return ["", say(lang, "core.assumptions") + ":"] + [f"  - {say(lang, key, **values.get(key, {}))}" for key in keys]


def each_text(result: EachResult, lang: str, currency: str = "USD") -> str:
    """What `kanryu stress CASE --each` prints."""
    lines = [say(lang, "stress.each_head", count=count(len(result.links)), year=result.year), ""]
    width = max([len(link.name) for link in result.links[:25]], default=4)
    titles = [say(lang, f"stress.column_{key}") for key in ("direct", "loose", "tight", "hit", "worst")]
    lines.append(" " * width + f" {titles[0]:>12}{titles[1]:>14}{titles[2]:>14}{titles[3]:>6}  {titles[4]}")
    for link in result.links[:25]:
        lines.append(
            f"{link.name:<{width}} {money(link.direct, lang, currency):>12}{money(link.lost_loose, lang, currency):>14}"
            f"{money(link.lost_tight, lang, currency):>14}{link.hit:>6}  {link.worst}"
        )
    if len(result.links) > 25:
        lines.append(say(lang, "stress.and_more", count=count(len(result.links) - 25)))
    if result.unknown:
        lines += [
            "",
            say(lang, "stress.each_unknown", count=count(len(result.unknown)), legs=", ".join(result.unknown[:5])),
        ]
    return "\n".join(
        [
            *lines,
            "",
            certificate_text(result.certificate, lang, "stress.certificate_sweeps"),
            say(lang, "stress.each_note"),
        ]
    )


def reverse_text(result: ReverseResult, lang: str, currency: str = "USD") -> str:
    """What `kanryu stress CASE --reverse TARGET` prints."""
    lines = [say(lang, "stress.reverse_head", target=result.target, year=result.year)]
    sets = result.sets
    if sets is not None:
        if sets.best is not None:
            key = "stress.reverse_best" if sets.complete or sets.gap == 0.0 else "stress.reverse_found"
            lines.append(say(lang, key, count=count(len(sets.best)), links=" + ".join(sets.best)))
        else:
            lines.append(say(lang, "stress.reverse_bound", low=count(int(sets.lower_bound))))
        if len(sets.minimal) > 1:
            lines.append(say(lang, "stress.reverse_all", count=count(len(sets.minimal)), size=sets.size))
            lines += ["  - " + " + ".join(group) for group in sets.minimal[:20]]
            if len(sets.minimal) > 20:
                lines.append("  " + say(lang, "stress.and_more", count=count(len(sets.minimal) - 20)))
        if not sets.complete:
            lines.append(say(lang, "stress.reverse_incomplete", seconds=f"{sets.seconds:.0f}"))
        lines.append(say(lang, "stress.reverse_proof", safe=count(sets.safe_sets), cascades=count(sets.cascades)))
    if result.uniform is None:
        lines.append(say(lang, "stress.uniform_none"))
    else:
        lines.append(say(lang, "stress.uniform", share=f"{100 * result.uniform:.2f}%"))
    if result.shaped_cost is not None:
        top = sorted(result.shaped.items(), key=lambda pair: -pair[1])[:5]
        parts = ", ".join(f"{name} {money(amount, lang, currency)}" for name, amount in top)
        lines.append(say(lang, "stress.shaped", amount=money(result.shaped_cost, lang, currency), parts=parts))
    return "\n".join([*lines, *_assumption_lines(result.assumptions, lang)])


def repair_text(result: RepairResult, lang: str, currency: str = "USD") -> str:
    """What `kanryu stress CASE --break ... --reverse TARGET --repair` prints."""
    lines = [say(lang, "stress.repair_head", target=result.target)]
    if result.guarantees is not None and result.guarantees.best is not None:
        lines.append(say(lang, "stress.repair_links", links=" + ".join(result.guarantees.best)))
    if result.cheapest:
        amount = money(result.injection[result.cheapest], lang, currency)
        lines.append(say(lang, "stress.repair_money", amount=amount, name=result.cheapest))
    else:
        lines.append(say(lang, "stress.repair_no_money"))
    return "\n".join([*lines, *_assumption_lines(result.assumptions, lang)])
