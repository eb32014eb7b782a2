"""`kanryu stress`: break a link and see who is hit."""

from __future__ import annotations

from typing import Any

import click

from kanryu.cli.options import facts
from kanryu.cli.shell import answers
from kanryu.core.errors import LimitReached, UsageError
from kanryu.core.problems import Place, problem
from kanryu.formats.source import Request, read_case
from kanryu.stress.results import StressAnswer
from kanryu.stress.situation import CHANNELS, Parameter

RESULT = StressAnswer


def _changes(texts: tuple[str, ...]) -> dict[str, float | Parameter]:
    """`name=value` or `name=low:central:high`."""
    found: dict[str, float | Parameter] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        try:
            numbers = [float(part) for part in value.split(":")]
        except ValueError:
            numbers = []
        if not sign or len(numbers) not in (1, 3):
            raise UsageError(key="stress.set_shape", found=text)
        found[name.strip()] = numbers[0] if len(numbers) == 1 else Parameter(numbers[0], numbers[1], numbers[2], "set")
    return found


def _channels(text: str) -> tuple[str, ...]:
    chosen = tuple(part.strip() for part in text.split(",") if part.strip())
    for name in chosen:
        if name not in CHANNELS:
            raise UsageError(key="stress.channel_unknown", found=name, known=", ".join(CHANNELS))
    return chosen


@facts
@click.option("--break", "breaks", multiple=True, help="DEAL:LEG, DEAL, outside:X, funding:X, debt:X, all:loi ...")
@click.option("--cut", type=float, default=1.0, show_default=True, help="Share of the link that breaks.")
@click.option("--channels", default=",".join(CHANNELS), show_default=True, help="Which channels are on.")
@click.option("--each", "every", is_flag=True, help="Break every link alone and rank them.")
@click.option("--reverse", "goal", help='What must fail: "openai cannot pay", "revenue of nvidia down 30%".')
@click.option("--repair", is_flag=True, help="With --break and --reverse: the cheapest rescue.")
@click.option("--plan", "only_plan", is_flag=True, help="Sources and uses per company, before anything breaks.")
@click.option(
    "--price", type=click.Choice(["count", "money"]), default="count", show_default=True, help="Smallest in what sense."
)
@click.option("--year", type=click.IntRange(1601, 2199), help="Year of the plan (default: the year ahead of the day).")
@click.option("--set", "settings", multiple=True, help="An assumption: firm_share=0.5 or eta_capex=0.5:1:2.")
@click.option("--draws", type=click.IntRange(1, 10_000), default=200, show_default=True, help="Draws of ranges.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of the draws.")
@click.option("--budget", type=float, default=30.0, show_default=True, help="Seconds for a search.")
def _stress(
    lang: str,
    request: Request,
    breaks: tuple[str, ...],
    cut: float,
    channels: str,
    every: bool,
    goal: str | None,
    repair: bool,
    only_plan: bool,
    price: Any,
    year: int | None,
    settings: tuple[str, ...],
    draws: int,
    seed: int,
    budget: float,
) -> Any:
    from kanryu.report import stress as told
    from kanryu.report.stress_plan import text as told_plan
    from kanryu.stress import answer, search_case

    if not 0.0 < cut <= 1.0:
        raise UsageError(key="stress.cut_range", found=cut)
    if repair and not (breaks and goal):
        raise UsageError(key="stress.repair_needs")
    if not (breaks or every or goal or only_plan):
        raise UsageError(key="stress.nothing_broken", target=request.target)
    case = read_case(request)
    rung = request.rung or "bound"
    shared: dict[str, Any] = {
        "channels": _channels(channels),
        "day": request.known_by or request.true_by,
        "rung": rung,
        "year": year,
        "changes": _changes(settings),
        "schedule": request.schedule,
    }
    if only_plan:
        from kanryu.stress.year_plan import stress_plan

        planned = stress_plan(case, **{name: value for name, value in shared.items() if name != "channels"})
        return planned, lambda lang: told_plan(planned, lang, case.currency), _warnings(request, planned.gaps)
    if repair and goal:
        mended = search_case.cheapest_repair(case, breaks, goal, budget_seconds=budget, **shared)
        return mended, lambda lang: told.repair_text(mended, lang)
    if goal:
        found = search_case.reverse_stress(case, goal, links=breaks, price=price, budget_seconds=budget, **shared)
        text = (found, lambda lang: told.reverse_text(found, lang))
        if found.sets is not None and not found.sets.complete:
            raise LimitReached(
                key="stress.search_stopped", partial=text, low=found.sets.lower_bound, cost=found.sets.cost or "-"
            )
        return text
    if every:
        ranked = search_case.stress_each(case, **shared)
        return ranked, lambda lang: told.each_text(ranked, lang), _warnings(request, ranked.gaps)
    result = answer.stress_test(case, breaks, cut=cut, draws=draws, seed=seed, **shared)
    return result, lambda lang: told.text(result, lang, case.currency), _warnings(request, result.gaps)


def _warnings(request: Request, gaps: Any) -> list[Any]:
    """An infeasible plan is a problem of the facts or of the world, never mended silently."""
    return [
        problem(
            "stress-plan",
            "warning",
            Place(file=request.target),
            "stress.gap_problem",
            found=gap.id,
            has=f"{gap.has:.4g}",
            uses=f"{gap.means_to_pay:.4g}",
            legs=", ".join(gap.unpaid_legs[:6]),
        )
        for gap in gaps
    ]


command = answers("stress")(_stress)
