"""On which rung a leg stands as of a day, and what has been talked about, bound and paid.

Talked (rumoured, announced, letter of intent) -> bound (signed, amended, completed) -> paid (in part or in full); or
ended (cancelled, lapsed, replaced, defaulted, written off). Two clocks: an event counts when it certainly held by
`true_by` and was certainly public by `known_by`; a month that is not over yet does not count. Nothing looks ahead:
while a later event that carries an amount is still hidden, the amount of the deals table, which was written with
hindsight, is not used either.

Two readings that the list of statuses does not settle: an amendment of something that was only talked about binds
nobody, so it stays talked about; and what was never more than talk does not get cancelled, it lapses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from kanryu.case.paid import PAYMENTS, paid_so_far
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
_TALK_ORDER = {"rumoured": 0, "announced": 1, "loi": 2, "amended": 1}  # how much talk of the same rung weighs


class State(msgspec.Struct, frozen=True):
    """One leg as of a day.

    rung : "talked", "bound", "paid", "ended", or None when nothing was known yet
    reached : the surest rung it stood on before it ended (equal to `rung` when it did not end)
    talked, bound, paid : amounts with basis; None = nothing on that rung, an unknown `Amount` = not disclosed.
        A bound leg was also talked about; `paid` sums payment events of one basis and never a second report.
    other_bases : payment events left out of `paid` because their basis differs
    ended_by : why it ended ("lapsed", "cancelled", "defaulted" ...), empty if it did not
    replaced_by : the leg that stands in for it, if any stands as of the day
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


class Climb(msgspec.Struct, frozen=True):
    """What a row of events says about the rung: where it stands, how far it got, how it ended, what decided."""

    rung: Rung | None
    reached: Rung | None
    ended_by: str
    decided: Event


class Rungs:
    """The states of all legs of a case; events are indexed once. An event without a leg counts for its whole deal."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.legs = {leg.key: leg for leg in case.legs}
        of_deal: dict[str, list[str]] = {}
        for leg in case.legs:
            of_deal.setdefault(leg.deal_id, []).append(leg.key)
        self.events: dict[str, list[Event]] = {key: [] for key in self.legs}
        for event in case.events:
            keys = [event.key] if event.leg else of_deal.get(event.deal_id, [])
            for key in keys:
                if key in self.events:
                    self.events[key].append(event)
        for events in self.events.values():
            events.sort(key=lambda event: (event.date.last, event.date.first))
        self.alone = {keys[0] for keys in of_deal.values() if len(keys) == 1}
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
        every = self.events[key]
        seen = [event for event in every if counts(event, true_by, known_by)]
        if not seen:
            return State(key, None, None, None, None, None, "case.rung_no_event")
        climb = climb_of(seen)
        rung, ended_by = climb.rung, climb.ended_by
        replaced_by = self._replaced(key, climb.reached, true_by, known_by)
        if replaced_by and rung != "ended":
            rung, ended_by = "ended", "replaced"
        hidden = [event for event in every if not counts(event, true_by, known_by)]
        known = _table_amount(leg, hidden)
        about = [event for event in seen if event.leg or key in self.alone]
        bound = _bound(leg, about, known, climb.reached)
        talked = _talked(leg, about, known, bound)
        paid, other = paid_so_far(leg, about, bound)
        if climb.reached == "paid" and paid is None:  # a payment reported for the whole deal only
            paid = _unknown(leg)
        reason = f"case.rung_{ended_by or climb.decided.status}"
        return State(key, rung, climb.reached, talked, bound, paid, reason, ended_by, replaced_by, other, tuple(seen))

    def states(self, true_by: dt.date | None = None, known_by: dt.date | None = None) -> dict[str, State]:
        """The states of all legs, in the order of the case."""
        return {key: self.state(key, true_by, known_by) for key in self.legs}

    def _replaced(self, key: str, reached: Rung | None, true_by: dt.date | None, known_by: dt.date | None) -> str:
        """The leg that stands in for this one, once it stands at least as sure as this one did."""
        for other in self.replacements.get(key, ()):
            events = [event for event in self.events.get(other, []) if counts(event, true_by, known_by)]
            if not events:
                continue
            rung = climb_of(events).reached
            if rung is not None and (reached is None or ORDER[rung] >= ORDER[reached]):
                return other
        return ""


def counts(event: Event, true_by: dt.date | None, known_by: dt.date | None) -> bool:
    """Whether an event certainly held by `true_by` and was certainly public by `known_by` (None: no limit)."""
    return (true_by is None or event.date.certainly_by(true_by)) and (
        known_by is None or event.known_on.certainly_by(known_by)
    )


def climb_of(events: Sequence[Event]) -> Climb:
    """Rung, surest rung reached, how it ended, and the event that decided, from events in order of date."""
    rung: Rung | None = None
    reached: Rung | None = None
    ended_by = ""
    decided = events[0]
    for event in events:
        step = RUNG_OF_STATUS[event.status]
        if event.status == "amended" and rung == "talked":
            step = "talked"
        if step == "ended":
            if rung != "ended":
                ended_by = event.status
                decided = event
            rung = "ended"
            continue
        if rung == "ended":
            # only a new contract or payment revives it, not a report or a change of what is over
            if event.is_repeat or event.status not in ("signed", "completed", *PAYMENTS):
                continue
            rung, ended_by, decided = step, "", event
        elif rung is None or ORDER[step] > ORDER[rung]:
            rung, decided = step, event
        elif (
            step == rung
            and not event.is_repeat
            and _TALK_ORDER.get(event.status, 9) >= _TALK_ORDER.get(decided.status, 0)
        ):
            decided = event
        if reached is None or ORDER[step] > ORDER[reached]:
            reached = step
    if ended_by == "cancelled" and reached == "talked":
        ended_by = "lapsed"
    return Climb(rung, reached, ended_by, decided)


def _table_amount(leg: Leg, hidden: Sequence[Event]) -> Amount | None:
    """The amount of the deals table if it can have been known by then, else None; joint amounts are ceilings."""
    for event in hidden:
        if not event.is_repeat and RUNG_OF_STATUS[event.status] != "ended" and not event.amount.is_unknown:
            return None
    amount = leg.amount
    if leg.is_joint and not amount.is_unknown:
        ceiling = amount.high if amount.high is not None else amount.central
        return Amount(None, None, ceiling, amount.currency, amount.basis)
    return amount


def _exact(amount: Amount) -> Amount:
    """An event's single figure as low = central = high."""
    if amount.low is None and amount.high is None and amount.central is not None:
        return Amount(amount.central, amount.central, amount.central, amount.currency, amount.basis)
    return amount


def _stated(leg: Leg, events: Sequence[Event], statuses: frozenset[str]) -> Amount | None:
    """What these events last said about the size of the leg, in the leg's basis if any of them does."""
    same = _last_said(leg, events, statuses, same_basis=True)
    return same if same is not None else _last_said(leg, events, statuses, same_basis=False)


def _last_said(leg: Leg, events: Sequence[Event], statuses: frozenset[str], *, same_basis: bool) -> Amount | None:
    """The latest amount; "added" amounts come on top of what was said before."""
    found: Amount | None = None
    for event in events:
        if event.status not in statuses or event.amount.is_unknown:
            continue
        if event.scope not in ("leg", "added") and event.stated is None:
            continue
        if event.is_repeat and found is not None:
            continue
        if same_basis and event.amount.basis != leg.amount.basis:
            continue
        amount = _exact(event.amount)
        if leg.is_joint and event.stated is None:
            ceiling = amount.high if amount.high is not None else amount.central
            amount = Amount(None, None, ceiling, amount.currency, amount.basis)
        if event.scope == "added" and found is not None and found.basis == amount.basis:
            amount = _plus(found, amount)
        found = amount
    return found


def _plus(one: Amount, other: Amount) -> Amount:
    def add(a: object, b: object) -> object:
        return None if a is None or b is None else a + b  # type: ignore[operator]

    return Amount(
        add(one.low, other.low),  # type: ignore[arg-type]
        add(one.central, other.central),  # type: ignore[arg-type]
        add(one.high, other.high),  # type: ignore[arg-type]
        one.currency,
        one.basis,
    )


_TALK = frozenset(status for status, rung in RUNG_OF_STATUS.items() if rung == "talked") | {"amended"}
_BOUND = frozenset(status for status, rung in RUNG_OF_STATUS.items() if rung == "bound")


def _unknown(leg: Leg) -> Amount:
    return Amount(None, None, None, leg.amount.currency, leg.amount.basis)


def _bound(leg: Leg, about: Sequence[Event], known: Amount | None, reached: Rung | None) -> Amount | None:
    if reached not in ("bound", "paid"):
        return None
    if known is not None and not known.is_unknown:
        return known
    stated = _stated(leg, about, _BOUND)
    if stated is None and reached == "paid":
        stated = _stated(leg, about, _TALK)
    return stated or _unknown(leg)


def _talked(leg: Leg, about: Sequence[Event], known: Amount | None, bound: Amount | None) -> Amount:
    """What was talked about: the latest figure of the talk, else the table's, else what was bound."""
    stated = _stated(leg, about, _TALK if bound is None else _TALK - {"amended"})
    if stated is not None and bound is not None and not bound.is_unknown and stated.basis != bound.basis:
        return bound
    if stated is not None:
        same = known is not None and known.basis == stated.basis
        if same and known is not None and stated.central in (known.low, known.central, known.high):
            return known
        return stated
    if known is not None and not known.is_unknown:
        return known
    return bound if bound is not None else _unknown(leg)


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
