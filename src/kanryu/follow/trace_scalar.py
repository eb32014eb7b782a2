"""Tracing rules that need one number per account: pro-rata, own-last, own-first, poison; and the balances themselves.

Definitions section 4. Every account v != A is described by its balance B and the tagged part Y of it; a rule says
how much of a payment q is tagged. Arrays are those of `trace_rows.Rows`: in ledger order, without self payments and
without zero amounts.

src, dst : int32 (m,); amount : int64 (m,), > 0; opening : int64 (n,), foreign money
account : the code of A; tag : int8 (m,), 1 on rows of A that are tagged
Complexity: O(m) time, O(n) memory beside the result.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kanryu.core.speed import hot
from kanryu.flows.ledger import Int32, Int64

Int8 = npt.NDArray[np.int8]
Float64 = npt.NDArray[np.float64]

OWN_LAST, OWN_FIRST, POISON = 0, 1, 2


@hot
def balances(src: Int32, dst: Int32, amount: Int64, balance: Int64, minted: Int64, after: Int64) -> None:
    """Fill what each payer mints and holds after its row; `balance` goes from the opening to the final holdings.

    minted : int64 (m,), what the payer had to mint for the row
    after : int64 (m,), balance of the payer after the row
    """
    for i in range(src.size):
        payer, quantity = src[i], amount[i]
        held = balance[payer]
        if held < quantity:
            minted[i] = quantity - held
            held = quantity
        else:
            minted[i] = 0
        balance[payer] = held - quantity
        after[i] = held - quantity
        balance[dst[i]] += quantity


@hot
def pro_rata(
    src: Int32, dst: Int32, amount: Int64, opening: Int64, account: int, tag: Int8, tagged: Float64, part: Float64
) -> None:
    """All units of an account leave alike: x = q Y / B ("haircut", rolling charge). Floating point.

    tagged : float64 (n,), out: Y at the end, with 0 for A; part : float64 (m,), out: x of each row
    The tagged part never exceeds the balance, and an emptied account passes on all it has (definitions section 8).
    """
    balance = opening.copy()
    for i in range(src.size):
        payer, receiver, quantity = src[i], dst[i], amount[i]
        held = balance[payer]
        if held < quantity:
            held = quantity
        if payer == account:
            x = float(quantity) if tag[i] else 0.0
        else:
            own = tagged[payer]
            if own == 0.0:
                x = 0.0
            elif held == quantity:
                x = min(own, float(quantity))
                tagged[payer] = 0.0
            else:
                x = min(own * (quantity / held), own, float(quantity))
                tagged[payer] = min(own - x, float(held - quantity))
        balance[payer] = held - quantity
        balance[receiver] += quantity
        if receiver != account:
            tagged[receiver] += x
        part[i] = x


@hot
def greedy(
    src: Int32,
    dst: Int32,
    amount: Int64,
    opening: Int64,
    account: int,
    tag: Int8,
    rule: int,
    tagged: Int64,
    part: Int64,
) -> None:
    """Own-last (untagged units leave first), own-first (tagged first), or poison. Exact integers.

    rule : OWN_LAST: x = max(0, q - (B - Y)); OWN_FIRST: x = min(q, Y); POISON: `part` is 1 where the row is touched
    tagged : int64 (n,), out: Y at the end (under poison 1 = touched); part : int64 (m,), out
    """
    balance = opening.copy()
    for i in range(src.size):
        payer, receiver, quantity = src[i], dst[i], amount[i]
        held = balance[payer]
        if held < quantity:
            held = quantity
        if payer == account:
            x = quantity if tag[i] else quantity * 0
        else:
            own = tagged[payer]
            if rule == OWN_LAST:
                x = max(quantity - (held - own), quantity * 0)
            else:
                x = min(quantity, own)
            if rule != POISON:
                tagged[payer] = own - x
        balance[payer] = held - quantity
        balance[receiver] += quantity
        if rule == POISON:
            if payer != account and held == quantity:
                tagged[payer] = 0
            part[i] = 1 if x > 0 else 0
            if x > 0 and receiver != account:
                tagged[receiver] = 1
        else:
            part[i] = x
            if receiver != account:
                tagged[receiver] += x
