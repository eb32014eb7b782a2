"""The map: same places every time, clockwise by role, nothing hides under a stranger, nothing looks ahead."""

import datetime as dt

import msgspec
import numpy as np
import pytest
from small_case import small_case

from kanryu.core.errors import NotFound
from kanryu.follow.broken_link import broken_link
from kanryu.formats.source import Request, read_case
from kanryu.report.essays import essays
from kanryu.report.picture import months, picture
from kanryu.report.wheel import wheel


@pytest.fixture(scope="module")
def ai():
    return read_case(Request(target="ai"))


def test_the_order_of_rows_does_not_move_anybody(ai):
    turned = msgspec.structs.replace(ai, legs=ai.legs[::-1], entities=ai.entities[::-1])
    assert {s.id: (s.x, s.y, s.size) for s in wheel(ai).spots} == {
        s.id: (s.x, s.y, s.size) for s in wheel(turned).spots
    }


def test_roles_stand_clockwise_from_the_top(ai):
    arcs = {arc.role: (arc.start + arc.end) / 2 % 360 for arc in wheel(ai).arcs}
    assert list(arcs) == ["capital", "labs", "clouds", "chips"]
    assert arcs["capital"] == pytest.approx(0) or arcs["capital"] == pytest.approx(360)
    assert arcs["labs"] < arcs["clouds"] < arcs["chips"]


def test_nobody_stands_on_somebody_else(ai):
    places = np.array([[spot.x, spot.y] for spot in wheel(ai).spots])
    apart = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2)) + 9 * np.eye(len(places))
    assert apart.min() > 0.02


def test_most_curves_keep_clear_of_strangers(ai):
    made = wheel(ai)
    at = {spot.id: np.array([spot.x, spot.y]) for spot in made.spots}
    under = 0
    t = np.linspace(0.06, 0.94, 40)[:, None]
    for route in made.routes:
        curve = (1 - t) ** 2 * at[route.payer] + 2 * (1 - t) * t * np.array([route.x, route.y]) + t**2 * at[route.payee]
        strangers = [place for name, place in at.items() if name not in (route.payer, route.payee)]
        near = min(np.sqrt(((curve - place) ** 2).sum(axis=1)).min() for place in strangers)
        under += near < 0.02
    assert under <= 0.12 * len(made.routes)


def test_only_what_held_and_was_known_is_drawn():
    case = small_case()
    early = picture(case, dt.date(2025, 1, 31), dt.date(2025, 1, 31))
    assert {flow.key: flow.rung for flow in early.flows} == {"loan:1": "bound", "back:1": "bound", "gone:1": "talked"}
    late = {flow.key: flow for flow in picture(case).flows}
    assert late["gone:1"].rung == "ended"
    assert (late["stake:1"].bound.central, late["stake:1"].paid.central) == (10, 4)
    assert early.not_yet == 5


def test_months_count_each_rung_once():
    rows = {row.month: row for row in months(small_case()).months}
    assert list(rows) == ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06"]
    assert rows["2025-01"].bound.central == 3  # the guarantee moves no cash and is no total
    assert rows["2025-03"].paid.central == 4
    assert rows["2025-02"].loops_closed == 1  # chips -> lab -> chips


def test_breaking_the_return_ends_the_loop():
    after = broken_link(small_case(), "lab", "chips")
    assert after.legs == ("stake:2",)
    assert ("chips", "lab") in after.ended
    assert after.circular_after < after.circular_before
    with pytest.raises(NotFound):
        broken_link(small_case(), "bank", "chips")


def test_every_claim_is_there_with_its_figures(ai):
    claims = essays(ai).claims
    assert [claim.id for claim in claims] == [f"A{i}" for i in range(1, 9)] + [f"B{i}" for i in range(1, 21)]
    by_id = {claim.id: claim for claim in claims}
    assert {int(f.value) for f in by_id["A4"].essay_figures} == {4_300_000_000, 2_500_000_000}
    assert {int(f.value) for f in by_id["A4"].source_figures} >= {7_800_000_000, 13_500_000_000}
    assert "nvda-openai-loi-2025" in by_id["A1"].deals
    assert all(not f.source.url.startswith("seed:") for claim in claims for f in claim.source_figures)
