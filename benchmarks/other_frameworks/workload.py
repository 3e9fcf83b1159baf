"""One small model of this project's shape, which every framework can express exactly, and its inputs.

Every month each idle firm looks at projects with probability ``1 - exp(-(P + Q share) / 12)``, where `share` is that
part of its partners that was at level 2 when the month began. A firm that looks values four kinds of project, takes
the one with the highest net value per unit of cost, and begins it if ``index / SPREAD + logit(u) > 0``. A project lasts
as long as its kind says; then it works or half fails, the firm's score rises, and the firm is idle from the next month
on. The month's four aggregates are recorded at its end.

Prices rise by the month and part of the cost is paid from month `SUPPORT_FROM` on, so what a project is worth depends
on the month: no implementation keeps values from one month to another, and neither does the full model.

The rules are written here once, for one firm: Mesa and AgentPy call them, Numba compiles them. Implementations on
arrays have them in ``arrays.py``. Needs nothing but NumPy, since it is read in environments of their own.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

MONTHS = 96
P, Q = 0.3, 1.8
"""Rates of looking, a year: of one's own accord, and where all partners are ahead."""
AHEAD = 50.0
"""The score from which a firm is at level 2."""
BENEFIT = (0.16, 0.21, 0.28, 0.36)
COST = (0.45, 0.55, 0.80, 1.10)
LIFE = (4.0, 6.0, 8.0, 10.0)
DIFFICULTY = (-1.5, -1.0, -0.4, 0.2)
LASTS = (4, 6, 9, 14)
"""Months of a project, by kind."""
GAIN = (7.0, 10.0, 15.0, 21.0)
"""Points of score at score 0, by kind."""
ELASTICITY, ROOM, SPREAD = 0.75, 40.0, 0.4
PRICE_GROWTH, SUPPORT_FROM, SUPPORT = 0.002, 60, 0.2
SERIES = ("share at level 2", "share at work", "begun per firm", "mean score")
"""What is recorded every month, in this order."""


class Firms(NamedTuple):
    """What firms are like and whom they know; nothing of it changes in a run."""

    log_revenue: np.ndarray
    rate: np.ndarray
    capability: np.ndarray
    intensity: np.ndarray
    """One row a kind of project, one column a firm."""
    score: np.ndarray
    """At the start, 0 to 100."""
    partner_start: np.ndarray
    """Where each firm's partners begin in `partners`; one more at the end."""
    partners: np.ndarray


def make_firms(count: int, seed: int = 2018) -> Firms:
    """Return firms that differ, on a sparse random network of mean degree eight."""
    random = np.random.default_rng(seed)
    one, other = random.integers(0, count, (2, 4 * count))
    pairs = np.unique(np.stack([np.minimum(one, other), np.maximum(one, other)], 1)[one != other], axis=0)
    ends = np.concatenate([pairs, pairs[:, ::-1]])
    ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    return Firms(
        log_revenue=random.normal(0.0, 1.0, count),
        rate=np.exp(random.normal(math.log(0.12), 0.3, count)),
        capability=random.normal(0.0, 0.7, count),
        intensity=np.exp(random.normal(0.0, 0.6, (len(COST), count))),
        score=np.clip(random.normal(36.0, 10.0, count), 0.0, 100.0),
        partner_start=np.searchsorted(ends[:, 0], np.arange(count + 1)).astype(np.int64),
        partners=ends[:, 1].astype(np.int32),
    )


def look_probability(share: float) -> float:
    """Return the chance that an idle firm looks at projects this month, given the share of its partners ahead."""
    return 1.0 - math.exp(-(P + Q * share) / 12.0)


def cost_level(month: int) -> float:
    """Return what a firm pays of a project's cost in this month: prices, less support."""
    level = math.exp(PRICE_GROWTH * month)
    return level * (1.0 - SUPPORT) if month >= SUPPORT_FROM else level


def best_project(level, log_revenue, rate, capability, intensity, score):  # type: ignore[no-untyped-def]
    """Return the kind of project with the highest net value per unit of cost, and that index.

    `level` is what `cost_level` gives for the month, `intensity` the firm's four numbers.
    """
    best, highest = 0, -math.inf
    left = 1.0 - math.exp(-(100.0 - score) / ROOM)
    size = level * math.exp((ELASTICITY - 1.0) * log_revenue)
    for kind in range(4):
        years = (1.0 - math.exp(-rate * LIFE[kind])) / rate
        chance = 1.0 / (1.0 + math.exp(DIFFICULTY[kind] - capability))
        index = chance * BENEFIT[kind] * intensity[kind] * left * years / (COST[kind] * size) - 1.0
        if index > highest:
            best, highest = kind, index
    return best, highest


def begins(index: float, u: float) -> bool:
    """Say whether a firm begins its best project: a logistic draw around its index."""
    return index / SPREAD + math.log(u / (1.0 - u)) > 0.0


def score_after(score, capability, kind, u):  # type: ignore[no-untyped-def]
    """Return the score when a project has ended: half of the gain if the draw says that it failed."""
    worked = u < 1.0 / (1.0 + math.exp(DIFFICULTY[kind] - capability))
    gain = GAIN[kind] if worked else 0.5 * GAIN[kind]
    return score + gain * (1.0 - score / 100.0)
