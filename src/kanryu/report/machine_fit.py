"""Fit and scores in words."""

from __future__ import annotations

from kanryu.core.words import say
from kanryu.machine.calibrate.answer import FitResult
from kanryu.machine.calibrate.naive import RULES
from kanryu.machine.calibrate.score import Score
from kanryu.report import numbers
from kanryu.report.layout import table


def fit_text(result: FitResult, lang: str) -> str:
    """What `kanryu fit` prints."""
    lines = [
        say(
            lang,
            "machine.fit_title",
            until=result.until,
            known_by=result.known_by,
            runs=f"{result.runs_used:,}",
            draws=result.draws,
        ),
        say(lang, "machine.fit_overall", error=f"{result.overall_error:.2f}"),
        "",
        table(
            [[key, str(result.counts[key]), f"{error:.2f}"] for key, error in result.errors.items()],
            "<>>",
            head=[say(lang, "machine.series_title"), say(lang, "machine.values"), say(lang, "machine.log_error")],
        ),
        "",
        table(
            [
                [p.name, f"{p.q50:.4g}", f"{p.q10:.4g} - {p.q90:.4g}", f"{p.low:.4g} - {p.high:.4g}"]
                for p in result.parameters
            ],
            "<>>>",
            head=[say(lang, f"machine.{key}") for key in ("parameter", "median", "ensemble_band", "prior_range")],
        ),
    ]
    if result.prior is not None:
        lines += ["", say(lang, "machine.prior_check", share=numbers.share(result.prior.inside, lang))]
    if result.recovery is not None:
        lines += [
            "",
            say(
                lang,
                "machine.recovery",
                trials=result.recovery.trials,
                share=numbers.share(result.recovery.within_80, lang),
            ),
        ]
    if result.sobol is not None:
        top = sorted(result.sobol.total.items(), key=lambda item: -item[1])[:8]
        lines += [
            "",
            say(lang, "machine.sobol", output=result.sobol.output),
            table([[name, f"{value:.2f} ± {result.sobol.total_error[name]:.2f}"] for name, value in top], "<>"),
        ]
    if result.rolling is not None:
        lines += ["", say(lang, "machine.rolling"), score_text(result.rolling, lang)]
    if result.folder:
        lines += ["", say(lang, "machine.frozen", folder=result.folder, sha=result.predictions_sha256)]
    return "\n".join(lines)


def score_text(result: Score, lang: str) -> str:
    """What `kanryu score` prints: CRPS of the model and of every naive rule, coverage, where a rule wins."""
    head = [
        say(lang, "machine.series_title"),
        "n",
        say(lang, "machine.model"),
        *(say(lang, f"machine.rule.{rule}") for rule in RULES),
        say(lang, "machine.in_80"),
    ]
    rows = [
        [
            f"{s.entity}: {s.metric}"[:48],
            str(s.count),
            f"{s.crps:.3f}" + ("*" if s.beats_all else ""),
            *(f"{s.crps_naive[rule]:.3f}" for rule in RULES),
            numbers.share(s.coverage["80"], lang),
        ]
        for s in result.series
    ]
    lines = [
        say(lang, "machine.score_title", last=result.last_quarter, known_by=result.known_by),
        "",
        table(rows, "<" + ">" * (len(head) - 1), head=head),
        "",
        say(lang, "machine.score_wins", wins=result.beats_all_naive, count=result.scored_series),
        say(
            lang,
            "machine.score_coverage",
            c50=numbers.share(result.coverage["50"], lang),
            c80=numbers.share(result.coverage["80"], lang),
            c95=numbers.share(result.coverage["95"], lang),
        ),
    ]
    lost = [s for s in result.series if s.beaten_by]
    if lost:
        lines.append(say(lang, "machine.score_lost"))
        lines += [
            "  " + f"{s.entity}: {s.metric}: " + ", ".join(say(lang, f"machine.rule.{rule}") for rule in s.beaten_by)
            for s in lost
        ]
    if result.not_scored:
        lines.append(say(lang, "machine.not_scored", count=len(result.not_scored)))
        lines += [f"  {item}" for item in result.not_scored[:10]]
    lines.append(say(lang, "machine.sha", sha=result.predictions_sha256))
    return "\n".join(lines)
