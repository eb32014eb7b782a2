"""The bear: short, puts or waiting (definitions/machine, 6.9). Money at risk and notional are separate outputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from kanryu.machine.books.behaviour import behaviour


@behaviour(
    reads=(
        "market_value",
        "sceptic_value",
        "last.bear_over",
        "last.bear_aware",
        "last.bear_called",
        "last.bear_peak",
        "last.put_notional",
        "last.put_price",
        "~awareness",
        "@listed_shares",
        "@deposits",
    ),
    gives=(
        "bear_over",
        "bear_aware",
        "bear_called",
        "bear_peak",
        "bear_equity",
        "bear_notional",
        "put_notional",
        "put_price",
    ),
    books=("bear_sells", "bear_covers", "stock_loan_fee", "option_premium", "option_payoff", "redeem_bear"),
)
def bear(s: Any, p: Any) -> dict[str, Any]:
    """over = ln(P/V_S); aware at a random lag over η quarters; called when equity < m·position.

    Closed by choice when over < 0.05; investors leave when the drawdown passes their patience.
    """
    over = np.log(np.maximum(s.market_value[0], 1.0) / s.sceptic_value[0])
    since = np.where(over > p.bear_threshold, s.last.bear_over + 1.0, 0.0)
    # uniform over the window: the hazard rises as the window runs out
    hazard = 1.0 / np.maximum(p.bear_window - s.last.bear_over, 1.0)
    learned = (since > 0.0) & (s.uniform("awareness")[0] < hazard)
    aware = np.maximum(s.last.bear_aware, learned.astype(np.float64))
    position = np.maximum(-s.holdings("listed_shares")[0, 2], 0.0)
    cash = s.cash("scion")
    equity = cash - position
    called = (position > 0.0) & (equity < p.margin_call * position)
    closed = (position > 0.0) & ~called & (over < 0.05)
    peak = np.maximum(s.last.bear_peak, equity)
    leave = (equity < (1.0 - p.patience) * peak) & (position > 0.0)
    out = called | closed | leave
    opens = (aware > 0.0) & (position <= 0.0) & (s.last.bear_called <= 0.0) & (over > p.bear_threshold)
    sells = np.where(opens, p.bear_short * np.maximum(equity, 0.0), 0.0)
    covers = np.where(out, position, 0.0)
    price = s.price("listed_shares")[0]
    buys = opens & (s.last.put_notional <= 0.0)
    notional = np.where(buys, p.bear_puts * np.maximum(equity, 0.0), s.last.put_notional)
    strike = np.where(buys, price, s.last.put_price)
    gain = np.maximum(p.put_strike - price / np.maximum(strike, 1e-12), 0.0) * notional
    cost = p.stock_fee * position + p.put_premium * notional
    left = np.maximum(cash + gain - cost - covers, 0.0)
    return {
        "bear_over": since,
        "bear_aware": aware,
        "bear_called": np.maximum(s.last.bear_called, (called | leave).astype(np.float64)),
        "bear_peak": peak,
        "bear_equity": equity,
        "bear_notional": position + notional,
        "put_notional": np.where(gain > 0.0, 0.0, notional),
        "put_price": strike,
        "bear_sells": sells[None],
        "bear_covers": covers[None],
        "stock_loan_fee": p.stock_fee * position,
        "option_premium": p.put_premium * notional,
        "option_payoff": gain,
        # investors who leave take half of what is left
        "redeem_bear": np.where(leave, 0.5 * left, 0.0),
    }
