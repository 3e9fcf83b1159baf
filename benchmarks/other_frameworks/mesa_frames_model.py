"""mesa-frames: firms are rows of a Polars frame, the month is a few Polars expressions.

Partners ahead are counted by differences of a running sum over all links: faster than a join and a group-by.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import workload
from mesa_frames import AgentSetPolars, ModelDF
from workload import AHEAD, MONTHS, Firms

PACKAGE = "mesa_frames"
CAPABILITY, RATE, SCORE, KIND, DUE = (pl.col(name) for name in ("capability", "rate", "score", "kind", "due"))


def index_of(kind: int, level: float) -> pl.Expr:
    """Return the net value per unit of cost of a project of this kind."""
    left = 1.0 - (-(100.0 - SCORE) / workload.ROOM).exp()
    years = (1.0 - (-RATE * workload.LIFE[kind]).exp()) / RATE
    chance = 1.0 / (1.0 + (workload.DIFFICULTY[kind] - CAPABILITY).exp())
    size = level * ((workload.ELASTICITY - 1.0) * pl.col("log_revenue")).exp()
    gain = chance * workload.BENEFIT[kind] * pl.col(f"intensity_{kind}") * left * years
    return gain / (workload.COST[kind] * size) - 1.0


def by_kind(numbers: tuple[float, ...]) -> pl.Expr:
    """Return a number that depends on the kind of project."""
    return pl.lit(pl.Series(numbers)).gather(KIND)


class FirmSet(AgentSetPolars):
    """All firms, as rows."""

    def __init__(self, model: ModelDF, firms: Firms) -> None:
        super().__init__(model)
        count = firms.score.size
        columns = {name: getattr(firms, name) for name in ("log_revenue", "rate", "capability", "score")}
        columns |= {f"intensity_{kind}": firms.intensity[kind] for kind in range(4)}
        self += pl.DataFrame(
            {"unique_id": np.arange(count), **columns, "kind": np.zeros(count, np.int64)}
        ).with_columns(due=pl.lit(-1, pl.Int64), degree=np.maximum(np.diff(firms.partner_start), 1))
        self.partners = pl.Series(firms.partners)
        self.first, self.last = pl.Series(firms.partner_start[:-1]), pl.Series(firms.partner_start[1:])

    def share_ahead(self) -> pl.Series:
        """Return the share of each firm's partners that are ahead."""
        ahead = (self.agents["score"] >= AHEAD).cast(pl.Int32)
        sums = pl.concat([pl.Series([0], dtype=pl.Int32), ahead.gather(self.partners).cum_sum()])
        return (sums.gather(self.last) - sums.gather(self.first)) / self.agents["degree"]

    def begin(self, month: int) -> int:
        """Let idle firms look, value and begin; return how many began."""
        u = pl.Series(self.random.random(len(self)))
        chance = 1.0 - (-(workload.P + workload.Q * self.share_ahead()) / 12.0).exp()
        level = workload.cost_level(month)
        looking = self.agents.filter((u < chance) & (self.agents["due"] < 0)).with_columns(
            [index_of(kind, level).alias(f"index_{kind}") for kind in range(4)]
        )
        indices = pl.concat_list([f"index_{kind}" for kind in range(4)])
        u = pl.Series(self.random.random(len(looking)))
        begun = (
            looking.with_columns(kind=indices.list.arg_max().cast(pl.Int64), index=indices.list.max())
            .filter(pl.col("index") / workload.SPREAD + (u / (1.0 - u)).log() > 0.0)
            .select("unique_id", "kind", due=month + by_kind(workload.LASTS))
        )
        self.agents = self.agents.update(begun, on="unique_id")
        return len(begun)

    def advance(self, month: int) -> None:
        """End the projects that are due."""
        u = pl.Series(self.random.random(len(self)))
        gain = by_kind(workload.GAIN)
        worked = u < 1.0 / (1.0 + (by_kind(workload.DIFFICULTY) - CAPABILITY).exp())
        raised = SCORE + pl.when(worked).then(gain).otherwise(0.5 * gain) * (1.0 - SCORE / 100.0)
        ends = month == DUE
        self.agents = self.agents.with_columns(
            score=pl.when(ends).then(raised).otherwise(SCORE), due=pl.when(ends).then(-1).otherwise(DUE)
        )

    def step(self) -> None:
        """One month."""
        month = self.model.month
        begun = self.begin(month)
        self.advance(month)
        numbers = self.agents.select(
            (SCORE >= AHEAD).mean(), (DUE >= 0).mean().alias("working"), SCORE.mean().alias("mean")
        )
        ahead, working, mean = numbers.row(0)
        self.model.history.append((ahead, working, begun / len(self), mean))


class District(ModelDF):
    """All firms, and the month."""

    def __init__(self, firms: Firms, seed: int) -> None:
        super().__init__(seed)
        self.month = 0
        self.history: list[tuple[float, ...]] = []
        self.agents += FirmSet(self, firms)

    def step(self) -> None:
        """One month."""
        self.agents.step()
        self.month += 1


def prepare(firms: Firms, seed: int) -> District:
    """Return what a run needs."""
    return District(firms, seed)


def run(model: District) -> np.ndarray:
    """Run all months; return one row a month, one column a series."""
    for _ in range(MONTHS):
        model.step()
    return np.array(model.history)
