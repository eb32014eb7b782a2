"""Which column of a stranger's payments table plays which role.

A name is taken over only when it can mean one thing: two columns that both look like the payer are refused with the
`--columns` line to write. Nothing is guessed from contents.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from kanryu.core.problems import Place, Problem, problem

ROLES = ("src", "dst", "t", "amount", "id", "currency", "instrument")
REQUIRED = ("src", "dst", "t")
_KNOWN_NAMES: dict[str, tuple[str, ...]] = {
    "src": ("source", "from", "payer", "sender", "from_account", "sender_account", "orig", "nameorig",
            "支払元", "支払人"),
    "dst": ("target", "to", "payee", "receiver", "recipient", "to_account", "receiver_account", "beneficiary",
            "namedest", "支払先", "受取人"),
    "t": ("time", "timestamp", "date", "datetime", "day", "日付", "日時"),
    "amount": ("value", "amount_minor", "金額"),
    "id": ("tx_id", "transaction_id", "payment_id", "row_id"),
    "currency": ("ccy", "通貨"),
    "instrument": (),
}  # fmt: skip


def assign_roles(
    header: Sequence[str], chosen: Mapping[str, str], file: str, problems: list[Problem]
) -> dict[str, str]:
    """Role -> column name; what is missing or ambiguous becomes a problem.

    Parameters
    ----------
    header : names of the columns, as they stand in the file
    chosen : role -> column name, as the user said
    """
    where = Place(file=file, line=1, column=1)
    found: dict[str, str] = {}
    repeated = sorted({name for name in header if list(header).count(name) > 1}) if len(header) < 5000 else []
    for name in repeated:
        problems.append(problem("payments-column-twice", "error", where, "payments.column_twice", found=name))
    for role, name in chosen.items():
        if role not in ROLES:
            problems.append(
                problem("payments-role", "error", where, "payments.role_unknown", found=role, expected=", ".join(ROLES))
            )
        elif name in header:
            found[role] = name
        else:
            near = difflib.get_close_matches(name, list(header)[:500], n=3, cutoff=0.4)
            shown = ", ".join(near or list(header)[:8])
            problems.append(
                problem("payments-column", "error", where, "payments.column_unknown", found=name, expected=shown)
            )
    if problems:
        return found
    taken = set(found.values())
    plain = {name: name.strip().lower().replace(" ", "_") for name in header}
    for role in ROLES:
        if role in found:
            continue
        exact = [name for name in header if plain[name] == role and name not in taken]
        names = exact or [name for name in header if plain[name] in _KNOWN_NAMES[role] and name not in taken]
        if len(names) == 1:
            found[role] = names[0]
        elif len(names) > 1 and role in (*REQUIRED, "amount"):
            problems.append(
                problem(
                    "payments-column-unclear", "error", where, "payments.column_unclear",
                    role=role, found=", ".join(names), first=names[0],
                )
            )  # fmt: skip
        elif role in REQUIRED:
            shown = ", ".join(list(header)[:8])
            problems.append(
                problem("payments-column-missing", "error", where, "payments.column_missing", role=role, found=shown)
            )
    return found
