"""A draft mapping for a table never seen before: what the column names say by themselves is filled in, what only a
person can know is a "?", and an import refuses it until it is answered.
"""

from __future__ import annotations

import json
import re
from collections import Counter

from kanryu.formats.stranger_legs import slug
from kanryu.formats.stranger_rows import is_total, names_several
from kanryu.formats.stranger_table import StrangerRow, StrangerTable
from kanryu.formats.stranger_words import KINDS, PAIRS, ROLES, STATUSES, UNIT_WORDS

_CURRENCY = re.compile(r"\b(usd|eur|gbp|jpy|cny|krw|cad|aud)\b|us\$|(\$)|(€)|(£)|(ドル)|(円)|(ユーロ)", re.I)
MOST_WORDS = 60


def draft(table: StrangerTable) -> str:
    """The text of a draft mapping, with "?" where only a person can say."""
    roles = _roles(table)
    currency = _currency(table, roles)
    lines = [
        f'# Mapping of {table.file} ({len(table.rows)} rows). Answer every "?"; an import refuses what is open.',
        '# A stake value, a run rate or an accounting entry is no payment: leave_out = "why".',
        "",
        "[case]",
        f"title = {_quoted(table.file.rsplit('.', 1)[0])}",
        f"currency = {_quoted(currency if len(currency) == 3 else 'USD')}  # the currency of the case",
        *_rows(table, roles),
        "",
        "[columns]  # our word = the table's column",
        *(f"{role} = {_quoted(column)}" for role, column in roles.items() if role not in ("payer", "payee")),
    ]
    unused = [c for c in table.columns if c and c not in roles.values()]
    if unused:
        lines.append("# not used: " + ", ".join(unused[:30]))
    if any(role.startswith("amount") for role in roles):
        lines += ["", *_amount(table, roles)]
    lines += ["", *_dates(table, roles)]
    lines += ["", *_kinds(table, roles)]
    if "status" in roles:
        lines += [
            "",
            "[statuses]  # rumoured announced loi signed amended completed paid_part paid_full cancelled lapsed ...",
        ]
        lines += [
            f"{_quoted(word)} = {_quoted(_status(word))}  # {count} rows"
            for word, count in _words(table, roles["status"])
        ]
    if "basis" in roles:
        lines += ["", "[bases]  # total per_year run_rate stake_value contingent in_kind non_cash unknown"]
        lines += [
            f"{_quoted(word)} = {_quoted(_basis(word))}  # {count} rows"
            for word, count in _words(table, roles["basis"])
        ]
    lines += ["", "[entities]  # the table's name = our id; join names of one company, name groups of several"]
    for name in _parties(table, roles):
        several = names_several(name)
        note = "  # several parties: split the row, or name the group" if several else ""
        lines.append(f"{_quoted(name)} = {_quoted('?' if several else slug(name))}{note}")
    kinds = "investor lender lab hyperscaler neocloud chip_vendor vendor carrier adopter"
    lines += ["", f"[entity_kinds]  # optional, our id = one of: {kinds} ..."]
    return "\n".join(lines) + "\n"


def _rows(table: StrangerTable, roles: dict[str, str]) -> list[str]:
    """Whether rows are deals or steps of deals: asked where several rows have the same parties and kind."""
    parties = [roles[role] for role in ("payer", "payee", "kind") if role in roles]
    deals = _deals(table)
    if "deal" in roles:
        lacking = [row for row in deals if not row.cells.get(roles["deal"], "").strip()]
        if not lacking:
            return []
    counts = Counter(tuple(" ".join(row.cells.get(name, "").split()).casefold() for name in parties) for row in deals)
    repeated = sum(count for count in counts.values() if count > 1)
    if not repeated:
        return []
    return [
        "",
        "[table]",
        f"# {repeated} rows share their parties and kind with another row: are they steps of one deal (announced,",
        "# later signed, later paid)? Then name the column that joins them, deal = ... in [columns], not this one.",
        'rows = "?"  # "each a deal", if every row is a deal of its own; else its amounts would be counted twice',
    ]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _fits(pattern: str, column: str) -> bool:
    return re.fullmatch(pattern, " ".join(column.replace("_", " ").split()), re.I) is not None or (
        re.fullmatch(pattern, column, re.I) is not None
    )


def _roles(table: StrangerTable) -> dict[str, str]:
    found: dict[str, str] = {}
    taken: set[str] = set()
    for payer, payee, _about in PAIRS:
        first = next((c for c in table.columns if c and _fits(payer, c)), None)
        second = next((c for c in table.columns if c and c != first and _fits(payee, c)), None)
        if first and second:
            found["payer"], found["payee"] = first, second
            taken |= {first, second}
            break
    for role, pattern in ROLES:
        if role not in found:
            column = next((c for c in table.columns if c and c not in taken and _fits(pattern, c)), None)
            if column:
                found[role] = column
                taken.add(column)
    if "deal" in found:
        words = [row.cells.get(found["deal"], "") for row in table.rows if row.cells.get(found["deal"], "")]
        if len(words) > 1 and len(set(words)) == len(words):  # numbers of rows join nothing
            del found["deal"]
    return found


def _about(table: StrangerTable, roles: dict[str, str]) -> str:
    """What the two party columns are by their names: any, finance, trade or unclear."""
    for payer, payee, about in PAIRS:
        if roles.get("payer") and _fits(payer, roles["payer"]) and _fits(payee, roles["payee"]):
            return about
    return "?"


def _deals(table: StrangerTable) -> list[StrangerRow]:
    return [row for row in table.rows if not is_total(row)]


def _words(table: StrangerTable, column: str) -> list[tuple[str, int]]:
    counts = Counter(" ".join(row.cells.get(column, "").split()) for row in _deals(table))
    return counts.most_common(MOST_WORDS)


def _currency(table: StrangerTable, roles: dict[str, str]) -> str:
    """The currency that the name of the amount's column says, "cell" where another column does, else "?"."""
    if "currency" in roles:
        return "cell"
    match = _CURRENCY.search(_amount_column(roles).replace("_", " "))
    signs = {"$": "?", "€": "EUR", "£": "GBP", "ドル": "USD", "円": "JPY", "ユーロ": "EUR", "us$": "USD"}
    return signs.get(match[0].lower(), match[0].upper()) if match else "?"


def _amount_column(roles: dict[str, str]) -> str:
    return next((roles[role] for role in ("amount", "amount_low", "amount_high") if role in roles), "")


def _amount(table: StrangerTable, roles: dict[str, str]) -> list[str]:
    column = _amount_column(roles)
    texts = [row.cells.get(column, "") for row in table.rows if row.cells.get(column, "")][:500]
    has_words = sum(bool(re.search(r"\d\s?(?:bn|b|m|mn|k|billion|million|億|兆|万)\b", t, re.I)) for t in texts)
    unit = next((name for pattern, name in UNIT_WORDS if re.search(pattern, column.replace("_", " "), re.I)), "")
    if not unit:
        numbers = [float(t.replace(",", "")) for t in texts if re.fullmatch(r"[\d,]{1,20}(?:\.\d+)?", t) and t != ","]
        unit = "cell" if has_words and has_words == len(texts) else "one" if numbers and min(numbers) >= 1e5 else "?"
    lines = [
        "[amount]",
        f"unit = {_quoted(unit)}  # one thousand million billion trillion 万 億 兆, or cell: each cell says it",
        f"currency = {_quoted(_currency(table, roles))}  # of cells that do not say theirs, or cell: each cell says it",
    ]
    comma = sum(bool(re.search(r"\d,\d{1,2}(?!\d)", t)) for t in texts)
    if comma:
        lines.append('decimal = "?"  # "." or ","')
    codes = (
        sorted({row.cells.get(roles["currency"], "") for row in table.rows} - {"", "USD"})
        if "currency" in roles
        else []
    )
    for code in codes[:20]:
        lines += ["", f"[rates.{_quoted(code)}]", 'rate = "?"  # USD for one', 'source = "?"']
    return lines


def _dates(table: StrangerTable, roles: dict[str, str]) -> list[str]:
    lines = ["[dates]"]
    texts = [row.cells.get(roles.get("date", ""), "") for row in _deals(table)]
    slashed = [t for t in texts if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}", t)]
    if slashed:
        mark = slashed[0][re.search(r"\D", slashed[0]).start()]  # type: ignore[union-attr]
        lines.append(
            f'format = "?"  # such as "DD{mark}MM{mark}YYYY" or "MM{mark}DD{mark}YYYY"; a cell says {slashed[0]}'
        )
    if "date" in roles and any(not t for t in texts):
        lines.append('missing = "?"  # leave_out or refuse rows without a date')
    if "date" not in roles:
        return [*lines, "# no column of dates was found: name one in [columns], or give one date in [every_row]"]
    return lines


def _direction(about: str, wanted: str, roles: dict[str, str]) -> tuple[str, str]:
    payer, payee = roles.get("payer", "?"), roles.get("payee", "?")
    if about == "any" or (about == wanted and wanted != "?"):
        return payer, payee
    return "?", "?"


def _kinds(table: StrangerTable, roles: dict[str, str]) -> list[str]:
    about = _about(table, roles)
    parties = ", ".join(filter(None, (roles.get("payer", ""), roles.get("payee", "")))) or "?"
    status = [] if "status" in roles else ['status = "?"  # announced signed completed paid_full ...']
    if "date" not in roles:
        status.append('date = "?"  # such as 2025-10, for all rows')
    if "kind" not in roles:
        payer, payee = _direction(about, about, roles) if about != "?" else ("?", "?")
        return [
            "[every_row]",
            f"payer = {_quoted(payer)}  # the column of who pays: {parties}",
            f"payee = {_quoted(payee)}  # the column of who is paid",
            'instrument = "?"  # equity debt purchase_goods purchase_service lease warrant ...',
            'basis = "?"  # total per_year run_rate stake_value contingent in_kind non_cash',
            *status,
        ]
    lines = ["[every_row]", *status, ""] if status else []
    for word, count in _words(table, roles["kind"]):
        found = next(((i, w) for pattern, i, w in KINDS if re.search(pattern, word, re.I)), ("?", "?"))
        lines += [f"[kinds.{_quoted(word)}]  # {count} rows"]
        if found[0] == "" and word:
            lines += [f"leave_out = {_quoted(found[1])}", *_aside(word), ""]
            continue
        payer, payee = _direction(about, found[1], roles) if found[1] != "?" else ("?", "?")
        lines += [
            f"payer = {_quoted(payer)}  # {parties}",
            f"payee = {_quoted(payee)}",
            f"instrument = {_quoted(found[0])}",
        ]
        if "basis" not in roles:
            known = {"warrant": "contingent", "guarantee_backstop": "contingent", "credits_in_kind": "in_kind"}
            lines.append(f"basis = {_quoted(known.get(found[0], '?'))}")
        lines.append("")
    return lines[:-1]


def _aside(word: str) -> list[str]:
    """How a row of what a holding is worth can be kept without being a payment."""
    if not re.search(r"stake|holding|fair value|持分|評価額", word, re.I):
        return []
    return ['# or keep it as a reported figure: as = "figure", entity = "<column>", metric = "stake_fair_value"']


def _status(word: str) -> str:
    return next((status for pattern, status in STATUSES if re.search(pattern, word, re.I)), "?")


def _basis(word: str) -> str:
    for pattern, basis in (
        (r"stake|fair value|valuation|評価", "stake_value"), (r"run|annuali|arr|年率", "run_rate"),
        (r"per year|annual|p\.a|年額|年間", "per_year"), (r"conting|option|条件付", "contingent"),
        (r"kind|現物", "in_kind"), (r"non-?cash|accounting|会計|非現金", "non_cash"),
        (r"\btotal\b|whole|総額", "total"),
    ):  # fmt: skip
        if re.search(pattern, word, re.I):
            return basis
    return "?"


def _parties(table: StrangerTable, roles: dict[str, str]) -> list[str]:
    names: Counter[str] = Counter()
    for role in ("payer", "payee"):
        if role in roles:
            names.update(" ".join(row.cells.get(roles[role], "").split()) for row in _deals(table))
    return sorted(name for name in list(names)[:2000] if name)
