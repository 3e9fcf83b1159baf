"""What a project is worth to a firm, what it costs, and the choice."""

from __future__ import annotations

import math

from zhizao.compiled import compiled
from zhizao.rules.constants import MIDDLE, MONTHS_PER_YEAR, NO_RATE

__all__ = [
    "acts",
    "annuity",
    "discount",
    "intensity",
    "is_worth_waiting",
    "life_left",
    "part_equipped",
    "present_gain",
    "project_cost",
    "relative_cost",
    "repeated",
    "saving_share",
    "seen_share",
    "surplus",
]


_MOST_SURPLUS = 1e6
"""Surplus that a project without cost is given, where the index has no bound."""


@compiled
def intensity(draw_normal: float, capability: float, capability_effect: float, spread: float) -> float:
    """How much this firm gains from this type of project, relative to the catalogue (mean about 1).

    Log-normal with mean one at capability one half: a rank effect (Karshenas and Stoneman 1993).
    """
    return math.exp(capability_effect * (capability - MIDDLE) - 0.5 * spread * spread + spread * draw_normal)


@compiled
def repeated(first: float, repeat_effect: float, repeats: int) -> float:
    """Gain of a project after `repeats` of its type: each finds the same fraction of what the one before found."""
    gain = first
    for _ in range(repeats):
        gain *= repeat_effect
    return gain


@compiled
def part_equipped(log_relative_revenue: float, cost_elasticity: float, alike: float) -> float:
    """How much of a firm one project equips, relative to a firm of reference revenue.

    With `alike` 0 all of it, so that gains grow with revenue; with 1 they grow as cost does.
    """
    return math.exp(alike * (cost_elasticity - 1.0) * log_relative_revenue)


@compiled
def saving_share(labour: float, energy: float, defects: float, capacity: float) -> float:
    """Yearly gain of a project as a share of revenue, from its four channels.

    Each argument is already cost share times effect (for capacity: contribution margin times additional output).
    """
    return labour + energy + defects + capacity


@compiled
def seen_share(doubt: float, evidence: float, aversion: float) -> float:
    """Share of the true benefit that a doubtful firm counts on, 0 to 1.

    Doubt (variance of the log benefit) falls as evidence gathers: ``doubt / (1 + evidence)``.
    """
    return math.exp(-0.5 * aversion * doubt / (1.0 + evidence))


@compiled
def annuity(rate: float, years: float) -> float:
    """Present value of one a year for `years` at a continuous yearly `rate`."""
    if rate < NO_RATE:
        return years
    return -math.expm1(-rate * years) / rate


@compiled
def present_gain(
    gain: float, gain_today: float, demand: float, years: float, shock_years: float, weight: float
) -> float:
    """Present value of a project's yearly gain, in years' worth of revenue, when today's prices count with `weight`.

    The departure of today's gain (``gain_today`` at `demand`) from the usual `gain` fades: `shock_years` is its
    annuity, `years` that of what is usual.
    """
    return gain * years + weight * (gain_today * demand - gain) * shock_years


@compiled
def discount(rate: float, months: float) -> float:
    """Present value of one paid after `months`, at a continuous yearly `rate`."""
    return math.exp(-rate * months / MONTHS_PER_YEAR)


@compiled
def life_left(life: float, later: float) -> float:
    """Years over which a project brings gains if it is begun `later` months from now and ends when it would have."""
    return max(life - later / MONTHS_PER_YEAR, 0.0)


@compiled
def is_worth_waiting(now: float, announced: float, unchanged: float, discounted: float) -> bool:
    """Whether a firm waits for support that has been announced.

    Parameters
    ----------
    now
        What acting at once is worth to it beyond doing nothing (`surplus`).
    announced, unchanged
        The same of acting when the support can be used: with it, and under the policy of today.
    discounted
        Present value of one paid then.
    """
    return announced > unchanged and discounted * announced > now


@compiled
def relative_cost(log_relative_revenue: float, elasticity: float) -> float:
    """Cost of a project for a firm of given revenue, relative to a firm of the catalogue's reference revenue.

    `log_relative_revenue` is the logarithm of the one revenue over the other.
    """
    return math.exp(elasticity * log_relative_revenue)


@compiled
def project_cost(cost: float, relative: float, price: float, connected_cut: float) -> float:
    """Cost of a project (million RMB) for a firm of given revenue, at the provider's price index.

    `cost` is that for a firm of reference revenue, `relative` what revenue makes of it (`relative_cost`).
    """
    return cost * relative * price * (1.0 - connected_cut)


@compiled
def acts(index: float, taste_spread: float, draw: float) -> bool:
    """Whether the firm acts, given the best profitability index (net value per unit of cost) and its taste.

    One logistic draw by inverse CDF, so that a better index never turns action into waiting.
    """
    return index / taste_spread + math.log(draw / (1.0 - draw)) > 0.0


@compiled
def surplus(index: float, taste_spread: float, draw: float) -> float:
    """What acting is worth to the firm beyond waiting, per unit of cost, its taste included; it acts if above 0.

    So it would also have acted at a cost higher by less than this. It is held within what any premium can exceed.
    """
    return min(max(index + taste_spread * math.log(draw / (1.0 - draw)), -_MOST_SURPLUS), _MOST_SURPLUS)
