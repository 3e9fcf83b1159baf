"""Money on the screen in the size in which people say it, one size for a column."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from zhizao.parameter_words.amounts import in_its_size, with_unit
from zhizao.parameter_words.units import UNITS, unit_name
from zhizao.results.variables import MONEY_UNIT
from zhizao.results.wording import number, span
from zhizao.words.tables import Language

__all__ = ["Size", "size_of"]

_MONEY = "million "
_MOST_DIGITS = 2


@dataclass(frozen=True)
class Size:
    """How the numbers of a column are written; all but money are as they are.

    Attributes
    ----------
    declared
        The unit that they have in files.
    factor, unit
        By what they are multiplied to be shown, and the unit that they are shown in, in words.
    """

    declared: str
    factor: float
    unit: str
    language: Language

    def header(self, name: str) -> str:
        """Return the header of the column: with the unit, if it is of money."""
        return with_unit(name, self.unit, self.language) if self.declared.startswith(_MONEY) else name

    def number(self, value: float, *, sign: bool = False) -> str:
        """Write a number with the digits that are usual everywhere."""
        return number(self.factor * value, self.declared, self.language, sign=sign)

    def span(self, low: float, high: float, *, sign: bool = False) -> str:
        """Write an interval in the same way."""
        return span(self.factor * low, self.factor * high, self.declared, self.language, sign=sign)

    def fixed(self, value: float, digits: int, *, sign: bool = False) -> str:
        """Write a number with as many digits behind the point as in millions, less or more by the size, two at most."""
        if not math.isfinite(value):
            return number(value, self.declared, self.language)
        if self.factor != 1.0:
            digits = min(max(digits - round(math.log10(self.factor)), 0), _MOST_DIGITS)
        return f"{self.factor * value:{'+' if sign else ''},.{digits}f}".replace("-", "−")


def size_of(values: Iterable[float], language: Language, unit: str = MONEY_UNIT) -> Size:
    """Return the size of a column: that of its largest amount, if it is of money."""
    if not unit.startswith(_MONEY):
        return Size(unit, 1.0, unit_name(unit, language) if unit in UNITS else unit, language)
    return Size(unit, *in_its_size(map(float, values), unit, language), language)
