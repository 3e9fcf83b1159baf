"""Registers as offices have them: what is plain is read to the same numbers, what is ambiguous is refused in one line."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from examples import examples
from zhizao.commands.cli import program
from zhizao.errors import InputError
from zhizao.register import Register, read_register
from zhizao.sectors import SECTOR_KEYS

Rows = list[list[Any]]
FIRMS = 12
IDS = [f"91500112MA5U{place:04d}X{place % 10}" for place in range(FIRMS)]
SECTORS = ["智能网联新能源汽车", "新一代电子信息制造业", "智能装备", "消费品制造", "软件信息", "先进材料", "新型显示"]
STAFF = [24, 287, 1052, 98, 177, 640, 33, 71, 126, 410, 2300, 55]
REVENUE = [24.87, 249.98, 488.2, 77.77, 197.04, 633.4, 21.15, 51.9, 133.18, 402.5, 3100.0, 60.0]  # million RMB
SCORES = [34.4, 51.8, 19.0, 47.9, 29.1, 31.0, 13.8, 42.7, 25.1, 52.4, 33.3, 49.6]
PARKS = ["创新经济走廊"] * 5 + ["空港工业园区"] * 4 + ["前沿科技城"] * 3


def wanyuan(place: int) -> float:
    return round(REVENUE[place] * 100, 2)


def firms(header: list[str] | None = None, scale: float = 100) -> Rows:
    """The list without any trouble: id, sector, staff, revenue, park and score."""
    head = header or ["统一社会信用代码", "行业", "从业人数", "营业收入（万元）", "所在园区", "数字化得分"]
    return [head] + [
        [IDS[place], SECTORS[place % 7], STAFF[place], round(REVENUE[place] * scale, 4), PARKS[place], SCORES[place]]
        for place in range(FIRMS)
    ]


def columns(rows: Rows, *wanted: int) -> Rows:
    return [[row[place] for place in wanted] for row in rows]


def as_csv(folder: Path, rows: Rows, *, encoding: str = "utf-8-sig", separator: str = ",") -> Path:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    file = folder / "名单.csv"
    file.write_bytes(text.getvalue().encode(encoding))
    return file


def as_xlsx(folder: Path, rows: Rows, change: Callable[[Any], object] | None = None) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change is not None:
        change(book)
    file = folder / "名单.xlsx"
    book.save(file)
    return file


def check_numbers(register: Register, *, scores: bool = True, parks: bool = True) -> None:
    assert register.ids == tuple(IDS)
    assert register.employees.tolist() == STAFF
    np.testing.assert_allclose(register.revenue, REVENUE, rtol=1e-12)
    if scores:
        np.testing.assert_allclose(register.digital_score, SCORES, rtol=1e-12)
    if parks:
        assert [register.park_names[park] for park in register.park] == PARKS


def refusal(file: Path | str) -> str:
    """The one line with which a file is refused."""
    with pytest.raises(InputError) as caught:
        read_register(file)
    assert len(caught.value.problems) == 1, caught.value.problems
    (chinese,) = caught.value.in_language("zh")
    assert any("一" <= letter <= "鿿" for letter in chinese.removeprefix(Path(file).name))
    return caught.value.problems[0]


def said(register: Register) -> str:
    return "\n".join((*register.notes, *register.assumed))


# ------------------------------------------------------------------------------------------------ units


@pytest.mark.parametrize(
    ("header", "scale"),
    [
        ("营业收入（2023年，万元）", 100),
        ("2023年营业收入（万元）", 100),
        ("营业收入(单位：千元)", 1000),
        ("营业收入[亿元]", 0.01),
        ("营业收入\n（万元）", 100),
        ("*营业收入（万元）（必填）", 100),
        ("营业收入／万元", 100),
        ("营业收入（百万元）", 1),
        ("revenue (10k RMB)", 100),
        ("revenue_million_rmb", 1),
        ("Revenue (RMB '000)", 1000),
        ("revenue (RMB)", 1e6),
        ("营业收入（元）", 1e6),
        ("4.营业收入 （ 万元 ）", 100),
        ("营业收入（2023年1-12月，万元）", 100),
        ("营业收入【人民币万元】", 100),
    ],
)
@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_a_unit_in_the_header(tmp_path: Path, header: str, scale: float, write: Callable[..., Path]) -> None:
    rows = firms(scale=scale)
    rows[0][3] = header
    register = read_register(write(tmp_path, rows))
    check_numbers(register)
    assert not register.assumed


@pytest.mark.parametrize(
    "title", ["单位：万元、人", "单位:万元", "金额单位：人民币万元", "计量单位：人、万元", "(万元)", "Unit: 10k RMB"]
)
@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_a_unit_in_a_title_row(tmp_path: Path, title: str, write: Callable[..., Path]) -> None:
    rows = firms()
    rows[0][3] = "营业收入"
    register = read_register(write(tmp_path, [["某区规上企业名单", *[""] * 5], [*[""] * 5, title], *rows]))
    check_numbers(register)
    assert "'营业收入' is read in" in said(register)
    assert "names of the columns are in row 3" in said(register)


def test_a_unit_in_a_second_row_of_names_in_a_note_and_in_a_comment(tmp_path: Path) -> None:
    rows = firms()
    rows[0][3] = "营业收入"
    second = [rows[0], ["", "", "（人）", "（万元）", "", "（分）"], *rows[1:]]
    check_numbers(read_register(as_csv(tmp_path, second)))
    check_numbers(read_register(as_xlsx(tmp_path, second)))
    note = [*rows, ["注：营业收入单位为万元。", *[""] * 5]]
    check_numbers(read_register(as_csv(tmp_path, note)))

    def comment(book: Any) -> None:
        book.active["D1"].comment = Comment("张三:\n以万元计", "张三")

    register = read_register(as_xlsx(tmp_path, rows, comment))
    check_numbers(register)
    assert "from the comment on the header" in said(register)


@pytest.mark.parametrize(
    ("scale", "format_code"),
    [
        (100, '#,##0.0"万元"'),
        (100, "0.00\\ \\万\\元"),
        (1e6, '#,##0.00,,"百万元"'),
        (1e6, '0!.0,"万元"'),
        (1e3, '#,##0" 千元";[Red]-#,##0" 千元"'),
    ],
)
def test_a_unit_in_the_format_of_cells(tmp_path: Path, scale: float, format_code: str) -> None:
    rows = firms(scale=scale)
    rows[0][3] = "营业收入"

    def change(book: Any) -> None:
        for row in range(2, FIRMS + 2):
            book.active.cell(row, 4).number_format = format_code

    check_numbers(read_register(as_xlsx(tmp_path, rows, change)))


def test_units_in_the_cells(tmp_path: Path) -> None:
    rows = firms()
    rows[0][3] = "营业收入"
    for place, row in enumerate(rows[1:]):
        row[2] = f"{STAFF[place]:,}人"
        row[3] = f"{REVENUE[place] / 100:.4f}亿元" if place % 2 else f"{wanyuan(place):,.2f} 万元"
    check_numbers(read_register(as_csv(tmp_path, rows)))
    rows[4][3] = "7777"
    assert "some cells state a unit" in refusal(as_csv(tmp_path, rows))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda rows: [["单位：千元", *[""] * 5], *rows],
            "the file gives it different units: 万元 (the header), 千元 (row 1)",
        ),
        (lambda rows: [[*rows[0][:3], "营业收入", *rows[0][4:]], *rows[1:]], "is it 万元"),
        (lambda rows: [[*rows[0][:3], "营业收入（百万元）", *rows[0][4:]], *rows[1:]], "is it 万元"),
        (lambda rows: [[*rows[0][:3], "营业收入（元）", *rows[0][4:]], *rows[1:]], "is it 万元"),
        (lambda rows: [[*rows[0][:3], "营业收入（万美元）", *rows[0][4:]], *rows[1:]], "is not RMB"),
        (lambda rows: [[*rows[0][:3], "营业收入（1-6月，万元）", *rows[0][4:]], *rows[1:]], "not of a whole year"),
        (lambda rows: [[*rows[0][:3], "营业收入（万吨）", *rows[0][4:]], *rows[1:]], "the unit is not known"),
    ],
)
def test_a_unit_that_is_missing_contradicts_itself_or_cannot_be(
    tmp_path: Path, change: Callable[[Rows], Rows], words: str
) -> None:
    assert words in refusal(as_csv(tmp_path, change(firms())))
    assert words in refusal(as_xlsx(tmp_path, change(firms())))


@pytest.mark.parametrize("scale", [100, 1e3, 1e6])
@pytest.mark.parametrize("factor", [0.15, 1.0, 3.0])
def test_revenue_read_in_the_wrong_unit_is_implausible_a_head(tmp_path: Path, scale: float, factor: float) -> None:
    rows = firms(scale=scale * factor)
    rows[0][3] = "营业收入"
    assert "million RMB an employee, outside 0.03 to 10" in refusal(as_csv(tmp_path, rows))
    rows = firms(scale=factor)
    rows[0][3] = {100: "营业收入(万元)", 1e3: "营业收入(千元)", 1e6: "营业收入(元)"}[scale]
    if scale > 100 or factor <= 1.0:
        assert "million RMB an employee, outside 0.03 to 10" in refusal(as_csv(tmp_path, rows))


def test_what_is_assumed_is_said_and_what_was_checked_is_taken(tmp_path: Path) -> None:
    rows = firms(scale=1)
    rows[0][3] = "营业收入"
    register = read_register(as_csv(tmp_path, rows))
    check_numbers(register)
    (assumed,) = register.assumed
    assert assumed.startswith("no unit is given for '营业收入': its numbers are taken as million RMB a year (median ")
    assert assumed.chinese.startswith("“营业收入”没有写单位")
    rows = firms(scale=20)
    rows[0][3] = "营业收入（百万元，已核对）"
    assert read_register(as_csv(tmp_path, rows)).revenue[0] == pytest.approx(REVENUE[0] * 20)


def test_cash_is_held_against_revenue(tmp_path: Path) -> None:
    rows = [
        [*row, "货币资金（百万元）" if place == 0 else wanyuan(place - 1) * 0.1] for place, row in enumerate(firms())
    ]
    assert "of a year's revenue, outside 0.001 to 3: is it 万元" in refusal(as_csv(tmp_path, rows))
    rows[0][-1] = "货币资金（万元）"
    np.testing.assert_allclose(read_register(as_csv(tmp_path, rows)).cash, np.array(REVENUE) * 0.1)
    rows[0][-1] = "货币资金"
    assert "has no unit, while '营业收入(万元)' is in 万元" in refusal(as_csv(tmp_path, rows))


def test_scores_as_percent_are_points_and_others_are_refused(tmp_path: Path) -> None:
    rows = firms()
    percent = [rows[0], *([*row[:5], f"{row[5]}%"] for row in rows[1:])]
    check_numbers(read_register(as_csv(tmp_path, percent)))
    fractions = [rows[0], *([*row[:5], round(row[5] / 100, 4)] for row in rows[1:])]

    def change(book: Any) -> None:
        for row in range(2, FIRMS + 2):
            book.active.cell(row, 6).number_format = "0.0%"

    check_numbers(read_register(as_xlsx(tmp_path, fractions, change)))
    assert "are they fractions?" in refusal(as_xlsx(tmp_path, fractions))
    assert "are they fractions?" in refusal(as_csv(tmp_path, fractions))
    said_so = [[*rows[0][:5], "数字化得分（0-1）"], *fractions[1:]]
    check_numbers(read_register(as_csv(tmp_path, said_so)))
    levels = [[*rows[0][:5], "数字化等级"], *([*row[:5], place % 4 + 1] for place, row in enumerate(rows[1:]))]
    assert "as levels are" in refusal(as_csv(tmp_path, levels))
    tens = [rows[0], *([*row[:5], row[5] / 10] for row in rows[1:])]
    assert "as on a scale of ten" in refusal(as_csv(tmp_path, tens))
    mixed = [rows[0], *([*row[:5], f"{row[5]}%" if place else row[5]] for place, row in enumerate(rows[1:]))]
    assert "some cells state a unit" in refusal(as_csv(tmp_path, mixed))


# ------------------------------------------------------------------------------------------------ structure


TOTALS = [
    ["合计", "", sum(STAFF), sum(REVENUE) * 100, "", ""],
    ["总  计", "", sum(STAFF), sum(REVENUE) * 100, "", ""],
    ["", "合计", sum(STAFF), 9, "", ""],
    ["Total", "", 9, 9, "", ""],
    ["小计：", "", 9, 9, "", ""],
    ["平均", "", 9, 9, "", 34.1],
    ["合计（12家）", "", 9, 9, "", ""],
    ["注：1.数据为快报数", "", "", "", "", ""],
    ["审核人：", "", "制表人：", "", "2024-01-15", ""],
    ["填表日期：2024年1月15日", "", "", "", "", ""],
    ["数据来源：区统计局", "", "", "", "", ""],
    ["第1页 共3页", "", "", "", "", ""],
    ["以上企业均为规模以上工业企业", "", "", "", "", ""],
    ["Note: preliminary", "", "", "", "", ""],
]


@pytest.mark.parametrize("last", TOTALS, ids=lambda row: row[0] or row[1])
@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_totals_notes_and_signatures_are_left_out_and_said(
    tmp_path: Path, last: list[Any], write: Callable[..., Path]
) -> None:
    register = read_register(write(tmp_path, [*firms(), [""] * 6, last]))
    check_numbers(register)
    assert f"left out as totals, notes or signatures: row {FIRMS + 3}" in said(register)


def test_subtotals_within_and_names_repeated_on_every_page(tmp_path: Path) -> None:
    rows = firms()
    within = [*rows[:6], ["", "小计", 9, 9, "", ""], rows[0], *rows[6:], ["合计", "", 9, 9, "", ""]]
    register = read_register(as_csv(tmp_path, within))
    check_numbers(register)
    assert "left out as totals, notes or signatures: rows 7 and 16" in said(register)
    assert "rows that repeat the names of the columns are left out: row 8" in said(register)


@pytest.mark.parametrize("last", [["", "", sum(STAFF), 9, "", ""], ["本表数据仅供内部参考", "", "", "", "", ""]])
def test_a_last_row_that_may_be_a_total_or_a_note_is_refused_in_one_line(tmp_path: Path, last: list[Any]) -> None:
    for write in (as_csv, as_xlsx):
        assert f"row {FIRMS + 2}: " in refusal(write(tmp_path, [*firms(), last]))
        assert "is not a firm: the row names neither id nor sector" in refusal(write(tmp_path, [*firms(), last]))


def test_a_firm_whose_name_ends_like_a_total_is_kept(tmp_path: Path) -> None:
    rows = [["企业名称", *firms()[0][1:]], *([f"重庆{place}累计", *row[1:]] for place, row in enumerate(firms()[1:]))]
    with pytest.raises(InputError, match="holds no firms"):
        read_register(as_csv(tmp_path, rows))  # never some of them in silence
    rows = [["企业名称", *firms()[0][1:]], *([f"注重科技{place}", *row[1:]] for place, row in enumerate(firms()[1:]))]
    assert len(read_register(as_csv(tmp_path, rows)).ids) == FIRMS


def test_the_list_of_an_office_from_end_to_end(tmp_path: Path) -> None:
    rows: Rows = [
        ["某区规模以上工业企业名单（2023年）", *[""] * 9],
        ["填报单位：区经信委", *[""] * 8, "单位：万元、人"],
        [
            "序号",
            "企业名称",
            "统一社会信用代码",
            "法定代表人",
            "注册地址",
            "行业代码",
            "企业规模",
            "平均用工人数",
            "营业收入",
            "备注",
        ],
    ]
    codes = ["C3670", "3911", "C35", "1441", "6513", "2651", "3974"]
    for place in range(FIRMS):
        rows.append(
            [
                place + 1,
                f"重庆某{place}有限公司",
                IDS[place],
                "张三",
                "渝北区",
                codes[place % 7],
                "小型",
                STAFF[place],
                wanyuan(place),
                "",
            ]
        )
    rows += [["合计", *[""] * 6, sum(STAFF), sum(REVENUE) * 100, ""], ["审核人：李四", *[""] * 9]]
    for file in (as_csv(tmp_path, rows), as_csv(tmp_path, rows, encoding="gb18030"), as_xlsx(tmp_path, rows)):
        register = read_register(file)
        check_numbers(register, scores=False, parks=False)
        assert [SECTOR_KEYS[sector] for sector in register.sector[:7]] == [
            "vehicles",
            "electronics",
            "equipment",
            "consumer_goods",
            "software",
            "materials",
            "display",
        ]
        assert "columns not used: 序号, 企业名称, 法定代表人, 注册地址, 企业规模, 备注" in said(register)
        assert "column '平均用工人数' is taken as its staff" in said(register)
        assert [period for _, period in register.periods] == ["2023"]


def test_two_rows_of_names(tmp_path: Path) -> None:
    rows = firms()
    grouped = [["企业基本情况", "", "生产经营情况", "", "", ""], *rows]

    def merge(book: Any) -> None:
        book.active.merge_cells("A1:B1")
        book.active.merge_cells("C1:F1")

    check_numbers(read_register(as_xlsx(tmp_path, grouped, merge)))
    check_numbers(read_register(as_csv(tmp_path, grouped)))
    down = [
        ["统一社会信用代码", "行业", "生产经营情况", "", "所在园区", "数字化得分"],
        ["", "", "从业人数", "营业收入（万元）", "", ""],
        *rows[1:],
    ]

    def merge_down(book: Any) -> None:
        for area in ("A1:A2", "B1:B2", "C1:D1", "E1:E2", "F1:F2"):
            book.active.merge_cells(area)

    check_numbers(read_register(as_xlsx(tmp_path, down, merge_down)))
    check_numbers(read_register(as_csv(tmp_path, down)))
    numbered = [rows[0], ["甲", "乙", 1, 2, 3, 4], *rows[1:]]
    check_numbers(read_register(as_csv(tmp_path, numbered)))


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_revenue_of_two_years_is_refused_unless_one_is_empty(tmp_path: Path, write: Callable[..., Path]) -> None:
    rows = firms()
    two = [[*row[:4], "" if place else "2022年营业收入（万元）", *row[4:]] for place, row in enumerate(rows)]
    two[0][3] = "2023年营业收入（万元）"
    check_numbers(read_register(write(tmp_path, two)))
    two = [[*row[:4], row[3], *row[4:]] for row in two]
    two[0][4] = "2022年营业收入（万元）"
    assert "is given for several years (2022, 2023)" in refusal(write(tmp_path, two))
    stacked = [
        ["统一社会信用代码", "行业", "从业人数", "营业收入（万元）", "", "园区"],
        ["", "", "", "2022年", "2023年", ""],
        *([*row[:4], row[3], row[4]] for row in rows[1:]),
    ]
    assert "is given for several years (2022, 2023)" in refusal(write(tmp_path, stacked))


@pytest.mark.parametrize("other", ["上年", "上年同期", "同比增长%", "增速（%）"])
def test_this_year_beside_last_year_under_one_name(tmp_path: Path, other: str) -> None:
    head = [
        ["统一社会信用代码", "行业", "从业人数", "营业收入（万元）", "", "园区"],
        ["", "", "", "本年累计", other, ""],
    ]
    rows = [*head, *([*row[:4], row[3] / 2, row[4]] for row in firms()[1:])]

    def merge(book: Any) -> None:
        for area in ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:F2"):
            book.active.merge_cells(area)

    for file in (as_csv(tmp_path, rows), as_xlsx(tmp_path, rows, merge)):
        check_numbers(read_register(file), scores=False)


def test_a_title_of_part_of_a_year_is_refused_and_years_are_found(tmp_path: Path) -> None:
    for title in ("2023年1-11月主要指标", "2023年上半年经营情况", "2023年三季度"):
        assert "not of a whole year" in refusal(as_csv(tmp_path, [[title, *[""] * 5], *firms()]))
    for title, period in (("2023年1-12月主要指标", "2023"), ("截至2023年12月", "2023-12"), ("2023年度", "2023")):
        register = read_register(as_csv(tmp_path, [[title, *[""] * 5], *firms()]))
        check_numbers(register)
        assert [said_of for _, said_of in register.periods] == [period]
    dated = [[*row, "数据时间" if place == 0 else "2023-12-31"] for place, row in enumerate(firms())]
    assert [period for _, period in read_register(as_csv(tmp_path, dated)).periods] == ["2023-12"]


def test_a_unit_in_the_name_of_the_sheet(tmp_path: Path) -> None:
    rows = firms()
    rows[0][3] = "营业收入"
    check_numbers(
        read_register(as_xlsx(tmp_path, rows, lambda book: setattr(book.active, "title", "规上企业（万元）")))
    )


def test_a_file_without_any_known_name_is_refused_in_one_line(tmp_path: Path) -> None:
    assert "none of its columns has a name that a register knows" in refusal(
        as_csv(tmp_path, [["甲", "乙"], ["丙", "丁"]])
    )


def test_growth_beside_revenue_is_not_revenue(tmp_path: Path) -> None:
    rows = [[*row[:4], 12.5 if place else "营业收入增速（%）", *row[4:]] for place, row in enumerate(firms())]
    register = read_register(as_csv(tmp_path, rows))
    check_numbers(register)
    assert "columns not used: 营业收入增速(%)" in said(register)


def test_merged_parks_are_filled_down_and_merged_numbers_refused(tmp_path: Path) -> None:
    def merge(column: str) -> Callable[[Any], None]:
        def change(book: Any) -> None:
            for first, last in ((2, 6), (7, 10), (11, 13)):
                book.active.merge_cells(f"{column}{first}:{column}{last}")

        return change

    register = read_register(as_xlsx(tmp_path, firms(), merge("E")))
    check_numbers(register)
    assert "merged cells: '所在园区' holds for all rows that they cover (firms filled in: 9)" in said(register)
    with pytest.raises(InputError, match="merged cells give one value to several firms"):
        read_register(as_xlsx(tmp_path, firms(), merge("F")))
    blank = firms()
    for place in (2, 3, 4, 5, 7, 8, 9, 11, 12):
        blank[place][4] = ""
    assert "looks like merged cells saved as text" in refusal(as_csv(tmp_path, blank))


def test_which_sheet_is_read(tmp_path: Path) -> None:
    old = [[*row[:3], row[3] if place == 0 else row[3] / 3, *row[4:]] for place, row in enumerate(firms())]

    def hidden(book: Any) -> None:
        sheet = book.create_sheet("2018旧", 0)
        for row in old:
            sheet.append(row)
        sheet.sheet_state = "hidden"
        book.create_sheet("填表说明").append(["请按要求填写"])

    register = read_register(as_xlsx(tmp_path, firms(), hidden))
    check_numbers(register)
    assert "sheet 'Sheet' is read; left out: '2018旧' (hidden), '填表说明'" in said(register)

    def two(book: Any) -> None:
        sheet = book.create_sheet("新增企业")
        for row in old:
            sheet.append(row)

    file = as_xlsx(tmp_path, firms(), two)
    assert "name the one to read, as in FILE#Sheet" in refusal(file)
    check_numbers(read_register(f"{file}#Sheet"))
    assert read_register(f"{file}#新增企业").revenue[0] == pytest.approx(REVENUE[0] / 3)
    with pytest.raises(InputError, match="has no sheet '2024'; its sheets are 'Sheet', '新增企业'"):
        read_register(f"{file}#2024")


def test_hidden_rows_are_refused_and_hidden_columns_said(tmp_path: Path) -> None:
    def rows(book: Any) -> None:
        for row in (3, 5):
            book.active.row_dimensions[row].hidden = True

    assert "rows 3 and 5: firms are hidden or filtered away (rows: 2)" in refusal(as_xlsx(tmp_path, firms(), rows))

    def column(book: Any) -> None:
        book.active.column_dimensions["D"].hidden = True

    register = read_register(as_xlsx(tmp_path, firms(), column))
    check_numbers(register)
    assert "hidden columns of the sheet are read too: '营业收入(万元)'" in said(register)


def test_unquoted_thousands_never_shift_a_row(tmp_path: Path) -> None:
    file = tmp_path / "名单.csv"
    file.write_text(
        "企业编号,行业,从业人数,营业收入（百万元）,园区\nA,智能装备,1,024,24.9,\nB,智能装备,300,50,空港\n", "utf-8"
    )
    assert "row 2: more cells than the 5 names of columns" in refusal(file)
    file.write_text(
        "企业编号,行业,从业人数,营业收入（百万元）,园区,现金\nA,智能装备,1,024,24.9\nB,智能装备,300,50,空港,5\n",
        "utf-8",
    )
    with pytest.raises(InputError):
        read_register(file)  # a short row that a number shifted: "024" is not a number, "24.9" no park


@pytest.mark.parametrize("mark", ["—", "——", "-", "/", "暂无", "空", "NA", "N/A", "null", "None", "－", "未填", "…"])
def test_marks_of_nothing_are_empty_in_every_optional_column(tmp_path: Path, mark: str) -> None:
    header = [
        "数字化得分",
        "园区",
        "机器人",
        "数字化车间",
        "智能工厂",
        "研发活动",
        "货币资金（万元）",
        "链主",
        "合作伙伴",
    ]
    rows = [[*row[:4], *([mark] * 9 if place else header)] for place, row in enumerate(firms())]
    for file in (as_csv(tmp_path, rows), as_xlsx(tmp_path, rows)):
        register = read_register(file)
        assert len(register.imputed) == 9 or mark == "None"
        assert np.isnan(register.digital_score).all()
        assert register.park_names == ()
        assert "marks read as empty" in said(register)


def test_wu_says_none_where_none_can_be(tmp_path: Path) -> None:
    header = ["园区", "机器人", "数字化车间", "研发活动", "合作伙伴"]
    rows = [[*row[:4], *(["无"] * 5 if place else header)] for place, row in enumerate(firms())]
    register = read_register(as_csv(tmp_path, rows))
    assert register.park_names == ()
    assert register.robots.tolist() == register.rd_active.tolist() == register.workshops.tolist() == [0] * FIRMS
    assert register.partners is not None
    assert all(known is not None and known.size == 0 for known in register.partners)
    assert "words for none, such as '无', are read as 0 in: '数字化车间'" in said(register)


# ------------------------------------------------------------------------------------------------ files and ids


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "，"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, separator: str) -> None:
    check_numbers(read_register(as_csv(tmp_path, firms(), encoding=encoding, separator=separator)))


def test_the_line_of_excel_that_names_the_separator(tmp_path: Path) -> None:
    file = as_csv(tmp_path, firms(), encoding="utf-8", separator=";")
    file.write_text("sep=;\n" + file.read_text("utf-8"), "utf-8")
    check_numbers(read_register(file))


def test_full_width_digits_spaces_thousands_and_formula_ids(tmp_path: Path) -> None:
    rows = firms()
    for place, row in enumerate(rows[1:]):
        row[0] = f'="{row[0]}"' if place % 2 else f"'{row[0]}"
        row[2] = f"　{row[2]:,} ".translate({48 + digit: 0xFF10 + digit for digit in range(10)})
        row[3] = f"{row[3]:,.2f}"
    check_numbers(read_register(as_csv(tmp_path, rows)))


def test_ids_that_excel_made_numbers(tmp_path: Path) -> None:
    rows = columns(firms(), 0, 1, 2, 3)
    for place, row in enumerate(rows[1:]):
        row[0] = f"9150011210000{place:02d}000"
    assert "end in 000" in refusal(as_csv(tmp_path, rows))
    for place, row in enumerate(rows[1:]):
        row[0] = 915001121000000000 + place * 1000
    with pytest.raises(InputError, match="is not a valid id"):
        read_register(as_xlsx(tmp_path, rows))
    padded = [["编号", *rows[0][1:]], *([place, *row[1:]] for place, row in enumerate(rows[1:], 1))]

    def change(book: Any) -> None:
        for row in range(2, FIRMS + 2):
            book.active.cell(row, 1).number_format = "0000"

    assert read_register(as_xlsx(tmp_path, padded, change)).ids[0] == "0001"


def test_names_are_ids_where_there_are_no_ids(tmp_path: Path) -> None:
    rows = [["序号", "企业名称", *firms()[0][1:]]]
    rows += [[place, f"重庆{place}公司", *row[1:]] for place, row in enumerate(firms()[1:], 1)]
    register = read_register(as_csv(tmp_path, rows))
    assert register.ids[:2] == ("重庆1公司", "重庆2公司")
    assert "the names in '企业名称' are taken as ids" in said(register)
    rows[3][1] = rows[2][1]
    assert "is the id of row 3 already" in refusal(as_csv(tmp_path, rows))
    numbers = [[row[0], *row[2:]] for row in rows]
    assert "the numbers in '序号' are taken as ids" in said(read_register(as_csv(tmp_path, numbers)))


def test_partners_may_be_called_by_name(tmp_path: Path) -> None:
    rows = [
        [*row, *(("企业名称", "配套企业") if place == 0 else (f"重庆{place}公司", ""))]
        for place, row in enumerate(firms())
    ]
    rows[1][-1] = "重庆2公司、重庆3公司"
    register = read_register(as_csv(tmp_path, rows))
    assert register.partners is not None
    assert register.partners[0] is not None
    assert register.partners[0].tolist() == [1, 2]
    assert register.partners[1] is None
    assert f"partners ({FIRMS - 1} of {FIRMS} firms)" in register.imputed


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.numbers", "save it as .xlsx"),
        ("a.et", "save it as .xlsx"),
        ("a.ods", "save it as .xlsx"),
        ("a.pdf", "copy the table"),
        ("a.docx", "copy the table"),
        ("a.csv.gz", "unpack it"),
        ("a.zip", "unpack it"),
        ("a.json", "save it as .csv"),
    ],
)
def test_other_kinds_of_files_are_refused_with_what_to_do(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert words in refusal(tmp_path / name)


def test_a_workbook_under_another_name_is_read_as_what_it_is(tmp_path: Path) -> None:
    file = as_xlsx(tmp_path, firms())
    check_numbers(read_register(file.rename(tmp_path / "名单.xls")))
    text = as_csv(tmp_path, firms(), separator="\t", encoding="gb18030")
    check_numbers(read_register(text.rename(tmp_path / "导出.xls")))


OLD = Path(__file__).parent / "registers"
"""Workbooks of the format before 2007: the list with a hidden sheet, a title, a total, merged parks and formats."""


def test_a_workbook_of_before_2007() -> None:
    register = read_register(OLD / "list.xls")
    check_numbers(register)
    assert "sheet '名单' is read; left out: '旧' (hidden)" in said(register)
    assert "'营业收入' is read in 万元 (from the cells)" in said(register)
    assert "left out as totals, notes or signatures: row 16" in said(register)
    assert "row 5: firms are hidden or filtered away" in refusal(OLD / "hidden-row.xls")


@pytest.mark.parametrize("damage", range(40))
def test_a_damaged_workbook_of_before_2007_is_read_or_refused(tmp_path: Path, damage: int) -> None:
    content = bytearray((OLD / "list.xls").read_bytes())
    chance = random.Random(damage)
    for _ in range(1 + damage % 5):
        content[chance.randrange(len(content))] = chance.randrange(256)
    file = tmp_path / "list.xls"
    file.write_bytes(content[: chance.randrange(512, len(content))] if damage % 4 == 0 else content)
    problems: tuple[str, ...] = ()
    try:
        assert len(read_register(file).ids) >= 1
    except InputError as error:
        problems = error.problems
    assert all(problem.startswith("list.xls") for problem in problems)


def test_the_command_line_words_what_is_wrong_in_chinese(tmp_path: Path) -> None:
    rows = firms()
    rows[0][3] = "营业收入"
    file = as_csv(tmp_path, rows)
    done = CliRunner().invoke(program, ["compare", "baseline", "--firms", str(file), "--lang", "zh"])
    assert done.exit_code == 2
    assert "人均营业收入中位数为" in done.output
    assert "median" not in done.output
    english = CliRunner().invoke(program, ["compare", "baseline", "--firms", str(file)])
    assert "million RMB an employee" in english.output


# ------------------------------------------------------------------------------------------------ industries


def test_industries_by_code_and_by_name(tmp_path: Path) -> None:
    said_as = {
        "C3670": "vehicles",
        "36": "vehicles",
        "汽车零部件及配件制造": "vehicles",
        "汽车": "vehicles",
        "汽车制造业": "vehicles",
        "计算机、通信和其他电子设备制造业": "electronics",
        "电子信息": "electronics",
        "装备制造": "equipment",
        "C35": "equipment",
        "通用设备制造业": "equipment",
        "食品": "consumer_goods",
        "农副食品加工业": "consumer_goods",
        "3825": "new_energy",
        "C3841": "new_energy",
        "锂离子电池制造": "new_energy",
        "3974": "display",
        "显示器件制造": "display",
        "I65": "software",
        "软件和信息技术服务业": "software",
        "非金属矿物制品业": "materials",
        "化工": "materials",
        "C3973": "new_star",
        "医药制造业": "new_star",
        "C3670 汽车零部件及配件制造": "vehicles",
        "制造业/汽车制造业/汽车整车制造": "vehicles",
        "D4411": "new_star",
    }
    rows: Rows = [["id", "行业", "从业人数", "营业收入（万元）"]]
    rows += [[f"F{place}", text, 100, 15000] for place, text in enumerate(said_as)]
    for file in (as_csv(tmp_path, rows), as_xlsx(tmp_path, rows)):
        register = read_register(file)
        assert [SECTOR_KEYS[sector] for sector in register.sector] == list(said_as.values())
        assert "industries are mapped to sectors by code of GB/T 4754-2017" in said(register)
        assert "industry that no cluster covers is counted with the new-star clusters (firms: 1)" in said(register)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3721", "no such code in GB/T 4754-2017"),
        ("A36", "no such code"),
        ("餐饮业", "is not industry"),
        ("C", "is not a sector"),
        ("5151", "is not industry"),
        ("C3670 锂离子电池制造", "code and name are of different sectors"),
        ("制造业", "is not a sector"),
        ("新型显视", "is not a sector (perhaps 'display')"),
        ("量子", "is not a sector; give"),
        ("汽配软", "is not a sector; give"),
        ("0x10", "is not a sector; give"),  # found by search: 10 was read as a code
        ("firm36", "is not a sector; give"),
    ],
)
def test_what_is_no_industry_of_the_district_is_refused(tmp_path: Path, text: str, words: str) -> None:
    rows = firms()
    rows[4][1] = rows[9][1] = text
    assert words in refusal(as_csv(tmp_path, rows))
    assert "rows 5 and 10" in refusal(as_csv(tmp_path, rows))


def test_industry_and_code_that_disagree_are_said(tmp_path: Path) -> None:
    rows = [[*row, "C3670" if place else "行业代码"] for place, row in enumerate(firms())]
    register = read_register(as_csv(tmp_path, rows))
    check_numbers(register)
    assert "'行业' and '行业代码' disagree (firms: 10; rows" in said(register)
    only = [[row[0], *row[2:]] for row in rows]
    assert set(read_register(as_csv(tmp_path, only)).sector.tolist()) == {0}


# ------------------------------------------------------------------------------------------------ unknown columns


def test_unknown_columns_are_left_out_and_misspelt_ones_refused(tmp_path: Path) -> None:
    rows = [
        [*row, *([place] * 3 if place else ["联系电话", "工业总产值（万元）", "colour"])]
        for place, row in enumerate(firms())
    ]
    register = read_register(as_csv(tmp_path, rows))
    check_numbers(register)
    assert "columns not used: 联系电话, 工业总产值(万元), colour" in said(register)
    rows[0][5] = "数字化得份"
    assert "is not a column of a register (perhaps 'digital_score')" in refusal(as_csv(tmp_path, rows))


# ------------------------------------------------------------------------------------------------ CSV and workbook


MONEY = st.sampled_from(
    ["营业收入", "营业收入（万元）", "营业收入（2023年，千元）", "revenue (million RMB)", "主营业务收入(元)", "收入"]
)
CELLS = st.sampled_from(
    [
        "",
        "—",
        "无",
        "12",
        "1,024",
        "0.34",
        "34.4%",
        "120人",
        "3.5亿元",
        "9000万元",
        "是",
        "空港",
        "2023-01-05",
        "=",
        "1e3",
    ]
)


@settings(max_examples=examples(150), deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_csv_and_workbook_of_one_table_never_disagree(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    rows = [[str(cell) for cell in row] for row in firms(scale=data.draw(st.sampled_from([1, 100, 1000, 1e6])))]
    rows[0][3] = data.draw(MONEY)
    for _ in range(data.draw(st.integers(0, 4))):
        rows[data.draw(st.integers(0, FIRMS))][data.draw(st.integers(0, 5))] = data.draw(CELLS)
    above = data.draw(st.lists(st.sampled_from(["名单（2023年）", "单位：万元", "单位：千元、人", ""]), max_size=2))
    below = data.draw(st.lists(st.sampled_from(["合计", "注：略", "审核人：", "甲"]), max_size=2))
    rows = [*([text, *[""] * 5] for text in above), *rows, *([text, *[""] * 5] for text in below)]
    folder = tmp_path_factory.getbasetemp()
    outcomes = []
    for write in (as_csv, as_xlsx):
        file = write(folder, [[None if cell == "" and write is as_xlsx else cell for cell in row] for row in rows])
        try:
            register = read_register(file)
            outcomes.append(
                (
                    register.ids,
                    register.employees.tolist(),
                    register.revenue.tolist(),
                    register.sector.tolist(),
                    str(register.digital_score.tolist()),
                    register.notes,
                    register.assumed,
                )
            )
        except InputError as error:
            outcomes.append(tuple(problem.removeprefix(file.name) for problem in error.problems))
    assert outcomes[0] == outcomes[1]
