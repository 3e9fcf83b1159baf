"""Industries as lists of firms name them, and the district's sector of each.

Codes and names are those of GB/T 4754-2017 (Industrial classification for national economic activities), all divisions,
groups and classes: ``data/industries.csv``. Which sector a code belongs to is the district's own reading, with a reason
for each, in a file of its folder: the longest code that begins it counts; a star marks industry that none of its
sectors covers, which is counted with the one named, and said. What no line covers (farming, building, trade, services)
is not industry and is refused. Another file of its folder holds usual names.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from zhizao.district.in_force import DISTRICT
from zhizao.register.text import folded
from zhizao.sectors import SECTOR_KEYS, SECTORS

__all__ = ["SECTOR_NAMES", "Industry", "industry_of"]

_CODE = re.compile(r"([A-T])?(\d{2,4})(?:[^\d\w]*|(?=[^\d\w]|[一-鿿]))(.*)", re.I | re.S)
_CODE_LAST = re.compile(r"(.*[^\W\d].*?)[\s(\[（]*(?<![a-z\d])([A-T])?(\d{2,4})[)\]）]?", re.I | re.S)
_LEVELS = re.compile(r"[/>＞|\\]+|--?>|—+|-+")
_MARKS = re.compile(r"[、，,；;·.()（）\[\]/和及与]")
_ENDINGS = ("制造业", "加工业", "行业", "产业", "制造", "业")
_SECTIONS = (
    (1, 5, "A"),
    (6, 12, "B"),
    (13, 43, "C"),
    (44, 46, "D"),
    (47, 50, "E"),
    (51, 52, "F"),
    (53, 60, "G"),
    (61, 62, "H"),
    (63, 65, "I"),
    (66, 69, "J"),
    (70, 70, "K"),
    (71, 72, "L"),
    (73, 75, "M"),
    (76, 79, "N"),
    (80, 82, "O"),
    (83, 83, "P"),
    (84, 85, "Q"),
    (86, 90, "R"),
    (91, 96, "S"),
    (97, 97, "T"),
)
"""First and last division of each section of the standard."""


@dataclass(frozen=True, kw_only=True)
class Industry:
    """What a text about an industry says.

    Attributes
    ----------
    sector
        Index into `SECTORS`, or None if it is not an industry of the district.
    how
        ``sector`` (the name of a sector), ``code`` or ``name`` (of GB/T 4754-2017), ``usual`` (another usual name), or
        why there is no sector: ``not industry``, ``no such code``, ``two industries``, ``unknown``.
    residual
        Whether no cluster covers it, so that it is counted with a sector that stands for the rest.
    name
        Of the code in the standard, if there is one.
    """

    sector: int | None
    how: str
    residual: bool = False
    name: str = ""


def _rows(name: str) -> list[list[str]]:
    text = files("zhizao.register").joinpath("data", name).read_text("utf-8")
    return list(csv.reader(text.splitlines()))[1:]


def _rows_of_district(relative: str) -> list[list[str]]:
    """Return the rows of a table of the district in force: none if it has none."""
    if not relative:
        return []
    return list(csv.reader(DISTRICT.path(relative).read_text("utf-8-sig").splitlines()))[1:]


SECTOR_NAMES = {
    folded(name): index
    for index, item in enumerate(SECTORS)
    for name in (item.key, item.english, item.english.partition(" (")[0], item.chinese, item.industry or item.key)
}
"""The names of the nine sectors, and of the mapped industry within each, as compared."""


@cache
def _standard() -> dict[str, str]:
    return dict(_rows("industries.csv"))


@cache
def _sector_of_code(code: str) -> tuple[int | None, bool]:
    prefixes = {row[0]: row[1] for row in _rows_of_district(DISTRICT.own.industries)}
    found = next((prefixes[code[:size]] for size in (4, 3, 2) if code[:size] in prefixes), None)
    return (None, False) if found is None else (SECTOR_KEYS.index(found.rstrip("*")), found.endswith("*"))


def _short(name: str) -> str:
    """Return a name as it is compared: without marks and without a last word such as 制造业."""
    name = _MARKS.sub("", folded(name))
    ending = next((ending for ending in _ENDINGS if name.endswith(ending) and len(name) > len(ending) + 1), "")
    return name.removesuffix(ending)


@cache
def _names() -> dict[str, Industry]:
    """Return every name of the standard and every usual one; what would mean two things is left out."""
    found: dict[str, Industry] = {}
    clash = set()
    for code, name in _standard().items():
        sector, residual = _sector_of_code(code)
        how = "name" if sector is not None else "not industry"
        for key in {folded(name), _MARKS.sub("", folded(name)), _short(name)}:
            industry = Industry(sector=sector, how=how, residual=residual, name=name)
            if key in found and found[key].sector != sector and key != folded(name):
                clash.add(key)
            found.setdefault(key, industry)
    found = {key: industry for key, industry in found.items() if key not in clash}
    usual = {folded(name): SECTOR_KEYS.index(sector) for name, sector in _rows_of_district(DISTRICT.own.industry_names)}
    return found | {key: Industry(sector=sector, how="usual") for key, sector in usual.items()}


def _by_code(letter: str | None, code: str) -> Industry:
    name = _standard().get(code)
    section = next(mark for first, last, mark in (*_SECTIONS, (0, 99, "")) if first <= int(code[:2]) <= last)
    if name is None or (letter and letter.upper() != section):
        return Industry(sector=None, how="no such code")
    sector, residual = _sector_of_code(code)
    return Industry(sector=sector, how="code" if sector is not None else "not industry", residual=residual, name=name)


def _by_name(text: str) -> Industry:
    key = folded(text)
    if key in SECTOR_NAMES:
        return Industry(sector=SECTOR_NAMES[key], how="sector")
    names = _names()
    for tried in (key, _MARKS.sub("", key), _short(text)):
        if tried in names:
            return names[tried]
        if tried in SECTOR_NAMES:
            return Industry(sector=SECTOR_NAMES[tried], how="sector")
    return Industry(sector=None, how="unknown")


@cache
def industry_of(text: str) -> Industry:
    """Return what a text says of a firm's industry: a sector's name, a code, a name, or both of the last two."""
    whole = _by_name(text)
    if whole.how != "unknown":
        return whole
    match, last = _CODE.fullmatch(text), _CODE_LAST.fullmatch(text)
    parts = (match[1], match[2], match[3]) if match else (last[2], last[3], last[1]) if last else None
    if parts is not None:
        coded, named = _by_code(parts[0], parts[1]), _by_name(parts[2])
        if named.sector is not None and coded.sector is not None and named.sector != coded.sector:
            return Industry(sector=None, how="two industries", name=coded.name)
        return coded
    levels = [part for part in _LEVELS.split(text) if part]
    if len(levels) > 1:  # such as 制造业/汽车制造业/汽车零部件及配件制造: the last is the narrowest
        return industry_of(levels[-1])
    return whole
