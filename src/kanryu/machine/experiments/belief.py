"""P3, P6 to P8, P10 and P11, P24: who makes belief, what fear and premium do."""

from __future__ import annotations

import itertools
import math

import numpy as np

from kanryu.machine.experiments.lab import Answer, Bench, answer, change, number

NARRATORS = ("weight_leaders", "weight_street", "weight_media")


def p6(bench: Bench) -> Answer:
    """Peak of belief for every subset of narrators; Shapley split of the difference between all and none."""
    peak = {}
    for subset in itertools.product((0, 1), repeat=3):
        off = {name: 0.0 for name, on in zip(NARRATORS, subset, strict=True) if not on}
        peak[subset] = bench.paths((), **off).series("belief").max(axis=0)
    whole = peak[1, 1, 1] - peak[0, 0, 0]
    rows: dict[str, dict[str, float]] = {}
    shares = []
    for i, name in enumerate(NARRATORS):
        value = np.zeros_like(whole)
        for others in itertools.product((0, 1), repeat=2):
            without = (*others[:i], 0, *others[i:])
            with_it = (*others[:i], 1, *others[i:])
            count = sum(others)
            weight = math.factorial(count) * math.factorial(2 - count) / math.factorial(3)
            value += weight * (peak[with_it] - peak[without])
        share = value / np.maximum(whole, 1e-9)
        shares.append(share)
        alone = tuple(int(j != i) for j in range(3))
        rows[name.removeprefix("weight_")] = {
            "shapley_share": float(np.median(share)),
            "peak_without": float(np.median(peak[alone])),
        }
    largest = np.max(np.stack(shares), axis=0)
    main = number("largest_narrator", largest)
    return answer("P6", bench, main, main.value > 0.90, rows=rows)


def p7(bench: Bench) -> Answer:
    """Belief with and without amplification by ranking algorithms: peak, speed to half of the peak, fall."""
    on, off = bench.base.series("belief"), bench.paths(algorithm=0.0).series("belief")
    effect = change(on.max(axis=0), off.max(axis=0))
    half = 0.5 * off.max(axis=0)
    sooner = (off >= half).argmax(axis=0) - (on >= half).argmax(axis=0)
    fall_on, fall_off = on.max(axis=0) - on[-1], off.max(axis=0) - off[-1]
    main = number("peak_effect", effect)
    return answer(
        "P7",
        bench,
        main,
        abs(main.value) < 0.05,
        others=(
            number("quarters_sooner", sooner.astype(np.float64), "quarters"),
            number("fall_effect", change(fall_on, fall_off)),
        ),
    )


def p8(bench: Bench) -> Answer:
    """Fear moves adopters' spending, awe moves valuation: turn each off and see what changes."""
    base = bench.base
    no_fear = bench.paths(fear_effect=0.0)
    no_awe = bench.paths(growth_believers=0.1, growth_sceptics=0.1)
    spend = [change(base.series("ai_spending")[11], p.series("ai_spending")[11]) for p in (no_fear, no_awe)]
    value = [
        change(base.series("market_value_machine")[11], p.series("market_value_machine")[11]) for p in (no_fear, no_awe)
    ]
    rows = {
        "fear": {"spending": float(np.median(spend[0])), "market_value": float(np.median(value[0]))},
        "awe": {"spending": float(np.median(spend[1])), "market_value": float(np.median(value[1]))},
    }
    # one variable explains both when it moves both by more than half of what the other one does
    fear_alone = abs(rows["fear"]["market_value"]) > 0.5 * abs(rows["awe"]["market_value"])
    awe_alone = abs(rows["awe"]["spending"]) > 0.5 * abs(rows["fear"]["spending"])
    return answer(
        "P8",
        bench,
        number("fear_on_spending", spend[0]),
        fear_alone or awe_alone,
        others=(number("awe_on_value", value[1]),),
        rows=rows,
    )


def p10(bench: Bench) -> Answer:
    """What saying "AI strategy" adds: value of adopters and their spending with and without the premium."""
    without = bench.paths(premium_effect=0.0, premium_value=0.0)
    names = ("value_payments", "value_carmakers", "value_retail", "value_logistics", "value_advertising")
    with_value = np.sum([bench.base.series(name)[11] for name in names], axis=0)
    plain = np.sum([without.series(name)[11] for name in names], axis=0)
    spend = change(bench.base.series("ai_spending")[11], without.series("ai_spending")[11])
    main = number("value_premium", change(with_value, plain))
    return answer("P10", bench, main, main.high <= 0.001, others=(number("spending_effect", spend),))


def p11(bench: Bench) -> Answer:
    """Share of firms whose AI spending pays, beside the growth of that spending."""
    covering = bench.base.series("share_covering")[11]
    spend = bench.base.series("ai_spending")
    growth = spend[11] / spend[7] - 1.0
    both = (covering < 0.5) & (growth > 0.0)
    main = number("share_covering", covering)
    return answer("P11", bench, main, float(np.mean(both)) < 0.5, others=(number("spending_growth_year", growth),))


def p24(bench: Bench) -> Answer:
    """Part of market value that sceptics' growth would not pay for: at its highest, against the start."""
    overhang = bench.base.series("overhang")
    peak = bench.base.series("market_value_machine").argmax(axis=0)
    runs = np.arange(overhang.shape[1])
    rise = overhang[peak, runs] - overhang[0]
    main = number("overhang_at_peak", overhang[peak, runs])
    return answer("P24", bench, main, float(np.median(rise)) <= 0.0, others=(number("overhang_rise", rise),))
