"""Values of levers and parameters as people say them: shares in per cent, money in the sizes of the language."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from zhizao.parameter_words.names import choice_name
from zhizao.parameter_words.units import unit_name
from zhizao.words.place import scaled_money
from zhizao.words.tables import Language

__all__ = ["amounts", "in_its_size", "with_unit"]

_DIGITS = 4


def amounts(values: Sequence[float | str | None], unit: str, language: Language) -> tuple[list[str], str]:
    """Return values of one unit as texts of the same size, and the unit in which they are then.

    Parameters
    ----------
    values
        None for what is not there.
    unit
        As it is declared; empty for choices.

    Examples
    --------
    >>> amounts([0.3, 0.6], "million RMB per firm", "zh")
    (['30', '60'], '万元/户')
    >>> amounts([0.08, 0.16], "share of eligible cost", "en")
    (['8', '16'], '% of eligible cost')
    """
    numbers = [value for value in values if isinstance(value, float)]
    factor, shown = in_its_size(numbers, unit, language) if unit else (1.0, "")
    if unit.startswith("share"):
        factor = 100.0
        if language == "zh" and unit.startswith("share of"):
            shown = f"{shown.removesuffix('%')}（%）"
    return [_written(value, factor, language) for value in values], shown


def in_its_size(values: Iterable[float], unit: str, language: Language) -> tuple[float, str]:
    """Return by what to multiply values so that money is in the size in which people say it, and the unit in words.

    The largest of them decides, those without an end left aside.
    """
    called = unit_name(unit, language)
    if not unit.startswith("million "):
        return 1.0, called
    return scaled_money([value for value in values if math.isfinite(value)], called, language)


def with_unit(name: str, unit: str, language: Language) -> str:
    """Write a name and its unit, as an axis has them."""
    return f"{name}（{unit}）" if language == "zh" else f"{name}, {unit}"


def _written(value: float | str | None, factor: float, language: Language) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return choice_name(value, language) if value in choice_name.texts else value
    number = round(value * factor, 10)
    text = f"{number:,.0f}" if number == round(number) else f"{number:,.{_DIGITS}g}"
    return text.replace("-", "−")
