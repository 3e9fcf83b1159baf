"""How a policy differs from the one it is compared with, and whether the draws agree on it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.report.page_words import say
from zhizao.results.outcomes import Outcome
from zhizao.results.variables import MONEY_UNIT
from zhizao.results.wording import is_share, number
from zhizao.studies.compared import Compared
from zhizao.studies.describe import differences, interval
from zhizao.words.place import money_in_words
from zhizao.words.tables import Language

__all__ = ["Apart", "unchanged_share"]

_NORMAL_90 = 1.6449
_POINTS, _MONEY = "points", "money"


@dataclass(frozen=True, kw_only=True)
class Apart:
    """A paired difference with its 90 % interval.

    Attributes
    ----------
    mean, low, high
        In shares, or in millions of money.
    unit
        ``points`` or ``money``.
    wanted
        1 if more is wanted, -1 if less is, 0 if neither.
    """

    mean: float
    low: float
    high: float
    unit: str
    wanted: int

    @classmethod
    def of_outcome(cls, outcome: Outcome, mine: Compared, first: Compared) -> Apart:
        """Return the difference in an outcome; of money neither more nor less is wanted by itself."""
        found = mine.difference(outcome, first)
        unit = _POINTS if is_share(outcome.unit) else _MONEY
        wanted = outcome.better if unit == _POINTS else 0
        return cls(mean=found["mean"], low=found["low"], high=found["high"], unit=unit, wanted=wanted)

    @classmethod
    def of_chance(cls, mine: Compared, first: Compared) -> Apart:
        """Return the difference in the probability of the plan, and how well it is known from so many draws."""
        apart = mine.outcomes["target_met"] - first.outcomes["target_met"]
        mean = float(apart.mean())
        room = _NORMAL_90 * float(apart.std()) / math.sqrt(apart.size)
        return cls(mean=mean, low=mean - room, high=mean + room, unit=_POINTS, wanted=1)

    @classmethod
    def of_money_that_changed_nothing(cls, mine: Compared, first: Compared) -> Apart:
        """Return the difference in the share of the money that changed nothing: of the sums, and draw by draw."""
        shares = [_unchanged(entry) for entry in (mine, first)]
        found = interval(differences(shares[0], shares[1]))
        mean = unchanged_share(mine) - unchanged_share(first)
        return cls(mean=mean, low=found["low"], high=found["high"], unit=_POINTS, wanted=-1)

    @property
    def settled(self) -> bool:
        """Whether nearly all draws agree on the direction: the interval does not hold 0."""
        return self.low > 0.0 or self.high < 0.0

    @property
    def better(self) -> int:
        """1 if it is a gain, -1 if it is a loss; 0 if it is neither, or not settled."""
        return self.wanted * (1 if self.mean > 0.0 else -1) if self.settled else 0

    def in_words(self, language: Language) -> str:
        """Return the difference and its interval, such as ``+1.5 points (−0.2 to +2.6)``."""
        if math.isnan(self.mean):
            return "–"
        if self.unit == _MONEY:
            mean, low, high = (self._money(value, language) for value in (self.mean, self.low, self.high))
        else:
            mean, low, high = (
                number(value, _POINTS, language, sign=True) for value in (self.mean, self.low, self.high)
            )
            mean = say("so many points", language, count=mean)
        return say("apart", language, mean=mean, low=low, high=high)

    def in_numbers(self, language: Language) -> str:
        """Return the difference and its interval without their unit, such as ``+1.5 (−0.2 to +2.6)``."""
        if math.isnan(self.mean):
            return "–"
        unit = MONEY_UNIT if self.unit == _MONEY else _POINTS
        mean, low, high = (number(value, unit, language, sign=True) for value in (self.mean, self.low, self.high))
        return say("apart", language, mean=mean, low=low, high=high)

    @staticmethod
    def _money(value: float, language: Language) -> str:
        return f"{'+' if value >= 0.0 else ''}{money_in_words(value, language)}"


def _unchanged(entry: Compared) -> FloatArray:
    return np.array([account.shares()["deadweight"] for account in entry.accounts])


def unchanged_share(entry: Compared) -> float:
    """Return the share of all money, over all draws, that changed nothing: promised before, or done without it too."""
    return entry.account.shares()["deadweight"]
