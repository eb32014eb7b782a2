"""The table of accounts of a model: who holds what against whom, laid out as rows of one array.

An account is one agent's balance in one instrument. Assets are positive, liabilities negative, so every claim sums to
zero over its rows. Agents of a group stand next to each other; a group is therefore a slice and never a copy.

Layout of rows: deposits (one row an agent), then each instrument in turn. A claim or a real asset has one row per
agent concerned. Shares have a block `[issuer, holder]` of holdings and then one row per issuer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from kanryu.core.errors import InputError, NotFound

Array = npt.NDArray[np.float64]
Rows = slice
DEPOSITS = "deposits"

Kind = Literal["deposits", "claim", "shares", "real"]


class Instrument(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the balance-sheet matrix.

    kind : "deposits" (money, held by every agent), "claim" (one signed row an agent), "shares" (holders by issuers,
        with units and a price), "real" (no counterparty)
    holders, issuers : agents or groups; a claim's row may change sign only where an agent is both
    valued_at : how the balance is valued, in words
    """

    name: str
    kind: Kind
    holders: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    valued_at: str = "par"


class Chart:
    """Agents in groups and the rows of their accounts.

    Parameters
    ----------
    groups : dict
        Group name -> agent ids, in the order in which they are laid out.
    instruments : sequence of Instrument
        Without deposits, which every agent has.

    Raises
    ------
    InputError
        An agent appears twice, or an instrument names agents that are not next to each other.
    """

    def __init__(self, groups: dict[str, tuple[str, ...]], instruments: Sequence[Instrument] = ()) -> None:
        self.groups = dict(groups)
        self.agents: tuple[str, ...] = tuple(agent for members in groups.values() for agent in members)
        if len(set(self.agents)) != len(self.agents):
            raise InputError(key="machine.agent_twice", found=", ".join(self.agents))
        self.number = {agent: i for i, agent in enumerate(self.agents)}
        every = Instrument(name=DEPOSITS, kind="deposits", holders=self.agents)
        self.instruments: dict[str, Instrument] = {DEPOSITS: every} | {i.name: i for i in instruments}
        self.first: dict[str, int] = {}
        self.members: dict[str, tuple[str, ...]] = {}
        self.holders: dict[str, tuple[str, ...]] = {}
        self.issuers: dict[str, tuple[str, ...]] = {}
        self.owner: list[int] = []
        self._owned: dict[str, list[int]] = {}
        self._rows: dict[tuple[str, str], Rows] = {}
        for instrument in self.instruments.values():
            self._lay_out(instrument)
        self.accounts = len(self.owner)

    def _lay_out(self, instrument: Instrument) -> None:
        name = instrument.name
        self.first[name] = len(self.owner)
        holders, issuers = self.spread(instrument.holders), self.spread(instrument.issuers)
        self.holders[name], self.issuers[name] = holders, issuers
        if instrument.kind == "shares":
            self.owner += [self.number[holder] for _ in issuers for holder in holders]
            self.owner += [self.number[issuer] for issuer in issuers]
            self.members[name] = issuers
            return
        members = tuple(sorted({*holders, *issuers}, key=self.number.__getitem__))
        self.members[name] = members
        self.owner += [self.number[agent] for agent in members]

    def spread(self, names: Sequence[str]) -> tuple[str, ...]:
        """Agents meant by a list of agent and group names."""
        found: list[str] = []
        for name in names:
            found += self.party(name)
        return tuple(found)

    def party(self, name: str) -> tuple[str, ...]:
        """Agents of a group, or the agent itself. Several groups are joined by "+".

        Raises
        ------
        NotFound
            Neither an agent nor a group of that name.
        """
        if "+" in name:
            return tuple(agent for part in name.split("+") for agent in self.party(part))
        if name in self.groups:
            return self.groups[name]
        if name in self.number:
            return (name,)
        raise NotFound(key="machine.agent_unknown", name=name, known=[*self.groups, *self.agents])

    def is_single(self, name: str) -> bool:
        """Whether a name means one agent and not a group (a group of one keeps its axis)."""
        return name in self.number and name not in self.groups

    def agents_of(self, name: str) -> Rows:
        """Positions of a party in the order of agents, as a slice."""
        return _contiguous([self.number[agent] for agent in self.party(name)], name)

    def rows(self, instrument: str, name: str) -> Rows:
        """Rows of a party's accounts in an instrument that is not shares."""
        known = self._rows.get((instrument, name))
        if known is not None:
            return known
        if instrument not in self.first:
            raise NotFound(key="machine.instrument_unknown", name=instrument, known=list(self.first))
        members = self.members[instrument]
        try:
            found = [members.index(agent) for agent in self.party(name)]
        except ValueError:
            raise NotFound(
                key="machine.account_unknown", name=name, instrument=instrument, known=list(members)
            ) from None
        start = self.first[instrument]
        rows = _contiguous([start + i for i in found], name)
        self._rows[instrument, name] = rows
        return rows

    def rows_of(self, agent: str) -> list[int]:
        """All rows of one agent."""
        if agent not in self._owned:
            number = self.number[agent]
            self._owned[agent] = [row for row, owner in enumerate(self.owner) if owner == number]
        return self._owned[agent]

    def block(self, balances: Array, instrument: str) -> Array:
        """Holdings of a share instrument as a view [issuer, holder, run]."""
        start = self.first[instrument]
        issuers, holders = len(self.issuers[instrument]), len(self.holders[instrument])
        return balances[start : start + issuers * holders].reshape(issuers, holders, balances.shape[-1])

    def issued(self, balances: Array, instrument: str) -> Array:
        """Issuers' own rows of a share instrument as a view [issuer, run] (negative: a liability)."""
        issuers, holders = len(self.issuers[instrument]), len(self.holders[instrument])
        start = self.first[instrument] + issuers * holders
        return balances[start : start + issuers]

    def holder_slice(self, instrument: str, name: str) -> Rows:
        """Positions of a party among the holders of a share instrument."""
        return _among(self.holders[instrument], self.party(name), name, instrument)

    def issuer_slice(self, instrument: str, name: str) -> Rows:
        """Positions of a party among the issuers of a share instrument."""
        return _among(self.issuers[instrument], self.party(name), name, instrument)


def _among(members: tuple[str, ...], wanted: tuple[str, ...], name: str, instrument: str) -> Rows:
    try:
        return _contiguous([members.index(agent) for agent in wanted], name)
    except ValueError:
        raise NotFound(key="machine.account_unknown", name=name, instrument=instrument, known=list(members)) from None


def _contiguous(found: list[int], name: str) -> Rows:
    if not found or found != list(range(found[0], found[0] + len(found))):
        raise InputError(key="machine.not_contiguous", name=name)
    return slice(found[0], found[0] + len(found))
