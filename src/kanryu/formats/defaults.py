"""What is assumed when a table lacks the columns that the design adds: role, basis, day of publication.

The built-in cases state all of them; these rules are for other people's tables, and the choices are made so that
nothing is known earlier than it can have been.
"""

from __future__ import annotations

from kanryu.case.records import Role, Source
from kanryu.core.dates import PartialDate
from kanryu.core.money import Basis

_ROLE_OF_KIND: dict[str, Role] = {
    "investor": "capital",
    "lender": "capital",
    "lender_group": "capital",
    "investor_group": "capital",
    "bank": "capital",
    "lab": "labs",
    "portal": "labs",
    "hyperscaler": "clouds",
    "neocloud": "clouds",
    "carrier": "clouds",
    "satellite_operator": "clouds",
    "tower_company": "clouds",
    "customer_group": "clouds",
    "chip_vendor": "chips",
    "foundry": "chips",
    "vendor": "chips",
    "vendor_finance_arm": "chips",
}
TALK = ("rumoured", "announced", "loi")
_PUBLISHED_AT_ONCE = ("repost", "press release", "newsroom", "reuters", "business wire", "pr newswire")


def default_role(kind: str) -> Role:
    """The place on the wheel of an entity whose table names only its kind."""
    return _ROLE_OF_KIND.get(kind, "outside")


def default_basis(instrument: str) -> Basis:
    """The basis of an amount without one: a guarantee or warrant is contingent, credits are in kind, else a total."""
    if instrument in ("guarantee_backstop", "warrant"):
        return "contingent"
    if instrument == "credits_in_kind":
        return "in_kind"
    if instrument == "swap_shares":
        return "non_cash"
    return "total"


def default_known_on(date: PartialDate, status: str, source: Source) -> PartialDate:
    """The day on which an event without `known_on` counts as public.

    Talk (rumoured, announced, letter of intent) is public when it is uttered, however late the copy that was read;
    so is what a press report of the day says, also in a later repost. Anything else is public with its source, if
    that is later than the event: a payment first disclosed in a filing months afterwards is not known before.
    """
    published = source.date
    if published is None:
        return date
    if date.first <= published.last and published.first <= date.last:  # the source lies inside the partial date
        return published
    if status in TALK or any(word in source.publisher.lower() for word in _PUBLISHED_AT_ONCE):
        return date if published.first > date.last else published
    return published if published.first > date.last else date
