"""A comparison as a workbook (.xlsx): one sheet a question, with units and sources.

Text from files stays text: nothing in a cell is ever taken for a formula, whatever a scenario is called.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.cells import cell_len

from zhizao.calendar import BRANCH, START
from zhizao.errors import in_language
from zhizao.evidence.ensembles import TREATMENTS
from zhizao.files import writable_file
from zhizao.report.changes import worded
from zhizao.report.chart_rows import display_names
from zhizao.report.page_words import say
from zhizao.report.words import reading_name, scenario_question, yearly_money
from zhizao.report.workbook_words import BookWords, say_workbook, with_names_of_files
from zhizao.results.csv_form import clean_text
from zhizao.results.outcomes import TARGET_SHARE
from zhizao.results.variables import VARIABLES
from zhizao.results.wording import number
from zhizao.scenario.changed import policy_changes
from zhizao.storage.whole import write_output
from zhizao.studies.codebook import IN_FILES, own_labels, with_codebook
from zhizao.studies.comparison import Comparison
from zhizao.studies.describe import names_table
from zhizao.studies.parameter_draws import CALIBRATIONS
from zhizao.words.place import money_in_words
from zhizao.words.tables import Language, either

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["QUESTIONS", "checked_workbook", "save_workbook", "workbook_bytes"]

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
    "Changes": (
        "What does each policy change, from what to what, and why?",
        "每项政策改变了什么：调整前、调整后和依据？",
    ),
    "Draws": ("Which values did each draw have?", "每次抽样用了哪些参数值？"),
    "Names": ("What does every name mean, and in which unit?", "各名称的含义和单位？"),
    "Codebook": ("What is in every column, and what does an empty cell mean?", "各列是什么，空单元格是什么意思？"),
}
"""Sheets in order, and the question that each answers, in English and Chinese."""

_WIDEST, _NARROWEST = 60, 6
_LINE, _ROOM_TO_BREAK = 16.5, 1.15
"""Height of a line of text, points, and how much longer text gets where lines are broken between words."""
_READABLE = 220
"""Letters across a page of A4 that can still be read."""
_BUTTON = 3
"""Room for the button of the filter beside a header."""
_LONG_HEADER = 24
"""Letters from which on a header is broken over lines."""
_MOST_EXACT = 10**15
"""Whole numbers from which on a spreadsheet drops digits: they are written as text."""
_LONGEST_TEXT = 2000
_PER_CENT, _WHOLE, _NUMBER, _SMALL, _TINY = "0.0%", "#,##0", "#,##0.00", "0.0000", "0.00E+00"
_DIFFERENCES = (
    "difference_mean",
    "difference_median",
    "difference_low",
    "difference_high",
    "p_better",
    "draws_to_settle",
)


def checked_workbook(path: str | Path) -> Path:
    """Return the file that a workbook is to be saved in, or say what is in the way."""
    return writable_file(path, (".xlsx",), "a workbook")


def save_workbook(comparison: Comparison, path: str | Path, language: Language = "en") -> Path:
    """Write a comparison into an .xlsx file; return the file.

    Parameters
    ----------
    comparison
        What is written.
    path
        The file; its folder exists.
    language
        Of its sheets, headers and words; in English, questions, reasons and remarks are in both.

    Raises
    ------
    InputError
        If the file's ending is another, or it cannot be written.
    """
    return write_output(checked_workbook(path), workbook_bytes(comparison, language))


def workbook_bytes(comparison: Comparison, language: Language = "en") -> bytes:
    """Return a comparison as the bytes of an .xlsx file."""
    from openpyxl import Workbook  # here, because it is heavy

    book = Workbook()
    book.remove(book.active)
    tables = _tables(comparison, language)
    words = BookWords.of(tables["Codebook"], language, display_names(comparison, language))
    tables["Codebook"] = words.explained(tables["Codebook"])
    for name, table in tables.items():
        _fill(book.create_sheet(words.sheet(name)), name, table, words)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _tables(done: Comparison, language: Language) -> dict[str, pd.DataFrame]:
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
        "Months": _with_units(done.monthly()),
        "Scenarios": _scenarios(done, language),
        "Changes": _changes(done, language),
    }
    read_me = _read_me(done, language)
    as_they_are = {"Draws": done.parameters(), "Names": pd.DataFrame(names_table(done.outcomes))}
    return with_codebook(
        {"Read me": read_me, **{name: with_names_of_files(table) for name, table in tables.items()}, **as_they_are},
        "Codebook",
        own_labels(entry.scenario for entry in done.compared),
    )


def _scenarios(done: Comparison, language: Language) -> pd.DataFrame:
    """Return what each policy is: in English with its Chinese title."""
    import pandas as pd  # here, because it is heavy

    rows = [
        {
            "scenario": e.label,
            "title_zh": e.scenario.title_zh,
            "question": scenario_question(e.scenario, language),
            "source": either(e.scenario.source, "", language),
        }
        for e in done.compared
    ]
    table = pd.DataFrame(rows)
    return table if language == "en" else table.drop(columns="title_zh")


def _changes(done: Comparison, language: Language) -> pd.DataFrame:
    """Return what every policy has otherwise than the first one: in English in words of both languages."""
    import pandas as pd  # here, because it is heavy

    first, until = done.first.scenario, done.options.until
    names = ("scenario", "lever", "lever_zh", "unit", "before", "after", "holds", "reason", "reason_zh", "key")
    rows = []
    for entry in done.compared[1:]:
        changes = policy_changes(entry.scenario, first, until)
        english, other = (worded(changes, each) for each in ("en", "zh" if language == "en" else language))
        for one, two in zip(english, other, strict=True):
            shown = one if language == "en" else two
            values = (shown.unit, shown.before, shown.after, shown.holds)
            rows.append((entry.label, one.lever, two.lever, *values, one.reason, two.reason, one.key))
    table = pd.DataFrame(rows, columns=names)
    if language == "en":
        return table
    return table.drop(columns=["lever", "reason"]).rename(columns={"lever_zh": "lever", "reason_zh": "reason"})


def _with_units(months: pd.DataFrame) -> pd.DataFrame:
    units = {variable.name: variable.unit for variable in VARIABLES}
    months.insert(3, "unit", months["variable"].map(units))
    return months


def _read_me(done: Comparison, language: Language) -> pd.DataFrame:
    """Return what the workbook is: the questions and remarks in English with those of Chinese, or in one language."""
    import pandas as pd  # here, because it is heavy

    options = done.options

    def said(key: str, **values: object) -> tuple[str, str]:
        return say_workbook(f"about {key}", language), say_workbook(f"what {key}", language, **values)

    reading, total = yearly_money(options.funding, done.first.scenario)
    english = language == "en"
    rows = [
        said("made", version=done.to_dict()["version"]),
        (
            say_workbook("about parameters", language),
            CALIBRATIONS[options.calibration] if english else say(f"calibration {options.calibration}", language),
        ),
        said(
            "money",
            reading=reading if english else reading_name(reading, language),
            sum=money_in_words(total, language),
        ),
        *(
            (say_workbook("about remark", language), _both(note) if english else in_language(note, language))
            for note in options.notes
        ),
        said("draws", draws=len(done.draws), treatments=", ".join(TREATMENTS), seed=options.seed),
        said("months", start=START, until=options.until, branch=BRANCH),
        said("plan", share=f"{TARGET_SHARE:.0%}"),
        said("interval"),
        said("difference", first=display_names(done, language)[done.first.label]),
        said("names"),
        said("again"),
        *(
            (f"{say_workbook('about sheet', language)}{say_workbook(f'sheet {name}', language)}", text)
            for name, text in ((name, " ".join(pair) if english else pair[1]) for name, pair in QUESTIONS.items())
        ),
    ]
    return pd.DataFrame(rows, columns=["about", "what"])


def _both(note: str) -> str:
    """Return a note in both languages, as the workbook is read in either."""
    english, chinese = in_language(note, "en"), in_language(note, "zh")
    return english if english == chinese else f"{english} {chinese}"


def _fill(sheet: Worksheet, name: str, table: pd.DataFrame, words: BookWords) -> None:
    """Write a table into a sheet: headers that stay in sight, a filter, formats by unit, and widths that show all."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    widths = []
    for column, header in enumerate(table.columns, start=1):
        title = words.header(name, str(header))
        cell = _text(sheet, 1, column, title)
        cell.font = Font(bold=True)
        if cell_len(title) > _LONG_HEADER:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        widths.append(max(min(cell_len(title), _LONG_HEADER) + _BUTTON, _NARROWEST))
    units = table["unit"].tolist() if "unit" in table.columns else [""] * len(table)
    for row, (values, unit) in enumerate(zip(table.itertuples(index=False), units, strict=True), start=2):
        for column, (header, value) in enumerate(zip(table.columns, values, strict=True)):
            said = words.cell(name, str(header), value)
            if isinstance(said, float | np.floating) and math.isfinite(said):
                said = said * words.scale(name, str(header), str(unit))
            shown = _write(sheet, row, column + 1, said, _format(str(header), str(unit), said), words.language)
            widths[column] = max(widths[column], cell_len(shown) + 2)
    widths = [min(width, _WIDEST) for width in widths]
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for place, cells in enumerate(sheet.iter_rows(), start=1):
        lines = max(_lines(cell.value, width) for cell, width in zip(cells, widths, strict=True))
        if lines > 1:
            sheet.row_dimensions[place].height = lines * _LINE
            for cell in cells:
                cell.alignment = Alignment(wrap_text=cell.alignment.wrap_text, vertical="top")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    printed = [width for width, name in zip(widths, table.columns, strict=True) if not str(name).endswith(IN_FILES)]
    _for_print(sheet, printed)


def _lines(value: Any, width: int) -> int:
    """Return in how many lines a cell is shown: not every program finds out by itself when it opens the file."""
    if not isinstance(value, str) or ("\n" not in value and cell_len(value) <= width):
        return 1
    return sum(max(1, math.ceil(_ROOM_TO_BREAK * cell_len(line) / width)) for line in value.split("\n"))


def _for_print(sheet: Worksheet, widths: Sequence[int]) -> None:
    """Lay a sheet out for paper: across, its first columns on as few pages as can be read, headers on every page."""
    from openpyxl.utils import get_column_letter

    sheet.print_area = f"A1:{get_column_letter(len(widths))}{sheet.max_row}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth = math.ceil(sum(widths) / _READABLE)
    sheet.page_setup.fitToHeight = 0
    sheet.print_title_rows = "1:1"
    sheet.print_title_cols = "A:A"
    sheet.oddFooter.center.text = "&A, &P/&N"


def _format(header: str, unit: str, value: Any) -> str:
    """Return the format of a number, by its column, its unit and its size."""
    if header in ("draw", "seed", "of", "draws_to_settle"):
        return _WHOLE
    if header in ("share", "best", "p_better") or unit.startswith("share of"):
        return _PER_CENT
    size = abs(float(value)) if isinstance(value, float | np.floating) and math.isfinite(value) else 1.0
    return _NUMBER if size >= 0.1 or size == 0.0 else _SMALL if size >= 0.001 else _TINY


_IN_PYTHON = {_PER_CENT: ",.1%", _WHOLE: ",.0f", _NUMBER: ",.2f", _SMALL: ".4f", _TINY: ".2E"}


def _write(sheet: Worksheet, row: int, column: int, value: Any, number_format: str, language: Language = "en") -> str:
    """Write one value: text as text, numbers with a format, what is unknown not at all; return what is seen."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float | int | np.number) and not isinstance(value, bool):
        if math.isinf(value):
            text = number(float(value), "", language)
        elif isinstance(value, int | np.integer) and abs(int(value)) >= _MOST_EXACT:
            text = str(value)
        else:
            cell = sheet.cell(row, column, value)
            cell.number_format = number_format
            return format(float(value), _IN_PYTHON[number_format])
        _text(sheet, row, column, text)
        return text
    cell = _text(sheet, row, column, str(value))
    lines: list[str] = str(cell.value).split("\n")
    return max(lines, key=cell_len)


def _text(sheet: Worksheet, row: int, column: int, text: str) -> Any:
    """Write text that no spreadsheet takes for a formula, without characters that a workbook cannot hold."""
    from openpyxl.styles import Alignment

    cell = sheet.cell(row, column)
    text = clean_text(text)
    cell.value = text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 3] + "..."
    cell.data_type = "s"
    cell.quotePrefix = True
    if cell_len(text) > _WIDEST:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
