"""Which measures the API serves: a table of the Python functions, with their parameters. No logic of its own.

Every entry calls the same function as the command line and returns the same record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from kanryu.case.records import Case, Entity, Event, Figure, Leg, Stake
from kanryu.core.errors import UsageError
from kanryu.core.problems import Problem
from kanryu.flows.from_case import case_ledger
from kanryu.follow.broken_link import BrokenLink, broken_link
from kanryu.follow.case_trace import own_money
from kanryu.follow.case_trace_records import OwnMoney
from kanryu.follow.chance import NULLS, Chance, chance
from kanryu.follow.circulation import Circulation, circulation
from kanryu.follow.consolidate import Consolidation, consolidate
from kanryu.follow.deal_loops import deal_loops
from kanryu.follow.ends import Ends, ends
from kanryu.follow.funnel import Funnel, funnel
from kanryu.follow.loops import Loops, loops_of_deals
from kanryu.follow.roles import Roles, roles
from kanryu.follow.ties import Ties, investor_ties
from kanryu.follow.vendor import Vendor, largest_financing_vendor, vendor
from kanryu.market.overlay_case import CaseOverlays, case_overlays
from kanryu.market.panel import Panel, market_panel
from kanryu.report.essays import Essays, essays
from kanryu.report.picture import Months, Picture, months, picture
from kanryu.report.wheel import Wheel, wheel
from kanryu.stress.answer import stress_test
from kanryu.stress.results import EachResult, ReverseResult, StressResult
from kanryu.stress.search_case import reverse_stress, stress_each

MOST_LINKS = 12
SEARCH_SECONDS = 20.0
WINDOW_DAYS = 365
SHUFFLES = 40
RungName = Literal["talked", "bound", "paid"]


class Facts(msgspec.Struct, frozen=True):
    """The tables of a case as they were read, without its long series."""

    id: str
    title_en: str
    title_ja: str
    currency: str
    entities: tuple[Entity, ...]
    legs: tuple[Leg, ...]
    events: tuple[Event, ...]
    stakes: tuple[Stake, ...]
    figures: tuple[Figure, ...]
    notes_en: str
    notes_ja: str


class Chances(msgspec.Struct, frozen=True):
    """Loops in time among the dated payments of a case, within a window of days, against each null model."""

    window: int
    nulls: tuple[Chance, ...]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """How the facts are looked at: the query of an API call, or the options of a command."""

    true_by: dt.date | None = None
    known_by: dt.date | None = None
    rung: RungName | None = None
    account: str | None = None
    other: str | None = None
    deal: str | None = None
    leg: str | None = None
    link: str | None = None
    goal: str | None = None
    cut: float | None = None


class Measure(msgspec.Struct, frozen=True):
    """One row of the table. `work(case, view)` gives a record of type `result` and the problems met."""

    name: str
    result: Any
    work: Callable[[Case, View], tuple[Any, tuple[Problem, ...]]]
    query: tuple[str, ...] = ()
    summary: str = ""


DAYS = ("true_by", "known_by")
QUERY_TYPES: dict[str, Any] = {
    "true_by": dt.date | None,
    "known_by": dt.date | None,
    "rung": RungName | None,
    "account": str | None,
    "other": str | None,
    "deal": str | None,
    "leg": str | None,
    "link": str | None,
    "goal": str | None,
    "cut": float | None,
}


def _facts(case: Case, view: View) -> tuple[Facts, tuple[Problem, ...]]:
    names = Facts.__struct_fields__
    return Facts(*(getattr(case, name) for name in names)), ()


def _picture(case: Case, view: View) -> tuple[Picture, tuple[Problem, ...]]:
    return picture(case, view.true_by, view.known_by), ()


def _months(case: Case, view: View) -> tuple[Months, tuple[Problem, ...]]:
    return months(case, view.known_by), ()


def _wheel(case: Case, view: View) -> tuple[Wheel, tuple[Problem, ...]]:
    return wheel(case), ()


def _funnel(case: Case, view: View) -> tuple[Funnel, tuple[Problem, ...]]:
    return funnel(case, deal=view.deal, true_by=view.true_by, known_by=view.known_by), ()


def _roles(case: Case, view: View) -> tuple[Roles, tuple[Problem, ...]]:
    return roles(case, view.account, view.other, true_by=view.true_by, known_by=view.known_by), ()


def _vendor(case: Case, view: View) -> tuple[Vendor, tuple[Problem, ...]]:
    entity = view.account or largest_financing_vendor(case, true_by=view.true_by, known_by=view.known_by)
    return vendor(case, entity, customer=view.other, true_by=view.true_by, known_by=view.known_by), ()


def _ties(case: Case, view: View) -> tuple[Ties, tuple[Problem, ...]]:
    return investor_ties(case, rung=view.rung or "bound", true_by=view.true_by, known_by=view.known_by), ()


def _circulation(case: Case, view: View) -> tuple[Circulation, tuple[Problem, ...]]:
    ledger = case_ledger(case, true_by=view.true_by, known_by=view.known_by, rung=view.rung)
    return circulation(ledger), ()


def _loops(case: Case, view: View) -> tuple[Loops, tuple[Problem, ...]]:
    return loops_of_deals(deal_loops(case, true_by=view.true_by, known_by=view.known_by, rung=view.rung)), ()


def _trace(case: Case, view: View) -> tuple[OwnMoney, tuple[Problem, ...]]:
    if not view.account:
        raise UsageError(key="web.error.account_needed")
    return own_money(case, view.account, true_by=view.true_by, known_by=view.known_by, rung=view.rung), ()


def _consolidate(case: Case, view: View) -> tuple[Consolidation, tuple[Problem, ...]]:
    return consolidate(case, true_by=view.true_by, known_by=view.known_by), ()


def _broken(case: Case, view: View) -> tuple[BrokenLink, tuple[Problem, ...]]:
    if not view.account or not view.other:
        raise UsageError(key="web.error.two_needed")
    return broken_link(case, view.account, view.other, true_by=view.true_by, known_by=view.known_by), ()


def _chance(case: Case, view: View) -> tuple[Chances, tuple[Problem, ...]]:
    ledger = case_ledger(case, true_by=view.true_by, known_by=view.known_by, rung=view.rung)
    return Chances(WINDOW_DAYS, tuple(chance(ledger, WINDOW_DAYS, null=null, shuffles=SHUFFLES) for null in NULLS)), ()


def _essays(case: Case, view: View) -> tuple[Essays, tuple[Problem, ...]]:
    return essays(case), ()


def _stress(case: Case, view: View) -> tuple[StressResult, tuple[Problem, ...]]:
    if not view.link:
        raise UsageError(key="web.error.link_needed")
    links = [part for part in view.link.split(",") if part][:MOST_LINKS]
    cut = 1.0 if view.cut is None else view.cut
    if not 0 < cut <= 1:
        raise UsageError(key="stress.cut_range", found=cut)
    return stress_test(case, links, cut=cut, day=view.known_by or view.true_by, rung=view.rung or "bound"), ()


def _each(case: Case, view: View) -> tuple[EachResult, tuple[Problem, ...]]:
    return stress_each(case, day=view.known_by or view.true_by, rung=view.rung or "bound"), ()


def _reverse(case: Case, view: View) -> tuple[ReverseResult, tuple[Problem, ...]]:
    if not view.goal:
        raise UsageError(key="web.error.goal_needed")
    day = view.known_by or view.true_by
    return reverse_stress(case, view.goal, day=day, rung=view.rung or "bound", budget_seconds=SEARCH_SECONDS), ()


def _market(case: Case, view: View) -> tuple[Panel, tuple[Problem, ...]]:
    return market_panel(case, true_by=view.true_by, known_by=view.known_by), ()


def _overlays(case: Case, view: View) -> tuple[CaseOverlays, tuple[Problem, ...]]:
    found = case_overlays(case, true_by=view.true_by, known_by=view.known_by)
    return CaseOverlays(case=case.id, overlays=found), ()


def _ends(case: Case, view: View) -> tuple[Ends, tuple[Problem, ...]]:
    ledger = case_ledger(case, true_by=view.true_by, known_by=view.known_by, rung=view.rung)
    return ends(ledger, groups={entity.id: entity.role for entity in case.entities}, by="role"), ()


MEASURES: tuple[Measure, ...] = (
    Measure("facts", Facts, _facts, (), "Entities, legs, events, stakes and figures with their sources."),
    Measure("picture", Picture, _picture, DAYS, "Every leg as of a day, on its rung."),
    Measure("months", Months, _months, ("known_by",), "What was newly talked about, bound and paid by month."),
    Measure("wheel", Wheel, _wheel, (), "Where everybody stands on the role wheel."),
    Measure("loops", Loops, _loops, (*DAYS, "rung"), "Loops of deals, the strongest first."),
    Measure("broken", BrokenLink, _broken, (*DAYS, "account", "other"), "What stops going round without one link."),
    Measure("chance", Chances, _chance, (*DAYS, "rung"), "How many loops in time chance alone would make."),
    Measure("essays", Essays, _essays, (), "Each claim of the essays with what the sources say."),
    Measure("trace", OwnMoney, _trace, (*DAYS, "rung", "account"), "Own money back in a company's revenue."),
    Measure("consolidate", Consolidation, _consolidate, DAYS, "All companies of the case as one."),
    Measure("funnel", Funnel, _funnel, (*DAYS, "deal"), "Talked about, bound, paid: per deal and in all."),
    Measure("roles", Roles, _roles, (*DAYS, "account", "other"), "Every role that companies have towards each other."),
    Measure("vendor", Vendor, _vendor, (*DAYS, "account", "other"), "What a deal does for the vendor who finances it."),
    Measure("ties", Ties, _ties, (*DAYS, "rung"), "How many investors also trade with what they invest in."),
    Measure("stress", StressResult, _stress, (*DAYS, "rung", "link", "cut"), "Break links and see who is hit."),
    Measure("stress_each", EachResult, _each, (*DAYS, "rung"), "Every link broken alone, ranked."),
    Measure("reverse", ReverseResult, _reverse, (*DAYS, "rung", "goal"), "The smallest break with a given end."),
    Measure("market", Panel, _market, DAYS, "Market measures with their error rates."),
    Measure("overlays", CaseOverlays, _overlays, DAYS, "Eras side by side, by several clocks."),
    Measure("ends", Ends, _ends, (*DAYS, "rung"), "Where spent money comes to rest."),
    Measure("circulation", Circulation, _circulation, (*DAYS, "rung"), "How much of all flows goes round."),
)


def measure(name: str) -> Measure:
    """The row of that name; `KeyError` if there is none."""
    return next(row for row in MEASURES if row.name == name)
