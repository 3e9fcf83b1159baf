"""How words, numbers and groups of firms are written in English and Chinese, wherever they are shown."""

from __future__ import annotations

import math

from zhizao.results.groups import GROUP_NAMES
from zhizao.results.outcomes import Outcome
from zhizao.results.variables import Variable
from zhizao.words.tables import Language, Words, either

__all__ = ["group_name", "is_share", "label", "number", "span", "unit_of_difference"]


_COUNTED = ("projects", "firms", "workshops", "factories", "applications")
_UNBOUNDED = ("no end", "无上限")


group_name = Words(GROUP_NAMES)
"""What a group of firms is called."""


def label(item: Variable | Outcome, language: Language) -> str:
    """Return what a variable or an outcome is called."""
    return either(item.english, item.chinese, language)


def is_share(unit: str) -> bool:
    """Whether a unit is that of a share, which is written in per cent."""
    return unit.startswith("share of")


def unit_of_difference(unit: str) -> str:
    """Return the unit of a difference of two numbers: between shares it is percentage points."""
    return "points" if is_share(unit) else unit


def number(value: float | None, unit: str, language: Language = "en", *, sign: bool = False) -> str:
    """Write a number of some unit: shares in per cent (``"points"``: without the sign), large ones short."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return f"{'' if value > 0 else '−'}{either(*_UNBOUNDED, language)}"
    plus = "+" if sign else ""
    if unit == "points":
        text = f"{100.0 * value:{plus}.1f}"
    elif is_share(unit):
        text = f"{100.0 * value:{plus}.1f} %"
    else:
        size = abs(value)
        counted = unit in _COUNTED
        decimals = 0 if size >= 100 or value == round(value) else 1 if size >= 10 or counted else 2
        text = f"{value:{plus},.{decimals}f}"
    return text.replace("-", "−")


def span(low: float, high: float, unit: str, language: Language = "en", *, sign: bool = False) -> str:
    """Write an interval, its unit once."""
    ends = [number(end, unit, language, sign=sign).removesuffix(" %") for end in (low, high)]
    if ends == ["–", "–"]:
        return "–"
    return f"{ends[0]} … {ends[1]}"
