"""Words that forbid a booking: what a row says about itself against what the mapping makes of it.

A stake value, a letter of intent, a run rate and an accounting entry are never payments. Where the kind, the status
or the basis of a row says so, the mapping is wrong and nothing is written; where only a note says so, the row is left
out and listed, unless the mapping confirms it by its number.
"""

from __future__ import annotations

import re
from typing import Literal

Reason = Literal["stake", "letter", "plan", "rate", "entry", "promise"]

_STAKE = (
    r"\b(?:stake|holding|position|equity) (?:value|valuation|worth)\b|(?:stake|holding)s? (?:now )?(?:worth|valued)"
    r"|(?:value|worth|valuation) of (?:the |its |their |an? )?(?:[\d.]+% )?(?:stake|holding|shares|position)"
    r"|\bfair value|\bmark(?:ed)?[- ]to[- ]market|(?:持分|持ち分|保有株|株式)の?(?:評価額|価値|時価)|含み益|時価評価"
)
_LETTER = (
    r"\bletters? of intent\b|\bLOIs?\b|\bMoUs?\b|\bmemorand(?:um|a) of understanding|non-?binding|\bterm sheet"
    r"|\bin talks\b|\bnot (?:yet )?(?:signed|binding|definitive)\b|意向表明|意向書|基本合意|覚書|拘束力(?:は|の)?な"
)
_ENTRY = (
    r"\bimpairment|\bwrite-?(?:down|off|up)s?\b|\bunreali[sz]ed|\bremeasurement|\b(?:journal|accounting|book) entr"
    r"|\bequity[- ]method|\bbook gain|減損|評価(?:益|損)|会計上の|仕訳|持分法"
)
_RATE = r"\brun[- ]?rate\b|\bannuali[sz]ed\b|\bARR\b|年率換算|年換算"
_PLAN = r"\bplanned\b|\bproposed\b|\bexpected to\b|\bintends? to\b|\brumou?r|協議中|検討中|交渉中"

# what a free text says about the amount or the deal itself
_FREE: dict[Reason, re.Pattern[str]] = {
    "stake": re.compile(_STAKE, re.I),
    "letter": re.compile(_LETTER, re.I),
    "rate": re.compile(_RATE, re.I),
    "entry": re.compile(_ENTRY, re.I),
}
# in the cells for kind, status and basis shorter words are enough
_KEY: dict[Reason, re.Pattern[str]] = {
    "stake": re.compile(_STAKE + r"|\bvaluation|\bmarket (?:cap|value)|\b(?:pre|post)[- ]money|評価額|時価", re.I),
    "letter": re.compile(_LETTER + r"|\bintent|意向", re.I),
    "plan": re.compile(_PLAN, re.I),
    "rate": re.compile(
        _RATE
        + r"|\bper (?:year|annum|month|quarter)\b|\b(?:a|each) (?:year|month)\b|/ ?(?:yr|year|mo)\b|\bp\.a\.|\bannual\b"
        r"|\bmonthly\b|年率|年額|月額|年間",
        re.I,
    ),
    "entry": re.compile(
        _ENTRY
        + r"|\baccru|\bamorti[sz]|\bdepreciat|\bdeferred|\bbacklog\b|\bremaining performance|\bRPO\b|\bnon-?cash\b"
        r"|\bgoodwill\b|\badjustment|未払計上|非現金|受注残|会計",
        re.I,
    ),
    "promise": re.compile(r"\bbackstop|\bguarantee|\bwarrants?\b|\boptions?\b|保証|新株予約権|ワラント", re.I),
}
_TALK = frozenset({"rumoured", "announced", "loi", "cancelled", "lapsed", "replaced"})
_PAID = frozenset({"paid_part", "paid_full"})


def contradicts(
    text: str, *, status: str, basis: str, instrument: str, is_key: bool = False
) -> tuple[Reason, str] | None:
    """The first word of `text` that forbids the booking, with its reason; None when nothing does.

    Parameters
    ----------
    status, basis, instrument : how the row would be booked
    is_key : the text is a cell for kind, status or basis, not a free note

    Examples
    --------
    >>> contradicts("Letter of intent", status="paid_full", basis="total", instrument="equity")
    ('letter', 'Letter of intent')
    >>> contradicts("Letter of intent", status="loi", basis="total", instrument="equity") is None
    True
    """
    for reason, pattern in (_KEY if is_key else _FREE).items():
        match = pattern.search(text)
        if match and not _fits(reason, status, basis, instrument):
            return reason, match.group(0)
    return None


def _fits(reason: Reason, status: str, basis: str, instrument: str) -> bool:
    is_paid = status in _PAID
    if reason == "stake":
        return basis == "stake_value" and not is_paid
    if reason == "letter":
        return status in _TALK
    if reason == "plan":
        return not is_paid
    if reason == "rate":
        return basis in ("per_year", "run_rate") and not (is_paid and basis == "run_rate")
    if reason == "entry":
        return basis == "non_cash" and not is_paid
    is_promise = instrument in ("guarantee_backstop", "warrant")
    return is_promise and basis in ("contingent", "unknown") and not is_paid


def cannot_be_paid(status: str, basis: str, instrument: str) -> bool:
    """Whether the booking itself is impossible: a payment of something that is no cash."""
    if status not in _PAID:
        return False
    return basis in ("stake_value", "run_rate", "non_cash") or instrument in ("swap_shares",)
