"""The machine's answers in words: a run, a replay, the matrices."""

from __future__ import annotations

from kanryu.core.words import say, say_or
from kanryu.machine.matrix import Matrices
from kanryu.machine.results import Fan, Replay, RunResult, Turning
from kanryu.report import numbers
from kanryu.report.layout import table
from kanryu.report.names import instrument


def series_name(name: str, lang: str) -> str:
    """A series in the reader's language, or its own name."""
    return say_or(lang, f"machine.series.{name}", name)


def value(number: float | None, unit: str, lang: str) -> str:
    """A number of a series in its unit."""
    if number is None or number != number:
        return say(lang, "core.unknown")
    if unit == "usd":
        return numbers.money(number, lang)
    if unit == "share":
        return numbers.share(number, lang)
    return f"{number:,.0f}" if unit == "people" else f"{number:.2f}"


def band(fan: Fan, quarter: int, lang: str) -> str:
    """Median and 10-90% band of a fan in one quarter; a share of runs for what is yes or no."""
    if fan.name.startswith("alive_"):
        return numbers.share(fan.means[quarter], lang)
    low, middle, high = (fan.bands[level][quarter] for level in ("0.1", "0.5", "0.9"))
    return say(
        lang,
        "machine.band",
        middle=value(middle, fan.unit, lang),
        low=value(low, fan.unit, lang),
        high=value(high, fan.unit, lang),
    )


def run_text(result: RunResult, lang: str) -> str:
    """What `kanryu run` prints."""
    last = len(result.quarters) - 1
    shown = sorted({min(last, max(0, last // 2)), last})
    head = [say(lang, "machine.series_title"), *(result.quarters[i] for i in shown)]
    rows = [[series_name(fan.name, lang), *(band(fan, i, lang) for i in shown)] for fan in result.fans]
    lines = [
        say(
            lang,
            "machine.run_title",
            model=result.model,
            runs=f"{result.runs:,}",
            first=result.quarters[0],
            last=result.quarters[-1],
            seed=result.seed,
        ),
        "",
        table(rows, "<" + ">" * len(shown), head=head),
        "",
        turning_text(result.turning, lang),
        "",
        identities_text(result.identities, lang),
    ]
    if result.folder:
        lines += ["", say(lang, "machine.written", folder=result.folder)]
    return "\n".join(lines)


def turning_text(turning: Turning, lang: str) -> str:
    """The distribution of the turn by year, never a date."""
    years: dict[str, float] = {}
    for quarter, share in turning.by_quarter.items():
        years[quarter[:4]] = years.get(quarter[:4], 0.0) + share
    parts = [f"{year} {numbers.share(share, lang)}" for year, share in years.items() if share > 0.004]
    parts.append(say(lang, "machine.not_yet", share=numbers.share(turning.not_yet, lang)))
    return say(lang, "machine.turning") + "\n  " + " · ".join(parts) + "\n  " + say(lang, "machine.turning_note")


def identities_text(identities: dict[str, float], lang: str) -> str:
    """One line: which identities were exact, which held to rounding."""
    exact = [name.split()[0] for name, error in identities.items() if error == 0.0]
    rest = [f"{name} {error:.1e}" for name, error in identities.items() if error != 0.0]
    text = say(lang, "machine.identities_exact", names=", ".join(exact))
    return text + (" " + say(lang, "machine.identities_rest", names="; ".join(rest)) if rest else "")


def word_name(word: str, lang: str) -> str:
    """A kind of payment: the case's instruments, and the simulation's own kinds."""
    return say_or(lang, f"machine.word.{word}", "") or instrument(word, lang)


def replay_text(result: Replay, lang: str) -> str:
    """What `kanryu replay` prints."""
    rows = [[word_name(name, lang), numbers.money(amount, lang)] for name, amount in result.by_instrument.items()]
    key = "machine.replay_agrees" if result.largest_difference == 0 else "machine.replay_differs"
    lines = [
        say(lang, "machine.replay_title", run=result.run, rows=f"{result.rows:,}", entries=f"{result.entries:,}"),
        say(lang, key, count=result.accounts_compared, gap=numbers.money(result.largest_difference, lang)),
        "",
        table(rows, "<>", head=[say(lang, "machine.kind"), say(lang, "machine.sum")]),
    ]
    if result.out:
        lines += ["", say(lang, "machine.replay_next", out=result.out)]
    return "\n".join(lines)


def matrix_text(result: Matrices, lang: str) -> str:
    """What `kanryu matrix` prints: balance sheet, flows, equations with who reads what."""
    groups = list(result.groups)
    lines = [say(lang, "machine.matrix_balance", model=result.model), ""]
    rows = [[name, *(result.balance[name][group] for group in groups)] for name in result.balance]
    lines += [table(rows, "<" + "<" * len(groups), head=["", *(group[:10] for group in groups)]), ""]
    if result.values:
        lines += [say(lang, "machine.matrix_values", quarter=result.quarter), ""]
        rows = [
            [name, *(numbers.money(row[group], lang) if row.get(group) else "" for group in groups)]
            for name, row in result.values.items()
        ]
        lines += [table(rows, "<" + ">" * len(groups), head=["", *(group[:10] for group in groups)]), ""]
    lines += [say(lang, "machine.matrix_flows"), ""]
    flows = [[str(f.number), f.kind, f.payer, f.payee or "-", f.name, f.verb, f.instrument] for f in result.flows]
    lines += [
        table(
            flows,
            "><<<<<<",
            head=["#", "", *(say(lang, f"machine.{key}") for key in ("payer", "payee", "flow", "verb", "kind"))],
        ),
        "",
    ]
    lines += [say(lang, "machine.matrix_equations")]
    stage = ""
    for rule in result.equations:
        if rule.stage != stage:
            stage = rule.stage
            lines += ["", f"[{stage}]"]
        lines += [f"  {rule.name}"] + [f"      {line}" for line in rule.equation.splitlines() if line]
        if rule.read_from:
            lines.append("      " + say(lang, "machine.reads_from", names=", ".join(rule.read_from)))
    return "\n".join(lines)
