"""What `own_money` gives back: records only, so that reports and the program's interface need nothing else."""

from __future__ import annotations

import msgspec

from kanryu.core.results import Origin


class Conflict(msgspec.Struct, frozen=True):
    """Legs that, on the assumed schedule, add up to more than a reported total: the schedule gave way to the report."""

    entity: str
    kind: str
    year: int
    legs: float
    total: float


class Span(msgspec.Struct, frozen=True):
    """Between limits, whole currency or a share; `high` None = nothing that is known limits it."""

    low: float
    high: float | None


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """What came in during some years, by whose money it was.

    inflow : reported revenue; None when not reported. deals : revenue legs of the case into the company
    own : its own money back; insiders : other money of companies of the case; outside : the rest of the report
    own_share : own money as part of the inflow; None when the inflow is not known
    """

    label: str
    inflow: Span | None
    deals: Span
    own: Span
    insiders: Span
    outside: Span | None
    own_share: Span | None


class RuleAnswers(msgspec.Struct, frozen=True):
    """Own money back under one rule, whole currency, with shares where the inflow is known.

    known : on the central amounts that are known; widest : on the amounts that allow the most own money
    """

    known: float
    widest: float
    known_share: float | None
    widest_share: float | None


class ByPayer(msgspec.Struct, frozen=True):
    """Most own money that can have come home in the last payment of one payer (they do not add up)."""

    payer: str
    high: float | None


class OnRung(msgspec.Struct, frozen=True, kw_only=True):
    """The answer on one rung.

    paid_out : financing the company paid by the end of the reported years, and in all years
    total : the reported years together; ahead : years without a report
    unknown : legs on the way home whose amount nobody discloses
    """

    rung: str
    paid_out: Span
    paid_out_in_all: Span
    total: Split | None
    years: tuple[Split, ...]
    ahead: Split | None
    rules: dict[str, RuleAnswers]
    payers: tuple[ByPayer, ...]
    legs_on_the_way: int
    unknown: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


class Narrows(msgspec.Struct, frozen=True, kw_only=True):
    """What one missing fact is worth: the interval of own money before and if the fact stood at its end.

    what : "amount" of a leg, "financing" (all open amounts the company paid out), "payments" (all open amounts of one
        payer), or "other_money" of a company; name : the leg or the company
    """

    what: str
    name: str
    low: float
    high: float | None
    saved: float | None  # by how much the interval becomes shorter; None = from no limit to a limit


class OwnMoney(msgspec.Struct, frozen=True, kw_only=True):
    """Own money of one company of a case: the headline rung, all rungs, what would narrow it.

    rung : the headline rung; `on` holds the answer of each rung asked
    first, last : the reported years of the headline; None when revenue is not reported
    """

    company: str
    currency: str
    rung: str
    first: int | None
    last: int | None
    on: dict[str, OnRung]
    narrows: tuple[Narrows, ...]
    missing: tuple[str, ...]
    origin: Origin

    @property
    def headline(self) -> OnRung:
        """The answer on the headline rung."""
        return self.on[self.rung]
