"""Propositions in words: the claim, the number with its band, whether it is refuted and by which rule."""

from __future__ import annotations

from collections.abc import Sequence

from kanryu.core.words import say, say_or
from kanryu.machine.experiments.lab import Answer, Number
from kanryu.report import numbers
from kanryu.report.layout import table

_MONEY = ("usd",)


def number_text(number: Number, lang: str) -> str:
    """A measured number with its band."""
    if number.value != number.value:
        return say(lang, "machine.no_runs")
    middle, low, high = (_value(x, number.unit, lang) for x in (number.value, number.low, number.high))
    return say(lang, "machine.band", middle=middle, low=low, high=high)


def _value(value: float, unit: str, lang: str) -> str:
    if unit == "usd":
        return numbers.money(value, lang)
    if unit == "share":
        return f"{100 * value:.1f}%" if abs(value) < 0.1 else f"{100 * value:.0f}%"
    if unit == "quarters":
        return say(lang, "machine.quarters", count=f"{value:.3g}")
    return f"{value:.3g}"


def answer_text(answer: Answer, lang: str) -> str:
    """One answer, in a few lines."""
    key = {True: "machine.refuted_yes", False: "machine.refuted_no", None: "machine.refuted_unknown"}[answer.is_refuted]
    name = answer.proposition
    lines = [
        f"{name}  {say(lang, f'machine.claim.{name}')}",
        f"  {say(lang, f'machine.measure.{answer.main.what}')}: {number_text(answer.main, lang)}",
    ]
    lines += [f"  {say(lang, f'machine.measure.{n.what}')}: {number_text(n, lang)}" for n in answer.others]
    lines.append(f"  {say(lang, key, rule=say(lang, f'machine.refutation.{name}'))}")
    if answer.rows:
        columns = list(dict.fromkeys(column for row in answer.rows.values() for column in row))
        rows = [
            [_row_name(row, lang), *(_cell(values.get(column), column, lang) for column in columns)]
            for row, values in answer.rows.items()
        ]
        head = ["", *(say_or(lang, f"machine.column.{column}", column.replace("_", " ")) for column in columns)]
        lines += ["", table(rows, "<" + ">" * len(columns), head=head, indent=4)]
    lines += [f"  {say(lang, note)}" for note in answer.notes]
    return "\n".join(lines)


def _row_name(row: str, lang: str) -> str:
    """Links in the reader's language, other rows as they are."""
    return " + ".join(say_or(lang, f"machine.link.{part}", part) for part in row.split(" + "))


def _cell(value: float | None, column: str, lang: str) -> str:
    if value is None or value != value:
        return "-"
    if column in _MONEY:
        return numbers.money(value, lang)
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def answers_text(answers: Sequence[Answer], lang: str) -> str:
    """All answers, then one line: how many are refuted."""
    parts = [answer_text(answer, lang) for answer in answers]
    if len(answers) > 1:
        refuted = [a.proposition for a in answers if a.is_refuted]
        undecided = [a.proposition for a in answers if a.is_refuted is None]
        parts.append(
            say(
                lang,
                "machine.refuted_summary",
                count=len(answers),
                refuted=", ".join(refuted) or "-",
                undecided=", ".join(undecided) or "-",
            )
        )
    first = answers[0]
    parts.append(say(lang, "machine.experiment_note", runs=first.runs, quarters=first.quarters, seed=first.seed))
    return "\n\n".join(parts)
