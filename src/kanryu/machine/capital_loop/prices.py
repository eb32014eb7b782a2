"""Share prices: belief times expected earnings, with float and flows (definitions/machine, 6.8)."""

from __future__ import annotations

from typing import Any

import numpy as np

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.ensemble import total


def price_earnings(growth: Any, p: Any) -> Any:
    """PE = m0·((1+g)/(1+ρ))^T in years of earnings."""
    return p.mature_multiple * np.exp(p.growth_years * np.log((1.0 + growth) / (1.0 + p.discount)))


@behaviour(
    reads=(
        "vendor_profit",
        "tax_vendors",
        "core_path",
        "host_margin",
        "wear_chips",
        "wear_shells",
        "impairment",
        "interest",
        "tax_hyperscalers",
        "mark_rise",
        "last.earnings",
        "last.earnings_trend",
        "host_sales",
        "accelerator_sales",
        "@lab_shares",
    ),
    gives=("net_income", "stake_gains", "earnings", "earnings_trend"),
)
def earnings(s: Any, p: Any) -> dict[str, Any]:
    """E = smoothed quarterly earnings including ψ_m times gains on stakes; trend = smoothed yearly growth of E."""
    held = s.holdings("lab_shares")[:, :7]
    gains = total(held * (s.mark_rise / (1.0 + s.mark_rise))[:, None])
    vendors = s.vendor_profit - s.tax_vendors
    hosts = s.host_margin - s.wear_chips[:7] - s.wear_shells - s.impairment[:7] - s.interest
    hyperscalers = p.core_earnings * s.core_path + hosts[:5] - s.tax_hyperscalers
    income = np.concatenate([vendors, hyperscalers, hosts[5:]])
    # a firm that builds makes losses; the market looks through to a margin on what it sells
    counted = income.copy()
    counted[:2] = np.maximum(vendors, 0.10 * s.accelerator_sales)
    counted[7:] = np.maximum(hosts[5:], 0.10 * s.host_sales[5:])
    counted[:7] += p.gains_in_earnings * 0.1 * gains
    smooth = p.earnings_memory * s.last.earnings + (1.0 - p.earnings_memory) * np.maximum(counted, 1e6)
    growth = np.clip(4.0 * np.log(smooth / s.last.earnings), -0.4, 0.8)
    return {
        "net_income": income,
        "stake_gains": gains,
        "earnings": smooth,
        "earnings_trend": 0.8 * s.last.earnings_trend + 0.2 * growth,
    }


@behaviour(
    reads=(
        "belief",
        "earnings",
        "earnings_trend",
        "premium",
        "return_smooth",
        "last.price_premium",
        "host_alive",
        "failed_hosts",
        "~prices",
        "@listed_shares",
        "@deposits",
        "@loans",
    ),
    gives=(
        "price_earnings",
        "sceptic_value",
        "price_premium",
        "flow_index",
        "flow_active",
        "market_value",
        "market_return",
        "top_value",
    ),
    books=("mark_listed",),
)
def share_prices(s: Any, p: Any) -> dict[str, Any]:
    """V* = 4·PE·E·(1+g_e/2) + cash - debt; ln P = ln P_ + κ ln(V*/P_) + (1-κ) ln(1 + F/(φ P_)) + noise."""
    before = np.maximum(s.issued("listed_shares"), 1.0)
    trend = p.growth_trend * s.earnings_trend
    faith = s.belief * p.story
    growth = faith * (p.growth_believers + trend) + (1.0 - faith) * p.growth_sceptics
    multiple = price_earnings(growth, p)
    cash = np.concatenate([s.cash("vendors"), s.cash("hyperscalers"), s.cash("neoclouds")])
    cash[2:] += s.balance("loans", "hyperscalers+neoclouds")
    value = 4.0 * multiple * s.earnings * (1.0 + 0.5 * growth) + cash
    value = np.maximum(value, 0.1 * before[:9])
    sceptic = 4.0 * price_earnings(p.growth_sceptics, p) * s.earnings * (1.0 + 0.5 * p.growth_sceptics) + cash
    gap = np.log(before[:9] / value)
    premium = gap if s.quarter == 0 else p.premium_decay * s.last.price_premium
    everything = total(before)
    index = p.index_inflow * everything
    active = p.active_inflow * everything * np.tanh(s.return_smooth / p.return_scale)
    held = s.holdings("listed_shares")
    loose = np.maximum(held[:9, 1], 0.02 * before[:9])
    flow = np.clip((index + active) * (before[:9] / everything) / loose, -0.5, 1.0)
    noise = s.normal("prices", 10)
    shock = p.price_noise * noise[:9] + p.market_noise * noise[9]
    move = p.price_speed * (premium - gap) + (1.0 - p.price_speed) * np.log1p(flow) + shock
    price = np.exp(np.clip(move, -1.5, 1.2))
    price[7:] = np.where(s.host_alive[5:] > 0.0, price[7:], np.where(s.failed_hosts[5:] > 0.0, 1e-9, 1.0))
    adopters = 4.0 * p.mature_multiple * p.sector_margin * p.sales * np.exp(p.sales_growth * s.quarter)
    adopters = adopters * (1.0 + p.premium_value * s.premium)
    ratio = np.concatenate([price, np.broadcast_to(adopters, (5, s.width)) / before[9:]])
    now = before * ratio
    return {
        "price_earnings": before[:9] * price / (4.0 * s.earnings),
        "sceptic_value": np.maximum(sceptic, 1e6),
        "price_premium": premium,
        "flow_index": index,
        "flow_active": active,
        "market_value": now,
        "market_return": np.log(total(now[:9]) / total(before[:9])),
        "top_value": now[:7].max(axis=0),
        "mark_listed": s.price("listed_shares") * ratio,
    }


@behaviour(
    reads=("flow_index", "flow_active", "@listed_shares", "@deposits"),
    books=("units_index", "units_active", "redeem_active", "index_buys", "active_buys", "active_sells"),
)
def fund_flows(s: Any, p: Any) -> dict[str, Any]:
    """Index money buys in proportion to value, from active holders; active money buys from or sells to the outside."""
    held = np.maximum(s.holdings("listed_shares"), 0.0)
    value = np.maximum(total(held, 1), 0.0)
    part = value / np.maximum(total(value), 1.0)
    inflow = np.maximum(s.flow_active, 0.0)
    outflow = np.maximum(-s.flow_active, 0.0)
    for_index = np.maximum(s.cash("sector-index-funds"), 0.0) + s.flow_index
    index = np.minimum(for_index * part, 0.2 * held[:, 1])
    # cash of active funds after selling to the index
    spare = s.cash("sector-active-funds") + inflow - outflow + total(index)
    buys = np.minimum(np.maximum(spare, 0.0) * part, 0.2 * held[:, 3])
    weight = held[:, 1] / np.maximum(total(held[:, 1]), 1.0)
    sells = np.minimum(np.maximum(-spare, 0.0) * weight, 0.5 * held[:, 1])
    return {
        "units_index": s.flow_index,
        "units_active": inflow,
        "redeem_active": outflow,
        "index_buys": index,
        "active_buys": buys,
        "active_sells": sells,
    }
