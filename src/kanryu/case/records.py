"""The records of a case, exactly as their sources give them.

Two clocks: `date` is when a fact holds, `known_on` when it became public. Nothing here is computed; what follows
from the events as of a day is in `case.rungs`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Literal, get_args, overload

import msgspec

from kanryu.core.dates import PartialDate
from kanryu.core.money import Amount
from kanryu.core.problems import Place, Problem

Instrument = Literal[
    "equity",
    "convertible",
    "debt",
    "lease",
    "purchase_goods",
    "purchase_service",
    "revenue_share",
    "credits_in_kind",
    "guarantee_backstop",
    "warrant",
    "asset_sale",
    "subsidy",
    "swap_capacity",
    "swap_shares",
    "other",
]
Status = Literal[
    "rumoured",
    "announced",
    "loi",
    "signed",
    "amended",
    "completed",
    "paid_part",
    "paid_full",
    "cancelled",
    "lapsed",
    "replaced",
    "defaulted",
    "written_off",
]
Rung = Literal["talked", "bound", "paid", "ended"]
Grade = Literal["A", "B", "C", "D"]  # A filing, B company or first-hand press, C second-hand, D repost or hearsay
Scope = Literal["leg", "added", "part", "joint", "other"]
Role = Literal["capital", "labs", "clouds", "chips", "outside"]

INSTRUMENTS: tuple[str, ...] = get_args(Instrument)
STATUSES: tuple[str, ...] = get_args(Status)
SCOPES: tuple[str, ...] = get_args(Scope)
RUNGS: tuple[str, ...] = get_args(Rung)

FINANCING = (
    "equity",
    "convertible",
    "debt",
    "credits_in_kind",
)  # money put into the payee (guarantees once called)
REVENUE = ("purchase_goods", "purchase_service", "lease", "revenue_share", "swap_capacity")
NO_CASH_UNTIL_CALLED = ("guarantee_backstop", "warrant")
NO_CASH = ("swap_shares",)


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a fact was read. `date` is the day of publication."""

    url: str
    publisher: str = ""
    date: PartialDate | None = None
    grade: Grade | None = None
    quote: str = ""


class Entity(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who pays or is paid. An aggregate stands for a group that the source does not name."""

    id: str
    name_en: str
    name_ja: str
    kind: str
    role: Role
    country: str = ""
    ticker: str = ""
    cik: str = ""
    note: str = ""
    is_aggregate: bool = False
    fiscal_year_end: int | None = None  # last month of its fiscal year, 1-12
    place: Place = Place()


class Due(msgspec.Struct, frozen=True):
    """A stated instalment: whole currency, due on a day."""

    date: PartialDate
    amount: Decimal


class Leg(msgspec.Struct, frozen=True, omit_defaults=True):
    """One payer -> payee direction of a deal. `key` = "deal_id:leg".

    is_contingent : part or all of it depends on something that may not happen; `amount.low` is then the firm part
    is_joint : the amount covers more than this payer or this payee (a whole round, a whole programme, a syndicate);
        it is an upper limit for the leg and never its best figure
    """

    deal_id: str
    leg: str
    payer: str
    payee: str
    instrument: Instrument
    amount: Amount
    start: PartialDate | None = None
    end: PartialDate | None = None
    amount_note: str = ""
    conditions: str = ""
    description: str = ""
    is_cancelable: bool | None = None  # None: not disclosed
    is_contingent: bool | None = None
    is_funded: bool | None = None
    is_joint: bool = False
    replaces: str = ""  # key of the leg that this one stands in for
    part_of: str = ""  # key of the total of which this is a tranche
    due: tuple[Due, ...] = ()  # instalments that the contract states
    place: Place = Place()

    @property
    def key(self) -> str:
        """Deal and leg as one name."""
        return f"{self.deal_id}:{self.leg}"


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """A dated change of a leg, or of every leg of a deal when `leg` is empty (then the amount is the deal's).

    amount : what the source says at that moment about this leg, with its own basis
    scope : what the amount covers: the leg, a part of it, an addition to what was said before, more than this leg
        (a whole round), or something else; only "leg" and "added" say how large the leg is
    stated : what the source says, where only a part of it belongs to this leg (`amount`)
    is_repeat : another report of an event that is already listed; evidence, but never a second payment
    is_cumulative : the amount is everything paid up to `date`, not one payment
    paid_from, paid_to : the time over which a payment was made, where the source reports it afterwards
    """

    deal_id: str
    leg: str
    date: PartialDate
    known_on: PartialDate
    status: Status
    amount: Amount
    what: str
    source: Source
    is_repeat: bool = False
    is_cumulative: bool = False
    scope: Scope = "leg"
    stated: Amount | None = None
    paid_from: PartialDate | None = None
    paid_to: PartialDate | None = None
    place: Place = Place()

    @property
    def key(self) -> str:
        """The leg it belongs to; "deal:" with nothing after it for an event of the whole deal."""
        return f"{self.deal_id}:{self.leg}"


class Stake(msgspec.Struct, frozen=True, omit_defaults=True):
    """A holding as of a day: percent of the issuer's shares, number of shares."""

    owner: str
    issuer: str
    as_of: PartialDate
    source: Source
    pct: Decimal | None = None
    shares: Decimal | None = None
    known_on: PartialDate | None = None
    place: Place = Place()


class Figure(msgspec.Struct, frozen=True, omit_defaults=True):
    """A reported number about an entity or a market.

    `period_text` is the source's own wording; `period` is it as a date or None where it is no calendar period.
    `value` is None where the source gives words (`text`).
    """

    entity: str
    metric: str
    period_text: str
    unit: str
    source: Source
    value: Decimal | None = None
    text: str = ""
    period: PartialDate | None = None
    period_start: PartialDate | None = None
    fiscal_period: str = ""
    known_on: PartialDate | None = None
    note: str = ""
    series: str = ""  # file of the series it stands in; empty for the case's own figures
    place: Place = Place()


Loaded = tuple[tuple[Figure, ...], tuple[Problem, ...]]


class Series(Sequence[Figure]):
    """The series of a case, each read on first use: most questions need none, few need more than one.

    loaders : name of a series -> function that gives its figures and the problems met while reading; called once.
    """

    def __init__(self, loaders: Mapping[str, Callable[[], Loaded]]) -> None:
        self._loaders = dict(loaders)
        self._loaded: dict[str, Loaded] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the series."""
        return tuple(self._loaders)

    def _load(self, name: str) -> Loaded:
        if name not in self._loaded:
            self._loaded[name] = self._loaders[name]()
        return self._loaded[name]

    def of(self, name: str) -> tuple[Figure, ...]:
        """The figures of one series; empty when the case has none of that name."""
        return self._load(name)[0] if name in self._loaders else ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with cells of the series."""
        return tuple(problem for name in self._loaders for problem in self._load(name)[1])

    @functools.cached_property
    def _all(self) -> tuple[Figure, ...]:
        return tuple(figure for name in self._loaders for figure in self._load(name)[0])

    @overload
    def __getitem__(self, index: int) -> Figure: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Figure, ...]: ...
    def __getitem__(self, index: int | slice) -> Figure | tuple[Figure, ...]:
        return self._all[index]

    def __len__(self) -> int:
        return len(self._all)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(self._all)

    def __reduce__(self) -> tuple[object, ...]:
        return series_in_memory, ({name: self._load(name) for name in self._loaders},)


def series_in_memory(loaded: Mapping[str, Loaded] | None = None) -> Series:
    """Series that are already read; none without an argument."""
    return Series({name: functools.partial(lambda x: x, value) for name, value in (loaded or {}).items()})


class Case(msgspec.Struct, frozen=True):
    """A folder of facts. `problems` are those met while reading its tables (those of the series are in
    `series.problems`); `case.checks.check` finds the rest."""

    id: str
    title_en: str
    title_ja: str
    currency: str
    entities: tuple[Entity, ...]
    legs: tuple[Leg, ...]
    events: tuple[Event, ...]
    stakes: tuple[Stake, ...] = ()
    figures: tuple[Figure, ...] = ()
    series: Series = msgspec.field(default_factory=series_in_memory)
    notes_en: str = ""
    notes_ja: str = ""
    folder: str = ""
    problems: tuple[Problem, ...] = ()

    def entity(self, entity_id: str) -> Entity:
        """The entity of that id.

        Raises
        ------
        NotFound
            No such entity; near ids are suggested.
        """
        from kanryu.core.errors import NotFound

        for entity in self.entities:
            if entity.id == entity_id:
                return entity
        raise NotFound(key="case.entity_unknown", name=entity_id, known=[e.id for e in self.entities], case=self.id)

    def events_of(self, key: str) -> tuple[Event, ...]:
        """All events of one leg and of its whole deal, in order of date and position."""
        deal = key.rpartition(":")[0]
        found = (e for e in self.events if e.key == key or (not e.leg and e.deal_id == deal))
        return tuple(sorted(found, key=lambda e: e.date.last))
