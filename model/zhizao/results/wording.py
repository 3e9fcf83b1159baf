"""How numbers and groups of firms are written in English and Chinese, wherever they are shown."""

from __future__ import annotations

import math
from typing import Literal

from zhizao.results.groups import GROUP_NAMES

__all__ = ["Language", "group_name", "number", "span"]

Language = Literal["en", "zh"]

_COUNTED = ("projects", "firms", "workshops", "factories", "applications")
_UNBOUNDED = ("no end", "无上限")


def group_name(group: str, language: Language) -> str:
    """Return the name of a group of firms."""
    return GROUP_NAMES[group][language == "zh"]


def number(value: float | None, unit: str, language: Language = "en", *, sign: bool = False) -> str:
    """Write a number of some unit: shares in per cent (``"points"``: without the sign), large ones short."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return f"{'' if value > 0 else '−'}{_UNBOUNDED[language == 'zh']}"
    plus = "+" if sign else ""
    if unit == "points":
        text = f"{100.0 * value:{plus}.1f}"
    elif unit.startswith("share of"):
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
