"""A comparison as a workbook (.xlsx): one sheet a question, with units and sources.

Text from files stays text: nothing in a cell is ever taken for a formula, whatever a scenario is called.
"""

from __future__ import annotations

import contextlib
import io
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from zhizao.errors import InputError
from zhizao.results.ensembles import TREATMENTS
from zhizao.results.outcomes import TARGET_MONTH, TARGET_SHARE
from zhizao.results.variables import month_names
from zhizao.studies.comparison import Comparison
from zhizao.studies.describe import names_table
from zhizao.studies.parameter_draws import CALIBRATIONS

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["QUESTIONS", "save_workbook"]

QUESTIONS: dict[str, tuple[str, str]] = {
    "Read me": ("What is this, and how can it be made again?", "这是什么，如何重现？"),
    "Plan": ("How often is the plan met, under both treatments of it?", "两种处理方式下，规划目标实现的概率有多大？"),
    "Outcomes": ("What does each policy bring about?", "各项政策带来什么结果？"),
    "Differences": ("What does it change against the first one?", "与第一个情景相比改变了什么？"),
    "Money": ("Where did the public money go, and what did it change?", "财政资金去了哪里，改变了什么？"),
    "Who moved": ("Which firms, sectors and parks moved?", "哪些企业、行业和园区有变化？"),
    "Ranks": ("How sure is the order of the policies?", "政策排序的把握有多大？"),
    "Months": ("How does it go, month by month?", "逐月走势如何？"),
    "Scenarios": ("What is each policy, and where does it come from?", "各情景的内容和来源？"),
    "Draws": ("Which values were drawn?", "抽取了哪些参数值？"),
    "Names": ("What does every name mean, and in which unit?", "各名称的含义和单位？"),
}
"""Sheets in order, and the question that each answers, in English and Chinese."""

_WIDEST = 60
_DIFFERENCES = ("difference_mean", "difference_median", "difference_low", "difference_high", "p_better",
                "draws_to_settle")  # fmt: skip


def save_workbook(comparison: Comparison, path: str | Path) -> Path:
    """Write a comparison into an .xlsx file; return the file.

    Parameters
    ----------
    comparison
        What is written.
    path
        The file; its folder exists.

    Raises
    ------
    InputError
        If the file's ending is another, or it cannot be written.
    """
    from openpyxl import Workbook  # here, because it is heavy

    file = Path(path)
    if file.suffix.lower() != ".xlsx":
        raise InputError(f"{file}: a workbook is saved as .xlsx; give the file such an ending")
    if not file.parent.is_dir():
        raise InputError(f"{file}: the folder {file.parent} does not exist; make it first")
    book = Workbook()
    book.remove(book.active)
    for name, table in _tables(comparison).items():
        _fill(book.create_sheet(name), table)
    content = io.BytesIO()  # a zip that meets a full disk would complain once more when it is thrown away
    book.save(content)
    aside = file.with_name(f".{file.name}.partial")
    try:
        aside.write_bytes(content.getvalue())
        aside.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
        raise InputError(f"{file}: cannot be written ({error.strerror or error}); name another file") from error
    return file


def _tables(done: Comparison) -> dict[str, pd.DataFrame]:
    """Return the table of every sheet."""
    import pandas as pd  # here, because it is heavy

    summary = done.table().reset_index()
    keys = ["scenario", "outcome", "unit"]
    tables = {
        "Plan": pd.DataFrame(
            [{"scenario": e.label, "unit": "share of runs", **done.target_probability(e.label)} for e in done.compared]
        ),
        "Outcomes": summary[[*keys, "mean", "median", "low", "high"]],
        "Differences": summary.loc[summary["scenario"] != done.first.label, [*keys, *_DIFFERENCES]],
        "Money": done.accounts(),
        "Who moved": done.by_group(),
        "Ranks": done.ranks(),
        "Months": done.monthly(),
        "Scenarios": pd.DataFrame(
            [
                {"scenario": e.label, "title": e.scenario.title, "标题": e.scenario.title_zh,
                 "question": e.scenario.question, "source": e.scenario.source}
                for e in done.compared
            ]
        ),
        "Draws": done.parameters(),
        "Names": pd.DataFrame(names_table()),
    }  # fmt: skip
    return {"Read me": _read_me(done), **tables}


def _read_me(done: Comparison) -> pd.DataFrame:
    import pandas as pd  # here, because it is heavy

    options = done.options
    rows = [
        ("made by", f"zhizao {done.to_dict()['version']}"),
        ("parameters", CALIBRATIONS[options.calibration]),
        ("public money", f"{options.funding}: 0.2 bn RMB a year in the report, 2 bn in the brief"),
        ("draws", f"{len(done.draws)} for each treatment of the plan ({', '.join(TREATMENTS)}), seed {options.seed}"),
        ("months", f"2018-01 to {options.until}; scenarios part in 2024-01"),
        ("the plan", f"{TARGET_SHARE:.0%} of above-scale SMEs at level 2 by {month_names(TARGET_MONTH + 1)[-1]}"),
        ("low, high", "the ends of the interval that holds 90 % of the draws"),
        ("difference", f"paired: same firms and same luck as in {done.first.label}; shares as differences of shares"),
        (
            "make it again",
            "zhizao compare with the same scenarios and options and --out DIR; zhizao rerun DIR/run.json",
        ),
        *((f"sheet: {name}", f"{english} {chinese}") for name, (english, chinese) in QUESTIONS.items()),
    ]
    return pd.DataFrame(rows, columns=["about", "what"])


def _fill(sheet: Worksheet, table: pd.DataFrame) -> None:
    """Write a table into a sheet: headers that stay in sight, a filter, widths, and formats by unit."""
    from openpyxl.styles import Font

    for place, header in enumerate(table.columns, start=1):
        cell = _text(sheet, 1, place, str(header))
        cell.font = Font(bold=True)
        longest = max([len(str(header)), *(len(str(value)) for value in table.iloc[:200, place - 1])])
        sheet.column_dimensions[cell.column_letter].width = min(longest + 2, _WIDEST)
    units = table["unit"].tolist() if "unit" in table.columns else [""] * len(table)
    for row, (values, unit) in enumerate(zip(table.itertuples(index=False), units, strict=True), start=2):
        for place, (header, value) in enumerate(zip(table.columns, values, strict=True), start=1):
            _write(sheet, row, place, value, _format(str(header), str(unit)))
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions


def _format(header: str, unit: str) -> str:
    if header in ("share", "best", "p_better"):
        return "0.0%"
    if header in ("draw", "seed", "of", "draws_to_settle"):
        return "#,##0"
    return "0.0%" if unit.startswith("share of") else "#,##0.00"


def _write(sheet: Worksheet, row: int, place: int, value: Any, number_format: str) -> None:
    """Write one value: text as text, numbers with a format, what is unknown not at all."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return
    if isinstance(value, float | int | np.number) and not isinstance(value, bool):
        if math.isinf(value):
            _text(sheet, row, place, "no end" if value > 0 else "−no end")
            return
        exact = abs(float(value)) <= 2**53
        cell = sheet.cell(row, place, value if exact else float(value))
        cell.number_format = number_format
        return
    _text(sheet, row, place, str(value))


def _text(sheet: Worksheet, row: int, place: int, text: str) -> Any:
    """Write text that no spreadsheet takes for a formula, without characters that a workbook cannot hold."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell = sheet.cell(row, place)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
