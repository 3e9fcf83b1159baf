"""A district's own register of firms: one table (CSV, Excel or Parquet), one row a firm.

Every cell, whatever the format, first becomes clean text; from there one path leads to the numbers, so the
three formats cannot disagree. A wrong cell is never guessed at or dropped: all problems of a file are
collected and raised together. Cells are only ever read as values, so nothing in a register can be run.
"""

from __future__ import annotations

import csv
import difflib
import heapq
import io
import math
import re
import stat
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from itertools import islice, pairwise, zip_longest
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import InputError
from zhizao.sectors import SECTOR_KEYS, SECTORS

__all__ = ["REGISTER_COLUMNS", "Column", "Register", "read_register"]

MAX_FIRMS, MAX_BYTES = 5_000_000, 2**31
MAX_LISTED, MAX_SHOWN, MAX_TEXT = 50, 40, 200
ABOVE_SCALE_REVENUE = 20.0  # million RMB a year
SIZE_FLOORS = ((300.0, 20.0), (1000.0, 400.0))  # employees, million RMB a year: from here medium, large


@dataclass(frozen=True)
class Column:
    """One column of a register: its names and what its cells may hold; `above` leaves out `low` itself."""

    name: str
    chinese: tuple[str, ...]
    kind: Literal["id", "text", "sector", "number", "whole", "flag", "partners"]
    meaning: str
    unit: str = ""
    low: float = 0.0
    high: float = math.inf
    above: bool = field(default=False, kw_only=True)
    needed: bool = field(default=False, kw_only=True)

    @property
    def bounds(self) -> str:
        """What a cell may hold, in words."""
        if self.unit:
            number = "a whole number" if self.kind == "whole" else "a number"
            low = f"above {self.low:,.0f} and at most" if self.above else f"from {self.low:,.0f} to"
            return f"{number} {low} {self.high:,.0f} {self.unit}"
        return {
            "id": f"text of at most {MAX_TEXT} characters without , ; or 、, different for every firm",
            "sector": f"one of {', '.join(SECTOR_KEYS)}, or its English or Chinese name",
            "flag": "yes or no (是 or 否)",
            "partners": "ids of firms in this file, separated by ; or , or 、",
        }.get(self.kind, f"text of at most {MAX_TEXT} characters")


# Name, Chinese headers, kind of cell, meaning, unit, lowest value, highest value.
REGISTER_COLUMNS: tuple[Column, ...] = (
    Column(
        "id", ("企业编号", "企业代码", "统一社会信用代码", "编号"), "id", "the firm's own id", needed=True
    ),
    Column("sector", ("行业", "所属行业", "产业", "产业集群"), "sector", "its sector", needed=True),
    Column(
        "employees",
        ("从业人数", "从业人员", "员工人数"),
        "whole",
        "its staff",
        "persons",
        1,
        2e6,
        needed=True,
    ),
    Column(
        *("revenue", ("营业收入", "年营业收入"), "number", "its revenue", "million RMB a year", 0, 1e6),
        above=True,
        needed=True,
    ),
    Column("park", ("园区", "所在园区", "产业园区"), "text", "name of its industrial park"),
    Column("digital_score", ("数字化得分", "数字化评分"), "number", "its digital score", "points", 0, 100),
    Column("robots", ("工业机器人", "机器人", "是否使用机器人"), "flag", "whether it uses industrial robots"),
    Column(
        "workshops", ("数字化车间", "数字化车间数"), "whole", "its digital workshops", "workshops", 0, 100
    ),
    Column("factories", ("智能工厂", "智能工厂数"), "whole", "its smart factories", "factories", 0, 20),
    Column("rd_active", ("研发活动", "是否有研发活动"), "flag", "whether it does research and development"),
    Column("cash", ("现金", "货币资金"), "number", "its cash in hand", "million RMB", 0, 1e6),
    Column("leader", ("链主", "链主企业", "是否链主"), "flag", "whether it leads a supply chain"),
    Column("partners", ("合作伙伴", "供应链伙伴", "配套企业"), "partners", "its supply partners"),
)
"""Every column a register may have; a file may order them as it likes."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Register:
    """The firms of a register, in the file's order; the arrays cannot be written to.

    Attributes
    ----------
    ids
        The firms' own ids.
    sector
        Index into `zhizao.sectors.SECTORS`.
    employees, revenue
        Persons, and million RMB a year.
    size_class
        Index into `zhizao.sectors.SIZE_CLASSES` by the national rule of 2011 for industry: a class needs
        both its employees and its revenue, or the firm falls to the class below.
    park, park_names
        Index into `park_names`, -1 where absent.
    digital_score, cash
        Points from 0 to 100, and million RMB; NaN where absent.
    robots, rd_active, leader
        1 yes, 0 no, -1 where absent.
    workshops, factories
        Counts, -1 where absent.
    partners
        Rows of each firm's partners, ascending; a link that either firm names counts for both. None if the
        file names no partner at all.
    imputed
        Each column that is absent or partly empty, with the number of firms that lack a value.
    notes
        What the user should know although nothing needs mending.
    """

    ids: tuple[str, ...]
    sector: NDArray[np.int8]
    employees: NDArray[np.float64]
    revenue: NDArray[np.float64]
    size_class: NDArray[np.int8]
    park: NDArray[np.int32]
    park_names: tuple[str, ...]
    digital_score: NDArray[np.float64]
    robots: NDArray[np.int8]
    rd_active: NDArray[np.int8]
    leader: NDArray[np.int8]
    workshops: NDArray[np.int32]
    factories: NDArray[np.int32]
    cash: NDArray[np.float64]
    partners: tuple[NDArray[np.int32], ...] | None
    imputed: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        arrays = [getattr(self, item.name) for item in fields(self)] + list(self.partners or ())
        for array in arrays:
            if isinstance(array, np.ndarray):
                array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.ids)


_WIDE: dict[int, int] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_NUMBER = re.compile(r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+|(?=\.[0-9]))(\.[0-9]*)?(e[+-]?[0-9]{1,3})?", re.I)
_ROUNDED_ID = re.compile(r"[0-9](\.[0-9]+)?e\+[0-9]+", re.I)
_EXCEL_ERROR = re.compile(r"#(N/A|[A-Z0-9/_]+[!?])")
_SEPARATOR = re.compile(r"[;,、]")
_DATE, _FORMULA = "\0date", "\0formula"
_MONEY = {
    "": 1.0,
    "millionrmb": 1.0,
    "millionrmbayear": 1.0,
    "百万元": 1.0,
    "亿元": 0.01,
    "万元": 1e2,
    "千元": 1e3,
}
_PLAIN_UNITS = dict.fromkeys(("", "persons", "人", "points", "分", "个", "家", "是/否", "yes/no"), 1.0)
_FLAGS = dict.fromkeys(("yes", "y", "true", "t", "1", "1.0", "是", "有", "√", "✓"), 1.0)
_FLAGS |= dict.fromkeys(("no", "n", "false", "f", "0", "0.0", "否", "无", "没有", "×", "✗"), 0.0)


def _clean(text: str) -> str:
    """Return `text` without blanks around it, its full-width letters and digits made plain."""
    return (text if text.isascii() else text.translate(_WIDE)).strip(" \t\r\n\v\f\ufeff\u200b")


def _folded(text: str) -> str:
    """Return a name as it is compared: without case, blanks, hyphens or underscores."""
    return re.sub(r"[\s_-]+", "", text).casefold()


def _shown(text: str, limit: int = MAX_SHOWN) -> str:
    """Return `text` safe to print: cut to `limit` characters, with no control character."""
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


_HEADERS = {_folded(name): column for column in REGISTER_COLUMNS for name in (column.name, *column.chinese)}
_SECTOR_OF = {
    _folded(name): index
    for index, item in enumerate(SECTORS)
    for name in (
        item.key,
        item.english,
        item.english.partition(" (")[0],
        item.chinese,
        item.industry or item.key,
    )
}


def _near(text: str, names: Mapping[str, str]) -> str:
    """Offer the name nearest to `text`; `names` maps a name as compared to the name as offered."""
    near = difflib.get_close_matches(_folded(text[:MAX_SHOWN]), names, n=1)
    return f" (perhaps '{names[near[0]]}')" if near else ""


def _why(text: str, column: Column) -> str:
    """Say why `text` cannot stand in `column`, and the mend."""
    give = f"give {column.meaning}: {column.bounds}"
    if text in _BLANKS:
        return f"{_BLANKS[text]}; {give}"
    if _EXCEL_ERROR.fullmatch(text):
        wrong = "is an Excel error"
    elif column.unit:
        wrong = "is out of bounds" if _NUMBER.fullmatch(text) else "is not a number"
    elif column.kind == "sector":
        wrong = "is not a sector" + _near(
            text, {name: SECTOR_KEYS[index] for name, index in _SECTOR_OF.items()}
        )
    elif column.kind == "partners":
        wrong = "is not the id of a firm in this file"
    elif column.kind == "flag":
        wrong = "is neither yes nor no"
    else:
        wrong = "is too long, holds a character not allowed, or was rounded by a spreadsheet"
    return f"'{_shown(text)}' {wrong}; {give}"


class _Problems(list[tuple[int, int, str, str | Column]]):
    """What is wrong, each with row, column, text, and the reason or the column broken; row 0: the file."""

    def lines(self, headers: Sequence[str] = ()) -> list[str]:
        """Return the lines to show, in the order of the sheet; only these are put into words."""
        lines = []
        for row, position, text, reason in heapq.nsmallest(MAX_LISTED, self, key=lambda problem: problem[:2]):
            header = _shown(headers[position]) or f"number {position + 1}" if row else ""
            if isinstance(reason, Column):
                header += "" if _folded(header) == _folded(reason.name) else f"' ('{reason.name}')"
                reason = _why(text, reason)
            lines.append(f", row {row}, column '{header}': {reason}" if row else f": {reason}")
        if len(self) > MAX_LISTED:
            lines.append(f": and {len(self) - MAX_LISTED:,} more; mend these and read the file again")
        return lines


def _read_csv(file: Path) -> list[list[str]]:
    data = file.read_bytes()
    if b"\0" in data:
        raise InputError("is not plain text; save it as 'CSV UTF-8'")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        damaged = data.decode("utf-8", "replace")
        if len(re.findall(r"[^\0-\x7f\ufffd]", damaged)) > damaged.count(
            "\ufffd"
        ):  # so it is no GB18030 either
            line = data.count(b"\n", 0, error.start) + 1
            raise InputError(f"line {line} holds bytes that are not UTF-8; save it as 'CSV UTF-8'") from None
        text = data.decode("gb18030")
    rows: list[list[str]] = []
    try:
        rows.extend(islice(csv.reader(io.StringIO(text, newline=""), strict=True), MAX_FIRMS + 2))
    except csv.Error as error:
        raise InputError(
            f"row {len(rows) + 1} cannot be split into cells ({error}); mend its quotes"
        ) from None
    return [list(cells) for cells in zip_longest(*rows, fillvalue="")]


def _excel_text(cell: Any) -> str | None:
    """Return the text of an Excel cell; None if it is empty or a formula without a stored value."""
    value = cell.value
    if value is None:
        return "" if cell.data_type == "str" else None
    if cell.data_type == "d":
        return _DATE
    if isinstance(value, int | float) and abs(value) >= 1e15:
        return f"{value:.14e}"  # Excel keeps 15 digits
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def _read_xlsx(file: Path) -> list[list[str]]:
    import openpyxl

    with zipfile.ZipFile(file) as archive:
        if sum(member.file_size for member in archive.infolist()) > MAX_BYTES:
            raise InputError("is too large once unpacked; leave out what is not about firms")
    with warnings.catch_warnings(), file.open("rb") as stream:
        warnings.simplefilter("ignore")
        sheets = [
            openpyxl.load_workbook(stream, True, data_only=stored).worksheets[0] for stored in (True, False)
        ]
        for sheet in sheets:
            sheet.reset_dimensions()
        rows = [[_excel_text(cell) for cell in row] for row in sheets[0].iter_rows(max_row=MAX_FIRMS + 2)]
        if any(None in row for row in rows):  # empty, or a formula: only the second reading tells
            for row, cells in zip(rows, sheets[1].iter_rows(max_row=MAX_FIRMS + 2), strict=True):
                for position, cell in enumerate(cells):
                    if row[position] is None and cell.data_type == "f":
                        row[position] = _FORMULA
    return [[text or "" for text in cells] for cells in zip_longest(*rows)]


def _read_parquet(file: Path) -> list[list[str]]:
    import pyarrow
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(file, page_checksum_verification=True) as parquet:
        if parquet.metadata.num_rows > MAX_FIRMS:
            raise InputError(f"holds more than {MAX_FIRMS:,} firms; give fewer")
        table = parquet.read()
    columns = [[name] for name in table.column_names]
    for cells, column in zip(columns, table.columns, strict=True):
        if pyarrow.types.is_list(column.type):
            cells += [";".join(map(str, cell or ())) for cell in column.to_pylist()]
        else:
            cells += column.cast(pyarrow.string()).fill_null("").to_numpy(zero_copy_only=False).tolist()
    return columns


_READERS = {".csv": _read_csv, ".xlsx": _read_xlsx, ".parquet": _read_parquet}


def _read(file: Path) -> list[list[str]]:
    """Return the columns of the table in `file` as clean text, each with its header first."""
    status, kind = file.stat(), file.suffix.lower()
    if not stat.S_ISREG(status.st_mode):
        raise InputError("is a folder or a device, not a file; name the file itself")
    if kind not in _READERS:
        raise InputError(f"is not a kind of file that can be read; save it as one of {', '.join(_READERS)}")
    if not 0 < status.st_size <= MAX_BYTES:
        raise InputError(
            "is empty; give one row for each firm" if not status.st_size else "is larger than 2 GiB"
        )
    columns = _READERS[kind](file)
    if not columns or not any(any(column[1:]) for column in columns):
        raise InputError("holds no firms; give the names of the columns in row 1 and one row for each firm")
    if len(columns[0]) > MAX_FIRMS + 1:
        raise InputError(f"holds more than {MAX_FIRMS:,} firms; give fewer")
    for column in columns:
        clean = {text: _clean(text) for text in set(column)}
        column[:] = [clean[text] for text in column]
    return columns


def _places(columns: list[list[str]], problems: _Problems) -> dict[Column, tuple[int, float]]:
    """Return where each column stands, and what to divide its numbers by to have them in its unit."""
    places: dict[Column, tuple[int, float]] = {}
    for position, (header, *cells) in enumerate(columns):
        name, _, unit = _folded(header).rstrip(")").partition("(")
        column = _HEADERS.get(name)
        units = _MONEY if column and "RMB" in column.unit else _PLAIN_UNITS
        if not header:
            first = next((row for row, text in enumerate(cells, 2) if text), 0)
            if first:
                problems.append(
                    (first, position, "", "holds a value, but row 1 gives the column no name; give one")
                )
        elif column is None:
            near = _near(name, {known: item.name for known, item in _HEADERS.items()})
            problems.append(
                (1, position, "", f"is not a column of a register{near}; rename it or take it out")
            )
        elif column in places:
            problems.append((1, position, "", f"gives '{column.name}' a second time; keep only one"))
        elif unit not in units:
            problems.append(
                (1, position, "", f"the unit '{_shown(unit)}' is not known; give {column.unit or 'none'}")
            )
        if column and column not in places:
            places[column] = position, units.get(unit, 1.0)
    for column in REGISTER_COLUMNS:
        if column.needed and column not in places:
            names = f"'{column.name}' ('{column.chinese[0]}')"
            problems.append((0, 0, "", f"column {names} is missing; give {column.meaning}: {column.bounds}"))
    return places
