"""Tables of the researcher's door: obligations, outside assets, stakes, guarantees, claims, equity.

Small CSV tables with named columns, read strictly: every fault is a problem with file, line and column. A large clean
file goes through polars; the slow reader is only used to find places when something is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kanryu.core.errors import InputError, NotFound
from kanryu.core.problems import Place, Problem, problem
from kanryu.formats.cells import required
from kanryu.formats.tables import Row, Table, read_csv_table

FAST_FROM = 2_000_000  # bytes
LARGEST = 1e18
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\Z", re.ASCII)
PAYER = ("src", "debtor", "payer", "from")
PAYEE = ("dst", "creditor", "holder", "payee", "to")
AMOUNT = ("amount", "value")
RANK = ("rank", "seniority")
ACCOUNT = ("account", "id", "name", "node", "bank")


class Debts(msgspec.Struct, frozen=True):
    """Rows of an obligations table: payer, payee, amount, rank."""

    src: list[str]
    dst: list[str]
    amount: list[float]
    rank: list[int]
    problems: tuple[Problem, ...] = ()


def _table(path: str, problems: list[Problem]) -> Table:
    """The table in a file, or an error that carries the problems."""
    if not Path(path).is_file():
        raise NotFound(key="stress.file_missing", file=path)
    table = read_csv_table(Path(path), Path(path).stem, problems)
    if table is None or any(found.level == "error" for found in problems):
        raise InputError(key="stress.file_unusable", file=path, problems=problems)
    return table


def _column(table: Table, names: Sequence[str], problems: list[Problem], *, needed: bool = True) -> str:
    """The name under which a table has a column; empty when it has none."""
    for name in names:
        if name in table.columns:
            return name
    if needed:
        place = Place(file=table.where.file, line=1, column=1)
        found = ", ".join(table.columns)
        problems.append(
            problem("column-missing", "error", place, "stress.column_missing", found=found, expected=names[0])
        )
    return ""


def _complain(row: Row, column: str, problems: list[Problem], code: str, key: str, **values: Any) -> None:
    problems.append(problem(code, "error", row.place(column), key, line_text=row.line_text, column=column, **values))


def _amount(row: Row, column: str, problems: list[Problem], *, negative: bool = False) -> float:
    text = required(row, column, problems)
    if not text:
        return 0.0
    plain = text.replace("\u2212", "-")
    if len(plain) > 60 or not _NUMBER.match(plain):
        _complain(row, column, problems, "amount-format", "formats.amount_format", found=text)
        return 0.0
    value = float(plain)
    if not abs(value) <= LARGEST:
        _complain(row, column, problems, "amount-size", "formats.amount_size", found=text, expected=f"{LARGEST:g}")
        return 0.0
    if value < 0 and not negative:
        _complain(row, column, problems, "amount-negative", "stress.cell_negative", found=text)
    return value


def _finish(path: str, problems: list[Problem]) -> None:
    errors = [found for found in problems if found.level == "error"]
    if errors:
        raise InputError(key="stress.file_errors", file=path, count=len(errors), problems=problems)


def read_debts(path: str) -> Debts:
    """An obligations table `src,dst,amount[,rank]`: src owes dst.

    Raises
    ------
    InputError
        With all problems: a missing column, an amount that is empty, negative or no number, an account that owes
        itself, a rank that is not a whole number from 1.
    """
    if Path(path).is_file() and Path(path).stat().st_size >= FAST_FROM:
        fast = _read_debts_fast(path)
        if fast is not None:
            return fast
    problems: list[Problem] = []
    table = _table(path, problems)
    src, dst, amount = (_column(table, names, problems) for names in (PAYER, PAYEE, AMOUNT))
    rank = _column(table, RANK, problems, needed=False)
    _finish(path, problems)
    debts = Debts([], [], [], [])
    for row in table.rows:
        debts.src.append(required(row, src, problems))
        debts.dst.append(required(row, dst, problems))
        debts.amount.append(_amount(row, amount, problems))
        debts.rank.append(_rank(row, rank, problems) if rank else 1)
        if row.get(src) and row.get(src) == row.get(dst):
            _complain(row, dst, problems, "owes-itself", "stress.cell_owes_itself", found=row.get(dst))
    if not table.rows:
        problems.append(problem("file-empty", "error", table.where, "stress.no_rows"))
    _finish(path, problems)
    return debts


def _rank(row: Row, column: str, problems: list[Problem]) -> int:
    text = row.get(column)
    if text.isdecimal() and 1 <= int(text) <= 1000:
        return int(text)
    _complain(row, column, problems, "rank-unknown", "stress.cell_rank", found=text)
    return 1


def _read_debts_fast(path: str) -> Debts | None:
    """The same for a large clean file; None when anything at all is unusual."""
    import polars as pl

    try:
        frame = pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError):
        return None
    frame = frame.rename({name: name.strip().lower() for name in frame.columns})
    found = [next((name for name in names if name in frame.columns), "") for names in (PAYER, PAYEE, AMOUNT)]
    if not all(found):
        return None
    rank = next((name for name in RANK if name in frame.columns), "")
    frame = frame.select(
        pl.col(found[0]).str.strip_chars().alias("src"),
        pl.col(found[1]).str.strip_chars().alias("dst"),
        pl.col(found[2]).str.strip_chars().cast(pl.Float64, strict=False).alias("amount"),
        (pl.col(rank).str.strip_chars().cast(pl.Int64, strict=False) if rank else pl.lit(1)).alias("rank"),
    )
    clean = frame.select(
        (
            (pl.col("src").fill_null("") != "")
            & (pl.col("dst").fill_null("") != "")
            & (pl.col("src") != pl.col("dst"))
            & pl.col("amount").is_between(0.0, 1e18)
            & pl.col("rank").is_between(1, 1000)
        )
        .fill_null(False)
        .all()
    ).item()
    if not clean or not frame.height:
        return None
    src, dst, amount, ranks = (frame[name].to_list() for name in ("src", "dst", "amount", "rank"))
    return Debts(src, dst, amount, ranks)


def read_values(
    path: str, columns: Sequence[str], *, more: Sequence[str] = (), negative: bool = False, positive: bool = False
) -> tuple[dict[str, float], dict[str, float]]:
    """One number per account, and a second one if the table has it: `account,<columns>[,<more>]`.

    Raises
    ------
    InputError
        With all problems: an account twice, a value that is empty, no number, or negative where it cannot be.
    """
    problems: list[Problem] = []
    table = _table(path, problems)
    account, value = _column(table, ACCOUNT, problems), _column(table, columns, problems)
    second = _column(table, more, problems, needed=False) if more else ""
    _finish(path, problems)
    values: dict[str, float] = {}
    others: dict[str, float] = {}
    first_line: dict[str, Row] = {}
    for row in table.rows:
        name = required(row, account, problems)
        if name in first_line:
            _complain(row, account, problems, "account-twice", "stress.cell_account_twice", found=name)
        first_line[name] = row
        values[name] = _amount(row, value, problems, negative=negative)
        if positive and values[name] <= 0:
            _complain(row, value, problems, "equity-positive", "stress.cell_not_positive", found=row.get(value))
        if second:
            others[name] = _amount(row, second, problems)
    _finish(path, problems)
    return values, others


def read_stakes(path: str, known: Sequence[str]) -> list[tuple[str, str, float]]:
    """Stakes `owner,issuer,share` (share of the issuer's equity, 0.2 = 20 %; or a column `pct`).

    Raises
    ------
    InputError
        A negative share, an issuer nobody knows, or stakes in one issuer of 1 or more in all.
    """
    problems: list[Problem] = []
    table = _table(path, problems)
    owner, issuer = _column(table, ("owner", "holder"), problems), _column(table, ("issuer",), problems)
    pct = "pct" if "pct" in table.columns else ""
    share = pct or _column(table, ("share", "stake"), problems)
    _finish(path, problems)
    names = set(known)
    held: dict[str, float] = {}
    rows = []
    for row in table.rows:
        who, of = required(row, owner, problems), required(row, issuer, problems)
        part = _amount(row, share, problems) / (100.0 if pct else 1.0)
        if who and who == of:
            _complain(row, issuer, problems, "stake-own", "stress.cell_stake_own", found=who)
        if of and of not in names:
            near = NotFound(name=of, known=names).near
            _complain(
                row, issuer, problems, "account-unknown", "stress.cell_account_unknown", found=of, near=", ".join(near)
            )
        held[of] = held.get(of, 0.0) + part
        if held[of] >= 1.0 > held[of] - part:
            total = f"{held[of]:.6g}"
            _complain(row, share, problems, "stakes-over-one", "stress.cell_stakes_over_one", found=total, issuer=of)
        rows.append((who, of, part))
    _finish(path, problems)
    return rows


def read_backstops(path: str, debts: Debts) -> list[tuple[str, str, str, float, int]]:
    """Guarantees `guarantor,debtor,creditor,cap,rank`: the guarantor covers the shortfall up to the cap.

    Raises
    ------
    InputError
        No obligation between debtor and creditor, a negative cap, a rank that is missing or no whole number.
    """
    problems: list[Problem] = []
    table = _table(path, problems)
    names = [_column(table, (name,), problems) for name in ("guarantor", "debtor", "creditor", "cap", "rank")]
    _finish(path, problems)
    pairs = set(zip(debts.src, debts.dst))
    rows = []
    for row in table.rows:
        who, debtor, creditor = (required(row, name, problems) for name in names[:3])
        if (debtor, creditor) not in pairs:
            _complain(
                row, names[1], problems, "guarantee-of-nothing", "stress.cell_no_obligation", found=debtor, dst=creditor
            )
        rows.append((who, debtor, creditor, _amount(row, names[3], problems), _rank(row, names[4], problems)))
    _finish(path, problems)
    return rows


def read_claims(path: str) -> list[tuple[str, str, float]]:
    """Claims `holder,debtor,amount` as rows (holder, debtor, amount).

    With columns `src,dst` the direction is the house's: src pays dst, so dst is the holder.
    """
    debts = read_debts(path)
    return list(zip(debts.dst, debts.src, debts.amount))


def read_shocks(texts: Sequence[str]) -> dict[str, float]:
    """`account=1` texts of the command line as numbers.

    Raises
    ------
    UsageError
        A text that is not name=number.
    """
    from kanryu.core.errors import UsageError

    shocks: dict[str, float] = {}
    for text in texts:
        name, sign, value = text.rpartition("=")
        parse: Callable[[str], float] = float
        try:
            size = parse(value)
        except ValueError:
            size = float("nan")
        if not sign or not name or size != size:
            raise UsageError(key="stress.shock_shape", found=text)
        shocks[name.strip()] = size
    return shocks
