"""Payments files: exact amounts, every kind of time, and faults with their places."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from kanryu.core.errors import InputError
from kanryu.flows.windows import parse_window
from kanryu.formats.payments import read_payments, write_payments


def write(folder: Path, text: str, name: str = "p.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def faults(path: Path, **options: object) -> list[tuple[str, int, int]]:
    with pytest.raises(InputError) as caught:
        read_payments(path, **options)  # type: ignore[arg-type]
    return [(p.code, p.where.line, p.where.column) for p in caught.value.problems]


def test_amounts_are_exact_integers_in_the_smallest_unit(tmp_path: Path) -> None:
    ledger = read_payments(write(tmp_path, "src,dst,t,amount\na,b,3,0.1\nb,c,1,12\nc,a,2,1.25\n"))
    assert ledger.minor == 100
    assert ledger.amount.tolist() == [1200, 125, 10]
    assert ledger.row.tolist() == [1, 2, 0]
    assert ledger.t.tolist() == [1, 2, 3]
    assert [ledger.accounts[a] for a in ledger.src] == ["b", "c", "a"]


def test_scientific_numbers_and_many_digits_keep_their_value(tmp_path: Path) -> None:
    ledger = read_payments(write(tmp_path, "src,dst,t,amount\na,b,1,1.5e3\nb,a,2,999999999999999.99\n"))
    assert [ledger.in_units(a) for a in ledger.amount.tolist()] == [1500, 999999999999999.99]
    assert int(ledger.amount[1]) == 99999999999999999


def test_more_decimals_than_fit_are_rounded_aloud(tmp_path: Path) -> None:
    ledger = read_payments(write(tmp_path, "src,dst,t,amount\na,b,1,0.12345678901234567891\nb,a,2,5000000\n"))
    assert [p.code for p in ledger.problems] == ["payments-rounded"]
    assert ledger.in_units(int(ledger.amount[0])) == pytest.approx(0.123456789012, abs=1e-11)


def test_a_vanishing_amount_is_never_dropped_in_silence(tmp_path: Path) -> None:
    ledger = read_payments(write(tmp_path, "src,dst,t,amount\na,b,1,1e-400\nb,a,2,5\n"))
    assert [p.code for p in ledger.problems] == ["payments-rounded"]
    assert ledger.in_units(int(ledger.amount[1])) == 5


@pytest.mark.parametrize(
    ("cells", "unit", "ticks"),
    [
        (["5", "7"], "number", [5, 7]),
        (["0.5", "2.25"], "number", [50, 225]),
        (["2025-01-31", "2025-02-01"], "day", [739282, 739283]),
        (["2025/01/31", "2025/02/01"], "day", [739282, 739283]),
        (["2025-01-01T00:00:00", "2025-01-01T00:01:00"], "second", [1735689600, 1735689660]),
        (["2025-01-01T00:00:00Z", "2025-01-01T09:01:00+09:00"], "second", [1735689600, 1735689660]),
    ],
)
def test_times(tmp_path: Path, cells: list[str], unit: str, ticks: list[int]) -> None:
    ledger = read_payments(write(tmp_path, "src,dst,t\n" + "".join(f"a,b,{cell}\n" for cell in cells)))
    assert (ledger.t_unit, ledger.t.tolist()) == (unit, ticks)
    assert ledger.amount.tolist() == [1, 1]


def test_windows_are_read_in_the_unit_of_the_file(tmp_path: Path) -> None:
    days = read_payments(write(tmp_path, "src,dst,t\na,b,2025-01-01\n"))
    assert (parse_window("7d", days), parse_window("2w", days), parse_window("3", days)) == (7, 14, 3)
    with pytest.raises(InputError, match="without a time of day"):
        parse_window("12h", days)
    steps = read_payments(write(tmp_path, "src,dst,t\na,b,1\nb,a,149\n"))
    assert parse_window("20", steps) == 20
    with pytest.raises(InputError, match="plain numbers"):
        parse_window("7d", steps)
    unix = read_payments(write(tmp_path, "src,dst,t\na,b,1438924949\n"))
    assert parse_window("7d", unix) == 604800
    halves = read_payments(write(tmp_path, "src,dst,t\na,b,0.5\n"))
    assert parse_window("1.5", halves) == 15
    assert parse_window("1.57", halves) == 15


def test_other_names_of_columns(tmp_path: Path) -> None:
    plain = read_payments(write(tmp_path, "From,To,Date,Value\na,b,2025-01-01,3\n"))
    assert plain.amount.tolist() == [3]
    chosen = read_payments(
        write(tmp_path, "x;y;z;w\na;b;1;2.5\n"), columns={"src": "y", "dst": "x", "t": "z", "amount": "w"}
    )
    assert [chosen.accounts[a] for a in chosen.src] == ["b"]
    assert faults(write(tmp_path, "from,payer,to,t\na,b,c,1\n")) == [("payments-column-unclear", 1, 1)]
    assert faults(write(tmp_path, "who,dst,t\na,b,1\n")) == [("payments-column-missing", 1, 1)]
    assert faults(write(tmp_path, "src,dst,t\na,b,1\n"), columns={"amount": "sum"}) == [("payments-column", 1, 1)]


def test_all_faults_are_found_in_one_pass_with_line_and_column(tmp_path: Path) -> None:
    text = "src,dst,t,amount\na,b,1,5\n,b,2,-3\nc,,3,x\nd,e,4,\nf,g,soon,1\n\nh,i,6,NaN\nj,k,7,9999999999999999\n"
    found = faults(write(tmp_path, text))
    assert sorted(found) == sorted(
        [
            ("payments-account-missing", 3, 1),
            ("payments-account-missing", 4, 3),
            ("payments-negative", 3, 6),
            ("payments-not-a-number", 4, 6),
            ("payments-amount-missing", 5, 7),
            ("payments-not-a-time", 6, 5),
            ("payments-not-a-number", 8, 7),
            ("payments-too-large", 9, 7),
        ]
    )


def test_ids_and_currencies(tmp_path: Path) -> None:
    text = "id,src,dst,t,amount,currency\n1,a,b,1,1,USD\n2,b,c,2,1,USD\n1,c,a,3,1,EUR\n"
    assert faults(write(tmp_path, text)) == [("payments-id-twice", 4, 1), ("payments-currency-mixed", 4, 11)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "payments-empty"),
        (b"\x00\x01\x02\xff" * 40, "file-binary"),
        (b"src,dst,t\n", "payments-no-rows"),
        (b"src,dst,t\na,b,1,2,3\n", "payments-row-width"),
        (b'src,dst,t\n"a,b,1\n', "payments-row-quote"),
        (b"src,src,dst,t\na,a,b,1\n", "payments-column-twice"),
        (b",".join(b"c%d" % i for i in range(200_000)) + b"\n", "payments-columns"),
        (b"\x1f\x8bnot gzip at all", "payments-file"),
    ],
)
def test_bad_files_give_problems_never_a_traceback(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(data)
    assert code in {found[0] for found in faults(path)}


def test_encodings_gzip_and_parquet(tmp_path: Path) -> None:
    text = "src,dst,t,amount\n日本,米国,1,2.50\n米国,日本,2,1\n"
    plain = read_payments(write(tmp_path, text))
    assert plain.accounts == ("日本", "米国")
    for encoding in ("utf-8-sig", "cp932"):
        assert read_payments(write(tmp_path, text, encoding=encoding)).accounts == plain.accounts
    packed = tmp_path / "p.csv.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    assert read_payments(packed).amount.tolist() == plain.amount.tolist()
    for name in ("again.parquet", "again.csv"):
        write_payments(plain, tmp_path / name)
        again = read_payments(tmp_path / name)
        assert (again.accounts, again.amount.tolist(), again.minor) == (plain.accounts, [25, 10], 10)


def test_parquet_with_numbers_floats_and_faults(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    pl.DataFrame({"src": [1, 2], "dst": [2, 1], "t": [1, 2], "amount": [0.1, 2.75]}).write_parquet(path)
    ledger = read_payments(path)
    assert (ledger.accounts, ledger.amount.tolist(), ledger.minor) == (("1", "2"), [10, 275], 100)
    pl.DataFrame({"src": [1, None], "dst": [2, 1], "t": [1, 2], "amount": [float("nan"), -1.0]}).write_parquet(path)
    assert {code for code, _, _ in faults(path)} == {
        "payments-account-missing",
        "payments-not-a-number",
        "payments-negative",
    }
    path.write_bytes(b"PAR1 and then nothing")
    assert faults(path)[0][0] == "payments-parquet"
