"""What is known of the numbers before any fit: independent even draws, each from its own interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhizao.errors import InputError

__all__ = ["Marginal", "Prior"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Marginal:
    """An even draw from `low` to `high`; of whole numbers each has an equal part, both ends included."""

    name: str
    low: float
    high: float
    whole: bool = False

    def values(self, places: FloatArray) -> FloatArray:
        """Return the values at `places` in [0, 1) of the interval."""
        if self.whole:
            return np.minimum(np.floor(self.low + places * (self.high + 1.0 - self.low)), self.high)
        return self.low + places * (self.high - self.low)

    @property
    def mean(self) -> float:
        """The mean."""
        return (self.low + self.high) / 2.0

    @property
    def deviation(self) -> float:
        """The standard deviation."""
        if self.whole:
            return math.sqrt(((self.high - self.low + 1.0) ** 2 - 1.0) / 12.0)
        return (self.high - self.low) / math.sqrt(12.0)


@dataclass(frozen=True)
class Prior:
    """Independent marginals; points of the unit cube stand for their values.

    Raises
    ------
    InputError
        If there is none, two have one name, or an interval is empty.
    """

    marginals: tuple[Marginal, ...]

    def __init__(self, marginals: Sequence[Marginal]) -> None:
        object.__setattr__(self, "marginals", tuple(marginals))
        names = [marginal.name for marginal in marginals]
        problems = [] if names else ["the prior has no parameter; give at least one"]
        problems += [f"{name}: appears twice in the prior" for name in sorted(set(names)) if names.count(name) > 1]
        for marginal in marginals:
            ordered = marginal.low <= marginal.high if marginal.whole else marginal.low < marginal.high
            if not (ordered and math.isfinite(marginal.low) and math.isfinite(marginal.high)):
                problems.append(f"{marginal.name}: low {marginal.low:g} must lie below high {marginal.high:g}")
        if problems:
            raise InputError(problems)

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in the order of the columns."""
        return tuple(marginal.name for marginal in self.marginals)

    @property
    def dimensions(self) -> int:
        """How many numbers are drawn."""
        return len(self.marginals)

    def values(self, places: FloatArray) -> FloatArray:
        """Return the values at places of the unit cube; both are points by parameters."""
        return np.column_stack([m.values(places[:, column]) for column, m in enumerate(self.marginals)])
