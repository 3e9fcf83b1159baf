"""Mesa: one agent a firm, ``agents.do``, a data collector.

Partners are kept as lists of agents: looking them up in Mesa's network space at every step is slower.
"""

from __future__ import annotations

import mesa
import numpy as np
import workload
from deciding import DecidingFirm
from workload import AHEAD, MONTHS, Firms

PACKAGE = "mesa"


class Firm(DecidingFirm, mesa.Agent):
    """A firm that decides for itself."""

    def __init__(self, model, log_revenue, rate, capability, intensity, score):  # type: ignore[no-untyped-def]
        super().__init__(model)
        self.log_revenue, self.rate, self.capability = log_revenue, rate, capability
        self.intensity, self.score = intensity, score
        self.partners: list[Firm] = []
        self.kind, self.due = 0, -1


class District(mesa.Model):
    """All firms, and the month."""

    def __init__(self, firms: Firms, seed: int) -> None:
        super().__init__(rng=seed)
        self.month, self.level, self.begun = 0, 1.0, 0
        traits = (firms.log_revenue.tolist(), firms.rate.tolist(), firms.capability.tolist())
        made = list(
            Firm.create_agents(self, firms.score.size, *traits, firms.intensity.T.tolist(), firms.score.tolist())
        )
        for number, firm in enumerate(made):
            first, last = firms.partner_start[number : number + 2]
            firm.partners = [made[partner] for partner in firms.partners[first:last]]
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "ahead": lambda model: model.agents.agg("score", lambda scores: sum([s >= AHEAD for s in scores])),
                "working": lambda model: model.agents.agg("due", lambda dues: sum([due >= 0 for due in dues])),
                "begun": "begun",
                "score": lambda model: model.agents.agg("score", sum),
            }
        )

    def step(self) -> None:
        """One month."""
        self.level, self.begun = workload.cost_level(self.month), 0
        self.agents.do("decide")
        self.agents.do("advance")
        self.datacollector.collect(self)
        self.month += 1


def prepare(firms: Firms, seed: int) -> District:
    """Return what a run needs."""
    return District(firms, seed)


def run(model: District) -> np.ndarray:
    """Run all months; return one row a month, one column a series."""
    for _ in range(MONTHS):
        model.step()
    return model.datacollector.get_model_vars_dataframe().to_numpy(float) / len(model.agents)
