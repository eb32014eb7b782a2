"""Kanryu (還流): software that follows money round in circles.

Every command of the command line has its twin here; heavy parts load on first use.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# twin of the command -> the module that holds the function of that name
_TWINS = {
    "Spec": "kanryu.machine.simulate",
    "simulate": "kanryu.machine.simulate",
    "run_to_folder": "kanryu.machine.results",
    "replay": "kanryu.machine.results",
    "run_experiment": "kanryu.machine.experiments.catalogue",
    "run_experiments": "kanryu.machine.experiments.catalogue",
    "find_model": "kanryu.machine.matrix",
    "matrices": "kanryu.machine.matrix",
    "fit_case": "kanryu.machine.calibrate.answer",
    "score": "kanryu.machine.calibrate.score",
    "Request": "kanryu.formats.source",
    "read_case": "kanryu.formats.source",
    "read_ledger": "kanryu.formats.source",
    "check": "kanryu.case.checks",
    "check_facts": "kanryu.formats.checking",
    "explain": "kanryu.report.problems",
    "import_table": "kanryu.formats.stranger",
    "draft_mapping": "kanryu.formats.stranger",
    "bounds": "kanryu.follow.bounds",
    "circulation": "kanryu.follow.circulation",
    "ends": "kanryu.follow.ends",
    "own_money": "kanryu.follow.case_trace",
    "trace": "kanryu.follow.trace",
    "loops_in_time": "kanryu.follow.loops",
    "loops_static": "kanryu.follow.loops",
    "loops_in_slices": "kanryu.formats.ledger_answers",
    "Plan": "kanryu.flows.generate",
    "write_generated": "kanryu.formats.ledger_parts",
    "overview": "kanryu.follow.overview",
    "funnel": "kanryu.follow.funnel",
    "roles": "kanryu.follow.roles",
    "investor_ties": "kanryu.follow.ties",
    "vendor": "kanryu.follow.vendor",
    "consolidate": "kanryu.follow.consolidate",
    "compare": "kanryu.follow.compare",
    "deal_loops": "kanryu.follow.deal_loops",
    "chance": "kanryu.follow.chance",
    "participation": "kanryu.follow.time_loops",
    "read_payments": "kanryu.formats.payments",
    "write_payments": "kanryu.formats.payments",
    "show": "kanryu.case.shown",
    "export": "kanryu.formats.exporting",
    "doctor": "kanryu.formats.health",
    "state_of": "kanryu.case.rungs",
    "states_of": "kanryu.case.rungs",
    "case_ledger": "kanryu.flows.from_case",
    "leg_intervals": "kanryu.flows.from_case",
    "figure": "kanryu.case.figures",
    "revenue_of": "kanryu.case.figures",
    "clear": "kanryu.stress.clearing",
    "debtrank": "kanryu.stress.debtrank",
    "stress_test": "kanryu.stress.answer",
    "stress_plan": "kanryu.stress.year_plan",
    "stress_each": "kanryu.stress.search_case",
    "reverse_stress": "kanryu.stress.search_case",
    "cheapest_repair": "kanryu.stress.search_case",
    "explosive": "kanryu.market.explosive",
    "read_series": "kanryu.market.series_file",
    "market_panel": "kanryu.market.panel",
    "case_overlays": "kanryu.market.overlay_case",
    "serve": "kanryu.web.serving",
    "publish": "kanryu.web.publish",
}

__all__ = ["__version__", *_TWINS]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name in _TWINS:
        return getattr(importlib.import_module(_TWINS[name]), name)
    raise AttributeError(f"module 'kanryu' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
