"""A case in yen: no command prints another currency."""

import pytest

from kanryu.cli.shell import run

FILES = {
    "kanryu.toml": 'currency = "JPY"\ntitle = { en = "Ships", ja = "船舶" }\n',
    "entities.csv": "id,name_en,name_ja\nyard,Yard,造船\nline,Line,海運\n",
    "deals.csv": "deal_id,leg,payer,payee,instrument,amount_low,amount_central,amount_high,basis,start,end\n"
    "hull,1,yard,line,equity,8e9,10e9,12e9,total,2021-03,2021-03\n"
    "hull,2,line,yard,purchase_goods,30e9,60e9,70e9,total,2021-06,2024-05\n",
    "events.csv": "deal_id,leg,date,status,amount,source_url,source_date\n"
    "hull,1,2021-03-31,paid_full,10e9,https://example.org/1,2021-04-02\n"
    "hull,2,2021-06,signed,60e9,https://example.org/2,2021-07-01\n",
}


@pytest.mark.parametrize(("lang", "foreign"), [("en", "$"), ("ja", "ドル")])
@pytest.mark.parametrize(
    "command",
    ["loops", "funnel", "ties", "demo", "ends", "trace --account yard", "consolidate yard line",
     "vendor yard", "roles yard line"],
)  # fmt: skip
def test_yen_stay_yen(tmp_path, capsys, command, lang, foreign):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    words = command.split()
    assert run([words[0], str(tmp_path), *words[1:], "--lang", lang]) == 0
    shown = capsys.readouterr().out
    assert foreign not in shown
    assert ("¥" if lang == "en" else "円") in shown
