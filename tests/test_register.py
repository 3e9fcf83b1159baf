"""A district's own register of firms: good files give numbers, bad ones give places and fixes."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from zhizao.errors import InputError
from zhizao.register import REGISTER_COLUMNS, Register, read_register
from zhizao.sectors import SECTOR_KEYS

Table = list[list[Any]]

HEADER = [column.name for column in REGISTER_COLUMNS]
KINDS = (".csv", ".xlsx", ".parquet")


def good_table() -> Table:
    """Six firms: every column, some cells empty, links named by one side only."""
    return [
        HEADER,
        ["F1", "vehicles", "1500", "900.5", "North", "55.5", "yes", "4", "2", "是", "30", "true", "F2;F3"],
        ["F2", "智能手机", "1200", "30", "South", "", "0", "0", "0", "no", "0.25", "no", ""],
        ["F3", "New displays", "320", "25", "North", "20", "是", "1", "0", "1", "2", "0", "F1、F4"],
        ["F4", "new energy", "320", "19.9", "", "35", "否", "", "", "有", "", "无", ""],
        ["F5", "Software and information", "90", "500", "South", "0", "N", "2", "1", "无", "7", "FALSE", ""],
        ["F6", "先进材料", "300", "20", "North", "100", "Y", "0", "0", "y", "1e1", "f", "F5, F1"],
    ]


def write(file: Path, table: Table) -> Path:
    """Write a table of text in the format that the suffix of `file` names."""
    if file.suffix == ".csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerows(table)
        file.write_bytes(text.getvalue().encode("utf-8"))
    elif file.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in table:
            book.active.append(row)
        book.save(file)
    else:
        header, *rows = table
        columns = [pa.array([row[place] or None for row in rows], pa.string()) for place in range(len(header))]
        pq.write_table(pa.Table.from_arrays(columns, names=header), file)
    return file


def with_cell(row: int, column: str, value: object) -> Table:
    """Return the good table with one cell replaced; `row` counts as in the sheet."""
    table = good_table()
    table[row - 1][HEADER.index(column)] = value
    return table


def problems_of(file: Path) -> tuple[str, ...]:
    """Return the problems of a file that must have some, each of which must name the file."""
    with pytest.raises(InputError) as caught:
        read_register(file)
    problems = caught.value.problems
    assert problems
    assert all(problem.startswith(file.name) and "\n" not in problem for problem in problems)
    return problems


def partners_of(register: Register) -> list[list[int] | None] | None:
    """Return each firm's partners as lists."""
    if register.partners is None:
        return None
    return [None if rows is None else rows.tolist() for rows in register.partners]


def same(one: Register, two: Register, *, words: bool = True) -> bool:
    """Say whether two registers are equal to the bit; `words` says whether in what is said of them too."""
    for item in dataclasses.fields(Register):
        if not words and item.name in ("notes", "assumed", "imputed", "periods"):
            continue
        first, second = getattr(one, item.name), getattr(two, item.name)
        if isinstance(first, np.ndarray):
            if first.dtype != second.dtype or not np.array_equal(first, second, equal_nan=first.dtype.kind == "f"):
                return False
        elif item.name == "partners":
            if partners_of(one) != partners_of(two):
                return False
        elif first != second:
            return False
    return True


def check_sound(register: Register) -> None:
    """Assert what holds for every register."""
    count = len(register.ids)
    assert count >= 1
    assert len(set(register.ids)) == count
    for item in dataclasses.fields(Register):
        value = getattr(register, item.name)
        if isinstance(value, np.ndarray):
            assert value.shape == (count,)
            assert not value.flags.writeable
    assert ((register.sector >= 0) & (register.sector < len(SECTOR_KEYS))).all()
    assert ((register.employees >= 1) & (register.employees <= 2e6)).all()
    assert (register.employees % 1 == 0).all()
    assert ((register.revenue > 0) & (register.revenue <= 1e6)).all()
    assert np.isin(register.size_class, [0, 1, 2]).all()
    assert ((register.park >= -1) & (register.park < len(register.park_names))).all()
    scores = register.digital_score[~np.isnan(register.digital_score)]
    assert ((scores >= 0) & (scores <= 100)).all()
    assert not (register.cash < 0).any()
    for flag in (register.robots, register.rd_active, register.leader):
        assert np.isin(flag, [-1, 0, 1]).all()
    known = (register.workshops >= 0) & (register.factories >= 0)
    assert (2 * register.factories <= register.workshops)[known].all()
    if (partners := partners_of(register)) is not None:
        assert len(partners) == count
        links = {(a, b) for a, named in enumerate(partners) for b in named or ()}
        assert {(b, a) for a, b in links if partners[b] is not None} <= links
        assert all(a != b for a, b in links)
        assert sum(len(named or ()) for named in partners) == len(links)


# Good registers


@pytest.mark.parametrize("kind", KINDS)
def test_reads_every_column(tmp_path: Path, kind: str) -> None:
    register = read_register(write(tmp_path / f"firms{kind}", good_table()))
    check_sound(register)
    assert register.ids == ("F1", "F2", "F3", "F4", "F5", "F6")
    assert [SECTOR_KEYS[index] for index in register.sector] == [
        "vehicles",
        "electronics",
        "display",
        "new_energy",
        "software",
        "materials",
    ]
    assert register.employees.tolist() == [1500, 1200, 320, 320, 90, 300]
    assert register.revenue.tolist() == [900.5, 30, 25, 19.9, 500, 20]
    assert register.size_class.tolist() == [2, 1, 1, 0, 0, 1]
    assert register.park_names == ("North", "South")
    assert register.park.tolist() == [0, 1, 0, -1, 1, 0]
    np.testing.assert_array_equal(register.digital_score, [55.5, np.nan, 20, 35, 0, 100])
    assert register.robots.tolist() == [1, 0, 1, 0, 0, 1]
    assert register.rd_active.tolist() == [1, 0, 1, 1, 0, 1]
    assert register.leader.tolist() == [1, 0, 0, 0, 0, 0]
    assert register.workshops.tolist() == [4, 0, 1, -1, 2, 0]
    assert register.factories.tolist() == [2, 0, 0, -1, 1, 0]
    np.testing.assert_array_equal(register.cash, [30, 0.25, 2, np.nan, 7, 10])
    assert partners_of(register) == [[1, 2, 5], None, [0, 3], None, None, [0, 4]]
    assert register.imputed == (
        "park (1 of 6 firms)",
        "digital_score (1 of 6 firms)",
        "workshops (1 of 6 firms)",
        "factories (1 of 6 firms)",
        "cash (1 of 6 firms)",
        "partners (3 of 6 firms)",
    )
    assert register.notes == ("1 firm is below the above-scale threshold of 20 million RMB a year",)


def test_the_three_formats_give_the_same_register(tmp_path: Path) -> None:
    registers = [read_register(write(tmp_path / f"firms{kind}", good_table())) for kind in KINDS]
    assert same(registers[0], registers[1])
    assert same(registers[0], registers[2])


def test_typed_cells_give_the_same_register_as_text(tmp_path: Path) -> None:
    rows = [["1001", "vehicles", "400", "25.5", "yes", "2"], ["1002", "display", "40", "2500", "no", ""]]
    header = ["id", "sector", "employees", "revenue", "robots", "workshops"]
    text = read_register(write(tmp_path / "firms.csv", [header, *rows]))
    typed: Table = [header, [1001, "vehicles", 400, 25.5, True, 2.0], [1002.0, "display", 40, 2500, False, None]]
    assert same(text, read_register(write(tmp_path / "firms.xlsx", typed)))
    columns = {
        "id": pa.array([1001, 1002]),
        "sector": pa.array(["vehicles", "display"]).dictionary_encode(),
        "employees": pa.array([400, 40], pa.int16()),
        "revenue": pa.array([25.5, 2500.0]),
        "robots": pa.array([True, False]),
        "workshops": pa.array([2.0, None]),
    }
    pq.write_table(pa.table(columns), tmp_path / "firms.parquet")
    assert same(text, read_register(tmp_path / "firms.parquet"))


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
def test_quotes_and_line_ends_do_not_matter(tmp_path: Path, quoting: Any, ending: str) -> None:
    table = with_cell(7, "partners", "F5;F1")
    expected = read_register(write(tmp_path / "firms.xlsx", table))
    with (tmp_path / "firms.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, quoting=quoting, lineterminator=ending).writerows(table)
    assert same(expected, read_register(tmp_path / "firms.csv"))


def test_a_cell_with_a_line_end_does_not_shift_the_rows(tmp_path: Path) -> None:
    table = with_cell(4, "partners", "F1;\nF4")
    table[5][HEADER.index("cash")] = "much"
    assert "row 6, column 'cash'" in problems_of(write(tmp_path / "firms.csv", table))[0]


@pytest.mark.parametrize("spelling", range(4))
@pytest.mark.parametrize("kind", KINDS)
def test_chinese_headers(tmp_path: Path, kind: str, spelling: int) -> None:
    table = good_table()
    english = read_register(write(tmp_path / f"english{kind}", table))
    table[0] = [column.chinese[min(spelling, len(column.chinese) - 1)] for column in REGISTER_COLUMNS]
    assert same(english, read_register(write(tmp_path / f"企业{kind}", table)), words=False)


def test_headers_in_any_order_case_and_spacing(tmp_path: Path) -> None:
    table = [row[::-1] for row in good_table()]
    table[0] = [name.upper().replace("_", " ") + " " for name in table[0]]
    expected = read_register(write(tmp_path / "expected.csv", good_table()))
    assert same(expected, read_register(write(tmp_path / "firms.csv", table)), words=False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "编号,行业,从业人数,营业收入,园区\r\nA,智能装备,300,50,前沿科技城\r\n"
    (tmp_path / "firms.csv").write_bytes(text.encode(encoding))
    register = read_register(tmp_path / "firms.csv")
    assert register.park_names == ("前沿科技城",)
    assert SECTOR_KEYS[register.sector[0]] == "equipment"


@pytest.mark.parametrize("number", ["1,234", "１２３４", " 1234 ", "1234.0", "+1234", "1.234e3", "１，２３４"])
def test_spellings_of_a_number(tmp_path: Path, number: str) -> None:
    assert read_register(write(tmp_path / "firms.csv", with_cell(2, "employees", number))).employees[0] == 1234


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("营业收入(万元)", "90050"),
        ("营业收入（亿元）", "9.005"),
        ("revenue (million RMB)", "900.5"),
        ("年收入(元)", "900500000"),
    ],
)
def test_a_unit_of_money_in_the_header_is_heeded(tmp_path: Path, header: str, cell: str) -> None:
    table = [["id", "sector", "employees", header], ["F1", "vehicles", "1500", cell]]
    assert read_register(write(tmp_path / "firms.csv", table)).revenue[0] == pytest.approx(900.5, rel=1e-15)


@pytest.mark.parametrize("name", [*SECTOR_KEYS, "Vehicles", "NEW ENERGY", "休闲食品", "Intelligent  Equipment"])
def test_spellings_of_a_sector(tmp_path: Path, name: str) -> None:
    check_sound(read_register(write(tmp_path / "firms.csv", with_cell(2, "sector", name))))


def test_the_size_rule_needs_both_limits(tmp_path: Path) -> None:
    firms = [(1000, 400, 2), (999, 400, 1), (1000, 399.9, 1), (300, 20, 1), (299, 20, 0), (5000, 19.9, 0)]
    table: Table = [["id", "sector", "employees", "revenue"]]
    table += [[str(place), "display", str(staff), str(money)] for place, (staff, money, _) in enumerate(firms)]
    register = read_register(write(tmp_path / "firms.csv", table))
    assert register.size_class.tolist() == [size for *_, size in firms]


def test_only_needed_columns(tmp_path: Path) -> None:
    register = read_register(write(tmp_path / "firms.csv", [row[:4] for row in good_table()]))
    check_sound(register)
    assert register.partners is None
    assert register.imputed == tuple(f"{column.name} (6 of 6 firms)" for column in REGISTER_COLUMNS[4:])


def test_an_empty_partners_column_counts_as_absent(tmp_path: Path) -> None:
    table = [[*row[:-1], ""] for row in good_table()[1:]]
    register = read_register(write(tmp_path / "firms.csv", [HEADER, *table]))
    assert register.partners is None
    assert "partners (6 of 6 firms)" in register.imputed


@pytest.mark.parametrize("none", ["none", "None", "无", "没有", "0"])
def test_a_firm_that_says_it_has_no_partners_is_known_to_have_none(tmp_path: Path, none: str) -> None:
    cells = [none, "F3", "", "F6", "", ""]
    table = [[*row[:-1], cell] for row, cell in zip(good_table()[1:], cells, strict=True)]
    register = read_register(write(tmp_path / "firms.csv", [HEADER, *table]))
    assert partners_of(register) == [[], [2], None, [5], None, None]
    assert "partners (3 of 6 firms)" in register.imputed


@pytest.mark.parametrize("kind", KINDS)
def test_empty_rows_and_columns_hold_nothing(tmp_path: Path, kind: str) -> None:
    table = good_table()
    table.insert(3, [""] * len(HEADER))
    table.append([""] * len(HEADER))
    table = [[*row, "", ""] for row in table]
    expected = read_register(write(tmp_path / f"expected{kind}", good_table()))
    assert same(expected, read_register(write(tmp_path / f"firms{kind}", table)))
    table[6][HEADER.index("employees")] = "many"  # the sixth firm, in row 7 of the sheet
    assert "row 7, column 'employees'" in problems_of(write(tmp_path / f"firms{kind}", table))[0]


def test_the_arrays_are_frozen(tmp_path: Path) -> None:
    register = read_register(write(tmp_path / "firms.csv", good_table()))
    with pytest.raises(ValueError, match="read-only"):
        register.revenue[0] = 1.0
    assert register.partners is not None
    with pytest.raises(ValueError, match="read-only"):
        register.partners[0][0] = 1


# Bad cells


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("id", "", ("the cell is empty", "the firm's id")),
        ("id", "F1", ("'F1' is the id of row 2 already",)),
        ("id", "F;9", ("is not a valid id", "without , ; or 、")),
        ("id", "9.15E+17", ("is not a valid id", "not rounded")),
        ("id", "#REF!", ("is an Excel error",)),
        ("sector", "vehicels", ("is not a sector", "perhaps 'vehicles'", "one of vehicles, electronics")),
        ("sector", "新型显视", ("is not a sector (perhaps 'display')",)),
        ("sector", "", ("the cell is empty",)),
        ("employees", "0", ("'0' is not a whole number within bounds", "from 1 to 2,000,000 persons")),
        ("employees", "2000001", ("not a whole number within bounds",)),
        ("employees", "12.5", ("not a whole number",)),
        ("employees", "nan", ("not a whole number",)),
        ("employees", "1,23", ("not a whole number",)),
        ("employees", "1_000", ("not a whole number",)),
        ("employees", "12吨", ("not a whole number",)),
        ("employees", "024", ("not a whole number",)),
        ("employees", "约120", ("not a whole number",)),
        ("employees", "10²", ("not a whole number",)),
        ("revenue", "0", ("above 0 and at most 1,000,000 million RMB a year",)),
        ("revenue", "-5", ("'-5' is not a number within bounds",)),
        ("revenue", "inf", ("is not a number within bounds",)),
        ("revenue", "1e999", ("is not a number within bounds",)),
        ("revenue", "#N/A", ("'#N/A' is an Excel error", "give its revenue")),
        ("revenue", "x" * 60, ("'" + "x" * 39 + "…'",)),
        ("park", "a" * 201, ("is not a valid name",)),
        ("digital_score", "100.5", ("from 0 to 100 points",)),
        ("digital_score", "85%分", ("is not a number",)),
        ("park", "24.9", ("is not a valid name",)),
        ("robots", "maybe", ("is neither yes nor no", "是 or 否")),
        ("workshops", "101", ("from 0 to 100 workshops",)),
        ("workshops", "2.5", ("a whole number",)),
        ("factories", "21", ("from 0 to 20 factories",)),
        ("factories", "4", ("a smart factory needs two digital workshops",)),
        ("rd_active", "2", ("is neither yes nor no",)),
        ("cash", "-0.1", ("from 0 to 1,000,000 million RMB",)),
        ("leader", "#VALUE!", ("is an Excel error",)),
        ("partners", "F9", ("'F9' is not the id of another firm in this file",)),
        ("partners", "F1; F3", ("'F3' is not the id of another firm",)),
    ],
)
def test_a_bad_cell_is_named_with_its_mend(
    tmp_path: Path, kind: str, column: str, value: str, words: tuple[str, ...]
) -> None:
    row = 7 if column == "id" else 4  # no firm names the one in row 7 as a partner
    (problem,) = problems_of(write(tmp_path / f"firms{kind}", with_cell(row, column, value)))
    assert problem.startswith(f"firms{kind}, row {row}, column '{column}': ")
    assert all(word in problem for word in words), problem


def test_a_bad_cell_is_named_as_in_the_file(tmp_path: Path) -> None:
    table = [["编号", "行业", "从业人数", "营业收入（万元）"], ["F1", "智能装备", "三百", "50"]]
    (problem,) = problems_of(write(tmp_path / "企业.csv", table))
    assert problem.startswith("企业.csv, row 2, column '从业人数' ('employees'): '三百' is not a whole number")


def test_a_mend_keeps_to_the_unit_of_the_header(tmp_path: Path) -> None:
    table = [["编号", "行业", "从业人数", "营业收入（万元）"], ["F1", "智能装备", "300", "-50"]]
    (problem,) = problems_of(write(tmp_path / "firms.csv", table))
    assert problem.endswith("at most 1,000,000 million RMB a year, here written in 万元 as the header says")


def test_control_characters_are_refused_and_never_printed(tmp_path: Path) -> None:
    (problem,) = problems_of(write(tmp_path / "firms.csv", with_cell(3, "park", "a\x1b[31mred")))
    assert "\x1b" not in problem


def test_all_problems_are_listed_in_the_order_of_the_sheet(tmp_path: Path) -> None:
    table = with_cell(6, "employees", "few")
    table[2][HEADER.index("revenue")] = "-1"
    table[2][HEADER.index("sector")] = "toys"
    table[6][HEADER.index("partners")] = "F7;F8"
    places = [problem.split(":")[0] for problem in problems_of(write(tmp_path / "firms.csv", table))]
    assert places == [
        "firms.csv, row 3, column 'sector'",
        "firms.csv, row 3, column 'revenue'",
        "firms.csv, row 6, column 'employees'",
        "firms.csv, row 7, column 'partners'",
    ]


def test_a_cause_that_many_rows_share_is_one_line(tmp_path: Path) -> None:
    table: Table = [["id", "sector", "employees", "revenue"]]
    table += [[f"F{place}", "toys", ("some", "few", "ten", "many", "none!")[place % 5], "50"] for place in range(600)]
    sector, employees = problems_of(write(tmp_path / "firms.csv", table))
    assert sector.startswith("firms.csv, rows 2, 3, 4 and 597 more, column 'sector': 'toys' is not a sector; give")
    assert employees.startswith("firms.csv, rows 2, 3, 4 and 597 more, column 'employees': 'some' (also 'few', ")
    assert "and 1 more) is not a whole number within bounds" in employees


def test_more_than_fifty_causes_are_counted(tmp_path: Path) -> None:
    columns = [f"robot{letter}" for letter in "abcdefghijklmnopqrtuvwxyz"]
    columns += [f"workshop{letter}" for letter in "abcdefghijklmnopqrtuvwxyz"]
    columns += ["cashs", "parc", "leaders", "partnerz", "factoriez"]
    table = [["id", "sector", "employees", "revenue", *columns], ["F1", "display", "90", "50", *columns]]
    problems = problems_of(write(tmp_path / "firms.csv", table))
    assert len(problems) == 51
    assert problems[-1] == "firms.csv: and 4 more; fix these and read the file again"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("=1+1", "a formula whose value was never stored"),
        (datetime.datetime(2024, 1, 5), "formatted as a date"),
        (datetime.time(1, 5), "formatted as a date"),
    ],
)
@pytest.mark.parametrize("column", ["id", "revenue", "park", "robots", "partners"])
def test_excel_cells_that_hold_no_value(tmp_path: Path, column: str, value: object, words: str) -> None:
    (problem,) = problems_of(write(tmp_path / "firms.xlsx", with_cell(7, column, value)))
    assert problem.startswith(f"firms.xlsx, row 7, column '{column}': ")
    assert words in problem


def test_excel_ids_beyond_fifteen_digits_are_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(write(tmp_path / "firms.xlsx", with_cell(7, "id", 915001127000000123)))
    assert "row 7, column 'id'" in problem


# Bad tables and files


def test_unknown_column_with_the_nearest_name(tmp_path: Path) -> None:
    table = good_table()
    table[0] = ["revenu" if name == "revenue" else "colour" if name == "park" else name for name in HEADER]
    problems = problems_of(write(tmp_path / "firms.csv", table))
    assert problems[0].startswith("firms.csv: column 'revenue' ('营业收入') is missing; give its revenue")
    assert "million RMB a year" in problems[0]
    assert problems[1].startswith(
        "firms.csv, row 1, column 'revenu': is not a column of a register (perhaps 'revenue'); "
    )
    assert len(problems) == 2  # 'colour' misspells nothing: it is left out, and said


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_given_twice(tmp_path: Path, kind: str) -> None:
    table = [[*row, row[2]] for row in good_table()]
    table[0][-1] = "从业人数"
    (problem,) = problems_of(write(tmp_path / f"firms{kind}", table))
    assert "row 1, column '从业人数' ('employees'): is there twice" in problem


@pytest.mark.parametrize("name", ["id", "sector", "employees", "revenue"])
def test_a_missing_needed_column(tmp_path: Path, name: str) -> None:
    place = HEADER.index(name)
    table = [row[:place] + row[place + 1 :] for row in good_table()]
    (problem,) = problems_of(write(tmp_path / "firms.csv", table))
    assert problem.startswith(f"firms.csv: column '{name}'")


@pytest.mark.parametrize("header", ["营业收入(吨)", "revenue (人)", "revenue (units)"])
def test_an_unknown_unit(tmp_path: Path, header: str) -> None:
    table = [["id", "sector", "employees", header], ["F1", "vehicles", "1500", "90"]]
    (problem,) = problems_of(write(tmp_path / "firms.csv", table))
    assert "the unit is not known; give million RMB a year" in problem


@pytest.mark.parametrize("header", ["revenue (USD)", "营业收入（万美元）", "revenue (million €)"])
def test_money_of_another_country(tmp_path: Path, header: str) -> None:
    table = [["id", "sector", "employees", header], ["F1", "vehicles", "1500", "90"]]
    (problem,) = problems_of(write(tmp_path / "firms.csv", table))
    assert "is not RMB; give million RMB a year" in problem


def test_a_value_under_no_name(tmp_path: Path) -> None:
    text = "id,sector,employees,revenue\nF1,display,30,50\nF2,display,1,234,50\n"
    (tmp_path / "firms.csv").write_text(text, encoding="utf-8")
    (problem,) = problems_of(tmp_path / "firms.csv")
    assert problem.startswith("firms.csv, row 3: more cells than the 4 names of columns")


def test_a_value_under_no_name_in_a_workbook(tmp_path: Path) -> None:
    table = [["id", "sector", "employees", "revenue"], ["F1", "display", 30, 50], ["F2", "display", 30, 50, "?!"]]
    (problem,) = problems_of(write(tmp_path / "firms.xlsx", table))
    assert problem.startswith("firms.xlsx, row 3, column 'number 5': holds a value, but the column has no name")


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_without_firms(tmp_path: Path, kind: str) -> None:
    assert "holds no firms" in problems_of(write(tmp_path / f"firms{kind}", [HEADER]))[0]


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_file(tmp_path: Path, kind: str) -> None:
    (tmp_path / f"firms{kind}").touch()
    assert "holds no firms" in problems_of(tmp_path / f"firms{kind}")[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("register_rows", 5, "rows; the limit for a register is 5;"),
        ("register_columns", 12, "columns; the limit for a register is 12;"),
        ("register_cells", 50, "cells; the limit for a register is 50;"),
    ],
)
def test_what_exceeds_a_limit_is_refused_until_the_limit_is_raised(
    tmp_path: Path, kind: str, name: str, value: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHIZAO_LIMITS", f"{name}={value}")
    (problem,) = problems_of(write(tmp_path / f"firms{kind}", good_table()))
    assert words in problem
    assert f"set ZHIZAO_LIMITS={name}=" in problem
    monkeypatch.setenv("ZHIZAO_LIMITS", problem.rpartition("ZHIZAO_LIMITS=")[2])
    check_sound(read_register(tmp_path / f"firms{kind}"))


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_too_large_a_file(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIZAO_LIMITS", "register_bytes=100")
    assert "bytes; the limit for a register is 100" in problems_of(write(tmp_path / f"firms{kind}", good_table()))[0]


@pytest.mark.parametrize("kind", [".xlsx", ".parquet"])
def test_too_large_a_file_once_unpacked(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIZAO_LIMITS", "register_unpacked_bytes=100")
    assert "bytes once unpacked; the limit" in problems_of(write(tmp_path / f"firms{kind}", good_table()))[0]


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("absent.csv", lambda file: None, "cannot be read (No such file or directory)"),
        ("folder.csv", lambda file: file.mkdir(), "is a folder"),
        ("firms.xls", lambda file: file.write_bytes(b"<html><table>"), "is a web page with the name of a workbook"),
        ("firms.xls", lambda file: file.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1")), "save it as .xlsx"),
        ("firms", lambda file: file.write_bytes(b"x"), "save it as .csv, .xlsx, .parquet, .xls"),
        ("firms.pkl", lambda file: file.write_bytes(b"cos\nsystem\n(S'false'\ntR."), "save it as"),
        ("junk.csv", lambda file: file.write_bytes(bytes(range(256))), "is not plain text"),
        ("junk.xlsx", lambda file: file.write_bytes(b"PK\3\4junk"), "cannot be read"),
        ("junk.parquet", lambda file: file.write_bytes(b"PAR1junkPAR1"), "cannot be read"),
        ("text.xlsx", lambda file: file.write_text("id,sector"), "cannot be read"),
        ("text.parquet", lambda file: file.write_text("id,sector"), "cannot be read"),
        ("wide.csv", lambda file: file.write_bytes(b"\xff\xfei\0d\0,"), "is not plain text"),
        ("quote.csv", lambda file: file.write_text('id,sector\n1,2\n3,"4\n5,6\n'), "row 3: cannot be split"),
        ("quote.csv", lambda file: file.write_text('id,sector\n1,2\n3,"4"5\n'), "row 3: cannot be split"),
        ("long.csv", lambda file: file.write_text("id,sector\n" + "x" * 200_000), "row 2: cannot be split"),
        ("cut.csv", lambda file: file.write_bytes("编号,行业\n1,智能\n".encode()[:-2]), "line 2 holds bytes"),
        ("byte.csv", lambda file: file.write_bytes(b"id,sector\n\xff\xff,1\n"), "cannot be read"),
    ],
)
def test_a_file_that_is_no_table(tmp_path: Path, name: str, make: Callable[[Path], object], words: str) -> None:
    make(tmp_path / name)
    (problem,) = problems_of(tmp_path / name)
    assert words in problem


def test_a_name_too_long_for_the_system_and_a_nul_in_it(tmp_path: Path) -> None:
    for name in ("x" * 300 + ".csv", "a\0b.csv"):
        with pytest.raises(InputError) as caught:
            read_register(tmp_path / name)
        assert "cannot be read" in caught.value.problems[0]


def test_a_nested_column_of_parquet(tmp_path: Path) -> None:
    columns = {name: pa.array(["F1"]) for name in HEADER[:4]} | {"park": pa.array([{"name": "North"}])}
    pq.write_table(pa.table(columns), tmp_path / "firms.parquet")
    (problem,) = problems_of(tmp_path / "firms.parquet")
    assert problem.startswith("firms.parquet, column 'park': holds struct<name: string>; give numbers or text")


# Damage at random


TABLE_DAMAGE = ("cell", "drop", "rename", "repeat column", "repeat row", "swap columns")
BYTE_DAMAGE = ("flip", "cut", "insert")
CERTAINLY_WRONG = ("#N/A", "#DIV/0!")
WRONG_FOR_ALL_BUT_TEXT = ("-1", "nan", "inf", "-inf", "1e400", "0x10", "1_0", "--", "vehicless", "=1+", "9" * 400)


MARKS_OF_NOTHING = ("nan", "--")


def without_control(text: str) -> str:
    """Return `text` as a workbook can hold it."""
    return openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", text)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one folder for all examples of the property test."""
    return tmp_path_factory.mktemp("damaged")


@settings(max_examples=examples(500), deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damaged_registers_are_read_or_refused_with_places(workplace: Path, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    damage = data.draw(st.sampled_from(TABLE_DAMAGE + BYTE_DAMAGE))
    table, file = good_table(), workplace / f"firms{kind}"
    surely_bad = surely_good = False
    place = data.draw(st.integers(0, len(HEADER) - 1))
    row = data.draw(st.integers(1, len(table) - 1))
    other = data.draw(st.integers(0, len(HEADER) - 1))
    column = REGISTER_COLUMNS[place]
    if damage == "cell":
        junk = data.draw(st.sampled_from(CERTAINLY_WRONG + WRONG_FOR_ALL_BUT_TEXT) | st.text(max_size=300))
        table[row][place] = without_control(junk)
        surely_bad = junk in CERTAINLY_WRONG or (
            junk in WRONG_FOR_ALL_BUT_TEXT
            and column.kind not in ("id", "text")
            and not (junk in MARKS_OF_NOTHING and not column.needed)
        )
    elif damage == "drop":
        table = [cells[:place] + cells[place + 1 :] for cells in table]
        surely_bad = column.needed
        surely_good = not column.needed
    elif damage == "rename":
        junk = without_control(data.draw(st.text(min_size=1, max_size=60)))
        table[0] = [f"zz{junk}" if name == column.name else name for name in HEADER]
        surely_bad = column.needed
    elif damage == "repeat column":
        table = [[*cells, cells[place]] for cells in table]
        surely_bad = True
    elif damage == "repeat row":
        table.insert(data.draw(st.integers(1, len(table))), list(table[row]))
        surely_bad = True
    elif damage == "swap columns":
        table = [
            [cells[other if spot == place else place if spot == other else spot] for spot in range(len(cells))]
            for cells in table
        ]
        surely_good = True
    write(file, table)
    if damage in BYTE_DAMAGE:
        content = bytearray(file.read_bytes())
        chance = random.Random(data.draw(st.integers(0, 2**32)))
        if damage == "flip":
            for _ in range(chance.choice((1, 3, 30))):
                content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        elif damage == "cut":
            del content[chance.randrange(len(content)) :]
            surely_bad = kind != ".csv"
        else:
            spot = chance.randrange(len(content))
            content[spot:spot] = chance.randbytes(chance.choice((1, 5, 50)))
        file.write_bytes(bytes(content))
    try:
        register, problems = read_register(file), None
    except InputError as error:
        register, problems = None, error.problems
    if register is not None:
        assert not surely_bad
        check_sound(register)
    else:
        assert not surely_good, problems
        assert problems
        assert len(problems) <= 51
        for problem in problems:
            assert problem.startswith((f"{file.name}: ", f"{file.name}, row", f"{file.name}, column ")), problem
            assert problem.isprintable()
