"""P1 to P5 and P9: does money come home, out of what does revenue arise, what keeps the machine going."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from kanryu.flows.ledger import Ledger, from_columns
from kanryu.follow.ends import ends
from kanryu.follow.trace import trace
from kanryu.machine.books.journal import Entry
from kanryu.machine.capital_loop.series import flow_rows
from kanryu.machine.experiments.lab import CUT_QUARTER, Answer, Array, Bench, answer, change, number
from kanryu.machine.links import CUT_LIST, NEW_CAPITAL
from kanryu.machine.results import replay

TRACED_RUNS = 5
RULES = ("pro_rata", "fifo", "lifo", "own_first", "own_last")
SECTORS = ("sector-payments", "sector-carmakers", "sector-retail", "sector-logistics", "sector-advertising")


def ledger_of(
    entries: list[Entry], accounts: tuple[str, ...], first: int, last: int, tag: tuple[int, str] | None
) -> Ledger:
    """Payments of some quarters as a ledger; equity paid by `tag[1]` in quarter `tag[0]` gets the word "tagged"."""
    rows = [e for e in flow_rows(entries) if first <= e.quarter < last]
    words = []
    for e in rows:
        is_tagged = tag is not None and e.quarter == tag[0] and e.src == tag[1] and e.word == "equity"
        words.append("tagged" if is_tagged else e.word)
    names = tuple(sorted(set(words)))
    code = {agent: i for i, agent in enumerate(accounts)}
    return from_columns(
        [code[e.src] for e in rows],
        [code[e.dst] for e in rows],
        [e.quarter for e in rows],
        [e.amount for e in rows],
        accounts=accounts,
        instrument=np.array([names.index(word) for word in words], dtype=np.int16),
        instruments=names,
    )


def _entries(bench: Bench, run: int) -> tuple[list[Entry], tuple[str, ...]]:
    _, entries = replay(bench.spec(), run)
    return entries, tuple(sorted({e.src for e in entries} | {e.dst for e in entries if e.dst}))


def p1(bench: Bench) -> Answer:
    """Dollars the vendor pays for stakes, followed until they come back as sales within four and eight quarters."""
    found: dict[str, list[float]] = {f"{rule} {span}": [] for rule in (*RULES, "low", "high") for span in (4, 8)}
    for run in range(min(TRACED_RUNS, bench.runs)):
        entries, accounts = _entries(bench, run)
        quarters = [q for q in range(6, min(14, bench.quarters - 8)) if _paid(entries, q) > 0]
        if not quarters:
            continue
        quarter = quarters[-1]
        for span in (4, 8):
            ledger = ledger_of(entries, accounts, quarter, quarter + span, (quarter, "nvidia"))
            got = trace(ledger, "nvidia", rules=RULES, tag=("tagged",), count=("purchase_goods",))
            paid = float(_paid(entries, quarter))
            for rule in RULES:
                found[f"{rule} {span}"].append(float(got.rules[rule].back or 0.0) * ledger.minor / paid)
            found[f"low {span}"].append(float(got.bounds.low or 0.0) * ledger.minor / paid)
            found[f"high {span}"].append(float(got.bounds.high or 0.0) * ledger.minor / paid)
    eight = np.array([found[f"{rule} 8"] for rule in RULES])
    four = np.array([found[f"{rule} 4"] for rule in RULES])
    upper = np.array(found["high 8"])
    rows = {key: {"share": float(np.median(values))} for key, values in found.items() if values}
    return answer(
        "P1",
        bench,
        number("returned_8", eight.reshape(-1)),
        bool(np.median(upper) < 0.10) if upper.size else None,
        others=(number("returned_4", four.reshape(-1)), number("upper_bound_8", upper)),
        rows=rows,
    )


def _paid(entries: list[Entry], quarter: int) -> int:
    return sum(e.amount for e in entries if e.quarter == quarter and e.src == "nvidia" and e.word == "equity")


def p2(bench: Bench) -> Answer:
    """Share of the machine's AI revenue that outside demand does not back, over the eight quarters to the last one."""
    paths = bench.base
    last = slice(4, 12)
    revenue = sum(
        paths.series(name)[last].sum(axis=0)
        for name in ("data_center_nvidia", "data_center_amd", "revenue_cloud", "revenue_labs")
    )
    # identity 12: AI demand from outside and chips sold outside the machine
    chips_outside = paths.series("fuel_chips_outside")[last].sum(axis=0) - (
        paths.series("revenue_nvidia")[last] - paths.series("data_center_nvidia")[last]
    ).sum(axis=0)
    outside = paths.series("fuel_outside_demand")[last].sum(axis=0) + np.maximum(chips_outside, 0.0)
    share = 1.0 - outside / revenue
    main = number("not_backed", np.asarray(share))
    kinds = {
        name: {"share": float(np.median(paths.series(f"fuel_{name}")[last].sum(axis=0) / total_fuel(paths, last)))}
        for name in ("outside_demand", "chips_outside", "core_cash", "new_capital", "net_debt", "state", "other")
    }
    return answer("P2", bench, main, main.low <= 0.0, rows=kinds)


def total_fuel(paths: Any, window: slice) -> Array:
    """All that enters the machine in a window, by run."""
    names = ("outside_demand", "chips_outside", "core_cash", "new_capital", "net_debt", "state", "other")
    return np.asarray(sum(paths.series(f"fuel_{name}")[window].sum(axis=0) for name in names))


def p3(bench: Bench) -> Answer:
    """Market value with and without valuations that feed on each other."""
    without = bench.paths(gains_in_earnings=0.0, mark_weight=0.0, own_price_weight=0.0)
    effect = change(bench.base.series("market_value_machine")[11], without.series("market_value_machine")[11])
    lab_money = change(
        bench.base.series("vendor_to_labs")[:12].sum(axis=0), without.series("vendor_to_labs")[:12].sum(axis=0)
    )
    main = number("market_value_effect", effect)
    return answer("P3", bench, main, main.low <= 0.0 <= main.high, others=(number("vendor_money_effect", lab_money),))


def half_life(base: Array, cut: Array) -> Array:
    """Quarters until circulating money has fallen to half of what it was before the cut; the horizon if it has not."""
    start = base[CUT_QUARTER - 1]
    below = cut[CUT_QUARTER:] < 0.5 * start
    return np.where(below.any(axis=0), below.argmax(axis=0) + 1.0, float(below.shape[0]))


def p4(bench: Bench) -> Answer:
    """Turn off outside AI demand, core cash flow, new capital and belief, one by one and together."""
    base = bench.base.series("circulating")
    arms: dict[str, tuple[str, ...]] = {
        "outside-demand": ("outside-demand",),
        "core-cash-flow": ("core-cash-flow",),
        "new-capital": NEW_CAPITAL,
        "story": ("story",),
        "outside-demand + core-cash-flow": ("outside-demand", "core-cash-flow"),
        "outside-demand + new-capital": ("outside-demand", *NEW_CAPITAL),
        "all-fuels": ("outside-demand", "core-cash-flow", *NEW_CAPITAL),
        "outside-demand + belief-frozen": ("outside-demand", "belief-frozen"),
        "all-fuels + belief-frozen": ("outside-demand", "core-cash-flow", "belief-frozen", *NEW_CAPITAL),
    }
    rows: dict[str, dict[str, float]] = {}
    lives: dict[str, Array] = {}
    horizon = float(bench.quarters - CUT_QUARTER)
    for name, cut in arms.items():
        path = bench.paths(cut)
        lives[name] = half_life(base, path.series("circulating"))
        after = slice(CUT_QUARTER, CUT_QUARTER + 8)
        low, middle, high = np.quantile(lives[name], (0.1, 0.5, 0.9))
        rows[name] = {
            "half_life": float(middle),
            "low": float(low),
            "high": float(high),
            "still_running": float(np.mean(lives[name] >= horizon)),
            "loss_8": float(np.median(1.0 - path.series("circulating")[after].sum(axis=0) / base[after].sum(axis=0))),
        }
    main = number("half_life_without_demand", lives["outside-demand"], "quarters")
    # the strong reading (for ever) fails when circulation halves without outside demand; the weak one if it does so
    # within one quarter
    for_ever = float(np.mean(lives["outside-demand + belief-frozen"] >= horizon))
    notes = ("machine.note_p4_faith",) if for_ever > 0.5 >= rows["outside-demand"]["still_running"] else ()
    return answer(
        "P4",
        bench,
        main,
        main.value <= 1.0,
        others=(number("half_life_nothing", lives["all-fuels"], "quarters"),),
        rows=rows,
        notes=notes,
    )


def p5(bench: Bench) -> Answer:
    """Every link cut alone, with and without substitution; loss of circulating money against the link's own share."""
    bench.prepare([(cut, s) for cut in ((), *((link,) for link in CUT_LIST)) for s in ({}, {"substitution": 0.0})])
    base = bench.base
    after = slice(CUT_QUARTER, CUT_QUARTER + 8)
    money = base.series("circulating")[after].sum(axis=0)
    value = base.series("market_value_machine")[CUT_QUARTER + 7]
    alone = bench.paths(substitution=0.0)
    own = _own_share(base, after)
    rows: dict[str, dict[str, float]] = {}
    losses: dict[str, Array] = {}
    for link in CUT_LIST:
        cut = bench.paths((link,))
        rigid = bench.paths((link,), substitution=0.0)
        loss = 1.0 - cut.series("circulating")[after].sum(axis=0) / money
        loss_rigid = 1.0 - rigid.series("circulating")[after].sum(axis=0) / alone.series("circulating")[after].sum(
            axis=0
        )
        losses[link] = loss_rigid
        low, high = np.quantile(loss_rigid, (0.1, 0.9))
        deaths = (base.series("alive_labs") - rigid.series("alive_labs"))[CUT_QUARTER + 7] * 3.0
        deaths = deaths + (base.series("alive_coreweave") - rigid.series("alive_coreweave"))[CUT_QUARTER + 7]
        rows[link] = {
            "loss": float(np.median(loss)),
            "loss_without_substitution": float(np.median(loss_rigid)),
            "low": float(low),
            "high": float(high),
            "own_share": own.get(link, float("nan")),
            "value_loss": float(np.median(1.0 - rigid.series("market_value_machine")[CUT_QUARTER + 7] / value)),
            "extra_defaults": float(np.mean(deaths)),
        }
    ranked = dict(sorted(rows.items(), key=lambda item: -item[1]["loss_without_substitution"]))
    spreading = {
        link: row["loss_without_substitution"] - row["own_share"]
        for link, row in ranked.items()
        if np.isfinite(row["own_share"])
    }
    best = max(spreading, key=lambda link: spreading[link])
    pairs = _pairs(bench, losses, alone.series("circulating")[after].sum(axis=0), after, list(ranked)[:4])
    main = number("loss_beyond_share", losses[best] - rows[best]["own_share"])
    return answer("P5", bench, main, main.value <= 0.0, rows={**ranked, **pairs})


def _own_share(base: Any, window: slice) -> dict[str, float]:
    """Median share that a link's own payments have in the circulating money, for links that are payments in it."""
    money = base.series("circulating")[window].sum(axis=0)

    def part(*names: str) -> float:
        return float(np.median(sum(base.series(name)[window].sum(axis=0) for name in names) / money))

    return {
        "vendor-to-labs": part("vendor_to_labs"),
        "hyperscaler-to-labs": part("hyperscaler_to_labs"),
        "outside-to-labs": part("outside_to_labs"),
        "venture": part("venture_to_labs"),
        "state": part("subsidies"),
        "outside-demand": part("fuel_outside_demand"),
    }


def _pairs(
    bench: Bench, losses: dict[str, Array], money: Array, window: slice, links: list[str]
) -> dict[str, dict[str, float]]:
    """Is the loss of a pair more than the sum of the two?"""
    found: dict[str, dict[str, float]] = {}
    for one, two in itertools.combinations(links[:3], 2):
        both = bench.paths((one, two), substitution=0.0)
        loss = 1.0 - both.series("circulating")[window].sum(axis=0) / money
        found[f"{one} + {two}"] = {
            "loss_without_substitution": float(np.median(loss)),
            "more_than_sum": float(np.median(loss - losses[one] - losses[two])),
        }
    return found


def p9(bench: Bench) -> Answer:
    """One dollar of AI spending from each sector, followed to where it rests at the end of the window."""
    shares: list[float] = []
    rows: dict[str, dict[str, float]] = {}
    for run in range(min(TRACED_RUNS, bench.runs)):
        entries, accounts = _entries(bench, run)
        for sector in SECTORS:
            kept = [
                e for e in entries if e.quarter < 12 and not (e.src == sector and e.word not in ("purchase_service",))
            ]
            ledger = ledger_of(kept, accounts, 0, 12, None)
            result = ends(ledger, sources=[sector], largest=4)
            rests = result.sources[0].rests
            top = [rest for rest in rests if rest.holder != "sector-outside"][:3]
            shares.append(sum(rest.share for rest in top))
            row = rows.setdefault(sector, {"top_three": 0.0, "outside": 0.0, "hops": 0.0})
            count = float(min(TRACED_RUNS, bench.runs))
            row["top_three"] += shares[-1] / count
            row["outside"] += sum(rest.share for rest in rests if rest.holder == "sector-outside") / count
            row["hops"] += result.sources[0].hops / count
    spread = max(row["top_three"] for row in rows.values()) - min(row["top_three"] for row in rows.values())
    return answer("P9", bench, number("top_three", np.array(shares)), spread > 0.30, rows=rows)
