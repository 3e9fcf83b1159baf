"""When a run counts as failed: an outcome below or above a number, such as ``level2_share_end < 0.9``."""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhizao.arrays import FloatArray
from zhizao.errors import InputError, in_words

__all__ = ["Condition", "condition_of"]

_FORM = re.compile(r"\s*([a-z][a-z0-9_.]{0,79})\s*(<=|>=|<|>)\s*(\S{1,40})\s*", re.ASCII)
_SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@dataclass(frozen=True, kw_only=True)
class Condition:
    """An outcome, a sign (``<``, ``<=``, ``>``, ``>=``) and a number."""

    outcome: str
    sign: str
    number: float

    def __str__(self) -> str:
        return f"{self.outcome} {self.sign} {self.number:g}"

    def holds(self, values: FloatArray) -> NDArray[np.bool_]:
        """Return where it holds."""
        return np.asarray(_SIGNS[self.sign](values, self.number), dtype=np.bool_)


def condition_of(text: str, named: str = "fails", example: str = "level2_share_end < 0.9") -> Condition:
    """Read a condition.

    Parameters
    ----------
    text
        What was written.
    named, example
        What it was given as, and one that could be given; errors say both.

    Raises
    ------
    InputError
        If it is anything but a name, a sign and a number.
    """
    found = _FORM.fullmatch(text)
    number = _number(found[3]) if found else math.nan
    if found is None or math.isnan(number):
        raise InputError(
            f"{named} = {in_words(text)}: write an outcome, one of < <= > >=, and a number, such as '{example}'"
        )
    return Condition(outcome=found[1], sign=found[2], number=number)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
