"""P20 to P22: how far it can fall, being right too early, and the only winning move."""

from __future__ import annotations

import numpy as np

from kanryu.machine.experiments.lab import CUT_QUARTER, Answer, Array, Bench, answer, drawdown, number

SHORT_FEE, PUT_PREMIUM, PUT_STRIKE, MARGIN = 0.006, 0.0025, 0.6, 0.30
SHORT_PART, DEPOSIT_RATE = 0.5, 0.01


def p20(bench: Bench) -> Answer:
    """Probability of a fall of two thirds, for the vendor and for the whole machine; by how fast believers tire."""
    vendor = drawdown(bench.base.series("market_value_nvidia")) >= 2.0 / 3.0
    machine = drawdown(bench.base.series("market_value_machine")) >= 2.0 / 3.0
    rows = {"nvidia": {"probability": float(np.mean(vendor))}, "machine": {"probability": float(np.mean(machine))}}
    for name, fatigue in (("slow fatigue", 0.04), ("fast fatigue", 0.18)):
        paths = bench.paths(fatigue=fatigue)
        fell = drawdown(paths.series("market_value_nvidia")) >= 2.0 / 3.0
        rows[name] = {"probability": float(np.mean(fell))}
    main = number("fall_nvidia", drawdown(bench.base.series("market_value_nvidia")))
    return answer("P20", bench, main, rows["nvidia"]["probability"] == 0.0, rows=rows)


def p21(bench: Bench) -> Answer:
    """Share of bears who were called or left by their investors before the fall, given a fall of a half."""
    paths = bench.base
    path = paths.series("market_value_nvidia")
    fell = drawdown(path) >= 0.5
    called = paths.series("bear_called")
    opened = paths.series("bear_notional").max(axis=0) > 0.0
    top = np.maximum.accumulate(path, axis=0)
    first = (path <= 0.5 * top).argmax(axis=0)
    runs = np.arange(path.shape[1])
    early = called[first, runs] > 0.0
    chosen = fell & opened
    share = float(np.mean(early[chosen])) if chosen.any() else float("nan")
    spread = np.sqrt(share * (1.0 - share) / max(int(chosen.sum()), 1)) * 1.2816
    main = number("called_before_fall", np.array([share - spread, share, share + spread]))
    return answer(
        "P21",
        bench,
        main,
        None if chosen.sum() < 20 else share < 0.10,
        rows={"runs": {"fell": float(fell.sum()), "opened": float(opened.sum()), "both": float(chosen.sum())}},
    )


def wealth(path: Array, choice: str) -> Array:
    """Final wealth per dollar of four ways to meet a price path (quarters, runs), from its first quarter.

    long : hold. short : half the money as collateral for a short of the same size, bought back at a margin call and
    kept in cash then. puts : a ladder whose premium is paid every quarter on a notional of one, struck at 60% of the
    price of a year ago. deposits : interest.
    """
    quarters, runs = path.shape
    if choice == "long":
        return np.asarray(path[-1] / path[0])
    if choice == "deposits":
        return np.full(runs, (1.0 + DEPOSIT_RATE) ** (quarters - 1))
    money = np.ones(runs)
    if choice == "puts":
        for t in range(1, quarters):
            money = money * (1.0 + DEPOSIT_RATE) - PUT_PREMIUM
            strike = PUT_STRIKE * path[max(t - 4, 0)]
            gain = np.maximum(strike - path[t], 0.0) / path[max(t - 4, 0)]
            before = np.maximum(strike - path[t - 1], 0.0) / path[max(t - 4, 0)]
            money = money + np.maximum(gain - before, 0.0)
        return np.maximum(money, 0.01)
    units = SHORT_PART / path[0]
    cash = 1.0 + SHORT_PART
    open_position = np.ones(runs, dtype=bool)
    cash_path = np.full(runs, cash)
    for t in range(1, quarters):
        position = units * path[t]
        cash_path = np.where(open_position, cash_path - SHORT_FEE * position, cash_path)
        equity = cash_path - position
        called = open_position & (equity < MARGIN * position)
        cash_path = np.where(called, np.maximum(equity, 0.0), cash_path)
        open_position &= ~called
    money = np.where(open_position, cash_path - units * path[-1], cash_path)
    return np.maximum(money, 0.01)


def p22(bench: Bench) -> Answer:
    """Mean log wealth of being long, short, in puts or in deposits from the end of the window on, by parameter draw."""
    path = bench.base.series("market_value_nvidia")[CUT_QUARTER - 1 :]
    choices = ("long", "short", "puts", "deposits")
    logs = {name: np.log(wealth(path, name)) for name in choices}
    rows = {name: {"mean_log": float(np.mean(v)), "median": float(np.exp(np.median(v)))} for name, v in logs.items()}
    stacked = np.stack([logs[name] for name in choices])
    winner = stacked.argmax(axis=0)
    share = {name: float(np.mean(winner == i)) for i, name in enumerate(choices)}
    for name, value in share.items():
        rows[name]["wins"] = value
    other = max(share[name] for name in ("long", "short", "puts"))
    main = number("deposits_minus_short", logs["deposits"] - logs["short"], "log")
    return answer("P22", bench, main, other > 0.60, rows=rows)
