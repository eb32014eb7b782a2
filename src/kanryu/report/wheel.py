"""Where everybody stands on the role wheel, and by which curve money goes from one to the other.

Money turns clockwise: capital on top, labs to the right, clouds below, chips to the left; outside money comes in
from the rim. The same case gives the same picture every time: places depend on the whole case, never on the day
that is looked at, so nothing jumps when the day changes. Lengths are in units of the wheel's radius, y down.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from kanryu.case.records import Case

Floats = npt.NDArray[np.float64]

# role -> angle of its middle, in degrees clockwise from the top
CENTRES = {"capital": 0.0, "labs": 90.0, "clouds": 180.0, "chips": 270.0}
INNER, OUTER, RIM = 1.0, 1.17, 1.3
PLACES_INSIDE = 7  # the largest of a role stand on the inner ring, with their name written
GAP = 9.0  # degrees between two arcs
_BENDS = (0.45, 0.3, 0.6, 0.15, 0.75, 0.0, -0.2, 0.9)


class Spot(msgspec.Struct, frozen=True):
    """One entity on the wheel. `size` in [0, 1] is the square root of the money it pays and gets, known totals only."""

    id: str
    role: str
    x: float
    y: float
    angle: float
    ring: str
    size: float


class Arc(msgspec.Struct, frozen=True):
    """The part of the ring that belongs to a role, degrees clockwise from the top."""

    role: str
    start: float
    end: float


class Route(msgspec.Struct, frozen=True):
    """The curve between two entities: a quadratic Bezier with this control point."""

    payer: str
    payee: str
    x: float
    y: float


class Wheel(msgspec.Struct, frozen=True):
    """Spots, arcs and routes of a case."""

    spots: tuple[Spot, ...]
    arcs: tuple[Arc, ...]
    routes: tuple[Route, ...]


def wheel(case: Case) -> Wheel:
    """The role wheel of a case.

    Parameters
    ----------
    case : Case

    Returns
    -------
    Wheel
        One spot for every entity with a leg, one arc for every role that occurs on the ring, one route for every
        pair of payer and payee.
    """
    weight = _weights(case)
    used = {leg.payer for leg in case.legs} | {leg.payee for leg in case.legs}
    once = {entity.id: entity for entity in reversed(case.entities)}  # a table may list one twice; the first counts
    entities = [entity for entity in reversed(once.values()) if entity.id in used]
    largest = max(weight.values(), default=0.0) or 1.0
    spots: list[Spot] = []
    arcs: list[Arc] = []
    members = {role: [e.id for e in entities if e.role == role] for role in CENTRES}
    if not any(members.values()):  # a case without roles: everybody on one ring
        members = {"outside": [e.id for e in entities]}
    spans = _spans({role: len(ids) for role, ids in members.items()})
    for role, ids in members.items():
        if not ids:
            continue
        start, end = spans[role]
        arcs.append(Arc(role, round(start, 3), round(end, 3)))
        ranked = sorted(ids, key=lambda name: (-weight.get(name, 0.0), name))
        inside = PLACES_INSIDE if role in CENTRES else 4 * PLACES_INSIDE
        for ring, radius, names in (
            ("inner", INNER, ranked[:inside]),
            ("outer", OUTER, ranked[inside:]),
        ):
            for name, angle in zip(_from_the_middle(names), _spread(len(names), start, end), strict=True):
                spots.append(_spot(name, role, radius, angle, ring, weight.get(name, 0.0) / largest))
    outside = sorted((e.id for e in entities if e.role not in members), key=lambda n: (-weight.get(n, 0.0), n))
    partner = _partner_angles(case, outside, spots)
    placed = _apart(partner, 360 / max(len(outside), 24))
    spots += [_spot(name, "outside", RIM, placed[name], "rim", weight.get(name, 0.0) / largest) for name in outside]
    return Wheel(tuple(spots), tuple(arcs), _routes(case, spots))


def _weights(case: Case) -> dict[str, float]:
    """Known totals paid and received by each entity; other kinds of money have no place in a size."""
    weight: dict[str, float] = {}
    for leg in case.legs:
        best = leg.amount.best
        if best is None or leg.amount.basis != "total":
            continue
        for name in (leg.payer, leg.payee):
            weight[name] = weight.get(name, 0.0) + float(best)
    return weight


def _spot(name: str, role: str, radius: float, angle: float, ring: str, part: float) -> Spot:
    turn = math.radians(angle)
    x, y = radius * math.sin(turn), -radius * math.cos(turn)
    return Spot(name, role, round(x, 4), round(y, 4), round(angle % 360, 3), ring, round(math.sqrt(max(part, 0.0)), 4))


def _spans(counts: dict[str, int]) -> dict[str, tuple[float, float]]:
    """Degrees of each role: by the square root of its head count, never under 50, around the clock from the top."""
    present = [role for role, count in counts.items() if count]
    if not present:
        return {}
    room = 360.0 - GAP * len(present)
    pull = {role: math.sqrt(counts[role]) for role in present}
    least = min(50.0, room / len(present))
    spare = room - least * len(present)
    width = {role: least + spare * pull[role] / sum(pull.values()) for role in present}
    start = CENTRES.get(present[0], 0.0) - width[present[0]] / 2
    spans = {}
    for role in present:
        spans[role] = (start, start + width[role])
        start += width[role] + GAP
    return spans


def _spread(count: int, start: float, end: float) -> list[float]:
    """Angles of `count` places between two ends, half a step away from them."""
    step = (end - start) / max(count, 1)
    return [start + step * (place + 0.5) for place in range(count)]


def _from_the_middle(ranked: Sequence[str]) -> list[str]:
    """The largest in the middle of its arc, the next ones to both sides."""
    ordered: list[str] = []
    for place, name in enumerate(ranked):
        ordered.insert(len(ordered) if place % 2 else 0, name)
    return ordered


def _partner_angles(case: Case, names: Iterable[str], spots: Sequence[Spot]) -> dict[str, float]:
    """The mean direction of those whom an outside entity pays or is paid by."""
    at = {spot.id: (spot.x, spot.y) for spot in spots}
    angles = {}
    for name in names:
        near = [at[leg.payee] for leg in case.legs if leg.payer == name and leg.payee in at]
        near += [at[leg.payer] for leg in case.legs if leg.payee == name and leg.payer in at]
        x, y = sum(p[0] for p in near), sum(p[1] for p in near)
        angles[name] = math.degrees(math.atan2(x, -y)) % 360 if near else 0.0
    return angles


def _apart(angles: dict[str, float], least: float) -> dict[str, float]:
    """Angles moved clockwise just enough that neighbours are `least` degrees apart."""
    placed: dict[str, float] = {}
    last = -1e9
    for name in sorted(angles, key=lambda n: (angles[n], n)):
        last = max(angles[name], last + least)
        placed[name] = last
    return placed


def _routes(case: Case, spots: Sequence[Spot]) -> tuple[Route, ...]:
    """For every pair the first of a few bends, from gentle to strong, that keeps clear of foreign spots."""
    at = {spot.id: np.array([spot.x, spot.y]) for spot in spots}
    pairs = sorted({(leg.payer, leg.payee) for leg in case.legs if leg.payer in at and leg.payee in at})
    names = list(at)
    places = np.array([at[name] for name in names]) if names else np.zeros((0, 2))
    reach = np.array([0.035 + 0.045 * spot.size for spot in spots])
    routes = []
    for payer, payee in pairs:
        if payer == payee:
            continue
        foreign = np.array([name not in (payer, payee) for name in names])
        best, best_gap = None, -math.inf
        for bend in _BENDS:
            control = _control(at[payer], at[payee], bend)
            gap = _clearance(at[payer], control, at[payee], places[foreign], reach[foreign])
            if gap > best_gap + 1e-9:
                best, best_gap = control, gap
            if gap > 0:
                break
        assert best is not None
        routes.append(Route(payer, payee, round(float(best[0]), 4), round(float(best[1]), 4)))
    return tuple(routes)


def _control(start: Floats, end: Floats, bend: float) -> Floats:
    """The middle pulled towards the hub, and a little to the left of the way so that both directions part."""
    middle = (start + end) / 2
    way = end - start
    left = np.array([way[1], -way[0]])
    return np.asarray(middle * (1 - bend) + left * 0.12, dtype=np.float64)


def _clearance(start: Floats, control: Floats, end: Floats, places: Floats, reach: Floats) -> float:
    """How far the curve stays outside the nearest foreign spot."""
    if not len(places):
        return 1.0
    t = np.linspace(0.06, 0.94, 23)[:, None]
    curve = (1 - t) ** 2 * start + 2 * (1 - t) * t * control + t**2 * end
    far = np.sqrt(((curve[:, None, :] - places[None, :, :]) ** 2).sum(axis=2)) - reach[None, :]
    return float(far.min())
