"""Break links of a case and say who is hit: impact, exposure, unknown, with intervals.

Four runs: the central figures and draws (section 9), each at both ends of what nobody knows about companies'
cushions. Low ends are the 5 % quantile where companies absorb, high ends the 95 % quantile where they pass on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np

from kanryu.core.money import Interval
from kanryu.stress.channels import Outcome, run_channels
from kanryu.stress.links import Link, break_links, direct_amount
from kanryu.stress.plan import OPERATIONS, CasePlan
from kanryu.stress.plan_draws import Scenarios, scenarios
from kanryu.stress.results import Contribution
from kanryu.stress.situation import CHANNELS, Parameter

DRAWS = 200
SEED = 1
SMALL = 1e-6  # a loss below this share of the largest amount is rounding


@dataclass
class Run:
    """Scenarios, what was broken in them, and the outcome."""

    scenarios: Scenarios
    outcome: Outcome
    direct: Any

    @property
    def receipts_lost(self) -> Any:
        """Planned receipts that do not arrive, float64 (n, S), outside money included."""
        plan = self.scenarios.situation.plan
        lost = np.zeros_like(self.outcome.revenue)
        gone = self.outcome.planned - self.outcome.paid
        np.add.at(
            lost, plan.dst, np.where(gone > SMALL * 1e-3 * max(1.0, float(self.outcome.planned.max())), gone, 0.0)
        )
        return lost

    @property
    def money_lost(self) -> Any:
        """Money that does not arrive at each entity: receipts and debts, guarantees counted, float64 (n, S)."""
        outcome = self.outcome
        return np.maximum(self.receipts_lost + outcome.debt_lost + outcome.called - outcome.covered, 0.0)

    @property
    def lost(self) -> Any:
        """Losses over the legs of the case, outside inflow and debts, float64 (S,); running costs do not count."""
        deals = np.array([not name.startswith(OPERATIONS) for name in self.scenarios.situation.plan.legs], bool)
        gone = (self.outcome.planned - self.outcome.paid)[deals].sum(axis=0)
        return gone + self.outcome.debt_lost.sum(axis=0) + self.outside_lost

    outside_lost: Any = 0.0


def run_links(
    drawn: Scenarios,
    links: Sequence[Link],
    cuts: Any,
    *,
    channels: Collection[str] = CHANNELS,
    history: bool = False,
) -> Run:
    """Break `links` by `cuts` (links, S or 1) in given scenarios."""
    cuts = np.broadcast_to(np.asarray(cuts, np.float64), (len(links), drawn.count))
    broken = break_links(drawn.situation, links, cuts)
    outcome = run_channels(
        drawn.situation,
        broken.shock,
        drawn.settings,
        drawn.given,
        channels=channels,
        stake_left=broken.stake_left,
        multiple_left=broken.multiple_left,
        debt_failed=broken.debt_failed,
        history=history,
    )
    given = drawn.given
    direct = direct_amount(
        drawn.situation, links, cuts, given.amount, given.outside, given.outside_funding, drawn.situation.owed
    )
    outside = ((1.0 - broken.shock.outside) * given.outside).sum(axis=0)
    outside = outside + ((1.0 - broken.shock.outside_funding) * given.outside_funding).sum(axis=0)
    return Run(drawn, outcome, direct, outside)


@dataclass
class FourRuns:
    """Central and drawn, tight and loose."""

    central: Run
    loose: Run
    drawn_tight: Run
    drawn_loose: Run

    def interval(self, measure: Any, row: int | None = None, *, falls: bool = False) -> Interval:
        """5 % of the loose draws, the central figure if both ends agree, 95 % of the tight draws.

        `falls` is for measures that get smaller the worse it is (changes, recoveries): then the ends change places.
        """

        def pick(values: Any) -> Any:
            return values if row is None else values[row]

        first, last = (self.drawn_tight, self.drawn_loose) if falls else (self.drawn_loose, self.drawn_tight)
        low = float(np.quantile(pick(measure(first)), 0.05))
        high = float(np.quantile(pick(measure(last)), 0.95))
        a, b = float(np.ravel(pick(measure(self.loose)))[0]), float(np.ravel(pick(measure(self.central)))[0])
        if low > high:
            low, high = high, low
        low, high = min(low, a, b), max(high, a, b)
        agree = abs(a - b) <= 0.05 * max(abs(a), abs(b), 1e-300)
        return Interval(low, b if agree else None, high)


def four_runs(
    plan: CasePlan,
    links: Sequence[Link],
    cut: float,
    ranges: dict[str, Parameter],
    *,
    channels: Collection[str] = CHANNELS,
    draws: int = DRAWS,
    seed: int = SEED,
) -> FourRuns:
    """The four runs of a break; the same seed in both ends, so that only the cushion differs."""
    cuts = np.full((len(links), 1), cut)

    def go(count: int, number: int | None, tight: bool, history: bool = False) -> Run:
        return run_links(
            scenarios(plan, ranges, count=count, seed=number, tight=tight),
            links,
            cuts,
            channels=channels,
            history=history,
        )

    return FourRuns(
        central=go(1, None, True, history=True),
        loose=go(1, None, False),
        drawn_tight=go(draws, seed, True),
        drawn_loose=go(draws, seed, False),
    )


def contributions(
    plan: CasePlan, links: Sequence[Link], cut: float, ranges: dict[str, Parameter], channels: Collection[str]
) -> tuple[Contribution, ...]:
    """Shapley shares of the channels that are on, for each kind of loss on its own (kinds are never added).

    Source
    ------
    Definitions of stress, section 8: with interaction the contributions depend on the order, so the average over all
    orders is given (2^k runs).
    """
    names = [name for name in CHANNELS if name in channels]
    drawn = scenarios(plan, ranges)
    cuts = np.full((len(links), 1), cut)
    worth: dict[frozenset[str], dict[str, float]] = {}
    for size in range(len(names) + 1):
        for chosen in combinations(names, size):
            run = run_links(drawn, links, cuts, channels=chosen)
            worth[frozenset(chosen)] = {
                "receipts": float(np.sum(run.lost - run.outcome.debt_lost.sum(axis=0))),
                "write_offs": float(run.outcome.debt_lost.sum() + run.outcome.claims_lost.sum()),
                "value": float(np.nansum(run.outcome.outside_value_lost)),
                "index": -float(run.outcome.index_return[0]),
            }
    found = []
    for measure in ("receipts", "write_offs", "value", "index"):
        base = worth[frozenset()][measure]
        if base:
            found.append(Contribution(measure=measure, channel="direct", amount=base))
        for name in names:
            total = 0.0
            others = [other for other in names if other != name]
            for size in range(len(others) + 1):
                weight = factorial(size) * factorial(len(names) - size - 1) / factorial(len(names))
                for chosen in combinations(others, size):
                    total += weight * (worth[frozenset((*chosen, name))][measure] - worth[frozenset(chosen)][measure])
            if abs(total) > 1e-9 * max(1.0, abs(base)):
                found.append(Contribution(measure=measure, channel=name, amount=total))
    return tuple(found)
