"""When a firm looks at projects, and when it hears of support."""

from __future__ import annotations

import math

from zhizao.compiled import compiled
from zhizao.rules.constants import MONTHS_PER_YEAR

__all__ = ["comes", "exposure", "hearing_probability", "looking_probability", "looking_rate"]

_ALMOST_SURE = 1.0 - 2.0**-20
_ROUNDING = 1e-12
"""Far more than what rounding takes from a probability, and far less than there is between two draws."""


@compiled
def exposure(
    partner_weight: float, partners_ahead: float, partners: float, neighbours_ahead: float, neighbours: float
) -> float:
    """Weighted share of supply partners and park neighbours that are ahead, 0 to 1.

    A firm is ahead when it reports level 2 or more, or finished a project well within a year. Neither group
    counts when it is empty.
    """
    among_partners = partners_ahead / partners if partners > 0 else 0.0
    among_neighbours = neighbours_ahead / neighbours if neighbours > 0 else 0.0
    return partner_weight * among_partners + (1.0 - partner_weight) * among_neighbours


@compiled
def looking_rate(
    spontaneous: float, contagion: float, exposed: float, visit: float, deadline: float, leader: float, stakes: float
) -> float:
    """Rate of looking at projects (per year): what comes of itself, from others, and from policy.

    The epidemic form of Bass (1969); visit, deadline, leader and stakes (support on offer) are the rates (per year)
    in force this month.
    """
    return spontaneous + contagion * exposed + visit + deadline + leader + stakes


@compiled
def looking_probability(rate: float) -> float:
    """Probability of looking within a month, from a rate per year; kept just below one."""
    return min(-math.expm1(-rate / MONTHS_PER_YEAR), _ALMOST_SURE)


@compiled
def comes(draw: float, rate: float) -> bool:
    """Whether what comes at a rate per year comes this month: the draw lies below `looking_probability`, to the bit.

    With x the rate in a month, 1 - exp(-x) lies between x - x^2/2 and x: the exponential is worked out only for a draw
    between the two.
    """
    monthly = rate / MONTHS_PER_YEAR
    if draw >= monthly * (1.0 + _ROUNDING):
        return False
    if draw < (monthly - 0.5 * monthly * monthly) * (1.0 - _ROUNDING):
        return True
    return draw < looking_probability(rate)


@compiled
def hearing_probability(media_rate: float, campaign_rate: float, word_rate: float, supported_share: float) -> float:
    """Probability within a month that an unaware firm hears of support (rates per year).

    `supported_share` is the exposure to firms that have had support.
    """
    return min(-math.expm1(-(media_rate + campaign_rate + word_rate * supported_share) / MONTHS_PER_YEAR), _ALMOST_SURE)
