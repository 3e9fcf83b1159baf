"""How projects advance, what level they bring, and how it is reported and recognised."""

from __future__ import annotations

import math

from zhizao.compiled import compiled
from zhizao.rules.constants import DAYS_PER_MONTH, MIDDLE, TOP_SCORE
from zhizao.sectors import CUT_POINTS

__all__ = [
    "clearing_probability",
    "has_workshops",
    "least_score",
    "level_of",
    "months_before_obstacle",
    "reported_score",
    "score_after",
    "success_probability",
]


@compiled
def success_probability(
    intercept: float,
    capability_weight: float,
    capability: float,
    competence_weight: float,
    competence: float,
    help_weight: float,
    helped: bool,
) -> float:
    """Probability that a project works as hoped: logistic in capability, the provider's competence, and help."""
    logit = intercept + capability_weight * (capability - MIDDLE) + competence_weight * (competence - MIDDLE)
    if helped:
        logit += help_weight
    return 1.0 / (1.0 + math.exp(-logit))


@compiled
def months_before_obstacle(draw: float, months: float) -> int:
    """Months of work done when the obstacle comes: 0 to ``months - 1``, evenly."""
    return min(int(draw * months), int(months) - 1)


@compiled
def clearing_probability(days_without: float, days_with: float) -> float:
    """Probability that an obstacle is cleared within a month; the platform (if on) sets the days when faster."""
    days = min(days_without, days_with) if days_with > 0.0 else days_without
    return -math.expm1(-DAYS_PER_MONTH / days)


@compiled
def score_after(score: float, gain: float, part: float) -> float:
    """Digital score after a project: the gain shrinks as the score nears 100. `part` is 1, less after failure."""
    return score + part * gain * (1.0 - score / TOP_SCORE)


@compiled
def level_of(score: float) -> int:
    """Digital level, from 0: how many of the cut-points of the district's scale a score reaches."""
    level = 0
    for cut in CUT_POINTS:
        level += int(score >= cut)
    return level


@compiled
def least_score(level: int) -> float:
    """Score from which a firm is at a level: 0 for level 0."""
    return CUT_POINTS[level - 1] if level > 0 else 0.0


@compiled
def has_workshops(workshops_built: int, factories_before: int, per_factory: float) -> bool:
    """Whether a firm has the workshops of its own that one more smart factory needs."""
    return workshops_built >= per_factory * (factories_before + 1)


@compiled
def reported_score(
    score: float,
    noise: float,
    spread: float,
    inflation: float,
    stake_inflation: float,
    stake: float,
    inflation_cut: float,
) -> float:
    """Score that a firm reports, 0 to 100: true score, noise, and inflation that grows when something depends on it.

    `stake` is 0 to 1; `inflation_cut` is the part that checks remove.
    """
    inflated = (inflation + stake_inflation * stake) * (1.0 - inflation_cut)
    return min(max(score + spread * noise + inflated, 0.0), TOP_SCORE)
