"""Rows of a stranger's table that are steps of one deal are counted once; what is not said is refused."""

import datetime as dt
from decimal import Decimal

import pytest

from kanryu.core.errors import InputError
from kanryu.follow.deal_loops import deal_loops
from kanryu.follow.funnel import funnel
from kanryu.formats.csv_folder import read_folder
from kanryu.formats.stranger import draft_mapping, import_table

TABLE = """When,From,To,What,USD bn,Stage,Deal,Leg,Replaces,Part of
2025-01-10,Fund,Lab,Equity,10,announced,A,,,
2025-02-10,Fund,Lab,Equity,8,signed,A,,,
2025-03-10,Fund,Lab,Equity,3,paid,A,,,
2025-04-10,Fund,Lab,Equity,2,paid,A,,,
2025-02-20,Lab,Fund,Cloud,6,signed,B,,,
2025-05-20,Lab,Fund,Cloud,1,paid,B,,,
"""
MAPPING = """
[columns]
kind = "What"
status = "Stage"
date = "When"
amount = "USD bn"
deal = "Deal"
leg = "Leg"
replaces = "Replaces"
part_of = "Part of"
[amount]
unit = "billion"
currency = "USD"
[every_row]
payer = "From"
payee = "To"
basis = "total"
[kinds.Equity]
instrument = "equity"
[kinds.Cloud]
instrument = "purchase_service"
[statuses]
announced = "announced"
loi = "loi"
signed = "signed"
"paid" = "paid_part"
"paid in full" = "paid_full"
cancelled = "cancelled"
"""


def imported(folder, table=TABLE, mapping=MAPPING):
    (folder / "t.csv").write_text(table, encoding="utf-8")
    (folder / "m.toml").write_text(mapping, encoding="utf-8")
    return import_table(folder / "t.csv", folder / "m.toml", folder / "out")


def case_of(folder, table=TABLE, mapping=MAPPING):
    _, problems = imported(folder, table, mapping)
    assert [p.text() for p in problems if p.level == "error"] == []
    return read_folder(folder / "out")


def refused(folder, table=TABLE, mapping=MAPPING):
    _, problems = imported(folder, table, mapping)
    assert not (folder / "out").exists()
    return [p for p in problems if p.level == "error"]


def sums(case, **days):
    """Best figures in billions by group and column of money that is a total."""
    found = {}
    for line in funnel(case, **days).groups:
        for column in ("talked", "bound", "paid", "ended"):
            for one in getattr(line.columns, column):
                found[line.group, column] = one.amount.central / 1e9 if one.amount else None
    return found


def test_announced_signed_and_paid_are_one_leg_of_what_was_signed(tmp_path):
    """By hand: equity 8 bound (not 10 + 8), 3 + 2 paid; cloud 6 bound, 1 paid. Booked row by row it would be 23."""
    case = case_of(tmp_path)
    assert [(leg.key, leg.amount.central) for leg in case.legs] == [("a:1", Decimal(8 * 10**9)), ("b:1", 6 * 10**9)]
    assert [(e.key, e.status) for e in case.events] == [
        ("a:1", "announced"), ("a:1", "signed"), ("a:1", "paid_part"), ("a:1", "paid_part"),
        ("b:1", "signed"), ("b:1", "paid_part"),
    ]  # fmt: skip
    assert sums(case) == {
        ("financing", "bound"): 8, ("financing", "paid"): 5, ("purchases", "bound"): 6, ("purchases", "paid"): 1,
    }  # fmt: skip


def test_the_loop_is_as_large_as_its_smaller_leg_once(tmp_path):
    """By hand: 8 out, 6 back: one loop, at most 6 can go round; of what is paid 5 out, 1 back."""
    (loop,) = deal_loops(case_of(tmp_path)).loops
    assert sorted((link.payer, link.payee) for link in loop.links) == [("fund", "lab"), ("lab", "fund")]
    amounts = {link.payer: link.amount.central for link in loop.links}
    assert amounts == {"fund": 8e9, "lab": 6e9}


def test_the_past_is_seen_as_it_was_known(tmp_path):
    case = case_of(tmp_path)
    day = dt.date(2025, 1, 31)
    assert sums(case, true_by=day, known_by=day) == {("financing", "talked"): 10}
    day = dt.date(2025, 3, 31)
    assert sums(case, true_by=day, known_by=day) == {
        ("financing", "bound"): 8, ("financing", "paid"): 3, ("purchases", "bound"): 6,
    }  # fmt: skip


def test_the_order_of_rows_changes_nothing_but_their_order(tmp_path):
    head, *rows = TABLE.strip().split("\n")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    there = sums(case_of(tmp_path / "a"))
    assert sums(case_of(tmp_path / "b", "\n".join([head, *reversed(rows)]) + "\n")) == there


LOOSE = TABLE.replace(",A,", ",,").replace(",B,", ",,")


def test_rows_that_could_be_one_deal_are_refused_and_listed(tmp_path):
    problems = refused(tmp_path, LOOSE)
    assert [(p.code, p.found) for p in problems] == [("import-deal", "2, 3, 4, 5"), ("import-deal", "6, 7")]
    assert problems[0].where.line == 3
    assert "each a deal" in problems[0].hint["en"]
    assert "each a deal" in problems[0].hint["ja"]


def test_each_row_a_deal_only_when_the_mapping_says_so(tmp_path):
    case = case_of(tmp_path, LOOSE, MAPPING + '[table]\nrows = "each a deal"\n')
    assert [leg.deal_id for leg in case.legs] == [f"row-{n}" for n in range(2, 8)]


def test_payments_of_one_status_need_no_deal(tmp_path):
    """By hand: 3 + 2 paid, whichever deals they belong to; told twice, it is no longer sure."""
    head, _, _, first, second, *_ = LOOSE.split("\n")
    (tmp_path / "sure").mkdir()
    case = case_of(tmp_path / "sure", "\n".join([head, first, second, ""]))
    assert sums(case)["financing", "paid"] == 5
    (tmp_path / "twice").mkdir()
    assert [p.code for p in refused(tmp_path / "twice", "\n".join([head, first, first, ""]))] == ["import-deal"]


def test_one_row_without_a_deal_beside_others_is_refused(tmp_path):
    (problem,) = refused(tmp_path, TABLE.replace("2,paid,A", "2,paid,"))
    assert (problem.code, problem.found, problem.where.line) == ("import-deal", "2, 3, 4, 5", 5)


def test_different_words_never_become_one_deal(tmp_path):
    table = TABLE.replace("2,paid,A", "2,paid,A!")
    assert [leg.key for leg in case_of(tmp_path, table).legs] == ["a:1", "a-n2:1", "b:1"]


def test_a_leg_column_sets_tranches_apart(tmp_path):
    """By hand: two tranches signed of one deal, 8 and 4, stand beside each other: 12 bound."""
    head = TABLE.split("\n")[0]
    table = f"{head}\n2025-02-10,Fund,Lab,Equity,8,signed,A,first,,\n2025-02-11,Fund,Lab,Equity,4,signed,A,second,,\n"
    (tmp_path / "told").mkdir()
    case = case_of(tmp_path / "told", table)
    assert [leg.key for leg in case.legs] == ["a:first", "a:second"]
    assert sums(case)["financing", "bound"] == 12
    (tmp_path / "not").mkdir()
    _, problems = imported(tmp_path / "not", table.replace("first", "").replace("second", ""))
    assert [(p.code, p.level, p.where.line) for p in problems if p.level != "note"] == [("import-deal", "warning", 3)]
    assert sums(read_folder(tmp_path / "not" / "out"))["financing", "bound"] == 4  # the latest figure


def test_a_leg_keeps_its_parties(tmp_path):
    table = TABLE.replace("6,signed,B,,", "6,signed,A,x,").replace("3,paid,A,,", "3,paid,A,x,")
    assert [(p.code, p.where.line) for p in refused(tmp_path, table)] == [("import-value", 6)]


@pytest.mark.parametrize("word", ["L", "row 2", "2", "L:1"])
def test_what_replaces_a_letter_ends_it(tmp_path, word):
    """By hand: the letter of 100 ends when the 30 that replace it are signed; 100 and 30 never stand together."""
    table = f"""{TABLE.split(chr(10))[0]}
2025-01-10,Fund,Lab,Equity,100,loi,L,,,
2025-06-10,Fund,Lab,Equity,30,signed,M,,{word},
"""
    if word in ("row 2", "2"):
        table = table.replace(",L,,,", ",,,,")
    case = case_of(tmp_path, table)
    assert sums(case) == {("financing", "bound"): 30, ("financing", "ended"): 100}
    assert sums(case, true_by=dt.date(2025, 3, 1), known_by=dt.date(2025, 3, 1)) == {("financing", "talked"): 100}


def test_parts_of_a_total_are_not_counted_beside_it(tmp_path):
    """By hand: a programme of 20 of which 8 and 4 are signed as tranches: 20 in all, not 32."""
    table = f"""{TABLE.split(chr(10))[0]}
2025-01-10,Fund,Lab,Equity,20,signed,P,,,
2025-02-10,Fund,Lab,Equity,8,signed,Q,,,P
2025-03-10,Fund,Lab,Equity,4,signed,R,,,P
"""
    assert sums(case_of(tmp_path, table))["financing", "bound"] == 20


@pytest.mark.parametrize(("word", "key"), [("Z", "is no deal"), ("A", "own leg")])
def test_links_that_lead_nowhere_are_refused(tmp_path, word, key):
    (problem,) = refused(tmp_path, TABLE.replace("8,signed,A,,,", f"8,signed,A,,{word},"))
    assert (problem.code, problem.where.line, problem.where.column) == ("import-deal", 3, 40)
    assert key in problem.message["en"]


def test_a_holding_and_its_value_are_kept_and_are_no_payments(tmp_path):
    table = """date,owner,company,type,value,pct
2025-12-31,Fund,Lab,Holding,,7.5%
2025-12-31,Fund,Lab,Worth,2.1,
2025-12-31,Fund,Lab,Round,1,
"""
    mapping = """
[columns]
kind = "type"
date = "date"
amount = "value"
pct = "pct"
[amount]
unit = "billion"
currency = "USD"
[kinds.Holding]
as = "stake"
owner = "owner"
issuer = "company"
[kinds.Worth]
as = "figure"
entity = "owner"
payee = "company"
metric = "stake_fair_value"
[kinds.Round]
payer = "owner"
payee = "company"
instrument = "equity"
basis = "total"
status = "completed"
"""
    case = case_of(tmp_path, table, mapping)
    assert [(s.owner, s.issuer, s.pct) for s in case.stakes] == [("fund", "lab", Decimal("7.5"))]
    assert [(f.entity, f.metric, f.value) for f in case.figures] == [
        ("fund", "lab_stake_fair_value", Decimal(2_100_000_000))
    ]
    assert [leg.amount.central for leg in case.legs] == [Decimal(10**9)]
    (tmp_path / "bad").mkdir()
    (problem,) = refused(tmp_path / "bad", table.replace("7.5%", "750%"), mapping)
    assert (problem.code, problem.where.line, problem.where.column) == ("import-amount", 2, 30)


def test_a_draft_asks_whether_rows_are_deals_only_where_it_matters(tmp_path):
    (tmp_path / "loose.csv").write_text(LOOSE.replace(",Deal,", ",Nothing,"))
    assert 'rows = "?"' in draft_mapping(tmp_path / "loose.csv").draft
    (tmp_path / "told.csv").write_text(TABLE)
    draft = draft_mapping(tmp_path / "told.csv").draft
    assert 'deal = "Deal"' in draft
    assert "rows =" not in draft
    numbered = [line.replace(",A,", f",{i},").replace(",B,", f",{i},") for i, line in enumerate(TABLE.split("\n"))]
    (tmp_path / "numbered.csv").write_text("\n".join(numbered))
    draft = draft_mapping(tmp_path / "numbered.csv").draft
    assert 'rows = "?"' in draft  # a number for each row joins nothing
    assert 'deal = "Deal"' not in draft


def test_open_points_stand_at_their_very_line(tmp_path):
    mapping = MAPPING.replace('[kinds.Cloud]\ninstrument = "purchase_service"', '[kinds.Cloud]\ninstrument = "?"')
    mapping = mapping.replace('loi = "loi"', 'loi = "?"')
    with pytest.raises(InputError) as caught:
        imported(tmp_path, mapping=mapping)
    lines = mapping.split("\n")
    at = [(p.where.line, p.where.column) for p in caught.value.problems]
    assert [(lines[line - 1], lines[line - 1][column - 1 :]) for line, column in at] == [
        ('instrument = "?"', '"?"'),
        ('loi = "?"', '"?"'),
    ]
