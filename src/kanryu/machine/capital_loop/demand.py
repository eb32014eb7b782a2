"""Outside demand: adopters by sector, consumers, start-ups (definitions/machine, 6.2).

Here money enters the machine for AI services. Subscriptions follow a Bass curve instead of pure exponential growth: the
first year of consumer demand came from people who tried it without having seen it, which the exponential cannot show.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtr

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.ensemble import total


@behaviour(
    reads=("belief", "fear", "return_smooth", "last.intensity", "last.adoption", "last.quality", "~demand"),
    gives=("intensity", "adoption", "premium", "return_multiple", "share_covering", "demand_shock"),
)
def adoption(s: Any, p: Any) -> dict[str, Any]:
    """Δx = (p + q X + φF Φ + φP prem)(x̄ - x) - θ [1-ϱ]+ x; ln ϱ ~ N(μ + η ln Q, s²); prem = B clip(1+2r, 0, 2)."""
    ceiling = p.spend_ceiling * p.ceiling_scale
    premium = s.belief * np.clip(1.0 + 2.0 * s.return_smooth, 0.0, 2.0)
    mean = p.return_mean + p.return_quality * np.log(s.last.quality)
    multiple = np.exp(mean + 0.5 * p.return_spread**2)
    pull = p.innovation + p.imitation * s.last.adoption + p.fear_effect * s.fear + p.premium_effect * premium
    lost = p.adopter_disappointment * np.maximum(1.0 - multiple, 0.0)
    intensity = s.last.intensity + pull * (ceiling - s.last.intensity) - lost * s.last.intensity
    intensity = np.clip(intensity, 0.0, ceiling)
    return {
        "intensity": intensity,
        "adoption": total(intensity / ceiling) / len(p.sales),
        "premium": premium,
        "return_multiple": multiple,
        "share_covering": ndtr(mean / p.return_spread),
        "demand_shock": np.exp(p.demand_noise * s.normal("demand", 3)),
    }


@behaviour(
    reads=(
        "intensity",
        "demand_shock",
        "belief",
        "last.quality",
        "last.ai_spending",
        "last.subscribed",
        "last.lab_alive",
        "return_multiple",
    ),
    gives=("ai_spending", "cloud_wanted_adopters", "cloud_wanted_outside", "subscribed", "lab_part", "model_appeal"),
    books=("adopter_margin", "realised_return", "models_adopters", "subscriptions", "integration"),
)
def outside_demand(s: Any, p: Any) -> dict[str, Any]:
    """spend = x Y, split to labs, cloud and integrators; subs = subs_ + (p_c + q_c √B subs_/max)(max - subs_)."""
    turnover = p.sales * np.exp(p.sales_growth * s.quarter) * np.ones(s.width)
    on = p.demand_outside
    spending = on * s.intensity * turnover * s.demand_shock[0]
    better = -np.expm1(-(s.last.quality - 1.0) / p.quality_scale)
    to_labs = p.demand_to_labs * better
    entered = np.ones((3, s.width))
    entered[1] = 1.0 / (1.0 + np.exp(-(s.quarter - p.challenger_entry) / 1.5))
    business = _shares(p.lab_business_share * entered, s.last.lab_alive, p.rivalry)
    consumers = _shares(p.lab_consumer_share, s.last.lab_alive, p.rivalry)
    models = (spending * to_labs)[:, None] * business
    cloud = spending * p.demand_to_cloud
    used = s.last.subscribed / p.subscriptions_limit
    pull = p.subscriptions_innovation + p.subscriptions_imitation * np.sqrt(s.belief / 0.25) * used
    subscribed = s.last.subscribed + np.clip(pull, 0.0, 1.0) * np.maximum(
        p.subscriptions_limit - s.last.subscribed, 0.0
    )
    outside = (p.outside_cloud * np.exp(p.sales_growth * s.quarter) + p.outside_cloud_ratio * total(cloud)) * on
    return {
        "ai_spending": spending,
        "cloud_wanted_adopters": cloud,
        "cloud_wanted_outside": outside * s.demand_shock[1],
        "subscribed": subscribed,
        "lab_part": business,
        "model_appeal": better,
        "adopter_margin": p.sector_margin * turnover,
        "realised_return": s.return_multiple * s.last.ai_spending,
        "models_adopters": models,
        "subscriptions": on * subscribed * s.demand_shock[2] * consumers,
        "integration": np.maximum(spending - total(models, 1) - cloud, 0.0),
    }


def _shares(weights: Any, alive: Any, rivalry: Any) -> Any:
    """Market shares of labs that are still alive; a small part of a failed lab's customers leaves."""
    living = weights * alive
    some = total(living)
    kept = -np.expm1(-rivalry * some) / -np.expm1(-rivalry)
    return living / np.maximum(some, 1e-9) * np.minimum(kept * np.minimum(some * 1e9, 1.0), 1.0)


@behaviour(
    reads=("@deposits", "lab_part", "model_appeal"),
    gives=("cloud_wanted_apps", "app_spending"),
    books=("models_apps", "startup_cost", "startup_sales"),
)
def startups(s: Any, p: Any) -> dict[str, Any]:
    """Start-ups spend a share of their cash; AI apps buy models and cloud with it, the rest is pay."""
    spending = p.app_burn * np.maximum(s.cash("startups"), 0.0)
    apps = spending[0] * p.demand_outside
    models = apps * p.app_to_labs * s.model_appeal * s.lab_part
    cloud = apps * p.app_to_cloud
    bought = np.zeros_like(spending)
    bought[0] = total(models) + cloud
    return {
        "cloud_wanted_apps": cloud,
        "app_spending": spending,
        "models_apps": models,
        "startup_cost": np.maximum(spending - bought, 0.0),
        "startup_sales": p.startup_sales * spending,
    }
