"""What a firm does, for frameworks in which firms are objects: Mesa and AgentPy."""

from __future__ import annotations

from typing import Any

import workload
from workload import AHEAD


class DecidingFirm:
    """A firm that decides for itself; its class adds `model`, its traits, its `score` and its `partners`."""

    model: Any
    log_revenue: float
    rate: float
    capability: float
    intensity: list[float]
    score: float
    partners: list[Any]
    kind: int
    due: int

    def decide(self) -> None:
        """Look at projects, perhaps, and begin the best one, perhaps."""
        if self.due >= 0:
            return
        share = sum([partner.score >= AHEAD for partner in self.partners]) / max(len(self.partners), 1)
        model = self.model
        if model.random.random() >= workload.look_probability(share):
            return
        kind, index = workload.best_project(
            model.level, self.log_revenue, self.rate, self.capability, self.intensity, self.score
        )
        if workload.begins(index, model.random.random()):
            self.kind, self.due = kind, model.month + workload.LASTS[kind]
            model.begun += 1

    def advance(self) -> None:
        """End a project that is due."""
        if self.due == self.model.month:
            self.score = workload.score_after(self.score, self.capability, self.kind, self.model.random.random())
            self.due = -1
