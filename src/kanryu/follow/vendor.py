"""What does financing its customers do for a vendor (A2), on the deals of a case?

The vendor's reasoning in the essays: invest in a promising buyer, it buys from us anyway, the money returns, nothing is
lost. For every customer that the vendor put money into, this shows cash out, purchases that return, the margin on them,
the mark-up of the stake, the break-even share (see `follow.economics`), and who else would bear the loss.

Purchases of unknown size are neither zero nor guessed: they have no upper limit, so that the result of a failure then
has a worst case and no best case. A bound amount may run over years. What the vendor guaranteed is shown apart: a
called guarantee is a loss that no price has shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from kanryu.case.records import Case, Figure, Stake
from kanryu.core.errors import NotFound
from kanryu.core.money import Interval
from kanryu.core.results import Origin
from kanryu.follow.economics import Economics, vendor_economics
from kanryu.follow.positions import Position, Sum, add_column, coverage_of, inputs_of, positions, total_of

# Moody's Ultimate Recovery Database 2007, whole firm: mean 52 %, standard deviation 26 %
WHOLE_FIRM_RECOVERY = Interval(0.26, 0.52, 0.78)


class Bearer(msgspec.Struct, frozen=True):
    """Somebody who put money into the customer, or guaranteed it, and would share its loss."""

    entity: str
    put_in: tuple[Sum, ...]
    guaranteed: tuple[Sum, ...]


class StakeValue(msgspec.Struct, frozen=True):
    """What the vendor's stake is worth at the last valuation that was known: a paper value, nobody paid it."""

    pct: float
    as_of: str
    company_value: float
    company_value_as_of: str
    value: float
    sources: tuple[str, ...]


class Customer(msgspec.Struct, frozen=True):
    """One customer that the vendor finances. Sums are of bound legs, `paid_in` of what has moved."""

    entity: str
    put_in: tuple[Sum, ...]
    paid_in: tuple[Sum, ...]
    guaranteed: tuple[Sum, ...]
    purchases: tuple[Sum, ...]
    purchases_talked: tuple[Sum, ...]
    stake: StakeValue | None
    economics: Economics | None
    bearers: tuple[Bearer, ...]


class Vendor(msgspec.Struct, frozen=True):
    """A vendor and the customers that it finances, the largest money put in first."""

    vendor: str
    margin: Interval | None
    margin_source: str
    recovery: Interval
    customers: tuple[Customer, ...]
    origin: Origin


def vendor(
    case: Case,
    entity: str,
    *,
    customer: str | None = None,
    margin: Interval | None = None,
    recovery: Interval | None = None,
    true_by: dt.date | None = None,
    known_by: dt.date | None = None,
) -> Vendor:
    """The vendor's economics of each customer that it put money into or guaranteed.

    Parameters
    ----------
    entity : str
        The vendor.
    customer : str or None
        Only this customer, financed or not.
    margin : Interval or None
        Gross margin in (0, 1]; None takes the vendor's reported one from the case's figures.
    recovery : Interval or None
        Share left of the money put in if the customer fails; None takes `WHOLE_FIRM_RECOVERY` as an assumption.

    Returns
    -------
    Vendor
        Amounts in whole currency.

    Raises
    ------
    NotFound
        No such entity.

    Without a margin, given or reported, `economics` is None for every customer.
    """
    case.entity(entity)
    if customer is not None:
        case.entity(customer)
    reported, source = _reported_margin(case, entity, known_by)
    used_margin = margin or reported
    every = positions(case, true_by=true_by, known_by=known_by)
    out = [p for p in every if p.leg.payer == entity and p.group in ("financing", "contingent")]
    names = [customer] if customer is not None else list(dict.fromkeys(p.leg.payee for p in out))
    if not names:
        raise NotFound(key="follow.no_financed_customer", name=entity, case=case.id)
    customers = [
        _customer(case, entity, name, every, used_margin, recovery or WHOLE_FIRM_RECOVERY, true_by, known_by)
        for name in names
        if name != entity
    ]
    customers.sort(key=lambda c: (-_size(c.put_in), -_size(c.guaranteed), c.entity))
    own = tuple(p for p in every if entity in (p.leg.payer, p.leg.payee))
    assumptions = ["follow.assume.bound_purchases", "follow.assume.no_discount"]
    if recovery is None:
        assumptions.append("follow.assume.recovery")
    if used_margin is None:
        assumptions.append("follow.margin_missing")
    return Vendor(
        entity,
        used_margin,
        "" if margin is not None else source,
        recovery or WHOLE_FIRM_RECOVERY,
        tuple(customers),
        Origin(
            definition="follow.definition.vendor",
            inputs={**inputs_of(case, true_by, known_by), "vendor": entity, "customer": customer},
            assumptions=tuple(assumptions),
            coverage=coverage_of(own),
            sources=(source,) if source and margin is None else (),
        ),
    )


def largest_financing_vendor(case: Case, *, true_by: dt.date | None = None, known_by: dt.date | None = None) -> str:
    """The supplier that finances the most different customers that buy from it.

    Raises
    ------
    NotFound
        Nobody in the case finances its own customer.
    """
    every = [p for p in positions(case, true_by=true_by, known_by=known_by) if p.rung != "ended"]
    bought = {(p.leg.payee, p.leg.payer) for p in every if p.group == "purchases"}
    count: dict[str, set[str]] = {}
    for position in every:
        pair = (position.leg.payer, position.leg.payee)
        if position.group == "financing" and pair in bought:
            count.setdefault(pair[0], set()).add(pair[1])
    if not count:
        raise NotFound(key="follow.no_vendor", case=case.id)
    return max(sorted(count), key=lambda name: len(count[name]))


def _size(sums: Sequence[Sum]) -> float:
    return max((s.amount.central or s.amount.low for s in sums if s.amount is not None), default=0.0)


def _customer(
    case: Case,
    entity: str,
    name: str,
    every: tuple[Position, ...],
    margin: Interval | None,
    recovery: Interval,
    true_by: dt.date | None,
    known_by: dt.date | None,
) -> Customer:
    to_customer = [p for p in every if p.leg.payer == entity and p.leg.payee == name]
    financing = [p for p in to_customer if p.group == "financing"]
    bought = [p for p in every if p.leg.payer == name and p.leg.payee == entity and p.group == "purchases"]
    put_in = add_column(financing, "bound", every)
    purchases = add_column(bought, "bound", every)
    stake = _stake_value(case, entity, name, true_by, known_by)
    return Customer(
        name,
        put_in,
        add_column(financing, "paid", every),
        add_column([p for p in to_customer if p.group == "contingent"], "bound", every),
        purchases,
        add_column(bought, "talked", every),
        stake,
        None
        if margin is None
        else vendor_economics(
            _money(put_in),
            _money(purchases) or Interval(0.0, None, None),
            margin,
            recovery,
            Interval(stake.value, stake.value, stake.value) if stake else None,
        ),
        _bearers(name, every),
    )


def _money(sums: Sequence[Sum]) -> Interval | None:
    """The interval of the plain totals; a leg without an amount takes away the upper limit."""
    total = total_of(sums)
    if total is None or total.amount is None:
        return None
    amount = total.amount
    return Interval(amount.low, amount.central, None) if total.legs_without_amount else amount


def _bearers(name: str, every: tuple[Position, ...]) -> tuple[Bearer, ...]:
    into = [p for p in every if p.leg.payee == name and p.rung != "ended" and p.bound is not None]
    found = []
    for payer in dict.fromkeys(p.leg.payer for p in into if p.group in ("financing", "contingent")):
        own = [p for p in into if p.leg.payer == payer]
        found.append(
            Bearer(
                payer,
                add_column([p for p in own if p.group == "financing"], "bound", every),
                add_column([p for p in own if p.leg.instrument == "guarantee_backstop"], "bound", every),
            )
        )
    found = [b for b in found if b.put_in or b.guaranteed]
    return tuple(sorted(found, key=lambda b: (-_size(b.put_in), -_size(b.guaranteed), b.entity)))


def is_claim_of_essay(figure: Figure) -> bool:
    """Whether a figure is only what an essay said: shown beside the sources, never an input."""
    return figure.source.url.startswith("seed:") or "(seed)" in figure.period_text


def _public(figure: Figure, known_by: dt.date | None) -> bool:
    if is_claim_of_essay(figure) or figure.value is None:
        return False
    if known_by is None:
        return True
    known = figure.known_on or figure.source.date or figure.period
    return known is not None and known.certainly_by(known_by)


def _reported_margin(case: Case, entity: str, known_by: dt.date | None) -> tuple[Interval | None, str]:
    """The latest reported gross margin as a share, and its source."""
    found = [
        figure
        for figure in case.figures
        if figure.entity == entity
        and figure.metric.startswith("gross_margin")
        and figure.unit == "percent"
        and _public(figure, known_by)
    ]
    if not found:
        return None, ""
    last = max(found, key=lambda figure: figure.period.last if figure.period else dt.date.min)
    share = float(last.value or 0) / 100
    return Interval(share, share, share), last.source.url


def _stake_value(
    case: Case, owner: str, issuer: str, true_by: dt.date | None, known_by: dt.date | None
) -> StakeValue | None:
    stakes = [
        stake
        for stake in case.stakes
        if stake.owner == owner and stake.issuer == issuer and stake.pct is not None and _held(stake, true_by, known_by)
    ]
    values = [
        figure
        for figure in case.figures
        if figure.entity == issuer
        and figure.metric in ("valuation", "valuation_post_money")
        and figure.unit == "USD"
        and figure.period is not None
        and (true_by is None or figure.period.certainly_by(true_by))
        and _public(figure, known_by)
    ]
    if not stakes or not values:
        return None
    stake = max(stakes, key=lambda s: s.as_of.last)
    value = max(values, key=lambda f: f.period.last if f.period else dt.date.min)
    pct = float(stake.pct or 0)
    return StakeValue(
        pct,
        str(stake.as_of),
        float(value.value or 0),
        value.period_text,
        pct / 100 * float(value.value or 0),
        (stake.source.url, value.source.url),
    )


def _held(stake: Stake, true_by: dt.date | None, known_by: dt.date | None) -> bool:
    known = stake.known_on or stake.as_of
    return (true_by is None or stake.as_of.certainly_by(true_by)) and (known_by is None or known.certainly_by(known_by))
