"""Hostile case folders: one sound case, and what a user, a spreadsheet or an enemy can make of it."""

import gzip
from pathlib import Path

DEAL_COLUMNS = (
    "deal_id", "leg", "payer", "payee", "instrument", "amount_low_usd", "amount_central_usd", "amount_high_usd",
    "basis", "amount_note", "start", "end", "is_cancelable", "is_contingent", "is_funded", "replaces", "part_of",
    "conditions", "description",
)  # fmt: skip
EVENT_COLUMNS = (
    "deal_id", "leg", "date", "known_on", "status", "amount_usd", "basis", "what", "source_url", "source_publisher",
    "source_date", "grade",
)  # fmt: skip
TABLES = {
    "kanryu.toml": 'title = {en = "Small", ja = "小さな案件"}\ncurrency = "USD"\n',
    "entities.csv": """id,name_en,name_ja,kind,role,is_aggregate,note
nvidia,NVIDIA,エヌビディア,chip_vendor,chips,,
openai,OpenAI,オープンエーアイ,lab,labs,,
oracle,Oracle,オラクル,hyperscaler,clouds,,
fund,Fund,ファンド,investor,capital,,
""",
    "deals.csv": ",".join(DEAL_COLUMNS)
    + """
round,1,nvidia,openai,equity,10000000000,10000000000,10000000000,total,,2025-09,2026,,,,,,,Nvidia invests
cloud,1,openai,oracle,purchase_service,9000000000,9000000000,12000000000,total,,2025-10,2030,,,,,,,OpenAI rents
chips,1,oracle,nvidia,purchase_goods,8000000000,8000000000,8000000000,total,,2025-11,2026,,,,,,,Oracle buys
seed,1,fund,openai,equity,1000000000,,2000000000,total,,2025,,,,,,,,Fund invests
""",
    "events.csv": ",".join(EVENT_COLUMNS)
    + """
round,1,2025-09-22,2025-09-22,signed,10000000000,total,signed,https://example.org/a,Paper,2025-09-22,B
round,1,2025-10-02,2025-10-02,paid_part,4000000000,total,paid,https://example.org/b,Paper,2025-10-02,B
cloud,1,2025-10-10,2025-10-10,signed,9000000000,total,signed,https://example.org/c,Paper,2025-10-10,B
cloud,1,2025-11-01,2025-11-01,paid_part,3000000000,total,paid,https://example.org/d,Paper,2025-11-01,B
chips,1,2025-11-10,2025-11-10,signed,8000000000,total,signed,https://example.org/e,Paper,2025-11-10,B
chips,1,2025-11-20,2025-11-20,paid_part,2000000000,total,paid,https://example.org/f,Paper,2025-11-20,B
seed,1,2025-06-01,2025-06-01,announced,1000000000,total,announced,https://example.org/g,Paper,2025-06-01,B
""",
    "stakes.csv": """owner,issuer,pct,shares,as_of,known_on,source_url
nvidia,openai,5,,2025-12-31,2026-01-15,https://example.org/h
""",
    "figures.csv": """entity,metric,period,value,unit,known_on,source_url,source_publisher,grade,note
openai,revenue,2025,13000000000,USD,2026-01-15,https://example.org/i,Paper,B,
oracle,revenue,2025,57000000000,USD,2026-01-15,https://example.org/j,Paper,B,
nvidia,revenue,2025,200000000000,USD,2026-01-15,https://example.org/k,Paper,B,
""",
}


def write_case(folder: Path, changed=None) -> Path:
    """The sound case with some files replaced: text, bytes, None (missing) or "folder"."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**TABLES, **(changed or {})}.items():
        path = folder / name
        if text is None:
            continue
        if text == "folder":
            path.mkdir()
        elif isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text, encoding="utf-8", newline="", errors="surrogatepass")
    return folder


def swap(table: str, old: str, new: str) -> dict:
    """One cell or word replaced in one table; it must be there."""
    assert old in TABLES[table], (table, old)
    return {table: TABLES[table].replace(old, new, 1)}


def lines(table: str, change) -> dict:
    """Every line of one table through a function."""
    return {table: "\n".join(change(line) for line in TABLES[table].split("\n"))}


def renamed(new: str) -> dict:
    """The id openai written otherwise in every table."""
    return {name: text.replace("openai", new) for name, text in TABLES.items() if name.endswith(".csv")}


DEALS, EVENTS, ENTITIES = TABLES["deals.csv"], TABLES["events.csv"], TABLES["entities.csv"]
HOSTILE = {
    "empty tables": dict.fromkeys(TABLES, ""),
    "empty deals": {"deals.csv": ""},
    "only headers": {name: text.split("\n")[0] + "\n" for name, text in TABLES.items() if name.endswith(".csv")},
    "blank lines": {"deals.csv": "\n\n\n"},
    "binary deals": {"deals.csv": bytes(range(256)) * 40},
    "workbook named csv": {"deals.csv": b"PK\x03\x04" + bytes(200)},
    "gzip named csv": {"events.csv": gzip.compress(EVENTS.encode())},
    "nul bytes": {"entities.csv": ENTITIES.replace("nvidia", "nv\x00idia", 1)},
    "utf-16": {"deals.csv": DEALS.encode("utf-16")},
    "latin-1": {"entities.csv": ENTITIES.replace("Oracle", "Or\u00e4cle").encode("latin-1", "replace")},
    "shift_jis": {"entities.csv": ENTITIES.encode("cp932")},
    "carriage returns only": {"deals.csv": DEALS.replace("\n", "\r")},
    "mixed line ends": {"events.csv": EVENTS.replace("\n", "\r\n", 3)},
    "quote never closed": swap("deals.csv", "round,1", '"round,1'),
    "quotes everywhere": {"deals.csv": DEALS.replace(",", '","')},
    "semicolons": {"deals.csv": DEALS.replace(",", ";")},
    "a hundred thousand columns": {"deals.csv": ",".join(f"c{i}" for i in range(100_000)) + "\n"},
    "a cell of a million characters": swap("deals.csv", "Nvidia invests", "x" * 1_000_000),
    "a row cut short": swap("deals.csv", "service,9000000000,9000000000,12000000000,total", "service"),
    "too many cells": swap("deals.csv", "Nvidia invests", "Nvidia, invests, a, lot"),
    "columns missing": {"deals.csv": "\n".join(line.split(",", 3)[-1] for line in DEALS.split("\n"))},
    "columns twice": {"deals.csv": DEALS.replace("payee", "payer", 1)},
    "deals missing": {"deals.csv": None},
    "all missing": dict.fromkeys(TABLES),
    "deals is a folder": {"deals.csv": "folder"},
    "toml is a folder": {"kanryu.toml": "folder"},
    "toml broken": {"kanryu.toml": 'title = "'},
    "toml of wrong types": {"kanryu.toml": "title = 3\ncurrency = [1]\nnotes = true\n"},
    "toml deep": {"kanryu.toml": "a = " + "[" * 5000},
    "currency of nowhere": {"kanryu.toml": 'currency = "<script>"\n'},
    "huge number": swap("deals.csv", "10000000000,10000000000,10000000000", "1e400,1e400,1e400"),
    "large number": swap("deals.csv", "10000000000,10000000000,10000000000", "9" * 40 + ",,"),
    "exact limit": swap("deals.csv", "10000000000,10000000000,10000000000", "1000000000000000,,"),
    "tiny fraction": swap("deals.csv", "9000000000,9000000000,12000000000", "0.000000000000000000000001,,"),
    "many decimals": swap("events.csv", "4000000000", "4000000000.123456789123456789"),
    "nan and infinity": swap("deals.csv", "10000000000,10000000000,10000000000", "nan,inf,-inf"),
    "negative": swap("deals.csv", "10000000000,10000000000,10000000000", "-5,-5,-5"),
    "words as numbers": swap("deals.csv", "10000000000,10000000000,10000000000", "ten,billion,dollars"),
    "formula": swap("deals.csv", "Nvidia invests", "=cmd|'/C calc'!A0"),
    "formula as amount": swap("deals.csv", "10000000000,10000000000,10000000000", "=1+1,@SUM(A1),+3"),
    "fullwidth digits": swap("deals.csv", "10000000000,10000000000,10000000000", "１０,１０,１０"),
    "low above high": swap("deals.csv", "9000000000,9000000000,12000000000", "12000000000,9000000000,1"),
    "zero": swap("deals.csv", "10000000000,10000000000,10000000000", "0,0,0"),
    "every amount unknown": lines("deals.csv", lambda line: line.replace("000000000", "")),
    "year 0": swap("events.csv", "2025-09-22,2025-09-22,signed", "0000-01-01,0000-01-01,signed"),
    "year 9999": swap("events.csv", "2025-09-22,2025-09-22,signed", "9999-12-31,9999-12-31,signed"),
    "year 2200": swap("events.csv", "2025-09-22,2025-09-22,signed", "2200-12-31,2200-12-31,signed"),
    "30 February": swap("events.csv", "2025-10-02,2025-10-02,paid", "2025-02-30,2025-02-30,paid"),
    "six hundred years": swap("deals.csv", "2025-10,2030", "1600,2200"),
    "end before start": swap("deals.csv", "2025-10,2030", "2030,2025"),
    "self payment": swap("deals.csv", "round,1,nvidia,openai", "round,1,openai,openai"),
    "only self payments": lines("deals.csv", lambda line: line.replace("openai,oracle", "openai,openai")),
    "unknown entity": swap("deals.csv", "round,1,nvidia", "round,1,nobody"),
    "no entity": {"entities.csv": ENTITIES.split("\n")[0] + "\n"},
    "same entity twice": {"entities.csv": ENTITIES + ENTITIES.split("\n")[1] + "\n"},
    "same leg twice": {"deals.csv": DEALS + DEALS.split("\n")[1] + "\n"},
    "cyclic replaces": swap("deals.csv", ",,,,,,,Nvidia invests", ",,,cloud:1,,,Nvidia invests")
    | {"deals.csv": DEALS.replace(",,,,,,,Nvidia invests", ",,,,cloud:1,,,Nvidia invests", 1)
       .replace(",,,,,,,OpenAI rents", ",,,,round:1,,,OpenAI rents", 1)},
    "cyclic parts": {"deals.csv": DEALS.replace(",,,,,,,Nvidia invests", ",,,,,cloud:1,,Nvidia invests", 1)
                     .replace(",,,,,,,OpenAI rents", ",,,,,chips:1,,OpenAI rents", 1)
                     .replace(",,,,,,,Oracle buys", ",,,,,round:1,,Oracle buys", 1)},
    "replaces itself": {"deals.csv": DEALS.replace(",,,,,,,Nvidia invests", ",,,,round:1,,,Nvidia invests", 1)},
    "reference to nothing": swap("deals.csv", ",,,,,,,Nvidia", ",,,,none:7,nil:8,,Nvidia"),
    "right-to-left mark": {"entities.csv": ENTITIES.replace("nvidia", "nvi\u202edia", 1)},
    "homoglyph": {"entities.csv": ENTITIES.replace("openai", "\u043epenai", 1)},
    "terminal codes": swap("deals.csv", "Nvidia invests", "\x1b[2J\x1b]0;owned\x07 Nvidia invests"),
    "html": swap("entities.csv", "NVIDIA", "<script>alert(1)</script>"),
    "braces": swap("deals.csv", "Nvidia invests", "{0} {found} {__class__} %s %(x)s"),
    "braces in ids": renamed("{openai}"),
    "brackets in ids": renamed("[red]openai[/]"),
    "emoji": renamed("\U0001f916\u200d\U0001f4b8"),
    "stake of 5000 percent": swap("stakes.csv", "openai,5,", "openai,5000,"),
    "unknown words": {"deals.csv": DEALS.replace("equity", "shares"), "events.csv": EVENTS.replace("signed", "done")},
    "events of nothing": {"events.csv": EVENTS.replace("round", "rounds")},
    "events without leg": {"events.csv": EVENTS.replace(",1,2025", ",,2025")},
    "no events": {"events.csv": EVENTS.split("\n")[0] + "\n"},
    "figures without numbers": lines("figures.csv", lambda line: line.replace("000000000", "")),
    "a lone surrogate": {"deals.csv": DEALS.encode().replace(b"Nvidia invests", b"\xed\xa0\x80")},
}  # fmt: skip
