"""How words, numbers and groups of firms are written in English and Chinese, wherever they are shown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from zhizao.results.groups import GROUP_NAMES
from zhizao.results.outcomes import Outcome
from zhizao.results.variables import Variable

__all__ = ["Language", "Words", "either", "group_name", "label", "number", "span"]

Language = Literal["en", "zh"]

_COUNTED = ("projects", "firms", "workshops", "factories", "applications")
_UNBOUNDED = ("no end", "无上限")


class Words:
    """A table of words and sentences in two languages; called with a key and a language, it gives one of them.

    Parameters
    ----------
    own
        English and Chinese by key, with ``{name}`` where a value goes.
    below
        Tables that are looked into after this one: what several tables need stands once, in the lowest of them.

    Attributes
    ----------
    own
        What stands in this table itself.
    pairs
        What stands in this table or in one below.
    """

    def __init__(self, own: Mapping[str, tuple[str, str]], *below: Words) -> None:
        self.own: dict[str, tuple[str, str]] = dict(own)
        self.pairs: dict[str, tuple[str, str]] = {}
        for table in reversed(below):
            self.pairs |= table.pairs
        self.pairs |= self.own

    def __call__(self, key: str, language: Language, /, **values: object) -> str:
        """Return a word or sentence in a language, with `values` in place.

        Raises
        ------
        KeyError
            If no table has the key.
        """
        if key not in self.pairs:
            raise KeyError(f"there are no words for '{key}'")
        return either(*self.pairs[key], language).format(**values)


def either(english: str, chinese: str, language: Language) -> str:
    """Return the Chinese text where Chinese is asked for and there is one, else the English one."""
    return chinese if language == "zh" and chinese else english


group_name = Words(GROUP_NAMES)
"""What a group of firms is called."""


def label(item: Variable | Outcome, language: Language) -> str:
    """Return what a variable or an outcome is called."""
    return either(item.english, item.chinese, language)


def number(value: float | None, unit: str, language: Language = "en", *, sign: bool = False) -> str:
    """Write a number of some unit: shares in per cent (``"points"``: without the sign), large ones short."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return f"{'' if value > 0 else '−'}{either(*_UNBOUNDED, language)}"
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
