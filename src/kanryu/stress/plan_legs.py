"""The legs of one year of a case: who means to pay whom, between which limits, at which rank, and which debts stand.

Rungs are those of the day; an amount that nobody disclosed stays out of the plan and is listed. What is assumed
(the pace of contracts without an end, the part of a headline loan that is drawn) is named.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from kanryu.case.records import Case, Entity, Leg, Rung
from kanryu.case.rungs import ORDER, RUNG_OF_STATUS, State, states_of
from kanryu.core.money import Amount
from kanryu.flows.from_case import LegInterval, leg_intervals
from kanryu.stress.legs import RANK_CAPEX, RANK_FIRM, RANK_FLEXIBLE, RANK_INVESTMENT
from kanryu.stress.plan_figures import latest_balance
from kanryu.stress.situation import Parameter

MONEY_IN = ("equity", "convertible", "debt", "asset_sale", "subsidy")  # money of the payee, not its revenue
BUYS = ("purchase_goods", "purchase_service", "lease", "revenue_share", "swap_capacity", "other")
LOANS = ("debt", "convertible")
OPEN_YEARS = 4  # assumption: a contract without an end runs four years from its start
MINOR = 100.0


class YearLeg(msgspec.Struct, frozen=True, kw_only=True):
    """A leg in the plan of a year; amounts in whole currency; `is_open_ended` = its pace is assumed."""

    key: str
    src: str
    dst: str
    instrument: str
    rung: Rung
    low: float
    central: float
    high: float
    rank: int
    is_funding: bool
    is_elastic: bool
    is_firm: bool
    is_open_ended: bool = False


class Debt(msgspec.Struct, frozen=True, kw_only=True):
    """A loan outstanding on the day: between limits; `is_drawn_assumed` = only the headline is known."""

    key: str
    debtor: str
    creditor: str
    low: float
    central: float
    high: float
    is_secured: bool
    is_drawn_assumed: bool


class Guarantee(msgspec.Struct, frozen=True, kw_only=True):
    """`guarantor` covers what `debtor` does not pay to `creditor`, up to a cap (None = not disclosed)."""

    key: str
    guarantor: str
    creditor: str
    covered: tuple[str, ...]
    cap: float | None


class Unnamed(msgspec.Struct, frozen=True, kw_only=True):
    """Customers whom a lender reports only in total: `id` stands for all of them, `drawn` for loans to all customers.

    `figures` are what it rests on.
    """

    id: str
    lender: str
    drawn: float
    figures: tuple[str, ...]


class YearLegs(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the deals say about the year.

    unknown : open legs without a known amount -> (src, dst); left_out : what moves no cash, with the reason
    talked : open legs that are only talked about and do not count; reasons : leg -> why it is not in the plan
    history : payer, payee, day, amount of purchases up to the year, and whether they are services or rents
    """

    legs: tuple[YearLeg, ...]
    debts: tuple[Debt, ...]
    guarantees: tuple[Guarantee, ...]
    unknown: dict[str, tuple[str, str]]
    left_out: tuple[str, ...]
    talked: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]
    deals: dict[str, tuple[str, ...]]
    reasons: dict[str, str]
    unnamed: tuple[Unnamed, ...]
    history: tuple[tuple[str, str, int, float, bool], ...]


def _limits(amount: Amount | None) -> tuple[float, float, float] | None:
    """Low, central, high in whole currency; a ceiling alone gives 0 and its half; None when nothing is known."""
    if amount is None or amount.is_unknown or amount.basis not in ("total", "per_year"):
        return None
    low = float(amount.floor if amount.low is not None or amount.central is None else amount.central)
    if amount.high is None:
        best = float(amount.best if amount.best is not None else amount.floor)
        return low, best, best
    high = float(amount.high)
    central = float(amount.central) if amount.central is not None else (low + high) / 2
    return low, min(max(central, low), high), high


def year_legs(
    case: Case,
    year: int,
    day: dt.date | None,
    *,
    rung: Rung = "bound",
    also: frozenset[str] = frozenset(),
    drawn: Parameter,
    schedule: str = "even",
) -> YearLegs:
    """The legs of a calendar year as planned on a day.

    Parameters
    ----------
    rung : {"talked", "bound", "paid"}
        The least sure rung that counts.
    also : leg keys or deal ids that count on any rung (because they are to be broken).
    drawn : Parameter
        Part of a headline loan that is drawn, where nobody says (section 10).
    """
    states = states_of(case, day, day)
    entities = {entity.id: entity for entity in case.entities}
    least: Rung = "talked" if also else rung
    pieces: dict[str, list[LegInterval]] = {}
    for piece in leg_intervals(case, true_by=day, known_by=day, rung=least, schedule=schedule):
        pieces.setdefault(piece.key, []).append(piece)
    begin, end = dt.date(year, 1, 1).toordinal(), dt.date(year, 12, 31).toordinal()
    legs: list[YearLeg] = []
    debts: list[Debt] = []
    unknown: dict[str, tuple[str, str]] = {}
    left_out: list[str] = []
    talked: list[str] = []
    groups: dict[str, list[str]] = {}
    deals: dict[str, list[str]] = {}
    reasons: dict[str, str] = {}  # why a leg of the case is not in the plan
    for leg in case.legs:
        state = states[leg.key]
        if state.rung is None or not state.is_open or leg.payer == leg.payee:
            reasons[leg.key] = "not_yet" if state.rung is None else "ended" if not state.is_open else "to_itself"
            continue
        if leg.payer not in entities or leg.payee not in entities:
            left_out.append(f"{leg.key}: entity_unknown")
            reasons[leg.key] = "entity_unknown"
            continue
        counted = ORDER[state.rung] >= ORDER[rung] or leg.key in also or leg.deal_id in also
        words = {state.rung, leg.instrument} | {
            e.status for e in state.events if RUNG_OF_STATUS[e.status] == state.rung
        }
        if not counted:
            talked.append(leg.key)
            reasons[leg.key] = "talked"
            continue
        loan = _outstanding(leg, state, drawn) if leg.instrument in LOANS else None
        if loan is not None:
            debts.append(_sold_on(case, states, loan, leg.deal_id))
        if leg.instrument not in (*MONEY_IN, *BUYS):
            if leg.instrument != "guarantee_backstop":
                left_out.append(f"{leg.key}: {leg.instrument}")
            reasons[leg.key] = "no_cash"
            continue
        deals.setdefault(leg.deal_id, []).append(leg.key)
        for word in words:
            groups.setdefault(word, []).append(leg.key)
        amount = _in_year(leg, state, pieces.get(leg.key, []), begin, end, year, loan)
        if amount == "unknown":
            unknown[leg.key] = (leg.payer, leg.payee)
        elif isinstance(amount, tuple) and amount[2] > 0:
            legs.append(_year_leg(leg, state, amount, entities[leg.payer]))
        else:
            reasons[leg.key] = "other_year"
    unnamed = _unnamed(case, day, legs, debts)
    keep = {leg.key for leg in legs} | set(unknown)
    history = tuple(
        (leg.payer, leg.payee, piece.t, piece.central / MINOR, leg.instrument != "purchase_goods")
        for leg in case.legs
        if leg.instrument in BUYS
        for piece in pieces.get(leg.key, [])
        if piece.t < end and piece.central is not None
    )
    return YearLegs(
        legs=tuple(legs),
        debts=tuple(debts),
        guarantees=tuple(_guarantees(case, states)),
        unknown=unknown,
        left_out=tuple(left_out),
        talked=tuple(talked),
        groups={
            **{word: tuple(key for key in keys if key in keep) for word, keys in groups.items()},
            "debt": tuple(leg.key for leg in legs if leg.instrument == "debt")
            + tuple(key for key in groups.get("debt", ()) if key in unknown),
        },
        deals={deal: tuple(keys) for deal, keys in deals.items()},
        reasons=reasons,
        unnamed=unnamed,
        history=history,
    )


def _in_year(
    leg: Leg, state: State, pieces: list[LegInterval], begin: int, end: int, year: int, loan: Debt | None
) -> tuple[float, float, float, bool] | str | None:
    """(low, central, high, pace assumed) of the year, "unknown", or None when nothing falls into it."""
    inside = [piece for piece in pieces if begin <= piece.t <= end]
    if inside:
        told = state.bound or state.talked or leg.amount
        low = sum(piece.low for piece in inside) / MINOR
        if told.low is None and told.central is not None:  # a single figure without limits is that figure
            low = sum(piece.central or 0 for piece in inside) / MINOR
        limit = [piece.high for piece in inside]
        best = [piece.central for piece in inside]
        if all(x is None for x in best) and all(x is None for x in limit):
            return "unknown"
        high = sum(x for x in limit if x is not None) / MINOR if None not in limit else None
        central = sum(x for x in best if x is not None) / MINOR if None not in best else None
        if central is None:
            central = (low + high) / 2 if high is not None else max(low, 0.0)
        return low, max(central, low), max(central, low, high if high is not None else central), False
    promised = state.bound or state.talked or leg.amount
    if promised.is_unknown and leg.end is not None:
        first = leg.start.first.year if leg.start is not None else state.events[0].date.first.year
        return "unknown" if first <= year <= leg.end.last.year else None
    if leg.end is not None or (state.rung == "paid" and state.events[-1].status == "paid_full"):
        return None
    started = leg.start.first.year if leg.start is not None else (state.events[0].date.first.year)
    if not year - OPEN_YEARS < started <= year:
        return None
    total = _limits(state.bound or state.talked)
    if total is None:
        return "unknown" if promised.is_unknown else None
    gone = (loan.low, loan.central, loan.high) if loan is not None else _limits(state.paid) or (0.0, 0.0, 0.0)
    rest = max(0.0, total[2] - gone[0])
    if rest <= 0 or leg.instrument in ("equity", "asset_sale", "subsidy"):
        return None
    central = max(0.0, total[1] - gone[1]) / OPEN_YEARS
    return 0.0, min(central, rest), rest, True


def _year_leg(leg: Leg, state: State, amount: tuple[float, float, float, bool], payer: Entity) -> YearLeg:
    lends = leg.instrument in MONEY_IN
    capital = leg.instrument == "purchase_goods" and payer.role in ("clouds", "outside")
    rank = RANK_INVESTMENT if lends else RANK_CAPEX if capital else RANK_FIRM
    if leg.instrument == "purchase_goods" and payer.role == "labs":
        rank = RANK_FLEXIBLE
    rung: Rung = state.rung or "talked"
    return YearLeg(
        key=leg.key,
        src=leg.payer,
        dst=leg.payee,
        instrument=leg.instrument,
        rung=rung,
        low=amount[0],
        central=amount[1],
        high=amount[2],
        rank=rank,
        is_funding=lends,
        is_elastic=capital or (lends and payer.role != "capital"),
        is_firm=not lends and state.rung != "talked" and leg.is_cancelable is not True,
        is_open_ended=amount[3],
    )


def _outstanding(leg: Leg, state: State, drawn: Parameter) -> Debt | None:
    """What of a loan can be outstanding: what was paid out, or the assumed part of what was promised."""
    paid = _limits(state.paid)
    total = _limits(state.bound)
    if paid is None and (total is None or state.reached == "talked"):
        return None
    assumed = paid is None
    if paid is not None:
        low, central, high = paid
    else:
        assert total is not None
        low, central, high = total[0] * drawn.low, total[1] * drawn.central, total[2] * drawn.high
    if leg.amount.floor and float(leg.amount.floor) < central and paid is not None:
        low = min(low, float(leg.amount.floor))  # part of it is held by others
    secured = "secured" in f"{leg.conditions} {leg.description}".lower() and "unsecured" not in leg.conditions.lower()
    if high <= 0:
        return None
    return Debt(
        key=leg.key,
        debtor=leg.payee,
        creditor=leg.payer,
        low=low,
        central=central,
        high=high,
        is_secured=secured,
        is_drawn_assumed=assumed,
    )


def _unnamed(case: Case, day: dt.date | None, legs: list[YearLeg], debts: list[Debt]) -> tuple[Unnamed, ...]:
    """Add what a lender reports in total beyond the customers that the case names: loans, guarantees, undrawn credit.

    Undrawn credit finances purchases from the lender at the pace of open-ended contracts: the draw and the purchase
    that it pays for are two legs.
    """
    found = []
    for entity in case.entities:
        told = {
            name: latest_balance(case, entity.id, (name,), day or dt.date(9999, 1, 1), day)
            for name in ("loans_drawn_by_customers", "guarantees_drawn", "customer_financing_commitments_total")
        }
        drawn, backed, promised = told.values()
        if drawn is None:
            continue
        who = f"customers:{entity.id}"
        named = [debt for debt in debts if debt.creditor == entity.id]
        sums = [sum(getattr(debt, end) for debt in named) for end in ("low", "central", "high")]
        rest = (max(0.0, drawn.low - sums[2]), max(0.0, drawn.central - sums[1]), max(0.0, drawn.high - sums[0]))
        for key, limits in (
            ("loans", rest),
            ("guarantees", (backed.low, backed.central, backed.high) if backed else rest),
        ):
            if limits[2] <= 0 or (key == "guarantees" and backed is None):
                continue
            debts.append(
                Debt(
                    key=f"{who}:{key}",
                    debtor=who,
                    creditor=entity.id,
                    low=limits[0],
                    central=limits[1],
                    high=limits[2],
                    is_secured=False,
                    is_drawn_assumed=False,
                )
            )
        if promised is not None:
            draws = sum(leg.high for leg in legs if leg.src == entity.id and leg.instrument in LOANS)
            used = drawn.central + (backed.central if backed else 0.0)
            left = max(0.0, promised.central - used - draws)
            for src, dst, key, lends in ((entity.id, who, "draws", True), (who, entity.id, "purchases", False)):
                legs.append(
                    YearLeg(
                        key=f"{who}:{key}",
                        src=src,
                        dst=dst,
                        instrument="debt" if lends else "purchase_goods",
                        rung="bound",
                        low=0.0,
                        central=left / OPEN_YEARS,
                        high=left,
                        rank=RANK_INVESTMENT if lends else RANK_CAPEX,
                        is_funding=lends,
                        is_elastic=lends,
                        is_firm=False,
                        is_open_ended=True,
                    )
                )
        urls = dict.fromkeys(url for item in told.values() if item is not None for url in item.sources)
        found.append(Unnamed(id=who, lender=entity.id, drawn=drawn.central, figures=tuple(urls)))
    return tuple(found)


def _sold_on(case: Case, states: dict[str, State], loan: Debt, deal: str) -> Debt:
    """The same loan in the hands of who bought it from the lender, if the deal says so: the exposure left."""
    for other in case.legs:
        if other.deal_id == deal and other.instrument == "asset_sale" and other.payee == loan.creditor:
            state = states[other.key]
            if state.is_open and state.rung in ("bound", "paid"):
                return msgspec.structs.replace(loan, creditor=other.payer)
    return loan


def _guarantees(case: Case, states: dict[str, State]) -> list[Guarantee]:
    """Guarantees of the day with the legs of their own deal that they can cover (same payee, another payer)."""
    found = []
    for leg in case.legs:
        if leg.instrument != "guarantee_backstop" or not states[leg.key].is_open:
            continue
        covered = tuple(
            other.key
            for other in case.legs
            if other.deal_id == leg.deal_id and other.payee == leg.payee and other.payer != leg.payer
        )
        cap = leg.amount.high if leg.amount.high is not None else leg.amount.central
        found.append(
            Guarantee(
                key=leg.key,
                guarantor=leg.payer,
                creditor=leg.payee,
                covered=covered,
                cap=None if cap is None else float(cap),
            )
        )
    return found
