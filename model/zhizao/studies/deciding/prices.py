"""What has to be paid for more: which policy is the best one as one more of the outcome is worth more money."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from zhizao.arrays import FloatArray

__all__ = ["Step", "steps"]

_TINY = 1e-9


@dataclass(frozen=True, kw_only=True)
class Step:
    """A policy that is the best one by expected payoff, from some worth of one more of the outcome on.

    Attributes
    ----------
    policy
        Its number.
    worth, low, high
        From what on, in millions for one more, with the 90 % interval over resamples; 0 for the first. It is what one
        more costs that this policy adds to the one before it.
    """

    policy: int
    worth: float
    low: float = math.nan
    high: float = math.nan


def steps(effects: FloatArray, money: FloatArray) -> tuple[Step, ...]:
    """Return the policies that are best for some worth, from the cheapest on.

    Parameters
    ----------
    effects, money
        Expected outcome, of which more is better, and expected public money: resamples by policies, the first row for
        the futures as they are.
    """
    now_at = min(range(effects.shape[1]), key=lambda one: (money[0, one], -effects[0, one]))
    found = [Step(policy=now_at, worth=0.0)]
    while True:
        more = effects[0] - effects[0, now_at] > _TINY
        if not more.any():
            return tuple(found)
        prices = np.full(more.size, np.inf)
        prices[more] = (money[0, more] - money[0, now_at]) / (effects[0, more] - effects[0, now_at])
        least = prices.min()
        equal = np.flatnonzero(prices <= least + _TINY * max(abs(least), 1.0))
        best = int(equal[effects[0, equal].argmax()])
        low, high = _ends(effects[1:, best] - effects[1:, now_at], money[1:, best] - money[1:, now_at])
        found.append(Step(policy=best, worth=max(float(least), 0.0), low=low, high=high))
        now_at = best


def _ends(effect: FloatArray, money: FloatArray) -> tuple[float, float]:
    """Return the ends of the interval of a price; without end where more money may bring nothing."""
    if not effect.size:
        return math.nan, math.nan
    prices = np.full(effect.size, np.inf)
    gains = effect > _TINY
    prices[gains] = np.maximum(money[gains] / effect[gains], 0.0)
    prices[~gains & (money <= 0.0)] = 0.0
    low, high = np.quantile(prices, (0.05, 0.95), method="inverted_cdf")
    return float(low), float(high)
