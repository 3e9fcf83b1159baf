"""What the wording of a number leaves open: the room between its ends, and how soft these are.

A fact is hardly ever a number with an error. "Over half" is anything from 50 %, softly up to 60 %; "22" on a list is 22
and scatters from list to list. So every wording has a room and a softness here, in one table, and a row can overrule
both. A simulated value s then has the likelihood ``Phi((high - s) / softness) - Phi((low - s) / softness)``.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple, get_args

__all__ = ["WORDINGS", "Room", "Wording", "WordingRule", "room_of"]

Wording = Literal[
    "exactly", "about", "over", "nearly", "at_least", "at_most", "less_than", "between", "plan", "best_case", "derived"
]


class WordingRule(NamedTuple):
    """How a wording is read: ends and softness as shares of the value; `None` for an end means open.

    `half_digit` says that the ends lie half a unit of the last digit that is printed beyond the value, instead.
    """

    low: float | None
    high: float | None
    softness: float
    english: str
    chinese: str
    half_digit: bool = False


WORDINGS: dict[Wording, WordingRule] = {
    "exactly": WordingRule(1.0, 1.0, 0.02, "the number itself", "恰为", half_digit=True),
    "about": WordingRule(0.9, 1.1, 0.05, "a tenth to either side", "约"),
    "derived": WordingRule(0.9, 1.1, 0.05, "worked out from other numbers: as about", "由其他数据推算"),
    "over": WordingRule(1.0, 1.2, 0.04, "from there up to a fifth more: a rounder number would be named", "超"),
    "nearly": WordingRule(0.9, 1.0, 0.03, "up to a tenth less", "近"),
    "at_least": WordingRule(1.0, None, 0.02, "from there on, without end", "不少于"),
    "at_most": WordingRule(None, 1.0, 0.02, "up to there", "不超过"),
    "less_than": WordingRule(None, 1.0, 0.02, "up to there", "小于"),
    "between": WordingRule(None, None, 0.1, "from low to high; softness is a share of what lies between", "介于"),
    "plan": WordingRule(1.0, None, 0.01, "a plan: from there on, if it is met", "规划"),
    "best_case": WordingRule(None, None, 0.1, "the best of a group: give low and high for what it says", "最好情形"),
}
"""Assumption: how such words are used in reports; nothing was found that measures it. A row's own ends come first."""

assert set(WORDINGS) == set(get_args(Wording))


class Room(NamedTuple):
    """What a fact allows: its ends, open at infinity, and the standard deviation of the ends, in the fact's unit."""

    low: float
    high: float
    softness: float


def room_of(
    wording: Wording,
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    softness: float | None = None,
) -> Room | None:
    """Return what a fact allows, or None where its wording and value leave that open.

    Parameters
    ----------
    wording, value
        How the number is worded, and the number.
    low, high
        The row's own ends; if either is given, both are the row's and a missing one is open.
    softness
        The row's own, in the fact's unit.
    """
    rule = WORDINGS[wording]
    if low is None and high is None:
        if value is None or (rule.low is None and rule.high is None):
            return None
        low, high = _ends(rule, value)
    least, most = -math.inf if low is None else low, math.inf if high is None else high
    return Room(least, most, _softness(rule, value, least, most) if softness is None else softness)


def _ends(rule: WordingRule, value: float) -> tuple[float | None, float | None]:
    half = _half_digit(value)
    if rule.half_digit:
        return value - half, value + half
    low, high = (None if share is None else share * value for share in (rule.low, rule.high))
    if low is None or high is None or low < high:
        return low, high
    return (high, low) if low > high else (low - half, high + half)  # of a fall, less is nearer to zero


def _softness(rule: WordingRule, value: float | None, low: float, high: float) -> float:
    """A share of the value, or of the room where that is all there is; at least half of the last printed digit."""
    if value is None:
        scale = high - low if math.isfinite(high - low) else max(abs(e) for e in (low, high) if math.isfinite(e))
        return max(rule.softness * scale, 1e-9)
    return max(rule.softness * abs(value), _half_digit(value), 1e-9)


def _half_digit(value: float) -> float:
    """Return half a unit of the last digit of a number as it is written: 0.5 of 57, 0.005 of 259.47."""
    text = repr(float(value))
    digits = 0 if "e" in text or text.endswith(".0") else len(text.partition(".")[2])
    return float(max(0.5 * 10.0**-digits, 1e-9 * abs(value), 1e-9))
