"""Self-financed share in parts: by payer, by period, by number of hops, by age (definitions section 5).

The variants must be named when used, so every part carries its rule. By payer and by period split the answer of any
rule. Hops and age need pieces of money that remember when they left: FIFO and LIFO keep them in lots, exactly;
pro-rata mixes all pieces of an account, so there only hops can be kept apart (as classes), not ages.
Shares of different accounts do not add up to a share of the system: a unit can be own money of several accounts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kanryu.core.errors import UsageError
from kanryu.core.speed import hot
from kanryu.flows.ledger import Int32, Int64, Ledger
from kanryu.follow.trace import own_parts
from kanryu.follow.trace_records import Part, Shares
from kanryu.follow.trace_rows import Choice, Rows, prepare

Int8 = npt.NDArray[np.int8]
Float64 = npt.NDArray[np.float64]
WAYS = ("payer", "period", "hops", "age")
HOPS = 8  # more hops than this stand together


def self_financed(
    ledger: Ledger,
    account: str,
    *,
    by: str,
    rule: str | None = None,
    edges: Sequence[int] = (),
    tag: Choice = None,
    count: Choice = None,
    largest: int = 20,
) -> Shares:
    """Own money back, split.

    Parameters
    ----------
    by : "payer", "period", "hops" or "age"
    rule : any rule for payer and period (default pro-rata); "fifo" or "lifo" for age; those or "pro_rata" for hops
        (default FIFO)
    edges : starts of the periods, or of the age classes, in the ledger's time; default ten of equal length
    largest : most payers named

    Raises
    ------
    UsageError
        An unknown way, or a rule that cannot answer it.

    Examples
    --------
    >>> from kanryu.flows.ledger import from_columns
    >>> ledger = from_columns(["A", "B", "C", "B"], ["B", "C", "A", "A"], [1, 2, 3, 9], [10, 4, 4, 6])
    >>> [(part.label, part.back) for part in self_financed(ledger, "A", by="hops").parts]
    [('2', 6.0), ('3', 4.0)]
    """
    if by not in WAYS:
        raise UsageError(key="trace.way_unknown", found=by, known=", ".join(WAYS))
    chosen = rule or ("pro_rata" if by in ("payer", "period") else "fifo")
    if (by == "age" and chosen not in ("fifo", "lifo")) or (
        by == "hops" and chosen not in ("fifo", "lifo", "pro_rata")
    ):
        raise UsageError(key="trace.way_rule", by=by, rule=chosen)
    rows = prepare(ledger, account, tag=tag, count=count)
    inflow = rows.inflow
    if by in ("payer", "period"):
        part, _ = own_parts(rows, chosen)
        home = np.flatnonzero(rows.counted == 1)
        parts = (
            _by_payer(ledger, rows, part, home, largest)
            if by == "payer"
            else _by_period(ledger, rows, part, home, edges)
        )
        back = float(part[home].sum())
    else:
        times = ledger.t[rows.index]
        starts = np.asarray(edges or _equal(times, from_zero=True), np.int64)
        hops, ages = _pieces(rows, times, starts, chosen)
        values = hops if by == "hops" else ages
        labels = (
            [str(h) for h in range(1, HOPS)] + [f"{HOPS}+"] if by == "hops" else [str(int(start)) for start in starts]
        )
        back = float(values.sum())
        parts = tuple(
            Part(label=label, back=ledger.in_units(value), inflow=None, share=value / inflow if inflow else None)
            for label, value in zip(labels, values.tolist())
            if value > 0
        )
    return Shares(
        account=account,
        by=by,
        rule=chosen,
        back=ledger.in_units(back),
        inflow=ledger.in_units(inflow),
        parts=parts,
    )


def _part(ledger: Ledger, label: str, back: float, inflow: float) -> Part:
    return Part(
        label=label,
        back=ledger.in_units(back),
        inflow=ledger.in_units(inflow),
        share=back / inflow if inflow else None,
    )


def _by_payer(ledger: Ledger, rows: Rows, part: npt.NDArray[np.generic], home: Int64, largest: int) -> tuple[Part, ...]:
    back = np.bincount(rows.src[home], weights=part[home], minlength=ledger.n)
    paid = np.bincount(rows.src[home], weights=rows.amount[home], minlength=ledger.n)
    order = [int(v) for v in np.argsort(-back, kind="stable")[:largest] if paid[v] > 0]
    return tuple(_part(ledger, ledger.accounts[v], float(back[v]), float(paid[v])) for v in order)


def _by_period(
    ledger: Ledger, rows: Rows, part: npt.NDArray[np.generic], home: Int64, edges: Sequence[int]
) -> tuple[Part, ...]:
    times = ledger.t[rows.index[home]]
    starts = np.asarray(edges or _equal(ledger.t, from_zero=False), np.int64)
    place = np.searchsorted(starts, times, side="right") - 1
    found = []
    for i, start in enumerate(starts.tolist()):
        inside = home[place == i]
        if inside.size:
            found.append(_part(ledger, str(start), float(part[inside].sum()), float(rows.amount[inside].sum())))
    return tuple(found)


def _equal(times: Int64, *, from_zero: bool, parts: int = 10) -> list[int]:
    """Starts of ten classes of equal length over a span of time."""
    if not times.size:
        return [0]
    span = int(times[-1] - times[0])
    first = 0 if from_zero else int(times[0])
    return sorted({first + span * i // parts for i in range(parts)})


def _pieces(rows: Rows, times: Int64, starts: Int64, rule: str) -> tuple[Float64, Float64]:
    """Own money back by hops, (HOPS,), and by age class, (len(starts),); minor units."""
    by_hops, by_age = np.zeros(HOPS), np.zeros(starts.size)
    if rule == "pro_rata":
        hop_classes(
            rows.src, rows.dst, rows.amount, rows.opening, rows.account, rows.tag, rows.counted,
            np.zeros((rows.opening.size, HOPS)), by_hops,
        )  # fmt: skip
        return by_hops, by_age
    room = int(rows.opening.size) + 2 * rows.m + 1
    aged_lots(
        rows.src, rows.dst, rows.amount, rows.opening, rows.account, rows.tag, rows.counted, times, rule == "lifo",
        np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int32), np.empty(room, np.int32),
        starts, by_hops, by_age,
    )  # fmt: skip
    return by_hops, by_age


@hot
def hop_classes(
    src: Int32,
    dst: Int32,
    amount: Int64,
    opening: Int64,
    account: int,
    tag: Int8,
    counted: Int8,
    own: Float64,
    by_hops: Float64,
) -> None:
    """Pro-rata with the tagged money of an account kept apart by the payments it has made.

    own : float64 (n, h), work space of zeros; by_hops : float64 (h,), out: own money home after 1, 2 ... hops
    """
    most = by_hops.size
    balance = opening.copy()
    for i in range(src.size):
        payer, receiver, quantity = src[i], dst[i], amount[i]
        held = balance[payer]
        if held < quantity:
            held = quantity
        balance[payer] = held - quantity
        balance[receiver] += quantity
        if payer == account:
            if tag[i]:
                own[receiver, 0] += float(quantity)
            continue
        part = quantity / held
        for h in range(most - 1, -1, -1):
            x = own[payer, h] * part
            own[payer, h] = own[payer, h] - x if held > quantity else 0.0
            after = h + 1 if h + 1 < most else h
            if receiver != account:
                own[receiver, after] += x
            elif counted[i]:
                by_hops[after] += x


@hot
def aged_lots(
    src: Int32,
    dst: Int32,
    amount: Int64,
    opening: Int64,
    account: int,
    tag: Int8,
    counted: Int8,
    times: Int64,
    is_stack: bool,
    quantity: Int64,
    left_at: Int64,
    hops: Int32,
    link: Int32,
    starts: Int64,
    by_hops: Float64,
    by_age: Float64,
) -> None:
    """FIFO, or LIFO unit by unit, with lots that remember when they left A and how often they were paid on.

    quantity, left_at, hops, link : work space for lots, (n + 2 m + 1,); hops 0 = not own money
    by_hops, by_age : float64, out: own money home by hops (index 0 = one hop) and by class of age
    """
    n = opening.size
    head = np.zeros(n, np.int32)
    tail = np.zeros(n, np.int32)
    fresh = 1
    free = 0
    for v in range(n):
        if opening[v] > 0 and v != account:
            quantity[fresh] = opening[v]
            hops[fresh] = 0
            link[fresh] = 0
            head[v] = fresh
            tail[v] = fresh
            fresh += 1
    for i in range(src.size):
        payer, receiver, left = src[i], dst[i], amount[i]
        while left > 0:
            is_new = payer == account or head[payer] == 0  # what was received is gone: the rest is minted
            lot = 0 if is_new else head[payer]
            if not is_new and quantity[lot] <= left:
                piece = lot
                head[payer] = link[lot]
            else:
                if free:
                    piece = free
                    free = link[piece]
                else:
                    piece = fresh
                    fresh += 1
                if is_new:
                    quantity[piece] = left
                    hops[piece] = 1 if payer == account and tag[i] else 0
                    left_at[piece] = times[i]
                else:
                    quantity[piece] = left
                    hops[piece] = hops[lot]
                    left_at[piece] = left_at[lot]
                    quantity[lot] -= left
            left -= quantity[piece]
            if payer != account and hops[piece] > 0:
                hops[piece] += 1
            if receiver == account:
                if hops[piece] > 0 and counted[i]:
                    by_hops[min(hops[piece] - 1, by_hops.size - 1)] += quantity[piece]
                    age = np.searchsorted(starts, times[i] - left_at[piece], side="right") - 1
                    by_age[age] += quantity[piece]
                link[piece] = free
                free = piece
            elif is_stack:
                link[piece] = head[receiver]
                head[receiver] = piece
            else:
                link[piece] = 0
                if head[receiver]:
                    link[tail[receiver]] = piece
                else:
                    head[receiver] = piece
                tail[receiver] = piece
    return
