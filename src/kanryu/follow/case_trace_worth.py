"""Which missing fact is worth finding: how much each would shorten the interval of own money.

For every leg on the way home whose amount is open, and for the open financing of the company and the open payments of
each payer together, the interval is computed as if the amounts stood at their least; for every company that pays
last, as if it were known to have no money but what the case and its reported revenue show. The first can only lower
the most, the second only raise the least.
"""

from __future__ import annotations

from collections.abc import Iterable

from kanryu.follow.case_trace_flows import Flow
from kanryu.follow.case_trace_programme import Programme
from kanryu.follow.case_trace_records import Narrows

MOST_LEGS = 12
MOST_COMPANIES = 6


def what_narrows(programme: Programme, years: Iterable[int], largest: int = 5) -> tuple[Narrows, ...]:
    """The facts that would shorten the interval most, best first.

    Parameters
    ----------
    years : the years whose own money is asked for
    largest : how many to give back
    """
    years = tuple(years)
    own = programme.own(years)
    high, point = programme.solve(own, largest=True)
    if not own or high is None or high == 0:
        return ()
    infinite = float("inf")
    least_gain = programme.unit * 1e-4
    open_flows = sorted(
        (f for f in programme.core if f.is_range),
        key=lambda f: -(programme.amount_at(point, f) if point is not None else f.high),
    )
    groups: dict[tuple[str, str], list[Flow]] = {}
    for flow in open_flows:
        groups.setdefault(("amount", flow.key), []).append(flow)
    groups = dict(list(groups.items())[:MOST_LEGS])
    for flow in open_flows:
        if flow.payer == programme.company:
            groups.setdefault(("financing", programme.company), []).append(flow)
        elif flow.payee == programme.company:
            groups.setdefault(("payments", flow.payer), []).append(flow)
    found: list[tuple[float, Narrows]] = []
    for (what, name), flows in groups.items():
        if what != "amount" and len({f.key for f in flows}) < 2:
            continue  # the leg stands by itself already
        less, _ = programme.solve(own, largest=True, fixed={(f.key, f.year): (f.low, f.low) for f in flows})
        if less is None or less >= high - least_gain:
            continue
        saved = None if high == infinite else high - less
        found.append(
            (infinite if saved is None else saved, Narrows(what=what, name=name, low=0.0, high=less, saved=saved))
        )
    payers = {f.payer for f in programme.core if f.payee == programme.company and f.year in years}
    for company in sorted(payers)[:MOST_COMPANIES]:
        tight = Programme(programme.data, programme.company, programme.reported, limited=(company,))
        least, _ = tight.solve(tight.own(years), largest=False)
        if least is not None and least > least_gain:
            found.append(
                (
                    least,
                    Narrows(
                        what="other_money",
                        name=company,
                        low=least,
                        high=None if high == infinite else high,
                        saved=least,
                    ),
                )
            )
    found.sort(key=lambda item: (-item[0], item[1].high if item[1].high is not None else infinite))
    return tuple(narrows for _, narrows in found[:largest])
