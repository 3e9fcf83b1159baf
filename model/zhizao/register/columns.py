"""The columns of a register, and which of them a header names."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from zhizao.district.in_force import in_currency
from zhizao.errors import Message
from zhizao.register.text import MAX_SHOWN, MAX_TEXT, folded
from zhizao.register.units import Unit, unit_of
from zhizao.sectors import SECTOR_KEYS

__all__ = [
    "HELPERS",
    "REGISTER_COLUMNS",
    "Column",
    "Header",
    "header_of",
    "is_beside_names",
    "near_column",
    "part_of_year",
    "whole_year_column",
]

KINDS = {
    "id": (
        Message("is not a valid id", "不能作为编号"),
        Message(
            f"text, at most {MAX_TEXT} characters, without , ; or 、 and not rounded to 1.2E+17",
            f"文字，至多 {MAX_TEXT} 个字符，不含 , ; 、，也不能是 1.2E+17 这样被舍入的数",
        ),
    ),
    "text": (
        Message("is not a valid name", "不能作为名称"),
        Message(f"text, at most {MAX_TEXT} characters", f"文字，至多 {MAX_TEXT} 个字符"),
    ),
    "sector": (
        Message("is not a sector", "不是可识别的行业"),
        Message(
            f"one of {', '.join(SECTOR_KEYS)}, its English or Chinese name, or a code or name of GB/T 4754-2017",
            "九个产业集群之一的名称，或国民经济行业分类（GB/T 4754-2017）的代码或名称",
        ),
    ),
    "number": (Message("is not a number within bounds", "不是范围内的数"), Message("a number", "一个数")),
    "whole": (
        Message("is not a whole number within bounds", "不是范围内的整数"),
        Message("a whole number", "一个整数"),
    ),
    "flag": (Message("is neither yes nor no", "既不是“是”也不是“否”"), Message("yes or no (是 or 否)", "“是”或“否”")),
    "partners": (
        Message("is not the id of another firm in this file", "不是本文件中另一家企业的编号"),
        Message("ids separated by ; or , or 、", "以 ; , 或 、 分隔的企业编号，没有则写“无”"),
    ),
}
"""Kinds of cells: what is wrong with a cell that is not of the kind, and what it may hold."""


@dataclass(frozen=True)
class Column:
    """One column of a register: its names and what its cells may hold; `above` leaves out `low` itself.

    `chinese` names the usual headers; `stand_ins` those that mean nearly the same and are taken, with a remark, where
    no column has one of the others.
    """

    name: str
    chinese: tuple[str, ...]
    kind: str
    meaning: Message
    unit: str = ""
    low: float = 0.0
    high: float = math.inf
    above: bool = field(default=False, kw_only=True)
    needed: bool = field(default=False, kw_only=True)
    english: tuple[str, ...] = field(default=(), kw_only=True)
    stand_ins: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def fix(self) -> Message:
        """What to give in a cell, with unit and bounds."""
        allowed = KINDS[self.kind][1]
        low = f"above {self.low:,.0f} and at most" if self.above else f"from {self.low:,.0f} to"
        bounds = f" {low} {self.high:,.0f} {self.unit}" if self.unit else ""
        chinese_low = f"大于 {self.low:,.0f}、不超过" if self.above else f"{self.low:,.0f} 至"
        chinese = f"（{chinese_low} {self.high:,.0f}，单位：{_CHINESE_UNITS[self.unit]}）" if self.unit else ""
        return Message(
            f"give {self.meaning}: {allowed}{bounds}", f"请填写{self.meaning.chinese}：{allowed.chinese}{chinese}"
        )


MONEY, MONEY_A_YEAR = in_currency("million RMB"), in_currency("million RMB a year")
"""Units of columns of money."""
_CHINESE_UNITS = {
    "persons": "人",
    MONEY_A_YEAR: in_currency("百万元/年"),
    MONEY: in_currency("百万元"),
    "points": "分",
    "workshops": "个",
    "factories": "个",
}


def unit_in_words(unit: str) -> Message:
    """Return the unit of a column in both languages."""
    return Message(unit, _CHINESE_UNITS[unit])


def _column(name: str, kind: str, *limits: Any, above: bool = False, needed: bool = False) -> Column:
    """Make a column of its kind of cell and, for a number, unit, lowest and highest value."""
    said = _NAMES_IN_FILES[name]
    return Column(
        name,
        tuple(said["chinese"]),
        kind,
        Message(said["meaning"]["en"], said["meaning"]["zh"]),
        *limits,
        above=above,
        needed=needed,
        english=tuple(said["english"]),
        stand_ins=tuple(said["stand_ins"]),
    )


_NAMES_IN_FILES = tomllib.loads(files("zhizao.register").joinpath("data", "columns.toml").read_text("utf-8"))

REGISTER_COLUMNS: tuple[Column, ...] = (
    _column("id", "id", needed=True),
    _column("sector", "sector", needed=True),
    _column("employees", "whole", "persons", 1, 2e6, needed=True),
    _column("revenue", "number", MONEY_A_YEAR, 0, 1e6, above=True, needed=True),
    _column("park", "text"),
    _column("digital_score", "number", "points", 0, 100),
    _column("robots", "flag"),
    _column("workshops", "whole", "workshops", 0, 100),
    _column("factories", "whole", "factories", 0, 20),
    _column("rd_active", "flag"),
    _column("cash", "number", MONEY, 0, 1e6),
    _column("leader", "flag"),
    _column("partners", "partners"),
)
"""Every column a register may have; a file may order them as it likes."""

HELPERS: tuple[Column, ...] = (
    _column("industry_code", "sector"),
    _column("firm_name", "text"),
    _column("list_number", "text"),
    _column("as_of", "text"),
)
"""Columns that are not of the register itself but help to read it."""


def _names() -> dict[str, tuple[Column, int]]:
    """Return every name of a column with its rank: 0 for its own names, from 1 for its stand-ins.

    A firm may have several ids, so their names are ranked one by one: no two of them contradict each other.
    """
    found: dict[str, tuple[Column, int]] = {}
    for column in (*REGISTER_COLUMNS, *HELPERS):
        for place, name in enumerate((column.name, *column.chinese, *column.english)):
            found[folded(name)] = column, place - _OWN_IDS if column.kind == "id" else 0
        for rank, name in enumerate(column.stand_ins, 1):
            found.setdefault(folded(name), (column, rank))
    return found


_OWN_IDS = 100
_NAMES = _names()
_BRACKETS = re.compile(r"[(\[【〔{]([^()\[\]【】〔〕{}]*)[)\]】〕}]")
_MARKS = re.compile(r"[*★☆※▲△●#]+|^\d{1,2}[.、]\s*|^[一二三四五六七八九十]+[、.]\s*")
_YEAR = re.compile(r"((?:19|20)\d\d)\s*(?:年度|年末|年底|年|$)?")
_YEAR_AT_ENDS = re.compile(
    r"^(?:截至|截止)?(?P<first>(?:19|20)\d\d)\s*(?:年度|年末|年底|年)?[-_\s]*(?=\D)|"
    r"[-_\s]*(?P<last>(?:19|20)\d\d)\s*(?:年度|年末|年底|年)?$"
)
_TWO_LANGUAGES = re.compile(r"(?P<first>[^a-z]*)(?P<english>[a-z][a-z .'-]*)(?P<last>[^a-z]*)", re.I)
_AROUND = " :：/|,，.-_"
_MONTHS = re.compile(r"(\d{1,2})\s*[-~至到]\s*(\d{1,2})\s*月")
_PART_OF_A_YEAR = re.compile(
    r"上半年|下半年|[一二三四1-4前]季度|季度|当月|本月|月均|月度|\bq[1-4]\b|half.year(ly)?|quarter(ly)?|month(ly)?\b|\bytd\b|year.to.date",
    re.I,
)
_BESIDE = re.compile(
    r"(必填项?|选填项?|必须|可选|填|是/否|yes/no|y/n|年末|期末|年底|全年|年度|本年|本期|当年|年均|平均|累计|"
    r"快报数?|初步数|合计|总计|总数|总额|数值|金额|数量|元?单位|含税|不含税|required|optional|total|annual|"
    r"per year|a year|yearly|/年|百分制|满分100分?|0[-到至]100分?|小类|中类|大类|代码|名称|gb/?t\s*4754(-?\d{4})?|"
    r"统一社会信用代码|组织机构代码|18位|已核对|checked)",
    re.I,
)
_DERIVED = re.compile(
    r"增|降|同比|环比|占比|比重|率$|率\(|排名|名次|目标|预计|预测|计划|上年|去年|同期|其中|人均|说明|备注|growth|share|rate|rank|target",
    re.I,
)


@dataclass(frozen=True, kw_only=True)
class Header:
    """What the text of a header says.

    Attributes
    ----------
    column
        The column it names, and in `rank` how directly: by one of its own names up to 0, above by a stand-in.
    units
        Units that it states, with their words.
    years
        Years that it states.
    unknown
        Words in brackets that are neither a unit, nor a year, nor a usual remark.
    part_of_year
        The words that say that the numbers are not of a whole year, if any.
    whole_scale
        Whether it says that points go to 100.
    checked
        Whether it says that the numbers were checked.
    """

    text: str
    column: Column
    rank: int
    units: tuple[Unit, ...] = ()
    years: tuple[int, ...] = ()
    unknown: tuple[str, ...] = ()
    part_of_year: str = ""
    whole_scale: bool = False
    checked: bool = False


def is_beside_names(text: str) -> bool:
    """Say whether a cell below or above a name holds only what may stand there: a unit, a year or a usual remark."""
    text = text.strip("()[] ")
    return bool(_YEAR.fullmatch(text) or _BESIDE.fullmatch(text) or unit_of(text) is not None)


@lru_cache(maxsize=4096)
def header_of(text: str) -> Header | None:
    """Return what a header says, or None if it names no column that is known."""
    flat = _MARKS.sub("", re.sub(r"[\r\n]+", "", text)).strip()
    if len(flat) > MAX_TEXT:
        return None
    inside = [part.strip() for part in _BRACKETS.findall(flat)]
    base = _BRACKETS.sub("", flat).strip(" :：*")
    years = []
    while (found := _YEAR_AT_ENDS.search(base)) and folded(base) not in _NAMES:
        years.append(int(found["first"] or found["last"]))
        base = (base[: found.start()] + base[found.end() :]).strip(" :的-_")
    if "/" in base and folded(base) not in _NAMES:  # such as 统一社会信用代码/组织机构代码 and 营业收入/万元
        head, _, tail = base.partition("/")
        if folded(head) in _NAMES and (folded(tail) in _NAMES or is_beside_names(tail)):
            inside, base = [*inside, *([tail] if is_beside_names(tail) else [])], head
    if folded(base) not in _NAMES:
        base = _one_of_two_languages(base)
    if folded(base) not in _NAMES:
        split = _name_and_unit(base)
        if split is None:
            return None
        inside, base = [*inside, split[1]], split[0]
    column, rank = _NAMES[folded(base)]
    return _with_remarks(flat, column, rank, inside, years)


def _one_of_two_languages(base: str) -> str:
    """Return the Chinese half of a name in both languages, such as 从业人数 Employees; any other name as it is."""
    halves = _TWO_LANGUAGES.fullmatch(base)
    if halves is None:
        return base
    chinese = (halves["first"] or halves["last"]).strip(_AROUND)
    english = halves["english"].strip(_AROUND)
    known = [_NAMES.get(folded(half)) for half in (chinese, english)]
    return chinese if known[0] and known[1] and known[0][0] is known[1][0] else base


def _name_and_unit(base: str) -> tuple[str, str] | None:
    """Take apart a name and a unit that no bracket divides, such as 营业收入万元 or revenue_10k_rmb."""
    for place in range(len(base) - 1, 1, -1):
        head, tail = base[:place].strip(" :,_-"), base[place:].strip(" :,_-")
        if folded(head) in _NAMES and _NAMES[folded(head)][0].unit and tail.lower() not in ("s", "数"):
            tail = re.sub(r"^(in\b|单位)[:\s_]*", "", tail.replace("_", " "), flags=re.I)
            if unit_of(tail) is not None:
                return head, tail
    return None


def _with_remarks(text: str, column: Column, rank: int, inside: list[str], years: list[int]) -> Header:
    units: list[Unit] = []
    unknown: list[str] = []
    partial = ""
    pieces = [piece.strip() for whole in inside for piece in re.split(r"[,，、;；:：]+", whole)]
    whole_units = [unit for whole in inside if "," in whole and (unit := unit_of(whole)) is not None]
    if whole_units:  # such as RMB 10,000
        pieces, units = [], whole_units
    parts = [part for piece in pieces for part in ([piece] if unit_of(piece) else re.split(r"[/\s]+", piece))]
    for part in filter(None, parts):
        span, year = _MONTHS.search(part), _YEAR.match(part)
        years += [int(year[1])] if year else []
        rest = part[year.end() :] if year else part
        if part_of_year(part):
            partial = part
        elif (unit := unit_of(part)) is not None:
            units.append(unit)
        elif rest and not (span or _BESIDE.fullmatch(rest) or rest.casefold() in ("unit", "in", "rmb")):
            unknown.append(part)
    said = " ".join(inside)
    unknown = [part for part in unknown if _matters(part, bool(units), column)]
    return Header(
        text=text,
        column=column,
        rank=rank,
        units=tuple(dict.fromkeys(units)),
        years=tuple(years),
        unknown=tuple(unknown),
        part_of_year=partial,
        whole_scale=bool(re.search(r"百分制|满分100|0\s*[-~到至]\s*100", said)),
        checked=bool(re.search(r"checked|已核对", said, re.I)),
    )


def _matters(remark: str, has_unit: bool, column: Column) -> bool:
    """Say whether an unknown remark in a header could change what its numbers mean."""
    if _DERIVED.search(remark) or re.search(r"[百千万亿元%\d分制$€£]", remark):
        return True
    return column.unit in (MONEY, MONEY_A_YEAR) and not has_unit  # it may be a unit of money that is not known


def part_of_year(text: str) -> str:
    """Return the words of a header or a title that say that numbers are not of a whole year, if any."""
    span = _MONTHS.search(text)
    if span is None:
        part = _PART_OF_A_YEAR.search(text)
        return part[0] if part else ""
    return "" if span.groups() in (("1", "12"), ("01", "12")) else span[0]


def whole_year_column(text: str) -> tuple[Column, str] | None:
    """Return the column of money a year of which a name gives part of a year, and the words that say so, if any."""
    words = part_of_year(text)
    if not words:
        return None
    rest = re.sub(r"^\W*(止)?(累计|合计)?|\s(累计|合计)?(实际|完成)?[数值]?$", "", text.replace(words, " "))
    header = header_of(rest.strip(" _-"))
    return (header.column, words) if header is not None and header.column.unit == MONEY_A_YEAR else None


def near_column(text: str) -> Column | None:
    """Return the column whose name a header seems to misspell."""
    base = folded(_BRACKETS.sub("", text[:MAX_SHOWN]))
    if _DERIVED.search(text) or len(base) < 4:
        return None
    near = difflib.get_close_matches(base, _NAMES, n=1, cutoff=0.75)
    long_enough = near and (not base.isascii() or difflib.SequenceMatcher(None, base, near[0]).ratio() >= 0.8)
    return _NAMES[near[0]][0] if long_enough and abs(len(near[0]) - len(base)) <= 1 else None
