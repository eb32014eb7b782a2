"""Supply cascade: what stops being produced when one firm stops.

Definitions of stress, section 7 (Diem et al. 2022). Revenue from outside the web belongs in the denominator of the
upstream part: with sales inside the web alone, every closed circle falls to zero whatever fails.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from kanryu.core.errors import InputError
from kanryu.stress.certificate import Certificate

SETTLED = 1e-15  # the fixed point itself; other programs stop at 1e-9 or 1e-2 and so publish other values


class SupplyCascade(msgspec.Struct, frozen=True, kw_only=True):
    """Supply-chain systemic risk per failed firm: share of all output that stops (both, downstream, upstream part).

    outside_share : per firm, share of its revenue that comes from outside the web (None when revenue is not given)
    """

    index: list[float]
    down: list[float]
    up: list[float]
    outside_share: list[float] | None
    closed: bool
    certificate: Certificate


class SupplyWeb:
    """A web of sales laid out for cascades.

    supplier, buyer : int (m,); amount : float64 (m,), sales of supplier to buyer
    sector : int (n,), codes from 0; essential : int (k, k), supplying x buying sector: 2 essential, 1 not, 0 irrelevant
    revenue : float64 (n,), all sales, those to outside included; None = sales inside the web
    costs : float64 (n,), all costs; None = inputs inside the web
    """

    def __init__(
        self,
        supplier: Any,
        buyer: Any,
        amount: Any,
        sector: Any,
        essential: Any,
        *,
        revenue: Any = None,
        costs: Any = None,
    ) -> None:
        from scipy.sparse import csr_array

        supplier, buyer = np.asarray(supplier, np.int64), np.asarray(buyer, np.int64)
        amount, sector = np.asarray(amount, np.float64), np.asarray(sector, np.int64)
        essential = np.asarray(essential)
        self.n = n = sector.size
        if np.any(~(amount >= 0)):
            raise InputError(key="stress.negative_amount", found=float(amount[np.flatnonzero(~(amount >= 0))[0]]))
        sales = np.bincount(supplier, amount, minlength=n)
        inputs = np.bincount(buyer, amount, minlength=n)
        self.sales = sales
        if revenue is not None:
            revenue = np.asarray(revenue, np.float64)
            short = np.flatnonzero(revenue < sales * (1 - 1e-9))
            if short.size:
                k = int(short[0])
                raise InputError(
                    key="stress.revenue_below_sales", account=str(k), found=float(revenue[k]), sales=float(sales[k])
                )
        self.revenue = sales if revenue is None else revenue
        scale = np.ones(n)
        if costs is not None:
            costs = np.asarray(costs, np.float64)
            scale = np.where(inputs > 0, inputs / np.where(costs > 0, costs, 1.0), 0.0)
        kind = essential[sector[supplier], sector[buyer]]
        pair = sector[supplier] * n + buyer
        by_pair = np.bincount(pair, amount, minlength=essential.shape[0] * n)
        need = kind == 2
        used, place = np.unique(pair[need], return_inverse=True)
        part = amount[need] / np.where(by_pair[pair[need]] > 0, by_pair[pair[need]], 1.0) * scale[buyer[need]]
        self.pair_buyer = used % n
        self.needed = csr_array((part, (place, supplier[need])), shape=(used.size, n))
        nice = kind == 1
        part = amount[nice] / np.where(inputs[buyer[nice]] > 0, inputs[buyer[nice]], 1.0) * scale[buyer[nice]]
        self.helpful = csr_array((part, (buyer[nice], supplier[nice])), shape=(n, n))
        part = amount / np.where(self.revenue[supplier] > 0, self.revenue[supplier], 1.0)
        self.sold = csr_array((part, (supplier, buyer)), shape=(n, n))
        self.sold_total = np.asarray(self.sold.sum(axis=1))
        self.sector = sector
        self.sector_sums = csr_array((np.ones(n), (sector, np.arange(n))), shape=(essential.shape[0], n))

    def cascade(self, own: Any, *, replacement: bool = True, settled: float = SETTLED) -> tuple[Any, Any, int, float]:
        """Production levels (down, up) after a shock to own levels.

        Parameters
        ----------
        own : float64 (n, S)
            Level that each firm's own shock leaves, 0 = failed, 1 = untouched; scenarios side by side.
        replacement : bool
            A lost supplier can be replaced in so far as others of its sector are still there.
        settled : float
            A round that moves no level by more ends the cascade.
        """
        down, up = np.ones_like(own), np.ones_like(own)
        rounds, moved = 0, 1.0
        while moved > settled and rounds < 100_000:
            new_down, new_up = self.step(down, up, own, replacement)
            moved = max(
                float(np.max(np.abs(new_down - down), initial=0.0)), float(np.max(np.abs(new_up - up), initial=0.0))
            )
            down, up, rounds = np.minimum(new_down, down), np.minimum(new_up, up), rounds + 1
        again = self.step(down, up, own, replacement)
        gap = max(
            float(np.max(np.abs(again[0] - down), initial=0.0)), float(np.max(np.abs(again[1] - up), initial=0.0))
        )
        return down, up, rounds, gap

    def step(self, down: Any, up: Any, own: Any, replacement: bool) -> tuple[Any, Any]:
        """One application of the two maps of section 7."""
        missing = 1.0 - down
        if replacement:
            alive = (self.sector_sums @ (down * self.sales[:, None]))[self.sector]
            market = np.where(alive > 0, np.minimum(1.0, self.sales[:, None] / np.where(alive > 0, alive, 1.0)), 1.0)
            missing = market * missing
        worst = np.zeros_like(down)
        np.maximum.at(worst, self.pair_buyer, self.needed @ missing)
        level = np.minimum(1.0 - worst, 1.0 - self.helpful @ missing)
        new_down = np.maximum(0.0, np.minimum(level, own))
        new_up = np.maximum(0.0, np.minimum(1.0 - self.sold @ (1.0 - up), own))
        return new_down, new_up

    def each(self, *, replacement: bool = True, settled: float = SETTLED, block: int = 256) -> SupplyCascade:
        """The index of every firm: share of output lost when it alone stops.

        Source
        ------
        Diem, Borsos, Reisch, Kertesz and Thurner (2022), Scientific Reports 12:7719.
        """
        weight = self.sales / self.sales.sum() if self.sales.sum() > 0 else self.sales
        index, low, high = np.zeros(self.n), np.zeros(self.n), np.zeros(self.n)
        rounds, gap = 0, 0.0
        for begin in range(0, self.n, block):
            firms = np.arange(begin, min(self.n, begin + block))
            own = np.ones((self.n, firms.size))
            own[firms, np.arange(firms.size)] = 0.0
            down, up, done, residual = self.cascade(own, replacement=replacement, settled=settled)
            index[firms] = weight @ (1.0 - np.minimum(down, up))
            low[firms], high[firms] = weight @ (1.0 - down), weight @ (1.0 - up)
            rounds, gap = max(rounds, done), max(gap, residual)
        outside = np.where(self.revenue > 0, 1.0 - self.sales / np.where(self.revenue > 0, self.revenue, 1.0), 0.0)
        return SupplyCascade(
            index=index.tolist(),
            down=low.tolist(),
            up=high.tolist(),
            outside_share=outside.tolist(),
            closed=bool(np.all(outside <= 1e-12)),
            certificate=Certificate(residual=gap, rounds=rounds, steps=rounds),
        )
