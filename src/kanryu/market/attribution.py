"""Who made the return: contributions of members to an index, and the share of a group.

`contribution_i = (value at end - value at start - net issuance) / index value at start`. A share of the gain can pass
1, means nothing when the index hardly moved, and depends on whether the group was chosen before or after the fact: a
group chosen because it rose always explains much. So a share is never given without the group's size and start
weight, and the same share for groups that could have been chosen before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from kanryu.core.errors import InputError

LEAST_MOVE = 0.02  # below this index return in absolute value a share of the gain means nothing


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """contributions add up to index_return; shares = contributions / index_return, None when that is below 2 %."""

    contributions: dict[str, float]
    index_return: float
    shares: dict[str, float] | None


class GroupShare(msgspec.Struct, frozen=True, kw_only=True):
    """A group's share of an index's gain, never without size and start weight.

    share : None when the index moved less than 2 % (`LEAST_MOVE`)
    """

    members: int
    start_weight: float
    group_return: float
    rest_return: float | None
    index_return: float
    share: float | None


def attribute(
    start: Mapping[str, float], end: Mapping[str, float], issuance: Mapping[str, float] | None = None
) -> Attribution:
    """Contribution of each member to the price return of the whole.

    Parameters
    ----------
    start, end : mapping
        Market value by member, in one unit; the same members in both.
    issuance : mapping or None
        Net value of shares issued in between (buy-backs negative); missing members issued nothing.

    Raises
    ------
    InputError
        Members differ, or the whole is not worth anything at the start.

    Examples
    --------
    >>> found = attribute({"a": 100, "b": 50, "c": 30, "d": 20}, {"a": 160, "b": 60, "c": 27, "d": 25})
    >>> round(found.index_return, 12), round(found.shares["a"], 6)
    (0.36, 0.833333)
    """
    if start.keys() != end.keys():
        raise InputError(key="market.members", found=", ".join(sorted(start.keys() ^ end.keys())[:5]))
    whole = sum(start.values())
    if whole <= 0:
        raise InputError(key="market.index_zero", found=whole)
    issued = issuance or {}
    contributions = {name: (end[name] - start[name] - issued.get(name, 0.0)) / whole for name in start}
    total = sum(contributions.values())
    shares = {n: c / total for n, c in contributions.items()} if abs(total) >= LEAST_MOVE else None
    return Attribution(contributions=contributions, index_return=total, shares=shares)


def group_share(
    group_start: float, group_end: float, index_start: float, index_end: float, *, members: int, issuance: float = 0.0
) -> GroupShare:
    """A group's share of the gain of an index, from values of the group and of the whole.

    Examples
    --------
    >>> found = group_share(100, 160, 200, 272, members=1)
    >>> round(found.share, 6), found.start_weight
    (0.833333, 0.5)
    """
    if index_start <= 0 or not 0 < group_start <= index_start:
        raise InputError(key="market.index_zero", found=index_start)
    gain = group_end - group_start - issuance
    move = (index_end - index_start - issuance) / index_start
    rest = index_start - group_start
    return GroupShare(
        members=members,
        start_weight=group_start / index_start,
        group_return=gain / group_start,
        rest_return=(index_end - index_start - issuance - gain) / rest if rest > 0 else None,
        index_return=move,
        share=gain / index_start / move if abs(move) >= LEAST_MOVE else None,
    )


def implied_share(start_weight: float, group_return: float, rest_return: float) -> float:
    """Share of the gain of a group with this start weight and these returns.

    Examples
    --------
    >>> round(implied_share(0.293, 1.81, 0.25), 3)
    0.75
    """
    gain = group_return * start_weight
    return gain / (gain + rest_return * (1 - start_weight))


def needed_start_weight(share: float, group_return: float, rest_return: float) -> float:
    """The start weight at which a claimed share and two claimed returns fit together.

    Examples
    --------
    >>> round(needed_start_weight(0.75, 1.81, 0.25), 3)
    0.293
    """
    ratio = share * rest_return
    return ratio / (group_return * (1 - share) + ratio)


def best_group_share(start: Mapping[str, float], end: Mapping[str, float], size: int) -> GroupShare:
    """The share of the `size` members that turned out best: what a group chosen after the fact explains."""
    found = attribute(start, end)
    best = sorted(found.contributions, key=lambda name: -found.contributions[name])[:size]
    return _group(start, end, best)


def largest_group_share(start: Mapping[str, float], end: Mapping[str, float], size: int) -> GroupShare:
    """The share of the `size` members that were largest at the start: a group chosen before the fact."""
    return _group(start, end, sorted(start, key=lambda name: -start[name])[:size])


def _group(start: Mapping[str, float], end: Mapping[str, float], names: Sequence[str]) -> GroupShare:
    return group_share(
        sum(start[n] for n in names),
        sum(end[n] for n in names),
        sum(start.values()),
        sum(end.values()),
        members=len(names),
    )


def link(periods: Iterable[Attribution]) -> dict[str, float]:
    """Contributions over several periods that add up to the whole return.

    Each period's contributions are carried by the growth of the index up to its start.

    Examples
    --------
    >>> one = attribute({"a": 1.0, "b": 1.0}, {"a": 2.0, "b": 1.0})
    >>> two = attribute({"a": 2.0, "b": 1.0}, {"a": 2.0, "b": 4.0})
    >>> link([one, two])
    {'a': 0.5, 'b': 1.5}
    """
    level, total = 1.0, dict[str, float]()
    for period in periods:
        for name, contribution in period.contributions.items():
            total[name] = total.get(name, 0.0) + level * contribution
        level *= 1 + period.index_return
    return total
