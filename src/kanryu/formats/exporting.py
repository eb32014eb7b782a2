"""One door for `kanryu export`: a case or its flows in another format."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kanryu.case.records import Case
from kanryu.case.rungs import State, states_of
from kanryu.core.errors import InputError, UsageError
from kanryu.core.results import Origin
from kanryu.flows.ledger import Ledger
from kanryu.formats.source import Request, is_payments, read_case, read_ledger

OF_CASES = ("csv", "xlsx", "json", "gexf", "graphml", "followthemoney", "payments")
OF_PAYMENTS = ("payments",)


class Exported(msgspec.Struct, frozen=True):
    """What was written.

    files : paths written
    counts : rows by table
    """

    target: str
    format: str
    files: tuple[str, ...]
    counts: dict[str, int]
    origin: Origin


def export(request: Request, form: str, out: Path, *, force: bool = False) -> Exported:
    """Write the target in format `form` to `out`.

    Parameters
    ----------
    form : {"csv", "xlsx", "json", "gexf", "graphml", "followthemoney", "payments"}
        csv is a folder; csv, xlsx and json hold the whole case and read back equal. gexf, graphml, followthemoney (one
        JSON object a line) and payments hold what stands as of the request's days; payments is a table of dated rows as
        the measures see them, Parquet when `out` ends in .parquet, else CSV.
    force : bool
        Overwrite what is there.

    Raises
    ------
    UsageError
        Unknown format, or one that the target cannot have.
    InputError
        `out` exists (without `force`) or cannot be written.
    """
    allowed = OF_PAYMENTS if is_payments(request.target) else OF_CASES
    if form not in OF_CASES:
        raise UsageError(key="formats.export_format", found=form, expected=", ".join(allowed))
    if form not in allowed:
        raise UsageError(key="formats.export_needs_case", expected=", ".join(allowed))
    taken = out.exists() and (not out.is_dir() or form != "csv" or any(out.iterdir()))
    if taken and not force:
        raise InputError(key="formats.export_exists", path=str(out))
    try:
        if form == "payments":
            ledger = read_ledger(request)
            (write_flows_parquet if out.suffix.lower() in (".parquet", ".pq") else write_flows)(ledger, out)
            files: tuple[str, ...] = (str(out),)
            counts, coverage = {"rows": ledger.m}, ledger.coverage
        else:
            case = read_case(request)
            files = _write(case, form, out, request.true_by, request.known_by)
            counts, coverage = _counts(case), {}
    except OSError as cause:
        raise InputError(key="formats.export_cannot", path=str(out), reason=cause.strerror or str(cause)) from None
    inputs = {"target": request.target, "true_by": _day(request.true_by), "known_by": _day(request.known_by)}
    return Exported(
        request.target, form, files, counts, Origin(definition="formats.export", inputs=inputs, coverage=coverage)
    )


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _write(case: Case, form: str, out: Path, true_by: dt.date | None, known_by: dt.date | None) -> tuple[str, ...]:
    if form == "csv":
        from kanryu.formats.csv_folder import write_folder

        return tuple(str(path) for path in write_folder(case, out))
    if form == "xlsx":
        from kanryu.formats.excel import write_workbook

        write_workbook(case, out)
        return (str(out),)
    if form == "json":
        from kanryu.formats.case_json import write_json

        write_json(case, out)
        return (str(out),)
    from kanryu.formats.followthemoney import write_followthemoney
    from kanryu.formats.graph import write_gexf, write_graphml

    writers: dict[str, Callable[[Case, dict[str, State], Path], None]] = {
        "gexf": write_gexf, "graphml": write_graphml, "followthemoney": write_followthemoney,
    }  # fmt: skip
    writers[form](case, states_of(case, true_by, known_by), out)
    return (str(out),)


def _counts(case: Case) -> dict[str, int]:
    return {
        "entities": len(case.entities),
        "legs": len(case.legs),
        "events": len(case.events),
        "stakes": len(case.stakes),
        "figures": len(case.figures),
    }


def write_flows(ledger: Ledger, out: Path) -> None:
    """A ledger as CSV with the columns src, dst, t, amount and, where known, instrument, rung and leg.

    Amounts are exact, in the unit of the currency; days are written as dates.
    """
    from decimal import Decimal

    from kanryu.case.records import RUNGS
    from kanryu.formats.csv_folder import csv_text

    columns = ["src", "dst", "t", "amount"]
    extra: list[list[str]] = []
    for name, codes, words in (
        ("instrument", ledger.instrument, ledger.instruments),
        ("rung", ledger.rung, RUNGS),
        ("leg", ledger.leg, ledger.legs),
    ):
        if codes is not None and words:
            columns.append(name)
            extra.append([words[code] for code in codes.tolist()])
    minor = Decimal(ledger.minor)
    days = ledger.t_unit == "day"
    rows = [
        (
            ledger.accounts[src],
            ledger.accounts[dst],
            dt.date.fromordinal(t).isoformat() if days and 0 < t < 3_652_060 else str(t),
            format(Decimal(amount) / minor, "f"),
            *(column[number] for column in extra),
        )
        for number, (src, dst, t, amount) in enumerate(
            zip(ledger.src.tolist(), ledger.dst.tolist(), ledger.t.tolist(), ledger.amount.tolist())
        )
    ]
    out.write_text(csv_text(tuple(columns), tuple(rows)), encoding="utf-8", newline="")


def write_flows_parquet(ledger: Ledger, out: Path) -> None:
    """A ledger as Parquet with the columns of `write_flows`.

    Amounts are exact decimals with as many places as the currency has minor units; days are dates where all of them
    are within the calendar, else day numbers.
    """
    import numpy as np
    import polars as pl

    from kanryu.case.records import RUNGS

    places = len(str(ledger.minor)) - 1
    columns: dict[str, pl.Series] = {
        "src": _named(ledger.src, ledger.accounts),
        "dst": _named(ledger.dst, ledger.accounts),
        "t": pl.Series(ledger.t.astype(np.int64)),
        "amount": pl.Series(ledger.amount.astype(np.int64)),
    }
    for name, codes, words in (
        ("instrument", ledger.instrument, ledger.instruments),
        ("rung", ledger.rung, RUNGS),
        ("leg", ledger.leg, ledger.legs),
    ):
        if codes is not None and words:
            columns[name] = _named(codes, words)
    frame = pl.DataFrame(columns)
    frame = frame.with_columns(pl.col("amount").cast(pl.Decimal(38, places)) / pl.lit(ledger.minor))
    inside = ledger.m == 0 or (int(ledger.t.min()) > 0 and int(ledger.t.max()) < 3_652_060)
    if ledger.t_unit == "day" and inside:
        frame = frame.with_columns((pl.col("t") - dt.date(1970, 1, 1).toordinal()).cast(pl.Int32).cast(pl.Date))
    frame.write_parquet(out)


def _named(codes: Any, words: Sequence[str]) -> Any:
    import numpy as np
    import polars as pl

    return pl.Series(words, dtype=pl.String).gather(pl.Series(codes.astype(np.int64))).rename("")
