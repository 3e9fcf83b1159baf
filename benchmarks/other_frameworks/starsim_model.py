"""Starsim: a module with states, a network of its own, compiled counting over edges as Starsim's own routes do."""

from __future__ import annotations

import arrays
import numba
import numpy as np
import starsim as ss
from workload import AHEAD, MONTHS, SERIES, Firms, cost_level

PACKAGE = "starsim"
NAMES = tuple(name.replace(" ", "_") for name in SERIES)


@numba.njit(cache=True)
def count_ahead(p1, p2, ahead, known):  # type: ignore[no-untyped-def]
    """Add up how many partners of each firm are ahead; each edge counts both ways."""
    for edge in range(p1.size):
        known[p1[edge]] += ahead[p2[edge]]
        known[p2[edge]] += ahead[p1[edge]]


class Partners(ss.Network):
    """Links that stay as they are."""

    def step(self) -> None:
        """Leave the links as they are."""


class Adoption(ss.Module):
    """What firms do."""

    def __init__(self, firms: Firms, **arguments):  # type: ignore[no-untyped-def]
        super().__init__()
        self.firms = firms
        self.define_states(
            ss.FloatArr("score", default=0.0), ss.IntArr("kind", default=0), ss.IntArr("due", default=-1)
        )
        self.look, self.taste, self.success = ss.random(), ss.random(), ss.random()
        self.update_pars(None, **arguments)

    def init_results(self) -> None:
        """Name what is recorded."""
        super().init_results()
        self.define_results(*[ss.Result(name, dtype=float, scale=False) for name in NAMES])

    def init_post(self) -> None:
        """Give the firms their scores at the start."""
        super().init_post()
        self.score[:] = self.firms.score
        self.degree = np.maximum(np.diff(self.firms.partner_start), 1)

    def step(self) -> None:
        """One month."""
        month, firms, edges = self.ti, self.firms, self.sim.networks.partners.edges
        known = np.zeros(len(self.score), np.int64)
        count_ahead(np.asarray(edges.p1), np.asarray(edges.p2), np.asarray(self.score >= AHEAD), known)
        idle = (self.due < 0).uids
        looking = idle[self.look.rvs(idle) < arrays.look_probabilities(known[idle] / self.degree[idle])]
        best, index = arrays.best_projects(cost_level(month), firms, np.asarray(self.score), looking)
        act = arrays.begin(index, self.taste.rvs(looking))
        begun = looking[act]
        self.kind[begun] = best[act]
        self.due[begun] = month + arrays.LASTS[best[act]]
        ended = (self.due == month).uids
        self.score[ended] = arrays.score_after(
            self.score[ended], firms.capability[ended], self.kind[ended], self.success.rvs(ended)
        )
        self.due[ended] = -1
        self.begun = len(begun)

    def update_results(self) -> None:
        """Record the month."""
        super().update_results()
        count = len(self.score)
        numbers = (
            (self.score >= AHEAD).sum() / count,
            (self.due >= 0).sum() / count,
            self.begun / count,
            self.score.mean(),
        )
        for name, number in zip(NAMES, numbers, strict=True):
            self.results[name][self.ti] = number


def prepare(firms: Firms, seed: int) -> ss.Sim:
    """Return what a run needs."""
    source = np.repeat(np.arange(firms.score.size), np.diff(firms.partner_start))
    once = source < firms.partners
    network = Partners(p1=source[once], p2=firms.partners[once], beta=np.ones(once.sum()), name="partners")
    sim = ss.Sim(
        n_agents=firms.score.size,
        modules=Adoption(firms, name="adoption"),
        networks=network,
        rand_seed=seed,
        start="2018-01-01",
        dur=ss.months(MONTHS - 1),
        dt=ss.month,
        verbose=0,
    )
    sim.init()
    return sim


def run(sim: ss.Sim) -> np.ndarray:
    """Run all months; return one row a month, one column a series."""
    sim.run()
    return np.array([sim.results.adoption[name] for name in NAMES]).T
