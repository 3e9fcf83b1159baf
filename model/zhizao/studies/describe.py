"""Several values of one outcome put into a few numbers, and the table that says what every name means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from zhizao.arrays import FloatArray
from zhizao.results.outcomes import OUTCOMES, Outcome
from zhizao.results.variables import VARIABLES

__all__ = [
    "INTERVAL",
    "better_share",
    "differences",
    "draws_to_settle",
    "finite",
    "interval",
    "known_mean",
    "names_table",
    "prefixed",
    "proportion_interval",
    "quantile",
    "ranked",
]

INTERVAL = (0.05, 0.95)
"""The ends of every interval: 90 % of the draws lie inside."""
_NORMAL_95 = 1.959964


def quantile(values: FloatArray, share: float) -> float:
    """Return a quantile by linear interpolation; values without end are allowed, unknown ones left out.

    Between a value with and one without end, the one without end is returned: the cautious answer.
    """
    known = np.sort(values[~np.isnan(values)])
    if known.size == 0:
        return math.nan
    position = share * (known.size - 1)
    below, above = float(known[math.floor(position)]), float(known[math.ceil(position)])
    if below == above or position == math.floor(position):
        return below
    if math.isinf(below) or math.isinf(above):
        return above if math.isinf(above) else below
    return below + (above - below) * (position - math.floor(position))


def interval(values: FloatArray) -> dict[str, float]:
    """Return the median and the ends of the 90 % interval."""
    low, high = INTERVAL
    return {"median": quantile(values, 0.5), "low": quantile(values, low), "high": quantile(values, high)}


def differences(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return paired differences; 0 where both are equal, even both without end."""
    with np.errstate(invalid="ignore"):
        return np.where(one == other, 0.0, one - other)


def better_share(one: FloatArray, other: FloatArray, better: int) -> float:
    """Return the share of pairs in which `one` is better, a tie counting half; unknown pairs are left out.

    Parameters
    ----------
    better
        1 if more is better, -1 if less is; 0 (neither) gives NaN.
    """
    known = ~(np.isnan(one) | np.isnan(other))
    if better == 0 or not known.any():
        return math.nan
    one, other = better * one[known], better * other[known]
    return float(np.mean(np.where(one == other, 0.5, one > other)))


def known_mean(values: FloatArray) -> float:
    """Return the mean of the known values; not a number if there is none."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else math.nan


def draws_to_settle(values: FloatArray) -> float:
    """Return how many draws would settle whether a mean of differences is above or below 0, at 95 %.

    The smallest number at which the interval of the mean, by the normal approximation, leaves 0 out; 1 if all are
    equal, infinite if the mean is 0 although they are not, not a number if fewer than two are known.
    """
    known = values[np.isfinite(values)]
    if known.size < 2:
        return math.nan
    mean, spread = float(known.mean()), float(known.std(ddof=1))
    if spread == 0.0:
        return 1.0
    return math.inf if mean == 0.0 else float(math.ceil((_NORMAL_95 * spread / mean) ** 2))


def proportion_interval(times: int, of: int) -> tuple[float, float]:
    """Return the 90 % interval of a probability that was met `times` times in `of` independent trials (Wilson)."""
    from scipy.stats import binomtest  # here, because it is heavy

    found = binomtest(times, of).proportion_ci(confidence_level=0.9, method="wilson")
    return float(found.low), float(found.high)


def ranked(values: FloatArray) -> FloatArray:
    """Return ranks along the first axis, 1 for the smallest; equals share their mean, unknown ones have none."""
    from scipy.stats import rankdata  # here, because it is heavy

    return np.asarray(rankdata(values, axis=0, nan_policy="omit"), dtype=np.float64)


def prefixed(numbers: dict[str, float]) -> dict[str, float]:
    """Return numbers of a difference under names that say so."""
    apart = ("p_better", "draws_to_settle")
    return {name if name in apart else f"difference_{name}": value for name, value in numbers.items()}


def finite(value: float) -> float | None:
    """Return the value, or None for what JSON has no word for: unknown, or without end."""
    return float(value) if math.isfinite(value) else None


def names_table(outcomes: Sequence[Outcome] = OUTCOMES) -> dict[str, list[Any]]:
    """Return the columns of the table of names: every variable and outcome with unit, labels and kind."""
    items = [(item, item.kind) for item in VARIABLES] + [(item, "outcome") for item in outcomes]
    return {
        "name": [item.name for item, _ in items],
        "unit": [item.unit for item, _ in items],
        "english": [item.english for item, _ in items],
        "chinese": [item.chinese for item, _ in items],
        "kind": [kind for _, kind in items],
    }
