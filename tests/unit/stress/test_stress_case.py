"""A small case by hand: an investor, a lab, a cloud and a vendor, so that every number can be followed.

The lab has customers (4bn), gets 10bn from an investor and 2bn from the vendor, and pays the cloud 8bn and the vendor
5bn in 2025; its running costs follow from its cash burn. One contract has no published amount, one deal is a letter of
intent.
"""

import pytest

from kanryu.core.errors import InputError, NotFound, UsageError
from kanryu.formats.source import Request, read_case
from kanryu.stress.answer import stress_test
from kanryu.stress.plan import plan_of_case
from kanryu.stress.plan_draws import scenarios
from kanryu.stress.search_case import cheapest_repair, reverse_stress, stress_each
from kanryu.stress.situation import parameters
from kanryu.stress.year_plan import stress_plan

TOML = 'currency = "USD"\n[title]\nen = "A small circle"\nja = "小さな環"\n'
ENTITIES = """id,name_en,name_ja,kind,country,ticker,cik,note
fund,Fund,ファンド,investor,,,,
lab,Lab,ラボ,lab,,,,
cloud,Cloud,クラウド,neocloud,,,,
vendor,Vendor,ベンダー,chip_vendor,,,,
landlord,Landlord,家主,neocloud,,,,
"""
DEALS = """deal_id,leg,payer,payee,instrument,amount_low_usd,amount_central_usd,amount_high_usd,start,end
round,1,fund,lab,equity,10000000000,10000000000,10000000000,2025-01-01,2025-12-31
loop,1,vendor,lab,equity,2000000000,2000000000,2000000000,2025-01-01,2025-12-31
loop,2,lab,vendor,purchase_goods,5000000000,5000000000,5000000000,2025-01-01,2025-12-31
bill,1,lab,cloud,purchase_service,7000000000,8000000000,9000000000,2025-01-01,2025-12-31
rent,1,cloud,landlord,lease,,,,2025-01-01,2025-12-31
hope,1,fund,cloud,equity,1000000000,1000000000,1000000000,2025-01-01,2025-12-31
"""
EVENTS = "deal_id,leg,date,status,amount_usd,what,source_url,source_publisher,source_date\n" + "".join(
    f"{deal},{leg},2024-12-01,{status},,agreed,https://example.org/{deal},Example,2024-12-01\n"
    for deal, leg, status in (
        ("round", 1, "signed"),
        ("loop", 1, "signed"),
        ("loop", 2, "signed"),
        ("bill", 1, "signed"),
        ("rent", 1, "signed"),
        ("hope", 1, "loi"),
    )
)
FIGURES = """entity,metric,period,value,unit,source_url,source_publisher,note
lab,revenue_year,2024,4000000000,USD,https://example.org/f,Example,
lab,target_cash_burn_year,2024,1000000000,USD,https://example.org/f,Example,
vendor,revenue_year,2024,12000000000,USD,https://example.org/f,Example,
vendor,operating_cash_flow_year,2024,9000000000,USD,https://example.org/f,Example,
"""
STAKES = "owner,issuer,pct,shares,as_of,source_url\nfund,lab,20,,2024-12-01,https://example.org/s\n"
B = 1e9


@pytest.fixture
def folder(tmp_path):
    for name, text in (
        ("kanryu.toml", TOML), ("entities.csv", ENTITIES), ("deals.csv", DEALS), ("events.csv", EVENTS),
        ("figures.csv", FIGURES), ("stakes.csv", STAKES),
    ):  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def case(folder):
    return read_case(Request(target=str(folder)))


def by_id(result):
    return {item.id: item for item in result.entities}


def test_the_plan_of_sources_and_uses(case):
    """Lab: 4 + 10 + 2 = 16 in; 8 + 5 to the circle, running costs 4 + 1 of the year before: 2 are missing."""
    plan = plan_of_case(case, year=2025, ranges=parameters())
    drawn = scenarios(plan, parameters())
    accounts = plan.situation.plan.accounts
    lab, vendor = accounts.index("lab"), accounts.index("vendor")
    assert drawn.surplus[lab, 0] == pytest.approx(-2 * B)
    # 12 of revenue in 2024, none of it from the lab then, and 5 from the lab; 3 of running costs, 2 invested
    assert drawn.given.outside[vendor, 0] == pytest.approx(12 * B)
    assert drawn.surplus[vendor, 0] == pytest.approx(12 * B)
    assert plan.legs.unknown == {"rent:1": ("cloud", "landlord")}
    assert plan.legs.talked == ("hope:1",)


def test_an_infeasible_plan_is_named_with_the_legs_at_the_end_of_the_queue(case):
    result = stress_test(case, ["round:1"], year=2025, draws=20)
    assert not result.feasible
    (gap,) = result.gaps
    assert gap.id == "lab"
    assert gap.missing == pytest.approx(2 * B)
    assert gap.unpaid_legs == ("loop:2",)


def test_impact_exposure_unknown(case):
    """Without the 10bn the lab has 8: 5 for running costs, 3 of 8 for the cloud, nothing for the vendor."""
    result = stress_test(case, ["round:1"], year=2025, draws=50)
    hit = by_id(result)
    assert hit["lab"].verdict == "impact"
    assert hit["lab"].impact.high >= 10 * B - 1
    assert hit["cloud"].verdict == "impact"
    # ... and the vendor, who sells 5 of 17 less, invests 5/17 of 2 less
    assert hit["cloud"].impact.central == pytest.approx(5 * B + 2 * B * 5 / 17)
    assert hit["vendor"].receipts_lost.central == pytest.approx(5 * B)
    assert hit["landlord"].verdict == "unknown"
    assert hit["landlord"].unknown == ("rent:1",)
    assert hit["cloud"].path == ("round:1", "bill:1")
    assert hit["cloud"].first_leg == "bill:1"
    assert result.rounds[0].hits[0].leg == "round:1"
    assert result.certificate.residual < 1.0
    for item in result.entities:
        for interval in (item.impact, item.exposure, item.receipts_lost):
            assert (
                interval.low <= (interval.central if interval.central is not None else interval.high) <= interval.high
            )


def test_amplification_and_a_smaller_cut(case):
    whole = stress_test(case, ["round:1"], year=2025, draws=20)
    part = stress_test(case, ["round:1"], year=2025, cut=0.5, draws=20)
    # 10 direct; 5 of 8 from the cloud bill, 5 to the vendor, and the vendor's investment follows its revenue
    back = 2 * B * 5 / 17
    vendor_gone = 5 * B
    cloud_gone = 5 * B + back
    assert whole.lost.central == pytest.approx(10 * B + vendor_gone + cloud_gone + back, rel=1e-6)
    assert whole.amplification == pytest.approx(whole.lost.central / (10 * B))
    small, large = by_id(part), by_id(whole)
    for name in small:
        assert small[name].impact.high <= large[name].impact.high + 1


def test_channels_that_are_off_add_nothing(case):
    result = stress_test(case, ["round:1"], year=2025, channels=(), draws=20)
    assert result.amplification == pytest.approx(1.0)
    full = stress_test(case, ["round:1"], year=2025, draws=20)
    receipts = [part for part in full.contributions if part.measure == "receipts"]
    assert sum(part.amount for part in receipts) == pytest.approx(full.lost.central, rel=1e-6)


def test_sets_and_names_of_links(case):
    assert stress_test(case, ["all:loi"], year=2025, draws=20).broken[0].legs == ("hope:1",)
    assert stress_test(case, ["hope"], year=2025, draws=20).direct.central == pytest.approx(B)
    assert stress_test(case, ["rent:1"], year=2025, draws=20).amplification is None
    with pytest.raises(NotFound) as wrong:
        stress_test(case, ["lop:2"], year=2025)
    assert "loop:2" in wrong.value.hint()
    with pytest.raises(NotFound, match="2031"):
        stress_test(case, ["bill:1"], year=2031)
    with pytest.raises(UsageError, match="OWNER/ISSUER"):
        stress_test(case, ["stake:fund"], year=2025)
    with pytest.raises(NotFound, match="firm"):
        stress_test(case, ["bill:1"], year=2025, changes={"firm": 0.2})


def test_the_same_seed_gives_the_same_answer(case):
    one, other = (stress_test(case, ["round:1"], year=2025, draws=30, seed=4) for _ in range(2))
    assert one == other
    assert one != stress_test(case, ["round:1"], year=2025, draws=30, seed=5)


def test_ranking_and_reverse(case):
    ranked = stress_each(case, year=2025)
    assert ranked.links[0].lost_tight == max(link.lost_tight for link in ranked.links)
    assert "rent:1" in ranked.unknown
    found = reverse_stress(case, "revenue of vendor down 25%", year=2025)
    assert ("loop:2",) in found.sets.minimal
    assert ("round:1",) in found.sets.minimal
    assert found.sets.complete
    with pytest.raises(InputError, match="nothing can reach"):
        reverse_stress(case, "index down 5%", year=2025)
    with pytest.raises(NotFound, match="nobody"):
        reverse_stress(case, "nobody cannot pay", year=2025)
    with pytest.raises(UsageError, match="not a target"):
        reverse_stress(case, "make it rain", year=2025)


def test_the_cheapest_set_in_money_may_be_another_one(case):
    links = ["round:1", "loop:2", "outside:vendor"]
    by_count = reverse_stress(case, "revenue of vendor down 25%", links=links, year=2025)
    by_money = reverse_stress(case, "revenue of vendor down 25%", links=links, price="money", year=2025)
    assert by_count.sets.cost == 1.0
    assert by_money.sets.best == ("loop:2",)
    assert by_money.sets.cost == pytest.approx(5 * B)
    assert by_money.sets.lower_bound == pytest.approx(5 * B)


def test_the_plan_as_a_table(case):
    plan = stress_plan(case, year=2025)
    rows = {row.id: row for row in plan.companies}
    assert rows["vendor"].outside.central == pytest.approx(12 * B)
    assert rows["vendor"].outside_share.central == pytest.approx(12 / 17)
    assert rows["vendor"].running.central == pytest.approx(3 * B)
    assert rows["lab"].surplus.central == pytest.approx(-2 * B, rel=0.05)
    assert rows["lab"].unpaid_legs == ("loop:2",)
    assert rows["cloud"].surplus is None
    assert rows["cloud"].missing == ("revenue", "cash_flow", "cash")
    assert rows["cloud"].unknown_legs == ("rent:1",)
    assert rows["fund"].is_source
    assert plan.feasible is False


def test_repair_is_the_mirror(case):
    """Money into the lab replaces what it misses: 10bn less what the vendor would be short of first."""
    found = cheapest_repair(case, ["round:1"], "revenue of vendor down 25%", year=2025)
    assert found.guarantees.best == ("round:1",)
    assert found.cheapest == "lab"
    # the vendor's revenue may fall by 4.25 of 17: 0.75 of the 5 must come, behind costs and the cloud
    back = 2 * B * 4.25 / 17
    assert found.injection["lab"] == pytest.approx(10 * B - 4.25 * B + back, rel=1e-3)
