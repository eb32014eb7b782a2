"""A vendor's economics as text: what goes out, what returns, who bears the loss."""

from __future__ import annotations

from kanryu.core.money import Interval
from kanryu.core.words import say
from kanryu.follow.economics import Economics
from kanryu.follow.vendor import Customer, Vendor
from kanryu.report import numbers
from kanryu.report.layout import table
from kanryu.report.names import Names
from kanryu.report.sums import sums


def text(result: Vendor, lang: str, names: Names, *, top: int = 12) -> str:
    """The customers in a table, or one customer in full."""
    name = names.entity(result.vendor, lang)
    margin = result.margin
    lines = [say(lang, "vendor.title", name=name, case=str(result.origin.inputs["case"])), ""]
    if margin is not None and result.customers[0].economics is not None:
        sentence = say(
            lang,
            "vendor.break_even",
            margin=numbers.share_range(margin.low, margin.high, lang),
            share=_ratio(result.customers[0].economics.break_even_share, lang),
            recovery=numbers.share_range(result.recovery.low, result.recovery.high, lang),
        )
        lines += ["  " + sentence, ""]
    if len(result.customers) == 1:
        return "\n".join([*lines, *_one(result.customers[0], lang, names, name), "", _footer(result, lang)])
    keys = ("customer", "put_in", "guaranteed", "purchases", "net_if_it_fails")
    head = [say(lang, f"vendor.{key}") for key in keys]
    rows = [
        [
            names.entity(c.entity, lang),
            sums(c.put_in, lang),
            sums(c.guaranteed, lang),
            sums(c.purchases, lang),
            _gain(c.economics.net_if_it_fails if c.economics else None, lang),
        ]
        for c in result.customers[:top]
    ]
    lines.append(table(rows, head=head))
    if len(result.customers) > top:
        lines.append("  " + say(lang, "vendor.more", rest=len(result.customers) - top))
    return "\n".join([*lines, "", _footer(result, lang)])


_NOTHING = Economics(None, Interval(0.0, None, None), None, None, None)


def _footer(result: Vendor, lang: str) -> str:
    inputs = {"entity": result.vendor, "case": str(result.origin.inputs["case"])}
    return "\n".join("  " + say(lang, key, **inputs) for key in result.origin.assumptions)


def _ratio(value: Interval, lang: str) -> str:
    """Dollars of purchases per dollar put in."""
    if value.high is None:
        return say(lang, "numbers.at_least", value=f"{value.low:.2f}")
    joint = "～" if lang == "ja" else "–"
    return (
        f"{value.low:.2f}" if round(value.low, 2) == round(value.high, 2) else f"{value.low:.2f}{joint}{value.high:.2f}"
    )


def _gain(value: Interval | None, lang: str) -> str:
    """A gain or loss; it may lie on both sides of zero."""
    if value is None:
        return say(lang, "vendor.open")
    low, high = numbers.money(value.low, lang), numbers.money(value.high, lang) if value.high is not None else ""
    if value.high is None:
        return say(lang, "vendor.at_worst", low=low) if value.low < 0 else say(lang, "vendor.open")
    return low if low == high else say(lang, "vendor.between", low=low, high=high)


def _one(customer: Customer, lang: str, names: Names, vendor: str) -> list[str]:
    economics = customer.economics or _NOTHING
    rows = [
        [say(lang, "vendor.put_in"), sums(customer.put_in, lang)],
        [say(lang, "vendor.paid_in"), sums(customer.paid_in, lang)],
        [say(lang, "vendor.guaranteed"), sums(customer.guaranteed, lang)],
        [say(lang, "vendor.purchases"), sums(customer.purchases, lang)],
        [say(lang, "vendor.purchases_talked"), sums(customer.purchases_talked, lang)],
        [say(lang, "vendor.gross_profit"), _gain(economics.gross_profit, lang)],
        [say(lang, "vendor.additional_needed"), _needed(economics.additional_needed, lang)],
        [say(lang, "vendor.net_if_it_fails"), _gain(economics.net_if_it_fails, lang)],
        [say(lang, "vendor.stake_value"), _stake(customer, lang)],
        [say(lang, "vendor.net_if_marked"), _gain(economics.net_if_marked, lang)],
    ]
    lines = [f"{vendor} → {names.entity(customer.entity, lang)}", "", table(rows)]
    if customer.bearers:
        lines += ["", say(lang, "vendor.bearers")]
        bearers = [
            [names.entity(b.entity, lang), sums(b.put_in, lang), sums(b.guaranteed, lang)] for b in customer.bearers
        ]
        lines.append(table(bearers, head=["", say(lang, "vendor.put_in"), say(lang, "vendor.guaranteed")]))
    return lines


def _needed(value: Interval | None, lang: str) -> str:
    if value is None:
        return say(lang, "vendor.open")
    if value.low > 1:
        return say(lang, "vendor.never_pays", low=numbers.share(value.low, lang))
    if value.high is None:
        return say(lang, "vendor.open")
    return numbers.share_range(value.low, value.high, lang)


def _stake(customer: Customer, lang: str) -> str:
    stake = customer.stake
    if stake is None:
        return say(lang, "numbers.unknown")
    return say(
        lang,
        "vendor.stake",
        value=numbers.money(stake.value, lang),
        pct=f"{stake.pct:g}",
        day=stake.as_of,
        company=numbers.money(stake.company_value, lang),
        company_day=stake.company_value_as_of,
    )
