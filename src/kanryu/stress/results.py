"""Records of a stress test, ready for the command line, the page and JSON. Amounts in whole currency.

Every company's answer is impact (it loses money for certain, between limits), exposure (it gets money from who is hit,
but whether it loses any depends on what nobody published), unknown (only legs without an amount connect it) or none.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kanryu.core.money import Interval
from kanryu.core.results import Origin
from kanryu.stress.attribution import LinkShare
from kanryu.stress.certificate import Certificate
from kanryu.stress.legs import PlanGap
from kanryu.stress.reverse import FailingSets

Verdict = Literal["impact", "exposure", "unknown", "none"]


class CompanyPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Sources and uses of one company in the year; None = not disclosed.

    outside : revenue from outside the case; running : costs beyond the legs of the case; cash : at the start
    surplus : sources less uses, None = the uses are not all known; gap : what is missing for sure
    outside_share : share of its revenue that comes from outside the circle, None = its revenue is not reported
    is_source : pays with money from outside the story; missing : figures nobody published
    """

    id: str
    outside: Interval | None
    revenue_in: Interval
    funding_in: Interval
    cash: Interval | None
    legs_out: Interval
    running: Interval | None
    surplus: Interval | None
    gap: Interval
    outside_share: Interval | None
    is_source: bool
    missing: tuple[str, ...]
    unknown_legs: tuple[str, ...]
    unpaid_legs: tuple[str, ...]
    sources: tuple[str, ...]


class YearPlan(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer", tag="plan"):
    """`kanryu stress CASE --plan`: the plan of a year before anything breaks.

    closed : companies whose reported revenue comes from inside the circle alone
    """

    case: str
    year: int
    day: str
    feasible: bool
    companies: tuple[CompanyPlan, ...]
    gaps: tuple[PlanGap, ...]
    closed: tuple[str, ...]
    names: dict[str, dict[str, str]]
    talked: tuple[str, ...]
    assumptions: tuple[str, ...]
    origin: Origin


class BrokenLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link as broken: which legs, how much money directly (None = not disclosed)."""

    name: str
    kind: str
    cut: float
    legs: tuple[str, ...]
    debts: tuple[str, ...]
    amount: Interval | None
    unknown: tuple[str, ...]


class LegHit(msgspec.Struct, frozen=True, kw_only=True):
    """A leg that fell in a round of the central scenario."""

    leg: str
    src: str
    dst: str
    planned: float
    before: float
    after: float
    is_broken: bool


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One round: who is hit through which leg, largest fall first."""

    number: int
    hits: tuple[LegHit, ...]
    entities: tuple[str, ...]


class EntityHit(msgspec.Struct, frozen=True, kw_only=True):
    """What the break does to one company.

    impact : money that does not arrive: receipts of the year and debts not repaid, over all draws and both ends of
        what is unknown
    exposure : what it gets from, or has lent to, those who are hit
    unknown : legs without an amount that connect it with those who are hit
    round : first round in which it is hit (0 = not)
    first_leg, path : the leg that fell short first; largest losses back to the broken link, payer first
    short : what it wants to pay and cannot; fails : share of draws in which it cannot pay a firm leg, at both ends
    debts : loans on which it loses; debt_lost, claims_lost : written off on loans and on contracts of who fails
    called, covered : paid under its own guarantees, and received under those of others
    recovery : share that its own creditors get
    value_change : relative change of its value, None = its value is not known
    """

    id: str
    name_en: str
    name_ja: str
    verdict: Verdict
    impact: Interval
    exposure: Interval
    unknown: tuple[str, ...]
    round: int
    first_leg: str
    path: tuple[str, ...]
    debts: tuple[str, ...]
    receipts_lost: Interval
    debt_lost: Interval
    claims_lost: Interval
    called: Interval
    covered: Interval
    short: Interval
    fails: Interval
    recovery: Interval | None
    revenue_change: Interval | None
    value_change: Interval | None
    is_known: bool


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """Shapley share of a channel in one kind of loss, average over the orders of switching channels on."""

    measure: str
    channel: str
    amount: float


class StressResult(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer", tag="broken"):
    """`kanryu stress CASE --break ...`.

    amplification : losses over all legs / money broken directly, central figures, companies without figures pass
        everything on; None = nothing was broken directly. amplification_range : over draws and both ends
    attribution : shares of the links when several are broken, of the money lost
    parties : payer and payee of the legs and debts that are named; names : names of companies by language
    index : relative change of the index, None = no weights are known
    """

    case: str
    year: int
    broken: tuple[BrokenLink, ...]
    channels: tuple[str, ...]
    feasible: bool
    gaps: tuple[PlanGap, ...]
    entities: tuple[EntityHit, ...]
    rounds: tuple[Round, ...]
    defaults: tuple[str, ...]
    direct: Interval
    lost: Interval
    amplification: float | None
    amplification_range: Interval | None
    value_lost: Interval | None
    index: Interval | None
    contributions: tuple[Contribution, ...]
    attribution: tuple[LinkShare, ...]
    certificate: Certificate
    assumptions: tuple[str, ...]
    talked: tuple[str, ...]
    parties: dict[str, tuple[str, str]]
    names: dict[str, dict[str, str]]
    origin: Origin


class RankedLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link broken alone; `loose` and `tight` = both ends of what is unknown about companies' cushions."""

    name: str
    kind: str
    direct: float
    lost_loose: float
    lost_tight: float
    amplification: float | None
    hit: int
    defaults: tuple[str, ...]
    worst: str
    worst_loss: float


class EachResult(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer", tag="each"):
    """`kanryu stress CASE --each`: all links ranked by what they take down; `unknown` have no known amount."""

    case: str
    year: int
    links: tuple[RankedLink, ...]
    unknown: tuple[str, ...]
    feasible: bool
    gaps: tuple[PlanGap, ...]
    certificate: Certificate
    origin: Origin


class ReverseResult(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer", tag="reverse"):
    """`kanryu stress CASE --reverse TARGET`: smallest sets, smallest uniform and shaped cut of outside money.

    uniform : share by which all outside inflow falls, None = even all of it is not enough
    shaped : cut of outside inflow per company in money, an upper bound
    """

    case: str
    year: int
    target: str
    sets: FailingSets | None
    uniform: float | None
    uniform_safe: float
    shaped: dict[str, float]
    shaped_cost: float | None
    assumptions: tuple[str, ...]
    origin: Origin


class RepairResult(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer", tag="repair"):
    """`kanryu stress CASE --break ... --reverse TARGET --repair`: what would keep the target standing.

    guarantees : smallest sets of links that must hold after all; injection : money into one company that is enough
    """

    case: str
    year: int
    target: str
    guarantees: FailingSets | None
    injection: dict[str, float]
    cheapest: str
    assumptions: tuple[str, ...]
    origin: Origin


StressAnswer = StressResult | YearPlan | EachResult | ReverseResult | RepairResult
