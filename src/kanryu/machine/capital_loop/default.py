"""Default and chain reaction (definitions/machine, 6.7).

Labs that cannot pay their invoices fail; hosts get what cash there is, each the same part (Eisenberg and Noe 2001: with
one layer of debtors the first round is the clearing vector, a test compares with the general algorithm). A neocloud
that is short gets a bridge loan while contracts and assets cover it, and fails otherwise: promises to it become void,
its chips are sold at a fire price to hyperscalers and stay in use, its lenders write off the rest.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.ensemble import total


def clear(cash: Any, owed: Any, rounds: int = 60) -> Any:
    """Greatest clearing vector of Eisenberg and Noe (2001): what each debtor pays in all.

    Parameters
    ----------
    cash : (n, runs), money before anybody pays
    owed : (n, n, runs), `owed[i, j]` from i to j

    Returns
    -------
    (n, runs) payments, each creditor of one debtor getting the same part. Starts from full payment and comes down,
    so the greatest solution is found.
    """
    due = total(owed, 1)
    part_of = owed / np.maximum(due, 1e-300)[:, None]
    paid = due.copy()
    for _ in range(rounds):
        received = total(part_of * paid[:, None], 0)
        new = np.minimum(due, np.maximum(cash + received, 0.0))
        if np.array_equal(new, paid):
            break
        paid = new
    return paid


@behaviour(
    reads=("last.host_alive", "@deposits", "@loans", "@backlog", "@chips", "@shells"),
    books=("bridge_loan",),
)
def bridge(s: Any, p: Any) -> dict[str, Any]:
    """Lenders turn an overdraft into a loan while 60% of assets and part of the contracts cover all debt."""
    short = np.maximum(-s.cash("neoclouds"), 0.0)
    debt = -s.balance("loans", "neoclouds")
    assets = s.balance("chips", "hyperscalers+neoclouds")[5:] + s.balance("shells", "neoclouds")
    room = np.maximum(0.6 * assets + p.cover_covenant * total(s.register("backlog"))[5:] - debt, 0.0)
    return {"bridge_loan": np.where(short <= room, short, 0.0) * s.last.host_alive[5:]}


@behaviour(
    reads=(
        "compute_billed",
        "compute_paid",
        "lab_budget",
        "last.low_budget",
        "last.lab_alive",
        "last.host_alive",
        "last.efficient_chips",
        "efficient_chips",
        "accelerator_book",
        "compute_price",
        "@deposits",
        "@chips",
        "@shells",
        "@backlog",
        "@lab_shares",
    ),
    gives=(
        "lab_alive",
        "host_alive",
        "low_budget",
        "failed_labs",
        "failed_hosts",
        "chips_left",
        "book_left",
        "fire_value",
    ),
    books=("voided", "impairment_fire", "shells_lost", "fire_sale", "fire_sale_labs", "mark_failed_labs"),
)
def failures(s: Any, p: Any) -> dict[str, Any]:
    """Who fails, and what happens to chips and promises: sale at f_s·y0·p·Ke, promises void, shares worth nothing."""
    unpaid = total(s.compute_billed - s.compute_paid, 1)
    low = np.where(s.lab_budget < p.budget_minimum, s.last.low_budget + 1.0, 0.0)
    lab_fails = s.last.lab_alive * ((unpaid > 1e6) | (low >= 2.0))
    host_fails = np.zeros_like(s.last.host_alive)
    host_fails[5:] = s.last.host_alive[5:] * (s.cash("neoclouds") < 0.0)
    if not (lab_fails.any() or host_fails.any()):  # the common case, without its many empty rows
        return {
            "lab_alive": s.last.lab_alive,
            "host_alive": s.last.host_alive,
            "low_budget": low,
            "failed_labs": lab_fails,
            "failed_hosts": host_fails,
            "chips_left": s.efficient_chips,
            "book_left": s.accelerator_book,
            "fire_value": np.zeros_like(s.efficient_chips),
            "voided": 0.0,
            "impairment_fire": 0.0,
            "shells_lost": 0.0,
            "fire_sale": 0.0,
            "fire_sale_labs": 0.0,
            "mark_failed_labs": s.price("lab_shares"),
        }
    lab_alive = s.last.lab_alive - lab_fails
    host_alive = s.last.host_alive - host_fails
    fails = np.concatenate([host_fails, lab_fails])
    book = np.maximum(s.balance("chips", "hyperscalers+neoclouds+labs"), 0.0)
    cash = np.maximum(s.cash("hyperscalers"), 1.0)
    worth = p.fire_price * p.revenue_per_chip * s.compute_price * s.efficient_chips
    rate = p.impairment_rate + p.economic_wear + p.technical_decline
    price = np.floor(np.minimum(worth / rate, book)) * fails
    lot = np.floor(price * (cash / total(cash))[:, None])  # (buyers, sellers, run)
    sold = total(lot)
    backlog = s.register("backlog")
    gone = np.maximum(lab_fails[:, None], host_fails[None])
    moved = s.efficient_chips * fails
    chips = s.efficient_chips - moved
    chips[:5] += total(moved) * cash / total(cash)
    register = s.accelerator_book * (1.0 - fails)
    register[:5] += total(lot, 1)
    return {
        "lab_alive": lab_alive,
        "host_alive": host_alive,
        "low_budget": low,
        "failed_labs": lab_fails,
        "failed_hosts": host_fails,
        "chips_left": chips,
        "book_left": register,
        "fire_value": sold,
        "voided": backlog * gone,
        "impairment_fire": np.maximum(book * fails - sold, 0.0),
        "shells_lost": np.maximum(s.balance("shells", "hyperscalers+neoclouds"), 0.0) * host_fails,
        "fire_sale": lot[:, 5:7],
        "fire_sale_labs": lot[:, 7:],
        "mark_failed_labs": s.price("lab_shares") * np.where(lab_fails > 0.0, 1e-9, 1.0),
    }


@behaviour(
    reads=("failed_hosts", "failed_labs", "compute_billed", "compute_paid", "@deposits", "@loans", "@supplier_credit"),
    gives=("loan_losses",),
    books=("loans_recovered", "supplier_lost", "loans_lost", "invoices_lost"),
)
def losses(s: Any, p: Any) -> dict[str, Any]:
    """Lenders get the cash of the estate, then write off the rest; hosts write off unpaid invoices."""
    failed = s.failed_hosts[5:]
    unpaid = s.compute_billed - s.compute_paid
    if not failed.any():
        nothing = np.zeros(s.width)
        return {
            "loan_losses": nothing,
            "loans_recovered": 0.0,
            "supplier_lost": 0.0,
            "loans_lost": 0.0,
            "invoices_lost": unpaid,
        }
    debt = np.maximum(-s.balance("loans", "neoclouds"), 0.0) * failed
    recovered = np.minimum(np.maximum(s.cash("neoclouds"), 0.0), debt) * failed
    owed = np.maximum(-s.balance("supplier_credit", "neoclouds"), 0.0) * failed
    claims = np.maximum(s.balance("supplier_credit", "vendors"), 0.0)
    first = np.minimum(np.rint(owed * p.vendor_share[0]), claims[0])
    supplier = np.stack([first, owed - first], axis=1)
    return {
        "loan_losses": total(debt - recovered) + total(total(supplier)),
        "loans_recovered": recovered,
        "supplier_lost": supplier,
        "loans_lost": debt - recovered,
        "invoices_lost": unpaid,
    }


@behaviour(
    reads=("failed_hosts", "failed_labs", "@deposits", "@venture_equity"), books=("overdraft_lost", "venture_lost")
)
def estates(s: Any, p: Any) -> dict[str, Any]:
    """Banks give up overdrafts of the failed; a part of venture cost is lost every quarter."""
    failed = np.concatenate([s.failed_hosts[5:], s.failed_labs])
    short = np.maximum(-np.concatenate([s.cash("neoclouds"), s.cash("labs")]), 0.0) if failed.any() else 0.0
    cost = np.maximum(-s.balance("venture_equity", "startups"), 0.0)
    return {"overdraft_lost": short * failed, "venture_lost": p.venture_losses * cost}
