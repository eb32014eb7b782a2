"""The test for explosive growth as a person reads it: statistics, verdict with odds, dates with false-alarm rates."""

from __future__ import annotations

import datetime as dt

from kanryu.core.words import say
from kanryu.market.explosive_records import ColumnTest, Explosive
from kanryu.market.false_alarms import FalseAlarms
from kanryu.market.lppls_spread import LpplsSpread
from kanryu.market.surface import PValue
from kanryu.report import numbers
from kanryu.report.layout import table


def text(result: Explosive, lang: str, *, alarms: bool = False) -> str:
    """Everything about the tested series, in a screen each.

    Parameters
    ----------
    alarms : bool
        Show the false alarms of all three lines, not only of the one that the dates use.
    """
    parts = [_column(one, result, lang, alarms) for one in result.columns.values()]
    if result.panel is not None:
        panel = result.panel
        parts.append(
            say(
                lang,
                "market.explosive.panel",
                count=len(panel.series),
                gsadf=_number(panel.gsadf),
                chance=f"{panel.p_value:.3f}",
                level=numbers.share(result.level, lang),
                critical=_number(panel.critical),
                peak=panel.peak,
            )
        )
    parts += [_lppls(name, spread, lang) for name, spread in result.lppls.items()]
    parts.append(say(lang, "market.explosive.warning"))
    return "\n\n".join(parts)


def _lppls(name: str, spread: LpplsSpread, lang: str) -> str:
    """The contested fits: share accepted and spread of the critical time, never one date."""
    dates = [dt.date.fromordinal(round(day)) for day in (spread.tc_low, spread.tc_high, spread.last)]
    return say(
        lang,
        "market.explosive.lppls",
        name=name,
        windows=spread.windows,
        accepted=numbers.share(spread.confidence, lang),
        low=numbers.day(dates[0], lang),
        high=numbers.day(dates[1], lang),
        last=numbers.day(dates[2], lang),
    )


def _number(value: float | None, lang: str = "en") -> str:
    return say(lang, "market.explosive.nothing") if value is None else f"{value:.3f}"


def chance(value: PValue | None, lang: str) -> str:
    """A p-value, or the bound that is known."""
    if value is None:
        return say(lang, "market.explosive.nothing")
    digits = f"{value.value:.3f}"
    if value.bound == "below":
        return say(lang, "market.explosive.less", value=digits)
    if value.bound == "above":
        return say(lang, "market.explosive.more", value=digits)
    return digits if value.value >= 0.001 else say(lang, "market.explosive.less", value="0.001")


def _column(one: ColumnTest, result: Explosive, lang: str, alarms: bool) -> str:
    level = numbers.share(result.level, lang)
    minimum = str(result.min_window or one.first_end + 1)
    lines = [
        say(
            lang,
            "market.explosive.head",
            name=one.name,
            levels=one.levels,
            first=one.first,
            last=one.last,
            log=say(lang, "market.explosive.log") if result.log else "",
        ),
        say(
            lang,
            "market.explosive.rule",
            minimum=minimum if result.min_window else _default_window(one, result),
            counts=say(lang, f"market.explosive.counts_{result.minimum_counts}"),
            lag=say(lang, f"market.explosive.rule_{result.lag_rule}", lag=result.lag),
            method=say(lang, f"market.explosive.method_{result.method}", seed=result.seed),
        ),
        _statistics(one, result, lang),
    ]
    if one.rejects is None:
        lines.append(say(lang, "market.explosive.no_verdict"))
    else:
        key = "rejects" if one.rejects else "accepts"
        lines.append(say(lang, f"market.explosive.{key}", level=level, odds=round(1 / (1 - result.level))))
    if one.exact_fit:
        lines.append(say(lang, "market.explosive.exact_fit"))
    lines.append(_dates(one, result, lang))
    rate = one.false_alarms.get(result.line)
    if rate is not None:
        lines.append(alarm_sentence(rate, lang))
    if one.is_running:
        lines.append(say(lang, "market.explosive.running", start=one.episodes[-1].start))
    else:
        lines.append(say(lang, "market.explosive.not_running"))
    if alarms:
        lines.append(_alarm_table(one, lang))
    return "\n".join(lines)


def _default_window(one: ColumnTest, result: Explosive) -> str:
    return str(one.first_end + 1 if result.minimum_counts == "levels" else one.first_end - one.lag)


def _statistics(one: ColumnTest, result: Explosive, lang: str) -> str:
    levels = ("0.90", "0.95", "0.99")
    head = [say(lang, f"market.explosive.column_{name}") for name in ("statistic", "value", "chance")]
    head += [say(lang, "market.explosive.column_critical", level=numbers.share(float(p), lang)) for p in levels]
    head.append(say(lang, "market.explosive.column_window"))
    windows = {"adf": (one.first, one.last), "sadf": one.sadf_window, "gsadf": one.gsadf_window}
    rows = []
    for name, statistic in one.statistics.items():
        window = windows[name]
        rows.append(
            [
                name.upper(),
                _number(statistic.value, lang),
                chance(statistic.p_value, lang),
                *(_number(statistic.critical[p], lang) for p in levels),
                f"{window[0]} – {window[1]}" if window else "",
            ]
        )
    return table(rows, "<>>>>><", head=head)


def _dates(one: ColumnTest, result: Explosive, lang: str) -> str:
    line = say(lang, f"market.explosive.line_{result.line}")
    if not one.episodes:
        return say(lang, "market.explosive.no_dates", line=line, shortest=one.shortest)
    head = [say(lang, f"market.explosive.column_{c}") for c in ("start", "end", "peak", "length", "kind")]
    rows = [
        [
            episode.start,
            say(lang, "market.explosive.still") if episode.is_running else episode.end,
            episode.peak,
            numbers.count(episode.length),
            say(lang, f"market.explosive.kind_{episode.kind}"),
        ]
        for episode in one.episodes
    ]
    title = say(lang, "market.explosive.dates", line=line, shortest=one.shortest)
    return title + "\n" + table(rows, "<<<><", head=head)


def alarm_sentence(rate: FalseAlarms, lang: str) -> str:
    """How often this dating rule errs, in one sentence."""
    return say(
        lang,
        "market.explosive.alarm",
        share=numbers.share(rate.walks_with_episode, lang),
        each=f"{rate.episodes_per_walk:.2g}",
    )


def _alarm_table(one: ColumnTest, lang: str) -> str:
    rates = list(one.false_alarms.values())
    title = say(lang, "market.explosive.alarm_head", walks=numbers.count(rates[0].walks) if rates else "0")
    head = [say(lang, "market.explosive.column_line")]
    head += [say(lang, f"market.explosive.alarm_{c}") for c in ("any", "episode", "flagged", "each")]
    rows = [
        [
            say(lang, f"market.explosive.line_{rate.line}"),
            numbers.share(rate.walks_with_alarm, lang),
            numbers.share(rate.walks_with_episode, lang),
            numbers.share(rate.flagged, lang),
            f"{rate.episodes_per_walk:.2f}",
        ]
        for rate in rates
    ]
    return title + "\n" + table(rows, "<>>>>", head=head)
