"""What is known of the numbers before any fit: independent draws, each from its own interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.errors import InputError

__all__ = ["Marginal", "Prior"]


@dataclass(frozen=True, kw_only=True)
class Marginal:
    """An even draw from `low` to `high`; of whole numbers each has an equal part, both ends included.

    With `log` it is even in the logarithm: each doubling has an equal part.
    """

    name: str
    low: float
    high: float
    whole: bool = False
    log: bool = False

    def values(self, places: FloatArray) -> FloatArray:
        """Return the values at `places` in [0, 1) of the interval."""
        if self.log:
            return np.asarray(np.clip(self.low * (self.high / self.low) ** places, self.low, self.high))
        if self.whole:
            return np.minimum(np.floor(self.low + places * (self.high + 1.0 - self.low)), self.high)
        return self.low + places * (self.high - self.low)

    def places(self, values: FloatArray) -> FloatArray:
        """Return the places of values in the interval, 0 to 1: the other way round; beyond it counts as its end."""
        if self.log:
            found = np.log(np.maximum(values, self.low) / self.low) / math.log(self.high / self.low)
        elif self.whole:
            found = (values - self.low + 0.5) / (self.high + 1.0 - self.low)
        else:
            found = (values - self.low) / (self.high - self.low)
        return np.asarray(np.clip(found, 0.0, 1.0))

    @property
    def mean(self) -> float:
        """The mean."""
        if self.log:
            return (self.high - self.low) / math.log(self.high / self.low)
        return (self.low + self.high) / 2.0

    @property
    def deviation(self) -> float:
        """The standard deviation."""
        if self.log:
            square = (self.high**2 - self.low**2) / (2.0 * math.log(self.high / self.low))
            return math.sqrt(square - self.mean**2)
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
                problems.append(f"{marginal.name}: low {marginal.low:g} must be below high {marginal.high:g}")
            elif marginal.log and (marginal.whole or not marginal.low > 0.0):
                problems.append(
                    f"{marginal.name}: low {marginal.low:g} must be above 0, and the number not whole, to be drawn "
                    "evenly in the logarithm"
                )
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
