"""The essays, checked: every claim with what public sources say, its figures, and the view that computes it.

The claims are restated in our own words (`core/words`, room `essays`); figures and deals are those of the case, so
that each correction can be followed to its source.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kanryu.case.records import Case, Figure

Finding = Literal["agrees", "loose", "differs", "not_found", "mechanism"]


class Claim(msgspec.Struct, frozen=True):
    """One claim. Its sentences are `essays.ID.claim`, `.sources` and `.shown` in the word tables.

    finding : how the claim stands against the sources; "mechanism" is a claim that only a simulation can test
    view, query : the view of the page that shows it
    essay_figures, source_figures : figures of the case as the essay gives them, and as sources do
    """

    id: str
    essay: str
    finding: Finding
    view: str
    query: dict[str, str]
    essay_figures: tuple[Figure, ...]
    source_figures: tuple[Figure, ...]
    deals: tuple[str, ...]


class Essays(msgspec.Struct, frozen=True):
    """All claims in the order of the essays."""

    claims: tuple[Claim, ...]


_Row = tuple[str, Finding, str, dict[str, str], tuple[tuple[str, str], ...], tuple[str, ...]]

# id, finding, view, query, (entity, metric) of figures, deals
_CLAIMS: tuple[_Row, ...] = (
    ("A1", "loose", "map", {"t": "2025-10-01"}, (), ("nvda-openai-loi-2025", "nvda-openai-2026", "oracle-openai-2025",
      "oracle-nvidia-gb200", "amd-openai-2025")),
    ("A2", "agrees", "company", {"entity": "nvidia"}, (("nvidia", "gross_margin"), ("nvidia", "gross_margin_gaap"),
      ("amazon", "anthropic_gain_pretax")), ()),
    ("A3", "loose", "company", {"entity": "coreweave"}, (("nvidia", "coreweave_stake_as_called_by_seed"),),
     ("nvda-coreweave-backstop", "nvda-coreweave-equity", "coreweave-openai-2025")),
    ("A4", "differs", "company", {"entity": "openai"}, (("openai", "revenue"), ("openai", "deficit_as_called_by_seed"),
      ("openai", "cash_burn"), ("openai", "operating_loss"), ("openai", "net_loss")), ()),
    ("A5", "agrees", "compare", {}, (), ()),
    ("A6", "loose", "break", {}, (("sp500", "ai_share_of_gains"),), ()),
    ("A7", "mechanism", "machine", {}, (), ()),
    ("A8", "mechanism", "front", {}, (), ()),
    ("B1", "loose", "machine", {}, (("scion", "short_position_as_called_by_seed"), ("scion", "nvidia_puts_notional"),
      ("scion", "palantir_puts_notional"), ("scion", "palantir_puts_cost")), ("scion-puts-2025",)),
    ("B2", "mechanism", "machine", {}, (), ()),
    ("B3", "loose", "market", {}, (("world", "genai_gdp_effect"), ("nvidia", "pe_ratio")), ()),
    ("B4", "agrees", "market", {}, (("sp500", "ai_share_of_returns"), ("sp500", "ai_share_of_earnings_growth"),
      ("sp500", "ai_share_of_capex_growth")), ()),
    ("B5", "mechanism", "machine", {}, (), ()),
    ("B6", "differs", "loops", {}, (("openai", "microsoft_investment"), ("openai", "valuation")),
     ("msft-openai-invest", "msft-openai-recap-2025", "msft-nvidia-gpus")),
    ("B7", "differs", "company", {"entity": "nvidia"}, (("openai", "gpt4_training_gpus"),
      ("nvidia", "data_center_revenue")), ()),
    ("B8", "not_found", "company", {"entity": "nvidia"}, (("nvidia", "holders_as_called_by_seed"),
      ("nvidia", "largest_holders"), ("nvidia", "non_marketable_equity")), ()),
    ("B9", "loose", "deal", {"deal": "stripe-openai-2025"}, (("stripe", "payment_volume"), ("stripe", "valuation")),
     ("stripe-openai-2025", "paypal-openai-2025")),
    ("B10", "not_found", "deal", {"deal": "german-carmaker-seed"}, (("german-carmaker-unnamed", "ai_programme"),
      ("volkswagen", "ai_programme")), ("german-carmaker-seed", "vw-ai-2025", "retailer-ai-seed")),
    ("B11", "mechanism", "map", {}, (), ()),
    ("B12", "loose", "market", {}, (("venture-capital", "ai_share_world"), ("venture-capital", "ai_share_us"),
      ("venture-capital", "renewables_vs_ai_ratio"), ("venture-capital", "clean_tech_startup_funding")), ()),
    ("B13", "loose", "market", {}, (("world", "nasdaq_fall"),), ()),
    ("B14", "not_found", "machine", {}, (("enterprise-ai", "ai_researcher_pay"),), ()),
    ("B15", "loose", "market", {}, (("world", "data_center_capex"), ("big-four", "capex"),
      ("enterprise-ai", "pilots_without_return")), ()),
    ("B16", "mechanism", "machine", {}, (), ()),
    ("B17", "agrees", "deal", {"deal": "chips-act-awards"}, (), ("chips-act-awards", "usg-intel-2025",
      "nvda-usg-china-share")),
    ("B18", "not_found", "market", {}, (("sp500", "top7_share_chart"),), ()),
    ("B19", "mechanism", "machine", {}, (), ()),
    ("B20", "mechanism", "machine", {}, (), ()),
)  # fmt: skip


def is_of_essay(figure: Figure) -> bool:
    """Whether the figure is what an essay says, not what a source says."""
    return figure.source.url.startswith("seed:")


def essays(case: Case) -> Essays:
    """Every claim with the figures and deals that the case holds about it."""
    deals = {leg.deal_id for leg in case.legs}
    claims = []
    for claim_id, finding, view, query, metrics, about in _CLAIMS:
        found = [f for pair in metrics for f in case.figures if (f.entity, f.metric) == pair]
        claims.append(
            Claim(
                claim_id,
                claim_id[0],
                finding,
                view,
                query,
                tuple(figure for figure in found if is_of_essay(figure)),
                tuple(figure for figure in found if not is_of_essay(figure)),
                tuple(deal for deal in about if deal in deals),
            )
        )
    return Essays(tuple(claims))
