"""Tables of text from files: CSV, Excel and Parquet read alike, as columns of clean text, header first.

Cells are only ever read as values, so nothing in a file can be run. What the libraries raise on a damaged file is
turned into one line that says what to do.
"""

from __future__ import annotations

import csv
import io
import re
import stat
import warnings
import zipfile
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from zhizao.errors import InputError

__all__ = ["DATE", "FORMULA", "MAX_FIRMS", "MAX_SHOWN", "MAX_TEXT", "read_table", "shown"]

MAX_FIRMS, MAX_BYTES = 5_000_000, 2**31
MAX_SHOWN, MAX_TEXT = 40, 200
DATE, FORMULA = "\0date", "\0formula"
"""What stands for a cell that Excel formats as a date, and for a formula whose value was never stored."""
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_PLAIN = re.compile(r"[!-~]*")
_EXCEL_FORMULA = re.compile(rb"<(\w+:)?f[\s/>]")


def _clean(text: str) -> str:
    """Return `text` without blanks around it, its full-width letters and digits made plain."""
    return (text if text.isascii() else text.translate(_WIDE)).strip(" \t\r\n\v\f\ufeff\u200b")


def shown(text: str, limit: int = MAX_SHOWN) -> str:
    """Return `text` safe to print: cut to `limit` characters, with no control character."""
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def _add_rows(columns: list[list[str]], rows: Iterable[Iterable[str]]) -> None:
    """Add rows to columns, short rows filled up with empty cells, until there are too many."""
    for count, row in enumerate(islice(rows, MAX_FIRMS + 2)):
        cells = list(row)
        columns += [[""] * count for _ in cells[len(columns) :]]
        cells += [""] * (len(columns) - len(cells))
        for column, text in zip(columns, cells, strict=True):
            column.append(text)


def _read_csv(file: Path) -> list[list[str]]:
    data = file.read_bytes()
    if b"\0" in data:
        raise InputError(": is not plain text; save it as 'CSV UTF-8'")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        damaged = data.decode("utf-8", "replace")
        # Sound Chinese in UTF-8 is all but impossible in a file that is GB18030.
        if len(re.findall(r"[^\0-\x7f\ufffd]", damaged)) > damaged.count("\ufffd"):
            line = data.count(b"\n", 0, error.start) + 1
            raise InputError(f": line {line} holds bytes that are not UTF-8; save it as 'CSV UTF-8'") from None
        text = data.decode("gb18030")
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if not re.search('["\r]', "".join(lines)) and len({line.count(",") for line in lines}) == 1:
        cells, width = ",".join(lines).split(","), lines[0].count(",") + 1  # the short way for a plain table
        return [cells[place::width] for place in range(width)]
    columns: list[list[str]] = []
    try:
        _add_rows(columns, csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        row = len(columns[0]) + 1 if columns else 1
        raise InputError(f", row {row}: cannot be split into cells ({error}); mend its quotes") from None
    return columns


def _excel_text(cell: Any, formula: Any) -> str:
    """Return the text of an Excel cell, given as stored value and as formula."""
    value = cell.value
    if value is None:  # a formula that gives empty text is stored as such, with the type "str"
        return FORMULA if formula.data_type == "f" and cell.data_type != "str" else ""
    if isinstance(value, int | float) and abs(value) >= 1e15:
        return f"{value:.14e}"  # Excel keeps 15 digits
    whole = isinstance(value, float) and value.is_integer()
    return DATE if cell.data_type == "d" else str(int(value) if whole else value)


def _read_xlsx(file: Path) -> list[list[str]]:
    import openpyxl

    with zipfile.ZipFile(file) as archive:
        if sum(member.file_size for member in archive.infolist()) > MAX_BYTES:
            raise InputError(": is larger than 2 GiB once unpacked; give fewer firms")
        formulas = any(_EXCEL_FORMULA.search(archive.read(member)) for member in archive.infolist())
    with warnings.catch_warnings(), file.open("rb") as stream:
        warnings.simplefilter("ignore")
        readings = []
        for stored in (True, False) if formulas else (True,):
            sheet = openpyxl.load_workbook(stream, read_only=True, data_only=stored).worksheets[0]
            sheet.reset_dimensions()  # which some programs write wrongly
            readings.append(sheet.iter_rows(max_row=MAX_FIRMS + 2))
        pairs = zip(readings[0], readings[-1], strict=True) if formulas else ((row, row) for row in readings[0])
        columns: list[list[str]] = []
        _add_rows(columns, (map(_excel_text, *pair) for pair in pairs))
    return columns


def _read_parquet(file: Path) -> list[list[str]]:
    import pyarrow
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(file, page_checksum_verification=True) as parquet:
        if parquet.metadata.num_rows > MAX_FIRMS:
            raise InputError(f": holds more than {MAX_FIRMS:,} firms; give fewer")
        table = parquet.read()
    texts = [column.cast(pyarrow.string()).fill_null("").to_numpy() for column in table.columns]
    return [[name, *text.tolist()] for name, text in zip(table.column_names, texts, strict=True)]


_READERS = {".csv": _read_csv, ".xlsx": _read_xlsx, ".parquet": _read_parquet}


def read_table(file: Path) -> tuple[list[int], list[list[str]]]:
    """Return the numbers of the rows that hold anything, and the columns of clean text, header first."""
    try:
        status, kind = file.stat(), file.suffix.lower()
        if not stat.S_ISREG(status.st_mode):
            raise InputError(": is a folder or a device, not a file; name the file itself")
        if kind not in _READERS:
            raise InputError(f": is not a kind of file that can be read; save it as {', '.join(_READERS)}")
        if status.st_size > MAX_BYTES:
            raise InputError(": is larger than 2 GiB; give fewer firms")
        columns = _READERS[kind](file) if status.st_size else []
    except InputError:
        raise
    except Exception as error:  # what the libraries raise on a damaged file can be of any kind
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise InputError(f": cannot be read ({shown(reason, MAX_TEXT)}); save it again") from error
    for column in columns:
        if not _PLAIN.fullmatch("".join(column)):
            clean = {text: _clean(text) for text in set(column)}
            column[:] = [clean[text] for text in column]
    rows = [row for row, cells in enumerate(zip(*columns, strict=True), 1) if any(cells)]
    if len(rows) < 2:
        raise InputError(": holds no firms; give the names of the columns in row 1 and one row for each firm")
    if len(rows) > MAX_FIRMS + 1:
        raise InputError(f": holds more than {MAX_FIRMS:,} firms; give fewer")
    if len(rows) < len(columns[0]):
        columns = [[column[row - 1] for row in rows] for column in columns]
    return rows, columns
