"""The market panel: what it says about a small case written here, and as of which day."""

import datetime as dt

import pytest

from kanryu.core.errors import InputError
from kanryu.formats.source import Request, read_case
from kanryu.market.overlay import Era, overlay
from kanryu.market.overlay_case import case_overlays
from kanryu.market.panel import SECTIONS, market_panel
from kanryu.report.market import text

HEAD = "entity,metric,period,fiscal_period,value,unit,known_on,source_url,source_publisher,grade,note\n"


def row(entity, metric, period, value, unit, known):
    return f"{entity},{metric},{period},,{value},{unit},{known},https://example.org/{metric},Example,B,\n"


QUARTERS = [f"{year}Q{q}" for year in (2023, 2024) for q in (1, 2, 3, 4)]


@pytest.fixture
def folder(tmp_path):
    """Two clouds, an index of ten, and shares of two sources of which one was revised."""
    (tmp_path / "kanryu.toml").write_text('currency = "USD"\n[title]\nen = "Small"\nja = "小"\n', encoding="utf-8")
    (tmp_path / "entities.csv").write_text(
        "id,name_en,name_ja,kind,role,country,ticker,cik,note\na,A,A,company,outside,,,,\n"
    )
    (tmp_path / "deals.csv").write_text("deal_id,leg,payer,payee,instrument\n")
    (tmp_path / "events.csv").write_text("deal_id,leg,date,status\n")
    series = tmp_path / "series"
    series.mkdir()
    lines = [HEAD]
    for i, quarter in enumerate(QUARTERS):
        known = f"{int(quarter[:4]) + (quarter[5] == '4')}-{[5, 8, 11, 2][int(quarter[5]) - 1]:02d}-01"
        for name, spent, earned in (("A", 100 + 50 * i, 400), ("B", 10 * (i + 1), 50)):
            lines.append(row(name, "capex", quarter, spent, "USD million", known))
            lines.append(row(name, "cash", quarter, earned, "USD million", known))
    (series / "money.csv").write_text("".join(lines))
    lines = [HEAD]
    for year, index, one, two in ((2020, 1000, 100, 50), (2022, 1100, 130, 60), (2024, 2200, 600, 200)):
        for name, value in (("Index", index), ("One", one), ("Two", two), ("Both", one + two)):
            lines.append(row(name, "cap", year, value, "USD billion", f"{year + 1}-01-10"))
    (series / "caps.csv").write_text("".join(lines))
    lines = [
        HEAD,
        row("S", "share", "2023", 30, "percent", "2024-01-15"),
        row("S", "share", "2023", 33, "percent", "2024-06-15"),
        row("S", "share", "2024", 50, "percent", "2025-01-15"),
        row("T", "share", "2024", 44, "percent", "2025-03-15"),
    ]
    (series / "shares.csv").write_text("".join(lines))
    (tmp_path / "market.toml").write_text(CHOICES, encoding="utf-8")
    return tmp_path


CHOICES = """
[[line]]
id = "growth"
kind = "investment_growth"
section = "investment"
title_en = "Growth"
title_ja = "伸び"
series = "money"
parts = [["A", "capex"], ["B", "capex"]]
claim = "B13"
said_en = "as in 1999"
said_ja = "1999年並み"

[[line]]
id = "funding"
kind = "investment_funding"
section = "investment"
series = "money"
parts = [["A", "capex"], ["B", "capex"]]
cash = [["A", "cash"], ["B", "cash"]]

[[line]]
id = "top"
kind = "concentration"
section = "concentration"
series = "caps"
index = "Index"
metric = "cap"
members = ["One", "Two"]
index_members = 30

[[line]]
id = "gain"
kind = "attribution"
section = "attribution"
series = "caps"
metric = "cap"
index = "Index"
group = "Both"
group_size = 2
from = "2022"

[[line]]
id = "share"
kind = "published"
section = "venture"
of = [{series = "shares", entity = "S", metric = "share"}, {series = "shares", entity = "T", metric = "share"}]
"""


def lines_of(folder, day=None):
    case = read_case(Request(target=str(folder)))
    date = dt.date.fromisoformat(day) if day else None
    panel = market_panel(case, true_by=date, known_by=date)
    return {line.id: line for line in panel.lines}, panel


def part(line, label):
    return next(p for p in line.parts if p.label == label)


def test_worked_by_hand(folder):
    lines, _ = lines_of(folder)
    # A: 100..450, B: 10..80; a year to 2024Q4: 1500 + 260, to 2023Q4: 700 + 100
    assert part(lines["growth"], "spent_year").value.central == pytest.approx(1760e6)
    assert lines["growth"].value.central == pytest.approx(1760 / 800 - 1)
    assert lines["funding"].value.central == pytest.approx(1760 / 1800)
    assert (lines["funding"].value.low, lines["funding"].value.high) == pytest.approx((1500 / 1600, 260 / 200))
    assert part(lines["funding"], "gap").value.central == pytest.approx(0)
    assert lines["top"].value.central == pytest.approx(800 / 2200)
    limits = part(lines["top"], "hhi").value
    known, rest = (600 / 2200) ** 2 + (200 / 2200) ** 2, 1400 / 2200
    assert limits.low == pytest.approx(known + rest**2 / 28)
    assert limits.high == pytest.approx(known + 7 * (200 / 2200) ** 2)
    assert lines["gain"].value.central == pytest.approx((800 - 190) / (2200 - 1100))
    assert part(lines["gain"], "start_weight").value.central == pytest.approx(190 / 1100)
    earlier = lines["gain"].compare[0]
    assert (earlier.when, earlier.value.central) == ("2020 – 2022", pytest.approx(40 / 100))
    assert (lines["share"].value.low, lines["share"].value.central, lines["share"].value.high) == (0.44, 0.5, 0.5)


def test_nothing_published_later_is_used(folder):
    lines, panel = lines_of(folder, "2024-12-31")
    assert lines["funding"].when == "2024Q3"  # the fourth quarter was published in February
    assert lines["growth"].why_missing == "market.not_known_yet"  # no year before to compare with
    assert lines["top"].when == "2022"
    assert lines["gain"].value is None
    assert lines["gain"].why_missing == "market.not_known_yet"
    assert lines["share"].value.central == 0.33
    assert panel.not_yet > 0
    before, _ = lines_of(folder, "2024-03-31")
    assert before["share"].value.central == 0.30  # the first print, not the later one
    assert before["share"].value.high == 0.30


def test_a_later_publication_never_changes_an_earlier_day(folder):
    _, before = lines_of(folder, "2024-03-31")
    with open(folder / "series" / "shares.csv", "a", encoding="utf-8") as file:
        file.write(row("S", "share", "2023", 99, "percent", "2026-01-15"))
    _, after = lines_of(folder, "2024-03-31")
    assert before.lines == after.lines


def test_every_line_has_a_range_a_source_and_words(folder):
    _, panel = lines_of(folder)
    for lang in ("en", "ja"):
        shown = text(panel, lang, title="Small", details=True)
        assert " market." not in shown
        assert "bubble: yes" not in shown.lower()
    assert all(line.sources for line in panel.lines)
    assert "1999年並み" in text(panel, "ja")


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("[[line]\n", "cannot be read"),
        ('[[line]]\nid = "x"\nkind = "nothing"\n', "kind"),
        ('[[line]]\nid = "x"\nkind = "belief"\nseries = "money"\n', "lacks entity"),
        (
            '[[line]]\nid = "x"\nkind = "published"\nof = [{series = "no", entity = "S", metric = "share"}]\n',
            "no series",
        ),
        ('[[line]]\nid = "x"\nkind = "published"\nof = 3\n', "cannot be used"),
        ("line = 3\n", "cannot be read"),
    ],
)
def test_a_broken_choice_is_named(folder, broken, message):
    (folder / "market.toml").write_text(broken, encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        lines_of(folder)
    assert caught.value.hint("ja")


def test_a_case_without_choices_says_what_to_do(folder):
    (folder / "market.toml").unlink()
    with pytest.raises(InputError, match=r"no market\.toml"):
        lines_of(folder)


@pytest.mark.parametrize("name", ["ai", "telecom"])
def test_built_in_cases_have_every_line(name):
    case = read_case(Request(target=name))
    panel = market_panel(case)
    assert {line.section for line in panel.lines} <= set(SECTIONS)
    answered = [line for line in panel.lines if line.value is not None or line.is_running is not None]
    assert len(answered) >= len(panel.lines) - 2  # two shares of which the case lacks the whole
    for lang in ("en", "ja"):
        assert " market." not in text(panel, lang, details=True)


def test_the_ai_case_holds_what_is_published():
    """Nasdaq -77.9 % by daily closes; the claim of 75 % needs a start weight of 29.3 %; 9.2m of 1.1bn is known."""
    lines = {line.id: line for line in market_panel(read_case(Request(target="ai"))).lines}
    daily = next(p for p in lines["drawdown_nasdaq"].compare if p.label == "daily_closes")
    assert daily.value.central == pytest.approx(-0.7793)
    assert part(lines["share_of_return"], "needed_weight").value.central == pytest.approx(0.293, abs=5e-4)
    short = lines["burry"]
    assert (short.value.low, short.value.high) == (pytest.approx(9.2e6), None)
    assert part(short, "notional").value.central == pytest.approx(1098.7e6)
    early = market_panel(read_case(Request(target="ai")), known_by=dt.date(2024, 6, 30))
    assert {line.id: line for line in early.lines}["burry"].value is None


def test_telecom_stops_at_its_cut_off():
    panel = market_panel(read_case(Request(target="telecom")))
    assert panel.known_by == dt.date(2000, 12, 31)
    for line in panel.lines:
        for period in (line.when, *(p.when for p in line.parts), *(p.when for p in line.compare)):
            assert "2001" not in period, line.id
            assert "2002" not in period, line.id


@pytest.mark.parametrize("day", ["1900-01-01", "1994-03-31", "1994-12-31", "2015-03-31", "2022-06-30"])
@pytest.mark.parametrize("name", ["ai", "telecom"])
def test_any_day_gives_a_panel(name, day):
    """Before anything was published every line says so; no day raises, none leaves a sentence unfilled."""
    date = dt.date.fromisoformat(day)
    panel = market_panel(read_case(Request(target=name)), true_by=date, known_by=date)
    for lang in ("en", "ja"):
        shown = text(panel, lang, details=True)
        assert "{" not in shown
    if day == "1900-01-01":
        valued = {line.id for line in panel.lines if line.value is not None}
        assert valued == ({"explosive_price_dividend", "cape"} if name == "ai" else set())


def test_overlays_by_several_clocks():
    one = Era(name="a", labels=("1998", "1999", "2000", "2001"), values=(1, 2, 4, 1), start="1998", share=(1, 2, 3, 4))
    two = Era(name="b", labels=("2022", "2023", "2024"), values=(10, 20, 30), start="2023", share=(1, 1, 3))
    by_start = overlay([one, two], clock="start", base="clock").eras
    assert by_start[0].steps == (0, 1, 2, 3)
    assert by_start[1].values == (0.5, 1.0, 1.5)
    by_peak = overlay([one, two], clock="peak").eras
    assert (by_peak[0].zero, by_peak[1].zero) == ("2000", "2024")
    by_share = overlay([one, two], clock="share", threshold=3)
    assert [era.zero for era in by_share.eras] == ["2000", "2024"]
    assert overlay([one, two], clock="share", threshold=4).missing == ("b",)


def test_built_in_overlays():
    found = {one.id: one for one in case_overlays(read_case(Request(target="ai")))}
    start = {era.name: era for era in found["nasdaq"].by_clock["start"].eras}
    assert start["2015-2025"].zero == "2022-11"
    assert start["2015-2025"].values[-start["2015-2025"].steps[0]] == 1.0
    early = case_overlays(read_case(Request(target="ai")), known_by=dt.date(2023, 6, 30), true_by=dt.date(2023, 6, 30))
    assert early[0].by_clock["start"].eras[1].labels[-1] == "2023-06"


def test_an_era_that_has_not_fallen_has_an_assumed_peak():
    found = {one.id: one for one in case_overlays(read_case(Request(target="ai")))}
    assert found["nasdaq"].peak_is_assumed == ("2015-2025",)  # the other fell by three quarters
    assert found["nasdaq"].starts["2015-2025"]["en"] == "ChatGPT"
    assert set(found["nasdaq"].no_share) == {"1994-2004", "2015-2025"}


def test_the_share_clock_reads_a_series_of_the_case(folder):
    (folder / "series" / "gdp.csv").write_text(
        HEAD
        + "".join(row("us", "share", q, v, "percent", "2025-03-01") for q, v in zip(QUARTERS[2:], (1, 2, 3, 2, 4, 5))),
        encoding="utf-8",
    )
    (folder / "series" / "index.csv").write_text(
        HEAD + "".join(row("us", "level", q, 100 + i, "index", "2025-03-01") for i, q in enumerate(QUARTERS)),
        encoding="utf-8",
    )
    with (folder / "market.toml").open("a", encoding="utf-8") as out:
        out.write(
            '\n[[overlay]]\nid = "by_share"\nclocks = ["share"]\nthreshold = 0.03\n[[overlay.era]]\nname = "now"\n'
            'series = "index"\nentity = "us"\nmetric = "level"\nshare_series = "gdp"\nshare_metric = "share"\n'
        )
    (found,) = (one for one in case_overlays(read_case(Request(target=str(folder)))) if one.id == "by_share")
    assert found.by_clock["share"].eras[0].zero == "2024Q1"  # first quarter at 3 %; none before the share begins
    assert found.no_share == ()


def test_excess_yield_in_the_ai_case():
    case = read_case(Request(target="ai"))
    line = next(one for one in market_panel(case).lines if one.id == "excess_cape_yield")
    assert line.when == "2023-09"
    assert line.value.central == pytest.approx(0.01873, abs=1e-4)
    assert {part.when: round(part.value.central, 4) for part in line.compare}["2000-03"] == -0.0105
    early = market_panel(case, known_by=dt.date(2022, 6, 30), true_by=dt.date(2022, 6, 30))
    assert next(one for one in early.lines if one.id == "excess_cape_yield").when == "2021-11"
