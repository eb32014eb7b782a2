"""On which rung a leg stands as of a day, and what has been talked about, bound and paid.

Talked (rumoured, announced, letter of intent) -> bound (signed, amended, completed) -> paid (in part or in full); or
ended (cancelled, lapsed, replaced, defaulted, written off). Two clocks: an event counts when it certainly held by
`true_by` and was certainly public by `known_by`; a month that is not over yet does not count. Nothing looks ahead:
while any later event of the leg that carries an amount is still hidden, the amount of the deals table, which was
written with hindsight, is not used either.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from kanryu.case.records import Case, Event, Leg, Rung
from kanryu.core.money import Amount

RUNG_OF_STATUS: dict[str, Rung] = {
    "rumoured": "talked",
    "announced": "talked",
    "loi": "talked",
    "signed": "bound",
    "amended": "bound",
    "completed": "bound",
    "paid_part": "paid",
    "paid_full": "paid",
    "cancelled": "ended",
    "lapsed": "ended",
    "replaced": "ended",
    "defaulted": "ended",
    "written_off": "ended",
}
ORDER: dict[str, int] = {"talked": 0, "bound": 1, "paid": 2}
PAYABLE = (
    "total",
    "per_year",
    "in_kind",
    "contingent",
)  # bases in which a payment event can be money or goods handed over


class State(msgspec.Struct, frozen=True):
    """One leg as of a day.

    rung : "talked", "bound", "paid", "ended", or None when nothing was known yet
    reached : the surest rung it stood on before it ended (equal to `rung` when it did not end)
    talked, bound, paid : amounts with basis; None = nothing on that rung, an unknown `Amount` = not disclosed.
        A bound leg was also talked about; `paid` sums payment events of one basis and never a second report.
    other_bases : payment events left out of `paid` because their basis differs
    ended_by : why it ended ("lapsed", "cancelled", ...), empty if it did not
    reason : sentence key of why it stands where it stands
    events : the events that count as of the day, in order
    """

    key: str
    rung: Rung | None
    reached: Rung | None
    talked: Amount | None
    bound: Amount | None
    paid: Amount | None
    reason: str
    ended_by: str = ""
    replaced_by: str = ""
    other_bases: tuple[Event, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it stands on a rung and has not ended."""
        return self.rung is not None and self.rung != "ended"


class Rungs:
    """The states of all legs of a case; events are indexed once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.legs = {leg.key: leg for leg in case.legs}
        self.events: dict[str, list[Event]] = {key: [] for key in self.legs}
        for event in case.events:
            self.events.setdefault(event.key, []).append(event)
        for events in self.events.values():
            events.sort(key=lambda event: (event.date.last, event.date.first))
        self.replacements: dict[str, list[str]] = {}
        for leg in case.legs:
            if leg.replaces:
                self.replacements.setdefault(leg.replaces, []).append(leg.key)

    def state(self, key: str, true_by: dt.date | None = None, known_by: dt.date | None = None) -> State:
        """The state of one leg; see `state_of`."""
        leg = self.legs.get(key)
        if leg is None:
            from kanryu.core.errors import NotFound

            raise NotFound(key="case.leg_unknown", name=key, known=self.legs, case=self.case.id)
        every = self.events.get(key, [])
        seen = [event for event in every if counts(event, true_by, known_by)]
        if not seen:
            return State(key, None, None, None, None, None, "case.rung_no_event")
        rung, reached, ended_by, last = _climb(seen)
        replaced_by = ""
        if rung is not None and rung != "ended":
            replaced_by = self._replaced(key, seen, true_by, known_by)
            if replaced_by:
                rung, ended_by = "ended", "replaced"
        hidden = [event for event in every if not counts(event, true_by, known_by)]
        known = _amount_known(leg, seen, hidden)
        bound, talked = _bound(leg, seen, known, reached), _talked(seen, known)
        paid, other = _paid(leg, seen, bound)
        reason = "case.rung_replaced" if replaced_by else f"case.rung_{last.status}"
        return State(key, rung, reached, talked, bound, paid, reason, ended_by, replaced_by, other, tuple(seen))

    def states(self, true_by: dt.date | None = None, known_by: dt.date | None = None) -> dict[str, State]:
        """The states of all legs, in the order of the case."""
        return {key: self.state(key, true_by, known_by) for key in self.legs}

    def _replaced(self, key: str, seen: Sequence[Event], true_by: dt.date | None, known_by: dt.date | None) -> str:
        """The leg that stands in for this one, once it stands at least as sure as this one did."""
        reached = _climb(seen)[1]
        for other in self.replacements.get(key, ()):
            events = [event for event in self.events.get(other, []) if counts(event, true_by, known_by)]
            if not events:
                continue
            rung = _climb(events)[1]
            if rung is not None and reached is not None and ORDER[rung] >= ORDER[reached]:
                return other
        return ""


def counts(event: Event, true_by: dt.date | None, known_by: dt.date | None) -> bool:
    """Whether an event certainly held by `true_by` and was certainly public by `known_by` (None: no limit)."""
    return (true_by is None or event.date.certainly_by(true_by)) and (
        known_by is None or event.known_on.certainly_by(known_by)
    )


def _climb(events: Sequence[Event]) -> tuple[Rung | None, Rung | None, str, Event]:
    """Rung, surest rung reached, how it ended, and the event that decided, from events in order."""
    rung: Rung | None = None
    reached: Rung | None = None
    ended_by = ""
    decided = events[0]
    for event in events:
        step = RUNG_OF_STATUS[event.status]
        if step == "ended":
            rung, ended_by, decided = "ended", event.status, event
        elif rung == "ended":
            if not event.is_repeat and ORDER[step] >= ORDER["bound"]:  # only a new contract or payment revives it
                rung, ended_by, decided = step, "", event
        elif rung is None or ORDER[step] >= ORDER[rung]:
            rung, decided = step, event
        if step != "ended" and (reached is None or ORDER[step] > ORDER[reached]):
            reached = step
    return rung, reached, ended_by, decided


def _amount_known(leg: Leg, seen: Sequence[Event], hidden: Sequence[Event]) -> Amount | None:
    """The table's amount if it can have been known by then, else None."""
    if leg.amount.is_unknown:
        return leg.amount if not hidden else None
    if not hidden or all(event.amount.is_unknown for event in hidden):
        return leg.amount
    return None


def _stated(events: Iterable[Event], statuses: frozenset[str], basis: str) -> Amount | None:
    """The amount that the latest of these events states; a first report goes before its repeats."""
    found: Amount | None = None
    day: dt.date | None = None
    for event in events:
        if event.status in statuses and not event.amount.is_unknown and event.amount.basis == basis:
            if event.is_repeat and found is not None and day == event.date.last:
                continue
            found, day = event.amount, event.date.last
    return found


_TALK = frozenset(status for status, rung in RUNG_OF_STATUS.items() if rung == "talked")
_BOUND = frozenset(status for status, rung in RUNG_OF_STATUS.items() if rung == "bound")


def _exact(amount: Amount) -> Amount:
    """An event's single figure as low = central = high."""
    if amount.low is None and amount.high is None and amount.central is not None:
        return Amount(amount.central, amount.central, amount.central, amount.currency, amount.basis)
    return amount


def _unknown(leg: Leg) -> Amount:
    return Amount(None, None, None, leg.amount.currency, leg.amount.basis)


def _bound(leg: Leg, seen: Sequence[Event], known: Amount | None, reached: Rung | None) -> Amount | None:
    if reached not in ("bound", "paid"):
        return None
    if known is not None and not known.is_unknown:
        return known
    stated = _stated(seen, _BOUND, leg.amount.basis)
    if stated is None and reached == "paid":
        stated = _stated(seen, _TALK, leg.amount.basis)
    return _exact(stated) if stated is not None else _unknown(leg)


def _talked(seen: Sequence[Event], known: Amount | None) -> Amount:
    first = seen[0].amount
    for statuses in (_TALK, _BOUND):
        for basis in dict.fromkeys([known.basis if known else first.basis, first.basis]):
            stated = _stated(seen, statuses, basis)
            if stated is not None:
                if known is not None and known.basis == stated.basis and known.central == stated.central:
                    return known
                return _exact(stated)
    return known if known is not None else Amount(None, None, None, first.currency, first.basis)


def _paid(leg: Leg, seen: Sequence[Event], bound: Amount | None) -> tuple[Amount | None, tuple[Event, ...]]:
    """Sum of payment events; cumulative figures replace what was counted before their day."""
    payments = [event for event in seen if RUNG_OF_STATUS[event.status] == "paid" and not event.is_repeat]
    if not payments:
        return None, ()
    basis = leg.amount.basis if leg.amount.basis in ("in_kind",) else "total"
    main = [event for event in payments if event.amount.basis in (basis, leg.amount.basis) and _is_money(event)]
    other = tuple(event for event in payments if event not in main and not event.amount.is_unknown)
    low = central = high = Decimal(0)
    currency, unknown = leg.amount.currency, False
    for event in main:
        amount = _exact(event.amount)
        if amount.is_unknown:
            if event.status == "paid_full" and bound is not None and not bound.is_unknown:
                return bound, other
            unknown = True
            continue
        best = amount.best if amount.best is not None else amount.floor
        if event.is_cumulative or (event.status == "paid_full" and not event.is_cumulative and best >= central > 0):
            low = central = high = Decimal(0)
            unknown = False
        low, central = low + amount.floor, central + best
        high += amount.ceiling if amount.ceiling is not None else best
        currency = amount.currency
    if central == 0 and (unknown or other or not main):
        return Amount(None, None, None, currency, basis), other
    # an undisclosed further payment leaves the sum a lower limit
    return Amount(low, central, None if unknown else high, currency, basis), other


def _is_money(event: Event) -> bool:
    return event.amount.is_unknown or event.amount.basis in PAYABLE


_KEPT: list[Rungs] = []


def rungs(case: Case) -> Rungs:
    """The indexed events of a case, kept for the last few cases."""
    for kept in _KEPT:
        if kept.case is case:
            return kept
    made = Rungs(case)
    _KEPT.insert(0, made)
    del _KEPT[8:]
    return made


def state_of(case: Case, key: str, true_by: dt.date | None = None, known_by: dt.date | None = None) -> State:
    """On which rung leg `key` stands, with its amounts and the events that say so.

    Parameters
    ----------
    key : str
        "deal_id:leg".
    true_by, known_by : date or None
        Only events that held by the one and were public by the other; None sets no limit.

    Raises
    ------
    NotFound
        No such leg; near keys are suggested.
    """
    return rungs(case).state(key, true_by, known_by)


def states_of(case: Case, true_by: dt.date | None = None, known_by: dt.date | None = None) -> dict[str, State]:
    """`state_of` for every leg, in the order of the case."""
    return rungs(case).states(true_by, known_by)
