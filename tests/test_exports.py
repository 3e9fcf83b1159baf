"""What is exported: CSV that Excel, R and Stata read, a codebook of all of it, and one rule for what is missing."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from rich.cells import cell_len

from zhizao.commands import cli
from zhizao.parameter_words.names import input_name
from zhizao.parameters.registry import parameter_specifications
from zhizao.policy.levers import INSTRUMENTS, lever_specifications
from zhizao.policy.schedule import entries
from zhizao.report.workbook import save_workbook
from zhizao.results.csv_form import BYTE_ORDER_MARK, column_name, csv_bytes, original_text, safe_text
from zhizao.results.stored import read_study, write_results
from zhizao.studies.codebook import VALUES, codebook
from zhizao.studies.compare import compare
from zhizao.studies.comparison import Comparison
from zhizao.studies.run import Run, run
from zhizao.studies.sweeps.sweep import sweep

MARK = BYTE_ORDER_MARK.encode()
HARMFUL = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "'=1", "\t=1", "\r=1", "a\x1b[31mred", "x\x00y", "\x85")


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return compare(["baseline", "no-programme"], draws=3, n_firms=50, workers=1)


@pytest.fixture(scope="module")
def one() -> Run:
    return run(n_firms=50)


def printed(*arguments: str) -> bytes:
    found = CliRunner().invoke(cli.program, list(arguments), prog_name="zhizao")
    assert found.exit_code == 0, found.output
    return found.stdout_bytes


def renamed(comparison: Comparison, name: str) -> Comparison:
    """A comparison whose first scenario is called something."""
    entry = comparison.first
    scenario = dataclasses.replace(entry.scenario, title=name, question=name, source=name)
    first = dataclasses.replace(entry, label=name, scenario=scenario)
    return dataclasses.replace(
        comparison, by_treatment={name: (first, *rest[1:]) for name, rest in comparison.by_treatment.items()}
    )


# --------------------------------------------------------------------------------------------------------- CSV


def test_csv_files_begin_with_the_mark_that_excel_needs_and_are_read_again(
    comparison: Comparison, one: Run, tmp_path: Path
) -> None:
    for done, name in ((comparison, "comparison"), (one, "run")):
        folder = done.write(tmp_path / name, "csv")
        files = sorted(folder.glob("*.csv"))
        assert len(files) >= 4
        for file in files:
            content = file.read_bytes()
            assert content.startswith(MARK)
            assert content.count(MARK) == 1
        again = read_study(folder)
        pd.testing.assert_frame_equal(again.to_frame(), done.to_frame(), check_dtype=False)
        same = read_study(done.write(tmp_path / f"{name}-parquet")).tables
        for table, frame in again.tables.items():
            pd.testing.assert_frame_equal(frame, same[table], check_dtype=False)


def test_folders_without_the_mark_are_read_as_they_were_written(one: Run, tmp_path: Path) -> None:
    """Version 1.0 wrote neither the mark nor an apostrophe."""
    folder = one.write(tmp_path / "old", "csv")
    table = folder / "variables.csv"
    text = table.read_bytes().removeprefix(MARK).replace(b"SMEs at level 2, true", b"'=kept")
    table.write_bytes(text)
    record = json.loads((folder / "run.json").read_text())
    import hashlib

    record["outputs"]["variables.csv"] = hashlib.sha256(text).hexdigest()
    record.pop("checksum", None)
    (folder / "run.json").write_text(json.dumps(record))
    assert "'=kept" in read_study(folder).tables["variables"]["english"].tolist()


@given(st.text())
def test_text_in_csv_is_never_a_formula_and_comes_back(text: str) -> None:
    safe = safe_text(text)
    clean = text.isprintable()
    assert not re.match(r"[=@\t\r]", safe)
    assert not re.match(r"[+-](?!\d*\.?\d+([eE][+-]?\d+)?$|\d+\.$)", safe) or re.fullmatch(r"[+-][\d.eE+-]+", safe)
    assert all(letter.isprintable() or letter == "\n" for letter in safe)
    if clean:
        assert original_text(safe) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("-1.5", "-1.5"),
        ("+3e-2", "+3e-2"),
        ("-2+3", "'-2+3"),
        ("-", "'-"),
        ("@x", "'@x"),
        ("'=x", "''=x"),
        ("\x1b[31m", "?[31m"),
        ("\x1b=1", "?=1"),
        ("a\r\nb", "a\nb"),
        ("", ""),
        ("−5", "−5"),
    ],
)
def test_the_rule_of_the_apostrophe(text: str, safe: str) -> None:
    assert safe_text(text) == safe


@pytest.mark.parametrize("name", HARMFUL)
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_harmful_name_does_no_harm_in_a_folder(comparison: Comparison, tmp_path: Path, name: str, form: Any) -> None:
    folder = renamed(comparison, name).write(tmp_path / "out", form)
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["kind"] == "comparison"
    assert read_study(folder).tables["summary"]["scenario"].nunique() == 2
    for file in folder.glob("*.csv"):
        content = file.read_text("utf-8-sig")
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", content)
        for row in csv.reader(io.StringIO(content)):
            assert not [cell for cell in row if re.match(r"[=@+]|-[^\d.i]", cell)]


def test_printed_csv_has_a_mark_only_on_request() -> None:
    plain, marked = (printed("params", "grants", "--format", form) for form in ("csv", "excel-csv"))
    assert not plain.startswith(MARK)
    assert marked == MARK + plain
    assert json.loads(printed("params", "grants", "--format", "json"))


def test_printed_csv_for_excel_is_utf_8_whatever_the_locale() -> None:
    command = [sys.executable, "-m", "zhizao.commands.cli", "scenarios", "show", "baseline", "--lang", "zh", "--format"]
    env = {"PYTHONIOENCODING": "gbk"}
    import os

    done = subprocess.run([*command, "excel-csv"], capture_output=True, check=True, env={**os.environ, **env})
    assert done.stdout.startswith(MARK)
    done.stdout.decode("utf-8")


def test_out_with_csv_for_excel_writes_csv(tmp_path: Path) -> None:
    printed("run", "--n-firms", "50", "--quiet", "--out", str(tmp_path / "out"), "--format", "excel-csv")
    assert (tmp_path / "out" / "codebook.csv").read_bytes().startswith(MARK)


def test_rerun_prints_csv_when_csv_is_asked_for(one: Run, tmp_path: Path) -> None:
    folder = one.write(tmp_path / "out")
    rows = list(csv.DictReader(io.StringIO(printed("rerun", str(folder), "--quiet", "--format", "csv").decode())))
    assert len(rows) == len(one.months)


# ------------------------------------------------------------------------------------------------- what is missing


def test_unknown_and_endless_values_have_one_rule(tmp_path: Path) -> None:
    values = [1.5, math.nan, math.inf, -math.inf]
    tidy = pd.DataFrame(
        {
            "scenario": "s",
            "draw": range(4),
            "seed": np.arange(4, dtype=np.uint64),
            "month": "2025-12",
            "group": "all",
            "variable": "leverage",
            "value": values,
        }
    )
    lines = csv_bytes(tidy).decode("utf-8-sig").splitlines()
    assert [line.rsplit(",", 1)[1] for line in lines[1:]] == ["1.5", "", "inf", "-inf"]
    for form in ("csv", "parquet"):
        folder = write_results(tmp_path / form, {"kind": "comparison"}, {"outcomes": tidy}, form)
        np.testing.assert_array_equal(read_study(folder).to_frame()["value"].to_numpy(), values)


def test_endless_values_are_null_in_json_inf_in_csv_and_words_in_the_workbook(
    comparison: Comparison, tmp_path: Path
) -> None:
    first = comparison.first
    endless = {**first.outcomes, "leverage": np.array([math.inf, math.inf, math.nan])}
    first = dataclasses.replace(first, outcomes=endless)
    made = dataclasses.replace(
        comparison, by_treatment={name: (first, *rest[1:]) for name, rest in comparison.by_treatment.items()}
    )
    text = json.dumps(made.to_dict(), allow_nan=False)
    assert json.loads(text)["scenarios"][0]["outcomes"]["leverage"]["high"] is None
    folder = made.write(tmp_path / "out", "csv")
    rows = list(csv.DictReader(io.StringIO((folder / "summary.csv").read_text("utf-8-sig"))))
    [row] = [row for row in rows if row["scenario"] == "baseline" and row["outcome"] == "leverage"]
    assert row["high"] == "inf"
    sheet = load_workbook(save_workbook(made, tmp_path / "out.xlsx"))["Outcomes"]
    assert "no end" in {cell for line in sheet.iter_rows(values_only=True) for cell in line}


# ------------------------------------------------------------------------------------------------------ codebook


def test_every_exported_column_and_every_name_in_it_stands_in_the_codebook(
    comparison: Comparison, one: Run, tmp_path: Path
) -> None:
    for done in (comparison, one):
        tables = read_study(done.write(tmp_path / type(done).__name__)).tables
        book = tables["codebook"]
        known = set(zip(book["table"], book["name"], book["kind"], strict=True))
        for table, frame in tables.items():
            for column in frame.columns:
                assert (table, column, "column") in known or (table, column, "parameter") in known
                assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,31}", column), column
                if column in VALUES and table != "codebook":
                    for value in frame[column].unique():
                        assert (table, value, f"value of {column}") in known
        assert (book["label_en"].str.len() > 2).all()
        assert book["label_zh"].str.contains("[一-鿿]").all()
        columns = book[~book["kind"].str.startswith("value")]
        assert (columns["missing"].str.len() > 0).all()


def test_the_workbook_has_a_codebook_of_all_its_sheets(comparison: Comparison, tmp_path: Path) -> None:
    book = load_workbook(save_workbook(comparison, tmp_path / "out.xlsx"))
    headers, *lines = book["Codebook"].iter_rows(values_only=True)
    known = {(line[0], line[1]) for line in lines}
    assert headers[:5] == ("sheet", "on the sheet", "name in files", "kind", "meaning")
    for sheet in book:
        for cell in sheet[1]:
            assert (sheet.title, cell.value) in known
            assert "." not in cell.value


def test_names_of_parameters_are_names_in_r_and_stata_and_lead_back_to_their_keys(comparison: Comparison) -> None:
    specifications = lever_specifications() | parameter_specifications()
    keys = [key for spec in specifications.values() for key in entries(spec)]
    names = [column_name(key) for key in keys]
    assert len(set(names)) == len(keys) > 300
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,31}", name) for name in names)
    book = codebook({"parameters": pd.DataFrame(columns=names)})
    assert set(zip(names, keys, strict=True)) <= set(zip(book["name"], book["key"], strict=True))
    assert "grants_rate_light" in names


def test_every_column_of_a_sweep_stands_in_the_codebook_beside_it(tmp_path: Path) -> None:
    design = tmp_path / "design.toml"
    design.write_text(
        'format = 1\ntitle = "t"\ncalibration = "prior"\nseries = ["level2_share", "firms"]\nfigures = true\n'
        '[set]\n"population.firms" = 40\n[sample]\nmethod = "factorial"\n'
        '[[factor]]\nkey = "grants.rate.light"\nvalues = [0.1, 0.4]\n'
    )
    store = sweep(design, tmp_path / "store", workers=1, kind="threads")
    book = pd.read_csv(tmp_path / "store" / "codebook.csv", keep_default_na=False)
    for table, frame in (("scalars", store.scalars()), ("series", store.series())):
        assert set(frame.columns) == set(book["name"][book["table"] == table])
    columns = book[book["table"] != "codebook"]
    assert (columns["label_en"].str.len() > 2).all()
    assert columns["label_zh"].str.contains("[一-鿿]").all(), columns[~columns["label_zh"].str.contains("[一-鿿]")]
    assert dict(zip(book["name"], book["key"], strict=True))["grants.rate.light"] == "grants.rate.light"
    before = (tmp_path / "store" / "codebook.csv").read_bytes()
    assert sweep(design, tmp_path / "store", workers=1, kind="threads").status().complete
    assert (tmp_path / "store" / "codebook.csv").read_bytes() == before


def test_every_instrument_can_be_explained() -> None:
    for name in ("all", *INSTRUMENTS):
        book = codebook({"subsidy_account": pd.DataFrame({"instrument": [name]})})
        assert book[book["name"] == name]["label_zh"].str.len().iloc[0] > 1


def test_a_name_of_the_user_s_own_stops_nothing() -> None:
    tables = {"summary": pd.DataFrame({"nonsense": [1], "instrument": ["mine"], "outcome": ["other"]})}
    book = codebook(tables, labels={"mine": ("my vouchers", "我的券")}).set_index("name")
    assert book.loc["nonsense", "label_en"] == "nonsense"
    assert book.loc["mine", "label_zh"] == "我的券"
    assert book.loc["other", "label_en"] == "other (the user's own)"
    assert book.loc["other", "label_zh"] == "other（用户自定义）"


# ----------------------------------------------------------------------------------------------------- workbook


def test_every_number_in_the_workbook_fits_its_column(comparison: Comparison, tmp_path: Path) -> None:
    """A number that is wider than its column is shown as ###."""
    forms = {"0.0%": ",.1%", "#,##0": ",.0f", "#,##0.00": ",.2f", "0.0000": ".4f", "0.00E+00": ".2E"}
    huge = {name: values * 1e12 for name, values in comparison.first.outcomes.items()}
    first = dataclasses.replace(comparison.first, outcomes=huge)
    grown = dataclasses.replace(
        comparison, by_treatment={name: (first, *rest[1:]) for name, rest in comparison.by_treatment.items()}
    )
    for done in (comparison, grown):
        book = load_workbook(save_workbook(done, tmp_path / "out.xlsx"))
        for sheet in book:
            assert sheet.freeze_panes == "B2"
            assert len(sheet.title) <= 31
            for line in sheet.iter_rows():
                for cell in line:
                    width = sheet.column_dimensions[cell.column_letter].width
                    if isinstance(cell.value, int | float):
                        assert cell_len(format(cell.value, forms[cell.number_format])) <= width - 1, cell.coordinate
                    elif cell.value and cell_len(cell.value) <= 50 and not cell.alignment.wrap_text:
                        assert cell_len(cell.value) <= width - 1, cell.coordinate


def test_small_numbers_and_long_seeds_keep_their_digits(comparison: Comparison, tmp_path: Path) -> None:
    draws = tuple(
        dataclasses.replace(draw, seed=2**64 - 1 - draw.number, values=draw.values | {"attention.visit_rate": 0.00123})
        for draw in comparison.draws
    )
    made = dataclasses.replace(comparison, draws=draws)
    headers, *lines = load_workbook(save_workbook(made, tmp_path / "out.xlsx"))["Draws"].iter_rows()
    row = {header.value: cell for header, cell in zip(headers, lines[0], strict=True)}
    assert row["seed"].value == str(2**64 - 1)
    visits = row[input_name("attention.visit_rate", "en")]
    assert visits.value == 0.00123
    assert visits.number_format == "0.0000"


def test_titles_of_any_length_fit_a_workbook(comparison: Comparison) -> None:
    made = renamed(comparison, "长" * 40_000)
    with tempfile.TemporaryDirectory() as folder:
        book = load_workbook(save_workbook(made, Path(folder) / "out.xlsx"))
    longest = max(
        len(cell)
        for sheet in book
        for line in sheet.iter_rows(values_only=True)
        for cell in line
        if isinstance(cell, str)
    )
    assert longest == 2000
