"""How a figure is reported, and how likely a simulated value makes such a report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.errors import InputError

__all__ = ["Between", "Target", "Told", "log_likelihood"]


class Target(Protocol):
    """What is fitted: a simulated figure, and how likely its values make what is known of it."""

    @property
    def name(self) -> str:
        """The simulated figure."""

    def log_likelihood(self, values: FloatArray) -> FloatArray:
        """Return the logarithm of the likelihood of simulated values."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A figure that is itself the logarithm of a likelihood, such as that of another place's facts."""

    name: str

    def log_likelihood(self, values: FloatArray) -> FloatArray:
        """Return the values."""
        return values


@dataclass(frozen=True, kw_only=True)
class Between:
    """A figure said to lie between two ends; an end without limit says "over" or "under".

    The likelihood of a simulated value s is ``Phi((high - s) / softness) - Phi((low - s) / softness)``.

    Parameters
    ----------
    name
        The simulated figure that answers to it.
    low, high
        The ends, in the figure's unit; ``-inf`` and ``inf`` are allowed.
    softness
        Standard deviation of the ends, above 0, in the figure's unit.

    Raises
    ------
    InputError
        If the ends are not in order, or the softness is not above 0.
    """

    name: str
    low: float = -math.inf
    high: float = math.inf
    softness: float

    def __post_init__(self) -> None:
        problems = []
        if not self.low < self.high:
            problems.append(f"target {self.name}: low {self.low:g} must be below high {self.high:g}")
        if not (self.softness > 0 and math.isfinite(self.softness)):
            problems.append(f"target {self.name}: softness {self.softness:g} must be a number above 0")
        if problems:
            raise InputError(problems)

    def log_likelihood(self, values: FloatArray) -> FloatArray:
        """Return the logarithm of the likelihood of simulated values; -inf for those that are not numbers."""
        from scipy.special import log_ndtr  # here, because it is heavy

        known = np.isfinite(values)
        below = (self.low - np.where(known, values, 0.0)) / self.softness
        above = (self.high - np.where(known, values, 0.0)) / self.softness
        # the normal distribution is even: of both tails the left one is the precise one
        flipped = below > 0.0
        below, above = np.where(flipped, -above, below), np.where(flipped, -below, above)
        upper, lower = log_ndtr(above), log_ndtr(below)
        with np.errstate(divide="ignore"):  # far outside, the difference of both may be nothing at all
            found = upper + np.log1p(-np.exp(np.minimum(lower - upper, 0.0)))
        return np.where(known, found, -np.inf)


def log_likelihood(targets: Sequence[Target], names: Sequence[str], summaries: FloatArray) -> FloatArray:
    """Return the logarithm of the likelihood of all targets together.

    Parameters
    ----------
    targets
        What is fitted; none gives 0 everywhere.
    names
        The names of the columns of `summaries`.
    summaries
        Simulated figures: runs by names.

    Raises
    ------
    InputError
        If a target's figure is not simulated.
    """
    if missing := [target.name for target in targets if target.name not in names]:
        raise InputError(
            [f"target {name}: the simulator gives no figure of this name; correct its key" for name in missing]
        )
    total = np.zeros(summaries.shape[0])
    for target in targets:
        total += target.log_likelihood(summaries[:, list(names).index(target.name)])
    return total
