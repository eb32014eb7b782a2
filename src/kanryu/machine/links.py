"""Links of the loop that can be cut, by name, and what a cut does (definitions/machine, P4 and P5)."""

from __future__ import annotations

from kanryu.core.errors import NotFound
from kanryu.machine.books.model import Cut

_FREEZE = None
# link -> (value or flow, part of its first axis or None for all, what it becomes; None = stays as it was)
LINKS: dict[str, tuple[tuple[str, tuple[int, int] | None, float | None], ...]] = {
    "compute": (("compute_billed", None, 0.0), ("compute_wanted", None, 0.0)),
    "chips-hyperscalers": (("chips_hosts", (0, 5), 0.0),),
    "chips-neoclouds": (("chips_hosts", (5, 7), 0.0), ("chips_credit", None, 0.0)),
    "chips-labs": (("chips_labs", None, 0.0),),
    "vendor-to-labs": (("vendor_to_labs", None, 0.0), ("vendor_to_neoclouds", None, 0.0)),
    "hyperscaler-to-labs": (("hyperscaler_to_labs", None, 0.0),),
    "venture": (("venture_to_startups", None, 0.0), ("venture_to_labs", None, 0.0), ("units_venture", None, 0.0)),
    "outside-to-labs": (("outside_to_labs", None, 0.0), ("outside_to_neoclouds", None, 0.0)),
    "neocloud-loans": (("loans", None, 0.0), ("bridge_loan", None, 0.0)),
    "bonds": (("bonds", None, 0.0), ("debt_room_left", None, 0.0)),
    "index-money": (("units_index", None, 0.0), ("index_buys", None, 0.0), ("flow_index", None, 0.0)),
    "state": (("subsidy", None, 0.0), ("chips_state", None, 0.0)),
    "core-cash-flow": (("core_cash_flow", None, 0.0), ("core_path", None, 1.0)),
    "guarantee": (("guarantee_called", None, 0.0),),
    "supplier-credit": (("chips_credit", None, 0.0),),
    "story": (("message", None, 0.0),),
    "outside-demand": tuple(
        (name, None, 0.0)
        for name in (
            "models_adopters",
            "models_apps",
            "subscriptions",
            "cloud_wanted_adopters",
            "cloud_wanted_apps",
            "cloud_wanted_outside",
        )
    ),
    "belief-frozen": tuple((name, None, _FREEZE) for name in ("belief", "susceptible", "weary")),
}
# the cuts of P5, in its order
CUT_LIST = (
    "compute",
    "chips-hyperscalers",
    "chips-neoclouds",
    "chips-labs",
    "vendor-to-labs",
    "hyperscaler-to-labs",
    "venture",
    "outside-to-labs",
    "neocloud-loans",
    "index-money",
    "state",
    "story",
    "outside-demand",
    "core-cash-flow",
    "bonds",
)
NEW_CAPITAL = ("venture", "outside-to-labs", "neocloud-loans", "bonds")


def cuts_of(names: tuple[str, ...], quarter: int, columns: tuple[int, int] | None = None) -> tuple[Cut, ...]:
    """What has to be replaced when the named links are cut from a quarter on, in some runs of a chunk or in all.

    Raises
    ------
    NotFound
        A link does not exist; the closest names are given.
    """
    found: list[Cut] = []
    for name in names:
        if name not in LINKS:
            raise NotFound(key="machine.link_unknown", name=name, known=list(LINKS), all=", ".join(LINKS))
        found += [Cut(value, quarter, rows, to, columns) for value, rows, to in LINKS[name]]
    return tuple(found)
