"""Lists of offices that would be read wrongly without a word, or refused in words that do not help."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from test_register_lists import FIRMS, Rows, as_csv, as_xlsx, check_numbers, columns, firms, refusal, said, wanyuan
from zhizao.errors import InputError
from zhizao.register import read_register
from zhizao.studies.register_checks import check_register

HEADER = firms()[0]


def raw(folder: Path, lines: list[str], ending: str = "\r\n") -> Path:
    file = folder / "名单.csv"
    file.write_bytes(("\ufeff" + ending.join(lines) + ending).encode())
    return file


def lines_of(rows: Rows, **remarks: str) -> list[str]:
    """The list as lines of text with remarks at the end of the firms that are named."""
    texts = [",".join(map(str, row)) for row in rows]
    return [texts[0] + ",备注", *(f"{text},{remarks.get(f'firm_{place}', '')}" for place, text in enumerate(texts[1:]))]


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize(("last", "count"), [("firm_3", 2), ("firm_6", 5)])
def test_a_quotation_mark_never_swallows_rows(tmp_path: Path, last: str, count: int, ending: str) -> None:
    file = raw(tmp_path, lines_of(firms(), firm_2='"见附件', **{last: '附件"'}), ending)
    assert f"row 4: a quotation mark opens a cell that runs over {count} lines" in refusal(file)
    between = [",".join(map(str, row)) for row in firms()]
    between[3] = between[3].replace(between[3].split(",")[1], '"' + between[3].split(",")[1])
    between[5] = between[5].replace(between[5].split(",")[1], between[5].split(",")[1] + '"')
    assert "row 4: a quotation mark opens a cell" in refusal(raw(tmp_path, between, ending))


def test_a_remark_of_several_lines_is_no_row(tmp_path: Path) -> None:
    remark = "一期厂房\n二期厂房, 三期厂房\n搬迁中"
    rows = [[*row, remark if place else "备注"] for place, row in enumerate(firms())]
    check_numbers(read_register(as_csv(tmp_path, rows)))


@pytest.mark.parametrize(
    "name", ["评估年度", "诊断时间", "数据截至日期", "统计日期", "year of assessment", "fiscal year"]
)
@pytest.mark.parametrize("value", [2023, "2023年", "2023-06-30", "202306", "2023/6"])
def test_a_column_that_dates_the_figures_is_heeded(tmp_path: Path, name: str, value: Any) -> None:
    rows = [[*row, value if place else name] for place, row in enumerate(firms())]
    problems = check_register(read_register(as_csv(tmp_path, rows)), None).problems
    assert len(problems) == 1
    assert f"'{name}' says 2023" in problems[0]


def test_every_column_of_dates_counts(tmp_path: Path) -> None:
    rows = [[*row, *((2017, "201801") if place else ("年份", "评估时间"))] for place, row in enumerate(firms())]
    register = read_register(as_csv(tmp_path, rows))
    assert [period for _, period in register.periods] == ["2017", "2018-01"]
    assert not check_register(register, None).problems
    rows[4][-1] = "202312"
    problems = check_register(read_register(as_csv(tmp_path, rows)), None).problems
    assert "'评估时间' says 2023-12" in problems[0]


@pytest.mark.parametrize("other", ["空港工业园", "空港 工业园区", "空港工业园去", "空港产业园区"])
def test_a_park_spelt_in_two_ways_is_said(tmp_path: Path, other: str) -> None:
    rows = firms()
    rows[7][4] = other
    remark = f"names of parks that may be one, taken as different: '空港工业园区' (3) and '{other}' (1)"
    assert remark in said(read_register(as_csv(tmp_path, rows)))


@pytest.mark.parametrize(
    "parks", [("一期工业园", "二期工业园"), ("北区", "南区"), ("高新区", "开发区"), ("Park A", "Park B")]
)
def test_parks_that_differ_are_not_remarked_on(tmp_path: Path, parks: tuple[str, str]) -> None:
    rows = firms()
    for place, row in enumerate(rows[1:]):
        row[4] = parks[place % 2]
    assert "may be one" not in said(read_register(as_csv(tmp_path, rows)))


def test_names_in_both_languages(tmp_path: Path) -> None:
    header = ["统一社会信用代码\nCredit code", "行业 Industry", "从业人数/Employees", "营业收入\nRevenue（万元）"]
    english_first = [
        "Credit code 统一社会信用代码",
        "Industry 行业",
        "Headcount 从业人数",
        "Annual revenue 营业收入（万元）",
    ]
    for names in (header, english_first):
        for write in (as_csv, as_xlsx):
            check_numbers(read_register(write(tmp_path, firms([*names, *HEADER[4:]]))))
    grown = firms([*header[:3], "营业收入 growth（万元）", *HEADER[4:]])
    assert "'revenue' ('营业收入') is missing" in refusal(as_csv(tmp_path, grown))


def test_a_table_on_its_side_is_said_to_be_one(tmp_path: Path) -> None:
    turned = [list(cells) for cells in zip(*firms(), strict=True)]
    line = "the names of the columns stand one below the other in the first column"
    for write in (as_csv, as_xlsx):
        assert line in refusal(write(tmp_path, turned))


@pytest.mark.parametrize(
    "second",
    [["统一社会信用代码", "行业", "从业人数", "营业收入（千元）"], ["企业编号", "从业人数", "行业", "营业收入"]],
)
def test_a_second_list_below_the_first_is_one_cause(tmp_path: Path, second: list[str]) -> None:
    rows = columns(firms(), 0, 1, 2, 3)
    both = [*rows[:7], second, *rows[7:]]
    line = "row 8: names of columns again, and other ones than in row 1"
    assert line in refusal(as_csv(tmp_path, both))


@pytest.mark.parametrize("words", ["本月", "1-11月累计", "当月数", "一季度", "Q1"])
def test_part_of_a_year_in_a_second_row_of_names(tmp_path: Path, words: str) -> None:
    rows = firms()
    rows.insert(1, ["", "", "", words, "", ""])
    line = refusal(as_xlsx(tmp_path, rows))
    assert f"column '营业收入(万元) {words}' ('revenue'): is of '" in line
    assert "not of a whole year" in line


def test_a_month_and_the_year_to_date_under_one_merged_name(tmp_path: Path) -> None:
    rows = columns(firms(), 0, 1, 2, 3)
    table = [[*rows[0], "", ""], ["", "", "", "本月", "1-11月累计", "同比增长%"]]
    table += [[*row[:3], wanyuan(place) / 12, row[3], 7.1] for place, row in enumerate(rows[1:])]
    with pytest.raises(InputError) as caught:
        read_register(as_xlsx(tmp_path, table, lambda book: book.active.merge_cells("D1:F1")))
    words = ("本月", "1-11月")  # one line for each column that holds part of a year
    for problem, said_of in zip(caught.value.problems, words, strict=True):
        assert f"is of '{said_of}', not of a whole year" in problem


def test_a_list_that_continues_on_further_pages(tmp_path: Path) -> None:
    rows = firms()
    for place in (9, 5):
        rows[place:place] = [["第 1 页 共 3 页", *[""] * 5], ["续表", *[""] * 5], list(HEADER)]
    for write in (as_csv, as_xlsx):
        register = read_register(write(tmp_path, rows))
        check_numbers(register)
        assert len(register.ids) == FIRMS
        assert "left out as totals, notes or signatures: rows 6, 7, 13 and 1 more" in said(register)


def test_decimals_after_a_comma_are_called_so(tmp_path: Path) -> None:
    rows = firms()
    for row in rows[1:]:
        row[5] = str(row[5]).replace(".", ",")
    assert "(a comma before the decimals? write a point)" in refusal(as_csv(tmp_path, rows, separator=";"))


def test_firms_that_a_column_says_are_closed_are_named(tmp_path: Path) -> None:
    states = {2: "注销", 4: "已停产", 6: "迁出"}
    rows = [[*row, states.get(place, "在营") if place else "经营状态"] for place, row in enumerate(firms())]
    register = read_register(as_csv(tmp_path, rows))
    check_numbers(register)
    assert "'经营状态' says '注销', '已停产', '迁出' of firms in rows 3, 5 and 7" in said(register)
    well = [[*row[:-1], "未停产" if place else "经营状态"] for place, row in enumerate(rows)]
    assert "no longer there" not in said(read_register(as_csv(tmp_path, well)))


@pytest.mark.parametrize("change", [str.lower, lambda name: f"{name[:8]} {name[8:]}"])
def test_one_firm_under_two_spellings_of_its_id_is_not_two(tmp_path: Path, change: Any) -> None:
    rows = firms()
    rows.append([change(rows[4][0]), *rows[4][1:]])
    assert "is the id of row 5 already" in refusal(as_csv(tmp_path, rows))
