"""What tracing gives back: records only."""

from __future__ import annotations

import msgspec

from kanryu.core.results import Origin
from kanryu.follow.bounds import Bounds
from kanryu.follow.case_trace_records import OwnMoney


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the own money that came back, units of the ledger.

    label : payer, first moment of the period, number of hops ("8+" for more), or least age in the ledger's time
    inflow : counted inflow of that part where it can be told (payer, period); share : back / inflow of the part, or of
        all inflow for hops and age
    """

    label: str
    back: float
    inflow: float | None
    share: float | None


class Shares(msgspec.Struct, frozen=True, kw_only=True):
    """Own money back in parts, by one way of splitting and one rule."""

    account: str
    by: str
    rule: str
    back: float
    inflow: float
    parts: tuple[Part, ...]


class RuleAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Own money back under one rule, in units of the file.

    back : sum over the counted rows; None when the work budget ended before the ledger did
    share : part of the counted inflow; None when nothing came in
    held : own money that others still hold at the end
    is_exact : whole minor units (pro-rata and blended lots are floating point)
    """

    back: float | None
    share: float | None
    held: float | None
    is_exact: bool


class Minted(msgspec.Struct, frozen=True, kw_only=True):
    """Money that payers had to mint because the ledger does not show where they got it.

    total : units of the file; share : of all payments; rows : payments that needed it
    by_account : how much for the largest minters
    """

    total: float
    share: float
    rows: int
    by_account: dict[str, float]


class OfAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Own money back of one account among all, units of the file; pro-rata only for the largest."""

    account: str
    inflow: float
    fifo: float
    lifo: float
    pro_rata: float | None
    share_low: float
    share_high: float


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """Own money in the inflow of one account.

    inflow : counted rows into the account (None: not reported); paid_out : tagged rows out of it; units of the file
    rules : answer of each rule of definitions section 4; variants : other conventions in use, named
    low, high : smallest and largest answer of the rules; bounds : what no rule can leave
    touched : counted rows that poison touches (no amounts); None on a case
    minted : what payers had to mint; None on a case
    everyone : every account with own money back, when all were asked about (the fields above are then empty)
    parts : own money back by payer, period, hops or age, where asked for
    case : on a case, the split by rung, year and whose money it was; the fields above are then its headline
    """

    account: str
    inflow: float | None
    paid_out: float | None
    counted_rows: int
    tagged_rows: int
    rules: dict[str, RuleAnswer]
    variants: dict[str, RuleAnswer]
    low: float | None
    high: float | None
    low_share: float | None
    high_share: float | None
    bounds: Bounds
    touched: int | None
    minted: Minted | None
    origin: Origin
    case: OwnMoney | None = None
    parts: tuple[Shares, ...] = ()
    everyone: tuple[OfAccount, ...] = ()
