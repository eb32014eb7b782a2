"""What can be broken, and how it is named: the grammar of links.

`DEAL:LEG`, `DEAL`, `outside:COMPANY` (its customers outside the case), `funding:COMPANY` (all money put into it),
`stake:OWNER/ISSUER` (the value of a holding), `multiple:COMPANY` (the multiple at which the market values it),
`debt:DEBTOR` or `debt:DEBTOR/CREDITOR` (loans outstanding are not repaid), `loans:LENDER` (all its loans fail and no
new ones are drawn), `company:COMPANY` (it pays nobody any more), and sets: `all:loi`, `all:talked`, `all:equity` ...
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np

from kanryu.core.errors import NotFound, UsageError
from kanryu.stress.funding import Shock
from kanryu.stress.situation import Situation

KINDS = ("outside", "funding", "stake", "multiple", "debt", "loans", "company", "all")


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can break.

    legs : numbers of legs of the plan; outside, outside_funding, multiple : numbers of entities
    debts : numbers of outstanding debts; stakes : pairs (owner, issuer)
    unknown : legs it names whose amount nobody disclosed
    """

    name: str
    kind: str
    legs: tuple[int, ...] = ()
    outside: tuple[int, ...] = ()
    outside_funding: tuple[int, ...] = ()
    multiple: tuple[int, ...] = ()
    debts: tuple[int, ...] = ()
    stakes: tuple[tuple[int, int], ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """It names only what has no known amount."""
        return not (self.legs or self.outside or self.outside_funding or self.multiple or self.debts or self.stakes)


@dataclass(frozen=True)
class Names:
    """What the words of the grammar stand for.

    reasons : leg of the case -> why it is not in the plan
    deals : deal id -> legs; groups : word of `all:` -> legs (statuses, rungs, instruments); unknown : legs without a
    known amount -> (src, dst); all of them by leg name
    """

    situation: Situation
    deals: dict[str, tuple[str, ...]] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: dict[str, tuple[str, str]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    year: int = 0

    def link(self, text: str) -> Link:
        """The link that `text` names.

        Raises
        ------
        NotFound
            Nothing of that name; near names are suggested.
        UsageError
            A stake that is not OWNER/ISSUER.
        """
        text = text.strip()
        word, colon, rest = text.partition(":")
        plan = self.situation.plan
        if colon and word in KINDS and rest:
            return getattr(self, "_" + word)(text, rest)  # type: ignore[no-any-return]
        known = set(plan.legs)
        if text in known or text in self.unknown:
            return self._legs(text, "leg", (text,))
        if text in self.deals:
            found = self._legs(text, "deal", self.deals[text])
            if not found.is_empty or found.unknown:
                return found
        why = [reason for key, reason in self.reasons.items() if text in (key, key.rpartition(":")[0])]
        if why:
            raise NotFound(
                key=f"stress.link_{why[0]}",
                link=text,
                year=self.year,
                near_names=", ".join(_near(text, plan.legs)) or "-",
            )
        near = _near(text, [*plan.legs, *self.unknown, *self.deals, *(f"company:{a}" for a in plan.accounts)])
        raise NotFound(key="stress.link_unknown", link=text, near_names=", ".join(near) or "-")

    def _legs(self, name: str, kind: str, keys: Sequence[str], **more: Any) -> Link:
        number = {key: k for k, key in enumerate(self.situation.plan.legs)}
        return Link(
            name=name,
            kind=kind,
            legs=tuple(number[key] for key in keys if key in number),
            unknown=tuple(key for key in keys if key in self.unknown),
            **more,
        )

    def _account(self, name: str, text: str) -> int:
        accounts = self.situation.plan.accounts
        if name not in accounts:
            near = _near(name, accounts)
            raise NotFound(key="stress.link_unknown", link=text, near_names=", ".join(near) or "-")
        return accounts.index(name)

    def _outside(self, text: str, rest: str) -> Link:
        return Link(name=text, kind="outside", outside=(self._account(rest, text),))

    def _funding(self, text: str, rest: str) -> Link:
        who = self._account(rest, text)
        plan = self.situation.plan
        keys = [plan.legs[k] for k in np.flatnonzero((plan.dst == who) & np.asarray(plan.is_funding, bool))]
        keys += [key for key, (_, dst) in self.unknown.items() if dst == rest]
        return self._legs(text, "funding", keys, outside_funding=(who,))

    def _stake(self, text: str, rest: str) -> Link:
        owner, slash, issuer = rest.partition("/")
        if not slash:
            raise UsageError(key="stress.stake_shape", found=text)
        pair = (self._account(owner, text), self._account(issuer, text))
        if self.situation.stakes[pair] <= 0:
            held = self.situation.stakes > 0
            accounts = self.situation.plan.accounts
            known = [f"stake:{accounts[i]}/{accounts[j]}" for i, j in zip(*np.nonzero(held))]
            raise NotFound(key="stress.link_unknown", link=text, near_names=", ".join(_near(text, known)) or "-")
        return Link(name=text, kind="stake", stakes=(pair,))

    def _multiple(self, text: str, rest: str) -> Link:
        return Link(name=text, kind="multiple", multiple=(self._account(rest, text),))

    def _debt(self, text: str, rest: str) -> Link:
        debtor, slash, creditor = rest.partition("/")
        found = self.situation.debtor == self._account(debtor, text)
        if slash:
            found = found & (self.situation.creditor == self._account(creditor, text))
        if not np.any(found):
            accounts = self.situation.plan.accounts
            known = dict.fromkeys(f"debt:{accounts[i]}" for i in self.situation.debtor)
            raise NotFound(key="stress.link_unknown", link=text, near_names=", ".join(_near(text, list(known))) or "-")
        return Link(name=text, kind="debt", debts=tuple(int(k) for k in np.flatnonzero(found)))

    def _loans(self, text: str, rest: str) -> Link:
        lender = self._account(rest, text)
        plan = self.situation.plan
        draws = {name for name in self.groups.get("debt", ())}
        keys = [plan.legs[k] for k in np.flatnonzero(plan.src == lender) if plan.legs[k] in draws]
        keys += [key for key, (src, _) in self.unknown.items() if src == rest and key in draws]
        debts = tuple(int(k) for k in np.flatnonzero(self.situation.creditor == lender))
        return self._legs(text, "loans", keys, debts=debts)

    def _company(self, text: str, rest: str) -> Link:
        who = self._account(rest, text)
        plan = self.situation.plan
        keys = [plan.legs[k] for k in np.flatnonzero(plan.src == who)]
        keys += [key for key, (src, _) in self.unknown.items() if src == rest]
        debts = tuple(int(k) for k in np.flatnonzero(self.situation.debtor == who))
        return self._legs(text, "company", keys, debts=debts, multiple=(who,))

    def _all(self, text: str, rest: str) -> Link:
        if rest not in self.groups:
            near = _near(rest, self.groups)
            raise NotFound(key="stress.group_unknown", link=text, near_names=", ".join(near or self.groups))
        return self._legs(text, "set", self.groups[rest])

    def every(self) -> tuple[Link, ...]:
        """Every single link of the situation: legs, companies' outside money, debts, stakes."""
        plan = self.situation.plan
        found = [self.link(key) for key in plan.legs if key in self.groups.get("legs", plan.legs)]
        found += [self.link(f"outside:{plan.accounts[i]}") for i in np.flatnonzero(plan.outside > 0)]
        debtors = dict.fromkeys(int(i) for i in self.situation.debtor)
        found += [self.link(f"debt:{plan.accounts[i]}") for i in debtors]
        pairs = zip(*np.nonzero(self.situation.stakes > 0))
        return (*found, *(self.link(f"stake:{plan.accounts[i]}/{plan.accounts[j]}") for i, j in pairs))


def _near(text: str, known: Any) -> list[str]:
    known = list(known)
    near = difflib.get_close_matches(text, known, n=4, cutoff=0.5)
    near += [name for name in known if text and text.lower() in name.lower() and name not in near][: 4 - len(near)]
    return near


@dataclass(frozen=True)
class Broken:
    """The factors that a choice of links gives, ready for `run_channels`."""

    shock: Shock
    stake_left: Any
    multiple_left: Any
    debt_failed: Any


def break_links(situation: Situation, links: Sequence[Link], cuts: Any) -> Broken:
    """Factors when link l is cut by `cuts[l, s]` in scenario s.

    Parameters
    ----------
    cuts : float64 or bool (links, S)
        1 = broken, 0 = whole.
    """
    plan = situation.plan
    cuts = np.atleast_2d(np.asarray(cuts, np.float64))
    count = cuts.shape[1]
    leg, outside, lent = np.ones((plan.m, count)), np.ones((plan.n, count)), np.ones((plan.n, count))
    multiple: Any = None
    stake: Any = None
    debt: Any = None
    for link, cut in zip(links, cuts):
        left = 1.0 - cut
        for k in link.legs:
            leg[k] = np.minimum(leg[k], left)
        for i in link.outside:
            outside[i] = np.minimum(outside[i], left)
        for i in link.outside_funding:
            lent[i] = np.minimum(lent[i], left)
        if link.multiple:
            multiple = np.ones((plan.n, count)) if multiple is None else multiple
            for i in link.multiple:
                multiple[i] = np.minimum(multiple[i], left)
        if link.stakes:
            stake = np.ones((plan.n, plan.n, count)) if stake is None else stake
            for i, j in link.stakes:
                stake[i, j] = np.minimum(stake[i, j], left)
        if link.debts:
            debt = np.zeros((len(situation.owed), count)) if debt is None else debt
            for k in link.debts:
                debt[k] = np.maximum(debt[k], cut)
    return Broken(Shock(leg, outside, lent), stake, multiple, debt)


def direct_amount(
    situation: Situation, links: Sequence[Link], cuts: Any, planned: Any, outside: Any, support: Any, owed: Any
) -> Any:
    """Money broken directly per scenario: legs, outside inflow and debts, each counted once, float64 (S,)."""
    broken = break_links(situation, links, cuts)
    total = ((1.0 - broken.shock.leg) * planned).sum(axis=0) + ((1.0 - broken.shock.outside) * outside).sum(axis=0)
    total = total + ((1.0 - broken.shock.outside_funding) * support).sum(axis=0)
    if broken.debt_failed is not None and len(owed):
        total = total + (broken.debt_failed * owed).sum(axis=0)
    return total
