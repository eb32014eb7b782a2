"""Networks with known answers of other programs (reference data outside the project)."""

import csv
from pathlib import Path

import pytest

from kanryu.stress.clearing import clear, from_names
from kanryu.stress.debtrank import debtrank
from kanryu.stress.supply import SupplyWeb

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "contagion"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the reference networks are not here: {FOLDER}"),
]


def rows(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def banks():
    table = rows("nrm_banks")
    claims = [(row["holder"], row["debtor"], float(row["amount"])) for row in rows("nrm_edges")]
    buffer = {row["bank"]: float(row["buffer"]) for row in table}
    return claims, buffer, {row["bank"]: float(row["weights"]) for row in table}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answers", "variant"),
    [("debtrank_all", "multi"), ("debtrank_singlehit_all", "single"), ("threshold_all", "threshold")],
)
def test_125_banks_default_one_by_one(answers, variant):
    claims, buffer, weights = banks()
    for row in rows(f"nrm_{answers}")[:: 1 if variant != "multi" else 3]:
        found = debtrank(claims, buffer, {row["scenario"]: 1.0}, variant=variant, weights=weights)
        assert found.original_stress == pytest.approx(float(row["original_stress"]), abs=1e-12)
        assert found.debtrank == pytest.approx(float(row["additional_stress"]), abs=1e-10)
        assert found.additional_losses_uncapped == pytest.approx(float(row["additional_losses"]), abs=1e-8)
        assert found.additional_defaults == int(row["additional_defaults"])


def test_oracle_20_default_of_b55():
    claims, buffer, weights = banks()
    found = debtrank(claims, buffer, {"b55": 1.0}, weights=weights)
    assert found.original_stress == pytest.approx(0.1102, abs=5e-5)
    assert found.debtrank == pytest.approx(0.29, abs=5e-3)
    assert found.additional_losses_uncapped == pytest.approx(235, abs=0.5)
    assert found.additional_defaults == 18
    assert found.spectral_radius == pytest.approx(0.9967, abs=5e-5)
    cascade = debtrank(claims, buffer, {"b55": 1.0}, variant="threshold", weights=weights)
    assert cascade.debtrank == pytest.approx(0.271, abs=5e-4)
    assert cascade.additional_losses_uncapped == pytest.approx(221.6, abs=0.05)
    assert cascade.additional_defaults == 17


def test_125_banks_uniform_shocks():
    claims, buffer, weights = banks()
    for row in rows("nrm_debtrank_pct"):
        size = int(row["scenario"].removesuffix("pct")) / 100
        found = debtrank(claims, buffer, dict.fromkeys(buffer, size), weights=weights)
        assert found.debtrank == pytest.approx(float(row["additional_stress"]), abs=1e-10)
        assert found.additional_losses_uncapped == pytest.approx(float(row["additional_losses"]), abs=1e-8)
        assert found.additional_defaults == int(row["additional_defaults"])


@pytest.mark.parametrize(("column", "alpha", "beta"), [("p_en", 1.0, 1.0), ("p_rv_09_08", 0.9, 0.8)])
def test_50_firms_clearing(column, alpha, beta):
    nodes = rows("rv50_nodes")
    debts = [(row["debtor"], row["creditor"], float(row["amount"])) for row in rows("rv50_edges")]
    found = clear(
        from_names(debts, {row["node"]: float(row["external_assets"]) for row in nodes}), alpha=alpha, beta=beta
    )
    for row in nodes:
        assert found.payments[row["node"]] == pytest.approx(float(row[column]), abs=1e-8)


def test_oracle_23_200_firms_supply_index():
    """With the reference's own stopping rule (1e-9, firm by firm) to 1e-12; the fixed point itself lies 5e-10 away."""
    table, links = rows("esri200_result"), rows("esri200_edges")
    with (FOLDER / "esri200_essential.csv").open(encoding="utf-8") as file:
        essential = [[int(cell) for cell in row[1:]] for row in list(csv.reader(file))[1:]]
    web = SupplyWeb(
        [int(row["supplier"]) for row in links],
        [int(row["buyer"]) for row in links],
        [float(row["amount"]) for row in links],
        [int(row["sector"]) - 1 for row in table],
        essential,
        revenue=[float(row["revenue"]) for row in table],
        costs=[float(row["costs"]) for row in table],
    )
    found = web.each(settled=1e-9, block=1)
    for mine, theirs in (("index", "esri"), ("down", "esri_down"), ("up", "esri_up")):
        assert getattr(found, mine) == pytest.approx([float(row[theirs]) for row in table], abs=1e-12)
    tight = web.each()
    assert tight.index == pytest.approx(found.index, abs=1e-8)
    assert tight.certificate.residual < 1e-14
