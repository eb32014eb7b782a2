"""P12 to P19 and P23: what the boom costs, who bears the turn, what stays."""

from __future__ import annotations

import numpy as np

from kanryu.machine.experiments.lab import Answer, Array, Bench, answer, busts, change, number


def p12(bench: Bench) -> Answer:
    """Venture money of climate and biotech with and without belief's pull on AI."""
    base, without = bench.base, bench.paths(venture_belief=0.0)
    fixed = bench.paths(venture_belief=0.0, venture_marks=0.0)

    def money(paths: object) -> Array:
        series = paths.series  # type: ignore[attr-defined]
        share = series("venture_climate") + series("venture_biotech")
        return np.asarray((share * series("venture_money"))[4:12].sum(axis=0))

    effect = change(money(base), money(without))
    same_total = change(money(bench.paths(venture_marks=0.0)), money(fixed))
    shares = np.stack([base.series(n)[11] for n in ("venture_ai", "venture_climate", "venture_biotech")])
    rest = np.maximum(1.0 - shares.sum(axis=0), 1e-9)
    entropy = -(shares * np.log(shares)).sum(axis=0) - rest * np.log(rest)
    start = np.stack([base.series(n)[0] for n in ("venture_ai", "venture_climate", "venture_biotech")])
    rest0 = np.maximum(1.0 - start.sum(axis=0), 1e-9)
    before = -(start * np.log(start)).sum(axis=0) - rest0 * np.log(rest0)
    main = number("others_money_effect", effect)
    return answer(
        "P12",
        bench,
        main,
        main.value >= 0.0,
        others=(number("same_total_effect", same_total), number("entropy_change", entropy - before, "log")),
    )


def p13(bench: Bench) -> Answer:
    """Scientists and the output of science with and without moves to AI."""
    base, stay = bench.base, bench.paths(talent_move=0.0)
    people = change(base.series("people_science")[-1], stay.series("people_science")[-1])
    output = change(base.series("science_output")[-1], stay.series("science_output")[-1])
    main = number("scientists_effect", people)
    return answer("P13", bench, main, abs(main.value) < 0.02, others=(number("science_output_effect", output),))


def p14(bench: Bench) -> Answer:
    """Growth of hyperscalers' capex over the last year of the window, and capex over core cash flow."""
    capex = bench.base.series("capex_five")
    growth = capex[11] / capex[7] - 1.0
    ratio = capex[8:12].sum(axis=0) / bench.base.series("core_cash_flow")[8:12].sum(axis=0)
    main = number("capex_growth_year", growth)
    # the telecom variant of 1999-2000 grew by 20-30% a year with capex near or above internal cash flow
    outside = main.high < 0.20 or main.low > 0.45
    return answer(
        "P14", bench, main, outside, others=(number("capex_over_cash_flow", ratio),), notes=("machine.note_p14_band",)
    )


def p15(bench: Bench) -> Answer:
    """Compute in adopters' AI cost, and how the quantity bought answers a cheaper price."""
    base = bench.base
    cheaper = bench.paths(technical_decline=0.09)
    share = base.series("cloud_adopters")[11] / base.series("ai_spending")[11]
    quantity = base.series("cloud_adopters")[11] / base.series("compute_price")[11]
    more = cheaper.series("cloud_adopters")[11] / cheaper.series("compute_price")[11]
    price = np.log(cheaper.series("compute_price")[11] / base.series("compute_price")[11])
    elasticity = np.log(more / quantity) / np.where(np.abs(price) < 1e-6, np.nan, price)
    main = number("compute_share", share)
    responds = number("price_elasticity", elasticity, "multiple")
    return answer(
        "P15", bench, main, not responds.value < -0.05, others=(responds,), notes=("machine.note_p15_dollars",)
    )


def p16(bench: Bench) -> Answer:
    """Top-seven share twelve quarters after the trough against the start, in runs with a bust."""
    paths = bench.base
    bust, _, trough = busts(paths)
    later = np.minimum(trough + 12, len(paths.quarters) - 1)
    runs = np.arange(bust.size)
    top = paths.series("top_seven")
    gap = (top[later, runs] - top[0])[bust]
    main = number("concentration_kept", gap)
    return answer(
        "P16",
        bench,
        main,
        None if gap.size < 10 else main.value <= 0.0,
        others=(number("share_of_busts", bust.astype(np.float64)),),
    )


def p17(bench: Bench) -> Answer:
    """Public money and the quarter of the peak with states that answer each other against states that do not."""
    race, alone = bench.paths(subsidy_race=0.1), bench.paths(subsidy_race=0.0)
    money = change(race.series("subsidies").sum(axis=0), alone.series("subsidies").sum(axis=0))
    delay = race.series("circulating").argmax(axis=0) - alone.series("circulating").argmax(axis=0)
    main = number("turn_delayed", delay.astype(np.float64), "quarters")
    mean = float(np.mean(delay))
    return answer(
        "P17",
        bench,
        main,
        mean <= 0.0,
        others=(number("public_money_effect", money),),
        rows={"mean delay": {"quarters": mean}},
    )


def p18(bench: Bench) -> Answer:
    """Legacy surplus (p_peak - p) x used units over the quarters after the peak, against write-offs, in busts."""
    paths = bench.base
    bust, peak, _ = busts(paths)
    price, use = paths.series("compute_price"), np.minimum(paths.series("tightness"), 1.0)
    chips, lost = paths.series("efficient_chips"), paths.series("loan_losses") + paths.series("impairments")
    surplus, losses, kept = [], [], []
    for run in np.flatnonzero(bust):
        after = slice(int(peak[run]), min(int(peak[run]) + 20, len(paths.quarters)))
        gain = np.maximum(price[peak[run], run] - price[after, run], 0.0) * use[after, run] * chips[after, run] * 0.34
        surplus.append(float(gain.sum()))
        losses.append(float(lost[after, run].sum()))
        kept.append(float(chips[after, run][-1] / chips[peak[run], run]))
    lost_money = np.array(losses)
    # many busts of prices have no write-offs at all; a ratio needs some
    ratio = np.array(surplus)[lost_money > 1e8] / lost_money[lost_money > 1e8]
    main = number("legacy_surplus", np.array(surplus), "usd")
    small = bool(np.sum(surplus) < 0.05 * np.sum(losses))
    return answer(
        "P18",
        bench,
        main,
        None if len(surplus) < 10 else small,
        others=(number("surplus_over_writeoffs", ratio, "multiple"), number("capacity_kept", np.array(kept))),
    )


def p19(bench: Bench) -> Answer:
    """Who loses from peak to trough: households through funds, banks, venture, the machine's own stakes, insiders."""
    paths = bench.base
    bust, peak, trough = busts(paths)
    runs = np.flatnonzero(bust)

    def fall(name: str) -> Array:
        series = paths.series(name)
        return np.asarray(np.maximum(series[peak[runs], runs] - series[trough[runs], runs], 0.0))

    banks = np.array([paths.series("loan_losses")[peak[r] : trough[r] + 1, r].sum() for r in runs])
    state = np.array(
        [max(paths.series("public_debt")[trough[r], r] - paths.series("public_debt")[peak[r], r], 0.0) for r in runs]
    )
    losses = {
        "households (funds)": fall("held_by_funds"),
        "direct owners of listed shares": fall("held_directly"),
        "banks": banks,
        "venture": fall("held_by_venture") + fall("lab_stakes_venture"),
        "machine (stakes in labs)": fall("lab_stakes_machine"),
        "insiders (staff and founders of labs)": fall("lab_stakes_outside"),
        "state": state,
    }
    whole = np.maximum(np.sum(list(losses.values()), axis=0), 1.0)
    rows = (
        {
            name: {"share": float(np.median(loss / whole)), "usd": float(np.median(loss))}
            for name, loss in losses.items()
        }
        if runs.size
        else {}
    )
    insiders = losses["insiders (staff and founders of labs)"] / whole
    main = number("households_share", losses["households (funds)"] / whole)
    refuted = None if runs.size < 10 else float(np.median(insiders)) > 0.5
    return answer(
        "P19",
        bench,
        main,
        refuted,
        others=(number("insiders_share", insiders),),
        rows=rows,
        notes=("machine.note_p19_outside",),
    )


def p23(bench: Bench) -> Answer:
    """Claims over real capital at the market's peak against the start."""
    layers = bench.base.series("layers")
    peak = bench.base.series("market_value_machine").argmax(axis=0)
    runs = np.arange(layers.shape[1])
    ratio = layers[peak, runs] / layers[0]
    main = number("layers_ratio", ratio, "multiple")
    return answer(
        "P23",
        bench,
        main,
        main.value < 1.0,
        others=(number("layers_at_peak", layers[peak, runs], "multiple"),),
        notes=("machine.note_p23_chain",),
    )
