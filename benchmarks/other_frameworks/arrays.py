"""The rules of `workload` for many firms at once, for all implementations on arrays."""

from __future__ import annotations

import numpy as np
import workload
from workload import Firms

BENEFIT, COST, LIFE, DIFFICULTY, GAIN = (
    np.array(numbers)
    for numbers in (workload.BENEFIT, workload.COST, workload.LIFE, workload.DIFFICULTY, workload.GAIN)
)
LASTS = np.array(workload.LASTS)


def partners_ahead(firms: Firms, ahead: np.ndarray) -> np.ndarray:
    """Return how many partners of each firm are ahead (`ahead` is boolean)."""
    known = np.append(ahead.view(np.uint8)[firms.partners], np.uint8(0))  # a last firm without partners starts there
    sums = np.add.reduceat(known, firms.partner_start[:-1], dtype=np.int64)
    return np.where(np.diff(firms.partner_start) > 0, sums, 0)


def look_probabilities(share: np.ndarray) -> np.ndarray:
    """Return the chance of looking, given the share of partners ahead."""
    return 1.0 - np.exp(-(workload.P + workload.Q * share) / 12.0)


def best_projects(level: float, firms: Firms, score: np.ndarray, who: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the best kind of project of the firms `who`, and its index."""
    left = 1.0 - np.exp(-(100.0 - score[who]) / workload.ROOM)
    rate = firms.rate[who]
    years = (1.0 - np.exp(-rate * LIFE[:, None])) / rate
    chance = 1.0 / (1.0 + np.exp(DIFFICULTY[:, None] - firms.capability[who]))
    gain = chance * BENEFIT[:, None] * firms.intensity[:, who] * left * years
    size = np.exp((workload.ELASTICITY - 1.0) * firms.log_revenue[who])
    index = gain / (COST[:, None] * level * size) - 1.0
    best = index.argmax(0)
    return best, index[best, np.arange(who.size)]


def begin(index: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Say which firms begin their best project."""
    return index / workload.SPREAD + np.log(u / (1.0 - u)) > 0.0


def score_after(score: np.ndarray, capability: np.ndarray, kind: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Return the scores of firms whose projects have just ended."""
    worked = u < 1.0 / (1.0 + np.exp(DIFFICULTY[kind] - capability))
    gain = np.where(worked, GAIN[kind], 0.5 * GAIN[kind])
    return score + gain * (1.0 - score / 100.0)
