"""What textbooks say, worked out without the model: recursions, closed forms and stationary laws.

Rates are per year unless a name says otherwise, time is in years, steps are months of the model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import optimize, special, stats

__all__ = [
    "bass_continuous",
    "bass_discrete",
    "budget_queue",
    "lindley",
    "option_multiple",
    "pass_through",
    "price_at",
    "probit_blurred",
    "probit_share",
    "queue_mean",
    "ring_continuous",
    "ring_discrete",
]

Numbers = np.ndarray
_HIGHEST_RATE = 5.0
"""Looks a year, the upper bound of the parameter."""


def bass_discrete(p: float, q: float, months: int) -> Numbers:
    """Share of adopters at the end of each month: those left look with probability ``1 - exp(-(p + q F)/12)``."""
    shares, share = np.empty(months), 0.0
    for month in range(months):
        share += (1.0 - share) * -math.expm1(-(p + q * share) / 12.0)
        shares[month] = share
    return shares


def bass_continuous(p: float, q: float, years: Numbers) -> Numbers:
    """Return the solution of ``F' = (1 - F)(p + q F)`` from 0 (Bass 1969)."""
    decay = np.exp(-(p + q) * years)
    return (1.0 - decay) / (1.0 + q / p * decay)


def ring_continuous(p: float, q: float, years: Numbers) -> Numbers:
    """Return the share of adopters on an endless ring, each neighbour adding q/2 (Fibich and Gibori 2010)."""
    return 1.0 - np.exp(-(p + q) * years + q * (1.0 - np.exp(-p * years)) / p)


def ring_discrete(p: float, q: float, months: int) -> Numbers:
    """Return the same in steps of a month, exactly: the chances that k neighbours in a row have not adopted.

    A row of k is left alone within a month unless one of it looks of its own accord, or one at its ends is moved by a
    neighbour outside, which is the end of a row of k + 1 or k + 2.
    """
    rows = 2 * months + 3
    empty = np.ones(rows + 1)
    alone = np.exp(-np.arange(rows + 1) * p / 12.0)
    moved = math.exp(-q / 2.0 / 12.0)
    shares = np.empty(months)
    for month in range(months):
        kept, one, two = empty[:-2], empty[1:-1], empty[2:]
        empty = alone[: kept.size] * (two + 2.0 * moved * (one - two) + moved * moved * (kept - 2.0 * one + two))
        shares[month] = 1.0 - empty[1]
    return shares


def probit_share(log_benefit: float, spread: float, support: float) -> float:
    """Share of firms for which benefit over cost, log-normal, exceeds what is left of the cost after support."""
    return float(stats.norm.sf((math.log(1.0 - support) - log_benefit) / spread))


def probit_blurred(log_benefit: float, spread: float, support: float, taste: float, months: int) -> float:
    """Return the same where tastes are not quite alike: each month's look, at the highest rate, may be a lucky one."""
    looking = -math.expm1(-_HIGHEST_RATE / 12.0)
    normal = stats.norm.ppf((np.arange(400_000) + 0.5) / 400_000)
    index = (np.exp(log_benefit + spread * normal) - (1.0 - support)) / taste
    return float(np.mean(1.0 - (1.0 - looking * special.expit(index)) ** months))


def budget_queue(demand: Numbers, budget: float, months_a_year: int = 12, *, carried: bool) -> Numbers:
    """What has been granted by the end of each month: ``min over j of demand_to_j + budget since j``.

    Money lapses at the end of a year unless it is `carried`, so j runs over the ends of years (and over this month, by
    which no more can be granted than was asked for).
    """
    granted = np.empty(demand.size)
    for month in range(demand.size):
        years = range(months_a_year, month + 1, months_a_year) if not carried else ()
        ways = [float(demand[month]), budget * (month + 1)]
        ways += [float(demand[end - 1]) + budget * (month + 1 - end) for end in years]
        granted[month] = min(ways)
    return granted


def price_at(support: float, inverse: float, log_benefit: float, spread: float) -> float:
    """Price at which supply of constant elasticity 1/`inverse` meets probit demand; 1 without support."""
    normal = probit_share(log_benefit, spread, 0.0)

    def excess(log_price: float) -> float:
        left = math.exp(log_price) * (1.0 - support)
        demand = stats.norm.sf((math.log(left) - log_benefit) / spread) / normal
        return float(log_price - inverse * math.log(demand))

    return math.exp(optimize.brentq(excess, -1.0, 2.0, xtol=1e-14))


def pass_through(inverse: float, log_benefit: float, spread: float) -> float:
    """Part of a small subsidy that reaches buyers, ``eta / (eta + epsilon)``, by the elasticity of probit demand."""
    place = -log_benefit / spread
    epsilon = stats.norm.pdf(place) / stats.norm.sf(place) / spread
    return float(1.0 / (1.0 + epsilon * inverse))


def lindley(arrivals: Sequence[float] | Numbers, starts: int) -> Numbers:
    """Return the queue at the end of each month, first to last, when unused starts are kept for one month at most."""
    waiting, queue = 0.0, np.empty(len(arrivals))
    for month, arrived in enumerate(arrivals):
        waiting = max(waiting, -1.0) + arrived - starts
        queue[month] = max(waiting, 0.0)
    return queue


def queue_mean(orders: float, starts: int, months: int, longest: int = 300) -> float:
    """Mean queue over the first months under Poisson orders: the law of `lindley` from an empty queue on."""
    states = np.arange(-1, longest)
    chances = stats.poisson.pmf(np.arange(longest), orders)
    step = np.zeros((states.size, states.size))
    for place, state in enumerate(states):
        after = np.clip(state + np.arange(longest) - starts, -1, states[-1]) + 1
        np.add.at(step[place], after, chances)
    law, total = (states == 0).astype(float), 0.0
    for _ in range(months):
        law = law @ step
        total += float(law @ np.maximum(states, 0))
    return total / months


def option_multiple(rate: float, dividend: float, volatility: float) -> float:
    """Return beta / (beta - 1), beta the positive root of the quadratic of Dixit and Pindyck (1994), chapter 5."""
    drift = (rate - dividend) / volatility**2
    beta = 0.5 - drift + math.sqrt((drift - 0.5) ** 2 + 2.0 * rate / volatility**2)
    return beta / (beta - 1.0)
