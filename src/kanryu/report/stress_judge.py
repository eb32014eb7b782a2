"""The telecom judgement in words, and the command that writes it into the documents.

`python -m kanryu.report.stress_judge docs` replaces the part between the two markers in `docs/*/stress.md`.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from kanryu.core.words import say
from kanryu.report.numbers import interval, money, share, share_range
from kanryu.stress.judge import Judgement, judge

BEGIN, END = "<!-- judge: begin -->", "<!-- judge: end -->"


def text(result: Judgement, names: dict[str, str], lang: str) -> str:
    """What was to be said on that day, as a list."""

    def name(who: str) -> str:
        if who.startswith("customers:"):
            return say(lang, "stress.unnamed_customers", name=names.get(who.partition(":")[2], who))
        return names.get(who, who)

    vendor = name(result.vendor)
    reserve = money(result.reserve, lang)
    lines = [
        say(lang, "stress.judge_head", day=result.day, year=result.year, vendor=vendor),
        "",
        "1. "
        + say(
            lang,
            "stress.judge_hole",
            vendor=vendor,
            drawn=interval(result.drawn, lang),
            hole=interval(result.hole, lang),
            reserve=reserve,
            receipts=interval(result.receipts_lost, lang),
        ),
        "2. " + say(lang, "stress.judge_names"),
    ]
    for item in result.names[:6]:
        owed = interval(item.owed, lang) if item.owed else say(lang, "numbers.unknown")
        draws = interval(item.to_draw, lang) if item.to_draw else "-"
        lines.append("   - " + say(lang, "stress.judge_name", name=name(item.id), owed=owed, draws=draws))
    lines.append("3. " + say(lang, "stress.judge_next", vendor=vendor))
    for lender in result.next[:6]:
        known = interval(lender.owed, lang) if (lender.owed.high or 0) > 0 else say(lang, "numbers.unknown")
        shared = ", ".join(name(who) for who in lender.shared)
        lines.append(
            "   - "
            + say(lang, "stress.judge_lender", name=name(lender.id), owed=known, shared=shared, count=lender.unknown)
        )
    lines.append("4. " + say(lang, "stress.judge_revenue", year=result.year))
    for vendor_revenue in result.revenue:
        change = vendor_revenue.change
        if change is None or change.low > -0.0005:
            told = say(lang, "stress.judge_no_revenue")
        else:
            low = share(max(0.0, -(change.high or 0.0)), lang)
            told = f"{'' if low == '0%' else '-'}{low} … -{share(-change.low, lang)}"
        lines.append(f"   - {name(vendor_revenue.id)}: {told}")
    if result.financed_share is not None:
        part = share_range(result.financed_share.low, result.financed_share.high, lang)
        lines.append("5. " + say(lang, "stress.judge_financed", share=part))
    return "\n".join(lines)


def write(folder: Path) -> list[Path]:
    """Write the judgement of Lucent on 31 December 2000 between the markers of `LANG/stress.md`."""
    from kanryu.formats.source import Request, read_case

    case = read_case(Request(target="telecom"))
    result = judge(case, "lucent", dt.date(2000, 12, 31))
    written = []
    for lang in ("en", "ja"):
        names = {entity.id: entity.name_en if lang == "en" else entity.name_ja for entity in case.entities}
        path = folder / lang / "stress.md"
        page = path.read_text(encoding="utf-8")
        before, rest = page.split(BEGIN, 1)
        after = rest.split(END, 1)[1]
        path.write_text(f"{before}{BEGIN}\n{text(result, names, lang)}\n{END}{after}", encoding="utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    for changed in write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs")):
        print(changed)
