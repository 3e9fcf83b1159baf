"""Plain NumPy: the whole month on arrays, everyone asked."""

from __future__ import annotations

import arrays
import numpy as np
from workload import AHEAD, MONTHS, SERIES, Firms, cost_level

PACKAGE = "numpy"


def prepare(firms: Firms, seed: int) -> tuple[Firms, np.random.Generator]:
    """Return what a run needs."""
    return firms, np.random.default_rng(seed)


def run(prepared: tuple[Firms, np.random.Generator]) -> np.ndarray:
    """Run all months; return one row a month, one column a series."""
    firms, random = prepared
    count = firms.score.size
    degree = np.maximum(np.diff(firms.partner_start), 1)
    score, kind, due = firms.score.copy(), np.zeros(count, np.int64), np.full(count, -1)
    history = np.empty((MONTHS, len(SERIES)))
    for month in range(MONTHS):
        share = arrays.partners_ahead(firms, score >= AHEAD) / degree
        looking = np.flatnonzero((due < 0) & (random.random(count) < arrays.look_probabilities(share)))
        best, index = arrays.best_projects(cost_level(month), firms, score, looking)
        act = arrays.begin(index, random.random(looking.size))
        begun = looking[act]
        kind[begun] = best[act]
        due[begun] = month + arrays.LASTS[best[act]]
        ended = np.flatnonzero(due == month)
        score[ended] = arrays.score_after(score[ended], firms.capability[ended], kind[ended], random.random(ended.size))
        due[ended] = -1
        history[month] = (score >= AHEAD).mean(), (due >= 0).mean(), begun.size / count, score.mean()
    return history
