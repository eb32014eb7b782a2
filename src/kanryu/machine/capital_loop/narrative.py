"""Three narrators, one algorithm, awe and fear (definitions/machine, 6.1).

Leaders, the Street and the media make a message; it turns the susceptible into believers, who tire, faster when returns
and revenue disappoint. Awe (belief) moves valuation and capital; fear moves the spending of adopters.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.draws import poisson


@behaviour(
    reads=("~events", "last.return_smooth", "last.market_return", "last.lab_growth", "last.need", "last.street_fees"),
    gives=("return_smooth", "surprise", "event", "message"),
)
def narrators(s: Any, p: Any) -> dict[str, Any]:
    """r = λr r_ + (1-λr)(Δln MV_ - r_req); g = clip(Δln R_lab_ - ĝ, -1, 0.5); M = [Σ w m]+ over three narrators."""
    smooth = p.return_memory * s.last.return_smooth + (1.0 - p.return_memory) * (
        s.last.market_return - p.return_required
    )
    surprise = np.clip(s.last.lab_growth - p.growth_expected, -1.0, 0.5)
    event = p.event_size * poisson(s.uniform("events")[0], p.event_rate)
    mood = np.tanh(smooth / p.return_scale)
    leaders = 1.0 + p.leaders_need * s.last.need + event
    street = 1.0 + p.street_returns * mood + p.street_fees * s.last.street_fees
    media = 1.0 + (1.0 + p.algorithm) * (p.media_returns * mood + event)
    message = p.weight_leaders * leaders + p.weight_street * street + p.weight_media * media
    return {
        "return_smooth": smooth,
        "surprise": surprise,
        "event": event,
        "message": np.maximum(message, 0.0),
    }


@behaviour(
    reads=(
        "return_smooth",
        "surprise",
        "message",
        "last.susceptible",
        "last.belief",
        "last.weary",
    ),
    gives=("susceptible", "belief", "weary"),
)
def belief(s: Any, p: Any) -> dict[str, Any]:
    """new = S(1-exp(-β M B)); tired = B(1-exp(-γ)); back = W(1-exp(-ω)); γ = γ0 + γ1 [-n]+; ω = ω0 + ω1 [n]+.

    n = tanh(a_r r + a_g g) is the news: bad news tires believers, good news opens the weary to the story again.
    """
    news = np.tanh(p.tire_returns * s.return_smooth + p.tire_growth * s.surprise)
    fatigue = p.fatigue + p.disappointment * np.maximum(-news, 0.0)
    relapse = p.relapse + p.relapse_news * np.maximum(news, 0.0)
    new = s.last.susceptible * -np.expm1(-p.contagion * s.message * s.last.belief)
    tired = s.last.belief * -np.expm1(-fatigue)
    back = s.last.weary * -np.expm1(-relapse)
    return {
        "susceptible": s.last.susceptible - new + back,
        "belief": s.last.belief + new - tired,
        "weary": s.last.weary + tired - back,
    }


@behaviour(reads=("belief", "event", "last.adoption"), gives=("fear",))
def fear(s: Any, p: Any) -> dict[str, Any]:
    """Φ = 1 - exp(-(φ0 + φ1 B X + φ2 e)): fear of being left behind."""
    return {"fear": -np.expm1(-(p.fear_base + p.fear_spread * s.belief * s.last.adoption + p.fear_events * s.event))}
