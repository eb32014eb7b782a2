"""The examples of rules as case folders: the tables they leave out are filled in so that nothing else is wrong."""

import csv
import io
import re
from pathlib import Path

_FILE = re.compile(r"^(?P<name>[a-z]+\.(?:csv|toml))\n", re.M)


def parts(example: str) -> dict[str, str]:
    """File name -> text."""
    pieces = _FILE.split(example)
    return dict(zip(pieces[1::2], pieces[2::2]))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def write_example(example: str, folder: Path) -> Path:
    """A case folder with the example's tables and the plainest possible others."""
    files = parts(example)
    deals = rows(files.get("deals.csv", ""))
    names = [row[c] for row in deals for c in ("payer", "payee") if row.get(c)]
    names += [row[c] for row in rows(files.get("stakes.csv", "")) for c in ("owner", "issuer") if row.get(c)]
    names += [row["entity"] for row in rows(files.get("figures.csv", ""))]
    if "entities.csv" not in files:
        lines = [f"{name},{name},{name},other" for name in dict.fromkeys(names)]
        files["entities.csv"] = "\n".join(["id,name_en,name_ja,kind", *lines]) + "\n"
    if "deals.csv" not in files:
        ids = [row["id"] for row in rows(files["entities.csv"])] + ["left", "right"]
        if len(ids) < 4:
            more = "," * (files["entities.csv"].split("\n")[0].count(",") - 3)
            files["entities.csv"] += f"left,left,left,other{more}\nright,right,right,other{more}\n"
        files["deals.csv"] = (
            f"deal_id,leg,payer,payee,instrument,amount_central_usd\nplain,1,{ids[0]},{ids[1]},other,1000000\n"
        )
        deals = rows(files["deals.csv"])
    if "events.csv" not in files:
        keys = dict.fromkeys((row["deal_id"], row.get("leg") or "1") for row in deals)
        lines = [f"{deal},{leg},2025-01-15,announced,https://example.org/{i}" for i, (deal, leg) in enumerate(keys)]
        files["events.csv"] = "\n".join(["deal_id,leg,date,status,source_url", *lines]) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder
