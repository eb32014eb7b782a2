"""Flows written as payments read back as the same ledger, to the cent, as CSV and as Parquet."""

import datetime as dt
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from kanryu.formats.exporting import export
from kanryu.formats.source import Request, read_ledger

ROWS = "src,dst,t,amount\na,b,2025-01-02,0.07\nb,c,2025-01-02,1000000000000000.01\nc,a,2025-03-04,12.30\n"


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_payments_read_back_to_the_cent(name, tmp_path):
    (tmp_path / "in.csv").write_text(ROWS.replace("1000000000000000.01", "100000000000000.01"))
    first = read_ledger(Request(target=str(tmp_path / "in.csv")))
    export(Request(target=str(tmp_path / "in.csv")), "payments", tmp_path / name)
    again = read_ledger(Request(target=str(tmp_path / name)))
    assert again.accounts == first.accounts
    assert again.minor == first.minor
    for column in ("src", "dst", "t", "amount"):
        assert np.array_equal(getattr(again, column), getattr(first, column)), column


def test_parquet_holds_dates_and_exact_decimals(tmp_path):
    (tmp_path / "in.csv").write_text(ROWS.replace("1000000000000000.01", "5"))
    export(Request(target=str(tmp_path / "in.csv")), "payments", tmp_path / "out.parquet")
    frame = pl.read_parquet(tmp_path / "out.parquet")
    assert frame["t"].to_list() == [dt.date(2025, 1, 2), dt.date(2025, 1, 2), dt.date(2025, 3, 4)]
    assert frame["amount"].to_list() == [Decimal("0.07"), Decimal("5.00"), Decimal("12.30")]


def test_the_flows_of_a_case_are_the_same_in_both_forms(tmp_path):
    for name in ("out.csv", "out.parquet"):
        export(Request(target="telecom"), "payments", tmp_path / name)
    one = pl.read_parquet(tmp_path / "out.parquet")
    other = pl.read_csv(tmp_path / "out.csv", infer_schema=False)
    assert one.columns == other.columns
    assert one.with_columns(pl.col("t").cast(pl.String)).drop("amount").equals(other.drop("amount"))
    assert [Decimal(x) for x in other["amount"]] == one["amount"].to_list()
