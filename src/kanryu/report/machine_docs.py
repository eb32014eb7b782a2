"""The pages `machine-answers.md`: every proposition with its number and band, and the fit, made by a command.

`python -m kanryu.report.machine_docs DOCS [--runs 500]` writes them in both languages; nobody types a number there.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from kanryu.core.words import LANGUAGES, say
from kanryu.machine.calibrate.store import load
from kanryu.machine.experiments.catalogue import EXPERIMENTS, run_experiments
from kanryu.machine.experiments.lab import Answer
from kanryu.report.machine_experiment import answer_text, number_text


def answers_page(answers: tuple[Answer, ...], lang: str) -> str:
    """The page in one language."""
    provenance = load()
    head = [say(lang, f"machine.docs_{key}") for key in ("claim", "measured", "verdict")]
    lines = [
        f"# {say(lang, 'machine.docs_title')}",
        "",
        say(
            lang,
            "machine.docs_made",
            runs=answers[0].runs,
            quarters=answers[0].quarters,
            seed=answers[0].seed,
            known_by=provenance.known_by.isoformat(),
            draws=provenance.draws_sha256[:12],
        ),
        "",
        f"| | {' | '.join(head)} |",
        "| --- | --- | --- | --- |",
    ]
    for answer in answers:
        verdict = {True: "docs_yes", False: "docs_no", None: "docs_open"}[answer.is_refuted]
        measured = f"{say(lang, f'machine.measure.{answer.main.what}')}: {number_text(answer.main, lang)}"
        lines.append(
            f"| {answer.proposition} | {say(lang, f'machine.claim.{answer.proposition}')} | {measured} "
            f"| {say(lang, f'machine.{verdict}')} |"
        )
    lines += ["", f"## {say(lang, 'machine.docs_detail')}", ""]
    for answer in answers:
        lines += ["```text", answer_text(answer, lang), "```", ""]
    lines += [
        f"## {say(lang, 'machine.docs_fit')}",
        "",
        say(lang, "machine.docs_fit_note"),
        "",
        f"| {say(lang, 'machine.series_title')} | {say(lang, 'machine.values')} | {say(lang, 'machine.log_error')} |",
        "| --- | ---: | ---: |",
    ]
    lines += [f"| {key} | {provenance.counts[key]} | {error:.2f} |" for key, error in provenance.errors.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the pages."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("docs", type=Path)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    answers = run_experiments(tuple(EXPERIMENTS), runs=options.runs, seed=options.seed)
    for lang in LANGUAGES:
        (options.docs / lang / "machine-answers.md").write_text(answers_page(answers, lang), encoding="utf-8")


if __name__ == "__main__":
    main()
