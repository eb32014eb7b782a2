"""From runs to records: what a break does to every company, round by round, and how the money got lost on its way.

Sentences are made elsewhere, only from the legs named here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from kanryu.case.records import Case, Rung
from kanryu.core.money import Interval
from kanryu.core.results import Origin
from kanryu.core.words import say
from kanryu.stress.attribution import LinkShare, attribute
from kanryu.stress.break_case import DRAWS, SEED, FourRuns, Run, contributions, four_runs, run_links
from kanryu.stress.certificate import Certificate
from kanryu.stress.links import Link, break_links
from kanryu.stress.plan import OPERATIONS, SINK, CasePlan, plan_of_case, year_of_legs
from kanryu.stress.plan_draws import scenarios
from kanryu.stress.results import BrokenLink, EntityHit, LegHit, Round, StressResult, Verdict
from kanryu.stress.situation import CHANNELS, Parameter, parameters

ROUNDS_TOLD = 12
TOLD = 1e-4  # a fall of a leg by less than this share of the money broken is not told as a hit


def stress_test(
    case: Case,
    breaks: Sequence[str],
    *,
    cut: float = 1.0,
    channels: Collection[str] = CHANNELS,
    day: dt.date | None = None,
    rung: Rung = "bound",
    year: int | None = None,
    changes: dict[str, float | Parameter] | None = None,
    schedule: str = "even",
    draws: int = DRAWS,
    seed: int = SEED,
) -> StressResult:
    """Break links of a case and follow what happens.

    Parameters
    ----------
    case : Case
    breaks : links in the grammar of `stress.links`
    cut : float in (0, 1]
        Share of each link that breaks.
    channels : which of "funding", "solvency", "valuation", "index" are on
    day : date or None
        Only what held and was public by then.
    rung : the least sure rung that counts; legs and deals to be broken count on any rung
    year : the year of the plan (default: the year of the day, the next one from October on, or the next year in which
        the named legs are to be paid)
    changes : parameters of section 10 that are set, by name

    Raises
    ------
    NotFound
        No such link or parameter; near names are suggested.
    """
    ranges = parameters(changes)
    also = frozenset(text.strip() for text in breaks if ":" not in text or text.split(":")[0] not in _WORDS)
    least: Rung = (
        "talked" if any(text.strip() in ("all:loi", "all:talked", "all:announced") for text in breaks) else rung
    )
    chosen = year if year is not None else year_of_legs(case, also, day, schedule)
    plan = plan_of_case(case, year=chosen, day=day, rung=least, also=also, ranges=ranges, schedule=schedule)
    links = [plan.names.link(text) for text in breaks]
    runs = four_runs(plan, links, cut, ranges, channels=channels, draws=draws, seed=seed)
    return _result(plan, links, cut, runs, ranges, channels, breaks, draws, seed, least)


_WORDS = ("outside", "funding", "stake", "multiple", "debt", "loans", "company", "all")


def _result(
    plan: CasePlan,
    links: Sequence[Link],
    cut: float,
    runs: FourRuns,
    ranges: dict[str, Parameter],
    channels: Collection[str],
    breaks: Sequence[str],
    draws: int,
    seed: int,
    rung: Rung,
) -> StressResult:
    central = runs.central
    situation = central.scenarios.situation
    legs = situation.plan
    direct = float(central.direct[0])
    rounds, first_round, first_leg = _story(plan, links, central, direct)
    entities = _entities(plan, links, runs, first_round, first_leg, direct)
    gaps = plan_gaps(plan, ranges)
    amplification = float(central.lost[0]) / direct if direct > 0 else None
    spread = None
    if direct > 0:
        low, high = (
            float(np.quantile(run.lost / np.maximum(run.direct, 1e-9), q))
            for run, q in ((runs.drawn_loose, 0.05), (runs.drawn_tight, 0.95))
        )
        spread = Interval(min(low, high), amplification, max(low, high))
    outcome = central.outcome
    known = ~np.isnan(outcome.value_before[:, 0])
    value = runs.interval(lambda run: np.nansum(run.outcome.outside_value_lost, axis=0)) if known.any() else None
    index = runs.interval(lambda run: run.outcome.index_return, falls=True) if situation.weights.any() else None
    failing = [i for i in range(legs.n) if outcome.fails[i, 0]]
    # the least fixed point: everybody expects nothing
    broken = break_links(situation, links, np.full((len(links), 1), cut))
    by_fear = _by_fear(central, broken.shock) if "funding" in channels else None
    return StressResult(
        case=plan.case.id,
        year=plan.year,
        broken=tuple(_broken(plan, link, cut) for link in links),
        channels=tuple(name for name in CHANNELS if name in channels),
        feasible=not gaps,
        gaps=gaps,
        entities=entities,
        rounds=rounds,
        defaults=tuple(legs.accounts[i] for i in sorted(failing, key=lambda i: first_round[i] or 99)),
        direct=runs.interval(lambda run: run.direct),
        lost=runs.interval(lambda run: run.lost),
        amplification=amplification,
        amplification_range=spread,
        value_lost=value,
        index=index,
        contributions=contributions(plan, links, cut, ranges, channels),
        attribution=_attribution(plan, links, cut, ranges, channels, seed),
        certificate=Certificate(
            residual=outcome.residual,
            rounds=outcome.rounds,
            steps=outcome.laps,
            defaults=tuple(legs.accounts[i] for i in failing),
            least_differs=None if by_fear is None else bool(by_fear),
            least_defaults=by_fear or (),
            converged=outcome.converged,
        ),
        assumptions=plan_assumptions(plan, ranges),
        talked=plan.legs.talked,
        parties=_parties(plan),
        names=plan_names(plan),
        origin=Origin(
            definition="stress.definition_stress",
            inputs={
                "case": plan.case.id,
                "year": plan.year,
                "breaks": list(breaks),
                "cut": cut,
                "rung": rung,
                "draws": draws,
                "seed": seed,
                "parameters": {name: [item.low, item.central, item.high] for name, item in ranges.items()},
            },
            assumptions=plan_assumptions(plan, ranges),
            left_out=plan.legs.left_out,
            coverage={
                "legs": len(plan.legs.legs),
                "legs_without_amount": len(plan.legs.unknown),
                "companies": int(np.sum(~plan.is_source)),
                "companies_with_figures": int(np.sum(situation.cushion_known & ~plan.is_source)),
            },
            sources=tuple(dict.fromkeys(url for name in legs.accounts for url in plan.figures.get(name, ())))[:12],
        ),
    )


def _attribution(
    plan: CasePlan,
    links: Sequence[Link],
    cut: float,
    ranges: dict[str, Parameter],
    channels: Collection[str],
    seed: int,
) -> tuple[LinkShare, ...]:
    """Shares of several broken links in the money lost, central figures."""
    if len(links) < 2:
        return ()

    def loss(broken: Any) -> Any:
        drawn = scenarios(plan, ranges, count=broken.shape[1])
        return run_links(drawn, links, broken * cut, channels=channels).lost

    return attribute(loss, tuple(link.name for link in links), samples=60, seed=seed)


def plan_gaps(plan: CasePlan, ranges: dict[str, Parameter]) -> tuple[Any, ...]:
    """Companies whose plan is not feasible although their sources are known, with the legs that cannot be paid."""
    from dataclasses import replace

    from kanryu.stress.legs import gaps

    drawn = scenarios(plan, ranges)
    bare = replace(
        drawn.situation.plan,
        outside_funding=np.where(plan.is_source, drawn.situation.plan.outside_funding, 0.0),
    )
    known = {plan.situation.plan.accounts[i] for i in np.flatnonzero(plan.situation.cushion_known)}
    return tuple(gap for gap in gaps(bare) if gap.id in known)


def _by_fear(run: Run, shock: Any) -> tuple[str, ...]:
    """Who would pay less in the least fixed point of the funding channel: fear alone, with the same break."""
    from kanryu.stress.funding import run_funding

    drawn = run.scenarios
    low = run_funding(drawn.situation.plan, shock, drawn.given, from_below=True, checked=True)
    high = run_funding(drawn.situation.plan, shock, drawn.given, checked=True)
    legs = drawn.situation.plan
    gap = (high.paid - low.paid)[:, 0] > 1e-6 * max(1.0, float(high.planned.max(initial=0.0)))
    return tuple(dict.fromkeys(legs.accounts[i] for i in legs.src[gap]))


def _broken(plan: CasePlan, link: Link, cut: float) -> BrokenLink:
    legs, situation = plan.situation.plan, plan.situation
    amounts = np.zeros(3)
    for k in link.legs:
        amounts += plan.leg_limits[k] * cut
    for k in link.debts:
        amounts += plan.owed_limits[k] * cut
    for i in link.outside:
        if not np.isnan(plan.revenue_limits[i, 1]):
            amounts += plan.revenue_limits[i] * cut
    return BrokenLink(
        name=link.name,
        kind=link.kind,
        cut=cut,
        legs=tuple(legs.legs[k] for k in link.legs),
        debts=tuple(situation.debt_names[k] for k in link.debts),
        amount=Interval(*map(float, amounts)) if amounts[2] > 0 else None,
        unknown=link.unknown,
    )


def _story(
    plan: CasePlan, links: Sequence[Link], run: Run, direct: float
) -> tuple[tuple[Round, ...], Any, dict[int, int]]:
    """Rounds of the central scenario, first round per entity, first fallen incoming leg per entity."""
    legs = run.scenarios.situation.plan
    broken = {k for link in links for k in link.legs}
    least = TOLD * max(direct, float(np.max(run.outcome.planned, initial=0.0)) * 1e-3)
    first_round = np.zeros(legs.n, np.int64)
    first_leg: dict[int, int] = {}
    rounds: list[Round] = []
    history = run.outcome.history
    for number in range(1, len(history)):
        fall = history[number - 1] - history[number]
        hits = [int(k) for k in np.argsort(-fall) if fall[k] > least]
        hits = [k for k in hits if not legs.legs[k].startswith(OPERATIONS)]
        for k in hits:
            payee = int(legs.dst[k])
            if not first_round[payee]:
                first_round[payee] = number
            first_leg.setdefault(payee, k)
        if hits and len(rounds) < ROUNDS_TOLD:
            rounds.append(
                Round(
                    number=number,
                    hits=tuple(
                        LegHit(
                            leg=legs.legs[k],
                            src=legs.accounts[legs.src[k]],
                            dst=legs.accounts[legs.dst[k]],
                            planned=float(history[0][k]),
                            before=float(history[number - 1][k]),
                            after=float(history[number][k]),
                            is_broken=k in broken and number == 1,
                        )
                        for k in hits
                    ),
                    entities=tuple(dict.fromkeys(legs.accounts[legs.dst[k]] for k in hits)),
                )
            )
    for i in range(legs.n):  # who loses on debts is hit in the first round in which its debtor fails
        if not first_round[i] and run.outcome.debt_lost[i, 0] > least:
            first_round[i] = 1
    return tuple(rounds), first_round, first_leg


def _entities(
    plan: CasePlan, links: Sequence[Link], runs: FourRuns, first_round: Any, first_leg: dict[int, int], direct: float
) -> tuple[EntityHit, ...]:
    central = runs.central
    situation = central.scenarios.situation
    legs = situation.plan
    tight = runs.drawn_tight
    hit = tight.money_lost.max(axis=1) > 1.0
    hit |= (runs.drawn_tight.outcome.short.max(axis=1) > 1.0) | tight.outcome.fails.any(axis=1)
    broken_legs = {k for link in links for k in link.legs}
    debtors = {int(situation.debtor[k]) for link in links for k in link.debts}
    touched = hit.copy()
    for k in debtors:
        touched[k] = True
    for link in links:  # a company that pays nobody any more is hit, whatever it receives
        if link.kind == "company":
            touched[[i for i in link.multiple]] = True
    names = plan_names(plan)
    unknown_broken = {key for link in links for key in link.unknown}
    found = []
    for i, name in enumerate(legs.accounts):
        if name == SINK:
            continue
        exposure = np.zeros(3)
        for k in map(int, np.flatnonzero(legs.dst == i)):
            if k < len(plan.legs.legs) and (touched[legs.src[k]] or k in broken_legs):
                exposure += plan.leg_limits[k]
        for k in map(int, np.flatnonzero(situation.creditor == i)):
            if touched[int(situation.debtor[k])]:
                exposure += plan.owed_limits[k]
        unknown = tuple(
            key
            for key, (src, dst) in plan.legs.unknown.items()
            if dst == name and (key in unknown_broken or touched[legs.accounts.index(src)])
        )
        impact = runs.interval(lambda run: run.money_lost, i)
        low_fails = float(runs.drawn_loose.outcome.fails[i].mean())
        high_fails = float(runs.drawn_tight.outcome.fails[i].mean())
        verdict: Verdict = "none"
        if impact.low > 1.0:
            verdict = "impact"
        elif (impact.high or 0.0) > 1.0 or exposure[2] > 1.0:
            verdict = "exposure"
        elif unknown:
            verdict = "unknown"
        valued = not np.isnan(central.outcome.value_before[i, 0]) and central.outcome.value_before[i, 0] > 0
        earns = not np.isnan(plan.revenue_limits[i, 1])  # relative to reported revenue only
        found.append(
            EntityHit(
                id=name,
                name_en=names[name]["en"],
                name_ja=names[name]["ja"],
                verdict=verdict,
                impact=impact,
                exposure=Interval(*map(float, exposure)),
                unknown=unknown,
                round=int(first_round[i]),
                first_leg=legs.legs[first_leg[i]] if i in first_leg else "",
                path=_path(plan, central, i, broken_legs),
                debts=_debts_lost(central, links, i),
                receipts_lost=runs.interval(lambda run: run.receipts_lost, i),
                debt_lost=runs.interval(lambda run: run.outcome.debt_lost, i),
                claims_lost=runs.interval(lambda run: run.outcome.claims_lost, i),
                called=runs.interval(lambda run: run.outcome.called, i),
                covered=runs.interval(lambda run: run.outcome.covered, i),
                short=runs.interval(lambda run: run.outcome.short, i),
                fails=Interval(
                    min(low_fails, high_fails),
                    None if low_fails != high_fails else low_fails,
                    max(low_fails, high_fails),
                ),
                recovery=runs.interval(lambda run: run.outcome.recovered, i, falls=True) if high_fails > 0 else None,
                revenue_change=runs.interval(_revenue_change, i, falls=True) if earns and verdict != "none" else None,
                value_change=runs.interval(_value_change, i, falls=True) if valued else None,
                is_known=bool(plan.situation.cushion_known[i]),
            )
        )
    order = {"impact": 0, "exposure": 1, "unknown": 2, "none": 3}
    return tuple(
        sorted(
            found,
            key=lambda item: (order[item.verdict], -(item.impact.high or 0.0), -(item.exposure.high or 0.0), item.id),
        )
    )


def _debts_lost(run: Run, links: Sequence[Link], creditor: int) -> tuple[str, ...]:
    """Debts on which an entity loses: broken ones and those of debtors who fail."""
    situation = run.scenarios.situation
    broken = {k for link in links for k in link.debts}
    mine = [int(k) for k in np.flatnonzero(situation.creditor == creditor)]
    return tuple(situation.debt_names[k] for k in mine if k in broken or run.outcome.fails[int(situation.debtor[k]), 0])


def _parties(plan: CasePlan) -> dict[str, tuple[str, str]]:
    """Payer and payee of every leg of the year; under `debt:KEY` debtor and creditor of a loan."""
    situation = plan.situation
    legs = situation.plan
    found = {leg.key: (leg.src, leg.dst) for leg in plan.legs.legs} | dict(plan.legs.unknown)
    for k, name in enumerate(situation.debt_names):
        found[f"debt:{name}"] = (legs.accounts[situation.debtor[k]], legs.accounts[situation.creditor[k]])
    return found


def plan_names(plan: CasePlan) -> dict[str, dict[str, str]]:
    """Names of the companies of a plan by language."""
    entity = {item.id: item for item in plan.case.entities}
    return {
        name: {
            "en": entity[name].name_en if name in entity else _unnamed(plan, name, "en"),
            "ja": entity[name].name_ja if name in entity else _unnamed(plan, name, "ja"),
        }
        for name in plan.situation.plan.accounts
        if name != SINK
    }


def _unnamed(plan: CasePlan, name: str, lang: str) -> str:
    lender = plan.case.entity(name.partition(":")[2])
    return say(lang, "stress.unnamed_customers", name=lender.name_en if lang == "en" else lender.name_ja)


def _revenue_change(run: Run) -> Any:
    planned = run.outcome.planned_revenue
    return np.where(planned > 0, run.outcome.revenue / np.where(planned > 0, planned, 1.0) - 1.0, 0.0)


def _value_change(run: Run) -> Any:
    before = run.outcome.value_before
    return np.where(before > 0, run.outcome.value / np.where(before > 0, before, 1.0) - 1.0, 0.0)


def _path(plan: CasePlan, run: Run, entity: int, broken: set[int]) -> tuple[str, ...]:
    """Legs of largest loss back to a broken link, the broken one first; empty when no leg into it fell."""
    legs = run.scenarios.situation.plan
    gone = (run.outcome.planned - run.outcome.paid)[:, 0]
    path: list[int] = []
    at, seen = entity, {entity}
    while True:
        into = [k for k in np.flatnonzero(legs.dst == at) if gone[k] > 1.0 and k < len(plan.legs.legs)]
        direct = [k for k in into if k in broken]
        choices = direct or [k for k in into if int(legs.src[k]) not in seen]
        if not choices:
            break
        best = int(max(choices, key=lambda k: gone[k]))
        path.append(best)
        if best in broken:
            break
        at = int(legs.src[best])
        seen.add(at)
    return tuple(legs.legs[k] for k in reversed(path))


def plan_assumptions(plan: CasePlan, ranges: dict[str, Parameter]) -> tuple[str, ...]:
    """Sentence keys of what a stress test of this plan assumes."""
    found = [f"stress.assumed_{name}" for name, item in ranges.items() if item.is_assumption]
    found += ["stress.assumed_no_redirect", "stress.assumed_last_year", "stress.assumed_value"]
    if any(leg.is_open_ended for leg in plan.legs.legs):
        found.append("stress.assumed_open_ended")
    if any(debt.is_drawn_assumed for debt in plan.legs.debts):
        found.append("stress.assumed_drawn_share")
    return tuple(found)
