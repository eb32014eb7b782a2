"""The market panel as a person reads it: one measure after the other, with range, what it is read with, and claims."""

from __future__ import annotations

from collections.abc import Sequence

from kanryu.core.money import Interval
from kanryu.core.words import say, say_or
from kanryu.market.panel import Panel, PanelLine, Part
from kanryu.report import numbers

SHOWN_SOURCES = 3


def text(result: Panel, lang: str, *, title: str = "", details: bool = False) -> str:
    """The whole panel.

    Parameters
    ----------
    title : str
        Name of the case in the reader's language.
    details : bool
        Also definitions, notes and sources of every line.
    """
    day = result.known_by or result.true_by
    when = say(lang, "market.panel.as_of", day=numbers.day(day, lang)) if day else say(lang, "market.panel.all_known")
    parts = [say(lang, "market.panel.title", case=title or result.case, when=when), say(lang, "market.panel.head")]
    section = ""
    for line in result.lines:
        if line.section != section:
            section = line.section
            parts.append("\n" + say_or(lang, f"market.section.{section}", section))
        parts.append(_line(line, lang, details))
    if result.not_yet:
        parts.append("\n" + say(lang, "market.panel.not_yet", count=numbers.count(result.not_yet)))
    if not details:
        parts.append(say(lang, "market.panel.detail_hint", case=result.case))
    return "\n".join(parts)


def _line(line: PanelLine, lang: str, details: bool) -> str:
    head = f"  {line.title.get(lang, line.id)}"
    if line.when:
        head += f" [{line.when}]"
    lines = [head, f"    {headline(line, lang)}"]
    for name, group in (("reading", line.parts), ("beside", line.compare)):
        if group:
            lines.append(_wrapped(say(lang, f"market.panel.{name}"), [part_text(p, lang) for p in group], lang))
    said = line.said.get(lang, line.said.get("en", ""))
    if said and line.claim:
        lines.append("    " + say(lang, "market.panel.said", claim=line.claim, said=said))
    elif said:
        lines.append("    " + say(lang, "market.panel.said_plain", said=said))
    if details:
        lines.append("    " + say(lang, "market.panel.definition", text=say(lang, f"market.define.{line.kind}")))
        lines += [f"    · {say(lang, note)}" for note in line.notes]
        if line.sources:
            lines.append("    " + say(lang, "market.panel.sources", text=_sources(line.sources, lang)))
    return "\n".join(lines)


def headline(line: PanelLine, lang: str) -> str:
    """The value of a line in words: number with range, or why there is none."""
    if line.kind == "explosive" and line.is_running is not None:
        critical = next((p.value for p in line.parts if p.label == "critical"), None)
        answer = (
            say(lang, "market.panel.running", start=line.since)
            if line.is_running
            else say(lang, "market.panel.not_running")
        )
        somewhere = line.value is not None and critical is not None and line.value.low > critical.low
        return say(
            lang,
            "market.panel.is_explosive_once" if somewhere else "market.panel.is_explosive",
            level="95%",
            answer=answer,
            value=value_text(line.value, "statistic", lang),
            critical=value_text(critical, "statistic", lang),
        )
    if line.value is None:
        reason = say(lang, line.why_missing) if line.why_missing else say(lang, "market.panel.not_disclosed")
        return say(lang, "market.panel.not_known", reason=reason)
    if line.kind == "short" and line.value.high is None:
        return say(lang, "market.panel.at_risk", low=numbers.money(line.value.low, lang))
    return value_text(line.value, line.unit, lang)


def value_text(value: Interval | None, unit: str, lang: str) -> str:
    """A number in its unit, with its range where it has one."""
    if value is None:
        return say(lang, "market.panel.not_disclosed")
    low, high = _one(value.low, unit, lang), _one(value.high, unit, lang) if value.high is not None else ""
    span = low if low == high or not high else f"{low}{'～' if lang == 'ja' else ' to '}{high}"
    if value.central is None:
        return span
    centre = _one(value.central, unit, lang)
    return centre if low == high == centre else say(lang, "market.panel.range", value=centre, range=span)


def _one(value: float, unit: str, lang: str) -> str:
    if unit == "usd":
        return numbers.money(value, lang)
    if unit == "share":
        return f"{100 * value:.1f}%" if 0 < abs(value) < 0.1 else numbers.share(value, lang)
    if unit == "growth":
        return f"{'+' if value > 0 else ''}{100 * value:,.0f}%"
    if unit in ("count", "years"):
        return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"
    if unit == "statistic":
        return f"{value:.2f}"
    return f"{value:,.1f}" if abs(value) >= 3 else f"{value:.3f}".rstrip("0").rstrip(".")


def part_text(part: Part, lang: str) -> str:
    """A labelled number: `start weight 22% (2022)`."""
    label = say_or(lang, f"market.part.{part.label}", part.label)
    name = part.name_ja if lang == "ja" and part.name_ja else part.name
    if name:
        label = name if part.label in ("published", "quoted", "company_ratio") else f"{label}: {name}"
    when = f" ({part.when})" if part.when else ""
    return f"{label} {value_text(part.value, part.unit, lang)}{when}"


def _wrapped(name: str, items: Sequence[str], lang: str) -> str:
    """Items after a name, broken into lines of readable width."""
    from rich.cells import cell_len

    lines, current = [], f"    {name}: "
    for i, item in enumerate(items):
        piece = item + ("" if i == len(items) - 1 else "; ")
        if cell_len(current) + cell_len(piece) > 110 and current.strip():
            lines.append(current.rstrip())
            current = "      "
        current += piece
    lines.append(current.rstrip())
    return "\n".join(lines)


def _sources(urls: Sequence[str], lang: str) -> str:
    shown = " ".join(urls[:SHOWN_SOURCES])
    more = len(urls) - SHOWN_SOURCES
    return say(lang, "market.panel.more_sources", text=shown, count=more) if more > 0 else shown
