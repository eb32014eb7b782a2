"""The journal body: one run as rows of double entries, in whole numbers of the grid.

It knows the same verbs as the ensemble but adds Python integers one row at a time, so it is an independent check: a run
exported from the ensemble and replayed here must give the same balances to the dollar.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec

from kanryu.core.errors import InputError
from kanryu.machine.books.verbs import REGISTER_VERBS, VERBS


class Entry(msgspec.Struct, frozen=True):
    """One booking between one payer and one payee.

    amount : whole number of grid steps (dollars); negative only for revaluations
    instrument : claim, share or asset that moves; word : instrument word of a payment
    issuer : whose shares change hands in a trade
    rule : behaviour that returned the amount
    """

    quarter: int
    stage: str
    rule: str
    flow: str
    verb: str
    src: str
    dst: str
    amount: int
    instrument: str = ""
    asset: str = ""
    word: str = ""
    issuer: str = ""
    is_shares: bool = False
    register: str = ""


class Journal:
    """Balances by (agent, instrument) and, for shares, by (agent, instrument, issuer)."""

    def __init__(self) -> None:
        self.balances: dict[tuple[str, ...], int] = defaultdict(int)
        self.entries: list[Entry] = []

    def book(self, entry: Entry) -> None:
        """Add one double entry.

        Raises
        ------
        InputError
            The verb is unknown or has no counterparty.
        """
        verb = VERBS.get(entry.verb)
        if verb is None:
            raise InputError(key="machine.verb_unknown", flow=entry.flow, verb=entry.verb)
        if verb.needs_payee and not entry.dst:
            raise InputError(key="machine.no_counterparty", flow=entry.flow, verb=entry.verb)
        self.entries.append(entry)
        if entry.verb in REGISTER_VERBS:
            self.balances[entry.src, entry.dst, entry.register] += REGISTER_VERBS[entry.verb] * entry.amount
            return
        if verb.cash:
            self.balances[entry.src, "deposits"] -= entry.amount
            self.balances[entry.dst, "deposits"] += entry.amount
        if verb.real_src:
            self.balances[entry.src, entry.asset] += verb.real_src * entry.amount
        if verb.real_dst:
            self.balances[entry.dst, entry.asset] += verb.real_dst * entry.amount
        if not verb.claim:
            return
        if entry.is_shares:
            self._shares(entry)
        else:
            self.balances[entry.src, entry.instrument] += verb.claim * entry.amount
            self.balances[entry.dst, entry.instrument] -= verb.claim * entry.amount

    def _shares(self, entry: Entry) -> None:
        name = entry.instrument
        if entry.verb == "trade":
            self.balances[entry.src, name, entry.issuer] += entry.amount
            self.balances[entry.dst, name, entry.issuer] -= entry.amount
        elif entry.verb == "subscribe":  # the payee is the issuer
            self.balances[entry.src, name, entry.dst] += entry.amount
            self.balances[entry.dst, name] -= entry.amount
        elif entry.verb == "redeem":  # the payer is the issuer
            self.balances[entry.dst, name, entry.src] -= entry.amount
            self.balances[entry.src, name] += entry.amount
        else:  # mark: the payer is the issuer
            self.balances[entry.dst, name, entry.src] += entry.amount
            self.balances[entry.src, name] -= entry.amount

    def deposits(self) -> dict[str, int]:
        """Deposits by agent."""
        return {key[0]: value for key, value in self.balances.items() if key[1:] == ("deposits",)}
