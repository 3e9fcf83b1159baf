"""The workbook: one sheet a question, numbers as they are, and text that stays text."""

from __future__ import annotations

import dataclasses
import math
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from zhizao.errors import InputError
from zhizao.report.workbook import QUESTIONS, save_workbook
from zhizao.results.outcomes import OUTCOMES_BY_NAME
from zhizao.results.wording import label
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.words.tables import Language

PAID = OUTCOMES_BY_NAME["public_spend_total"]


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(["baseline", "no-programme"], draws=2, n_firms=50, workers=1, calibration="prior")


def rows(book: Any, sheet: str) -> list[dict[str, Any]]:
    headers, *lines = book[sheet].iter_rows(values_only=True)
    return [dict(zip(headers, line, strict=True)) for line in lines]


def test_one_sheet_a_question_with_units_and_the_comparison_s_own_numbers(
    comparison: Comparison, tmp_path: Path
) -> None:
    book = load_workbook(save_workbook(comparison, tmp_path / "out.xlsx"))
    assert book.sheetnames == list(QUESTIONS)
    assert all(row["unit"] for row in rows(book, "Outcomes"))
    paid = [row for row in rows(book, "Outcomes") if row["outcome, in files"] == "public_spend_total"]
    assert {row["outcome"] for row in paid} == {label(PAID, "en")}
    spent = {row["scenario, in files"]: row["mean"] for row in paid}
    for entry in comparison.compared:
        assert spent[entry.label] == pytest.approx(entry.outcomes["public_spend_total"].mean(), rel=1e-12)
    wanted = ("baseline", "spending", "all")
    keys = ("scenario, in files", "line, in files", "instrument, in files")
    money = [row for row in rows(book, "Money") if tuple(row[key] for key in keys) == wanted]
    assert money[0]["mean"] == pytest.approx(spent["baseline"], rel=1e-9)
    assert {row["scenario"] for row in rows(book, "Differences")} == {"No programme from 2024"}
    assert all(row["source"] for row in rows(book, "Scenarios"))
    assert all(row["unit"] for row in rows(book, "Names"))


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x","y")', "a\x07b", "\t=1"])
def test_text_from_files_is_never_a_formula(comparison: Comparison, tmp_path: Path, name: str) -> None:
    first = comparison.first
    scenario = dataclasses.replace(first.scenario, title=name, question=name, source=name)
    renamed = dataclasses.replace(first, label=name, scenario=scenario)
    harmful = dataclasses.replace(comparison, by_treatment={"prior": (renamed, *comparison.compared[1:])})
    book = load_workbook(save_workbook(harmful, tmp_path / "out.xlsx"))
    for sheet in book:
        for line in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in line)
    assert rows(book, "Scenarios")[0]["scenario"] == "".join(c if c >= " " else "?" for c in name)


def test_what_is_unknown_is_empty_and_what_has_no_end_is_said(comparison: Comparison, tmp_path: Path) -> None:
    book = load_workbook(save_workbook(comparison, tmp_path / "out.xlsx"))
    wanted = ("no-programme", "leverage")
    bare = [row for row in rows(book, "Outcomes") if (row["scenario, in files"], row["outcome, in files"]) == wanted]
    assert bare[0]["mean"] is None
    values = [cell for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line]
    assert not any(isinstance(value, float) and not math.isfinite(value) for value in values)


@pytest.mark.parametrize(("name", "words"), [("out.xls", "ending"), ("none/out.xlsx", "does not exist")])
def test_a_file_that_cannot_be_is_refused(comparison: Comparison, tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        save_workbook(comparison, tmp_path / name)


def test_a_sheet_shows_every_line_and_can_be_printed(comparison: Comparison, tmp_path: Path) -> None:
    book = load_workbook(save_workbook(comparison, tmp_path / "out.xlsx"))
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$1"
    read_me = book["Read me"]
    long = next(cell for cell in read_me["B"] if str(cell.value).startswith("How often is the plan met"))
    assert long.alignment.wrap_text
    assert read_me.row_dimensions[long.row].height >= 30.0  # of two lines
    assert read_me.row_dimensions[1].height is None
    assert read_me.cell(long.row, 1).alignment.vertical == "top"


HANZI = re.compile(r"[\u4e00-\u9fff]")


def test_a_chinese_workbook_is_chinese_and_has_the_same_numbers(comparison: Comparison, tmp_path: Path) -> None:
    book = load_workbook(save_workbook(comparison, tmp_path / "zh.xlsx", "zh"))
    english = load_workbook(save_workbook(comparison, tmp_path / "en.xlsx"))
    assert len(book.sheetnames) == len(english.sheetnames)
    assert all(HANZI.search(name) for name in book.sheetnames)
    for sheet, other in zip(book, english, strict=True):
        headers = [cell.value for cell in sheet[1]]
        assert all(HANZI.search(header) for header in headers), (sheet.title, headers)
        assert len(set(headers)) == len(headers), sheet.title
        assert sheet.max_row == other.max_row or sheet.title in ("说明", "列说明")
    shown = {row["情景"]: row["均值"] for row in rows(book, "结果") if row["结果"] == label(PAID, "zh")}
    spent = {e.label: e.outcomes["public_spend_total"].mean() for e in comparison.compared}
    assert sorted(shown.values()) == pytest.approx(sorted(100.0 * value for value in spent.values()))
    units = {row["单位"] for name in ("结果", "差值", "逐月") for row in rows(book, name)}
    assert not [unit for unit in units if not HANZI.search(unit)]
    money = [row["均值"] for row in rows(book, "财政资金") if "起支付的财政资金" in row["资金去向"]]
    assert money[0] == pytest.approx(100.0 * spent["baseline"])
    words = {
        str(cell)
        for name in ("说明", "规划目标", "政策变化", "谁有变化", "排序")
        for header, *cells in book[name].iter_cols(values_only=True)
        for cell in (header, *cells)
        if isinstance(cell, str) and not header.endswith("（文件中）")
    }
    without = {word for word in words if not HANZI.search(word) and not re.fullmatch(r"[\d.,%−+–→ a-z_.]*", word)}
    assert not without


CODE = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)+")
"""A name of a scenario, an outcome, a column or a parameter."""


@pytest.mark.parametrize(("language", "in_files"), [("en", ", in files"), ("zh", "（文件中）")])
def test_a_reader_sees_words_and_names_of_files_stand_apart(
    comparison: Comparison, tmp_path: Path, language: Language, in_files: str
) -> None:
    book = load_workbook(save_workbook(comparison, tmp_path / "out.xlsx", language))
    *sheets, _, codebook = book.worksheets
    seen = [
        str(cell)
        for sheet in sheets
        for header, *cells in sheet.iter_cols(values_only=True)
        for cell in (header, *cells)
        if not header.endswith(in_files) and header not in ("key of the parameter", "参数的键")
    ]
    assert not [text for text in seen if CODE.fullmatch(text) and not re.fullmatch(r"[\d.-]*", text)]
    name_of = {(line[0], line[1]): line[2] for line in codebook.iter_rows(min_row=2, values_only=True)}
    for sheet in sheets:
        headers = [cell.value for cell in sheet[1]]
        assert {(sheet.title, header) for header in headers} <= name_of.keys()
        for header in headers[1:]:  # the first one is the scenario's, which another sheet explains
            if f"{header}{in_files}" in headers:
                pairs = {(row[header], row[f"{header}{in_files}"]) for row in rows(book, sheet.title)}
                assert all(name_of[sheet.title, word] == name for word, name in pairs)


def test_names_of_files_are_not_printed(comparison: Comparison, tmp_path: Path) -> None:
    sheet = load_workbook(save_workbook(comparison, tmp_path / "out.xlsx"))["Outcomes"]
    assert sheet.print_area.endswith(f"$G${sheet.max_row}")
    assert sheet["H1"].value == "scenario, in files"
