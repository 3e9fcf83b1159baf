"""A district's own register of firms: one table (CSV, Excel or Parquet), one row a firm.

Every cell, whatever the format, first becomes clean text; from there one path leads to the numbers, so the
three formats cannot disagree. A wrong cell is never guessed at or dropped: all problems of a file are
collected and raised together. Cells are only ever read as values, so nothing in a register can be run.
"""

from __future__ import annotations

import difflib
import heapq
import math
import re
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import InputError
from zhizao.population.tables import DATE, FORMULA, MAX_SHOWN, MAX_TEXT, read_table, shown
from zhizao.sectors import SECTOR_KEYS, SECTORS

__all__ = ["REGISTER_COLUMNS", "Column", "Register", "read_register"]

MAX_LISTED = 50
ABOVE_SCALE_REVENUE = 20.0  # million RMB a year
SIZE_FLOORS = (
    (300, 20.0),
    (1000, 400.0),
)  # employees and million RMB a year from which a firm is medium, large

_KINDS = {
    "id": (
        "is no sound id",
        f"text, at most {MAX_TEXT} characters, without , ; or 、 and not rounded to 1.2E+17",
    ),
    "text": ("is no sound name", f"text, at most {MAX_TEXT} characters"),
    "sector": ("is not a sector", f"one of {', '.join(SECTOR_KEYS)}, or its English or Chinese name"),
    "number": ("is not a number within bounds", "a number"),
    "whole": ("is not a whole number within bounds", "a whole number"),
    "flag": ("is neither yes nor no", "yes or no (是 or 否)"),
    "partners": ("is not the id of another firm in this file", "ids separated by ; or , or 、"),
}
"""Kinds of cells: what is wrong with a cell that is not of the kind, and what it may hold."""


@dataclass(frozen=True)
class Column:
    """One column of a register: its names and what its cells may hold; `above` leaves out `low` itself."""

    name: str
    chinese: tuple[str, ...]
    kind: str
    meaning: str
    unit: str = ""
    low: float = 0.0
    high: float = math.inf
    above: bool = field(default=False, kw_only=True)
    needed: bool = field(default=False, kw_only=True)

    @property
    def mend(self) -> str:
        """What to give in a cell, with unit and bounds."""
        low = f"above {self.low:,.0f} and at most" if self.above else f"from {self.low:,.0f} to"
        bounds = f" {low} {self.high:,.0f} {self.unit}" if self.unit else ""
        return f"give {self.meaning}: {_KINDS[self.kind][1]}{bounds}"


# fmt: off
# Name, Chinese headers, kind of cell, meaning, unit, lowest value, highest value.
REGISTER_COLUMNS: tuple[Column, ...] = (
    Column("id", ("企业编号", "企业代码", "统一社会信用代码", "编号"), "id", "the firm's id", needed=True),
    Column("sector", ("行业", "所属行业", "产业", "产业集群"), "sector", "its sector", needed=True),
    Column("employees", ("从业人数", "从业人员", "从业人员数", "员工人数", "职工人数"), "whole", "its staff",
           "persons", 1, 2e6, needed=True),
    Column("revenue", ("营业收入", "年营业收入", "年收入"), "number", "its revenue",
           "million RMB a year", 0, 1e6, above=True, needed=True),
    Column("park", ("园区", "所在园区", "产业园区"), "text", "the name of its industrial park"),
    Column("digital_score", ("数字化得分", "数字化评分", "数字化水平得分"), "number", "its digital score",
           "points", 0, 100),
    Column("robots", ("工业机器人", "机器人", "是否使用机器人"), "flag", "whether it uses industrial robots"),
    Column("workshops", ("数字化车间", "数字化车间数"), "whole", "digital workshops", "workshops", 0, 100),
    Column("factories", ("智能工厂", "智能工厂数"), "whole", "smart factories", "factories", 0, 20),
    Column("rd_active", ("研发活动", "有研发活动", "是否有研发活动"), "flag", "whether it does research"),
    Column("cash", ("现金", "货币资金"), "number", "its cash in hand", "million RMB", 0, 1e6),
    Column("leader", ("链主", "链主企业", "是否链主"), "flag", "whether it leads a supply chain"),
    Column("partners", ("合作伙伴", "供应链伙伴", "配套企业", "上下游企业"), "partners", "its partners"),
)
# fmt: on
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
        Each column that is absent or partly empty, as in ``park (12 of 499 firms)``.
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
    imputed: tuple[str, ...]
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        arrays = [getattr(self, item.name) for item in fields(self)] + list(self.partners or ())
        for array in arrays:
            if isinstance(array, np.ndarray):
                array.setflags(write=False)


_NUMBER = re.compile(r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+|(?=\.[0-9]))(\.[0-9]*)?(e[+-]?[0-9]{1,3})?", re.I)
_ROUNDED_ID = re.compile(r"[0-9](\.[0-9]+)?e\+[0-9]+", re.I)
_EXCEL_ERROR = re.compile(r"#(N/A|[A-Z0-9/_]+[!?])")
_SEPARATOR = re.compile(r"[;,、]")
_MONEY = {"": 1.0, "millionrmb": 1.0, "millionrmbayear": 1.0, "百万元": 1.0}
_MONEY |= {"亿元": 0.01, "万元": 1e2, "千元": 1e3, "元": 1e6}
_OTHER_UNITS = dict.fromkeys(("", "persons", "人", "points", "分", "个", "家", "是/否", "yes/no"), 1.0)
_FLAGS = dict.fromkeys(("yes", "y", "true", "t", "1", "1.0", "是", "有", "√", "✓"), 1.0)
_FLAGS |= dict.fromkeys(("no", "n", "false", "f", "0", "0.0", "否", "无", "没有", "×", "✗"), 0.0)
_NOT_READ = {
    "": "the cell is empty",
    DATE: "the cell is formatted as a date",
    FORMULA: "the cell is a formula whose value was never stored (save the file in Excel)",
}


def _folded(text: str) -> str:
    """Return a name as it is compared: without case, blanks, hyphens or underscores."""
    return re.sub(r"[\s_-]+", "", text).casefold()


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


def _near(text: str, names: dict[str, str]) -> str:
    """Offer the name nearest to `text`; `names` maps a name as compared to the name as offered."""
    near = difflib.get_close_matches(_folded(text[:MAX_SHOWN]), names, n=1)
    return f" (perhaps '{names[near[0]]}')" if near else ""


class _Problems(list[tuple[int, int, str, str | Column]]):
    """What is wrong: row (0 for the whole file), column, text, and the reason or the column it breaks."""

    def raise_any(self, headers: list[str]) -> None:
        """Raise the problems found, if any, in the order of the sheet; only shown ones are worded."""
        lines = []
        for row, position, text, reason in heapq.nsmallest(MAX_LISTED, self, key=lambda problem: problem[:2]):
            header = f"'{shown(headers[position]) or f'number {position + 1}'}'"
            if isinstance(reason, Column):
                header += "" if _folded(header) == f"'{_folded(reason.name)}'" else f" ('{reason.name}')"
                wrong = "is an Excel error" if _EXCEL_ERROR.fullmatch(text) else _KINDS[reason.kind][0]
                wrong = _NOT_READ.get(text, f"'{shown(text)}' {wrong}")
                keys = {name: SECTOR_KEYS[index] for name, index in _SECTOR_OF.items()}
                reason = f"{wrong}{_near(text, keys) if reason.kind == 'sector' else ''}; {reason.mend}"
                if unit := headers[position].partition("(")[2].rstrip(")"):
                    reason += f", here written in {shown(unit)} as the header says"
            lines.append(f", row {row}, column {header}: {reason}" if row else f": {reason}")
        if len(self) > MAX_LISTED:
            lines.append(f": and {len(self) - MAX_LISTED:,} more; mend these and read the file again")
        if lines:
            raise InputError(lines)


def _places(rows: list[int], columns: list[list[str]], problems: _Problems) -> dict[Column, tuple[int, float]]:
    """Return where each column stands, and what to divide its numbers by to have them in its unit."""
    places: dict[Column, tuple[int, float]] = {}
    for position, (header, *cells) in enumerate(columns):
        name, _, unit = _folded(header).rstrip(")").partition("(")
        column = _HEADERS.get(name)
        if not header:
            filled = [row for row, text in zip(rows[1:], cells, strict=True) if text]
            reason = "holds a value, but the column has no name; name it or take the value out"
            problems += [(row, position, "", reason) for row in filled]
        elif column is None:
            near = _near(name, {known: item.name for known, item in _HEADERS.items()})
            problems.append((rows[0], position, "", f"is not a column of a register{near}; rename or remove it"))
        elif column in places:
            problems.append((rows[0], position, "", "is there twice; keep one"))
        else:
            units = _MONEY if "RMB" in column.unit else _OTHER_UNITS
            places[column] = position, units.get(unit, 1.0)
            if unit not in units:
                problems.append((rows[0], position, "", f"the unit is not known; give {column.unit or 'no unit'}"))
    for column in REGISTER_COLUMNS:
        if column.needed and column not in places:
            names = f"'{column.name}' ('{column.chinese[0]}')"
            problems.append((0, 0, "", f"column {names} is missing; {column.mend}"))
    return places


def _value(text: str, column: Column, divisor: float) -> float | None:
    """Return the number that `text` stands for: NaN if empty, 0 for any sound text, None if it is wrong."""
    if not text:
        return None if column.needed else math.nan
    if column.kind == "partners":
        return 0.0  # the ids are looked up later
    if column.kind == "sector":
        return _SECTOR_OF.get(_folded(text))
    if column.kind == "flag":
        return _FLAGS.get(text.casefold())
    if column.unit:
        value = float(text.replace(",", "")) / divisor if _NUMBER.fullmatch(text) else math.nan
        sound = column.low <= value <= column.high and not (column.above and value == column.low)
        return value + 0.0 if sound and (column.kind == "number" or value.is_integer()) else None
    sound = text.isprintable() and len(text) <= MAX_TEXT and not _EXCEL_ERROR.fullmatch(text)
    if column.kind == "id":
        sound = sound and not _SEPARATOR.search(text) and not _ROUNDED_ID.fullmatch(text)
    return 0.0 if sound else None


def _links(cells: list[str], ids: list[str]) -> tuple[tuple[NDArray[np.int32], ...], list[tuple[int, str]]]:
    """Return each firm's partners, and those names that are no other firm's id, after the firm."""
    index = {ids[firm]: firm for firm in reversed(range(len(ids)))}
    names: list[str] = []
    counts = []
    for cell in cells:
        named = cell.replace(",", ";").replace("、", ";").split(";")
        names += named
        counts.append(len(named))
    names = [name.strip() for name in names]
    firms = np.repeat(np.arange(len(cells)), counts)
    partners = np.array([index.get(name, -1) for name in names], dtype=np.int64)
    unknown = (partners < 0) | (partners == firms)
    wrong = [(int(firms[place]), names[place]) for place in np.flatnonzero(unknown) if names[place]]
    firms, partners = firms[~unknown], partners[~unknown]
    links = np.sort(np.concatenate([firms * len(ids) + partners, partners * len(ids) + firms]))
    firms, partners = np.divmod(links[np.diff(links, prepend=-1) > 0], len(ids))
    ends = np.searchsorted(firms, np.arange(len(ids) + 1)).tolist()
    return tuple(partners[start:end].astype(np.int32) for start, end in pairwise(ends)), wrong


def _register(rows: list[int], columns: list[list[str]]) -> Register:
    """Build the register from clean text or raise its problems; `rows` are numbered as in the sheet."""
    problems = _Problems()
    places = _places(rows, columns, problems)
    headers, rows = [column[0] for column in columns], rows[1:]
    texts: dict[str, list[str]] = {}
    values: dict[str, NDArray[np.float64]] = {}
    for column in REGISTER_COLUMNS:
        position, divisor = places.get(column, (-1, 1.0))
        cells = texts[column.name] = columns[position][1:] if column in places else [""] * len(rows)
        said = {text: _value(text, column, divisor) for text in set(cells)}
        values[column.name] = np.array([said[text] for text in cells], dtype=np.float64)
        if column in places and None in said.values():
            wrong = [(row, text) for row, text in zip(rows, cells, strict=True) if said[text] is None]
            problems += [(row, position, text, column) for row, text in wrong]
        if column.kind == "partners":
            partners, strangers = _links(cells if any(texts["id"]) else [], texts["id"])
            problems += [(rows[firm], position, name, column) for firm, name in strangers]
    first = dict(zip(reversed(texts["id"]), reversed(rows), strict=True))
    for row, name in zip(rows, texts["id"], strict=True):
        if name and first[name] != row:
            reason = f"'{shown(name)}' is the id of row {first[name]} already; give every firm its own"
            problems.append((row, places[REGISTER_COLUMNS[0]][0], name, reason))
    for firm in np.flatnonzero(values["workshops"] < 2 * values["factories"]).tolist():
        reason = "a smart factory needs two digital workshops, and this firm has fewer; mend either number"
        problems.append((rows[firm], places[_HEADERS["factories"]][0], "", reason))
    problems.raise_any(headers)
    employees, revenue = values["employees"], values["revenue"]
    medium, large = ((employees >= staff) & (revenue >= turnover) for staff, turnover in SIZE_FLOORS)
    park_names = tuple(dict.fromkeys(filter(None, texts["park"])))
    park_of = {name: index for index, name in enumerate(("", *park_names), -1)}
    gaps = {column.name: int(np.isnan(values[column.name]).sum()) for column in REGISTER_COLUMNS}
    gaps["partners"] *= not any(texts["partners"])  # where some firms name partners, an empty cell means none
    below = int((revenue < ABOVE_SCALE_REVENUE).sum())
    firms = "1 firm is" if below == 1 else f"{below:,} firms are"
    note = f"{firms} below the above-scale threshold of {ABOVE_SCALE_REVENUE:.0f} million RMB a year"
    whole = {name: np.nan_to_num(values[name], nan=-1).astype(np.int32) for name in values}
    return Register(
        ids=tuple(texts["id"]),
        sector=whole["sector"].astype(np.int8),
        employees=employees,
        revenue=revenue,
        size_class=medium.astype(np.int8) + (medium & large),
        park=np.array([park_of[name] for name in texts["park"]], np.int32),
        park_names=park_names,
        digital_score=values["digital_score"],
        robots=whole["robots"].astype(np.int8),
        rd_active=whole["rd_active"].astype(np.int8),
        leader=whole["leader"].astype(np.int8),
        workshops=whole["workshops"],
        factories=whole["factories"],
        cash=values["cash"],
        partners=partners if any(texts["partners"]) else None,
        imputed=tuple(f"{name} ({gap:,} of {len(rows):,} firms)" for name, gap in gaps.items() if gap),
        notes=(note,) if below else (),
    )


def read_register(path: str | Path) -> Register:
    """Read a register of firms; row 1 names the columns, and a workbook's first sheet is read.

    Parameters
    ----------
    path
        A file whose name ends in .csv (UTF-8 or GB18030), .xlsx or .parquet. Its columns are those of
        `REGISTER_COLUMNS`, named in English or Chinese; a header may give another unit of money, as in
        ``营业收入(万元)``.

    Raises
    ------
    InputError
        With every problem of the file (the first 50 in the order of the sheet, and how many more).
    """
    file = Path(path)
    try:
        return _register(*read_table(file))
    except InputError as error:
        name = shown(file.name or str(file), MAX_TEXT)
        raise InputError([name + problem for problem in error.problems]) from error
