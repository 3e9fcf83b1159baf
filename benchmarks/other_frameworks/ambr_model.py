"""ambr (AMBER): its vectorised lane, with columns borrowed as arrays and committed at once, as its guide has it.

Columns that never change are borrowed once; what changes is borrowed and committed every month.
"""

from __future__ import annotations

import ambr
import arrays
import numpy as np
from workload import AHEAD, MONTHS, SERIES, Firms, cost_level

PACKAGE = "ambr"


class District(ambr.Model):
    """All firms as columns."""

    def setup(self) -> None:
        """Make the firms."""
        firms: Firms = self.p["firms"]
        count = firms.score.size
        self.firms, self.month = firms, 0
        self.degree = np.maximum(np.diff(firms.partner_start), 1)
        self.add_agents(count, score=firms.score, kind=np.zeros(count, np.int64), due=np.full(count, -1))

    def step_vectorized(self) -> None:
        """One month."""
        month, firms, random = self.month, self.firms, self.rng
        score, kind, due = (self.agents.borrow(name)[0] for name in ("score", "kind", "due"))
        share = arrays.partners_ahead(firms, score >= AHEAD) / self.degree
        looking = np.flatnonzero((due < 0) & (random.random(due.size) < arrays.look_probabilities(share)))
        best, index = arrays.best_projects(cost_level(month), firms, score, looking)
        act = arrays.begin(index, random.random(looking.size))
        begun = looking[act]
        score, kind, due = score.copy(), kind.copy(), due.copy()
        kind[begun] = best[act]
        due[begun] = month + arrays.LASTS[best[act]]
        ended = np.flatnonzero(due == month)
        score[ended] = arrays.score_after(score[ended], firms.capability[ended], kind[ended], random.random(ended.size))
        due[ended] = -1
        self.agents.commit(score=score, kind=kind, due=due)
        numbers = ((score >= AHEAD).mean(), (due >= 0).mean(), begun.size / due.size, score.mean())
        for name, number in zip(SERIES, numbers, strict=True):
            self.record_model(name, float(number))
        self.month += 1


def prepare(firms: Firms, seed: int) -> District:
    """Return what a run needs."""
    model = District({"firms": firms, "steps": MONTHS, "seed": seed, "show_progress": False})
    model._ensure_setup()  # else setting up would count as running
    return model


def run(model: District) -> np.ndarray:
    """Run all months; return one row a month, one column a series."""
    results = model.cpu(mode="vectorized").run()
    return results.model.filter(results.model["t"] > 0).select(SERIES).to_numpy()
