"""Numbers as a spreadsheet shows them: with the percent sign, scale and unit that a cell's format gives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from zhizao.register.units import CURRENCY_NAMES

__all__ = ["shown_number"]

_PARTS = re.compile(r'"([^"]*)"|\\(.)|!(.)|_.|\*.|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|(.)', re.S)
_DIGITS = "0#?"
_GENERAL = re.compile(r"general|g/通用格式", re.I)
_CURRENCY = re.compile(rf"^({'|'.join(map(re.escape, CURRENCY_NAMES))})\s*", re.I)


@dataclass(frozen=True)
class _Format:
    """What a number format does to a number: percent sign, digits it moves the point by, words around it, zeros."""

    percent: bool = False
    moved: int = 0
    before: str = ""
    after: str = ""
    zeros: int = 0


@lru_cache(maxsize=1024)
def _read(code: str) -> _Format:
    section = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)[0]
    general = _GENERAL.match(section)
    if general or section.strip() in ("@", ""):
        words = "".join(match[1] or match[2] or match[3] or match[5] or "" for match in _PARTS.finditer(section))
        return _Format(after=words[general.end() :].strip()) if general else _Format()
    plain: list[tuple[str, bool]] = []  # each character, and whether it is shown as it is
    for match in _PARTS.finditer(section):
        quoted = match[1] or match[2] or match[3] or match[4]
        plain += [(letter, True) for letter in quoted or ""] if quoted else [(match[5], False)] if match[5] else []
    digits = [place for place, (letter, literal) in enumerate(plain) if not literal and letter in _DIGITS]
    if not digits:
        return _Format()
    first, last = digits[0], digits[-1]
    moved = 0
    tail = last + 1
    while tail < len(plain) and plain[tail] == (",", False):  # a comma behind the digits divides by a thousand
        moved, tail = moved + 3, tail + 1
    points = [place for place in range(first, last) if plain[place] == (".", True)]
    if points:  # the point that people insert to show ten-thousands
        moved += sum(place > points[0] for place in digits)
    percent = ("%", False) in plain
    before = "".join(letter for letter, literal in plain[:first] if literal or letter in "¥￥$€£")
    after = "".join(letter for letter, literal in plain[tail:] if literal or letter not in " .,%()-+")
    inner = section[:].strip()
    zeros = len(inner) if re.fullmatch(r"0{2,}", inner) else 0
    return _Format(percent, moved, before.strip(), after.strip(), zeros)


def shown_number(value: float, code: str) -> str:
    """Return a number with all its digits and with what its format shows beside it.

    A whole number of sixteen digits or more is given as rounded, since spreadsheets keep fifteen.
    """
    if abs(value) >= 1e15:
        return f"{value:.14e}"
    whole = isinstance(value, float) and value.is_integer()
    said = _read(code)
    text = str(int(value) if whole else value)
    if said == _Format():
        return text
    if said.percent or said.moved:
        exact = (Decimal(text) * (100 if said.percent else 1)).scaleb(-said.moved)
        text = f"{exact.normalize():f}"
    if said.zeros and text.isdigit():
        text = text.zfill(said.zeros)
    before = _CURRENCY.sub("", said.before)
    return f"{before}{text}{'%' if said.percent else ''}{said.after}"
