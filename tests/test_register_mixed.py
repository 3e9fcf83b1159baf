"""Lists that mix two things in a column or a sheet: read with what they mean, or refused in a line that says what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from test_register_lists import FIRMS, Rows, as_csv, as_xlsx, check_numbers, firms, refusal, said
from zhizao.register import read_register

HEADER = firms()[0]


def changed(column: int, change: Any, *, every: int = 2, header: str = "") -> Rows:
    """The list with one column changed in every second row (or another part of them)."""
    rows = firms()
    for row in rows[1::every]:
        row[column] = change(row[column])
    rows[0][column] = header or rows[0][column]
    return rows


@pytest.mark.parametrize("name", ["单位", "计量单位", "货币单位", "Unit"])
def test_a_column_that_names_the_unit_of_each_row(tmp_path: Path, name: str) -> None:
    rows = firms([*HEADER[:3], "营业收入", *HEADER[4:]])
    one = [[*row, "万元" if place else name] for place, row in enumerate(rows)]
    register = read_register(as_csv(tmp_path, one))
    check_numbers(register)
    assert f"'营业收入' is read in 万元 (from column '{name}')" in said(register)
    assert "not used" not in said(register)
    some = [[*row[:-1], "" if place == 3 else row[-1]] for place, row in enumerate(one)]
    assert "rows are in different units (万元), or some say none" in refusal(as_csv(tmp_path, some))
    against = [[*HEADER[:3], "营业收入（千元）", *HEADER[4:], name], *one[1:]]
    assert "different units: 千元 (the header), 万元" in refusal(as_csv(tmp_path, against))


def test_rows_in_different_units_are_refused_and_other_columns_of_that_name_are_none(tmp_path: Path) -> None:
    rows = firms([*HEADER[:3], "营业收入", *HEADER[4:], "单位"])
    for place, row in enumerate(rows[1:]):
        row.append("万元" if place else "亿元")
    rows[1][3] /= 1e4
    assert "rows are in different units (亿元, 万元)" in refusal(as_csv(tmp_path, rows))
    offices = [[*row[:6], "单位" if not place else "区经信委"] for place, row in enumerate(firms())]
    register = read_register(as_csv(tmp_path, offices))
    check_numbers(register)
    assert "columns not used: 单位" in said(register)


def test_fractions_among_scores_are_refused_and_a_single_one_is_said(tmp_path: Path) -> None:
    rows = changed(5, lambda score: round(score / 100, 3))
    for write in (as_csv, as_xlsx):
        assert "6 scores are below 1 and the others are not" in refusal(write(tmp_path, rows))
    rows[0] = [*HEADER[:5], "数字化得分（百分制）"]
    assert read_register(as_csv(tmp_path, rows)).digital_score.min() < 1
    one = changed(5, lambda score: score / 100, every=FIRMS)
    assert "digital scores below 1 of 100 points in row 2" in said(read_register(as_csv(tmp_path, one)))


@pytest.mark.parametrize("change", [lambda money: money / 1e4, lambda money: money * 100, lambda money: money / 100])
def test_two_units_mixed_in_one_column_are_refused(tmp_path: Path, change: Any) -> None:
    rows = changed(3, change, every=4)
    line = refusal(as_csv(tmp_path, rows))
    assert "rows 2, 6 and 10" in line
    assert "revenue an employee of 3 firms is more than 30 times off the median: are two units mixed" in line
    rows[0] = [*HEADER[:3], "营业收入（万元，已核对）", *HEADER[4:]]
    assert len(read_register(as_csv(tmp_path, rows)).ids) == FIRMS


def test_columns_that_are_exchanged_in_some_rows_are_refused(tmp_path: Path) -> None:
    rows = firms()
    for row in rows[1::3]:
        row[2], row[3] = round(row[3]), row[2]
    assert "or columns exchanged?" in refusal(as_csv(tmp_path, rows))


@pytest.mark.parametrize(
    "money",
    [
        lambda wanyuan: f"￥{wanyuan * 1e4:,.0f}",
        lambda wanyuan: f"¥ {wanyuan}万",
        lambda wanyuan: f"RMB {wanyuan / 100} million",
        lambda wanyuan: f"CNY {wanyuan * 10:.1f} thousand",
    ],
)
def test_a_currency_before_the_number(tmp_path: Path, money: Any) -> None:
    rows = changed(3, money, every=1, header="营业收入")
    register = read_register(as_csv(tmp_path, rows))
    np.testing.assert_allclose(register.revenue, read_register(as_csv(tmp_path, firms())).revenue, rtol=1e-6)
    assert "(from the cells)" in said(register)


def test_two_tables_beside_each_other_are_one_cause(tmp_path: Path) -> None:
    rows = firms()
    half = [[*HEADER, *HEADER], *(left + right for left, right in zip(rows[1:7], rows[7:], strict=True))]
    assert "row 1: two tables are beside each other: '统一社会信用代码', '行业'" in refusal(as_xlsx(tmp_path, half))


def test_heads_of_sections_are_one_cause_where_the_industry_is_missing(tmp_path: Path) -> None:
    rows = [[row[0], *row[2:]] for row in firms()]
    rows.insert(1, ["一、汽车制造业", "", "", "", ""])
    rows.insert(8, ["二、消费品制造业", "", "", "", ""])
    with pytest.raises(ValueError, match="is missing") as caught:
        read_register(as_xlsx(tmp_path, rows))
    problems = caught.value.problems  # type: ignore[attr-defined]
    assert len(problems) == 2
    assert "rows 2 and 9: '一、汽车制造业' (also '二、消费品制造业') is not a firm" in problems[1]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("1-11月累计营业收入（万元）", "1-11月"),
        ("本月营业收入（万元）", "本月"),
        ("一季度营业收入（万元）", "一季度"),
        ("上半年主营业务收入（万元）", "上半年"),
        ("Q1 revenue (10k RMB)", "Q1"),
        ("Revenue year to date (10k RMB)", "year to date"),
    ],
)
def test_revenue_of_part_of_a_year_is_named_as_such(tmp_path: Path, header: str, words: str) -> None:
    line = refusal(as_csv(tmp_path, firms([*HEADER[:3], header, *HEADER[4:]])))
    assert f"is of '{words}', not of a whole year" in line
    both = [[*row, row[3] if place else HEADER[3]] for place, row in enumerate(firms())]
    both[0] = [*HEADER[:3], header, *HEADER[4:], HEADER[3]]
    register = read_register(as_csv(tmp_path, both))  # beside the year's, it is left out
    check_numbers(register)
    assert "columns not used" in said(register)


def test_none_among_partners_is_not_called_empty(tmp_path: Path) -> None:
    rows = [[*row, "无" if place else "配套企业"] for place, row in enumerate(firms())]
    register = read_register(as_csv(tmp_path, rows))
    assert register.partners is not None
    assert "are read as 0 in: '配套企业'" in said(register)
    assert "empty" not in said(register)
