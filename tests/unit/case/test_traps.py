"""The seven traps of other people's tables, in other words and with other companies than the rules' own examples."""

import pytest
from example_folder import write_example

from kanryu.case.checks import check
from kanryu.formats.csv_folder import read_folder

DEALS = "deals.csv\ndeal_id,leg,payer,payee,instrument,basis,amount_central_usd,amount_note,description\n"
LINKED = "deals.csv\ndeal_id,leg,payer,payee,instrument,basis,amount_central_usd,start,end,part_of\n"
CHIPS = "meta,arista,purchase_goods"


def codes(example, folder):
    return {problem.code for problem in check(read_folder(write_example(example, folder)))}


def deal(legs, amount="", note="", description="", basis="total"):
    """One deal: payer, payee and kind, an amount, and what is said about it."""
    return f"{DEALS}a,1,{legs},{basis},{amount},{note},{description}\n"


def legs(*rows):
    """Several legs: deal, parties and kind, basis, amount, start, end."""
    return LINKED + "".join(f"{row},\n" for row in rows)


BN = "000000000"
CAUGHT = {
    "stake worth": ("stake-value-as-payment", deal("ericsson,vonage,equity", "5" + BN, "", "stake worth 5bn in June")),
    "持分の評価額": ("stake-value-as-payment", deal("softbank,arm,equity", "9" + BN, "保有株の評価額90億ドル")),
    "fair value": ("stake-value-as-payment", deal("intel,mobileye,equity", "7" + BN, "Fair value of the holding")),
    "round of several": ("round-booked-to-one", deal("coatue,figure,equity", "2" + BN, "2bn round led by Coatue")),
    "調達総額": ("round-booked-to-one", deal("coatue,figure,equity", "2" + BN, "調達総額20億ドル、各社が参加")),
    "programme": (
        "programme-booked-to-pair",
        deal("meta,equinix,lease", "60" + BN, "building programme; split not public"),
    ),
    "tranches across deals": (
        "total-beside-tranches",
        legs(f"all,1,{CHIPS},total,10{BN},,", f"x,1,{CHIPS},total,4{BN},,", f"y,1,{CHIPS},total,6{BN},,"),
    ),
    "run rate beside total": (
        "total-beside-run-rate",
        legs(f"all,1,{CHIPS},total,10{BN},2025,2028", f"x,1,{CHIPS},run_rate,3{BN},2026,2026"),
    ),
    "yearly amount as total": ("rate-booked-as-total", deal("ford,google,lease", "1500000000", "1.5bn a year")),
    "年額": ("rate-booked-as-total", deal("toyota,ntt,purchase_service", "30" + BN, "年間300億")),
    "loan from borrower": (
        "direction-reversed",
        deal("crusoe,natixis,debt", "900000000", "", "Natixis provided a loan of 900m to Crusoe"),
    ),
    "warrant from holder": (
        "direction-reversed",
        deal("walmart,plug,warrant", "", "", "Walmart received warrants for 50m shares of Plug", "contingent"),
    ),
    "investment from company": (
        "direction-reversed",
        deal("figure,intel,equity", "50000000", "", "Intel invested 50m in Figure"),
    ),
    "融資の逆": ("direction-reversed", deal("rapidus,mizuho,debt", "50" + BN, "", "mizuhoがrapidusに500億円を融資")),
    "sale from seller": (
        "direction-reversed",
        deal("dell,xai,purchase_goods", "5" + BN, "", "Dell sells racks to xAI"),
    ),
}


@pytest.mark.parametrize(("code", "example"), CAUGHT.values(), ids=CAUGHT.keys())
def test_a_trap_is_caught(code, example, tmp_path):
    assert code in codes(example, tmp_path)


SOUND = {
    "valuation named beside": deal(
        "kkr,figure,equity", "500000000", "500m at a 39bn valuation", "KKR invested in Figure"
    ),
    "own part of a round": deal("kkr,figure,equity", "500000000", "Part of a 2bn round led by Coatue"),
    "rate beside the row's total": deal("kkr,figure,lease", "15" + BN, "1bn a year over 15 years; 15bn in all"),
    "warrant to the customer": deal("plug,walmart,warrant", "", "", "Plug granted warrants to Walmart", "contingent"),
    "loan to the borrower": deal("natixis,crusoe,debt", "900000000", "", "Natixis lent Crusoe 900m"),
    "two unrelated contracts": legs(f"x,1,{CHIPS},total,4{BN},,", f"y,1,{CHIPS},total,6{BN},,"),
    "rate after the total": legs(f"all,1,{CHIPS},total,10{BN},2020,2022", f"x,1,{CHIPS},per_year,3{BN},2025,2027"),
}


@pytest.mark.parametrize("example", SOUND.values(), ids=SOUND.keys())
def test_a_sound_row_is_left_alone(example, tmp_path):
    assert codes(example, tmp_path) == set()


def test_a_letter_and_its_replacement_need_a_link_or_an_end(tmp_path):
    deals = "deals.csv\ndeal_id,leg,payer,payee,instrument,amount_central_usd,replaces\n"
    events = "events.csv\ndeal_id,leg,date,status,source_url\nloi,1,2025-01-10,loi,https://example.org/a\n"
    rows = "loi,1,amd,cohere,equity,900000000,\nnew,1,amd,cohere,convertible,300000000,{}\n"
    signed = "new,1,2025-06-10,signed,https://example.org/b\n"
    lapsed = "loi,1,2025-06-01,lapsed,https://example.org/c\n"
    assert codes(deals + rows.format("") + events + signed, tmp_path / "1") == {"letter-beside-replacement"}
    assert codes(deals + rows.format("loi:1") + events + signed, tmp_path / "2") == set()
    assert codes(deals + rows.format("") + events + lapsed + signed, tmp_path / "3") == set()


def test_checks_of_thousands_of_legs_end_and_find_only_what_is_there(tmp_path):
    pairs = [(i, i % 50, (i * 7 + 1) % 50) for i in range(3000) if i % 50 != (i * 7 + 1) % 50]
    rows = "".join(
        f"d{i},1,e{a},e{b},purchase_goods,total,{1000003 * (i + 1)},,E{a} buys from E{b}\n" for i, a, b in pairs
    )
    case = read_folder(write_example(DEALS + rows, tmp_path))
    assert len(case.legs) > 2500
    assert {p.code for p in check(case)} <= {"amount-unit", "total-beside-tranches"}
