"""AgentPy: one agent a firm, methods called on the whole list, ``record``.

Partners are kept as lists of agents: asking ``Network.neighbors`` at every step is slower.
"""

from __future__ import annotations

import agentpy
import numpy as np
import workload
from deciding import DecidingFirm
from workload import AHEAD, MONTHS, Firms

PACKAGE = "agentpy"
RECORDED = ("ahead", "working", "begun", "mean_score")


class Firm(DecidingFirm, agentpy.Agent):
    """A firm that decides for itself."""

    def setup(self) -> None:
        """Begin idle; the model says what the firm is like."""
        self.partners: list[Firm] = []
        self.kind, self.due = 0, -1


class District(agentpy.Model):
    """All firms, and the month."""

    def setup(self) -> None:
        """Make the firms and tell them their partners."""
        firms: Firms = self.p.firms
        self.month, self.level, self.begun = 0, 1.0, 0
        self.agents = agentpy.AgentList(self, firms.score.size, Firm)
        for name in ("log_revenue", "rate", "capability", "score"):
            setattr(self.agents, name, agentpy.AttrIter(getattr(firms, name).tolist()))
        self.agents.intensity = agentpy.AttrIter(firms.intensity.T.tolist())
        for number, firm in enumerate(self.agents):
            first, last = firms.partner_start[number : number + 2]
            firm.partners = [self.agents[partner] for partner in firms.partners[first:last]]

    def step(self) -> None:
        """One month."""
        self.level, self.begun = workload.cost_level(self.month), 0
        self.agents.decide()
        self.agents.advance()
        scores = list(self.agents.score)
        self.record("ahead", sum([score >= AHEAD for score in scores]))
        self.record("working", sum([due >= 0 for due in self.agents.due]))
        self.record("begun", self.begun)
        self.record("mean_score", sum(scores))
        self.month += 1


def prepare(firms: Firms, seed: int) -> District:
    """Return what a run needs."""
    model = District({"firms": firms})
    model.sim_setup(steps=MONTHS, seed=seed)
    return model


def run(model: District) -> np.ndarray:
    """Run all months; return one row a month, one column a series."""
    while model.running:
        model.sim_step()
    return np.array([model.log[name] for name in RECORDED], float).T / len(model.agents)
