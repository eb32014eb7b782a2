"""Series from CSV: what is read, and what is refused with its line and reason."""

import math

import pytest

from kanryu.core.errors import InputError, NotFound
from kanryu.market.series_file import read_series


def write(folder, text):
    path = folder / "series.csv"
    path.write_text(text, encoding="utf-8")
    return path


def months(values, start=1):
    return "date,v\n" + "".join(f"2020-{start + i:02d},{v}\n" for i, v in enumerate(values))


def test_dates_values_and_logs(tmp_path):
    path = write(tmp_path, months([1, 2, 4, 8, 16, 32]))
    (one,), problems = read_series(path)
    assert one.labels == ("2020-01", "2020-02", "2020-03", "2020-04", "2020-05", "2020-06")
    assert one.values.tolist() == [1, 2, 4, 8, 16, 32]
    assert (one.step, problems) == ("month", ())
    (logs,), _ = read_series(path, log=True)
    assert logs.values.tolist() == [math.log(2) * i for i in range(6)]


def test_names_keep_their_letters_and_text_columns_are_passed_over(tmp_path):
    path = write(tmp_path, "Date,CAPE,Note\n" + "".join(f"200{i}-01,{i + i * i},x\n" for i in range(1, 8)))
    series, _ = read_series(path)
    assert [one.name for one in series] == ["CAPE"]
    assert series[0].step == "year"


def test_a_column_that_counts_is_no_series(tmp_path):
    text = "row,v\n" + "".join(f"{20 + i},{i * i % 7}\n" for i in range(9))
    (one,), _ = read_series(write(tmp_path, text))
    assert (one.name, one.step, one.labels[0]) == ("v", "count", "20")


def test_without_dates_rows_are_counted(tmp_path):
    (one,), _ = read_series(write(tmp_path, "v\n3\n1\n4\n1\n5\n9\n"))
    assert one.labels == ("1", "2", "3", "4", "5", "6")


def test_blank_cells_at_the_ends_only_shorten(tmp_path):
    text = "date,v\n2020-01,\n" + "".join(f"2020-{i:02d},{i * i}\n" for i in range(2, 10)) + "2020-10,\n"
    (one,), problems = read_series(write(tmp_path, text))
    assert one.labels[0] == "2020-02"
    assert [(p.code, p.level, p.found) for p in problems] == [("series-trimmed", "note", "2")]


def test_trading_days_may_skip_weekends_but_not_months(tmp_path):
    days = ["2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07", "2020-01-08", "2020-01-09", "2020-01-10"]
    (one,), problems = read_series(write(tmp_path, "d,v\n" + "".join(f"{d},{i + i % 3}\n" for i, d in enumerate(days))))
    assert (one.step, problems) == ("day", ())
    days[-1] = "2020-03-10"
    _, problems = read_series(write(tmp_path, "d,v\n" + "".join(f"{d},{i + i % 3}\n" for i, d in enumerate(days))))
    assert [(p.code, p.where.line) for p in problems] == [("series-gap-date", 8)]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (months([1, 2, 3, 5, 4, "x", 7]), "series-text", 7),
        (months([1, 2, 3, "", 4, 6, 7]), "series-gap", 5),
        (months([1, 2, 3, "1,5", 4, 6, 7]).replace("1,5", '"1,5"'), "series-text", 5),
        (months([1, 2, "nan", 3, 4, 6, 7]), "series-text", 4),
        (months([1, 2, "inf", 3, 4, 6, 7]), "series-text", 4),
        (months([5] * 7), "series-constant", 2),
        (months([5]), "series-short", 2),
        ("date,v\n2020-01,1\n2020-02,2\n2020-04,3\n2020-05,4\n2020-06,6\n2020-07,5\n", "series-gap-date", 4),
        ("date,v\n2020-01,1\n2020-02,2\n2020-02,3\n2020-03,4\n2020-04,6\n2020-05,5\n", "series-twice", 4),
        ("date,v\n2020-01,1\n2020-03,2\n2020-02,3\n2020-04,4\n2020-05,6\n2020-06,5\n", "series-backward", 4),
        ("date,v\n2020-01,1\n2020-02,2\nsoon,3\n2020-04,4\n2020-05,6\n2020-06,5\n", "series-date", 4),
        ("v\n1\n2\n\n3\n5\n4\n7\n", "series-gap", 5),
        ("t,v\n1,1\n2,4\n3,2\n5,4\n6,5\n7,9\n", "series-gap-date", 5),
        ("date,v\n2020-01,\n2020-02,\n", "series-empty-column", 2),
    ],
)
def test_bad_series_name_line_and_reason(tmp_path, text, code, line):
    columns = ["v"] if "series-empty" in code else []
    series, problems = read_series(write(tmp_path, text), columns)
    assert series == ()
    assert (code, line) in [(p.code, p.where.line) for p in problems]
    found = next(p for p in problems if p.code == code)
    assert found.level == "error"
    assert set(found.message) == set(found.hint) == {"en", "ja"}


@pytest.mark.parametrize("value", ["0", "-3"])
def test_no_logarithm(tmp_path, value):
    path = write(tmp_path, months([1, 2, 3, value, 5, 4, 7]))
    series, problems = read_series(path, log=True)
    assert series == ()
    assert [(p.code, p.where.line, p.where.column) for p in problems] == [("series-log", 5, 9)]
    assert read_series(path)[0][0].values[3] == float(value)


def test_one_bad_column_leaves_the_others(tmp_path):
    text = "date,a,b\n" + "".join(f"2020-{i:02d},{i * i},{'x' if i == 4 else i * 3 % 5}\n" for i in range(1, 9))
    series, problems = read_series(write(tmp_path, text))
    assert [one.name for one in series] == ["a"]
    assert [(p.code, p.where.line) for p in problems] == [("series-text", 5)]


def test_no_table(tmp_path):
    with pytest.raises(InputError, match="no series") as caught:
        read_series(write(tmp_path, ""))
    assert caught.value.problems[0].code == "file-empty"
    with pytest.raises(InputError, match="no series"):
        read_series(tmp_path / "nothing.csv")
    with pytest.raises(InputError):
        read_series(write(tmp_path, "date,v\n"))
    with pytest.raises(NotFound, match="cappe"):
        read_series(write(tmp_path, months([1, 2, 3, 5, 4, 6, 7])), ["cappe"])


@pytest.mark.parametrize(
    ("dates", "step"),
    [
        (["1871.09", "1871.1", "1871.11", "1871.12", "1872.01", "1872.02"], "month"),
        (["2020/01/31", "2020/02/29", "2020/03/31", "2020/04/30", "2020/05/31", "2020/06/30"], "month"),
        ([f"2020-{i:02d}-01 00:00:00" for i in range(1, 7)], "month"),
        (["2020 Q1", "2020 Q2", "2020 Q3", "2020 Q4", "2021 Q1", "2021 Q2"], "quarter"),
        (["2020-01-03", "2020-01-10", "2020-01-17", "2020-01-24", "2020-01-31", "2020-02-07"], "week"),
        (["1990", "1991", "1992", "1993", "1994", "1995"], "year"),
    ],
)
def test_dates_as_people_write_them(tmp_path, dates, step):
    text = "when,v\n" + "".join(f"{d},{i * i}\n" for i, d in enumerate(dates))
    (one,), problems = read_series(write(tmp_path, text))
    assert (one.step, one.labels, problems) == (step, tuple(dates), ())


def test_a_file_without_names(tmp_path):
    with pytest.raises(InputError) as caught:
        read_series(write(tmp_path, "2020-01,1\n2020-02,2\n2020-03,4\n"))
    assert caught.value.problems[0].code == "series-header"
