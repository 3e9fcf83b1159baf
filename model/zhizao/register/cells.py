"""Cells of text to numbers: with the unit that a cell itself may state."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from zhizao.register.columns import Column
from zhizao.register.text import DATE, FORMULA, MAX_TEXT, is_missing
from zhizao.register.units import CURRENCY_NAMES, Unit, unit_of

__all__ = ["EXCEL_ERROR", "amount_of", "is_none", "number_of", "value_of"]

_NUMBER = re.compile(
    r"([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|0|[1-9][0-9]*|(?=\.[0-9]))(?:\.[0-9]*)?(?:e[+-]?[0-9]{1,3})?)\s*(.*)",
    re.I | re.S,
)
_CURRENCY = re.compile(rf"({'|'.join(map(re.escape, CURRENCY_NAMES))})\s*(?=[0-9.])", re.I)
_ROUNDED_ID = re.compile(r"[0-9](\.[0-9]+)?e\+[0-9]+", re.I)
EXCEL_ERROR = re.compile(r"#(N/A|[A-Z0-9/_]+[!?])")
_SEPARATOR = re.compile(r"[;,、]")
_DECIMAL = re.compile(r"[0-9]+[.,][0-9]+")
_FLAGS = dict.fromkeys(("yes", "y", "true", "t", "1", "1.0", "是", "有", "√", "✓", "对"), 1.0)
_FLAGS |= dict.fromkeys(("no", "n", "false", "f", "0", "0.0", "否", "无", "没有", "×", "✗"), 0.0)
_NONE = {"none", "no", "0", "无", "没有", "否"}


def is_none(text: str) -> bool:
    """Say whether a cell of partners says that there are none."""
    return text.casefold() in _NONE


@lru_cache(maxsize=65_536)
def number_of(text: str) -> tuple[float, Unit | None] | None:
    """Return the number that a cell holds and the unit or currency beside it, or None if it holds anything else."""
    before = _CURRENCY.match(text)
    match = _NUMBER.fullmatch(text[before.end() :] if before else text)
    if match is None:
        return None
    words = match[2] or (before[1] if before else "")  # such as ￥100
    unit = unit_of(words) if words else None
    if before and unit is None:  # such as RMB 120 thousand
        unit = unit_of(f"{words} {before[1]}")
    if (words and unit is None) or (before and unit is not None and unit.kind != "money"):
        return None
    return float(match[1].replace(",", "")), unit


def value_of(text: str, column: Column, divisor: float) -> float | None:
    """Return the number that a cell stands for: NaN if it holds nothing, 0 for any valid text, None if it is wrong.

    Parameters
    ----------
    divisor
        What to divide numbers by to have them in the column's unit; a unit in the cell counts instead.
    """
    if column.kind == "flag" and text.casefold() in _FLAGS:
        return _FLAGS[text.casefold()]
    if column.kind == "whole" and not column.needed and text in ("无", "没有"):
        return 0.0
    if is_missing(text):
        return None if column.needed else math.nan
    if column.kind in ("partners", "sector"):  # looked up later
        return None if text.startswith((DATE, FORMULA)) or EXCEL_ERROR.fullmatch(text) else 0.0
    if column.kind == "flag":
        return None
    if column.unit:
        return _amount(text, column, divisor)
    valid = text.isprintable() and len(text) <= MAX_TEXT and not EXCEL_ERROR.fullmatch(text)
    valid = valid and not text.startswith((DATE, FORMULA))
    if column.kind == "id":
        valid = valid and not _SEPARATOR.search(text) and not _ROUNDED_ID.fullmatch(text)
    return 0.0 if valid and not (column.kind == "text" and _DECIMAL.fullmatch(text)) else None


def amount_of(text: str, divisor: float) -> float:
    """Return the number that a cell holds, in the unit of its column, whatever its bounds; NaN if it holds none."""
    found = number_of(text)
    return math.nan if found is None else found[0] / (divisor if found[1] is None else found[1].divisor)


def _amount(text: str, column: Column, divisor: float) -> float | None:
    value = amount_of(text, divisor)
    valid = math.isfinite(value) and column.low <= value <= column.high and not (column.above and value == column.low)
    return value + 0.0 if valid and (column.kind == "number" or value.is_integer()) else None
