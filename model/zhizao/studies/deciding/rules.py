"""Rules on one figure: act where it is below a bound, or from it on. The best is tried where it was not found.

Nothing here knows of policies: values are what was seen, gains what acting brings more than not acting.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from zhizao.arrays import BoolArray, FloatArray

__all__ = ["Mean", "Rule", "best_rule", "best_rules", "held_out", "mean_of"]

_FOLDS = 2
_NORMAL_90 = 1.644854


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Act where a figure is below a bound, or where it is not."""

    relation: Literal["<", ">="]
    bound: float

    def acts(self, values: FloatArray) -> BoolArray:
        """Return where it acts."""
        return np.asarray(values < self.bound if self.relation == "<" else values >= self.bound)


@dataclass(frozen=True, kw_only=True)
class Mean:
    """A mean over draws, with the ends of the 90 % interval that their number leaves."""

    mean: float
    low: float
    high: float


def mean_of(values: FloatArray) -> Mean:
    """Return the mean of independent values with its interval (normal)."""
    mean = float(values.mean())
    error = float(values.std(ddof=1)) / math.sqrt(values.size) if values.size > 1 else math.inf
    return Mean(mean=mean, low=mean - _NORMAL_90 * error, high=mean + _NORMAL_90 * error)


def best_rule(values: FloatArray, gains: FloatArray) -> Rule:
    """Return the rule that gains most in all; bounds lie half-way between values that were seen, or beyond them."""
    order = np.argsort(values, kind="stable")
    seen, below = values[order], np.concatenate([[0.0], np.cumsum(gains[order])])
    places = np.concatenate([[0], np.flatnonzero(seen[1:] > seen[:-1]) + 1, [seen.size]])
    bounds = np.concatenate([[-math.inf], (seen[places[1:-1] - 1] + seen[places[1:-1]]) / 2.0, [math.inf]])
    under, over = below[places], below[-1] - below[places]
    if under.max() >= over.max():
        return Rule(relation="<", bound=float(bounds[int(under.argmax())]))
    return Rule(relation=">=", bound=float(bounds[int(over.argmax())]))


def best_rules(figures: Mapping[str, FloatArray], gains: FloatArray) -> tuple[str, Rule]:
    """Return the figure whose best rule gains most in all, and that rule; of equals the first."""
    rules = {name: best_rule(values, gains) for name, values in figures.items()}
    totals = {name: float(gains[rule.acts(figures[name])].sum()) for name, rule in rules.items()}
    name = max(totals, key=lambda one: totals[one])
    return name, rules[name]


def held_out(figures: Mapping[str, FloatArray], gains: FloatArray) -> BoolArray:
    """Return where the best rule acts, found in each case on the other draws: what is found by chance gains nothing.

    Draws are parted by turns. The figure is chosen as the bound is.
    """
    acts = np.zeros(gains.size, dtype=np.bool_)
    turn = np.arange(gains.size) % _FOLDS
    for fold in range(_FOLDS):
        mine, others = turn == fold, turn != fold
        name, rule = best_rules({key: values[others] for key, values in figures.items()}, gains[others])
        acts[mine] = rule.acts(figures[name][mine])
    return acts
