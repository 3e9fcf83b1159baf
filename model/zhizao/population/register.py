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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import InputError
from zhizao.sectors import SECTOR_KEYS, SECTORS

__all__ = ["REGISTER_COLUMNS", "Register", "RegisterColumn", "read_register"]

MAX_FIRMS = 5_000_000
MAX_BYTES = 2**31
MAX_LISTED = 50
MAX_SHOWN = 40
MAX_TEXT = 200
ABOVE_SCALE_REVENUE = 20.0
MEDIUM_SIZE = (300.0, 20.0)
"""Employees and revenue (million RMB a year) from which a firm is medium, by the national rule of 2011."""
LARGE_SIZE = (1000.0, 400.0)
"""Employees and revenue (million RMB a year) from which a firm is large, by the national rule of 2011."""


@dataclass(frozen=True, kw_only=True)
class RegisterColumn:
    """One column of a register: its names and what its cells may hold; `above` leaves out `low` itself."""

    name: str
    chinese: tuple[str, ...]
    kind: Literal["id", "text", "sector", "number", "whole", "flag", "partners"]
    meaning: str
    unit: str = ""
    low: float = 0.0
    high: float = math.inf
    above: bool = False
    needed: bool = False

    @property
    def bounds(self) -> str:
        """What a cell may hold, in words."""
        if self.kind in ("number", "whole"):
            number = "a whole number" if self.kind == "whole" else "a number"
            low = f"above {self.low:,.0f} and at most" if self.above else f"from {self.low:,.0f} to"
            return f"{number} {low} {self.high:,.0f} {self.unit}"
        return {
            "id": f"text of at most {MAX_TEXT} characters without , ; or 、, different for every firm",
            "text": f"text of at most {MAX_TEXT} characters",
            "sector": f"one of {', '.join(SECTOR_KEYS)}, or its English or Chinese name",
            "flag": "yes or no (是 or 否)",
            "partners": "ids of firms in this file, separated by ; or , or 、",
        }[self.kind]


REGISTER_COLUMNS: tuple[RegisterColumn, ...] = (
    RegisterColumn(
        name="id",
        chinese=("企业编号", "企业代码", "统一社会信用代码", "编号"),
        kind="id",
        meaning="the firm's own id",
        needed=True,
    ),
    RegisterColumn(
        name="sector",
        chinese=("行业", "所属行业", "产业", "所属产业", "产业集群"),
        kind="sector",
        meaning="the firm's sector",
        needed=True,
    ),
    RegisterColumn(
        name="employees",
        chinese=("从业人数", "从业人员", "从业人员数", "员工人数", "员工数", "职工人数", "平均用工人数"),
        kind="whole",
        meaning="people employed",
        unit="persons",
        low=1,
        high=2_000_000,
        needed=True,
    ),
    RegisterColumn(
        name="revenue",
        chinese=("营业收入", "年营业收入", "年收入"),
        kind="number",
        meaning="revenue of a year",
        unit="million RMB a year",
        high=1_000_000,
        above=True,
        needed=True,
    ),
    RegisterColumn(
        name="park", chinese=("园区", "所在园区", "产业园区"), kind="text", meaning="name of the industrial park"
    ),
    RegisterColumn(
        name="digital_score",
        chinese=("数字化得分", "数字化评分", "数字化水平得分"),
        kind="number",
        meaning="digital score of the self-assessment",
        unit="points",
        high=100,
    ),
    RegisterColumn(
        name="robots",
        chinese=("工业机器人", "机器人", "使用机器人", "是否使用机器人"),
        kind="flag",
        meaning="whether the firm uses industrial robots",
    ),
    RegisterColumn(
        name="workshops",
        chinese=("数字化车间", "数字化车间数"),
        kind="whole",
        meaning="recognised digital workshops",
        unit="workshops",
        high=100,
    ),
    RegisterColumn(
        name="factories",
        chinese=("智能工厂", "智能工厂数"),
        kind="whole",
        meaning="recognised smart factories, each of which needs two digital workshops",
        unit="factories",
        high=20,
    ),
    RegisterColumn(
        name="rd_active",
        chinese=("研发活动", "有研发活动", "是否有研发活动"),
        kind="flag",
        meaning="whether the firm does research and development",
    ),
    RegisterColumn(
        name="cash",
        chinese=("现金", "货币资金"),
        kind="number",
        meaning="cash in hand",
        unit="million RMB",
        high=1_000_000,
    ),
    RegisterColumn(
        name="leader",
        chinese=("链主", "链主企业", "是否链主"),
        kind="flag",
        meaning="whether the firm leads a supply chain",
    ),
    RegisterColumn(
        name="partners",
        chinese=("合作伙伴", "供应链伙伴", "配套企业", "上下游企业"),
        kind="partners",
        meaning="supply partners; a link that either firm names counts for both",
    ),
)
"""Every column a register may have; the order of columns in a file is free."""


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
        For each firm the rows of its partners, ascending and mutual; None if the file names none at all.
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
        for field in fields(self):
            value = getattr(self, field.name)
            for array in (value,) if isinstance(value, np.ndarray) else value or ():
                if isinstance(array, np.ndarray):
                    array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.ids)


_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " "}
_NUMBER = re.compile(r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+|(?=\.[0-9]))(\.[0-9]*)?(e[+-]?[0-9]{1,3})?", re.IGNORECASE)
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?e\+[0-9]+", re.IGNORECASE)
_EXCEL_ERROR = re.compile(r"#(N/A|[A-Z0-9/_]+[!?])")
_SEPARATOR = re.compile(r"[;,、]")
_DATE, _FORMULA = "\0date", "\0formula"
_MONEY = {"millionrmb": 1.0, "millionrmbayear": 1.0, "百万元": 1.0, "亿元": 0.01, "万元": 1e2, "千元": 1e3, "元": 1e6}
_OTHER_UNITS = dict.fromkeys(("persons", "人", "points", "分", "个", "家", "是/否", "yes/no"), 1.0)
_FLAGS = dict.fromkeys(("yes", "y", "true", "t", "1", "1.0", "是", "有", "√", "✓"), 1.0)
_FLAGS |= dict.fromkeys(("no", "n", "false", "f", "0", "0.0", "否", "无", "没有", "×", "✗"), 0.0)


def _clean(text: str) -> str:
    """Return `text` without blanks around it and with full-width letters and digits as plain ones."""
    return (text if text.isascii() else text.translate(_WIDE)).strip(" \t\r\n\v\f\ufeff\u200b")


def _folded(text: str) -> str:
    """Return a name as it is compared: without case, blanks, hyphens or underscores."""
    return re.sub(r"[\s_-]+", "", text).casefold()


def _shown(text: str) -> str:
    """Return `text` as it is safe to print: at most 40 characters, none of them a control character."""
    text = "".join(letter if letter.isprintable() else "\ufffd" for letter in text[: MAX_SHOWN + 1])
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


_HEADERS = {_folded(name): column for column in REGISTER_COLUMNS for name in (column.name, *column.chinese)}
_SECTOR_NAMES = {
    _folded(name): index
    for index, sector in enumerate(SECTORS)
    for name in (sector.key, sector.english, sector.english.partition(" (")[0], sector.chinese, sector.industry)
    if name
}


class _Problems:
    """Collects what is wrong with one file and writes the lines; the words are only made for lines shown."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.headers: list[str] = []
        self.ids: Sequence[str] = ()
        self.found: list[tuple[int, int, str, str | RegisterColumn]] = []

    def add(self, row: int, position: int, text: str, reason: str | RegisterColumn) -> None:
        """Add a problem of a cell: its row and column, its text, and the reason or the column it breaks."""
        self.found.append((row, position, text, reason))

    def add_file(self, reason: str) -> None:
        """Add a problem of the whole file."""
        self.found.append((0, 0, "", reason))

    def raise_any(self) -> None:
        """Raise all problems found, if there are any, in the order of the sheet."""
        if not self.found:
            return
        listed = heapq.nsmallest(MAX_LISTED, self.found, key=lambda problem: problem[:2])
        lines = [self._line(*problem) for problem in listed]
        if more := len(self.found) - len(listed):
            problems = "problem is" if more == 1 else "problems are"
            lines.append(f"{self.file}: {more:,} more {problems} not listed; mend these and read the file again")
        raise InputError(lines)

    def _line(self, row: int, position: int, text: str, reason: str | RegisterColumn) -> str:
        if not row:
            return f"{self.file}: {reason}"
        header = _shown(self.headers[position]) or f"number {position + 1}"
        if isinstance(reason, RegisterColumn):
            known = "" if _folded(header) == _folded(reason.name) else f" ({reason.name})"
            return f"{self.file}, row {row}, column '{header}'{known}: {self._why(reason, text)}"
        return f"{self.file}, row {row}, column '{header}': {reason}"

    def _why(self, column: RegisterColumn, text: str) -> str:
        """Say why `text` cannot stand in `column`, and the mend."""
        if not text:
            return f"the cell is empty, and every firm needs it; give {column.meaning}, {column.bounds}"
        if text == _DATE:
            return f"the cell holds a date; format it as text or number and give {column.bounds}"
        if text == _FORMULA:
            return "the formula's value was never stored; open the file in Excel, save it, or paste values"
        shown = f"'{_shown(text)}'"
        if _EXCEL_ERROR.fullmatch(text):
            return f"{shown} is an Excel error; mend the formula or give {column.bounds}"
        if column.kind == "id" and _ROUNDED.fullmatch(text):
            return f"{shown} is an id that a spreadsheet rounded as a number; store ids as text"
        if column.kind in ("number", "whole"):
            wrong = "is out of bounds" if _NUMBER.fullmatch(text) else "is not a number"
            return f"{shown} {wrong}; give {column.meaning}, {column.bounds}"
        if column.kind == "sector":
            return f"{shown} is not a sector{_nearest(text, _SECTOR_NAMES)}; give {column.bounds}"
        if column.kind == "partners":
            near = _nearest(text, self.ids) if len(self.ids) <= 5_000 else ""
            return f"{shown} is not the id of a firm in this file{near}; mend the id or take it out"
        if column.kind == "flag":
            return f"{shown} is neither yes nor no; give {column.bounds}"
        return f"{shown} is too long or holds a character not allowed; give {column.bounds}"


def _nearest(text: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(_folded(text[:MAX_SHOWN]), [_folded(name) for name in names], n=1)
    return f", perhaps '{near[0]}'" if near else ""
