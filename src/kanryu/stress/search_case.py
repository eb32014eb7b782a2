"""Rank all links of a case, and search it backwards: what would have to break, and what would mend it.

All searches use the central figures; companies without figures have nothing beyond their plan (the tight end), so
the sets found are the smallest under the worst case of what is unknown. That is said in every result.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from kanryu.case.records import Case, Rung
from kanryu.core.errors import InputError
from kanryu.core.results import Origin
from kanryu.stress.answer import plan_gaps
from kanryu.stress.break_case import Run, run_links
from kanryu.stress.certificate import Certificate
from kanryu.stress.channels import run_channels
from kanryu.stress.links import Link, break_links, direct_amount
from kanryu.stress.plan import SINK, CasePlan, plan_of_case, year_of_legs
from kanryu.stress.plan_draws import scenarios
from kanryu.stress.results import EachResult, RankedLink, RepairResult, ReverseResult
from kanryu.stress.reverse import cheapest_shape, smallest_failing_sets, smallest_uniform
from kanryu.stress.situation import CHANNELS, Parameter, parameters
from kanryu.stress.targets import parse_target, tester

BLOCK = 128  # scenarios side by side


def _plan(case: Case, day: dt.date | None, rung: Rung, year: int | None, changes: Any, schedule: str) -> Any:
    ranges = parameters(changes)
    return plan_of_case(case, year=year, day=day, rung=rung, ranges=ranges, schedule=schedule), ranges


def _links_of(plan: CasePlan, ranges: dict[str, Parameter]) -> tuple[Link, ...]:
    """Every single link; outside money only of companies whose revenue is reported."""
    outside = scenarios(plan, ranges).given.outside[:, 0]
    accounts = plan.situation.plan.accounts
    known = ~np.isnan(plan.revenue_limits[:, 1])
    single = plan.names.every()
    more = [plan.names.link(f"outside:{accounts[i]}") for i in np.flatnonzero((outside > 0) & known)]
    return (*single, *more)


def stress_each(
    case: Case,
    *,
    channels: Collection[str] = CHANNELS,
    day: dt.date | None = None,
    rung: Rung = "bound",
    year: int | None = None,
    changes: dict[str, float | Parameter] | None = None,
    schedule: str = "even",
) -> EachResult:
    """Break every link of a case alone and rank them by what they take down.

    Options are those of `stress_test`. Ranked by the loss when companies without figures pass everything on.
    """
    plan, ranges = _plan(case, day, rung, year, changes, schedule)
    links = _links_of(plan, ranges)
    ranked: list[RankedLink] = []
    worst, rounds, converged = 0.0, 0, True
    for begin in range(0, len(links), BLOCK):
        some = links[begin : begin + BLOCK]
        cuts = np.eye(len(some))
        tight = run_links(scenarios(plan, ranges, count=len(some)), some, cuts, channels=channels)
        loose = run_links(scenarios(plan, ranges, count=len(some), tight=False), some, cuts, channels=channels)
        worst = max(worst, tight.outcome.residual, loose.outcome.residual)
        rounds, converged = max(rounds, tight.outcome.rounds), converged and tight.outcome.converged
        for column, link in enumerate(some):
            ranked.append(_ranked(plan, link, tight, loose, column))
    ranked.sort(key=lambda item: (-item.lost_tight, item.name))
    gaps = plan_gaps(plan, ranges)
    return EachResult(
        case=case.id,
        year=plan.year,
        links=tuple(ranked),
        unknown=tuple(plan.legs.unknown),
        feasible=not gaps,
        gaps=gaps,
        certificate=Certificate(residual=worst, rounds=rounds, steps=len(links), converged=converged),
        origin=_origin("stress.definition_each", plan, rung, channels),
    )


def _ranked(plan: CasePlan, link: Link, tight: Run, loose: Run, column: int) -> RankedLink:
    accounts = plan.situation.plan.accounts
    own = tight.money_lost[:, column].copy()
    own[accounts.index(SINK)] = 0.0
    direct = float(tight.direct[column])
    top = int(np.argmax(own))
    lost = float(tight.lost[column])
    return RankedLink(
        name=link.name,
        kind=link.kind,
        direct=direct,
        lost_loose=float(loose.lost[column]),
        lost_tight=lost,
        amplification=lost / direct if direct > 0 else None,
        hit=int(np.sum(own > 1.0)),
        defaults=tuple(accounts[i] for i in np.flatnonzero(tight.outcome.fails[:, column])),
        worst=accounts[top] if own[top] > 1.0 else "",
        worst_loss=float(own[top]),
    )


def _tests(plan: CasePlan, ranges: dict[str, Parameter], links: Sequence[Link], goal: Any, channels: Any) -> Any:
    def test(broken: Any) -> Any:
        found = []
        for begin in range(0, broken.shape[1], BLOCK):
            part = np.asarray(broken[:, begin : begin + BLOCK], np.float64)
            found.append(goal(run_links(scenarios(plan, ranges, count=part.shape[1]), links, part, channels=channels)))
        return np.concatenate(found)

    return test


def reverse_stress(
    case: Case,
    target: str,
    *,
    links: Sequence[str] = (),
    channels: Collection[str] = CHANNELS,
    day: dt.date | None = None,
    rung: Rung = "bound",
    year: int | None = None,
    changes: dict[str, float | Parameter] | None = None,
    schedule: str = "even",
    price: Literal["count", "money"] = "count",
    size: int = 3,
    budget_seconds: float = 60.0,
) -> ReverseResult:
    """The smallest break that makes a target fail: sets of links, a uniform cut and a shaped cut of outside money.

    Parameters
    ----------
    target : str
        See `stress.targets`.
    links : names of the links that may break (default: every single link of the plan)
    price : {"count", "money"}
        Whether the smallest set has the fewest links or the least money broken directly.
    size : minimal sets with more links are not listed
    budget_seconds : float
        When it ends the bounds reached are returned.

    Raises
    ------
    InputError
        Nothing can reach the target, or it fails already at plan.
    """
    plan, ranges = _plan(case, day, rung, year, changes, schedule)
    goal = tester(parse_target(target, plan))
    chosen = tuple(plan.names.link(name) for name in links) or _links_of(plan, ranges)
    sets = smallest_failing_sets(
        _tests(plan, ranges, chosen, goal, channels),
        tuple(link.name for link in chosen),
        cost=_prices(plan, ranges, chosen) if price == "money" else None,
        size=size,
        budget_seconds=budget_seconds,
    )
    known = np.flatnonzero(~np.isnan(plan.revenue_limits[:, 1]))
    accounts = plan.situation.plan.accounts
    outside = tuple(plan.names.link(f"outside:{accounts[i]}") for i in known)
    uniform, safe, shaped, cost = None, 1.0, {}, None
    if outside:
        cut = _tests(plan, ranges, outside, goal, channels)
        found = smallest_uniform(lambda sizes: cut(np.repeat(sizes[None, :], len(outside), axis=0)), tolerance=1e-6)
        uniform, safe = found.fails, found.safe
        if uniform is not None:
            most = scenarios(plan, ranges).given.outside[known, 0]
            money = np.where(most > 0, most, 1.0)[:, None]
            shape = cheapest_shape(
                lambda shock: cut(shock / money), tuple(link.name for link in outside), most, start=uniform, rounds=8
            )
            shaped, cost = shape.loss, shape.cost
    return ReverseResult(
        case=case.id,
        year=plan.year,
        target=target,
        sets=sets,
        uniform=uniform,
        uniform_safe=safe,
        shaped=shaped,
        shaped_cost=cost,
        assumptions=("stress.assumed_tight", "stress.assumed_no_redirect"),
        origin=_origin("stress.definition_reverse", plan, rung, channels),
    )


def _prices(plan: CasePlan, ranges: dict[str, Parameter], links: Sequence[Link]) -> Any:
    """Money that each link carries at the central figures, at least 1 so that no link is free."""
    drawn = scenarios(plan, ranges, count=len(links))
    given = drawn.given
    direct = direct_amount(
        drawn.situation,
        links,
        np.eye(len(links)),
        given.amount,
        given.outside,
        given.outside_funding,
        drawn.situation.owed,
    )
    return np.maximum(direct, 1.0)


def cheapest_repair(
    case: Case,
    breaks: Sequence[str],
    target: str,
    *,
    channels: Collection[str] = CHANNELS,
    day: dt.date | None = None,
    rung: Rung = "bound",
    year: int | None = None,
    changes: dict[str, float | Parameter] | None = None,
    schedule: str = "even",
    budget_seconds: float = 60.0,
) -> RepairResult:
    """The cheapest rescue after a break: which links must hold after all, or how much money into which company.

    Raises
    ------
    InputError
        The target does not fail after the break, so that nothing needs mending, or no guarantee can save it.
    """
    ranges = parameters(changes)
    also = frozenset(text for text in breaks)
    chosen = year if year is not None else year_of_legs(case, also, day, schedule)
    plan = plan_of_case(case, year=chosen, day=day, rung=rung, also=also, ranges=ranges, schedule=schedule)
    goal = tester(parse_target(target, plan))
    links = tuple(link for name in breaks for link in _single(plan, plan.names.link(name)))
    fails = _tests(plan, ranges, links, goal, channels)
    if not fails(np.ones((len(links), 1), bool))[0]:
        raise InputError(key="stress.nothing_to_repair", target=target)
    # the mirror of the reverse test: guaranteed links are closed upwards for "saved"
    guarantees = smallest_failing_sets(
        lambda held: ~fails(~held), tuple(link.name for link in links), budget_seconds=budget_seconds
    )
    injection = _injections(plan, ranges, links, goal, channels)
    cheapest = min(injection, key=lambda name: injection[name]) if injection else ""
    return RepairResult(
        case=case.id,
        year=plan.year,
        target=target,
        guarantees=guarantees,
        injection=injection,
        cheapest=cheapest,
        assumptions=("stress.assumed_tight", "stress.assumed_one_company"),
        origin=_origin("stress.definition_repair", plan, rung, channels),
    )


def _single(plan: CasePlan, link: Link) -> list[Link]:
    """The legs, debts and sources of a link one by one, so that each can be guaranteed alone."""
    legs, situation = plan.situation.plan, plan.situation
    found = [Link(name=legs.legs[k], kind="leg", legs=(k,)) for k in link.legs]
    found += [Link(name=f"debt:{situation.debt_names[k]}", kind="debt", debts=(k,)) for k in link.debts]
    found += [Link(name=f"outside:{legs.accounts[i]}", kind="outside", outside=(i,)) for i in link.outside]
    found += [Link(name=f"lent:{legs.accounts[i]}", kind="funding", outside_funding=(i,)) for i in link.outside_funding]
    return found or [link]


def _injections(plan: CasePlan, ranges: dict[str, Parameter], links: Any, goal: Any, channels: Any) -> dict[str, float]:
    """Per company the smallest money that alone keeps the target standing; companies that cannot do it are left out."""
    legs = plan.situation.plan
    most = float(np.sum(plan.leg_limits[:, 1])) + float(np.sum(plan.owed_limits[:, 1] if len(plan.owed_limits) else 0))
    candidates = [i for i in range(legs.n) if legs.accounts[i] != SINK]

    def saved(who: Any, money: Any) -> Any:
        drawn = scenarios(plan, ranges, count=len(who))
        cash = drawn.given.cash.copy()
        cash[who, np.arange(len(who))] += money
        broken = break_links(drawn.situation, links, np.ones((len(links), len(who))))
        given = replace(drawn.given, cash=cash)
        outcome = run_channels(
            drawn.situation, broken.shock, drawn.settings, given, channels=channels,
            stake_left=broken.stake_left, multiple_left=broken.multiple_left, debt_failed=broken.debt_failed,
        )  # fmt: skip
        return ~goal(Run(drawn, outcome, np.zeros(len(who))))

    able = [i for i, ok in zip(candidates, saved(np.array(candidates), np.full(len(candidates), most))) if ok]
    if not able:
        return {}
    who = np.array(able)
    low, high = np.zeros(len(able)), np.full(len(able), most)
    for _ in range(26):  # to a hundred-millionth of all money in the plan
        middle = (low + high) / 2
        fine = saved(who, middle)
        low, high = np.where(fine, low, middle), np.where(fine, middle, high)
    return {legs.accounts[i]: float(x) for i, x in sorted(zip(able, high), key=lambda pair: pair[1])}


def _origin(definition: str, plan: CasePlan, rung: Rung, channels: Collection[str]) -> Origin:
    return Origin(
        definition=definition,
        inputs={"case": plan.case.id, "year": plan.year, "rung": rung, "channels": list(channels)},
        assumptions=("stress.assumed_tight", "stress.assumed_no_redirect", "stress.assumed_last_year"),
        left_out=plan.legs.left_out,
        coverage={"legs": len(plan.legs.legs), "legs_without_amount": len(plan.legs.unknown)},
    )
