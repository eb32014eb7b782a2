"""The direction of debts and payments in the FollowTheMoney vocabulary, and what is never written as money moved."""

import datetime as dt
import json

from kanryu.formats.csv_folder import read_folder
from kanryu.formats.exporting import export
from kanryu.formats.source import Request

TABLES = {
    "kanryu.toml": 'title = "Loans"\ncurrency = "USD"\n',
    "entities.csv": "id,name_en,name_ja,kind,role\nbank,Bank,銀行,lender,capital\nlab,Lab,研究所,lab,labs\n",
    "deals.csv": """deal_id,leg,payer,payee,instrument,amount_low,amount_central,amount_high,basis
loan,1,bank,lab,debt,5000000,5000000,5000000,total
talk,1,bank,lab,debt,9000000,9000000,9000000,total
range,1,bank,lab,debt,1000000,,2000000,total
""",
    "events.csv": """deal_id,leg,date,status,amount,basis,source_url
loan,1,2025-01-02,signed,5000000,total,https://example.org/a
loan,1,2025-02-03,paid_part,2000000,total,https://example.org/b
loan,1,2025-12-31,written_off,2000000,non_cash,https://example.org/c
talk,1,2025-01-02,loi,9000000,total,https://example.org/d
range,1,2025-01-02,signed,,total,https://example.org/e
""",
    "stakes.csv": "owner,issuer,pct,as_of,source_url\nbank,lab,7.5,2025-12,https://example.org/f\n",
}


def objects(folder, **days):
    case = folder / "case"
    case.mkdir(exist_ok=True)
    for name, text in TABLES.items():
        (case / name).write_text(text, encoding="utf-8")
    assert read_folder(case).problems == ()
    export(Request(target=str(case), **days), "followthemoney", folder / "out.json", force=True)
    return [json.loads(line) for line in (folder / "out.json").read_text(encoding="utf-8").splitlines()]


def of(found, schema):
    return [one["properties"] for one in found if one["schema"] == schema]


def test_who_lends_is_the_creditor_and_who_pays_the_payer(tmp_path):
    day = dt.date(2025, 6, 30)
    found = objects(tmp_path, true_by=day, known_by=day)
    debts = {one["recordId"][0]: one for one in of(found, "Debt")}
    assert sorted(debts) == ["loan:1", "range:1"]
    assert (debts["loan:1"]["creditor"], debts["loan:1"]["debtor"]) == (["bank"], ["lab"])
    assert (debts["loan:1"]["amount"], debts["loan:1"]["currency"]) == (["5000000"], ["USD"])
    assert "amount" not in debts["range:1"]  # a range has no single figure
    (payment,) = of(found, "Payment")
    assert (payment["payer"], payment["beneficiary"], payment["amount"]) == (["bank"], ["lab"], ["2000000"])
    assert (payment["date"], payment["sourceUrl"]) == (["2025-02-03"], ["https://example.org/b"])


def test_a_letter_of_intent_is_no_debt_and_an_entry_no_payment(tmp_path):
    found = objects(tmp_path)
    (link,) = [one for one in of(found, "UnknownLink") if one["recordId"] == ["talk:1"]]
    assert (link["subject"], link["object"]) == (["bank"], ["lab"])
    assert "amount" not in link
    assert len(of(found, "Payment")) == 1


def test_holdings_and_names_keep_their_words(tmp_path):
    found = objects(tmp_path)
    (stake,) = of(found, "Ownership")
    assert (stake["owner"], stake["asset"], stake["percentage"]) == (["bank"], ["lab"], ["7.5"])
    assert stake["date"] == ["2025-12"]
    assert [one["name"] for one in of(found, "Company")] == [["Bank", "銀行"], ["Lab", "研究所"]]
    ids = [one["id"] for one in found]
    assert len(ids) == len(set(ids))
