"""What each verb does to the books, as one table.

`src` is the payer, `dst` the payee. A claim that moves from payee to payer against money (a loan, a repayment, a share)
has sign +1: the payer's row rises, the payee's falls. All verbs but `depreciate` need a
counterparty; that of a mark are the holders of the shares.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Verb(msgspec.Struct, frozen=True, kw_only=True):
    """Signs of one verb.

    cash : money moves from src to dst
    claim : change of src's row of the claim (dst's is the opposite)
    real_src, real_dst : change of the real asset of src and dst
    worth_src, worth_dst : change of net worth of src and dst
    kind : "income", "revaluation", "write_off" or "swap" (no change of net worth)
    """

    name: str
    cash: int = 0
    claim: int = 0
    real_src: int = 0
    real_dst: int = 0
    worth_src: int = 0
    worth_dst: int = 0
    kind: Literal["income", "revaluation", "write_off", "swap"] = "swap"
    needs_payee: bool = True


VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb(name="pay", cash=1, worth_src=-1, worth_dst=1, kind="income"),
        Verb(name="buy_capital", cash=1, real_src=1, worth_dst=1, kind="income"),
        Verb(name="buy_used", cash=1, real_src=1, real_dst=-1),
        # goods or services now, money later: the payer owes (supplier credit, unpaid invoices)
        Verb(name="bill", claim=-1, worth_src=-1, worth_dst=1, kind="income"),
        Verb(name="bill_capital", claim=-1, real_src=1, worth_dst=1, kind="income"),
        Verb(name="lend", cash=1, claim=1),
        Verb(name="repay", cash=1, claim=1),
        Verb(name="subscribe", cash=1, claim=1),
        Verb(name="redeem", cash=1, claim=1),  # src is the issuer who takes back shares or units
        Verb(name="trade", cash=1, claim=1),
        # src is the issuer, dst the holder; the amount may be negative
        Verb(name="revalue", claim=-1, worth_src=-1, worth_dst=1, kind="revaluation"),
        # shares at a new price per unit; amounts by holder follow from units held
        Verb(name="mark", claim=-1, worth_src=-1, worth_dst=1, kind="revaluation", needs_payee=False),
        # src is the debtor, dst the creditor who loses
        Verb(name="write_off", claim=1, worth_src=1, worth_dst=-1, kind="write_off"),
        Verb(name="depreciate", real_src=-1, worth_src=-1, kind="income", needs_payee=False),
        # promises: off the balance sheet, kept in a register; no money moves
        Verb(name="promise"),
        Verb(name="deliver"),
        Verb(name="void"),
    )
}
REGISTER_VERBS = {"promise": 1, "deliver": -1, "void": -1}
SIGNED_VERBS = ("revalue", "mark")  # their amounts may be negative


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the transaction-flow matrix.

    number : line of the matrix in the definitions, section 4
    payer, payee : agent, group, or groups joined by "+"; an amount has one axis per group and then the run axis
    instrument : the claim, share or real asset that moves; empty for plain payments
    asset : for `bill_capital`, the real asset bought on credit
    word : instrument word that an exported payment carries
    issuers : for `trade`, whose shares change hands (the amount's first axis)
    register : for promises, the register that changes
    is_matched : payer i pays payee i only (one axis for both)
    """

    name: str
    number: int
    verb: str
    payer: str
    payee: str = ""
    instrument: str = ""
    asset: str = ""
    word: str = ""
    issuers: str = ""
    register: str = ""
    is_matched: bool = False
