"""What would no longer go round if one link were gone: loops that end, and how much the circulation falls.

A link is all legs between one payer and one payee. Nobody reacts here: no default, no substitute, no price. That is
the stress test's question; this one is arithmetic on what stands.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from kanryu.case.records import Case, Rung
from kanryu.core.errors import NotFound
from kanryu.core.money import Interval
from kanryu.core.results import Origin
from kanryu.flows.from_case import case_ledger
from kanryu.follow.circulation import circulation
from kanryu.follow.deal_loops import DealLoops, deal_loops


class BrokenLink(msgspec.Struct, frozen=True):
    """Before and after.

    loops_before, loops_after : loops of any rung; ended : the strongest of those that end
    goes_round : what the ended loops could send round, each by itself (never added: they share links)
    circular_before, circular_after, total_before, total_after : maximum circulation of what is bound or paid, with
        central amounts; None where nothing has an amount
    """

    payer: str
    payee: str
    legs: tuple[str, ...]
    loops_before: int
    loops_after: int
    ended: tuple[tuple[str, ...], ...]
    goes_round: tuple[Interval, ...]
    circular_before: float
    circular_after: float
    total_before: float
    total_after: float
    origin: Origin


def broken_link(
    case: Case,
    payer: str,
    payee: str,
    *,
    true_by: dt.date | None = None,
    known_by: dt.date | None = None,
    rung: Rung | None = None,
    most: int = 8,
    before: DealLoops | None = None,
) -> BrokenLink:
    """Take out every leg from `payer` to `payee` and compute loops and circulation anew.

    Parameters
    ----------
    payer, payee : entity ids
    rung : the least sure rung of the loops; None counts all that stand
    most : how many of the ended loops to name
    before : the loops of the whole case if they are at hand already; they must be of the same days and rung

    Raises
    ------
    NotFound
        No leg runs from the one to the other.
    """
    gone = tuple(leg.key for leg in case.legs if (leg.payer, leg.payee) == (payer, payee))
    if not gone:
        known = sorted({f"{leg.payer}>{leg.payee}" for leg in case.legs})
        raise NotFound(key="broken.link_unknown", name=f"{payer}>{payee}", known=known)
    rest = msgspec.structs.replace(
        case,
        legs=tuple(leg for leg in case.legs if leg.key not in gone),
        events=tuple(event for event in case.events if event.key not in gone),
    )
    days = {"true_by": true_by, "known_by": known_by}
    before = before or deal_loops(case, rung=rung, true_by=true_by, known_by=known_by)
    ended = [loop for loop in before.loops if (payer, payee) in {(link.payer, link.payee) for link in loop.links}]
    money, left = (circulation(case_ledger(c, true_by=true_by, known_by=known_by)) for c in (case, rest))
    return BrokenLink(
        payer,
        payee,
        gone,
        before.total,
        before.total - len(ended),
        tuple(loop.accounts for loop in ended[:most]),
        tuple(loop.goes_round for loop in ended[:most]),
        money.circular,
        left.circular,
        money.total,
        left.total,
        Origin(
            definition="broken.define",
            inputs={"case": case.id, "payer": payer, "payee": payee, **{k: str(v or "") for k, v in days.items()}},
            assumptions=("broken.assume_nobody_reacts",),
            coverage={"legs": len(case.legs), "legs_removed": len(gone)},
        ),
    )
